// A stream of decisions with about as many tasks ready all the time, for timing: tasks compute, wait, end and others come, as programs with
// known histories do. Made by following the policy that is timed, so that each policy gets the inputs that its own decisions lead to.
import { LAYOUT, SchedFlag, TaskState } from "../abi/index.js";
import type { Job } from "../jobs/index.js";
import { meteredBytes } from "../reference/policy-engines.js";
import { type Ask, type Features, SchedMachine } from "../reference/sched-machine.js";
import { binsOf } from "../reference/sched-policies.js";
import type { Rng } from "../sim/rng.js";
import { packJobs, runJobs, SchedPolicy } from "../sim/sched/index.js";

const MS = 1_000_000;
/** From one that leaves to the next that comes: mean of an exponential law. */
const GAP_NS = 1 * MS;
/** Sleeping tasks for each ready one, at most. */
const ASLEEP = 0.5;
/** Every so many-th decision is explained, as in the kernel (SCHED_EXPLAIN_EVERY). */
const EXPLAIN_EVERY = 8;

interface Program {
  features: Features;
  /** next burst of the processor, ns */
  burstNs(rng: Rng): number;
  /** chance that a burst is the job's last */
  ends: number;
}

const around = (meanMs: number) => (rng: Rng) => Math.round(rng.between(0.5, 1.5) * meanMs * MS);

/** Editors, builds, scans, servers of two kinds, and a program never seen before. */
const PROGRAMS: Program[] = [
  {
    features: { image: 21n, imageRequests: 400, imageMeanUs: 900, imageDeviationUs: 500, burstMeanUs: 800, bins: binsOf({ 1: 0.3, 2: 0.5, 3: 0.2 }) },
    burstNs: around(0.9),
    ends: 0.1,
  },
  {
    features: { image: 22n, imageRequests: 60, imageMeanUs: 40_000, imageDeviationUs: 20_000, burstMeanUs: 40_000, bins: binsOf({ 7: 0.4, 8: 0.6 }) },
    burstNs: around(40),
    ends: 0.9,
  },
  {
    features: { image: 23n, imageRequests: 30, imageMeanUs: 200_000, imageDeviationUs: 300_000, bins: binsOf({ 4: 0.1, 7: 0.3, 10: 0.4, 12: 0.2 }) },
    burstNs: (rng) => Math.round(rng.logBetween(5 * MS, 1000 * MS)),
    ends: 1,
  },
  {
    features: { image: 24n, imageRequests: 900, imageMeanUs: 30_000, imageDeviationUs: 90_000, burstMeanUs: 2000, bins: binsOf({ 3: 0.9, 10: 0.1 }) },
    burstNs: (rng) => (rng.next() < 0.9 ? 2 * MS : 300 * MS),
    ends: 0.3,
  },
  { features: { image: 25n, imageRequests: 200, imageMeanUs: 6000, imageDeviationUs: 3000, burstMeanUs: 3000, bins: binsOf({ 4: 0.3, 5: 0.7 }) }, burstNs: around(3), ends: 0.5 },
  { features: { image: 26n }, burstNs: around(12), ends: 0.7 },
];

const I = LAYOUT.SchedInput.fields;
const rowsIn = (input: Uint8Array) => new DataView(input.buffer).getUint32(I.rows.offset, true);
const readyIn = (input: Uint8Array) => new DataView(input.buffer).getUint32(I.ready.offset, true);
const flagsIn = (input: Uint8Array) => new DataView(input.buffer).getUint32(I.flags.offset, true);

/** One decision: the inputs that lead to it, all but the last with SchedFlag.More, and rows in them. */
export interface Turn {
  inputs: Uint8Array[];
  /** tasks that it is about */
  rows: number;
  ready: number;
  snapshot: boolean;
}

function turnOf(inputs: Uint8Array[]): Turn {
  const first = inputs[0] as Uint8Array;
  return { inputs, rows: inputs.reduce((sum, input) => sum + rowsIn(input), 0), ready: readyIn(first), snapshot: (flagsIn(first) & SchedFlag.Snapshot) !== 0 };
}

/** What the kernel's scheduling core asks a policy in the simulator, `decisions` of it. */
export function simulatedStream(policy: string, list: readonly Job[], decisions: number): Turn[] {
  const turns: Turn[] = [];
  let inputs: Uint8Array[] = [];
  class Listening extends SchedPolicy {
    override ask(core: Uint8Array, input: number, inputBytes: number, output: number): number {
      const bytes = core.slice(input, input + inputBytes);
      inputs.push(bytes);
      if ((flagsIn(bytes) & SchedFlag.More) === 0) {
        if (turns.length < decisions) turns.push(turnOf(inputs));
        inputs = [];
      }
      return super.ask(core, input, inputBytes, output);
    }
  }
  runJobs({ policy: new Listening(policy, meteredBytes(policy)), jobs: packJobs(list), explainEvery: EXPLAIN_EVERY, onRecord: () => {} });
  return turns;
}

export interface StreamOptions {
  ask: Ask;
  /** ready tasks */
  ready: number;
  decisions: number;
  /** at the end so many more, each of them after a swap */
  snapshots: number;
  rng: Rng;
}

/** The stream. Throws where the policy fails or chooses who may not run. */
export function schedStream({ ask, ready, decisions, snapshots, rng }: StreamOptions): Turn[] {
  let inputs: Uint8Array[] = [];
  const machine = new SchedMachine((input) => {
    inputs.push(Uint8Array.from(input));
    return ask(input);
  });
  const programs = new Map<number, Program>();
  const left = new Map<number, number>();
  const slots = Math.ceil(ready * (1 + ASLEEP)) + 4;
  const arrive = () => {
    const slot = Array.from({ length: slots }, (_, i) => i).find((i) => !machine.tasks.has(i)) as number;
    const program = rng.pick(PROGRAMS);
    programs.set(slot, program);
    left.set(slot, program.burstNs(rng));
    machine.arrive(slot, program.features);
  };
  const comeBack = () => {
    const asleep = [...machine.tasks.values()].filter((task) => !machine.mayRun(task.slot) && task.state !== TaskState.Absent);
    if (asleep.length === 0 || (asleep.length < ready * ASLEEP && rng.next() < 0.3)) return arrive();
    const { slot } = rng.pick(asleep);
    left.set(slot, (programs.get(slot) as Program).burstNs(rng));
    machine.wake(slot);
  };
  for (let i = 0; i < ready; i++) arrive();
  const turns: Turn[] = [];
  let comesNs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < decisions + snapshots; i++) {
    const snapshot = i >= decisions;
    machine.snapshot ||= snapshot;
    machine.explain = i % EXPLAIN_EVERY === 0;
    inputs = [];
    machine.decide();
    turns.push(turnOf(inputs));
    const slot = machine.running;
    const burst = left.get(slot) as number;
    const step = Math.max(Math.min(burst, machine.quantumNs, comesNs - machine.nowNs), 0);
    machine.run(step);
    left.set(slot, burst - step);
    if (burst === step) {
      if (rng.next() < (programs.get(slot) as Program).ends) machine.exit(slot);
      else machine.block(slot, rng.next() < 0.5);
    }
    if (machine.nowNs >= comesNs) {
      comeBack();
      comesNs = Number.POSITIVE_INFINITY;
    }
    const missing = ready - machine.ready().length;
    if (missing > 1) comeBack();
    if (missing > 0 && comesNs === Number.POSITIVE_INFINITY) comesNs = machine.nowNs + Math.round(-Math.log(1 - rng.next()) * GAP_NS);
  }
  return turns;
}
