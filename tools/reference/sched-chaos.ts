// Random events on a machine of one processor: arrivals, waits with and without a deadline, wakes, exits, turns that the policy did not give.
import { TaskState } from "../abi/index.js";
import type { Rng } from "../sim/rng.js";
import type { Features, SchedMachine } from "./sched-machine.js";
import { binsOf } from "./sched-policies.js";

const MS = 1_000_000;

/** What programs there are: a nice value is the task's own. */
export const PROGRAMS: Features[] = [
  { image: 11n, imageRequests: 60, imageMeanUs: 900, bins: binsOf({ 2: 0.7, 3: 0.3 }) },
  { image: 12n, imageRequests: 9, imageMeanUs: 40_000, bins: binsOf({ 6: 0.1, 7: 0.5, 8: 0.4 }) },
  { image: 13n, imageRequests: 300, imageMeanUs: 700_000, bins: binsOf({ 3: 0.4, 12: 0.6 }) },
  { image: 14n },
];

export interface Chaos {
  slots: number;
  nice: boolean;
  /** turns that the policy did not decide: the guard's, and those of a task that was ready alone */
  guard: boolean;
  hints: boolean;
  /** every program has a history */
  known?: boolean;
}

/** One random thing happens, then time passes. */
export function happen(machine: SchedMachine, rng: Rng, chaos: Chaos): void {
  const pick = (tasks: { slot: number }[]) => rng.pick(tasks).slot;
  const awake = machine.ready();
  const asleep = [...machine.tasks.values()].filter((task) => task.state === TaskState.Blocked);
  const what = rng.next();
  const slot = Math.floor(rng.between(0, chaos.slots));
  if (what < 0.25 && (machine.tasks.get(slot)?.state ?? TaskState.Absent) === TaskState.Absent) {
    const features = { ...rng.pick(chaos.known ? PROGRAMS.slice(0, 3) : PROGRAMS), nice: chaos.nice ? Math.floor(rng.between(-20, 20)) : 0 };
    const hintNs = Math.floor(rng.logBetween(1e5, 1e9)); // rolled in any case, so that the rest of the run is the same
    machine.arrive(slot, chaos.hints ? { ...features, hintNs } : features);
  } else if (what < 0.45 && machine.running >= 0 && machine.tasks.has(machine.running)) {
    machine.block(machine.running, rng.next() < 0.6);
  } else if (what < 0.65 && asleep.length > 0) {
    machine.wake(pick(asleep));
  } else if (what < 0.75 && awake.length > 0) {
    if (rng.next() < 0.5) machine.exit(pick(awake));
    else machine.block(pick(awake), rng.next() < 0.5);
  } else if (what < 0.8 && asleep.length > 0) {
    machine.exit(pick(asleep));
  } else if (what < 0.83 && machine.tasks.has(machine.running)) {
    machine.yieldTurn();
  } else if (what < 0.86 && chaos.guard && awake.length > 0) {
    machine.turn(pick(awake), 10 * MS);
  }
  machine.run(rng.next() < 0.3 ? 0 : rng.next() < 0.3 ? 1e9 : Math.floor(rng.logBetween(1e3, 3e7)));
}
