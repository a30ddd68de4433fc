// Each scheduling policy on a machine of one processor: the order that its definition says, that it never names a task that may not
// run, that a swap in the middle changes nothing, that nice counts, and that 1000 tasks are no trouble.
import { beforeAll, describe, expect, it } from "vitest";
import { SchedMachine } from "./sched-machine.js";
import { asking, buildSchedPolicies, openSched } from "./sched-policies.js";

const MS = 1_000_000;

beforeAll(async () => {
  await buildSchedPolicies();
});

const machineOf = (name: string) => new SchedMachine(asking(openSched(name)));

/** Ask and run, `turns` times, and say who ran: each turn to its end. */
function turns(machine: SchedMachine, count: number): number[] {
  return Array.from({ length: count }, () => {
    const { slot, quantumNs } = machine.decide();
    machine.run(quantumNs);
    return slot;
  });
}

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
