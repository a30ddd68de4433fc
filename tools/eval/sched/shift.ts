// The experiment of a mix that shifts half-way, as docs/evidence/sched-protocol.md defines it: windows of jobs after the shift, on `shift` and
// on `settled`, whose second half is the same jobs. Pure.
import { type Cell, has, resultsOf } from "./summary.js";
import { WINDOW } from "./types.js";

/** How near to steady counts as recovered. */
export const NEAR = 0.02;
/** The least stretch after the shift in which the excess over mlfq counts. */
const LEAST_JOBS = 2000;

export interface ShiftResult {
  policy: string;
  /** jobs until the end of the last window that is not near steady */
  recoveryJobs: number;
  /** largest window ÷ mlfq − 1 until then; undefined where mlfq did not run */
  worstOverMlfq: number | undefined;
  /** each window after the shift ÷ the same of `settled` */
  toSteady: number[];
  toMlfq: number[] | undefined;
}

// Sums over the seeds of each window of the second half.
function windows(cell: Cell, policy: string): number[] {
  const runs = resultsOf(cell, policy).map((r) => r.windowsMs as number[]);
  const count = (runs[0] as number[]).length;
  return Array.from({ length: count - count / 2 }, (_, i) => runs.reduce((sum, run) => sum + (run[count / 2 + i] as number), 0));
}

/** What the shift did to a policy; undefined where the two mixes did not both run in whole windows. */
export function shiftOf(cells: readonly Cell[], policy: string): ShiftResult | undefined {
  const [shift, settled] = ["shift", "settled"].map((mix) => cells.find((cell) => cell.mix === mix));
  if (!shift || !settled || !has(shift, policy) || (shift.runs[0]?.spec.jobs ?? 0) % (2 * WINDOW) !== 0) return undefined;
  const mine = windows(shift, policy);
  const steady = windows(settled, policy);
  const toSteady = mine.map((ms, i) => ms / (steady[i] as number));
  const last = toSteady.findLastIndex((ratio) => ratio > 1 + NEAR);
  const recoveryJobs = (last + 1) * WINDOW;
  const mlfq = has(shift, "mlfq") ? windows(shift, "mlfq") : undefined;
  const toMlfq = mlfq && mine.map((ms, i) => ms / (mlfq[i] as number));
  const within = Math.max(recoveryJobs, LEAST_JOBS) / WINDOW;
  return { policy, recoveryJobs, worstOverMlfq: toMlfq && Math.max(...toMlfq.slice(0, within)) - 1, toSteady, toMlfq };
}
