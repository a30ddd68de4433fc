// The program `vectors`, in the test image only: the vector kernels (import module nn) called from ring 3, in every instruction set there is.
//
//   vectors          a line for each set and call: SET CALL FNV-1a of what it wrote, in hex. Under V8 (tools/mind) the same for set 0.
//   vectors time     a line for each set and call: SET CALL nanoseconds
//
// Inputs are small integers over powers of two, so that making them needs no rounding.
import * as nn from "../../abi/nn";
import { ARGUMENT_BYTES } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { splitmix64 } from "../../lib/rng";
import "../abort";

const ROWS: i32 = 192;
const COLUMNS: i32 = 576;
const TOKENS: i32 = 16;
const POSITIONS: i32 = 70;
const SETS: i32 = 4;
const FLOATS: i32 = COLUMNS * TOKENS;
/** A call is repeated until this much time went by. */
const ENOUGH_NS: i64 = 60_000_000;

const weights = heap.alloc(ROWS * COLUMNS * 4);
const x = heap.alloc(FLOATS * 4 * 4);
const q = heap.alloc(FLOATS * 2);
const y = heap.alloc(ROWS * COLUMNS * 4);
const argumentText = memory.data(4096);

const NAMES: StaticArray<string> = [
  "Q8_0 1",
  "Q4_1 1",
  "Q4_0 1",
  "F16 1",
  "F32 1",
  "Q8_0 16",
  "Q4_1 16",
  "Q4_0 16",
  "F16 16",
  "F32 16",
  "quantize",
  "rmsnorm",
  "swiglu",
  "attention",
  "gemm_nn",
  "gemm_tn",
];
const TYPES: StaticArray<i32> = [8, 3, 2, 1, 0];

let timed: bool = false;

export function start(): void {
  const bytes = <i32>sys.arguments(argumentText, ARGUMENT_BYTES);
  timed = bytes >= 13 && String.UTF8.decodeUnsafe(argumentText + 8, 4) == "time";
}

export function step(): i32 {
  const first = nn.isa() == 0 ? 0 : 1;
  for (let set = first; set <= SETS; set++) {
    if (nn.select(set) != 0) continue;
    for (let call = 0; call < NAMES.length; call++) {
      if (timed) say(`${set} ${NAMES[call]} ${time(call)}\n`);
      else say(`${set} ${NAMES[call]} ${hash(call)}\n`);
    }
  }
  return 0;
}

/** Halves and floats of moderate size, whatever type reads them; floats in x. */
function fill(seed: u64): void {
  for (let i = 0; i < ROWS * COLUMNS; i++) {
    const bits = <u32>splitmix64(seed + <u64>i);
    store<u32>(weights + ((<usize>i) << 2), (bits & 0x8fff8fff) | 0x20002000);
  }
  for (let i = 0; i < FLOATS * 4; i++) store<f32>(x + ((<usize>i) << 2), <f32>(<i32>(splitmix64(~seed + <u64>i) & 0xffff) - 0x8000) * <f32>0.000030517578125);
  memory.fill(y, 0, ROWS * COLUMNS * 4);
}

function quantizeRows(tokens: i32): void {
  for (let t = 0; t < tokens; t++) nn.quantize(x + <usize>(t * COLUMNS * 4), COLUMNS, q + <usize>(t * (COLUMNS + COLUMNS / 4)));
}

/** Does call number `call` once. */
function run(call: i32): void {
  if (call < 10) {
    const type = TYPES[call % 5];
    const tokens = call < 5 ? 1 : TOKENS;
    nn.matmul(type, weights, ROWS, COLUMNS, type < 2 ? x : q, tokens, y, ROWS);
  } else if (call == 10) nn.quantize(x, COLUMNS, y);
  else if (call == 11) nn.rmsnorm(x, x + <usize>(COLUMNS * 4), COLUMNS, 1e-5, y);
  else if (call == 12) nn.swiglu(x, x + <usize>(COLUMNS * 4), COLUMNS, y);
  else if (call == 13) nn.attention(x, x + 4096, x + 40_000, 128, POSITIONS, 6, 2, 64, q, y);
  else if (call == 14) nn.gemm_nn(x, weights, 48, 64, 96, y);
  else nn.gemm_tn(x, weights, 48, 64, 96, y);
}

function hash(call: i32): string {
  fill(<u64>call);
  quantizeRows(TOKENS);
  run(call);
  let value: u64 = 0xcbf29ce484222325;
  for (let i = 0; i < ROWS * COLUMNS * 4; i++) value = (value ^ <u64>load<u8>(y + <usize>i)) * 0x100000001b3;
  return value.toString(16);
}

function time(call: i32): i64 {
  fill(<u64>call);
  quantizeRows(TOKENS);
  run(call);
  const began = sys.time_now();
  let count: i64 = 0;
  let took: i64 = 0;
  while (took < ENOUGH_NS) {
    run(call);
    count++;
    took = sys.time_now() - began;
  }
  return took / count;
}

function say(text: string): void {
  const bytes = String.UTF8.encode(text);
  let at = changetype<usize>(bytes);
  let left = bytes.byteLength;
  while (left > 0) {
    const written = <i32>sys.write(at, left);
    if (written <= 0) return;
    at += written;
    left -= written;
  }
}
