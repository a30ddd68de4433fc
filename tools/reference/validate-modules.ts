// Modules to be damaged: written in WebAssembly text so that every instruction of the feature set stands in one of them, and
// generated at random. Not real programs: those the test takes out of build/.
import wabt from "wabt";
import type { Rng } from "../sim/rng.js";
import { leb, moduleOf, type Section } from "./validate-mutations.js";

const NUMERIC: [type: string, operands: number, result: string, names: string][] = [
  ["i32", 1, "i32", "eqz clz ctz popcnt extend8_s extend16_s"],
  ["i32", 2, "i32", "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr"],
  ["i64", 1, "i32", "eqz"],
  ["i64", 1, "i64", "clz ctz popcnt extend8_s extend16_s extend32_s"],
  ["i64", 2, "i32", "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u"],
  ["i64", 2, "i64", "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr"],
  ["f32", 2, "i32", "eq ne lt gt le ge"],
  ["f64", 2, "i32", "eq ne lt gt le ge"],
  ["f32", 1, "f32", "abs neg ceil floor trunc nearest sqrt"],
  ["f32", 2, "f32", "add sub mul div min max copysign"],
  ["f64", 1, "f64", "abs neg ceil floor trunc nearest sqrt"],
  ["f64", 2, "f64", "add sub mul div min max copysign"],
];
const CONVERSIONS: [from: string, to: string, names: string][] = [
  ["i64", "i32", "wrap_i64"],
  ["f32", "i32", "trunc_f32_s trunc_f32_u trunc_sat_f32_s trunc_sat_f32_u reinterpret_f32"],
  ["f64", "i32", "trunc_f64_s trunc_f64_u trunc_sat_f64_s trunc_sat_f64_u"],
  ["i32", "i64", "extend_i32_s extend_i32_u"],
  ["f32", "i64", "trunc_f32_s trunc_f32_u trunc_sat_f32_s trunc_sat_f32_u"],
  ["f64", "i64", "trunc_f64_s trunc_f64_u trunc_sat_f64_s trunc_sat_f64_u reinterpret_f64"],
  ["i32", "f32", "convert_i32_s convert_i32_u reinterpret_i32"],
  ["i64", "f32", "convert_i64_s convert_i64_u"],
  ["f64", "f32", "demote_f64"],
  ["i32", "f64", "convert_i32_s convert_i32_u"],
  ["i64", "f64", "convert_i64_s convert_i64_u reinterpret_i64"],
  ["f32", "f64", "promote_f32"],
];
const LOADS: [type: string, names: string][] = [
  ["i32", "load load8_s load8_u load16_s load16_u"],
  ["i64", "load load8_s load8_u load16_s load16_u load32_s load32_u"],
  ["f32", "load"],
  ["f64", "load"],
];
const STORES: [type: string, names: string][] = [
  ["i32", "store store8 store16"],
  ["i64", "store store8 store16 store32"],
  ["f32", "store"],
  ["f64", "store"],
];
const words = (text: string) => text.split(" ");
const constant = (type: string) => `(${type}.const 3)`;

