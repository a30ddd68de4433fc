// Operands and results of the instructions that need nothing else: comparisons, arithmetic, conversions, loads and stores.
// A table of runs of opcodes, spread out at the first use. Source: specification 2.0, 5.4.7 and 3.3.
import { getU8, getU32, setU8, setU32 } from "../lib/bytes";
import { F32, F64, I32, I64 } from "./types";

export const FIRST_NUMERIC: u32 = 0x45;
export const LAST_NUMERIC: u32 = 0xc4;
export const FIRST_LOAD: u32 = 0x28;
export const LAST_LOAD: u32 = 0x35;
export const LAST_STORE: u32 = 0x3e;

/** In signatureOf: the instruction takes two operands. The bits above the result. */
export const TWO_OPERANDS: u32 = 0x1_0000;

const OPCODES: u32 = 256;
const operandOf: usize = memory.data(256);
const resultOf: usize = memory.data(256);
const operandsOf: usize = memory.data(256);
// log2 of the access's bytes
const widthOf: usize = memory.data(256);
// all three in one number: see signatureOf
const signatures: usize = memory.data(1024, 4);
let ready: bool = false;

// Opcodes first … last: `count` operands of type `operand` give one `result`.
function run(first: u32, last: u32, count: u32, operand: u32, result: u32): void {
  for (let opcode = first; opcode <= last; opcode++) {
    setU8(operandOf + opcode, operand);
    setU8(resultOf + opcode, result);
    setU8(operandsOf + opcode, count);
    setU32(signatures + ((<usize>opcode) << 2), (count === 2 ? TWO_OPERANDS : 0) | (result << 8) | operand);
  }
}
// A load or store of a value type, its widest access.
function access(opcode: u32, type: u32, width: u32): void {
  setU8(operandOf + opcode, type);
  setU8(widthOf + opcode, width);
}

/** Fill the tables, once. */
export function signaturesInit(): void {
  if (ready) return;
  ready = true;
  run(0x45, 0x45, 1, I32, I32); // i32.eqz
  run(0x46, 0x4f, 2, I32, I32);
  run(0x50, 0x50, 1, I64, I32); // i64.eqz
  run(0x51, 0x5a, 2, I64, I32);
  run(0x5b, 0x60, 2, F32, I32);
  run(0x61, 0x66, 2, F64, I32);
  run(0x67, 0x69, 1, I32, I32); // clz ctz popcnt
  run(0x6a, 0x78, 2, I32, I32);
  run(0x79, 0x7b, 1, I64, I64);
  run(0x7c, 0x8a, 2, I64, I64);
  run(0x8b, 0x91, 1, F32, F32); // abs … sqrt
  run(0x92, 0x98, 2, F32, F32);
  run(0x99, 0x9f, 1, F64, F64);
  run(0xa0, 0xa6, 2, F64, F64);
  run(0xa7, 0xa7, 1, I64, I32); // i32.wrap_i64
  run(0xa8, 0xa9, 1, F32, I32);
  run(0xaa, 0xab, 1, F64, I32);
  run(0xac, 0xad, 1, I32, I64);
  run(0xae, 0xaf, 1, F32, I64);
  run(0xb0, 0xb1, 1, F64, I64);
  run(0xb2, 0xb3, 1, I32, F32);
  run(0xb4, 0xb5, 1, I64, F32);
  run(0xb6, 0xb6, 1, F64, F32);
  run(0xb7, 0xb8, 1, I32, F64);
  run(0xb9, 0xba, 1, I64, F64);
  run(0xbb, 0xbb, 1, F32, F64);
  run(0xbc, 0xbc, 1, F32, I32); // reinterpretations
  run(0xbd, 0xbd, 1, F64, I64);
  run(0xbe, 0xbe, 1, I32, F32);
  run(0xbf, 0xbf, 1, I64, F64);
  run(0xc0, 0xc1, 1, I32, I32); // sign extension
  run(0xc2, 0xc4, 1, I64, I64);

  access(0x28, I32, 2);
  access(0x29, I64, 3);
  access(0x2a, F32, 2);
  access(0x2b, F64, 3);
  for (let sign: u32 = 0; sign < 2; sign++) {
    access(0x2c + sign, I32, 0);
    access(0x2e + sign, I32, 1);
    access(0x30 + sign, I64, 0);
    access(0x32 + sign, I64, 1);
    access(0x34 + sign, I64, 2);
  }
  access(0x36, I32, 2);
  access(0x37, I64, 3);
  access(0x38, F32, 2);
  access(0x39, F64, 3);
  access(0x3a, I32, 0);
  access(0x3b, I32, 1);
  access(0x3c, I64, 0);
  access(0x3d, I64, 1);
  access(0x3e, I64, 2);
}

/** Of a numeric instruction: operand | result « 8 | TWO_OPERANDS where there are two. */
export function signatureOf(opcode: u32): u32 {
  return getU32(signatures + ((<usize>(opcode & (OPCODES - 1))) << 2));
}
/** Type of the operands of a numeric instruction; of the value of a load or store. */
export function operandType(opcode: u32): u32 {
  return getU8(operandOf + (opcode & (OPCODES - 1)));
}
export function resultType(opcode: u32): u32 {
  return getU8(resultOf + (opcode & (OPCODES - 1)));
}
export function operandCount(opcode: u32): u32 {
  return getU8(operandsOf + (opcode & (OPCODES - 1)));
}
export function accessWidth(opcode: u32): u32 {
  return getU8(widthOf + (opcode & (OPCODES - 1)));
}
