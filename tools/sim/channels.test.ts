// Services by name in kernel.wasm, under V8: who may listen, what waits, what either side sees of the other's end, and the service that the kernel
// starts when it is needed.
import { expect, test } from "vitest";
import { CHANNEL_NAME_BYTES, DESCRIPTORS, ExitReason, Open, PollKind, Status, Topic } from "../abi/index.js";
import { type FileCalls, type Run, statusName } from "./file-calls.js";
import { run } from "./file-machine.js";

const MS = 1_000_000n;
const FOREVER = (1n << 64n) - 1n;
const BACKLOG = 16;

function* filePages(c: FileCalls): Run<bigint> {
  return (yield* c.query(Topic.Memory, "MemoryRow"))["filePages"] ?? -1n;
}

test("a service listens, a process connects, both write and read, and each sees the other's end", () => {
  const heard: string[] = [];
  run(
    function* (c) {
      const before = yield* filePages(c);
      const listener = yield* c.listen("echo");
      expect(listener).toBeGreaterThanOrEqual(3);
      expect((yield* c.poll([{ descriptor: listener, kind: PollKind.Read }])).rows[0]?.status).toBe(Status.Again);
      const client = yield* c.launch({ program: "client" });
      const seen = yield* c.poll([{ descriptor: listener, kind: PollKind.Read }], FOREVER);
      expect(seen.rows[0]).toMatchObject({ status: 0, bytes: 1n });
      const [from, to] = yield* c.accept(listener);
      heard.push(String(yield* c.readText(from)));
      yield* c.write(to, "answer");
      // The client ends: end of the input, and nobody to write to.
      expect(yield* c.readText(from)).toBe("");
      yield* c.wait(client);
      expect(statusName(yield* c.write(to, "x"))).toBe("BrokenPipe");
      for (const one of [from, to, listener]) yield* c.close(one);
      expect(statusName((yield* c.connect("echo"))[0])).toBe("NotFound");
      expect(yield* filePages(c)).toBe(before);
    },
    {
      *client(c) {
        const [from, to] = yield* c.connect("echo");
        yield* c.write(to, "question");
        heard.push(String(yield* c.readText(from)));
      },
    },
  );
  expect(heard).toEqual(["question", "answer"]);
});

test("accept waits, answers in the order of the connections, and its faults are as named", () => {
  run(
    function* (c) {
      const listener = yield* c.listen("queue");
      yield { call: "fd_flags", args: [listener, Open.NonBlock] };
      expect(statusName((yield* c.accept(listener))[0])).toBe("Again");
      yield { call: "fd_flags", args: [listener, 0] };
      yield* c.launch({ program: "later" });
      const [from] = yield* c.accept(listener);
      expect(yield* c.readText(from)).toBe("late");
      const clients: number[] = [];
      for (let i = 0; i < 3; i++) {
        const [, to] = yield* c.connect("queue");
        yield* c.write(to, String(i));
        clients.push(to);
      }
      for (let i = 0; i < 3; i++) {
        const [reader, writer] = yield* c.accept(listener);
        expect(yield* c.readText(reader)).toBe(String(i));
        yield* c.close(reader);
        yield* c.close(writer);
      }
      expect(statusName((yield* c.accept(clients[0] as number))[0])).toBe("BadDescriptor");
      expect(statusName((yield* c.accept(63))[0])).toBe("BadDescriptor");
      expect(statusName(yield* c.readText(listener))).toBe("BadDescriptor");
      expect(statusName(yield* c.write(listener, "x"))).toBe("BadDescriptor");
      expect(statusName(Number(yield { call: "seek", args: [listener, 0n, 0] }))).toBe("NotSeekable");
      expect((yield* c.poll([{ descriptor: listener, kind: PollKind.Write }])).rows[0]?.status).toBe(Status.BadDescriptor);
    },
    {
      *later(c) {
        yield { call: "sleep", args: [5n * MS] };
        const [, to] = yield* c.connect("queue");
        yield* c.write(to, "late");
        yield { call: "sleep", args: [5n * MS] };
      },
    },
  );
});

