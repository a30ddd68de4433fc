// A small seeded generator (SplitMix64 reduced to 32 bits of output at a time) for synthetic episodes. Not for secrets.

export class Rng {
  #state: bigint;

  constructor(seed: number) {
    this.#state = BigInt(seed) & 0xffff_ffff_ffff_ffffn;
  }

  /** [0, 1) */
  next(): number {
    this.#state = (this.#state + 0x9e37_79b9_7f4a_7c15n) & 0xffff_ffff_ffff_ffffn;
    let z = this.#state;
    z = ((z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & 0xffff_ffff_ffff_ffffn;
    z = ((z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn) & 0xffff_ffff_ffff_ffffn;
    return Number((z ^ (z >> 31n)) >> 32n) / 0x1_0000_0000;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Between two positive numbers, uniform in the logarithm. */
  logBetween(low: number, high: number): number {
    return low * (high / low) ** this.next();
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T;
  }
}
