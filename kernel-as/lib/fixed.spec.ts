// Specs of fixed.ts against true floats, which a spec may use and kernel.wasm may not.
import { room, spec } from "../spec/harness";
import * as fixed from "./fixed";
import { Rng } from "./rng";

function bitsOf(value: f64): u64 {
  return reinterpret<u64>(value);
}

export function fixedSpecs(): void {
  spec("lib/fixed/ppm", () => {
    assert(fixed.ppmOf(1, 3) == 333_333 && fixed.ppmOf(0, 5) == 0 && fixed.ppmOf(5, 0) == 0 && fixed.ppmOf(7, 7) == 1_000_000, "ppmOf");
    assert(fixed.ppmOf(u64.MAX_VALUE / 2, u64.MAX_VALUE) == 499_999, "ppmOf of huge numbers");
    assert(fixed.ppmOf(u64.MAX_VALUE, 1) == u32.MAX_VALUE, "ppmOf stops at the end");
    assert(fixed.ppmTimes(u64.MAX_VALUE, 1_000_000) == u64.MAX_VALUE && fixed.ppmTimes(10, 250_000) == 2, "ppmTimes");
  });

  spec("lib/fixed/what-is-a-number", () => {
    assert(fixed.f64IsNaN(bitsOf(NaN)) && fixed.f64IsNaN(0xfff0_0000_0000_0001), "NaN of any sign and payload");
    assert(!fixed.f64IsNaN(bitsOf(Infinity)) && !fixed.f64IsNaN(bitsOf(-Infinity)) && !fixed.f64IsNaN(0), "the rest");
    assert(fixed.f64Scaled(bitsOf(NaN), 1) == fixed.NOT_A_NUMBER, "NaN has its own answer");
    assert(fixed.f64Scaled(bitsOf(Infinity), 1) == fixed.SATURATED && fixed.f64Scaled(bitsOf(-Infinity), 1) == -fixed.SATURATED, "infinities");
    assert(fixed.f64Scaled(bitsOf(1e300), 1) == fixed.SATURATED && fixed.f64Scaled(bitsOf(-1e13), 1_000_000) == -fixed.SATURATED, "too large");
    const rng = changetype<Rng>(room(32));
    rng.seed(3);
    for (let i = 0; i < 20_000; i++) {
      const bits = rng.next() | (rng.chance(100_000) ? 0x7ff0_0000_0000_0000 : 0);
      const value = reinterpret<f64>(bits);
      assert(fixed.f64IsNaN(bits) == F64.isNaN(value) && fixed.f64IsFinite(bits) == F64.isFinite(value), "as the float unit says");
    }
  });

  spec("lib/fixed/ppm-of-floats", () => {
    assert(fixed.f64ToPpm(bitsOf(0.0)) == 0 && fixed.f64ToPpm(bitsOf(-0.0)) == 0, "zero");
    assert(fixed.f64ToPpm(bitsOf(1.0)) == 1_000_000 && fixed.f64ToPpm(bitsOf(-0.5)) == -500_000, "halves");
    assert(fixed.f64ToPpm(bitsOf(0.6)) == 600_000 && fixed.f64ToPpm(bitsOf(0.8)) == 800_000 && fixed.f64ToPpm(bitsOf(0.9)) == 900_000, "the risk thresholds");
    assert(fixed.f64ToPpm(1) == 0 && fixed.f64ToPpm(bitsOf(4.9e-7)) == 0 && fixed.f64ToPpm(bitsOf(5.1e-7)) == 1, "tiny ones, rounded");
    assert(fixed.f64ToInteger(bitsOf(0.5)) == 1 && fixed.f64ToInteger(bitsOf(-0.5)) == -1 && fixed.f64ToInteger(bitsOf(2.5)) == 3, "halves go away from zero");
    assert(fixed.f64ToInteger(bitsOf(9007199254740993.0)) == 9007199254740992 && fixed.f64ToInteger(bitsOf(-9e18)) == -9_000_000_000_000_000_000, "large integers");
    assert(fixed.f64ToInteger(bitsOf(9223372036854774784.0)) == 9223372036854774784 && fixed.f64ToInteger(bitsOf(9223372036854775808.0)) == fixed.SATURATED, "the last below 2^63");
  });

  spec("lib/fixed/exact-products", () => {
    // k ÷ 2^j times a scale below 2^33 is exact in f64 where k < 2^20, so that the float unit can judge the rounding.
    const rng = changetype<Rng>(room(32));
    rng.seed(5);
    for (let i = 0; i < 100_000; i++) {
      const k = <f64>rng.below(1 << 20);
      const shift = rng.below(80);
      let value = k;
      for (let j: u32 = 0; j < shift; j++) value /= 2;
      if (rng.chance(500_000)) value = -value;
      const scale: u64 = rng.chance(300_000) ? 1 : rng.chance(500_000) ? 1_000_000 : <u64>rng.between(1, 0xffff_fffe);
      const product = Math.abs(value) * <f64>scale;
      let expected = <i64>Math.floor(product);
      if (product - Math.floor(product) >= 0.5) expected++;
      if (value < 0) expected = -expected;
      assert(fixed.f64Scaled(bitsOf(value), scale) == expected, "rounded as the exact product");
    }
  });

  spec("lib/fixed/integers-to-floats", () => {
    const rng = changetype<Rng>(room(32));
    rng.seed(9);
    assert(
      fixed.integerToF64(0) == 0 && fixed.integerToF64(i64.MIN_VALUE) == bitsOf(<f64>i64.MIN_VALUE) && fixed.integerToF64(i64.MAX_VALUE) == bitsOf(<f64>i64.MAX_VALUE),
      "the ends",
    );
    for (let i = 0; i < 100_000; i++) {
      const value = <i64>(rng.next() >> rng.below(64)) * (rng.chance(500_000) ? 1 : -1);
      assert(fixed.integerToF64(value) == bitsOf(<f64>value), "as the float unit converts");
    }
    // Around ties of every size.
    for (let shift: u32 = 1; shift < 10; shift++) {
      for (let low: i64 = -2; low <= 2; low++) {
        const value = ((<i64>0x0015_5555_5555_5555) << shift) + ((<i64>1) << (shift - 1)) + low;
        assert(fixed.integerToF64(value) == bitsOf(<f64>value), "ties go to even");
      }
    }
  });
}
