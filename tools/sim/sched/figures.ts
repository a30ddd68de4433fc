// The figures of one run, as docs/evidence/sched-protocol.md defines them, from when each job ended. The same for the simulator and the
// booted kernel. Pure.
import type { PackedJobs } from "./pack.js";
import type { Outcome } from "./run.js";

/** Shares of the jobs at which the distribution of slowdowns is told. */
export const SLOWDOWN_SHARES = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9995, 1] as const;

export interface Figures {
  jobs: number;
  meanResponseMs: number;
  p99ResponseMs: number;
  meanSlowdown: number;
  p99Slowdown: number;
  worstSlowdown: number;
  /** at SLOWDOWN_SHARES */
  slowdowns: number[];
  makespanMs: number;
  /** Jain's index of the slowdowns */
  fairness: number;
  switches: number;
  /** share of the makespan that went into switches */
  switchShare: number;
  decisions: number;
  single: number;
  rescues: number;
  idleShare: number;
  longestWaitMs: number;
  outside: number;
  mostReady: number;
}

/** Quantile by linear interpolation between the order statistics of sorted values. */
export function sortedQuantile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const low = sorted[below] as number;
  return low + ((sorted[Math.min(below + 1, sorted.length - 1)] as number) - low) * (at - below);
}

/** Response of each job, ms: from its arrival to its end. */
export function responsesMs(jobs: PackedJobs, outcome: Outcome): Float64Array {
  return outcome.endMs.map((end, i) => end - (jobs.arrivals[i] as number) / 1e6);
}

/** Work the figures of a run out. */
export function figuresOf(jobs: PackedJobs, outcome: Outcome): Figures {
  const responses = responsesMs(jobs, outcome);
  const slowdowns = responses.map((ms, i) => (ms * 1e6) / (jobs.alone[i] as number));
  let sum = 0;
  let slow = 0;
  let squares = 0;
  let makespanMs = 0;
  for (let i = 0; i < jobs.count; i++) {
    const x = slowdowns[i] as number;
    sum += responses[i] as number;
    slow += x;
    squares += x * x;
    makespanMs = Math.max(makespanMs, outcome.endMs[i] as number);
  }
  responses.sort();
  slowdowns.sort();
  return {
    jobs: jobs.count,
    meanResponseMs: sum / jobs.count,
    p99ResponseMs: sortedQuantile(responses, 0.99),
    meanSlowdown: slow / jobs.count,
    p99Slowdown: sortedQuantile(slowdowns, 0.99),
    worstSlowdown: slowdowns[jobs.count - 1] as number,
    slowdowns: SLOWDOWN_SHARES.map((share) => sortedQuantile(slowdowns, share)),
    makespanMs,
    fairness: (slow * slow) / (jobs.count * squares),
    switches: outcome.switches,
    switchShare: (outcome.switches * outcome.switchNs) / 1e6 / makespanMs,
    decisions: outcome.decisions,
    single: outcome.single,
    rescues: outcome.rescues,
    idleShare: outcome.idleMs / makespanMs,
    longestWaitMs: outcome.longestWaitMs,
    outside: outcome.outside,
    mostReady: outcome.mostReady,
  };
}

/**
 * Quantile of T ÷ T_other: each job's response over its response under another policy on the same list.
 * @param share such as 0.999
 */
export function ratioQuantile(responses: Float64Array, others: Float64Array, share: number): number {
  return sortedQuantile(responses.map((ms, i) => ms / (others[i] as number)).sort(), share);
}
