// What waits in kernel.wasm: pipes, the console in lines, poll, and the limits of a process, under V8.
import { expect, test } from "vitest";
import { Control, Open, PIPE_BYTES, PollKind, ProcessState, Status, Topic, USER_LINEAR_VA } from "../abi/index.js";
import { type FileCalls, type Run, statusName } from "./file-calls.js";
import { INITRD, run } from "./file-machine.js";

const MS = 1_000_000n;
const FOREVER = (1n << 64n) - 1n;

function* readAll(c: FileCalls, descriptor: number): Run<string> {
  let text = "";
  for (;;) {
    const part = yield* c.readText(descriptor, 50_000);
    if (typeof part === "number") throw new Error(statusName(part));
    if (part === "") return text;
    text += part;
  }
}

test("a pipe carries everything in order, makes its ends wait, and says when the other end is gone", () => {
  const text = Array.from({ length: 40_000 }, (_, i) => `${i}\n`).join("");
  let got = "";
  run(
    function* (c) {
      const before = yield* c.query(Topic.Memory, "MemoryRow");
      const [from, to] = yield* c.pipe();
      const writer = yield* c.launch({ program: "writer", descriptors: [-1, to] });
      const reader = yield* c.launch({ program: "reader", descriptors: [from] });
      yield* c.close(from);
      yield* c.close(to);
      yield* c.wait(writer);
      yield* c.wait(reader);
      const [a, b] = yield* c.pipe();
      expect(statusName(yield* c.readText(b))).toBe("BadDescriptor");
      expect(statusName(yield* c.write(a, "x"))).toBe("BadDescriptor");
      expect(statusName(Number(yield { call: "seek", args: [a, 0n, 0] }))).toBe("NotSeekable");
      expect(statusName(Number(yield { call: "fd_read_at", args: [a, c.va(0), 1, 0] }))).toBe("NotSeekable");
      expect(statusName(Number(yield { call: "fd_resize", args: [b, 0] }))).toBe("Invalid");
      expect(yield { call: "fd_flags", args: [a, Open.NonBlock] }).toBe(BigInt(Open.Read | Open.NonBlock));
      expect(yield { call: "fd_flags", args: [b, Open.NonBlock] }).toBe(BigInt(Open.Write | Open.NonBlock));
      expect(statusName(Number(yield { call: "fd_flags", args: [b, Open.Create] }))).toBe("Invalid");
      expect(statusName(yield* c.readText(a))).toBe("Again");
      let filled = 0;
      for (;;) {
        const wrote = yield* c.write(b, "y".repeat(3000));
        if (wrote < 0) {
          expect(statusName(wrote)).toBe("Again");
          break;
        }
        filled += wrote;
      }
      expect(filled).toBe(PIPE_BYTES - (PIPE_BYTES % 3000));
      yield* c.close(a);
      expect(statusName(yield* c.write(b, "x"))).toBe("BrokenPipe");
      yield* c.close(b);
      const after = yield* c.query(Topic.Memory, "MemoryRow");
      expect(after["filePages"]).toBe(before["filePages"]);
    },
    {
      *writer(c) {
        const bytes = new TextEncoder().encode(text);
        for (let at = 0; at < bytes.length; ) at += yield* c.write(1, bytes.subarray(at, at + 7001));
      },
      *reader(c) {
        got = yield* readAll(c, 0);
      },
    },
  );
  expect(got).toBe(text);
});

test("a killed process lets its pipe go, and its descriptors close", () => {
  run(
    function* (c) {
      const [from, to] = yield* c.pipe();
      const pid = yield* c.launch({ program: "holder", descriptors: [from, to] });
      yield* c.close(from);
      yield { call: "sleep", args: [10n * MS] };
      const rows = yield { call: "query", args: [Topic.Descriptors, BigInt(pid) << 32n, c.va(8192), 4096] };
      expect(rows).toBe(64n);
      expect(yield { call: "kill", args: [pid, 137] }).toBe(0n);
      yield* c.wait(pid);
      expect(statusName(yield* c.write(to, "x"))).toBe("BrokenPipe");
      expect(yield { call: "query", args: [Topic.Descriptors, 999n << 32n, c.va(8192), 4096] }).toBe(BigInt(Status.NotFound));
    },
    {
      *holder(c) {
        yield* c.readText(0);
      },
    },
  );
});

