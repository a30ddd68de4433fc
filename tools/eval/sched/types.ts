// What an evaluation of schedulers passes on: lists to run, and what came of each under each policy. The same for the simulator
// (worker.ts) and the booted kernel (kernel-run.ts).
import type { Figures, TimeHistogram } from "../../sim/sched/index.js";

/** A policy that takes part. */
export interface PolicyFile {
  name: string;
  path: string;
  /** it begins with its weights and learns as it goes */
  learning: boolean;
  /** ns that each of its decisions takes on the virtual clock */
  decisionNs: number;
}

/** A list of jobs: of a mix, or of a file. */
export interface ListSpec {
  mix: string;
  /** wanted; of a file undefined */
  load: number | undefined;
  seed: number;
  jobs: number;
  file?: string;
  switchNs: number;
}

/** What the learner did in a run. */
export interface LearningFigures {
  steps: number;
  published: number;
  refused: number;
  loss: number;
  baseLoss: number;
}

export interface PolicyResult {
  policy: string;
  figures: Figures;
  /** 99.9th percentile of T ÷ T_rr; undefined where rr did not run */
  p999ToRr: number | undefined;
  /** by label of the jobs */
  programs: Record<string, { jobs: number; meanResponseMs: number }>;
  /** of a mix that shifts: sums of the responses of each 500 jobs by arrival, ms */
  windowsMs: number[] | undefined;
  decideTimes: TimeHistogram | undefined;
  learning: LearningFigures | undefined;
}

export interface ListResult {
  spec: ListSpec;
  /** found: processor time asked for ÷ time to the last arrival */
  load: number;
  results: PolicyResult[];
}

/** Runs every policy through each list, in order. `onDone` after each list. */
export type Runner = (lists: readonly ListSpec[], policies: readonly PolicyFile[], onDone: (done: number) => void) => Promise<ListResult[]>;

/** Jobs of a window of the shift experiment. */
export const WINDOW = 500;
