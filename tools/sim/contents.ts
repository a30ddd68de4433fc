// What a page that a replayed process wrote holds: random bytes, of which a codec can save a given share. Made when somebody looks,
// out of a seed, so that a million pages need no memory here. Pure.
import { PAGE_BYTES } from "../abi/index.js";

/** A page of zeros. */
const ZEROS = new Uint8Array(PAGE_BYTES);
const page = new Uint8Array(PAGE_BYTES);
const words = new Uint32Array(page.buffer);

/**
 * Bytes of a page; valid until the next call. The first word is the seed, where any of it is random.
 * @param seed 0: zeros
 * @param compressPct the last part of the page is zeros, this many percent
 */
export function frameBytes(seed: number, compressPct: number): Uint8Array {
  if (seed === 0) return ZEROS;
  const random = Math.round((words.length * (100 - compressPct)) / 100);
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  if (random > 0) words[0] = seed;
  for (let i = 1; i < random; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  words.fill(0, random);
  return page;
}

/** The seed that makes exactly these bytes, or undefined. */
export function seedOf(bytes: Uint8Array, compressPct: number): number | undefined {
  const seed = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const made = frameBytes(seed, compressPct);
  for (let i = 0; i < PAGE_BYTES; i++) if (made[i] !== bytes[i]) return undefined;
  return seed;
}
