// A list run through every policy in the simulator, and the results made of outcomes; the latter is the booted kernel's way, too.
import { type Job, jobsOfMix, loadOf, mixNamed, readJobs } from "../../jobs/index.js";
import { figuresOf, type Outcome, type PackedJobs, packJobs, ratioQuantile, responsesMs, runJobs, type SchedPolicy } from "../../sim/sched/index.js";
import { startLearning } from "./learning.js";
import { type LearningFigures, type ListResult, type ListSpec, type PolicyFile, type PolicyResult, WINDOW } from "./types.js";

/** Share of the jobs at which T ÷ T_rr is told. */
const WORST_SHARE = 0.999;

/** The jobs of a list. Throws JobFileError, UsageError. */
export async function jobsOf(spec: ListSpec): Promise<Job[]> {
  if (spec.file !== undefined) return readJobs(spec.file);
  return jobsOfMix(spec.mix, { load: spec.load as number, seed: spec.seed, jobs: spec.jobs });
}

/** What is told of a list: its policies' outcomes, in the order given. `rr` among them is what T_rr comes from. */
export function resultOf(
  spec: ListSpec,
  list: readonly Job[],
  jobs: PackedJobs,
  outcomes: readonly { outcome: Outcome; name: string; learning?: LearningFigures | undefined }[],
): ListResult {
  const rr = outcomes.find(({ name }) => name === "rr");
  const rrResponses = rr && responsesMs(jobs, rr.outcome);
  const shifts = spec.file === undefined && mixNamed(spec.mix).kind === "shift";
  return {
    spec,
    load: loadOf(list),
    results: outcomes.map(({ outcome, name, learning }): PolicyResult => {
      const responses = responsesMs(jobs, outcome);
      return {
        policy: name,
        figures: figuresOf(jobs, outcome),
        p999ToRr: rrResponses && ratioQuantile(responses, rrResponses, WORST_SHARE),
        programs: byProgram(jobs, responses),
        windowsMs: shifts ? windowsOf(responses) : undefined,
        decideTimes: outcome.decideTimes,
        learning,
      };
    }),
  };
}

function byProgram(jobs: PackedJobs, responses: Float64Array): PolicyResult["programs"] {
  const programs: PolicyResult["programs"] = {};
  responses.forEach((ms, i) => {
    const label = jobs.labels[i] ?? "unnamed";
    programs[label] ??= { jobs: 0, meanResponseMs: 0 };
    const program = programs[label];
    program.jobs++;
    program.meanResponseMs += (ms - program.meanResponseMs) / program.jobs;
  });
  return programs;
}

function windowsOf(responses: Float64Array): number[] {
  const sums = new Array<number>(Math.ceil(responses.length / WINDOW)).fill(0);
  responses.forEach((ms, i) => {
    const at = Math.floor(i / WINDOW);
    sums[at] = (sums[at] as number) + ms;
  });
  return sums;
}

/** Run a list through every policy in the simulator. Throws VoidRun. */
export async function simulateList(spec: ListSpec, policies: readonly { file: PolicyFile; policy: SchedPolicy }[]): Promise<ListResult> {
  const list = await jobsOf(spec);
  const jobs = packJobs(list);
  const outcomes = policies.map(({ file, policy }) => {
    // What learns begins with the module's own weights, each time.
    const player = file.learning ? policy.fresh() : policy;
    const learning = file.learning ? startLearning(player) : undefined;
    const outcome = runJobs({ policy: player, jobs, switchNs: spec.switchNs, decisionNs: file.decisionNs, ...learning?.hooks });
    return { outcome, name: file.name, learning: learning?.figures() };
  });
  return resultOf(spec, list, jobs, outcomes);
}