function numeric(): string {
  const lines = NUMERIC.flatMap(([type, operands, , names]) => words(names).map((name) => `(drop (${type}.${name} ${constant(type).repeat(operands)}))`));
  lines.push(...CONVERSIONS.flatMap(([from, to, names]) => words(names).map((name) => `(drop (${to}.${name} ${constant(from)}))`)));
  // Several functions, so that damage to one body is small against the module.
  return `(module ${Array.from({ length: 8 }, (_, part) => `(func ${lines.filter((_line, i) => i % 8 === part).join("\n")})`).join("\n")})`;
}
function memory(): string {
  const loads = LOADS.flatMap(([type, names]) => words(names).map((name) => `(drop (${type}.${name} offset=5 (i32.const 0)))`));
  const stores = STORES.flatMap(([type, names]) => words(names).map((name) => `(${type}.${name} offset=300 align=1 (i32.const 0) ${constant(type)})`));
  return `(module (import "env" "base" (global $base i32)) (memory (export "memory") 1 3)
    (func ${loads.join(" ")}) (func ${stores.join(" ")})
    (func (result i32) (drop (memory.size)) (memory.grow (i32.const 1)))
    (func (memory.fill (i32.const 0) (i32.const 1) (i32.const 2)) (memory.copy (i32.const 0) (i32.const 1) (i32.const 2))
      (memory.init $late (i32.const 0) (i32.const 0) (i32.const 1)) (data.drop $late))
    (data (i32.const 8) "first") (data (global.get $base) "second") (data $late "passive"))`;
}
const CONTROL = `(module
  (type $pair (func (param i32 i64) (result i64 i32)))
  (import "env" "tick" (func $tick (param i32) (result i32)))
  (table $calls 4 8 funcref) (memory 1)
  (global $count (mut i32) (i32.const 0)) (global $limit i64 (i64.const -1)) (global (mut f32) (f32.const 1.5)) (global f64 (f64.const nan))
  (func $swap (type $pair) (local.get 1) (local.get 0))
  (func $fib (export "fib") (param $n i32) (result i32) (local $a i32) (local $b i32) (local f64 f64 i64)
    (local.set $b (i32.const 1))
    (block $out (loop $again
      (br_if $out (i32.eqz (local.get $n)))
      (local.set $a (i32.add (local.get $b) (local.tee $b (local.get $a))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br $again)))
    (local.get $a))
  (func $choose (export "choose") (param i32) (result i64)
    (block $c (result i64) (block $b (block $a (br_table $a $b $b $a (local.get 0))) (return (i64.const 1))) (br $c (i64.const 2))))
  (func (export "many") (param i32) (result i64 i32)
    (i32.const 1) (i64.const 2) (block (type $pair) (call $swap) (drop) (drop) (i64.const 1) (i32.const 2))
    (if (param i64) (result i64) (then (i64.const 1) (i64.add)) (else (drop) (global.get $limit)))
    (i32.const 0) (loop (param i64 i32) (result i64 i32) (br_if 1 (local.get 0)) (br_if 0 (i32.const 0))))
  (func (param i32) (result i32) (if (result i32) (local.get 0) (then (call $tick (i32.const 1))) (else (unreachable))))
  (func (param i32) (if (i32.const 1) (then (nop) (global.set $count (select (local.get 0) (i32.const 2) (i32.const 0))))))
  (func (result i32) (call_indirect (param i32) (result i32) (i32.const 1) (i32.const 0)))
  (func (result f32) (return (f32.const 1)) (f32.add) (drop) (i64.eqz) (br_table 0 0 0) (block (result i32) (unreachable)) (select) (drop))
  (func $begin) (start $begin)
  (elem (i32.const 0) $fib $swap) (elem (i32.const 2) func $choose))`;
const REFERENCES = `(module
  (import "env" "outer" (global $outer externref)) (import "env" "table" (table $imported 1 funcref))
  (table $functions 3 funcref) (table $things 2 10 externref)
  (global $f (mut funcref) (ref.func $one)) (global externref (ref.null extern)) (global externref (global.get $outer))
  (func $one (param externref) (result externref) (local funcref) (local.get 0))
  (func $two (result i32) (drop (ref.is_null (ref.null func))) (ref.is_null (ref.func $one)))
  (func (table.set $things (i32.const 0) (table.get $things (i32.const 1))) (drop (table.grow $functions (ref.null func) (i32.const 1)))
    (drop (table.size $things)) (table.fill $things (i32.const 0) (ref.null extern) (i32.const 1)))
  (func (table.copy $functions $imported (i32.const 0) (i32.const 0) (i32.const 1)) (table.init $functions $late (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop $late))
  (func (param externref i32) (result externref) (select (result externref) (local.get 0) (ref.null extern) (local.get 1)))
  (func (call_indirect $functions (i32.const 0)) (global.set $f (ref.func $two)))
  (elem $late func $one $two) (elem (table $functions) (i32.const 0) funcref (ref.func $two) (ref.null func)) (elem declare func $two)
  (elem externref (ref.null extern)) (elem (table $things) (i32.const 1) externref (ref.null extern)))`;

/** The modules of the texts above; each valid. */
export async function textModules(): Promise<Uint8Array<ArrayBuffer>[]> {
  const { parseWat } = await wabt();
  const features = { reference_types: true, bulk_memory: true, multi_value: true, sign_extension: true, sat_float_to_int: true, mutable_globals: true };
  return [numeric(), memory(), CONTROL, REFERENCES].map((text, i) => {
    const parsed = parseWat(`text${i}.wat`, text, features);
    try {
      return new Uint8Array(parsed.toBinary({ write_debug_names: i % 2 === 0 }).buffer);
    } finally {
      parsed.destroy();
    }
  });
}

// ---- random bodies

