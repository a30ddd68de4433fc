// schedctl, nice and renice on a played kernel: what they say of the rows, what they ask of the kernel, what they refuse.
import { expect, test } from "vitest";
import { Control, Status, Topic } from "../../tools/abi/generated.js";
import { believableRows, machine } from "./desk.js";
import { REQUEST_END, SCHED_MODULES } from "./sched-rows.js";

function scheduler() {
  const made = machine({
    stages: true,
    prepare: (kernel) => {
      const rows = believableRows();
      kernel.rows = { ...rows, [Topic.Modules]: [...(rows[Topic.Modules] ?? []), ...SCHED_MODULES], [Topic.Trace]: [{ sequence: 0n, timeNs: 1n, event: 1, pid: 0 }, REQUEST_END] };
      kernel.candidatesOf = 78n;
    },
  });
  return { ...made, json: (line: string) => JSON.parse(made.ask(line).output) };
}

test("status: times and means come from the counts", () => {
  const { ask, json } = scheduler();
  const { output } = ask("schedctl status");
  expect(output).toContain("Policy:         transformer\n");
  expect(output).toContain("Decision Time:  p50 <= 4.8 us, p99 <= 19.4 us\n");
  expect(output).toContain("Mean Response:  100.000 ms for 20.000 ms of processor time\n");
  expect(output).toContain("Mean Slowdown:  3.000\n");
  expect(output).toContain("Idle:           2.500 s, 0.249 of 10.000 s\n");
  expect(json("schedctl status --json")).toMatchObject({ policy: "transformer", decisions: 100, p50Ns: 4864, p99Ns: 19456, rescues: 1, learnMode: "learning" });
});

test("policies: listed, swapped by name, dashes too; an unknown one names those there are", () => {
  const { ask, kernel } = scheduler();
  const { output } = ask("schedctl policy");
  expect(output).toMatch(/^ +fallback +available +built in/m);
  expect(output).toMatch(/^\* +transformer +active +aot +100 +0 +5\.0 us/m);
  expect(output).toMatch(/greedy +ejected .*used up its fuel$/m);
  expect(output).not.toContain("memory-trend");
  expect(ask("schedctl policy sjf-history").status).toBe(0);
  expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.ModuleSwap, text: "sjf_history" });
  ask("schedctl policy fallback");
  expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.ModuleFallback, text: "sched" });
  expect(ask("schedctl policy frob")).toEqual({
    output: "schedctl policy: frob: no such scheduling policy; there are fallback, sjf_history, transformer, greedy (modctl load brings more)\n",
    status: 1,
    failures: 1,
  });
  expect(ask("schedctl policy memory-trend").status).toBe(1);
  ask("schedctl transformer on");
  expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.ModuleSwap, text: "transformer" });
  ask("schedctl transformer off");
  expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.ModuleFallback, text: "sched" });
});

test("tasks, their features, images", () => {
  const { ask, json } = scheduler();
  expect(ask("schedctl tasks").output).toMatch(/^ +12 +Running +-5 +1\.000 ms +500\.0 us .*abc000000000 +sort words$/m);
  expect(ask("schedctl tasks -l").output).toMatch(/^ +13 +0 +80\.000 ms +5\.000 ms/m);
  expect(json("schedctl tasks --json").tasks[0]).toMatchObject({ pid: 1, state: "Blocked", blockedPpm: 990_000, image: "1111222233334444", voluntary: 400 });
  const images = ask("schedctl images").output;
  expect(images).toMatch(/^abc000000000 +7 +4\.000 ms +500\.0 us .*from 2\.000 ms 20 %, from 4\.000 ms 80 % +sort words$/m);
  expect(images).toMatch(/^999900000000 .*< 250\.0 us 100 % +-$/m);
});

test("top shows what was used in between, the largest first", () => {
  const { ask, json, kernel } = scheduler();
  const answer = kernel.rows[Topic.Tasks] ?? [];
  const sched = kernel.rows[Topic.Sched] ?? [];
  // each read of the tasks finds pid 13 10 ms further
  let reads = 0n;
  Object.defineProperty(kernel.rows, Topic.Tasks, {
    get: () => answer.map((row) => (row.pid === 13 ? { ...row, userNs: 80_000_000n + 10_000_000n * reads } : row)),
  });
  Object.defineProperty(kernel.rows, Topic.Sched, { get: () => sched.map((row) => ({ ...row, timeNs: 10_000_000_000n + 20_000_000n * reads++, idleNs: 5_000_000n * reads })) });
  const lines = ask("schedctl top --rounds 2 --seconds 20ms").output.trimEnd().split("\n");
  expect(lines).toHaveLength(2 * 5);
  expect(lines[2]).toMatch(/^ +13 +50\.0 +50\.0 +0\.0 +0 +Ready/);
  expect(lines[0]).toContain("idle 25.0 %");
  expect(json("schedctl top --json").tasks[0]).toMatchObject({ pid: 13, userNs: 10_000_000 });
  kernel.ctrlCAt.push(kernel.nowNs + 5e7);
  expect(ask("schedctl top --rounds 1000 --seconds 20ms").status).toBe(130);
});

