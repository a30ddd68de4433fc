// Seeded random numbers for workloads: xoshiro128** 1.1 (Blackman and Vigna 2018), its state from the text that names the stream. The
// same name, the same numbers. Not for secrets.

const rotl = (x: number, k: number) => (x << k) | (x >>> (32 - k));

export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;

  /** @param name of the stream, such as "desktop/5000001/sizes" */
  constructor(name: string) {
    // FNV-1a, then splitmix32, so that names that differ in one digit have nothing in common.
    let hash = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    const next = () => {
      hash = (hash + 0x9e3779b9) | 0;
      let z = hash ^ (hash >>> 16);
      z = Math.imul(z, 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return z ^ (z >>> 15);
    };
    [this.#a, this.#b, this.#c, this.#d] = [next(), next(), next(), next()];
  }

  #next(): number {
    const result = Math.imul(rotl(Math.imul(this.#b, 5), 7), 9);
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = rotl(this.#d, 11);
    return result >>> 0;
  }

  /** (0, 1): never an end, so that its logarithm is finite */
  unit(): number {
    return (this.#next() + 0.5) / 0x1_0000_0000;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** Between two positive numbers, uniform in the logarithm. */
  logBetween(low: number, high: number): number {
    return low * (high / low) ** this.unit();
  }

  /** An integer, both ends included. */
  whole(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.unit());
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.unit() * items.length)] as T;
  }

  /** Standard normal (Box and Muller 1958; one of the two). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }
}