const OPCODES_WITH_INDEX = [0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x0c, 0x0d, 0x10, 0xd2];
const BLOCK_TYPES = [0x40, 0x40, 0x7f, 0x7e, 0x7d, 0x7c, 0x70, 0x6f, 0, 1, 2, 3, 4];

function randomInstruction(rng: Rng): number[] {
  const below = (bound: number) => Math.floor(rng.next() * bound);
  const roll = rng.next();
  if (roll < 0.22) return [0x45 + below(0x80)];
  if (roll < 0.3) return [rng.pick([0x00, 0x01, 0x0f, 0x1a, 0x1a, 0x1a, 0x1b, 0xd1])];
  if (roll < 0.4) return [0x41, below(64)];
  if (roll < 0.44)
    return rng.pick([
      [0x42, below(64)],
      [0x43, 0, 0, 0, 0],
      [0x44, 0, 0, 0, 0, 0, 0, 0, 0],
      [0xd0, 0x70],
      [0xd0, 0x6f],
    ]);
  if (roll < 0.68) return [rng.pick(OPCODES_WITH_INDEX), below(6)];
  if (roll < 0.74) return [0x28 + below(23), below(3), below(128)];
  if (roll < 0.84) return [rng.pick([2, 2, 3, 4]), rng.pick(BLOCK_TYPES)];
  if (roll < 0.92) return [rng.pick([0x05, 0x0b, 0x0b, 0x0b])];
  if (roll < 0.94) return [0x0e, 2, below(4), below(4), below(4)];
  if (roll < 0.95) return [0x11, below(5), below(2)];
  if (roll < 0.96) return [0x1c, 1, rng.pick([0x7f, 0x7e, 0x70, 0x6f])];
  if (roll < 0.97) return [rng.pick([0x3f, 0x40]), 0];
  const prefixed = below(18);
  return [0xfc, prefixed, ...[...Array(prefixed < 8 ? 0 : [8, 10, 12, 14].includes(prefixed) ? 2 : 1)].map(() => (prefixed === 10 || prefixed === 11 ? 0 : below(2)))];
}

/** A valid frame of types, tables, globals and segments with one random body in it, that as a rule never runs: code behind
 * `unreachable` needs no operands, so many of these are valid. */
export function randomModule(rng: Rng): Uint8Array<ArrayBuffer> {
  const body: number[] = rng.next() < 0.8 ? [0x00] : [];
  let depth = 0;
  for (let count = 1 + Math.floor(rng.next() * 14); count > 0; count--) {
    const instruction = randomInstruction(rng);
    const opcode = instruction[0] as number;
    if (opcode === 0x0b && depth === 0) continue;
    if (opcode === 0x0b) depth--;
    if (opcode >= 2 && opcode <= 4) {
      depth++;
      body.push(...instruction, ...(rng.next() < 0.7 ? [0x00] : []));
    } else body.push(...instruction, ...(opcode === 0x05 && rng.next() < 0.7 ? [0x00] : []));
  }
  while (depth-- > 0) body.push(...(rng.next() < 0.5 ? [0x00] : []), 0x0b);
  if (rng.next() < 0.7) body.push(0x00);
  // Two runs of locals: an i32 and an externref.
  const whole = [2, 1, 0x7f, 1, 0x6f, ...body, 0x0b];
  const section = (id: number, bytes: number[]): Section => ({ id, body: Uint8Array.from(bytes) });
  return moduleOf([
    section(1, [5, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 2, 0x7f, 0x7e, 2, 0x7e, 0x7f, 0x60, 0, 1, 0x70, 0x60, 1, 0x6f, 0]),
    section(3, [4, 0, 1, Math.floor(rng.next() * 5), 3]),
    section(4, [2, 0x70, 0, 1, 0x6f, 0, 1]),
    section(5, [1, 0, 1]),
    section(6, [4, 0x7f, 1, 0x41, 0, 0x0b, 0x7e, 0, 0x42, 0, 0x0b, 0x70, 1, 0xd0, 0x70, 0x0b, 0x6f, 1, 0xd0, 0x6f, 0x0b]),
    section(7, [1, 1, 0x66, 0, 1]),
    section(9, [2, 1, 0, 1, 0, 5, 0x6f, 0]),
    section(12, [1]),
    section(10, [4, 2, 0, 0x0b, 3, 0, 0x00, 0x0b, ...leb(whole.length), ...whole, 3, 0, 0x00, 0x0b]),
    section(11, [1, 1, 1, 0x61]),
  ]);
}
