// Scheduling policies under random events: none names a task that may not run, a swap in the middle changes nothing that its definition
// does not let change, nice counts, hints decide nothing, 1000 tasks are no trouble, and input that is none is refused.
import { beforeAll, describe, expect, it } from "vitest";
import { QUANTUM_LEAST_NS, QUANTUM_MOST_NS, SCHED_CANDIDATES, SCHED_ROWS, SCHED_TASKS, Status, TaskState } from "../abi/index.js";
import { Rng } from "../sim/rng.js";
import { happen, PROGRAMS } from "./sched-chaos.js";
import { type Ask, type Decision, encodeInput, type Features, SchedMachine } from "./sched-machine.js";
import { asking, binsOf, buildSchedPolicies, openSched, SCHED_FUEL, turns } from "./sched-policies.js";

const MS = 1_000_000;

/** Each policy, and in how many decisions it may choose otherwise after a swap, because of what no snapshot tells. */
const AFTER_SWAP: [name: string, share: number, why: string][] = [
  ["fifo", 0, ""],
  ["las", 0, ""],
  ["oracle_srpt", 0, ""],
  ["sjf_history", 0, ""],
  ["rr", 0.01, "whether the quantum of the running task was over"],
  ["mlfq", 0.02, "what it had used when all rose last"],
  ["gittins", 0.1, "the histogram of all images, in which earlier requests count"],
  ["eevdf", 0.2, "lags"],
];
const NAMES = AFTER_SWAP.map(([name]) => name);

beforeAll(async () => {
  expect(await buildSchedPolicies()).toEqual(expect.arrayContaining(NAMES));
});

const machineOf = (name: string) => new SchedMachine(asking(openSched(name)));

/** What no answer may break; who was chosen, the machine itself has checked. */
function sound(machine: SchedMachine, { slot, quantumNs, score, candidates }: Decision): void {
  const must = (is: boolean, what: string) => {
    if (!is) throw new Error(`${what}: ${JSON.stringify({ slot, quantumNs, score, candidates })}`);
  };
  must(quantumNs >= QUANTUM_LEAST_NS && quantumNs <= QUANTUM_MOST_NS, "no such quantum");
  must(Number.isFinite(score), "no such score");
  must(candidates.length === (machine.explain ? Math.min(machine.ready().length, SCHED_CANDIDATES) : 0), "so many candidates");
  must(!machine.explain || (candidates[0]?.slot === slot && candidates[0].score === score), "the best candidate was not chosen");
  must(new Set(candidates.map((candidate) => candidate.slot)).size === candidates.length, "a candidate twice");
  for (const [i, row] of candidates.entries()) {
    must(machine.mayRun(row.slot), "a candidate may not run");
    must(row.score <= (candidates[i - 1]?.score ?? Number.MAX_VALUE), "not sorted");
    must(row.remainingNs === -1 || (Number.isFinite(row.remainingNs) && row.remainingNs >= 0), "no such time");
  }
}

