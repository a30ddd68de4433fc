// SHA-256 (FIPS 180-4), in pieces: begin, add, finish. Integers only, no allocation, no host call.
// Not for secrets: time depends on the length only, but nothing here was hardened.
import { copy, fill, getU32, getU32Be, setU8, setU32, setU32Be, setU64Be } from "./bytes";

export const SHA256_BYTES: u32 = 32;
const BLOCK_BYTES: u32 = 64;

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (section 4.2.2).
// biome-ignore format: a table
const K: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

// The message schedule of the block at work: 64 words. kernel.wasm runs to completion, so one is enough.
const W: usize = memory.data(256, 8);

/** A hash in the making, in memory that the caller owns. */
@unmanaged
export class Sha256 {
  h0: u32;
  h1: u32;
  h2: u32;
  h3: u32;
  h4: u32;
  h5: u32;
  h6: u32;
  h7: u32;
  /** bytes added so far */
  total: u64;
  /** the block that is not full yet: 64 bytes */
  block0: u64;
  block1: u64;
  block2: u64;
  block3: u64;
  block4: u64;
  block5: u64;
  block6: u64;
  block7: u64;

  /** Start anew. */
  begin(): void {
    this.h0 = 0x6a09e667;
    this.h1 = 0xbb67ae85;
    this.h2 = 0x3c6ef372;
    this.h3 = 0xa54ff53a;
    this.h4 = 0x510e527f;
    this.h5 = 0x9b05688c;
    this.h6 = 0x1f83d9ab;
    this.h7 = 0x5be0cd19;
    this.total = 0;
  }

  /** Add `count` bytes at `from`. */
  add(from: usize, count: u32): void {
    const block = changetype<usize>(this) + offsetof<Sha256>("block0");
    let at = from;
    let left = count;
    const used = <u32>this.total & (BLOCK_BYTES - 1);
    this.total += count;
    if (used !== 0) {
      const fits = min(left, BLOCK_BYTES - used);
      copy(block + used, at, fits);
      at += fits;
      left -= fits;
      if (used + fits < BLOCK_BYTES) return;
      this.compress(block);
    }
    while (left >= BLOCK_BYTES) {
      this.compress(at);
      at += BLOCK_BYTES;
      left -= BLOCK_BYTES;
    }
    copy(block, at, left);
  }

  /** Write the 32 bytes of the hash to `out`. The state is used up: begin again. */
  finish(out: usize): void {
    const block = changetype<usize>(this) + offsetof<Sha256>("block0");
    const used = <u32>this.total & (BLOCK_BYTES - 1);
    fill(block + used, 0, BLOCK_BYTES - used);
    setU8(block + used, 0x80);
    if (used >= 56) {
      this.compress(block);
      fill(block, 0, BLOCK_BYTES);
    }
    setU64Be(block + 56, this.total << 3);
    this.compress(block);
    setU32Be(out, this.h0);
    setU32Be(out + 4, this.h1);
    setU32Be(out + 8, this.h2);
    setU32Be(out + 12, this.h3);
    setU32Be(out + 16, this.h4);
    setU32Be(out + 20, this.h5);
    setU32Be(out + 24, this.h6);
    setU32Be(out + 28, this.h7);
  }

  // Section 6.2.2 over one block of 64 bytes.
  private compress(block: usize): void {
    for (let t: usize = 0; t < 64; t += 4) setU32(W + t, getU32Be(block + t));
    for (let t: usize = 64; t < 256; t += 4) {
      const w15 = getU32(W + t - 60);
      const w2 = getU32(W + t - 8);
      const s0 = rotr<u32>(w15, 7) ^ rotr<u32>(w15, 18) ^ (w15 >> 3);
      const s1 = rotr<u32>(w2, 17) ^ rotr<u32>(w2, 19) ^ (w2 >> 10);
      setU32(W + t, s1 + getU32(W + t - 28) + s0 + getU32(W + t - 64));
    }
    let a = this.h0;
    let b = this.h1;
    let c = this.h2;
    let d = this.h3;
    let e = this.h4;
    let f = this.h5;
    let g = this.h6;
    let h = this.h7;
    for (let t: usize = 0; t < 256; t += 4) {
      const choose = (e & f) ^ (~e & g);
      const sum1 = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25);
      const t1 = h + sum1 + choose + getU32(K + t) + getU32(W + t);
      const sum0 = rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      h = g;
      g = f;
      f = e;
      e = d + t1;
      d = c;
      c = b;
      b = a;
      a = t1 + sum0 + majority;
    }
    this.h0 += a;
    this.h1 += b;
    this.h2 += c;
    this.h3 += d;
    this.h4 += e;
    this.h5 += f;
    this.h6 += g;
    this.h7 += h;
  }
}
