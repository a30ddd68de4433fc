// A list of jobs through one policy: the kernel's scheduling core and an event-driven processor in WebAssembly (../engine/sched.ts), a policy
// module beside them. Deterministic: the same list, policy and numbers give the same ends. Says what does not hold and fails.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LAYOUT, Status } from "../../abi/index.js";
import { BUILD, ToolError } from "../../lib/index.js";
import type { TimeHistogram } from "./histogram.js";
import type { PackedJobs } from "./pack.js";
import type { SchedPolicy } from "./policy.js";

/** What a switch to another task costs where nothing else is said. */
export const DEFAULT_SWITCH_NS = 2000;

/** An explained decision: rows in the simulator's memory, valid during the call only. Layouts DecisionRow and CandidateRow of tools/abi. */
export interface DecisionRecord {
  decision: DataView;
  /** `count` rows of LAYOUT.CandidateRow.bytes one after another */
  candidates: DataView;
  count: number;
}

/** A job that ended: with pid and requestSinceNs the candidates of records that it was in are found. */
export interface EndedJob {
  job: number;
  pid: number;
  requestSinceNs: number;
  serviceNs: number;
}

export interface RunOptions {
  policy: SchedPolicy;
  jobs: PackedJobs;
  switchNs?: number;
  /** ns that each call of the policy takes on the virtual clock; 0 none */
  decisionNs?: number;
  /** record every so many-th decision with its candidates; 0 none */
  explainEvery?: number;
  onRecord?(record: DecisionRecord): void;
  onEnd?(ended: EndedJob): void;
  /** called each time `everyJobs` more jobs have ended, between two decisions: weights may be exchanged there */
  everyJobs?: number;
  onJobs?(done: number): void;
  seed?: number;
  /** jobs that may be there at once; at most, and without it, 1024. What arrives beyond waits outside */
  places?: number;
  /** a job's footprint is known when it has had a turn, as a process's; without it from its arrival on */
  lateFootprints?: boolean;
  /** each time so many more jobs have ended the policy is told everything anew, as after a swap */
  swapEvery?: number;
}

/** What came of a list: the seam between the simulator and the booted kernel. Times in ms unless they say otherwise. */
export interface Outcome {
  policy: string;
  /** end of each job, in the order of the list */
  endMs: Float64Array;
  switches: number;
  switchNs: number;
  /** asked of the policy; turns given without asking; turns given by the starvation guard */
  decisions: number;
  single: number;
  rescues: number;
  idleMs: number;
  longestWaitMs: number;
  /** jobs that found the table full */
  outside: number;
  mostReady: number;
  /** of policy_decide in this process; undefined where it was not measured */
  decideTimes: TimeHistogram | undefined;
}

/** A run in which something does not hold that must. */
export class VoidRun extends ToolError {
  override readonly name = "VoidRun";
  override readonly code = "GANGLION_VOID_RUN";
}

// As the bits of faults() in engine/sched.ts.
const FAULTS = [
  "the processor idled while a task was ready",
  "a job got another processor time than it asked for",
  "a ready task waited longer than the bound of the starvation guard",
  "the core's ready set has another size than the simulator's",
  "the core chose a task that is not ready",
];

interface Engine {
  memory: WebAssembly.Memory;
  prepare(jobs: number, segments: number): number;
  arrivalsAt(): number;
  endsAt(): number;
  imagesAt(): number;
  nicesAt(): number;
  pagesAt(): number;
  firstsAt(): number;
  segmentsAt(): number;
  setUp(switchNs: number, decisionNs: number, explain: number, ended: number): void;
  limitPlaces(count: number): void;
  holdLate(): void;
  changed(): void;
  run(until: number): number;
  faults(): number;
  faultyJob(): number;
  timeNs(): number;
  switches(): number;
  idle(): number;
  longestWait(): number;
  outside(): number;
  mostReadyAtOnce(): number;
  countsAt(): number;
}

let compiled: WebAssembly.Module | undefined;

/**
 * Run a list to its end.
 * @throws VoidRun where an invariant does not hold or the policy fails
 */
