// Specs of bits.ts.
import { room, spec } from "../spec/harness";
import * as bits from "./bits";
import { Rng } from "./rng";

export function bitsSpecs(): void {
  spec("lib/bits/powers-and-alignment", () => {
    assert(bits.isPowerOfTwo(1) && bits.isPowerOfTwo((<u64>1) << 63), "1 and 2^63 are powers of two");
    assert(!bits.isPowerOfTwo(0) && !bits.isPowerOfTwo(6), "0 and 6 are not");
    assert(bits.log2Floor(1) == 0 && bits.log2Floor(7) == 2 && bits.log2Floor(8) == 3 && bits.log2Floor(u64.MAX_VALUE) == 63, "log2Floor");
    assert(bits.log2Ceil(0) == 0 && bits.log2Ceil(1) == 0 && bits.log2Ceil(5) == 3 && bits.log2Ceil(8) == 3 && bits.log2Ceil(9) == 4, "log2Ceil");
    assert(bits.alignUp(0, 16) == 0 && bits.alignUp(1, 16) == 16 && bits.alignUp(16, 16) == 16, "alignUp");
    assert(bits.alignDown(31, 16) == 16 && bits.alignDown(32, 16) == 32, "alignDown");
  });

  spec("lib/bits/count", () => {
    const rng = changetype<Rng>(room(32));
    rng.seed(11);
    assert(bits.countBits(0) == 0 && bits.countBits(u64.MAX_VALUE) == 64, "none and all");
    for (let i = 0; i < 1000; i++) {
      const value = rng.next() & rng.next();
      assert(bits.countBits(value) == <u32>popcnt<u64>(value), "as the popcnt opcode");
    }
  });

  spec("lib/bits/bitmap-against-bytes", () => {
    const count: u32 = 517;
    const map = room(bits.bitmapBytes(count));
    const model = room(count);
    const rng = changetype<Rng>(room(32));
    rng.seed(7);
    assert(bits.bitmapBytes(64) == 8 && bits.bitmapBytes(65) == 16 && bits.bitmapBytes(0) == 0, "whole words");
    for (let round = 0; round < 4000; round++) {
      const bit = rng.below(count);
      const on = rng.chance(500_000);
      if (on) bits.bitmapSet(map, bit);
      else bits.bitmapClear(map, bit);
      store<u8>(model + bit, u8(on));
      const from = rng.below(count + 70);
      let set: i32 = -1;
      let clear: i32 = -1;
      let total: u32 = 0;
      for (let i: u32 = 0; i < count; i++) {
        const is = load<u8>(model + i) != 0;
        total += u32(is);
        if (i < from) continue;
        if (is && set < 0) set = i;
        if (!is && clear < 0) clear = i;
      }
      assert(bits.bitmapTest(map, bit) == on, "test reads what was written");
      assert(bits.bitmapFindSet(map, count, from) == set, "findSet");
      assert(bits.bitmapFindClear(map, count, from) == clear, "findClear never answers a bit past the end");
      assert(bits.bitmapCount(map, count) == total, "count");
    }
  });
}
