// Streams of decisions for timing: what the kernel's own scheduling core asks a policy while it follows it through a list of jobs in the
// simulator. With as many places as tasks shall be ready and jobs that never wait, just so many are ready all the time.
import { LAYOUT, SchedFlag } from "../abi/index.js";
import { cpuMsOf, type Job, jobsOfMix } from "../jobs/index.js";
import { meteredBytes } from "../reference/policy-engines.js";
import { packJobs, runJobs, SchedPolicy } from "../sim/sched/index.js";

/** Every so many-th decision is explained, as in the kernel (SCHED_EXPLAIN_EVERY). */
const EXPLAIN_EVERY = 8;
const MIX = "train-blend";
const SEED = 1;
const LOAD = 0.9;
/** Each of the short requests, ms. */
const SHORT_MS = 0.03;
const SHORT_PAGES = 32;

/** One decision: the inputs that lead to it, all but the last with SchedFlag.More. */
export interface Turn {
  inputs: Uint8Array[];
  /** tasks that it is about */
  rows: number;
  ready: number;
  snapshot: boolean;
}

/** What is decided about. */
export interface Stream {
  name: string;
  list: readonly Job[];
  /** as many are there at once; undefined: as many as come */
  places?: number;
  /** the policy is changed for itself each so many jobs: then it is told everything */
  swapEvery?: number;
}

/** Tasks that are ready all the time: programs of a training mix without their waits. */
export function readyStream(ready: number, jobs: number): Stream {
  const list = jobsOfMix(MIX, { load: LOAD, seed: SEED, jobs }).map((job) => ({ ...job, arrivalMs: 0, segments: [{ cpuMs: Math.max(cpuMsOf(job), 0.001) }] }));
  return { name: `${ready} tasks ready`, list, places: ready, swapEvery: Math.ceil(jobs / 20) };
}

/** Requests of one program, each so short that every turn is its last: a server, or processes that pass messages. */
export function shortStream(ready: number, jobs: number): Stream {
  const image = jobsOfMix(MIX, { load: LOAD, seed: SEED, jobs: 2 })[0]?.image as string;
  return {
    name: `${ready} requests of ${SHORT_MS * 1000} us ready`,
    list: Array.from({ length: jobs }, () => ({ arrivalMs: 0, image, segments: [{ cpuMs: SHORT_MS }], priority: 0, pages: SHORT_PAGES, label: "short" })),
    places: ready,
  };
}

/** A list of a training mix as it is: how many are ready depends on the policy. */
export function listStream(jobs: number): Stream {
  return { name: `${MIX} at load ${LOAD}`, list: jobsOfMix(MIX, { load: LOAD, seed: SEED, jobs }) };
}

const I = LAYOUT.SchedInput.fields;

function turnOf(inputs: Uint8Array[]): Turn {
  const heads = inputs.map((input) => new DataView(input.buffer));
  const first = heads[0] as DataView;
  return {
    inputs,
    rows: heads.reduce((sum, head) => sum + head.getUint32(I.rows.offset, true), 0),
    ready: first.getUint32(I.ready.offset, true),
    snapshot: (first.getUint32(I.flags.offset, true) & SchedFlag.Snapshot) !== 0,
  };
}

/** The decisions of a stream under a policy, at most so many. Throws VoidRun where the policy fails. */
export function decisionsOf(policy: string, { list, places, swapEvery }: Stream, most: number): Turn[] {
  const turns: Turn[] = [];
  let inputs: Uint8Array[] = [];
  class Listening extends SchedPolicy {
    override ask(core: Uint8Array, input: number, inputBytes: number, output: number): number {
      const bytes = core.slice(input, input + inputBytes);
      inputs.push(bytes);
      if ((new DataView(bytes.buffer).getUint32(I.flags.offset, true) & SchedFlag.More) === 0) {
        if (turns.length < most) turns.push(turnOf(inputs));
        inputs = [];
      }
      return super.ask(core, input, inputBytes, output);
    }
  }
  runJobs({
    policy: new Listening(policy, meteredBytes(policy)),
    jobs: packJobs(list),
    explainEvery: EXPLAIN_EVERY,
    onRecord: () => {},
    ...(places === undefined ? {} : { places }),
    ...(swapEvery === undefined ? {} : { swapEvery }),
  });
  return turns;
}
