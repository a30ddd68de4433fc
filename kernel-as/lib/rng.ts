// Seeded random numbers: xoshiro256** (Blackman and Vigna 2018), its state filled by splitmix64 from one seed.
// Not for secrets. Every generator takes a seed, so that a run can be repeated. Integers only.

/** One step of splitmix64: the output for state `value`. The next state is value + 0x9e3779b97f4a7c15. */
export function splitmix64(value: u64): u64 {
  let z = value + 0x9e37_79b9_7f4a_7c15;
  z = (z ^ (z >> 30)) * 0xbf58_476d_1ce4_e5b9;
  z = (z ^ (z >> 27)) * 0x94d0_49bb_1331_11eb;
  return z ^ (z >> 31);
}

/** Four words of state, in memory that the caller owns. */
@unmanaged
export class Rng {
  s0: u64;
  s1: u64;
  s2: u64;
  s3: u64;

  /** Start from a seed; every seed, 0 too, gives a good state. */
  seed(seed: u64): void {
    this.s0 = splitmix64(seed);
    this.s1 = splitmix64(seed + 0x9e37_79b9_7f4a_7c15);
    this.s2 = splitmix64(seed + 0x3c6e_f372_fe94_f82a);
    this.s3 = splitmix64(seed + 0xdaa6_6d2c_7ddf_743f);
  }

  /** 64 random bits. */
  next(): u64 {
    const result = rotl<u64>(this.s1 * 5, 7) * 9;
    const t = this.s1 << 17;
    this.s2 ^= this.s0;
    this.s3 ^= this.s1;
    this.s1 ^= this.s2;
    this.s0 ^= this.s3;
    this.s2 ^= t;
    this.s3 = rotl<u64>(this.s3, 45);
    return result;
  }

  /** 0 … bound − 1, every value equally likely (Lemire 2019); bound ≥ 1. */
  below(bound: u32): u32 {
    let product = (this.next() >> 32) * <u64>bound;
    if (<u32>product < bound) {
      const threshold: u32 = (<u32>0 - bound) % bound;
      while (<u32>product < threshold) product = (this.next() >> 32) * <u64>bound;
    }
    return <u32>(product >> 32);
  }

  /** low … high, both included; low ≤ high, not the whole u32 range. */
  between(low: u32, high: u32): u32 {
    return low + this.below(high - low + 1);
  }

  /** True with a probability of `ppm` in a million. */
  chance(ppm: u32): bool {
    return this.below(1_000_000) < ppm;
  }
}