test("explain: the list, one decision with what really happened, recording", () => {
  const { ask, json, kernel } = scheduler();
  const list = ask("schedctl explain").output;
  expect(list).toMatch(/^70 +0\.005000 +fallback +1 +13 +2 +10\.000 ms +- +open +800 ns +-$/m);
  expect(list).toMatch(/^78 .*transformer +13 +12 +3 +4\.000 ms +1\.500 ms +blocked +7\.3 us +13$/m);
  const told = ask("schedctl explain 78").output;
  expect(told).toContain("What Happened:  ran 1.500 ms: it waited\n");
  expect(told).toContain("Expected:       3.000 ms of processor time left in its request\n");
  expect(told).toContain("Really:         4.000 ms were left; the request took 5.000 ms, 9.000 ms from its start to its end\n");
  expect(told).toContain("Shadow:         chose pid 13 (primes)\n");
  expect(told).toMatch(/^\* +12 +-5 +0\.750000 +0\.625 +3\.000 ms +4\.000 ms +1\.000 ms/m);
  expect(told).toMatch(/^ +13 +0 +-1\.500000 +0\.375 +700\.000 ms +- /m);
  expect(told).toContain("1 more were ready\n");
  expect(ask("schedctl explain last").output).toBe(told);
  const row = json("schedctl explain 78 --json");
  expect(row).toMatchObject({ sequence: 78, pid: 12, requestNs: 5_000_000, version: 3 });
  expect(row.rows[1]).toMatchObject({ pid: 13, score: -1.5, attention: 0.375, expectedNs: 700_000_000, leftNs: -1, chosen: false });
  expect(ask("schedctl explain 77").output).toBe("schedctl explain: 77: not recorded, or no more: the last 48 that were recorded are kept, now 70 to 78\n");
  expect(ask("schedctl explain frob")).toMatchObject({ status: 2, output: expect.stringContaining("must be a sequence number, last, every or off, not frob") });
  expect(ask("schedctl explain every 0")).toMatchObject({ status: 2, output: expect.stringContaining("must be 1 to 1000000, not 0") });
  ask("schedctl explain every 4");
  expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.SchedExplain, a: 4n });
  ask("schedctl explain off");
  expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.SchedExplain, a: 0n });
  kernel.rows[Topic.Decisions] = [];
  expect(ask("schedctl explain last").output).toContain("no decision is recorded yet");
});

test("scores that are no numbers are told as none", () => {
  const { ask, json, kernel } = scheduler();
  kernel.rows[Topic.Candidates] = [{ pid: 12, score: Number.NaN, attention: 0, remainingNs: -1 }];
  expect(ask("schedctl explain 78").output).toMatch(/^\* +12 +0 +- +- +- +5\.000 ms/m);
  expect(json("schedctl explain 78 --json").rows[0]).toMatchObject({ score: null, attention: 0, expectedNs: -1 });
});

test("the shadow: on, off, compare", () => {
  const { ask, json, kernel } = scheduler();
  const text = ask("schedctl shadow compare").output;
  expect(text).toContain("Shadow:          sjf_history\n");
  expect(text).toContain("Agreement:       0.750 of 200 decisions\n");
  expect(text).toContain("Predicted Gain:  -2.000 ms a choice");
  expect(ask("schedctl shadow").output).toBe(text);
  expect(json("schedctl shadow --json")).toMatchObject({ on: true, agreed: 150, gainNs: -40_000_000 });
  ask("schedctl shadow on sjf-history");
  expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.SchedShadow, text: "sjf_history" });
  expect(ask("schedctl shadow on transformer").output).toContain("decides already");
  expect(ask("schedctl shadow on fallback").status).toBe(1);
  expect(ask("schedctl shadow on frob").output).toContain("there are fallback, sjf_history, transformer, greedy");
  ask("schedctl shadow off");
  expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.SchedShadow, text: "" });
  kernel.rows[Topic.Shadow] = [{ lastError: Status.OutOfFuel }];
  expect(ask("schedctl shadow").output).toContain("it was taken off: it used up its fuel");
});

