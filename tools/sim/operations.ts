// An episode made ready for replay: operations as plain arrays, and what one process has reserved and touched. The rules are those of
// tools/episodes/types.ts; the booted program `replay` (kernel-as/user/replay) follows the same. Pure: it knows no kernel.
import { PAGE_BYTES } from "../abi/index.js";
import type { Episode, EpisodeProcess } from "../episodes/index.js";

export const Op = { Alloc: 0, Free: 1, Touch: 2, Exit: 3 } as const;
const OPS = { alloc: Op.Alloc, free: Op.Free, touch: Op.Touch, exit: Op.Exit } as const;
/** No contiguity asked for. */
export const NO_ORDER = -1;

export interface Operations {
  pid: number;
  startMs: number;
  count: number;
  tMs: Float64Array;
  op: Uint8Array;
  pages: Uint32Array;
  order: Int8Array;
}

export function operationsOf(process: EpisodeProcess): Operations {
  const count = process.ops.length;
  const operations: Operations = {
    pid: process.pid,
    startMs: process.startMs,
    count,
    tMs: new Float64Array(count),
    op: new Uint8Array(count),
    pages: new Uint32Array(count),
    order: new Int8Array(count),
  };
  process.ops.forEach((operation, i) => {
    operations.tMs[i] = operation.tMs;
    operations.op[i] = OPS[operation.op];
    operations.pages[i] = operation.pages;
    operations.order[i] = operation.order ?? NO_ORDER;
  });
  return operations;
}

/** The processes of an episode in the order in which they start; ties by pid. */
export function processesOf(episode: Episode): Operations[] {
  return episode.processes.map(operationsOf).sort((a, b) => a.startMs - b.startMs || a.pid - b.pid);
}

/** Pages that a process has written, and where the next ones lie. */
export class Holding {
  reserved = 0;
  touched = 0;
  /** Next of the touched pages to be written again, once all are touched. */
  again = 0;
  /** Pages of blocks that could not be had; later frees give these back first. */
  missing = 0;

  alloc(pages: number): void {
    this.reserved += pages;
  }

  /** Give back the top `pages`. Returns the touched ones among them, [first, end). */
  free(pages: number): { first: number; end: number } {
    const gone = Math.min(pages, this.missing);
    this.missing -= gone;
    this.reserved = Math.max(this.reserved - (pages - gone), 0);
    const end = this.touched;
    this.touched = Math.min(this.touched, this.reserved);
    if (this.again >= this.touched) this.again = 0;
    return { first: this.touched, end };
  }

  /** The next run of at most `pages` pages to write: `first` and how many. None where nothing is reserved. */
  next(pages: number): { first: number; count: number } {
    if (this.touched < this.reserved) return { first: this.touched, count: Math.min(pages, this.reserved - this.touched) };
    if (this.touched === 0) return { first: 0, count: 0 };
    return { first: this.again, count: Math.min(pages, this.touched - this.again) };
  }

  /** `count` pages of the run that next() gave were written. */
  wrote(first: number, count: number): void {
    if (first === this.touched) this.touched += count;
    else this.again = first + count >= this.touched ? 0 : first + count;
  }
}

/** Bytes that linear memory must have for `pages` reserved pages behind `basePages`: whole wasm pages of 64 KiB. */
export function limitBytes(basePages: number, pages: number): number {
  const wasm = 65_536;
  return Math.ceil(((basePages + pages) * PAGE_BYTES) / wasm) * wasm;
}
