// Specs of lz4.ts: what goes in comes out, blocks of the format by hand, and no byte outside the spans whatever the input is.
import { room, spec } from "../spec/harness";
import { LZ4_CORRUPT, LZ4_INPUT_BYTES, LZ4_TABLE_BYTES, lz4Compress, lz4Decompress } from "./lz4";
import { Rng } from "./rng";

const GUARD: u8 = 0xa5;
const PAGE: u32 = 4096;

/** `bytes` of room between two guards. */
function guarded(bytes: u32): usize {
  const at = room(bytes + 16) + 8;
  memory.fill(at - 8, GUARD, 8);
  memory.fill(at + bytes, GUARD, 8);
  return at;
}

function guardsHold(at: usize, bytes: u32): bool {
  for (let i: u32 = 0; i < 8; i++) if (load<u8>(at - 8 + i) != GUARD || load<u8>(at + bytes + i) != GUARD) return false;
  return true;
}

/** Text of few words, runs, noise, or all in turns. */
function fillWith(at: usize, bytes: u32, kind: u32, rng: Rng): void {
  for (let i: u32 = 0; i < bytes; ) {
    const what = kind == 3 ? rng.below(3) : kind;
    const piece = min<u32>(1 + rng.below(40), bytes - i);
    const byte = <u8>rng.below(256);
    const word = rng.below(20);
    for (let j: u32 = 0; j < piece; j++) store<u8>(at + i + j, what == 0 ? <u8>(word * 7 + j) : what == 1 ? byte : <u8>rng.below(256));
    i += piece;
  }
}