export function runJobs(options: RunOptions): Outcome {
  const { policy, jobs, switchNs = DEFAULT_SWITCH_NS, decisionNs = 0, explainEvery = 0, seed = 1 } = options;
  compiled ??= new WebAssembly.Module(readFileSync(join(BUILD, "wasm/sim-sched.wasm")));
  let core = new Uint8Array();
  let ejected: string | undefined;
  const instance = new WebAssembly.Instance(compiled, {
    sim: {
      ask: (input: number, inputBytes: number, output: number) => policy.ask(core, input, inputBytes, output),
      eject: (status: number, why: number) => {
        ejected = textAt(core, why) || policy.error || statusText(status);
      },
      record: (decision: number, candidates: number, count: number) =>
        options.onRecord?.({
          decision: new DataView(core.buffer, decision, LAYOUT.DecisionRow.bytes),
          candidates: new DataView(core.buffer, candidates, count * LAYOUT.CandidateRow.bytes),
          count,
        }),
      ended: (job: number, pid: number, requestSinceNs: number, serviceNs: number) => options.onEnd?.({ job, pid, requestSinceNs, serviceNs }),
    },
  });
  const engine = instance.exports as unknown as Engine;
  const status = engine.prepare(jobs.count, jobs.segments.length);
  if (status < 0) throw new VoidRun(`the scheduling core cannot begin: ${statusText(status)}`);
  // No memory is taken after prepare: this view stays good.
  const { buffer } = engine.memory;
  core = new Uint8Array(buffer);
  new Float64Array(buffer, engine.arrivalsAt(), jobs.count).set(jobs.arrivals);
  new BigUint64Array(buffer, engine.imagesAt(), jobs.count).set(jobs.images);
  new Int32Array(buffer, engine.nicesAt(), jobs.count).set(jobs.nices);
  new Uint32Array(buffer, engine.pagesAt(), jobs.count).set(jobs.pages);
  new Uint32Array(buffer, engine.firstsAt(), jobs.count + 1).set(jobs.firsts);
  new Float64Array(buffer, engine.segmentsAt(), jobs.segments.length).set(jobs.segments);
  policy.reset(seed);
  engine.setUp(switchNs, decisionNs, options.onRecord ? explainEvery : 0, options.onEnd ? 1 : 0);
  if (options.lateFootprints) engine.holdLate();
  if (options.places !== undefined) engine.limitPlaces(options.places);
  const step = options.swapEvery ?? (options.onJobs ? (options.everyJobs ?? jobs.count) : jobs.count);
  for (let done = 0; done < jobs.count; ) {
    const until = Math.min(done + step, jobs.count);
    const reached = engine.run(until);
    if (ejected !== undefined) throw new VoidRun(`${policy.name} was ejected: ${ejected}`);
    const faults = engine.faults();
    if (faults !== 0 || reached < until) {
      const what = FAULTS.filter((_, bit) => faults & (1 << bit)).join("; ") || `only ${reached} of ${until} jobs ended`;
      throw new VoidRun(`${policy.name}: ${what}, job ${engine.faultyJob()}, at ${(engine.timeNs() / 1e6).toFixed(3)} ms`);
    }
    done = reached;
    if (options.swapEvery !== undefined) engine.changed();
    options.onJobs?.(done);
  }
  const counts = new DataView(buffer, engine.countsAt(), LAYOUT.SchedRow.bytes);
  const count = (field: "decisions" | "single" | "rescues") => Number(counts.getBigUint64(LAYOUT.SchedRow.fields[field].offset, true));
  return {
    policy: policy.name,
    endMs: new Float64Array(buffer, engine.endsAt(), jobs.count).map((ns) => ns / 1e6),
    switches: engine.switches(),
    switchNs,
    decisions: count("decisions"),
    single: count("single"),
    rescues: count("rescues"),
    idleMs: engine.idle() / 1e6,
    longestWaitMs: engine.longestWait() / 1e6,
    outside: engine.outside(),
    mostReady: engine.mostReadyAtOnce(),
    decideTimes: policy.times,
  };
}

// An AssemblyScript string: UTF-16, its length in bytes before it.
function textAt(core: Uint8Array, at: number): string {
  if (at === 0) return "";
  const bytes = new DataView(core.buffer).getUint32(at - 4, true);
  return new TextDecoder("utf-16le").decode(core.subarray(at, at + bytes));
}

function statusText(status: number): string {
  return Object.entries(Status).find(([, value]) => value === status)?.[0] ?? `status ${status}`;
}
