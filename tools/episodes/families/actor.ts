// One process of a generated episode: it follows a target of touched pages beat by beat and writes down the operations. Knows
// how it reserves, and how noisy it is; the shape of the target is the family's.
import { BEAT_MS } from "../protocol.js";
import type { EpisodeProcess, Operation } from "../types.js";
import type { Draw } from "./draw.js";

export type Reservation = "grows" | "chunks" | "start";

export const PAGES_PER_MIB = 256;

export interface ActorOptions {
  startMs: number;
  reservation: Reservation;
  /** Reserved at the start, for "start". */
  promisedPages?: number;
  /** 0 … 0.3 */
  noise: number;
}

export class Actor {
  readonly #draw: Draw;
  readonly #options: ActorOptions;
  readonly #ops: Operation[] = [];
  readonly #chunkPages: number;
  readonly #phaseMs: number;
  #nowMs: number;
  #touched = 0;
  #reserved = 0;

  constructor(draw: Draw, options: ActorOptions) {
    this.#draw = draw;
    this.#options = options;
    this.#phaseMs = draw.whole(0, BEAT_MS - 1);
    this.#nowMs = Math.round(options.startMs) + this.#phaseMs;
    this.#chunkPages = Math.round(draw.log(1, 32) * PAGES_PER_MIB);
    if (options.reservation === "start") this.#reserve(Math.round(options.promisedPages ?? 0));
  }

  get nowMs(): number {
    return this.#nowMs;
  }
  get touched(): number {
    return this.#touched;
  }

  #push(op: Operation["op"], pages: number): void {
    if (pages > 0) this.#ops.push({ tMs: this.#nowMs, op, pages });
  }

  #reserve(pages: number): void {
    this.#push("alloc", pages);
    this.#reserved += Math.max(pages, 0);
  }

  /** Take or give back pages until `pages` are touched, now. */
  set(pages: number): void {
    const target = Math.max(Math.round(pages), 0);
    if (target > this.#touched) {
      const missing = target - this.#reserved;
      if (missing > 0) this.#reserve(this.#options.reservation === "chunks" ? Math.max(missing, this.#chunkPages) : missing);
      this.#push("touch", target - this.#touched);
      this.#touched = target;
    } else if (target < this.#touched) {
      // One that reserved at the start gives back frames, and promises itself the same again; the others give back both.
      const top = this.#reserved - target;
      this.#push("free", top);
      this.#reserved = target;
      this.#touched = target;
      if (this.#options.reservation === "start") this.#reserve(top);
    }
  }

  /** Let time pass. */
  wait(ms: number): void {
    this.#nowMs += Math.max(Math.round(ms), 0);
  }

  /** Until a time; does nothing where that has passed. */
  waitUntil(ms: number): void {
    this.wait(ms - this.#nowMs);
  }

  /** Grow (or shrink) to `pages` at about `pagesPerMs`, a step a beat with noise. */
  ramp(pages: number, pagesPerMs: number): void {
    const down = pages < this.#touched;
    let exact = this.#touched;
    while (down ? exact > pages : exact < pages) {
      const step = pagesPerMs * BEAT_MS * (1 + this.#options.noise * this.#draw.between(-1, 1));
      exact = down ? Math.max(exact - step, pages) : Math.min(exact + step, pages);
      this.set(exact);
      this.wait(BEAT_MS);
    }
  }

  /** Follow a target of touched pages, given the time since the call, for so long. Growth is noisy, the target is not overshot. */
  follow(ms: number, target: (sinceMs: number) => number): void {
    const startMs = this.#nowMs;
    while (this.#nowMs - startMs < ms) {
      const wanted = target(this.#nowMs - startMs);
      const lag = this.#options.noise * this.#draw.next();
      this.set(wanted > this.#touched ? wanted - (wanted - this.#touched) * lag : wanted);
      this.wait(BEAT_MS);
    }
  }

  /** Work on what there is, for so long: a sixteenth of the pages is written again each second. */
  hold(ms: number): void {
    const endMs = this.#nowMs + Math.round(ms);
    while (this.#nowMs + 1000 < endMs) {
      this.#push("touch", this.#touched === this.#reserved ? Math.floor(this.#touched / 16) : 0);
      this.wait(1000);
    }
    this.waitUntil(endMs);
  }

  exit(): void {
    this.#ops.push({ tMs: this.#nowMs, op: "exit", pages: 0 });
    this.#touched = 0;
    this.#reserved = 0;
  }

  process(pid: number): EpisodeProcess {
    return { pid, startMs: this.#ops[0]?.tMs ?? this.#nowMs, ops: this.#ops };
  }
}
