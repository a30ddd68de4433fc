// Beats to learn from: seeded episodes replayed through the kernel's own memory management, each beat as the features that
// neural.wasm itself works out, with what the protocol says about the episode. Not the learning (learn.ts).
import { committedAt, demandOf, type Episode, foreseeable, HORIZON_MS, indistinguishableFromMs } from "../episodes/index.js";
import { type Engine, type Policy, replay } from "../sim/index.js";

/** An episode as the learner sees it. */
export interface Played {
  family: string;
  oomMs: number | undefined;
  foreseeable: boolean;
  /** From here on an alarm is no fault; undefined: never, or it runs out. */
  indistinguishableMs: number | undefined;
  timeMs: Float64Array;
  /** (beats, features) row-major */
  features: Float32Array;
  /** whether more was promised than there is, a flag a beat */
  committed: Uint8Array;
  freeShare: Float32Array;
}

interface NeuralExports {
  memory: WebAssembly.Memory;
  neural_features(): number;
}

/** Replays episodes one after another. */
export class Player {
  readonly #engine: Engine;
  readonly #champion: Policy;
  readonly #neural: Policy;

  constructor(
    engine: Engine,
    champion: Policy,
    neural: Policy,
    readonly inputs: number,
  ) {
    this.#engine = engine;
    this.#champion = champion;
    this.#neural = neural;
  }

  play(episode: Episode, keep: (beat: number, freeShare: number) => boolean): Played {
    const exports = this.#neural.exports as unknown as NeuralExports;
    const times: number[] = [];
    const shares: number[] = [];
    let features = new Float32Array(512 * this.inputs);
    let beat = 0;
    let capacity = 0;
    let least = Number.POSITIVE_INFINITY;
    const demand = demandOf(episode, HORIZON_MS);
    this.#neural.reset(1);
    const result = replay(episode, {
      engine: this.#engine,
      champion: this.#champion,
      onBeat: (input, timeMs) => {
        this.#neural.decide(input, 10_000_000n);
        const at = exports.neural_features();
        if (at === 0) return;
        const row = new Float32Array(exports.memory.buffer, at, this.inputs);
        if (!keep(beat++, row[0] as number)) return;
        if ((times.length + 1) * this.inputs > features.length) {
          const bigger = new Float32Array(features.length * 2);
          bigger.set(features);
          features = bigger;
        }
        features.set(row, times.length * this.inputs);
        times.push(timeMs);
        shares.push(row[0] as number);
      },
    });
    const { beats, oomMs } = result;
    for (let i = 0; i < beats.count; i++) {
      const free = beats.freePages[i] as number;
      if (free >= least) continue;
      least = free;
      capacity = free + (demand.touched[Math.min(Math.floor((beats.timeMs[i] as number) / 100), demand.touched.length - 1)] as number);
    }
    const timeMs = Float64Array.from(times);
    return {
      family: episode.family,
      oomMs,
      foreseeable: oomMs !== undefined && foreseeable(demand, oomMs),
      indistinguishableMs: oomMs === undefined ? indistinguishableFromMs(demand, capacity) : undefined,
      timeMs,
      features: features.slice(0, times.length * this.inputs),
      committed: Uint8Array.from(times, (ms) => (committedAt(episode, demand, ms) ? 1 : 0)),
      freeShare: Float32Array.from(shares),
    };
  }
}