test("the console in lines: edited, ended by Ctrl-D, only for the foreground", () => {
  const lines: unknown[] = [];
  const kernel = run(
    function* (c, machine) {
      const pid = yield* c.launch({ program: "reader", descriptors: [0, 1] });
      machine.type("ab\x7fc\rsecond line\nrest\x04\x04");
      yield { call: "sleep", args: [10n * MS] };
      expect(lines).toEqual([]);
      expect(yield { call: "control", args: [Control.Foreground, pid] }).toBe(0n);
      yield* c.wait(pid);
      expect(lines).toEqual(["ac\n", "sec", "ond line\n", "rest", ""]);
      const second = yield* c.launch({ program: "reader", descriptors: [0, 1] });
      const third = yield* c.launch({ program: "reader", descriptors: [0, 1] });
      expect(yield { call: "control", args: [Control.Foreground, second] }).toBe(0n);
      expect(yield { call: "control", args: [Control.Foreground, third, 1] }).toBe(0n);
      machine.type("\x03");
      expect((yield* c.wait(second)).status).toBe(130);
      expect((yield* c.wait(third)).status).toBe(130);
      expect(yield { call: "control", args: [Control.Foreground, 0] }).toBe(0n);
      // With nobody in the foreground the owner may read lines too, and Ctrl-C interrupts it.
      machine.type("mine\r");
      expect(yield* c.readText(0)).toBe("mine\n");
    },
    {
      *reader(c) {
        for (const count of [100, 3, 100, 100, 100]) lines.push(yield* c.readText(0, count));
      },
    },
    { commandLine: "seed=1 epoch=1700000000" },
  );
  expect(kernel.console).toContain("ab\b \bc\nsecond line\nrest");
});

test("a machine's console is not echoed and its bytes are left alone", () => {
  const kernel = run(
    function* (c, machine) {
      machine.type("typed\r");
      expect(yield* c.readText(0)).toBe("typed\n");
      expect(yield* c.write(1, "a\nb\n")).toBe(4);
      const pid = yield* c.launch({ program: "forger", descriptors: [0, 1] });
      yield* c.wait(pid);
    },
    {
      *forger(c) {
        yield* c.write(1, "x\x1ey\n");
      },
    },
  );
  expect(kernel.console).not.toContain("typed");
  expect(kernel.console).toContain("a\nb\n");
  expect(kernel.console).toContain("x?y\n");
});

test("poll waits for what comes first, and for the time", () => {
  run(
    function* (c, machine) {
      const [from, to] = yield* c.pipe();
      const file = yield* c.open("/files/apple.txt", Open.Read);
      expect(yield* c.poll([{ descriptor: from, kind: PollKind.Read }])).toEqual({ ready: 0, rows: [{ status: Status.Again, hangup: 0, bytes: 0n }] });
      expect(yield* c.poll([{ descriptor: to, kind: PollKind.Write }])).toEqual({ ready: 1, rows: [{ status: 0, hangup: 0, bytes: 65536n }] });
      expect(yield* c.poll([{ descriptor: file, kind: PollKind.Read }])).toEqual({ ready: 1, rows: [{ status: 0, hangup: 0, bytes: 4n }] });
      expect((yield* c.poll([{ descriptor: 60, kind: PollKind.Read }])).rows[0]?.status).toBe(Status.BadDescriptor);
      expect((yield* c.poll([{ descriptor: from, kind: PollKind.Write }])).rows[0]?.status).toBe(Status.BadDescriptor);
      const started = machine.nowNs;
      expect((yield* c.poll([{ descriptor: from, kind: PollKind.Read }], 50n * MS)).ready).toBe(0);
      expect(machine.nowNs - started).toBeGreaterThanOrEqual(50n * MS);
      expect((yield* c.poll([], 5n * MS)).ready).toBe(0);
      const pid = yield* c.launch({ program: "late", descriptors: [-1, to] });
      yield* c.close(to);
      const both = [
        { descriptor: 0, kind: PollKind.Read },
        { descriptor: from, kind: PollKind.Read },
      ];
      const first = yield* c.poll(both, FOREVER);
      expect(first).toEqual({
        ready: 1,
        rows: [
          { status: Status.Again, hangup: 0, bytes: 0n },
          { status: 0, hangup: 0, bytes: 4n },
        ],
      });
      expect(yield* c.readText(from)).toBe("late");
      const second = yield* c.poll([{ descriptor: from, kind: PollKind.Read }], FOREVER);
      expect(second).toEqual({ ready: 1, rows: [{ status: 0, hangup: 1, bytes: 0n }] });
      machine.type("x\r");
      expect((yield* c.poll(both.slice(0, 1), FOREVER)).rows[0]).toEqual({ status: 0, hangup: 0, bytes: 2n });
      expect(statusName(Number(yield { call: "poll", args: [c.va(0), 23, 0] }))).toBe("Invalid");
      expect(statusName(Number(yield { call: "poll", args: [0xdead_0000_0000n, 24, 0] }))).toBe("Fault");
      yield* c.wait(pid);
    },
    {
      *late(c) {
        yield { call: "sleep", args: [20n * MS] };
        yield* c.write(1, "late");
      },
    },
  );
});

