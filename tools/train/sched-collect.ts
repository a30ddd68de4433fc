// Examples to learn from: training mixes through the simulator under some policy, every so many-th decision kept as rows of the model, each
// candidate with the processor time that its request turned out to take still. The rows are made by the learner's own code.
import { readFileSync } from "node:fs";
import { LAYOUT } from "../abi/index.js";
import { jobsOfMix } from "../jobs/index.js";
import { Learner } from "../sim/learner.js";
import { packJobs, runJobs, SchedPolicy } from "../sim/sched/index.js";

/** One run of jobs to collect from. */
export interface Collection {
  mix: string;
  load: number;
  seed: number;
  jobs: number;
  /** keep every so many-th decision */
  every: number;
}

/** A decision: rows of its candidates, observations in them, and the past requests that it looks at, by their place in the pool. */
export interface Example {
  mix: string;
  candidates: Uint8Array;
  /** candidates that are learnt from */
  taught: number;
  pasts: number[];
}

/** Where a row says which bins fit (kernel-as/ml/sched-model.ts: ROW_FITS), and what names it. */
const FITS_AT = 352;
const TAG_AT = 28;
const BINS = 16;
/** Candidates of a decision in which none has a rival teach little. */
const LEAST_CANDIDATES = 2;
/** A task that waits on and on is met in many decisions, and is one observation: it is learnt from the first so many times, then rarely. */
const FRESH_TIMES = 3;

const binOf = (us: number) => {
  let bin = 0;
  while (bin < BINS - 1 && us >= 250 * 2 ** bin) bin++;
  return bin;
};

interface Waiting {
  row: DataView;
  attainedNs: number;
}

// Whether a task, met again with so much processor time behind it, is learnt from: 1, 2, 3, 4, 8, 16, …
function worthIt(met: Map<number, { attainedNs: bigint; times: number }>, pid: number, attainedNs: bigint): boolean {
  const before = met.get(pid);
  if (before?.attainedNs !== attainedNs) {
    met.set(pid, { attainedNs, times: 1 });
    return true;
  }
  const times = ++before.times;
  return times <= FRESH_TIMES || (times & (times - 1)) === 0;
}

// A policy that lets the learner hear what it is told.
class Overheard extends SchedPolicy {
  onInput: ((rows: Uint8Array) => void) | undefined;
  override ask(core: Uint8Array, input: number, inputBytes: number, output: number): number {
    this.onInput?.(core.subarray(input + LAYOUT.SchedInput.bytes, input + inputBytes));
    return super.ask(core, input, inputBytes, output);
  }
}

export class Collector {
  readonly examples: Example[] = [];
  /** rows of requests that have ended, shared by the examples */
  readonly pasts: Uint8Array[] = [];
  readonly #learner: Learner;
  readonly #blank: Uint8Array;

  constructor(learnerWasm: BufferSource, weights: Uint8Array) {
    this.#learner = new Learner(learnerWasm);
    this.#blank = weights;
  }

  /** Run and collect. `policy`: a module's file; `weights` for one that has such. */
  collect(what: Collection, policyFile: string, weights?: Uint8Array): void {
    const policy = new Overheard(what.mix, new Uint8Array(readFileSync(policyFile)));
    if (weights && !policy.setWeights(weights, 1)) throw new Error(`${policyFile} does not take the weights`);
    const learner = this.#learner;
    learner.begin(this.#blank);
    policy.onInput = (rows) => learner.told(rows);
    const places = new Map<number, number>();
    const waiting = new Map<number, Waiting[]>();
    const met = new Map<number, { attainedNs: bigint; times: number }>();
    const { bytes, fields } = LAYOUT.CandidateRow;
    runJobs({
      policy,
      jobs: packJobs(jobsOfMix(what.mix, what)),
      explainEvery: what.every,
      onRecord: ({ candidates, count }) => {
        if (count < LEAST_CANDIDATES) return;
        const taught: number[] = [];
        for (let i = 0; i < count; i++)
          if (worthIt(met, candidates.getUint32(i * bytes + fields.pid.offset, true), candidates.getBigUint64(i * bytes + fields.attainedNs.offset, true))) taught.push(i);
        const index = learner.record(new Uint8Array(candidates.buffer, candidates.byteOffset, candidates.byteLength), bytes);
        const made = learner.example(index);
        const size = made.candidates * learner.rowBytes;
        const own = made.rows.slice(0, size);
        if (taught.length === 0) return;
        const pasts: number[] = [];
        for (let at = size; at < made.rows.length; at += learner.rowBytes) {
          const tag = new DataView(made.rows.buffer, made.rows.byteOffset + at).getUint32(TAG_AT, true);
          let place = places.get(tag);
          if (place === undefined) {
            place = this.pasts.push(made.rows.slice(at, at + learner.rowBytes)) - 1;
            places.set(tag, place);
          }
          pasts.push(place);
        }
        this.examples.push({ mix: what.mix, candidates: own, taught: taught.length, pasts });
        for (const i of taught) {
          const pid = candidates.getUint32(i * bytes + fields.pid.offset, true);
          const list = waiting.get(pid) ?? [];
          list.push({
            row: new DataView(own.buffer, i * learner.rowBytes, learner.rowBytes),
            attainedNs: Number(candidates.getBigUint64(i * bytes + fields.attainedNs.offset, true)),
          });
          waiting.set(pid, list);
        }
      },
      onEnd: ({ pid, serviceNs }) => {
        for (const { row, attainedNs } of waiting.get(pid) ?? []) row.setFloat32(FITS_AT + binOf((serviceNs - attainedNs) / 1000) * 4, 1, true);
        waiting.delete(pid);
      },
    });
  }
}
