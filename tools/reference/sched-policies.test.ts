// Each scheduling policy on a machine of one processor, with events made by hand: the order that its definition says.
import { beforeAll, describe, expect, it } from "vitest";
import { TaskState } from "../abi/index.js";
import { type Features, SchedMachine } from "./sched-machine.js";
import { asking, binsOf, buildSchedPolicies, openSched, turns } from "./sched-policies.js";

const MS = 1_000_000;

beforeAll(async () => {
  await buildSchedPolicies();
});

const machineOf = (name: string) => new SchedMachine(asking(openSched(name)));

describe("fifo", () => {
  it("serves in the order of arrival, to the end, whatever the quantum", () => {
    const machine = machineOf("fifo");
    for (const slot of [7, 3, 9]) {
      machine.arrive(slot);
      machine.run(MS);
    }
    expect(turns(machine, 3)).toEqual([7, 7, 7]);
    machine.exit(7);
    expect(turns(machine, 2)).toEqual([3, 3]);
    machine.block(3);
    expect(turns(machine, 1)).toEqual([9]);
    machine.wake(3);
    expect(turns(machine, 2)).toEqual([9, 9]);
    machine.yieldTurn();
    expect(turns(machine, 2)).toEqual([3, 3]);
  });

  it("a lower nice value takes the processor", () => {
    const machine = machineOf("fifo");
    machine.arrive(1);
    turns(machine, 1);
    machine.arrive(2, { nice: -1 });
    machine.arrive(3, { nice: -1 });
    expect(turns(machine, 2)).toEqual([2, 2]);
    machine.exit(2);
    expect(turns(machine, 1)).toEqual([3]);
  });
});

describe("rr", () => {
  it("goes round, 10 ms each; who wakes waits for its turn and costs nobody his", () => {
    const machine = machineOf("rr");
    for (const slot of [5, 1, 2]) {
      machine.arrive(slot);
      machine.run(1);
    }
    expect(turns(machine, 6)).toEqual([5, 1, 2, 5, 1, 2]);
    expect(machine.decide()).toMatchObject({ slot: 5, quantumNs: 10 * MS });
    machine.run(4 * MS);
    machine.arrive(8);
    expect(machine.decide()).toMatchObject({ slot: 5, quantumNs: 6 * MS });
    machine.run(6 * MS);
    expect(turns(machine, 5)).toEqual([1, 2, 8, 5, 1]);
  });

  it("gives time by weight", () => {
    const machine = machineOf("rr");
    machine.arrive(1, { nice: 5 });
    machine.arrive(2, { nice: 0 });
    turns(machine, 40);
    expect(machine.task(2).totalNs / machine.task(1).totalNs).toBeCloseTo(1.25 ** 5, 2);
  });
});

describe("las", () => {
  it("runs the one that has had the least, and shares in grains when they are level", () => {
    const machine = machineOf("las");
    machine.arrive(1);
    machine.arrive(2);
    machine.decide();
    machine.run(machine.quantumNs);
    const first = machine.running;
    expect(machine.task(first).attainedNs).toBeLessThan(6 * MS);
    expect(machine.decide().slot).not.toBe(first);
    for (let i = 0; i < 20; i++) turns(machine, 1);
    expect(Math.abs(machine.task(1).totalNs - machine.task(2).totalNs)).toBeLessThan(6 * MS);
    machine.arrive(3);
    const now = machine.nowNs;
    while (machine.task(3).attainedNs < 20 * MS) expect(turns(machine, 1)).toEqual([3]);
    expect(machine.nowNs - now).toBe(machine.task(3).attainedNs);
  });

  it("a new request starts again", () => {
    const machine = machineOf("las");
    machine.arrive(1);
    turns(machine, 10);
    machine.block(1);
    machine.arrive(2);
    turns(machine, 5);
    machine.wake(1);
    expect(turns(machine, 1)).toEqual([1]);
  });
});

describe("mlfq", () => {
  it("sinks by what was used, over blocking too, and serves the highest level round robin", () => {
    const machine = machineOf("mlfq");
    machine.arrive(1);
    expect(machine.decide()).toMatchObject({ slot: 1, quantumNs: 10 * MS });
    machine.run(6 * MS);
    machine.block(1, false);
    machine.arrive(2);
    machine.arrive(3);
    expect(turns(machine, 2)).toEqual([2, 3]); // both on the second level now
    machine.wake(1);
    expect(machine.decide()).toMatchObject({ slot: 1, quantumNs: 4 * MS });
    machine.run(4 * MS);
    expect(machine.decide()).toMatchObject({ slot: 2, quantumNs: 20 * MS });
    machine.run(20 * MS);
    expect(turns(machine, 2)).toEqual([3, 1]);
    expect(machine.decide().quantumNs).toBe(40 * MS);
  });

  it("raises everyone once a second", () => {
    const machine = machineOf("mlfq");
    machine.arrive(1);
    turns(machine, 5); // 310 ms
    machine.arrive(2);
    while (machine.nowNs < 1_990 * MS) turns(machine, 1);
    const before = machine.task(1).totalNs;
    machine.run(20 * MS);
    machine.arrive(3);
    expect(turns(machine, 1)).not.toEqual([3]);
    expect(machine.task(1).totalNs).toBeGreaterThanOrEqual(before);
  });

  it("a request that ends brings it back to the top", () => {
    const machine = machineOf("mlfq");
    machine.arrive(1);
    turns(machine, 4);
    machine.block(1);
    machine.arrive(2);
    turns(machine, 1);
    machine.wake(1);
    expect(machine.decide()).toMatchObject({ slot: 1, quantumNs: 10 * MS });
  });
});

