// Test policy: every kind of instruction that both engines run, steered by the input; what it answers means nothing. The
// differential test compares its answers, traps and fuel bit for bit in V8, AOT and wasm3.
import { decision } from "../memory/exports";
import { answerCalm } from "./_abi";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./_abi";

import { policy_input } from "./_abi";

const TABLE: usize = memory.data(1024, 16);

let state: u64 = 1;

export function policy_reset(seed: i32): i32 {
  state = <u64>seed * 0x9e37_79b9_7f4a_7c15 + 1;
  memory.fill(TABLE, 0, 1024);
  return 0;
}

function next(): u64 {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

function floats(x: f64, y: f64): f64 {
  const a = Math.floor(x) + Math.ceil(y) * 0.5 - Math.trunc(x * y) + nearest(x - y);
  const b = Math.min(x, y) - Math.max(x, -y) + copysign(x, y) + Math.sqrt(Math.abs(a));
  const c = <f64>(<f32>a * <f32>b) + <f64>nearest<f32>(<f32>x) + <f64>floor<f32>(<f32>y) + <f64>ceil<f32>(<f32>a) + <f64>trunc<f32>(<f32>b);
  return c / (Math.abs(y) + 1.0) + <f64>sqrt<f32>(abs<f32>(<f32>c)) + <f64>min<f32>(<f32>a, <f32>b) - <f64>max<f32>(<f32>b, <f32>c);
}

// Saturating conversions; the borders decide.
function conversions(x: f64, how: u32): i64 {
  switch (how & 7) {
    case 0:
      return <i64>(<i32>x);
    case 1:
      return <i64>(<u32>x);
    case 2:
      return <i64>x;
    case 3:
      return <i64>(<u64>x);
    case 4:
      return <i64>(<i32>(<f32>x));
    case 5:
      return <i64>(<u32>(<f32>x));
    case 6:
      return <i64>(<u64>(<f32>x));
    default:
      return <i64>(<f32>x);
  }
}

function integers(a: i64, b: i64): i64 {
  const x = <i32>a;
  const y = <i32>b;
  let sum: i64 = <i64>(rotl(x, y) ^ rotr(y, x)) + <i64>(clz(x) + ctz(y) + popcnt(x ^ y));
  sum += rotl(a, b) ^ (clz(a | 1) + ctz(b | 1) * popcnt(a));
  sum += <i64>((x << (y & 31)) >> 3) + <i64>(<u32>x >> (y & 15)) + <i64>(<i8>x) + <i64>(<i16>y) + (a >> (b & 63));
  return sum;
}

// Divisions trap on zero and on the one overflow.
function divisions(a: i64, b: i64): i64 {
  return a / b + (a % b) + <i64>(<i32>a / <i32>b) + <i64>(<u32>a % <u32>b);
}

type Step = (a: i64, b: i64) => i64;
const steps: StaticArray<Step> = [integers, divisions, (a: i64, b: i64): i64 => a * 31 + b, (a: i64, b: i64): i64 => a - b * 17];

function recurse(levels: i32, value: i64): i64 {
  if (levels <= 0) return value;
  return recurse(levels - 1, value * 3 + 1) ^ <i64>levels;
}

export function policy_decide(inputBytes: i32): i32 {
  const input = <usize>policy_input();
  const out = decision();
  answerCalm();
  let hash: i64 = inputBytes;
  let real: f64 = 1.0;
  for (let i = 0; i + 16 <= inputBytes; i += 16) {
    const a = load<i64>(input + i);
    const b = load<i64>(input + i + 8);
    const operation = <u32>a & 0xff;
    const x = reinterpret<f64>(a);
    const y = reinterpret<f64>(b);
    if (operation < 64) {
      real = floats(<f64>(<i32>(a >> 8)) * 0.001, <f64>(<i32>b) * 0.37) + real * 0.5;
    } else if (operation < 100) {
      // Any bits at all: infinities, denormals, NaN. The sum may be NaN; its payload must not decide anything.
      real = floats(x, y);
    } else if (operation < 200) {
      hash = steps[<i32>(operation & 3) === 1 && b === 0 ? 0 : <i32>(operation & 3)](hash ^ a, b);
    } else if (operation < 204) {
      hash ^= conversions(<f64>a * 1e-9, <u32>b);
    } else if (operation < 230) {
      for (let turns = <i32>(b & 255); turns > 0; turns--) {
        const at = TABLE + <usize>(next() & 1016);
        store<i64>(at, load<i64>(at) + hash);
        hash = rotl(hash, 7) ^ <i64>turns;
      }
    } else if (operation < 240) {
      memory.copy(TABLE + <usize>((a >> 8) & 255), TABLE + <usize>(b & 511), <usize>((b >> 16) & 511));
      memory.fill(TABLE + <usize>((a >> 16) & 511), <u8>b, <usize>((b >> 32) & 511));
      hash ^= load<i64>(TABLE + <usize>(b & 1016));
    } else if (operation < 244) {
      hash ^= recurse(<i32>(b & 63), a);
    } else if (operation === 250) {
      hash += load<i32>(<usize>b); // mostly outside
    } else {
      hash += <i64>load<u8>(TABLE + <usize>(b & 1023)) - <i64>load<i16>(TABLE + <usize>((a >> 8) & 1022));
    }
  }
  out.confidence = real;
  out.timeToExhaustionMs = <f64>hash;
  store<i64>(changetype<usize>(out) + 16, hash);
  store<u64>(changetype<usize>(out) + 24, state);
  return <i32>(hash & 0x7fff);
}
