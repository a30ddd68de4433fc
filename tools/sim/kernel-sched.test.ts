// Scheduling of processes in kernel.wasm under V8: their accounts are complete, nobody is lost when policies change places or processes are killed, nobody
// starves, and a fork bomb is survived. Policies that misbehave are in kernel-sched-bad.test.ts, the pure core's own specs in kernel-as/kernel/sched.
import { expect, test } from "vitest";
import { Control, Status, TaskState, Topic } from "../abi/index.js";
import type { FileCalls, Run } from "./file-calls.js";
import { run } from "./file-machine.js";
import type { SimKernel } from "./kernel.js";
import { accounted, builtins, checkWaits, MS, POLICIES, SECOND, sched, swapTo, taskPages, tasks, waitBound, waitForAll, worker } from "./kernel-sched.js";
import { Rng } from "./rng.js";

const policies = builtins(POLICIES);
const OPTIONS = { policies, memoryBytes: 64 << 20, commandLine: "console=machine seed=1 junk=1 auto=0 epoch=1700000000" };
/** Processes at once beside the shell and the learner, which this machine has not. */
const MANY = 120;

test("user + system + ready + blocked is a task's life, to the nanosecond, under every policy", () => {
  const READ = 137n;
  let samples = 0;
  const check = function* (c: FileCalls): Run<void> {
    const before = yield* sched(c);
    const pages = yield* taskPages(c);
    const after = yield* sched(c);
    for (const page of pages) {
      let lastNs: bigint | undefined;
      for (const row of page) {
        const nowNs = (row["startedNs"] as bigint) + accounted(row);
        expect(nowNs).toBeGreaterThan(before["timeNs"] as bigint);
        expect(nowNs).toBeLessThan(after["timeNs"] as bigint);
        // The clock is read once for each row and moves on only then.
        if (lastNs !== undefined) expect(nowNs - lastNs).toBe(READ);
        lastNs = nowNs;
        samples++;
      }
    }
    const whole = (after["userNs"] as bigint) + (after["systemNs"] as bigint) + (after["idleNs"] as bigint) + (after["kernelNs"] as bigint);
    expect(whole).toBe(after["timeNs"]);
  };
  const kernel = run(
    function* (c, machine: SimKernel) {
      machine.readNs = READ;
      const [from, to] = yield* c.pipe();
      for (const policy of ["fallback", ...POLICIES]) {
        yield* swapTo(c, policy);
        const pids: number[] = [];
        for (const program of ["computes", "sleeps", "yields", "writes", "reads", "touches", "limited"]) {
          const descriptors = program === "reads" ? [from] : program === "writes" ? [-1, to] : [];
          pids.push(yield* c.launch({ program, descriptors, nice: pids.length - 3, ...(program === "limited" ? { cpuPpm: 200_000 } : {}) }));
        }
        for (let i = 0; i < 12; i++) {
          yield { call: "sleep", args: [23n * MS + BigInt(i * 777)] };
          yield* check(c);
        }
        for (const pid of pids) {
          expect(yield { call: "kill", args: [pid, 137] }).toBe(0n);
          yield* c.wait(pid);
        }
      }
      expect((yield* sched(c))["ejections"]).toBe(0n);
      machine.readNs = 0n;
    },
    {
      *computes() {
        for (;;) yield { compute: 3_333_333 };
      },
      *sleeps() {
        for (let i = 1; ; i++) {
          yield { call: "sleep", args: [BigInt(i % 7) * 511_111n] };
          yield { compute: 77_777 };
        }
      },
      *yields() {
        for (;;) {
          yield { compute: 12_345 };
          yield { call: "yield_now" };
        }
      },
      *writes(c) {
        for (;;) {
          yield { compute: 90_909 };
          yield* c.write(1, new Uint8Array(3001));
        }
      },
      *reads(c) {
        for (;;) {
          yield { compute: 44_444 };
          yield* c.read(0, 2000);
        }
      },
      *touches() {
        yield { call: "memory_limit", args: [1 << 24] };
        for (let page = 0; ; page = (page + 1) % 2000) {
          yield { touch: page * 4096 };
          yield { compute: 55_555 };
        }
      },
      *limited() {
        for (;;) yield { compute: 1_234_567 };
      },
    },
    OPTIONS,
  );
  expect(samples).toBeGreaterThan(9 * 12 * 8 - 100);
  expect(kernel.console).not.toContain("ejected");
});

