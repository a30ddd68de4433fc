// Specs of rng.ts. Reference values: splitmix64 from 0 and 1234567; xoshiro256** from the state 1, 2, 3, 4.
import { room, spec } from "../spec/harness";
import { Rng, splitmix64 } from "./rng";

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

export function rngSpecs(): void {
  spec("lib/rng/reference-values", () => {
    assert(splitmix64(0) == 0xe220_a839_7b1d_cdaf && splitmix64(GOLDEN) == 0x6e78_9e6a_a1b9_65f4, "splitmix64 from 0");
    assert(splitmix64(1234567) == 6457827717110365317 && splitmix64(1234567 + GOLDEN) == 3203168211198807973, "splitmix64 from 1234567");
    const rng = changetype<Rng>(room(32));
    rng.s0 = 1;
    rng.s1 = 2;
    rng.s2 = 3;
    rng.s3 = 4;
    const expected: u64[] = [11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600];
    for (let i = 0; i < expected.length; i++) assert(rng.next() == expected[i], "xoshiro256**");
    rng.seed(0);
    assert(rng.s0 == splitmix64(0) && rng.s1 == splitmix64(GOLDEN) && rng.s2 == splitmix64(GOLDEN * 2) && rng.s3 == splitmix64(GOLDEN * 3), "four steps of splitmix64");
  });

  spec("lib/rng/ranges", () => {
    const rng = changetype<Rng>(room(32));
    rng.seed(2);
    const seen = room(10 * 4);
    for (let i = 0; i < 100_000; i++) {
      const value = rng.below(10);
      assert(value < 10, "below its bound");
      store<u32>(seen + ((<usize>value) << 2), load<u32>(seen + ((<usize>value) << 2)) + 1);
      assert(rng.below(1) == 0, "one value only");
      const between = rng.between(5, 7);
      assert(between >= 5 && between <= 7, "both ends included");
    }
    for (let i: usize = 0; i < 10; i++) {
      const count = load<u32>(seen + (i << 2));
      assert(count > 9_500 && count < 10_500, "each about as often");
    }
    assert(!rng.chance(0) && rng.chance(1_000_000), "never and always");
  });

  spec("lib/rng/same-seed-same-numbers", () => {
    const a = changetype<Rng>(room(32));
    const b = changetype<Rng>(room(32));
    a.seed(77);
    b.seed(77);
    for (let i = 0; i < 1000; i++) assert(a.next() == b.next(), "the same");
    b.seed(78);
    let same = 0;
    for (let i = 0; i < 1000; i++) same += i32(a.next() == b.next());
    assert(same == 0, "another seed, other numbers");
  });
}
