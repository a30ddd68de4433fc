// Specs of ring.ts: against a queue that never wraps.
import { room, spec } from "../spec/harness";
import { ByteRing, RowRing } from "./ring";
import { Rng } from "./rng";

export function ringSpecs(): void {
  spec("lib/ring/bytes-in-order", () => {
    const ring = changetype<ByteRing>(room(offsetof<ByteRing>()));
    const rng = changetype<Rng>(room(32));
    const base = room(33);
    const buffer = room(64);
    store<u8>(base + 32, 0x5a);
    ring.init(base, 32);
    rng.seed(1);
    let put: u32 = 0;
    let taken: u32 = 0;
    let shed: u32 = 0;
    for (let round = 0; round < 20_000; round++) {
      const count = rng.below(40);
      if (rng.chance(500_000)) {
        for (let i: u32 = 0; i < count; i++) store<u8>(buffer + i, <u8>(put + i));
        const fits = min<u32>(count, 32 - (put - taken));
        assert(ring.write(buffer, count) == fits, "as many as there is room for");
        put += fits;
        shed += count - fits;
        if (rng.chance(300_000)) {
          const room = put - taken < 32;
          assert(ring.put(put) == room, "put");
          put += u32(room);
          shed += u32(!room);
        }
      } else {
        const gets = min<u32>(count, put - taken);
        assert(ring.read(buffer, count) == gets, "as many as wait");
        for (let i: u32 = 0; i < gets; i++) assert(load<u8>(buffer + i) == <u8>(taken + i), "in order");
        taken += gets;
        if (rng.chance(300_000)) {
          const waits = put != taken;
          assert(ring.take() == (waits ? <i32>(taken & 255) : -1), "take");
          taken += u32(waits);
        }
      }
      assert(ring.count() == put - taken && ring.room() == 32 - (put - taken) && ring.shed == shed, "the counts");
    }
    assert(load<u8>(base + 32) == 0x5a, "nothing past the end");
    ring.clear();
    assert(ring.take() == -1 && ring.room() == 32, "cleared");
  });

  spec("lib/ring/rows-overwrite", () => {
    const ring = changetype<RowRing>(room(offsetof<RowRing>()));
    const out = room(12 * 16);
    ring.init(room(12 * 8), 12, 8);
    assert(ring.oldest() == 0 && ring.count() == 0 && ring.row(0) == 0, "empty");
    for (let i: u32 = 0; i < 21; i++) store<u32>(ring.append(), i);
    assert(ring.oldest() == 13 && ring.count() == 8 && ring.overwritten() == 13, "the last eight");
    for (let i: u64 = 0; i < 25; i++) {
      const row = ring.row(i);
      assert((row != 0) == (i >= 13 && i < 21), "only rows that are there");
      assert(row == 0 || load<u32>(row) == <u32>i, "each in its place");
    }
    assert(ring.read(0, out, 12 * 16) == 96 && load<u32>(out) == 13, "from a row that is gone: the oldest");
    assert(ring.read(19, out, 12 * 16) == 24 && load<u32>(out) == 19, "from a cursor to the end");
    assert(ring.read(15, out, 35) == 24 && load<u32>(out + 12) == 16, "whole rows only");
    assert(ring.read(21, out, 96) == 0, "at the end nothing");
    ring.clear();
    assert(ring.count() == 0 && ring.row(20) == 0, "cleared");
    store<u32>(ring.append(), 21);
    assert(ring.oldest() == 21 && ring.read(0, out, 96) == 12 && load<u32>(out) == 21, "sequence numbers go on");
  });
}
