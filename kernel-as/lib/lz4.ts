// An LZ4 block codec for short inputs: integers only, no memory of its own, safe against any input. Not the frame format, no
// dictionaries, and no search for the best match: the first one that a small hash table remembers is taken.
// Source of the format: "LZ4 Block Format Description", lz4/doc/lz4_Block_format.md. Its end rules are kept: the last five bytes
// are literals, and the last match begins at least twelve bytes before the end.
//
//   sequence:  token | literal length, more | literals | offset u16 | match length, more
//   token      high half: literals, 15: more bytes follow; low half: match − 4, 15: more bytes follow
//   more       bytes of 255 and a last one below it, added up
//   offset     1 … 65535 back from where the output stands; the last sequence of a block ends after its literals
//
// Raw loads and stores: this is the one place of the kernel that looks at every byte of a page.

/** Input that lz4Compress takes at most: positions are kept in 16 bits. */
export const LZ4_INPUT_BYTES: u32 = 65_535;
/** Size of the hash table that the caller lends. */
export const LZ4_TABLE_BYTES: usize = 4096;
/** lz4Decompress met bytes that no encoder writes. */
export const LZ4_CORRUPT: i32 = -1;

const HASH_SHIFT: u32 = 32 - 11;
const HASH_FACTOR: u32 = 2_654_435_761;
const LEAST_MATCH: u32 = 4;
const LAST_LITERALS: u32 = 5;
/** No match begins nearer to the end than this. */
const LAST_MATCH: u32 = 12;
/** After 2^6 misses the search takes every second position, and so on: bytes that do not shrink are passed over fast. */
const SKIP_SHIFT: u32 = 6;

function slotOf(table: usize, word: u32): usize {
  return table + (((word * HASH_FACTOR) >> HASH_SHIFT) << 1);
}

// Copies without a byte beyond either span; the last word may be written twice. Where the spans overlap, `from` lies at least
// eight bytes before `to`: then every byte is read after it was written.
function copyExactly(to: usize, from: usize, count: u32): void {
  if (count >= 8) {
    const last = to + count - 8;
    const lastFrom = from + count - 8;
    do {
      store<u64>(to, load<u64>(from));
      to += 8;
      from += 8;
    } while (to < last);
    store<u64>(last, load<u64>(lastFrom));
  } else if (count >= 4) {
    store<u32>(to, load<u32>(from));
    store<u32>(to + count - 4, load<u32>(from + count - 4));
  } else {
    for (let i: u32 = 0; i < count; i++) store<u8>(to + i, load<u8>(from + i));
  }
}

// Bytes that a length takes beyond its half of the token.
function moreBytes(length: u32): u32 {
  return length < 15 ? 0 : 1 + (length - 15) / 255;
}

function putMore(at: usize, length: u32): usize {
  let left = length - 15;
  while (left >= 255) {
    store<u8>(at++, 255);
    left -= 255;
  }
  store<u8>(at, <u8>left);
  return at + 1;
}

/**
 * Compress `count` bytes at `from` into at most `capacity` bytes at `to`.
 * @param table LZ4_TABLE_BYTES of scratch, contents do not matter
 * Returns the bytes written; 0: they do not fit (what lies at `to` is then of no use), or count is above LZ4_INPUT_BYTES.
 */
