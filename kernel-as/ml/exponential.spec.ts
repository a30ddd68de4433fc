// Specs of exponential.ts: error bounds over the whole range, and the ends.
import { spec } from "../spec/harness";
import { exp32, exp64, lnOf, log2Of } from "./exponential";

export function exponentialSpecs(): void {
  spec("ml/exponential/f64-against-squaring", () => {
    // e^x = (e^(x ÷ 1024))^1024, the inner one by its own series: no polynomial shared with the one under test.
    for (let x: f64 = -300.0; x < 300.0; x += 0.377) {
      const small = x / 1024.0;
      let inner = 1.0;
      let term = 1.0;
      for (let k = 1; k < 20; k++) {
        term *= small / <f64>k;
        inner += term;
      }
      for (let k = 0; k < 10; k++) inner *= inner;
      assert(abs(exp64(x) / inner - 1.0) < 1e-12, "e^x");
    }
    assert(exp64(0.0) == 1.0 && exp64(-1e9) == exp64(-700.0) && exp64(1e9) == exp64(700.0), "ends");
  });

  spec("ml/exponential/f32-within-3e-7-of-f64", () => {
    let worst: f64 = 0.0;
    for (let x: f32 = -87.0; x < 88.0; x += 0.00137) worst = max(worst, abs(<f64>exp32(x) / exp64(<f64>x) - 1.0));
    assert(worst < 3e-7, "relative error");
    assert(exp32(0.0) == 1.0 && exp32(-1e9) == exp32(-87.0) && exp32(1e9) == exp32(88.0), "ends");
    assert(!(exp32(<f32>NaN) > 0.0) && !(exp64(NaN) > 0.0), "no number stays none");
  });

  spec("ml/exponential/logarithm", () => {
    for (let x: f64 = -600.0; x < 600.0; x += 0.713) assert(abs(lnOf(exp64(x)) - x) < 1e-11 * max<f64>(1.0, abs(x)) + 1e-11, "ln e^x");
    for (let e = -1000; e < 1000; e += 7) assert(log2Of(reinterpret<f64>((<u64>(e + 1023)) << 52)) == <f64>e, "powers of two exactly");
    assert(log2Of(0.0) == -1023.0 && log2Of(-1.0) == -1023.0 && log2Of(NaN) == -1023.0, "what has no logarithm");
    assert(log2Of(Infinity) < 1024.1, "finite");
  });
}
