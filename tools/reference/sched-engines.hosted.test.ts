// Scheduling policies in V8, AOT and wasm3: same decisions byte for byte, same statuses, same fuel, on the inputs of random machines;
// and those that misbehave end alike, each in the way that its name says.
import { beforeAll, describe, expect, it } from "vitest";
import { LAYOUT, Status } from "../abi/index.js";
import { buildPolicyHost } from "../build/hosted.js";
import { Rng } from "../sim/rng.js";
import { type Answer, meteredBytes, type Request, runHosted, runV8 } from "./policy-engines.js";
import { happen } from "./sched-chaos.js";
import { encodeInput, readDecision, SchedMachine } from "./sched-machine.js";
import { asking, openSched, SCHED_FUEL } from "./sched-policies.js";

const DECISIONS = 4000;
const POLICIES = ["eevdf", "fifo", "gittins", "las", "mlfq", "oracle_srpt", "rr", "sjf_history"];

let plain: string;
let sanitized: string;

beforeAll(async () => {
  plain = await buildPolicyHost("plain");
  sanitized = await buildPolicyHost("sanitized");
});

/** What a machine that follows `policy` asks of it, and now and then the same with too little fuel or cut short. */
function requestsOf(policy: string, decisions: number, seed: number): Request[] {
  const rng = new Rng(seed);
  const requests: Request[] = [{ reset: 1, fuel: SCHED_FUEL }];
  const ask = asking(openSched(policy));
  for (let asked = 0; asked < decisions; ) {
    const machine = new SchedMachine((input) => {
      requests.push({ input: Uint8Array.from(input), fuel: SCHED_FUEL });
      asked++;
      return ask(input);
    });
    const chaos = { slots: Math.floor(rng.logBetween(2, 300)), nice: true, guard: true, hints: true };
    for (let step = 0; step < 200; step++) {
      happen(machine, rng, chaos);
      machine.explain = rng.next() < 0.3;
      if (machine.ready().length > 0) machine.decide();
    }
    // The next machine's first input is a snapshot: what a spoilt call left behind does not matter, where it is told.
    const last = requests.at(-1);
    if (last && "input" in last) {
      requests.push({ input: last.input, fuel: BigInt(Math.floor(rng.logBetween(1, 2000))) });
      requests.push({ input: last.input.subarray(0, Math.floor(rng.between(0, last.input.length))), fuel: SCHED_FUEL });
      requests.push({ reset: 1, fuel: SCHED_FUEL });
      ask(encodeInput({ nowNs: 0, ready: 0 }, []));
    }
  }
  return requests;
}

async function compare(policy: string, requests: Request[], program = plain): Promise<Answer[]> {
  const v8 = runV8(meteredBytes(policy), requests);
  const aot = await runHosted(program, "aot", policy, requests);
  const wasm3 = await runHosted(program, "wasm3", policy, requests);
  expect(aot.length).toBe(requests.length + 1);
  expect(wasm3).toEqual(aot); // texts too
  for (const [i, answer] of v8.entries()) {
    const { status, fuelUsed, decision } = aot[i + 1] as Answer;
    if (status !== answer.status || fuelUsed !== answer.fuelUsed || decision !== answer.decision) expect({ i, status, fuelUsed, decision }).toEqual({ i, ...answer });
  }
  return v8;
}

const count = (answers: Answer[], status: number) => answers.filter((answer) => answer.status === status).length;

describe("the same bytes, the same answers", () => {
  it.each(POLICIES)("%s", async (policy) => {
    const answers = await compare(policy, requestsOf(policy, DECISIONS, 1));
    expect(count(answers, Status.Ok)).toBeGreaterThan(DECISIONS * 0.9);
    expect(count(answers, Status.OutOfFuel)).toBeGreaterThan(5);
    expect(count(answers, Status.Invalid)).toBeGreaterThan(5);
    expect(new Set(answers.map((answer) => answer.decision)).size).toBeGreaterThan(DECISIONS / 4);
  });

  it("under ASan and UBSan, too", async () => {
    for (const policy of ["eevdf", "gittins", "mlfq"]) await compare(policy, requestsOf(policy, 500, 2), sanitized);
  });
});

/** Three tasks; then, from the fourth decision on, one of them is blocked. */
function script(): Request[] {
  const machine = new SchedMachine(() => 0);
  const tasks = [machine.arrive(1), machine.arrive(2), machine.arrive(3)];
  const blocked = { ...(tasks[1] as (typeof tasks)[0]), state: 3, events: 4 };
  const input = (flags: number, rows: typeof tasks, ready: number): Request => ({ input: encodeInput({ nowNs: machine.nowNs, ready, flags }, rows), fuel: SCHED_FUEL });
  return [{ reset: 1, fuel: SCHED_FUEL }, input(1, tasks, 3), input(0, [], 3), input(0, [], 3), input(0, [blocked], 2)];
}

describe("scheduling policies that misbehave", () => {
  it.each([
    ["bad_sched_absent", Status.Ok, { slot: 1023 }],
    ["bad_sched_slot", Status.Ok, { slot: 0x8000_0000 }],
    ["bad_sched_blocked", Status.Ok, { slot: 2 }],
    ["bad_sched_zero", Status.Ok, { quantumNs: 0 }],
    ["bad_sched_year", Status.Ok, { quantumNs: 365 * 86_400 * 1e9 }],
    ["bad_sched_nan", Status.Ok, { score: Number.NaN }],
    ["bad_sched_negative", Status.Invalid, undefined],
    ["bad_sched_trap", Status.Trap, undefined],
    ["bad_sched_loop", Status.OutOfFuel, undefined],
  ])("%s is sound three times, then not, alike in all engines", async (policy, status, answer) => {
    for (const program of [plain, sanitized]) {
      const answers = await compare(policy, script(), program);
      expect(answers.map((one) => one.status)).toEqual([0, 0, 0, 0, status]);
      for (const one of answers.slice(1, 4)) expect(readDecision(Buffer.from(one.decision, "hex"))).toMatchObject({ slot: 1, quantumNs: 10_000_000, candidates: [] });
      if (answer) expect(readDecision(Buffer.from((answers[4] as Answer).decision, "hex"))).toMatchObject(answer);
    }
  });

  it("a machine that follows one of them stops where it names a task that may not run", () => {
    const machine = new SchedMachine(asking(openSched("bad_sched_absent")));
    machine.arrive(1);
    for (let i = 0; i < 3; i++) machine.decide();
    expect(() => machine.decide()).toThrow(/slot 1023 may not run: state absent/);
  });

  it("an input larger than the policy's buffer is refused, not cut", async () => {
    const bytes = LAYOUT.SchedInput.bytes + 129 * LAYOUT.SchedTask.bytes;
    const [, answer] = await runHosted(plain, "aot", "rr", [{ input: new Uint8Array(bytes), fuel: SCHED_FUEL }]);
    expect(answer).toMatchObject({ status: Status.Range });
  });
});