export function lz4Compress(from: usize, count: u32, to: usize, capacity: u32, table: usize): u32 {
  if (count > LZ4_INPUT_BYTES) return 0;
  const end = from + count;
  const room = to + capacity;
  let out = to;
  let anchor = from;
  if (count > LAST_MATCH) {
    const searchEnd = end - LAST_MATCH;
    const matchEnd = end - LAST_LITERALS;
    memory.fill(table, 0, LZ4_TABLE_BYTES);
    let at = from + 1;
    let misses: u32 = 1 << SKIP_SHIFT;
    while (at <= searchEnd) {
      const word = load<u32>(at);
      const slot = slotOf(table, word);
      // Position 0 stands for an empty slot too: it is compared like any other.
      let match = from + load<u16>(slot);
      store<u16>(slot, <u16>(at - from));
      if (load<u32>(match) != word || match >= at) {
        at += misses++ >> SKIP_SHIFT;
        continue;
      }
      misses = 1 << SKIP_SHIFT;
      // Backwards over literals that match too, then forwards.
      while (at > anchor && match > from && load<u8>(at - 1) == load<u8>(match - 1)) {
        at--;
        match--;
      }
      const offset = <u32>(at - match);
      let stop = at + LEAST_MATCH;
      let other = match + LEAST_MATCH;
      while (true) {
        if (stop + 8 > matchEnd) {
          while (stop < matchEnd && load<u8>(stop) == load<u8>(other)) {
            stop++;
            other++;
          }
          break;
        }
        const differs = load<u64>(stop) ^ load<u64>(other);
        if (differs != 0) {
          stop += <usize>(ctz(differs) >> 3);
          break;
        }
        stop += 8;
        other += 8;
      }
      const literals = <u32>(at - anchor);
      const length = <u32>(stop - at) - LEAST_MATCH;
      if (out + 1 + moreBytes(literals) + literals + 2 + moreBytes(length) > room) return 0;
      store<u8>(out++, <u8>((min<u32>(literals, 15) << 4) | min<u32>(length, 15)));
      if (literals >= 15) out = putMore(out, literals);
      copyExactly(out, anchor, literals);
      out += literals;
      store<u16>(out, <u16>offset);
      out += 2;
      if (length >= 15) out = putMore(out, length);
      at = stop;
      anchor = stop;
      // One position inside the match is remembered too.
      if (at <= searchEnd) store<u16>(slotOf(table, load<u32>(at - 2)), <u16>(at - 2 - from));
    }
  }
  const literals = <u32>(end - anchor);
  if (out + 1 + moreBytes(literals) + literals > room) return 0;
  store<u8>(out++, <u8>(min<u32>(literals, 15) << 4));
  if (literals >= 15) out = putMore(out, literals);
  copyExactly(out, anchor, literals);
  return <u32>(out + literals - to);
}

/**
 * Decompress a block of `count` bytes at `from` into at most `capacity` bytes at `to`. Reads and writes inside the two spans only.
 * Returns the bytes written, or LZ4_CORRUPT (a part may have been written).
 */
export function lz4Decompress(from: usize, count: u32, to: usize, capacity: u32): i32 {
  const end = from + count;
  const room = to + capacity;
  let at = from;
  let out = to;
  while (at < end) {
    const token: u32 = load<u8>(at++);
    let literals = token >> 4;
    if (literals == 15) {
      let more: u32 = 255;
      while (more == 255) {
        if (at >= end) return LZ4_CORRUPT;
        more = load<u8>(at++);
        literals += more;
        if (literals > capacity) return LZ4_CORRUPT;
      }
    }
    if (literals > <u32>(end - at) || literals > <u32>(room - out)) return LZ4_CORRUPT;
    copyExactly(out, at, literals);
    at += literals;
    out += literals;
    // Only here may a block end.
    if (at == end) return <i32>(out - to);
    if (end - at < 2) return LZ4_CORRUPT;
    const offset: u32 = load<u16>(at);
    at += 2;
    if (offset == 0 || offset > <u32>(out - to)) return LZ4_CORRUPT;
    let length = token & 15;
    if (length == 15) {
      let more: u32 = 255;
      while (more == 255) {
        if (at >= end) return LZ4_CORRUPT;
        more = load<u8>(at++);
        length += more;
        if (length > capacity) return LZ4_CORRUPT;
      }
    }
    length += LEAST_MATCH;
    if (length > <u32>(room - out)) return LZ4_CORRUPT;
    repeat(out, offset, length);
    out += length;
  }
  return LZ4_CORRUPT;
}

// Writes `length` bytes that repeat what lies `offset` before them; they may overlap.
function repeat(to: usize, offset: u32, length: u32): void {
  let distance = offset;
  let at = to;
  let left = length;
  // A short period: bytes one by one until a multiple of it lies eight or more back.
  while (distance < 8 && left > 0) {
    const piece = min<u32>(offset, left);
    for (let i: u32 = 0; i < piece; i++) store<u8>(at + i, load<u8>(at + i - distance));
    at += piece;
    left -= piece;
    distance += offset;
  }
  copyExactly(at, at - distance, left);
}
