// Seeded draws for the generators: a counter hashed to 32 bits (the finaliser of MurmurHash3, public domain), fast enough for a draw a
// beat. Not for secrets.

export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed | 0, 0x9e3779b1) ^ Math.floor(seed / 0x1_0000_0000)) | 0;
    for (let i = 0; i < 4; i++) this.next();
  }

  /** [0, 1) */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 0x1_0000_0000;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Between two positive numbers, uniform in the logarithm. */
  log(low: number, high: number): number {
    return low * (high / low) ** this.next();
  }

  /** low … high, both included */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T;
  }

  chance(share: number): boolean {
    return this.next() < share;
  }
}