export function lz4Specs(): void {
  spec("lib/lz4/round-trip", () => {
    const rng = changetype<Rng>(room(offsetof<Rng>()));
    rng.seed(5);
    const table = room(LZ4_TABLE_BYTES);
    for (let round: u32 = 0; round < 1200; round++) {
      const bytes = round < 64 ? round : rng.below(PAGE + 1);
      const plain = guarded(bytes);
      fillWith(plain, bytes, round % 4, rng);
      // An encoder's worst case is a little larger than its input.
      const capacity = bytes + bytes / 255 + 16;
      const packed = guarded(capacity);
      const size = lz4Compress(plain, bytes, packed, capacity, table);
      assert(size != 0 && guardsHold(packed, capacity) && guardsHold(plain, bytes), "everything fits its worst case");
      const back = guarded(bytes);
      assert(lz4Decompress(packed, size, back, bytes) == <i32>bytes && guardsHold(back, bytes), "as many bytes");
      assert(memory.compare(plain, back, bytes) == 0, "the same bytes");
      // One byte less of room on either side is refused.
      assert(lz4Compress(plain, bytes, packed, size - 1, table) == 0 && guardsHold(packed, capacity), "no room");
      if (bytes > 0) assert(lz4Decompress(packed, size, back, bytes - 1) == LZ4_CORRUPT && guardsHold(back, bytes), "no room to unpack");
    }
  });

  spec("lib/lz4/long-input", () => {
    const table = room(LZ4_TABLE_BYTES);
    const rng = changetype<Rng>(room(offsetof<Rng>()));
    rng.seed(6);
    const plain = room(LZ4_INPUT_BYTES + 1);
    fillWith(plain, LZ4_INPUT_BYTES, 3, rng);
    // The longest literal run and the longest match: their lengths take hundreds of bytes.
    memory.fill(plain + 20_000, 7, 30_000);
    const packed = room(70_000);
    const size = lz4Compress(plain, LZ4_INPUT_BYTES, packed, 70_000, table);
    const back = room(LZ4_INPUT_BYTES);
    assert(size > 0 && lz4Decompress(packed, size, back, LZ4_INPUT_BYTES) == <i32>LZ4_INPUT_BYTES, "unpacked");
    assert(memory.compare(plain, back, LZ4_INPUT_BYTES) == 0, "the same");
    assert(lz4Compress(plain, LZ4_INPUT_BYTES + 1, packed, 70_000, table) == 0, "positions end at 16 bits");
  });

  spec("lib/lz4/shrinks", () => {
    const table = room(LZ4_TABLE_BYTES);
    const plain = room(PAGE);
    const packed = room(PAGE);
    assert(lz4Compress(plain, PAGE, packed, PAGE, table) < 32, "zeros");
    for (let i: u32 = 0; i < PAGE; i += 8) store<u64>(plain + i, 0x1000_0000 + i);
    assert(lz4Compress(plain, PAGE, packed, PAGE, table) < 2600, "a table of pointers");
    const rng = changetype<Rng>(room(offsetof<Rng>()));
    rng.seed(7);
    for (let i: u32 = 0; i < PAGE; i++) store<u8>(plain + i, <u8>rng.below(256));
    assert(lz4Compress(plain, PAGE, packed, 3072, table) == 0, "noise does not");
  });

  spec("lib/lz4/blocks-by-hand", () => {
    const packed = guarded(16);
    const back = guarded(64);
    // One literal 'a', a match of 19 one byte back, five literals.
    const block: StaticArray<u8> = [0x1f, 0x61, 1, 0, 0, 0x50, 0x62, 0x63, 0x64, 0x65, 0x66];
    memory.copy(packed, changetype<usize>(block), block.length);
    assert(lz4Decompress(packed, block.length, back, 64) == 25, "1 + 19 + 5");
    for (let i: u32 = 0; i < 20; i++) assert(load<u8>(back + i) == 0x61, "the run");
    assert(load<u8>(back + 24) == 0x66, "the end");
    assert(lz4Decompress(packed, block.length, back, 24) == LZ4_CORRUPT && guardsHold(back, 64), "no room");
    // Cut anywhere but after its first literal it is no block.
    for (let cut: u32 = 0; cut < <u32>block.length; cut++) assert(lz4Decompress(packed, cut, back, 64) == (cut == 2 ? 1 : LZ4_CORRUPT), "cut");
    store<u8>(packed + 2, 2);
    assert(lz4Decompress(packed, block.length, back, 64) == LZ4_CORRUPT, "back past the start");
    store<u8>(packed + 2, 0);
    assert(lz4Decompress(packed, block.length, back, 64) == LZ4_CORRUPT, "an offset of zero");
    // A block of nothing is a token of zero; no bytes at all are none.
    store<u8>(packed, 0);
    assert(lz4Decompress(packed, 1, back, 64) == 0 && lz4Decompress(packed, 0, back, 64) == LZ4_CORRUPT, "empty");
    // Short periods of every length.
    for (let offset: u32 = 1; offset < 12; offset++) {
      store<u8>(packed, <u8>((offset << 4) | 15));
      for (let i: u32 = 0; i < offset; i++) store<u8>(packed + 1 + i, <u8>(0x30 + i));
      store<u16>(packed + 1 + offset, <u16>offset);
      store<u8>(packed + 3 + offset, 10);
      store<u8>(packed + 4 + offset, 0);
      assert(lz4Decompress(packed, offset + 5, back, 64) == <i32>offset + 29, "a period");
      for (let i: u32 = 0; i < offset + 29; i++) assert(load<u8>(back + i) == <u8>(0x30 + (i % offset)), "repeated");
    }
    assert(guardsHold(back, 64), "inside");
  });

  spec("lib/lz4/corrupt-input", () => {
    const rng = changetype<Rng>(room(offsetof<Rng>()));
    rng.seed(8);
    const table = room(LZ4_TABLE_BYTES);
    const plain = room(PAGE);
    const packed = guarded(PAGE);
    const back = guarded(PAGE);
    let corrupt: u32 = 0;
    for (let round: u32 = 0; round < 6000; round++) {
      fillWith(plain, PAGE, round % 4, rng);
      let size = lz4Compress(plain, PAGE, packed, PAGE, table);
      if (size == 0) size = PAGE;
      if (round % 7 == 0) for (let i: u32 = 0; i < size; i++) store<u8>(packed + i, <u8>rng.below(256));
      else {
        const changes: u32 = 1 + rng.below(4);
        for (let i: u32 = 0; i < changes; i++) store<u8>(packed + rng.below(size), <u8>rng.below(256));
        if (rng.below(4) == 0) size = rng.below(size + 1);
      }
      const capacity = rng.below(PAGE + 1);
      const answer = lz4Decompress(packed, size, back, capacity);
      assert(answer == LZ4_CORRUPT || (answer >= 0 && <u32>answer <= capacity), "an answer in its range");
      if (answer == LZ4_CORRUPT) corrupt++;
      assert(guardsHold(packed, PAGE) && guardsHold(back, PAGE), "nothing outside");
      for (let i = capacity; i < PAGE; i++) if (load<u8>(back + i) != 0) assert(false, "nothing past the capacity");
      memory.fill(back, 0, PAGE);
    }
    assert(corrupt > 3000, "most of it was corrupt");
  });
}