test("the transformer: stats out of the rows, modes, rate, reset", () => {
  const { ask, json, kernel } = scheduler();
  kernel.rows[Topic.Tasks]?.push({ slot: 1, pid: 2, parent: 0, state: 3, startedNs: 500_000_000n, command: "learner" });
  const text = ask("schedctl transformer stats --verbose").output;
  expect(text).toContain("Inference Time:    mean 5.0 us, p50 <= 4.8 us, p99 <= 19.4 us\n");
  expect(text).toContain("Loss:              1.2346 nats; the weights that came with it: 1.5000\n");
  expect(text).toContain("Learner's CPU:     95.000 ms, 0.010 of the time since it started\n");
  expect(text).toContain("Guard:             weights on trial: 12 requests ended since\n");
  expect(text).toContain("Slowdown Before:   2^1.250\n");
  expect(json("schedctl transformer --json")).toMatchObject({
    active: true,
    agreementPpm: 750_000,
    learner: { loss: 1.23456, rate: 0.0005 },
    weights: { version: 3, rollbacks: 1 },
  });
  ask("schedctl transformer freeze");
  expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.SchedMode, a: 0n, b: 0n });
  ask("schedctl transformer learn");
  expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.SchedMode, a: 1n, b: 0n });
  ask("schedctl transformer reset");
  expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.WeightsRevert, a: 6n, b: 1n });
  for (const [typed, ppb] of [
    ["0.001", 1_000_000n],
    ["1e-3", 1_000_000n],
    ["2.5e-4", 250_000n],
    ["1", 1_000_000_000n],
  ] as const) {
    expect(ask(`schedctl set-lr ${typed}`).status).toBe(0);
    expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.SchedMode, a: 1n, b: ppb });
  }
  for (const typed of ["0", "2", "-1", "1e3", "1e-20"])
    expect(ask(`schedctl set-lr ${typed}`), typed).toMatchObject({ status: 2, output: `schedctl set-lr: RATE: must be 0.000001 to 1, not ${typed}\n` });
  for (const typed of ["x", "1e", "0.1.2"]) expect(ask(`schedctl set-lr ${typed}`), typed).toMatchObject({ status: 2, output: expect.stringContaining("not a number") });
  expect(ask("schedctl weights").output).toContain("Last Good:        version 2\n");
});

test("before anything was counted it says so", () => {
  const { ask, kernel } = scheduler();
  kernel.rows[Topic.Learner] = [];
  kernel.rows[Topic.Weights] = [{ moduleId: 6 }];
  kernel.rows[Topic.Shadow] = [{}];
  kernel.rows[Topic.Sched] = [{ moduleId: 6, explainEvery: 0 }];
  kernel.rows[Topic.Modules] = [{ id: 6, kind: 2, state: 1, engine: 1, name: "transformer" }];
  const text = ask("schedctl transformer").output;
  expect(text).toContain("Inference Time:    none yet\n");
  expect(text).toContain("Agreement:         no shadow decides\n");
  expect(text).toContain("Learner:           none yet\n");
  expect(text).toContain("Weights:           transformer has none\n");
  expect(ask("schedctl status").output).toContain("Mean Slowdown:  none yet\n");
  kernel.rows[Topic.Modules] = [];
  expect(ask("schedctl transformer on").output).toContain("there is no policy transformer in this kernel");
});

test("a kernel that tells nothing of tasks is a clear error", () => {
  const { ask, kernel } = scheduler();
  kernel.rows[Topic.Sched] = [];
  kernel.rows[Topic.Weights] = [];
  for (const line of ["status", "policy", "tasks", "top", "explain", "shadow", "transformer", "weights"])
    expect(ask(`schedctl ${line}`), line).toMatchObject({ status: 1, output: expect.stringContaining("this kernel does not tell about its scheduler") });
});

test("nice and renice: the range is named, a program gets it, a line passes it on", () => {
  const { ask, kernel } = scheduler();
  expect(ask("nice -n 20 true")).toMatchObject({ status: 2, output: "nice: -n: must be -20 to 19, not 20\n" });
  expect(ask("renice -21 12")).toMatchObject({ status: 2, output: "renice: N: must be -20 to 19, not -21\n" });
  expect(ask("run --nice 99 spec")).toMatchObject({ status: 2, output: "run: --nice: must be -20 to 19, not 99\n" });
  expect(ask("renice -7 12 13").status).toBe(0);
  expect(kernel.controls.slice(-2).map((call) => [call.operation, call.a, BigInt.asIntN(64, call.b)])).toEqual([
    [Control.Nice, 12n, -7n],
    [Control.Nice, 13n, -7n],
  ]);
  kernel.answers[Control.Nice] = () => Status.NotFound;
  expect(ask("renice 3 77").output).toBe("renice: 77: no such process\n");
  expect(ask("renice 3 x").status).toBe(2);
  ask("nice run spec");
  expect(kernel.children.at(-2)).toMatchObject({ argv: ["shell", "-c", "run spec"], launched: { nice: 10 } });
  ask("run --nice -3 spec");
  expect(kernel.children.at(-1)?.launched).toMatchObject({ program: "spec", nice: -3 });
  ask("run spec");
  expect(kernel.children.at(-1)?.launched).toMatchObject({ nice: 0 });
  expect(ask("nice frob")).toMatchObject({ status: 127 });
  expect(ask("nice jobs")).toMatchObject({ status: 2, output: expect.stringContaining("this shell itself") });
});

test("ps tells nice values and time in the kernel; help and completion know the third level", () => {
  const { ask, json } = scheduler();
  expect(ask("ps").output).toMatch(/PID +PPID +STATE +RSS +TABLES +SIZE +NICE +CPU +SYSTEM/);
  expect(json("ps --json").processes[0]).toMatchObject({ pid: 1, nice: 0, userNs: 30_000_000, systemNs: 10_000_000 });
  expect(ask("help schedctl transformer stats").output).toMatch(/^Usage: schedctl transformer stats \[--verbose\]/);
  expect(ask("schedctl transformer frob").status).not.toBe(0);
});