describe("eevdf", () => {
  it("shares by weight: a step of nice is a quarter", () => {
    const machine = machineOf("eevdf");
    for (const [slot, nice] of [0, 1, 5, -3].entries()) machine.arrive(slot, { nice });
    turns(machine, 4000);
    const base = machine.task(0).totalNs;
    expect(machine.task(1).totalNs / base).toBeCloseTo(1 / 1.25, 2);
    expect(machine.task(2).totalNs / base).toBeCloseTo(1.25 ** -5, 2);
    expect(machine.task(3).totalNs / base).toBeCloseTo(1.25 ** 3, 2);
  });

  it("nobody is more than two slices from its share", () => {
    const machine = machineOf("eevdf");
    for (let slot = 0; slot < 8; slot++) machine.arrive(slot);
    const start = machine.nowNs;
    for (let i = 0; i < 500; i++) {
      turns(machine, 1);
      for (let slot = 0; slot < 8; slot++) expect(Math.abs(machine.task(slot).totalNs - (machine.nowNs - start) / 8)).toBeLessThanOrEqual(6 * MS + 1);
    }
  });

  it("who sleeps keeps its lag, not more: it does not save up", () => {
    const machine = machineOf("eevdf");
    machine.arrive(1);
    machine.arrive(2);
    turns(machine, 10);
    machine.block(machine.running === 1 ? 1 : 2);
    const sleeper = machine.task(1).state === TaskState.Blocked ? 1 : 2;
    turns(machine, 100);
    machine.wake(sleeper);
    const [before, other] = [machine.task(sleeper).totalNs, machine.task(3 - sleeper).totalNs];
    turns(machine, 20);
    expect(Math.abs(machine.task(sleeper).totalNs - before - (machine.task(3 - sleeper).totalNs - other))).toBeLessThanOrEqual(12 * MS);
  });
});

describe("sjf_history", () => {
  const image = (mean: number): Features => ({ imageRequests: 50, imageMeanUs: mean * 1000 });

  it("runs the one with the least expected rest, and preempts for a shorter one", () => {
    const machine = machineOf("sjf_history");
    machine.arrive(1, image(80));
    machine.arrive(2, image(30));
    machine.arrive(3, image(50));
    expect(turns(machine, 2)).toEqual([2, 2]);
    machine.arrive(4, image(5));
    expect(turns(machine, 1)).toEqual([4]);
    machine.exit(4);
    expect(turns(machine, 1)).toEqual([2]);
    machine.exit(2);
    expect(turns(machine, 1)).toEqual([3]);
  });

  it("who outlives its mean falls back", () => {
    const machine = machineOf("sjf_history");
    machine.arrive(1, image(30));
    turns(machine, 3);
    machine.arrive(2, image(15));
    expect(turns(machine, 1)).toEqual([1]); // it should be over any moment
    turns(machine, 1);
    expect(turns(machine, 1)).toEqual([2]);
  });
});

describe("gittins", () => {
  it("goes by the chance of ending soon, not by the mean", () => {
    const machine = machineOf("gittins");
    // 1 in 2 ends within 4 ms, the others take seconds; against 60 ms for certain.
    machine.arrive(1, { imageRequests: 64, bins: binsOf({ 4: 0.5, 14: 0.5 }) });
    machine.arrive(2, { imageRequests: 64, bins: binsOf({ 8: 1 }) });
    const first = machine.decide();
    expect(first.slot).toBe(1);
    expect(first.quantumNs).toBe(4 * MS); // the upper end of bin 4
    machine.run(first.quantumNs);
    expect(turns(machine, 1)).toEqual([2]);
    machine.exit(2);
    expect(turns(machine, 1)).toEqual([1]);
  });

  it("an image without history counts as all images do, and as more than nothing", () => {
    const machine = machineOf("gittins");
    machine.arrive(1, { imageRequests: 64, bins: binsOf({ 10: 1 }) });
    machine.arrive(2, {});
    machine.arrive(3, { imageRequests: 64, bins: binsOf({ 2: 1 }) });
    expect(turns(machine, 1)).toEqual([3]);
    machine.exit(3);
    expect(turns(machine, 1)).toEqual([2]);
  });
});

describe("oracle_srpt", () => {
  it("runs the one with the least left to do", () => {
    const machine = machineOf("oracle_srpt");
    machine.arrive(1, { hintNs: 50 * MS });
    machine.arrive(2, { hintNs: 40 * MS });
    machine.decide();
    machine.run(20 * MS);
    machine.arrive(3, { hintNs: 21 * MS });
    expect(machine.decide().slot).toBe(2);
    machine.run(5 * MS);
    machine.arrive(4, { hintNs: 10 * MS });
    expect(machine.decide().slot).toBe(4);
  });
});

describe("who yields", () => {
  it.each(["fifo", "rr", "mlfq", "las", "eevdf", "sjf_history", "gittins", "oracle_srpt", "transformer"])("goes after all others, once: %s", (name) => {
    const machine = machineOf(name);
    // By every policy's measure 1 comes first, and goes on.
    machine.arrive(1, { hintNs: MS, imageRequests: 64, imageMeanUs: 1000, bins: binsOf({ 2: 1 }) });
    machine.arrive(2, { hintNs: 90 * MS, imageRequests: 64, imageMeanUs: 90_000, bins: binsOf({ 9: 1 }) });
    expect(machine.decide().slot).toBe(1);
    machine.run(MS / 10);
    machine.yieldTurn();
    expect(machine.decide().slot).toBe(2);
    machine.exit(2);
    machine.decide();
    machine.run(MS / 10);
    machine.yieldTurn();
    expect(machine.decide().slot).toBe(1); // nobody else is there
  });
});
