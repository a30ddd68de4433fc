// Specs of dense.ts: the sums, their order, and what softsign does at its ends.
import { room, spec } from "../spec/harness";
import { dense, softsign } from "./dense";

function put(at: usize, index: i32, value: f32): void {
  store<f32>(at + ((<usize>index) << 2), value);
}
function get(at: usize, index: i32): f32 {
  return load<f32>(at + ((<usize>index) << 2));
}

export function denseSpecs(): void {
  spec("ml/dense/sums-row-by-row", () => {
    const input = room(12);
    const weights = room(24);
    const bias = room(8);
    const output = room(8);
    for (let i = 0; i < 3; i++) put(input, i, <f32>(i + 1));
    for (let i = 0; i < 6; i++) put(weights, i, <f32>i * 0.5);
    put(bias, 0, 10.0);
    put(bias, 1, -1.0);
    dense(input, 3, weights, bias, 2, output);
    assert(get(output, 0) == 14.0 && get(output, 1) == 12.0, "bias and products");
  });

  spec("ml/dense/adds-in-order-from-the-bias", () => {
    // 2²⁴ + 1 is no f32: only the order bias, then inputs from the first on gives this answer.
    const input = room(8);
    const weights = room(8);
    const bias = room(4);
    const output = room(4);
    put(input, 0, 1.0);
    put(input, 1, -16777216.0);
    put(weights, 0, 1.0);
    put(weights, 1, 1.0);
    put(bias, 0, 16777216.0);
    dense(input, 2, weights, bias, 1, output);
    assert(get(output, 0) == 0.0, "(2²⁴ + 1) − 2²⁴, rounded after each addition");
  });

  spec("ml/dense/softsign", () => {
    const at = room(20);
    put(at, 0, 0.0);
    put(at, 1, 1.0);
    put(at, 2, -3.0);
    put(at, 3, 1e30);
    put(at, 4, -1e30);
    softsign(at, 5);
    assert(get(at, 0) == 0.0 && get(at, 1) == 0.5 && get(at, 2) == -0.75 && get(at, 3) == 1.0 && get(at, 4) == -1.0, "x ÷ (1 + |x|)");
  });
}
