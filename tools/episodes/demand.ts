// What an episode asks for, worked out from its operations alone: pages touched and reserved, and the runs in which a process
// grew. Not what a machine could give. Pure; used by the ceilings, the generators' tests and the report's pictures.
import { BEAT_MS } from "./protocol.js";
import { type Episode, type EpisodeProcess, episodeEndMs } from "./types.js";

/** Two steps of one run are at most this far apart. */
export const RUN_PAUSE_MS = 5_000;

/** Growth of one process at a time: `reserving`: it has reserved more since the run's first touch. */
export interface Growth {
  tMs: number;
  pages: number;
  runStartMs: number;
  reserving: boolean;
}

/** A process's demand from tMs to its next step. */
export interface Step {
  tMs: number;
  touched: number;
  reserved: number;
}

/** A demand on the grid of beats; index i is the state after all operations with tMs ≤ i × BEAT_MS. */
export interface Demand {
  touched: Float64Array;
  reserved: Float64Array;
  /** Ascending in time. */
  processes: { steps: Step[]; growth: Growth[] }[];
}

function play(process: EpisodeProcess): { steps: Step[]; growth: Growth[] } {
  const steps: Step[] = [];
  const growth: Growth[] = [];
  let touched = 0;
  let reserved = 0;
  let run: { startMs: number; lastMs: number; reserving: boolean } | undefined;
  for (const { tMs, op, pages, order } of process.ops) {
    const before = touched;
    if (op === "alloc") {
      reserved += pages;
      if (run && tMs - run.lastMs <= RUN_PAUSE_MS) run.reserving = true;
      // A block of contiguous pages is taken at once.
      if (order !== undefined) touched += pages;
    } else if (op === "touch") touched = Math.min(reserved, touched + pages);
    else if (op === "free") {
      reserved -= pages;
      touched = Math.min(touched, reserved);
    } else {
      touched = 0;
      reserved = 0;
    }
    if (touched < before) run = undefined;
    if (touched > before) {
      if (!run || tMs - run.lastMs > RUN_PAUSE_MS) run = { startMs: tMs, lastMs: tMs, reserving: false };
      run.lastMs = tMs;
      growth.push({ tMs, pages: touched - before, runStartMs: run.startMs, reserving: run.reserving });
    }
    steps.push({ tMs, touched, reserved });
  }
  return { steps, growth };
}

/** The demand of an episode up to its last operation and `moreMs` beyond. */
export function demandOf(episode: Episode, moreMs = 0): Demand {
  const beats = Math.ceil((episodeEndMs(episode) + moreMs) / BEAT_MS) + 1;
  const touched = new Float64Array(beats);
  const reserved = new Float64Array(beats);
  const processes = episode.processes.map(play);
  for (const { steps } of processes)
    eachBeat(steps, beats, (beat, step) => {
      touched[beat] = (touched[beat] as number) + step.touched;
      reserved[beat] = (reserved[beat] as number) + step.reserved;
    });
  return { touched, reserved, processes };
}

/** Visit the beats at which a process has a state. */
export function eachBeat(steps: readonly Step[], beats: number, visit: (beat: number, step: Step) => void): void {
  steps.forEach((step, i) => {
    const next = steps[i + 1];
    const to = next ? Math.min(Math.ceil(next.tMs / BEAT_MS), beats) : beats;
    for (let beat = Math.ceil(step.tMs / BEAT_MS); beat < to; beat++) visit(beat, step);
  });
}

/** The value of a series at a time: that of the last beat that is not after it. */
export function at(series: Float64Array, tMs: number): number {
  if (tMs < 0) return 0;
  return series[Math.min(Math.floor(tMs / BEAT_MS), series.length - 1)] ?? 0;
}

/** Whether more was reserved at a time than the machine has: an alarm before the horizon counts then. */
export function committedAt(episode: Episode, demand: Demand, tMs: number): boolean {
  return at(demand.reserved, tMs) > episode.totalPages;
}