test("duplicates share a position; renumber moves; a full table says so", () => {
  run(function* (c) {
    const a = yield* c.open("/files/apple.txt", Open.Read);
    const b = Number(yield { call: "duplicate", args: [a] });
    expect(yield* c.readText(a, 1)).toBe("r");
    expect(yield* c.readText(b, 1)).toBe("e");
    expect(yield { call: "renumber", args: [b, 40] }).toBe(0n);
    expect(statusName(yield* c.readText(b))).toBe("BadDescriptor");
    expect(yield* c.readText(40)).toBe("d\n");
    expect(yield { call: "renumber", args: [40, a] }).toBe(0n);
    expect(statusName(yield* c.close(40))).toBe("BadDescriptor");
    expect(statusName(Number(yield { call: "renumber", args: [a, 64] }))).toBe("BadDescriptor");
    expect(yield { call: "renumber", args: [a, a] }).toBe(0n);
    const open: number[] = [];
    for (;;) {
      const next = yield* c.open("/files/apple.txt", Open.Read);
      if (next < 0) {
        expect(statusName(next)).toBe("TooManyOpen");
        break;
      }
      open.push(next);
    }
    expect(open.length).toBe(60);
    expect(statusName(Number(yield { call: "duplicate", args: [a] }))).toBe("TooManyOpen");
    expect(statusName(Number(yield { call: "pipe" }))).toBe("TooManyOpen");
    yield* c.close(open.pop() as number);
    expect(statusName(Number(yield { call: "pipe" }))).toBe("TooManyOpen");
    for (const one of open) yield* c.close(one);
    for (const bad of [-1, 64, 99]) expect(statusName(yield* c.close(bad))).toBe("BadDescriptor");
  });
});

test("a processor limit holds over time, and others run meanwhile", () => {
  const counts: Record<string, number> = { half: 0, tenth: 0 };
  function* spin(name: string): Run<void> {
    for (;;) {
      yield { compute: 500_000 };
      counts[name] = (counts[name] as number) + 1;
    }
  }
  run(
    function* (c) {
      const half = yield* c.launch({ program: "half", cpuPpm: 500_000 });
      yield { call: "sleep", args: [2000n * MS] };
      const used = (counts["half"] as number) * 0.5;
      expect(used).toBeGreaterThan(950);
      expect(used).toBeLessThan(1060);
      const tenth = yield* c.launch({ program: "tenth", cpuPpm: 100_000 });
      yield { call: "sleep", args: [50n * MS] };
      const row = yield* c.query(Topic.Processes, "ProcessRow", 2n);
      expect(row["state"]).toBe(BigInt(ProcessState.Throttled));
      yield { call: "sleep", args: [1950n * MS] };
      expect((counts["tenth"] as number) * 0.5).toBeGreaterThan(185);
      expect((counts["tenth"] as number) * 0.5).toBeLessThan(215);
      for (const pid of [half, tenth]) {
        expect(yield { call: "kill", args: [pid, 137] }).toBe(0n);
        yield* c.wait(pid);
      }
    },
    { half: () => spin("half"), tenth: () => spin("tenth") },
  );
});

