// From samples of processes' memory to an episode: what grew is alloc and touch, what shrank is free, who is gone has exited. Pure.
// A Linux process reserves far more than it means to use, so what is touched counts as reserved, too, when it is touched.
import type { Episode, EpisodeProcess } from "../episodes/index.js";
import type { ProcessMemory } from "./proc.js";

/** Changes of fewer pages than this wait for the next sample. */
const LEAST_PAGES = 16;

export class Recording {
  readonly #processes = new Map<number, EpisodeProcess & { held: number; ended: boolean }>();
  #totalPages = 0;

  /**
   * Take one sample.
   * @param availablePages used of the first sample: what was free then, and what the recorded processes hold, is the machine
   */
  sample(tMs: number, processes: readonly ProcessMemory[], availablePages: number): void {
    if (this.#totalPages === 0) this.#totalPages = availablePages + processes.reduce((sum, p) => sum + p.pages, 0);
    const seen = new Set<number>();
    for (const { pid, pages } of processes) {
      seen.add(pid);
      let process = this.#processes.get(pid);
      if (!process) {
        process = { pid, startMs: tMs, ops: [], held: 0, ended: false };
        this.#processes.set(pid, process);
      }
      const change = pages - process.held;
      if (process.ended || Math.abs(change) < LEAST_PAGES) continue;
      if (change > 0) process.ops.push({ tMs, op: "alloc", pages: change }, { tMs, op: "touch", pages: change });
      else process.ops.push({ tMs, op: "free", pages: -change });
      process.held = pages;
    }
    for (const [pid, process] of this.#processes) {
      if (seen.has(pid) || process.ended) continue;
      process.ops.push({ tMs, op: "exit", pages: 0 });
      process.ended = true;
    }
  }

  /** The episode so far; processes that never held anything are left out. Undefined where there is none. */
  episode(id: string, beatMs: number): Episode | undefined {
    const processes = [...this.#processes.values()].filter((p) => p.ops.some((op) => op.op === "touch")).map(({ pid, startMs, ops }) => ({ pid, startMs, ops }));
    if (processes.length === 0) return undefined;
    return { id, family: "recorded", totalPages: Math.max(this.#totalPages, 1024), beatMs, processes };
  }
}