test(`policies change places among ${MANY} ready tasks: none is lost, none starves, each gets what it asked for`, () => {
  let longest = 0n;
  let readyAtOnce = 0n;
  const WORK = 120e6;
  run(
    function* (c) {
      const pids: number[] = [];
      for (let i = 0; i < MANY; i++) pids.push(yield* c.launch({ program: "works", nice: i % 3 === 0 ? 10 : 0, image: BigInt(1 + (i % 9)) }));
      const usedBefore = yield* sched(c);
      for (let round = 0; round < 60; round++) {
        yield* swapTo(c, ["fallback", ...POLICIES][round % (POLICIES.length + 1)] as string);
        yield { call: "sleep", args: [50n * MS + BigInt(round) * MS] };
        const waited = yield* checkWaits(c);
        if (waited > longest) longest = waited;
        const { ready, ejections } = yield* sched(c);
        expect(ejections).toBe(0n);
        if ((ready as bigint) > readyAtOnce) readyAtOnce = ready as bigint;
      }
      yield* waitForAll(c, pids);
      const after = yield* sched(c);
      expect((after["userNs"] as bigint) - (usedBefore["userNs"] as bigint)).toBeGreaterThanOrEqual(BigInt(MANY * WORK * 0.99));
      expect(after["ejections"]).toBe(0n);
    },
    { works: () => worker(WORK, 1.7e6) },
    OPTIONS,
  );
  expect(readyAtOnce).toBeGreaterThanOrEqual(BigInt(MANY));
  expect(longest).toBeGreaterThan(200n * MS);
});

test("2000 processes are killed while policies change places: who lives goes on, and nothing is left of the others", () => {
  const rng = new Rng(3);
  const mixed = function* (c: FileCalls): Run<void> {
    for (;;) {
      const what = rng.next();
      if (what < 0.4) yield { compute: Math.floor(rng.logBetween(1e4, 2e7)) };
      else if (what < 0.7) yield { call: "sleep", args: [BigInt(Math.floor(rng.logBetween(1e3, 1e7)))] };
      else if (what < 0.8) yield { call: "yield_now" };
      else if (what < 0.9) yield { touch: Math.floor(rng.next() * 30) * 4096 };
      else yield* c.read(0, 100);
    }
  };
  run(
    function* (c) {
      const alive: number[] = [];
      const [from, to] = yield* c.pipe();
      let killed = 0;
      for (let round = 0; killed < 2000; round++) {
        if (round % 40 === 0) yield* swapTo(c, ["fallback", ...POLICIES][(round / 40) % (POLICIES.length + 1)] as string);
        while (alive.length < MANY) {
          const pid = yield* c.launch({ program: "mixed", descriptors: [from], nice: Math.floor(rng.between(-20, 20)), image: BigInt(1 + Math.floor(rng.next() * 300)) });
          if (pid < 0) break;
          alive.push(pid);
        }
        for (let i = 0; i < 20; i++) {
          const pid = alive.splice(Math.floor(rng.next() * alive.length), 1)[0] as number;
          expect(yield { call: "kill", args: [pid, 137] }).toBe(0n);
          expect((yield* c.wait(pid)).status).toBe(137);
          killed++;
        }
        // Wakes all that read.
        if (round % 3 === 0) yield* c.write(to, new Uint8Array(5000));
        yield { call: "sleep", args: [BigInt(Math.floor(rng.next() * 2e6))] };
        if (round % 10 === 0) yield* checkWaits(c);
      }
      const rows = yield* tasks(c);
      expect(rows.map((row) => Number(row["pid"])).sort((a, b) => a - b)).toEqual([1, ...alive].sort((a, b) => a - b));
      expect((yield* sched(c))["ejections"]).toBe(0n);
      // Each that wants the processor gets it within the bound.
      const wanting = rows.filter((row) => row["state"] === BigInt(TaskState.Ready));
      expect(wanting.length).toBeGreaterThan(3);
      yield { call: "sleep", args: [6n * SECOND] };
      const later = new Map((yield* tasks(c)).map((row) => [row["pid"], row]));
      for (const row of wanting)
        expect(accounted(later.get(row["pid"]) as never) - (later.get(row["pid"])?.["readyNs"] as bigint)).toBeGreaterThan(accounted(row) - (row["readyNs"] as bigint));
      for (const pid of alive) {
        yield { call: "kill", args: [pid, 137] };
        yield* c.wait(pid);
      }
      expect((yield* tasks(c)).length).toBe(1);
    },
    { mixed },
    OPTIONS,
  );
});

