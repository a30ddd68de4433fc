// Powers of two, alignment, and bitmaps over memory that the caller owns.
// Not an allocator. Pure: no host call, no managed object, integers only.
import { getU64, setU64 } from "./bytes";

/** Whether exactly one bit is set. */
export function isPowerOfTwo(value: u64): bool {
  return value !== 0 && (value & (value - 1)) === 0;
}

/** Index of the highest set bit; 0 for 0. */
export function log2Floor(value: u64): u32 {
  return <u32>(63 - clz<u64>(value | 1));
}

/** Least n with 2^n ≥ value; 0 for 0 and 1. */
export function log2Ceil(value: u64): u32 {
  return value <= 1 ? 0 : <u32>(64 - clz<u64>(value - 1));
}

/** `value` rounded down to a multiple of `alignment`, a power of two. */
export function alignDown(value: u64, alignment: u64): u64 {
  return value & ~(alignment - 1);
}

/** `value` rounded up to a multiple of `alignment`, a power of two. The caller sees to it that it does not wrap. */
export function alignUp(value: u64, alignment: u64): u64 {
  return (value + alignment - 1) & ~(alignment - 1);
}

/** Set bits of a word. Plain arithmetic: compilers turn the popcnt opcode into a library call that ring 0 does not have. */
export function countBits(value: u64): u32 {
  let v = value - ((value >> 1) & 0x5555_5555_5555_5555);
  v = (v & 0x3333_3333_3333_3333) + ((v >> 2) & 0x3333_3333_3333_3333);
  v = (v + (v >> 4)) & 0x0f0f_0f0f_0f0f_0f0f;
  return <u32>((v * 0x0101_0101_0101_0101) >> 56);
}

// ---- bitmaps: bit i is bit (i mod 64) of word (i div 64); the storage is a whole number of 64-bit words.

/** Bytes of storage for `bits` bits. */
export function bitmapBytes(bits: u32): usize {
  return ((<usize>bits + 63) >> 6) << 3;
}

function word(map: usize, bit: u32): usize {
  return map + ((<usize>(bit >> 6)) << 3);
}

export function bitmapTest(map: usize, bit: u32): bool {
  return ((getU64(word(map, bit)) >> (bit & 63)) & 1) !== 0;
}

export function bitmapSet(map: usize, bit: u32): void {
  const at = word(map, bit);
  setU64(at, getU64(at) | ((<u64>1) << (bit & 63)));
}

export function bitmapClear(map: usize, bit: u32): void {
  const at = word(map, bit);
  setU64(at, getU64(at) & ~((<u64>1) << (bit & 63)));
}

/** Set bits among the first `bits`. */
export function bitmapCount(map: usize, bits: u32): u32 {
  let total: u32 = 0;
  const whole = bits >> 6;
  for (let i: u32 = 0; i < whole; i++) total += countBits(getU64(map + ((<usize>i) << 3)));
  const rest = bits & 63;
  if (rest !== 0) total += countBits(getU64(map + ((<usize>whole) << 3)) & (((<u64>1) << rest) - 1));
  return total;
}

// First bit ≥ from, below `bits`, whose value differs from `flip`'s.
function find(map: usize, bits: u32, from: u32, flip: u64): i32 {
  let bit = from;
  while (bit < bits) {
    const left = (getU64(word(map, bit)) ^ flip) >> (bit & 63);
    if (left !== 0) {
      const found = bit + <u32>ctz<u64>(left);
      return found < bits ? <i32>found : -1;
    }
    bit = (bit & ~63) + 64;
  }
  return -1;
}

/** First set bit at or after `from`, or −1. */
export function bitmapFindSet(map: usize, bits: u32, from: u32): i32 {
  return find(map, bits, from, 0);
}

/** First clear bit at or after `from`, or −1. */
export function bitmapFindClear(map: usize, bits: u32, from: u32): i32 {
  return find(map, bits, from, ~(<u64>0));
}