test("names, limits and who may listen", () => {
  let child = "";
  run(
    function* (c) {
      const first = yield* c.listen("n".repeat(CHANNEL_NAME_BYTES));
      expect(first).toBeGreaterThanOrEqual(0);
      expect(statusName(yield* c.listen("n".repeat(CHANNEL_NAME_BYTES)))).toBe("Busy");
      expect(statusName(yield* c.listen("n".repeat(CHANNEL_NAME_BYTES + 1)))).toBe("NameTooLong");
      expect(statusName((yield* c.connect("n".repeat(CHANNEL_NAME_BYTES + 1)))[0])).toBe("NameTooLong");
      for (const name of ["", "a b", "a\n", "ä"]) expect(statusName(yield* c.listen(name)), name).toBe("Invalid");
      expect(statusName((yield* c.connect(""))[0])).toBe("Invalid");
      expect(statusName((yield* c.connect("nobody"))[0])).toBe("NotFound");
      // The name of a program that the kernel starts is that program's.
      expect(statusName(yield* c.listen("mind"))).toBe("Denied");
      const pid = yield* c.launch({ program: "intruder" });
      yield* c.wait(pid);
      const listeners = [first];
      for (let i = 0; i < 6; i++) listeners.push(yield* c.listen(`name${i}`));
      expect(listeners.every((one) => one >= 0)).toBe(true);
      expect(statusName(yield* c.listen("one-more"))).toBe("NoMemory");
      // Connections that nobody takes: so many, then Busy; one whose other side is gone makes room.
      const clients: [number, number][] = [];
      for (let i = 0; i < BACKLOG; i++) clients.push(yield* c.connect("name0"));
      expect(clients.every(([from]) => from >= 0)).toBe(true);
      expect(statusName((yield* c.connect("name0"))[0])).toBe("Busy");
      for (const end of clients[3] as [number, number]) yield* c.close(end);
      const again = yield* c.connect("name0");
      expect(again[0]).toBeGreaterThanOrEqual(0);
      expect(statusName((yield* c.connect("name0"))[0])).toBe("Busy");
      // The listener goes: who waits finds the end.
      yield* c.close(listeners[1] as number);
      expect(yield* c.readText(again[0])).toBe("");
      expect(statusName(yield* c.write(again[1], "x"))).toBe("BrokenPipe");
      for (const [from, to] of [...clients.filter((_, i) => i !== 3), again]) {
        yield* c.close(from);
        yield* c.close(to);
      }
      // One free descriptor is not enough for a connection, and nothing of it stays.
      const fill: number[] = [];
      for (;;) {
        const one = Number(yield { call: "duplicate", args: [0] });
        if (one < 0) break;
        fill.push(one);
      }
      yield* c.close(fill.pop() as number);
      expect(statusName((yield* c.connect("name1"))[0])).toBe("TooManyOpen");
      expect(yield* c.listen("name0")).toBe(DESCRIPTORS - 1);
    },
    {
      *mind() {},
      *intruder(c) {
        child = statusName(yield* c.listen("mine"));
      },
    },
  );
  expect(child).toBe("Denied");
});

test("the mind starts when somebody connects, starts again when it ends, and who waits meanwhile is answered", () => {
  const pids: number[] = [];
  const answers: string[] = [];
  run(
    function* (c) {
      yield { call: "sleep", args: [300n * MS] };
      expect(pids).toEqual([]);
      for (let i = 0; i < 3; i++) {
        const [from, to] = yield* c.connect("mind");
        yield* c.write(to, "who");
        const answer = String(yield* c.readText(from));
        answers.push(answer);
        yield* c.close(from);
        yield* c.close(to);
        const began = yield { call: "time_now" };
        expect(statusName(Number(yield { call: "kill", args: [Number(answer), 137] }))).toBe("Ok");
        if (i === 2) break;
        // It is gone; the next connection waits for the next one, a second at most.
        yield { call: "sleep", args: [1n * MS] };
        const [next, up] = yield* c.connect("mind");
        yield* c.write(up, "who");
        expect(yield* c.readText(next)).not.toBe(answer);
        expect((yield { call: "time_now" }) - began).toBeLessThan(1000n * MS);
        yield* c.close(next);
        yield* c.close(up);
      }
      // Killed in the middle of a question: the end, and then a new one.
      yield { call: "sleep", args: [1000n * MS] };
      const [from, to] = yield* c.connect("mind");
      yield* c.write(to, "hang");
      yield { call: "sleep", args: [5n * MS] };
      yield { call: "kill", args: [pids.at(-1) as number, 137] };
      expect(yield* c.readText(from)).toBe("");
      const [next, up] = yield* c.connect("mind");
      yield* c.write(up, "who");
      expect(yield* c.readText(next)).toBe(String(pids.at(-1)));
    },
    {
      *mind(c) {
        const listener = yield* c.listen("mind");
        pids.push(Number(yield { call: "pid" }));
        for (;;) {
          const [from, to] = yield* c.accept(listener);
          const question = yield* c.readText(from);
          if (question === "hang") yield { call: "sleep", args: [FOREVER] };
          yield* c.write(to, String(pids.at(-1)));
          yield* c.close(from);
          yield* c.close(to);
        }
      },
    },
  );
  expect(new Set(answers).size).toBe(3);
  expect(ExitReason.Killed).toBe(1);
});