test.each(["fallback", "rr", "eevdf", "transformer"])("a fork bomb under %s: it is told that every slot is taken, the shell goes on, and ends it", (policy) => {
  let refused = 0;
  run(
    function* (c) {
      yield* swapTo(c, policy);
      yield* c.launch({ program: "bomb" });
      let most = 0;
      for (let i = 0; i < 10; i++) {
        const { timeNs } = yield* sched(c);
        yield { call: "sleep", args: [100n * MS] };
        const late = ((yield* sched(c))["timeNs"] as bigint) - (timeNs as bigint) - 100n * MS;
        expect(late).toBeLessThan(waitBound(128));
        most = Math.max(most, (yield* tasks(c)).length);
        yield* checkWaits(c);
      }
      expect(most).toBeGreaterThan(100);
      expect(refused).toBeGreaterThan(100);
      for (let pass = 0; pass < 50; pass++) {
        const others = (yield* tasks(c)).map((row) => Number(row["pid"])).filter((pid) => pid !== 1);
        if (others.length === 0) break;
        for (const pid of others) yield { call: "kill", args: [pid, 137] };
      }
      yield { call: "sleep", args: [100n * MS] };
      while ((yield { call: "wait", args: [0, 1, c.va(8192)] }) > 0n);
      expect((yield* tasks(c)).length).toBe(1);
      expect(yield* c.launch({ program: "quiet" })).toBeGreaterThan(0);
      expect((yield* c.wait()).status).toBe(0);
      expect((yield* sched(c))["ejections"]).toBe(0n);
    },
    {
      *bomb(c) {
        for (;;) {
          if ((yield* c.launch({ program: "bomb" })) === Status.Busy) refused++;
          yield { compute: 300_000 };
        }
      },
      *quiet() {
        yield { compute: 1000 };
      },
    },
    OPTIONS,
  );
});

test("priorities: out of range they are refused, by launch and by control, and nothing changes", () => {
  run(
    function* (c) {
      for (const nice of [-21, 20, 1000, -1_000_000]) {
        expect(yield* c.launch({ program: "waits", nice })).toBe(Status.Invalid);
        expect(yield { call: "control", args: [Control.Nice, 1, BigInt.asUintN(64, BigInt(nice)), 0, 0] }).toBe(BigInt(Status.Range));
      }
      const pid = yield* c.launch({ program: "waits", nice: 19 });
      expect(yield { call: "control", args: [Control.Nice, 9999, 0, 0, 0] }).toBe(BigInt(Status.NotFound));
      expect(yield { call: "control", args: [Control.Nice, pid, BigInt.asUintN(64, -20n), 0, 0] }).toBe(0n);
      const row = (yield* tasks(c)).find((one) => one["pid"] === BigInt(pid));
      expect(row?.["nice"]).toBe(-20n);
      expect(yield { call: "control", args: [Control.SchedExplain, 1_000_001, 0, 0, 0] }).toBe(BigInt(Status.Range));
      expect(yield { call: "query", args: [Topic.Candidates, 0xffff_ffffn << 8n, c.va(8192), 4096] }).toBe(0n);
      yield { call: "kill", args: [pid, 137] };
      yield* c.wait(pid);
    },
    {
      *waits() {
        yield { call: "sleep", args: [100n * SECOND] };
      },
    },
    OPTIONS,
  );
});
