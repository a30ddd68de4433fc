// Scheduling policies that misbehave, in kernel.wasm under V8: each is ejected for what it did, the fallback goes on with the kernel's own queue, no task is
// lost, and none waits for longer than the starvation guard allows. The same policies in the image's engines: tools/reference/sched-engines.hosted.test.ts.
import { expect, test } from "vitest";
import { Control, ModuleState, Status, TaskState, Topic } from "../abi/index.js";
import type { FileCalls, Run } from "./file-calls.js";
import { run } from "./file-machine.js";
import { builtins, checkWaits, MS, moduleNamed, SECOND, STARVE_NS, sched, swapTo, tasks, waitForAll, worker } from "./kernel-sched.js";

const TASKS = 12;
/** What each is ejected for: the log's words, and the Status. */
const BAD: [string, RegExp, number][] = [
  ["bad_sched_absent", /chose a task that is not ready/, Status.BadAnswer],
  ["bad_sched_blocked", /chose a task that is not ready/, Status.BadAnswer],
  ["bad_sched_slot", /chose a task that is not ready/, Status.BadAnswer],
  ["bad_sched_zero", /quantum is not between/, Status.BadAnswer],
  ["bad_sched_year", /quantum is not between/, Status.BadAnswer],
  ["bad_sched_nan", /score is not finite/, Status.BadAnswer],
  ["bad_sched_candidates", /more than 16 candidates/, Status.BadAnswer],
  ["bad_sched_loop", /fuel/, Status.OutOfFuel],
  ["bad_sched_trap", /unreachable|trapped/, Status.Trap],
  ["bad_sched_negative", /./, Status.Invalid],
];
const OPTIONS = { memoryBytes: 32 << 20, commandLine: "console=machine seed=1 junk=1 auto=0 epoch=1700000000" };
const PROGRAMS = {
  computes: () => worker(200e6, 2.3e6),
  pauses: () => worker(100e6, 1.1e6, 700_000),
};

function* launchAll(c: FileCalls): Run<number[]> {
  const pids: number[] = [];
  for (let i = 0; i < TASKS; i++) pids.push(yield* c.launch({ program: i % 2 === 0 ? "pauses" : "computes", image: BigInt(1 + (i % 4)) }));
  return pids;
}

test.each(BAD)("%s is ejected, and round robin goes on", (name, words, status) => {
  run(
    function* (c) {
      yield { call: "control", args: [Control.SchedExplain, 1] };
      const pids = yield* launchAll(c);
      yield* swapTo(c, name);
      expect((yield* moduleNamed(c, name)).row["state"]).toBe(BigInt(ModuleState.Active));
      yield { call: "sleep", args: [200n * MS] };
      const { row, reason } = yield* moduleNamed(c, name);
      expect(row["state"]).toBe(BigInt(ModuleState.Ejected));
      expect(BigInt.asIntN(64, row["lastError"] as bigint)).toBe(BigInt(status));
      expect(reason).toMatch(words);
      expect(row["errors"]).toBe(1n);
      expect(row["calls"] as bigint).toBeGreaterThan(3n);
      expect(yield* sched(c)).toMatchObject({ moduleId: 0n, ejections: 1n });
      expect((yield* c.rows(Topic.Processes, "ProcessRow")).length).toBe(TASKS + 1); // some may have ended
      yield* checkWaits(c);
      // Another one takes over from the fallback, then, and the bad one may try again.
      yield* swapTo(c, "rr");
      yield { call: "sleep", args: [50n * MS] };
      yield* swapTo(c, name);
      yield* waitForAll(c, pids);
      expect((yield* sched(c))["ejections"]).toBe(2n);
    },
    PROGRAMS,
    { ...OPTIONS, policies: builtins(["rr", name]) },
  );
});

test("one that lets all but its favourite starve stays in order, and the guard keeps the others alive within the bound", () => {
  let longest = 0n;
  run(
    function* (c) {
      const favourite = yield* c.launch({ program: "forever" });
      yield { call: "sleep", args: [5n * MS] };
      yield* swapTo(c, "bad_sched_starve");
      yield { call: "sleep", args: [5n * MS] };
      const pids: number[] = [];
      for (let i = 0; i < TASKS; i++) pids.push(yield* c.launch({ program: "forever" }));
      // The shell itself is one of those that wait for the guard.
      for (let i = 0; i < 12; i++) {
        yield { call: "sleep", args: [SECOND] };
        const waited = yield* checkWaits(c);
        if (waited > longest) longest = waited;
      }
      const { rescues, ejections, moduleId } = yield* sched(c);
      expect(ejections).toBe(0n);
      expect(moduleId).not.toBe(0n);
      expect(rescues as bigint).toBeGreaterThan(BigInt(TASKS));
      const rows = yield* tasks(c);
      for (const row of rows.filter(({ pid }) => pids.includes(Number(pid)))) expect(row["userNs"] as bigint).toBeGreaterThan(20n * MS);
      expect(rows.filter(({ state }) => state === BigInt(TaskState.Ready)).length).toBeGreaterThanOrEqual(TASKS);
      for (const pid of [favourite, ...pids]) {
        yield { call: "kill", args: [pid, 137] };
        yield* c.wait(pid);
      }
    },
    {
      *forever() {
        for (;;) yield { compute: 5_000_000 };
      },
    },
    { ...OPTIONS, policies: builtins(["bad_sched_starve"]) },
  );
  expect(longest).toBeGreaterThan(STARVE_NS / 2n);
});
