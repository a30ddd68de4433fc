// Decodes WebAssembly instructions: what follows each opcode, and how deep blocks nest. Pure; reads through lib/module-reader, for scan.ts.
// Types and operand stacks are not checked; indices of types, functions and labels are.
import { Status } from "../../abi/numbers";
import { broken, corrupt, fault, nextByte, nextSigned, nextU32, skip } from "../../lib/module-reader";

let types: u32 = 0;
let functions: u32 = 0;
let deepest: u32 = 0;

/** Forget what was seen, before a module. */
export function decodeReset(): void {
  types = 0;
  functions = 0;
  deepest = 0;
}
/** Types and functions that the module has so far. */
export function decodeBounds(typeCount: u32, functionCount: u32): void {
  types = typeCount;
  functions = functionCount;
}
/** Deepest nesting of block, loop and if seen; 0: none. */
export function decodedNesting(): u32 {
  return deepest;
}

export function valueType(): void {
  const type = nextByte();
  // i32 i64 f32 f64, funcref externref
  if (!(type >= 0x7c && type <= 0x7f) && type !== 0x70 && type !== 0x6f) corrupt("no such value type");
}

export function typeIndex(): void {
  if (nextU32() >= types) corrupt("no such type");
}
export function functionIndex(): void {
  if (nextU32() >= functions) corrupt("no such function");
}

function blockType(): void {
  const type = nextSigned(33);
  if (type >= 0) {
    if (type >= <i64>types) corrupt("no such type");
    return;
  }
  // −1…−4 are i32 i64 f32 f64, −16 funcref, −17 externref, −64 no value
  if (!(type >= -4) && type !== -16 && type !== -17 && type !== -64) corrupt("no such block type");
}

function zeroByte(): void {
  if (nextByte() !== 0) corrupt("a reserved byte is not zero");
}

/** Decode instructions up to the `end` that closes them. `most`: deepest nesting allowed. */
export function expression(most: u32): void {
  let depth: u32 = 0;
  while (!broken()) {
    const opcode = nextByte();
    if (opcode === 0x0b) {
      if (depth === 0) return;
      depth--;
    } else if (opcode >= 0x02 && opcode <= 0x04) {
      blockType();
      depth++;
      if (depth > most) {
        fault(Status.TooDeep, "it nests too deeply");
        return;
      }
      if (depth > deepest) deepest = depth;
    } else immediates(opcode, depth);
  }
}

function label(depth: u32): void {
  if (nextU32() > depth) corrupt("no such label");
}

// Read what follows an opcode other than block, loop, if and end.
function immediates(opcode: u32, depth: u32): void {
  if (opcode >= 0x45 && opcode <= 0xc4) return; // comparisons, arithmetic, conversions
  if (opcode >= 0x28 && opcode <= 0x3e) {
    if (nextU32() > 3) corrupt("no such alignment");
    nextU32();
    return;
  }
  if (opcode >= 0x20 && opcode <= 0x26) {
    nextU32();
    return;
  }
  switch (opcode) {
    case 0x00: // unreachable
    case 0x01: // nop
    case 0x0f: // return
    case 0x1a: // drop
    case 0x1b: // select
    case 0xd1: // ref.is_null
      return;
    case 0x05: // else
      if (depth === 0) corrupt("else without if");
      return;
    case 0x0c: // br
    case 0x0d: // br_if
      label(depth);
      return;
    case 0x0e: {
      // br_table
      const count = nextU32();
      for (let i: u32 = 0; i < count && !broken(); i++) label(depth);
      label(depth);
      return;
    }
    case 0x10: // call
    case 0xd2: // ref.func
      functionIndex();
      return;
    case 0x11: // call_indirect
      typeIndex();
      nextU32();
      return;
    case 0x1c: {
      // select with types
      const count = nextU32();
      for (let i: u32 = 0; i < count && !broken(); i++) valueType();
      return;
    }
    case 0x3f: // memory.size
    case 0x40: // memory.grow
      zeroByte();
      return;
    case 0x41:
      nextSigned(32);
      return;
    case 0x42:
      nextSigned(64);
      return;
    case 0x43:
      skip(4);
      return;
    case 0x44:
      skip(8);
      return;
    case 0xd0: // ref.null
      valueType();
      return;
    case 0xfc:
      prefixed(nextU32());
      return;
    case 0xfd:
      corrupt("it has vector instructions");
      return;
    default:
      corrupt("no such instruction");
  }
}

function prefixed(opcode: u32): void {
  if (opcode <= 7) return; // saturating truncation
  switch (opcode) {
    case 8: // memory.init
      nextU32();
      zeroByte();
      return;
    case 10: // memory.copy
      zeroByte();
      zeroByte();
      return;
    case 11: // memory.fill
      zeroByte();
      return;
    case 12: // table.init
    case 14: // table.copy
      nextU32();
      nextU32();
      return;
    case 9: // data.drop
    case 13: // elem.drop
    case 15: // table.grow
    case 16: // table.size
    case 17: // table.fill
      nextU32();
      return;
    default:
      corrupt("no such instruction");
  }
}