describe.each(NAMES)("%s, whatever happens", (name) => {
  it("names only tasks that may run, in 100 000 random steps with rescues and swaps", () => {
    const policy = openSched(name);
    for (let sequence = 0; sequence < 500; sequence++) {
      const rng = new Rng(1000 + sequence);
      const machine = new SchedMachine(asking(policy)); // one instance for all: its first input is a snapshot
      const chaos = { slots: Math.floor(rng.logBetween(2, 40)), nice: rng.next() < 0.5, guard: rng.next() < 0.5, hints: rng.next() < 0.5 };
      for (let step = 0; step < 200; step++) {
        happen(machine, rng, chaos);
        if (machine.ready().length === 0) continue;
        machine.snapshot ||= rng.next() < 0.01;
        machine.explain = rng.next() < 0.2;
        sound(machine, machine.decide());
      }
    }
  });

  it("1000 tasks are told in several calls and cost little", () => {
    const seen = { fuel: 0n };
    const machine = new SchedMachine(asking(openSched(name), seen));
    machine.explain = true;
    for (let slot = 0; slot < 1000; slot++) machine.arrive(SCHED_TASKS - 1 - slot, { ...PROGRAMS[slot % 4], nice: (slot % 40) - 20, hintNs: slot * 1000 });
    for (let i = 0; i < 300; i++) {
      sound(machine, machine.decide());
      machine.run(machine.quantumNs);
      if (i % 2) machine.block(machine.running);
    }
    expect(seen.fuel).toBeLessThan(SCHED_FUEL / 20n);
  });

  it("a lower nice value never gets less", () => {
    for (const bins of [binsOf({ 9: 1 }), undefined]) {
      const machine = machineOf(name);
      const features: Features = bins ? { image: 5n, imageRequests: 64, imageMeanUs: 100_000, bins, hintNs: 1e12 } : { hintNs: 1e12 };
      const nices = [-20, -10, -5, -1, 0, 1, 4, 10, 19];
      for (const [slot, nice] of nices.entries()) machine.arrive(slot, { ...features, nice });
      while (machine.nowNs < 60_000 * MS) turns(machine, 1);
      const shares = nices.map((_, slot) => machine.task(slot).totalNs);
      // The order of arrival may be worth a turn.
      for (let i = 1; i < nices.length; i++) expect(shares[i], `nice ${nices[i]} against ${nices[i - 1]}: ${shares}`).toBeLessThanOrEqual((shares[i - 1] as number) + 20 * MS);
    }
  });

  it("what it was never told decides nothing: a second run of the same gives the same bytes", () => {
    const record = (hints: boolean, noise: number) => {
      const policy = openSched(name);
      for (let i = 0; i < noise; i++) {
        const other = new SchedMachine(asking(policy));
        other.arrive(i, { nice: 3, imageRequests: 5, imageMeanUs: 77, bins: binsOf({ 15: 1 }) });
        turns(other, 3);
      }
      policy.reset();
      const answers: string[] = [];
      const ask = asking(policy);
      const rng = new Rng(5);
      const machine = new SchedMachine((input) => {
        const answer = ask(input);
        if (typeof answer !== "number") answers.push(Buffer.from(answer).toString("hex"));
        return answer;
      });
      for (let step = 0; step < 2000; step++) {
        happen(machine, rng, { slots: 20, nice: true, guard: true, hints });
        if (machine.ready().length > 0) machine.decide();
      }
      return answers;
    };
    const plain = record(false, 0);
    expect(record(false, 3)).toEqual(plain);
    // Hints are for the oracle alone.
    if (name === "oracle_srpt") expect(record(true, 0)).not.toEqual(plain);
    else expect(record(true, 0)).toEqual(plain);
  });

  it("refuses an input that is none, and goes on with the next", () => {
    const policy = openSched(name);
    const head = encodeInput({ nowNs: 5, ready: 0 }, []);
    expect(policy.decide(head.subarray(0, 40), SCHED_FUEL)).toBe(Status.Invalid);
    expect(policy.decide(head, SCHED_FUEL), "nobody is ready").toBe(Status.Invalid);
    const machine = new SchedMachine(asking(policy));
    const task = machine.arrive(4);
    const input = encodeInput({ nowNs: 5, ready: 1, flags: 1 }, [task]);
    expect(policy.decide(input.subarray(0, input.length - 8), SCHED_FUEL)).toBe(Status.Invalid);
    const wild = encodeInput({ nowNs: 5, ready: 1, flags: 1 }, [{ ...task, slot: SCHED_TASKS }]);
    expect(policy.decide(wild, SCHED_FUEL)).toBe(Status.Invalid);
    const many = Uint8Array.from(head);
    new DataView(many.buffer).setUint32(16, SCHED_ROWS + 1, true);
    expect(policy.decide(many, SCHED_FUEL)).toBe(Status.Invalid);
    expect(machine.decide().slot).toBe(4);
  });

  it("swapped in half-way it chooses as if it had seen everything", () => {
    let differ = 0;
    let asked = 0;
    for (let sequence = 0; sequence < 100; sequence++) {
      const rng = new Rng(9000 + sequence);
      const all = asking(openSched(name));
      let late: Ask | undefined;
      const machine = new SchedMachine((input) => {
        const answer = all(input);
        const second = late?.(input);
        if (second instanceof Uint8Array && answer instanceof Uint8Array) {
          asked++;
          if (Buffer.compare(second.subarray(0, 4), answer.subarray(0, 4)) !== 0) differ++;
        }
        return answer;
      });
      const chaos = { slots: 12, nice: false, guard: false, hints: true, known: true };
      const step = () => {
        happen(machine, rng, chaos);
        if (machine.ready().length > 0) machine.decide();
      };
      for (let i = 0; i < 100; i++) step();
      // The late one gets a snapshot of this moment; the other one knows it all.
      const swapped = asking(openSched(name));
      const tasks = [...machine.tasks.values()].filter((task) => task.state !== TaskState.Absent).map((task) => ({ ...task, events: 1 }));
      swapped(encodeInput({ nowNs: machine.nowNs, ready: machine.ready().length, running: machine.running, ranNs: machine.ranNs, flags: 3 }, tasks));
      late = swapped;
      for (let i = 0; i < 100; i++) step();
    }
    expect(asked).toBeGreaterThan(5000);
    const [, share, why] = AFTER_SWAP.find(([known]) => known === name) as (typeof AFTER_SWAP)[number];
    expect(differ / asked, why).toBeLessThanOrEqual(share);
  });
});