test("a memory limit makes growth fail, and ends who holds more", () => {
  let grown: bigint | undefined;
  run(
    function* (c) {
      const pid = yield* c.launch({ program: "grower", memoryMaxBytes: 1 << 20 });
      expect(yield* c.wait(pid)).toMatchObject({ status: 137, reason: 2 });
      const second = yield* c.launch({ program: "reader", memoryMaxBytes: 8 << 12 });
      expect(yield* c.wait(second)).toMatchObject({ status: 137, reason: 2 });
    },
    {
      *grower(c) {
        expect(yield { call: "memory_limit", args: [1 << 20] }).toBe(0n);
        grown = yield { call: "memory_limit", args: [(1 << 20) + 65536] };
        expect(yield { call: "heap_limit", args: [4096] }).toBe(BigInt(Status.NoMemory));
        // The stack lies outside what is reserved, and counts as held.
        for (let page = 0; page < 256; page++) yield { touch: page * 4096 };
        yield { touch: 0x20_0000_0000 - 4096 - USER_LINEAR_VA };
        yield* c.write(1, "not reached");
      },
      *reader(c) {
        // The limit is hit inside a system call.
        const file = yield* c.open("/files/deep/er/leaf.bin", Open.Read);
        yield* c.read(file, 60_000);
        yield { call: "exit", args: [1] };
      },
    },
  );
  expect(grown).toBe(BigInt(Status.NoMemory));
});

test("/tmp has its limits, and a big file goes by and by", () => {
  run(
    function* (c) {
      const free = (yield* c.query(Topic.Memory, "MemoryRow"))["filePages"];
      const mounts = yield* c.query(Topic.Mounts, "MountRow", 1n);
      expect(mounts).toMatchObject({ writable: 1n, limitBytes: 2_097_152n, usedBytes: 0n, files: 1n });
      const file = yield* c.open("/tmp/big", Open.Write | Open.Create);
      let size = 0;
      for (;;) {
        const wrote = yield* c.write(file, new Uint8Array(65536).fill(1));
        if (wrote < 0) {
          expect(statusName(wrote)).toBe("NoSpace");
          break;
        }
        size += wrote;
      }
      expect(size).toBe(2_097_152 - 4096);
      expect(statusName(yield* c.save("/tmp/more", "x"))).toBe("NoSpace");
      expect(yield { call: "fd_resize", args: [file, 1_900_000] }).toBe(0n);
      expect(yield* c.save("/tmp/more", "x")).toBe(0);
      expect(yield* c.remove("/tmp/big")).toBe(0);
      expect(yield* c.close(file)).toBe(0);
      // Its frames are still on their way; a writer does not have to wait for that.
      expect(yield* c.save("/tmp/big", new Uint8Array(1 << 20))).toBe(0);
      expect(yield* c.remove("/tmp/big")).toBe(0);
      expect(yield* c.remove("/tmp/more")).toBe(0);
      yield { call: "sleep", args: [100n * MS] };
      expect((yield* c.query(Topic.Memory, "MemoryRow"))["filePages"]).toBe(free);
      let files = 0;
      for (;;) {
        const status = yield* c.save(`/tmp/${"n".repeat(40)}${files}`, "");
        if (status < 0) {
          expect(statusName(status)).toBe("NoSpace");
          break;
        }
        files++;
      }
      expect(files).toBeGreaterThan(150);
      for (let i = 0; i <= files; i++) yield* c.remove(`/tmp/${"n".repeat(40)}${i}`);
      expect(yield* c.query(Topic.Mounts, "MountRow", 1n)).toMatchObject({ usedBytes: 0n, files: 1n });
    },
    {},
    { commandLine: "console=machine seed=1 junk=1 tmp_limit=2097152", memoryBytes: 16 << 20 },
  );
});

test("a damaged archive gives an empty tree, and the kernel lives", () => {
  for (const [what, initrd] of [
    ["cut in half", INITRD.subarray(0, INITRD.length >> 1)],
    ["no archive", new Uint8Array(2048).fill(65)],
    ["a bad checksum", INITRD.map((byte, at) => (at === 5 ? byte + 1 : byte))],
  ] as const) {
    const kernel = run(
      function* (c) {
        expect(yield* c.names("/")).toEqual(["tmp"]);
        expect(yield* c.save("/tmp/x", what)).toBe(0);
        expect(yield* c.loadText("/tmp/x")).toBe(what);
        yield* c.remove("/tmp/x");
      },
      {},
      { initrd: initrd as Uint8Array, commandLine: "seed=1" },
    );
    expect(kernel.console).toContain("the initrd is damaged at byte");
  }
});
