// Scans a WebAssembly module before an engine sees it: form, imports, memory, nesting. Pure; reads through source.ts.
// Not a validator: types and operand stacks are not checked (kernel-as/validate will). Every opcode is decoded, for only so can
// the nesting be told; wasm3 recurses on the native stack once per block and must never see a deep one.
// Source: WebAssembly core specification 2.0, chapter 5 (binary format), without vector instructions.
import { MODULE_NESTING, Status } from "../../abi/numbers";
import { fill, literalByte } from "../../lib/bytes";
import { ByteRead, nextByte, nextSigned, nextU32, skipBytes, sourceBreak, sourceBroken, sourceEnter, sourceFault, sourceLeave, sourceLeft, sourceOpen } from "./source";

/** A policy's memory is fixed and at most this large, in pages of 64 KiB. */
export const MEMORY_PAGES: u32 = 64;
/** Bits of Scan.imports and of ModuleRecord.imports. */
export const IMPORT_ABORT: u64 = 1; // function env.abort: a trap
export const IMPORT_OTHER: u64 = 0x8000_0000_0000_0000; // whatever else; no record may permit it

const EXTERNAL_FUNCTION: u32 = 0;
const EXTERNAL_TABLE: u32 = 1;
const EXTERNAL_MEMORY: u32 = 2;
const EXTERNAL_GLOBAL: u32 = 3;
const SECTION_DATA_COUNT: u32 = 12;
// What engines accept (V8 has the same bound).
const MOST_LOCALS: u64 = 50_000;

/** What a scan found. */
@unmanaged
export class Scan {
  /** bit set of imports, see IMPORT_… */
  imports: u64;
  /** imports of all kinds, counted */
  importCount: u32;
  functions: u32;
  importedFunctions: u32;
  types: u32;
  codes: u32;
  /** deepest nesting of block, loop and if; 0: none */
  nesting: u32;
  memories: u32;
  memoryInitial: u32;
  memoryMaximum: u32;
  memoryFixed: u32;
}

let found: Scan = changetype<Scan>(0);
let nestingLimit: u32 = 0;
let tooDeep: bool = false;
let fault: string = "";

/** What was wrong at the last scan that failed: a literal. */
export function scanFault(): string {
  return fault;
}

function valueType(): void {
  const type = nextByte();
  // i32 i64 f32 f64, funcref externref
  if (!(type >= 0x7c && type <= 0x7f) && type !== 0x70 && type !== 0x6f) sourceBreak("no such value type");
}

function limits(memory: bool): void {
  const flags = nextByte();
  if (flags > 1) sourceBreak("no such kind of limits");
  const initial = nextU32();
  const maximum = flags === 1 ? nextU32() : u32.MAX_VALUE;
  if (initial > maximum) sourceBreak("a minimum lies above its maximum");
  if (!memory) return;
  found.memories++;
  found.memoryInitial = initial;
  found.memoryMaximum = maximum;
  found.memoryFixed = flags === 1 && initial === maximum ? 1 : 0;
}

function tableType(): void {
  const type = nextByte();
  if (type !== 0x70 && type !== 0x6f) sourceBreak("no such table type");
  limits(false);
}

function globalType(): void {
  valueType();
  if (nextByte() > 1) sourceBreak("no such mutability");
}

function typeSection(): void {
  found.types = nextU32();
  for (let i: u32 = 0; i < found.types && !sourceBroken(); i++) {
    if (nextByte() !== 0x60) sourceBreak("no such type");
    for (let side = 0; side < 2; side++) {
      const count = nextU32();
      for (let k: u32 = 0; k < count && !sourceBroken(); k++) valueType();
    }
  }
}

// Reads a name; whether it is this literal.
function nameIs(literal: string): bool {
  const count = nextU32();
  if (count > sourceLeft()) sourceBreak("a name reaches past the end");
  let same = count === <u32>literal.length;
  for (let i: u32 = 0; i < count && !sourceBroken(); i++) {
    const byte = nextByte();
    if (same && byte !== <u32>literalByte(literal, i)) same = false;
  }
  return same;
}

function importSection(): void {
  const count = nextU32();
  for (let i: u32 = 0; i < count && !sourceBroken(); i++) {
    const fromEnv = nameIs("env");
    const isAbort = nameIs("abort");
    const kind = nextByte();
    if (kind === EXTERNAL_FUNCTION) {
      typeIndex();
      found.functions++;
      found.importedFunctions++;
    } else if (kind === EXTERNAL_TABLE) tableType();
    else if (kind === EXTERNAL_MEMORY) limits(true);
    else if (kind === EXTERNAL_GLOBAL) globalType();
    else sourceBreak("no such kind of import");
    found.importCount++;
    found.imports |= fromEnv && isAbort && kind === EXTERNAL_FUNCTION ? IMPORT_ABORT : IMPORT_OTHER;
  }
}

function typeIndex(): void {
  if (nextU32() >= found.types) sourceBreak("no such type");
}
function functionIndex(): void {
  if (nextU32() >= found.functions) sourceBreak("no such function");
}

function functionSection(): void {
  const count = nextU32();
  for (let i: u32 = 0; i < count && !sourceBroken(); i++) typeIndex();
  if (found.functions + count < count) sourceBreak("too many functions");
  found.functions += count;
}

function exportSection(): void {
  const count = nextU32();
  for (let i: u32 = 0; i < count && !sourceBroken(); i++) {
    skipBytes(nextU32());
    if (nextByte() > EXTERNAL_GLOBAL) sourceBreak("no such kind of export");
    nextU32();
  }
}

function elementSection(): void {
  const count = nextU32();
  for (let i: u32 = 0; i < count && !sourceBroken(); i++) {
    const flags = nextU32();
    if (flags > 7) sourceBreak("no such kind of element segment");
    if ((flags & 1) === 0) {
      if ((flags & 2) !== 0) nextU32();
      expression(0);
    }
    if ((flags & 3) !== 0) {
      const type = nextByte();
      if ((flags & 4) === 0 ? type !== 0 : type !== 0x70 && type !== 0x6f) sourceBreak("no such element type");
    }
    const entries = nextU32();
    for (let k: u32 = 0; k < entries && !sourceBroken(); k++) {
      if ((flags & 4) === 0) functionIndex();
      else expression(0);
    }
  }
}

function codeSection(): void {
  found.codes = nextU32();
  if (found.codes !== found.functions - found.importedFunctions) sourceBreak("functions and bodies differ in number");
  for (let i: u32 = 0; i < found.codes && !sourceBroken(); i++) {
    const before = sourceEnter(nextU32());
    const groups = nextU32();
    let locals: u64 = 0;
    for (let k: u32 = 0; k < groups && !sourceBroken(); k++) {
      locals += nextU32();
      if (locals > MOST_LOCALS) sourceBreak("too many local variables");
      valueType();
    }
    expression(nestingLimit);
    sourceLeave(before);
  }
}

function dataSection(): void {
  const count = nextU32();
  for (let i: u32 = 0; i < count && !sourceBroken(); i++) {
    const flags = nextU32();
    if (flags > 2) sourceBreak("no such kind of data segment");
    if (flags === 2) nextU32();
    if (flags !== 1) expression(0);
    skipBytes(nextU32());
  }
}

function blockType(): void {
  const type = nextSigned(33);
  if (type >= 0) {
    if (type >= <i64>found.types) sourceBreak("no such type");
    return;
  }
  // −1…−4 are i32 i64 f32 f64, −16 funcref, −17 externref, −64 no value
  if (!(type >= -4) && type !== -16 && type !== -17 && type !== -64) sourceBreak("no such block type");
}

function zeroByte(): void {
  if (nextByte() !== 0) sourceBreak("a reserved byte is not zero");
}

/** Decode instructions up to the `end` that closes them. `most`: deepest nesting allowed. */
function expression(most: u32): void {
  let depth: u32 = 0;
  while (!sourceBroken()) {
    const opcode = nextByte();
    if (opcode === 0x0b) {
      if (depth === 0) return;
      depth--;
    } else if (opcode >= 0x02 && opcode <= 0x04) {
      blockType();
      depth++;
      if (depth > most) {
        tooDeep = true;
        sourceBreak("it nests too deeply");
        return;
      }
      if (depth > found.nesting) found.nesting = depth;
    } else immediates(opcode, depth);
  }
}

function label(depth: u32): void {
  if (nextU32() > depth) sourceBreak("no such label");
}

// Read what follows an opcode other than block, loop, if and end.
function immediates(opcode: u32, depth: u32): void {
  if (opcode >= 0x45 && opcode <= 0xc4) return; // comparisons, arithmetic, conversions
  if (opcode >= 0x28 && opcode <= 0x3e) {
    if (nextU32() > 3) sourceBreak("no such alignment");
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
      if (depth === 0) sourceBreak("else without if");
      return;
    case 0x0c: // br
    case 0x0d: // br_if
      label(depth);
      return;
    case 0x0e: {
      // br_table
      const count = nextU32();
      for (let i: u32 = 0; i < count && !sourceBroken(); i++) label(depth);
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
      for (let i: u32 = 0; i < count && !sourceBroken(); i++) valueType();
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
      skipBytes(4);
      return;
    case 0x44:
      skipBytes(8);
      return;
    case 0xd0: // ref.null
      valueType();
      return;
    case 0xfc:
      prefixed(nextU32());
      return;
    case 0xfd:
      sourceBreak("it has vector instructions");
      return;
    default:
      sourceBreak("no such instruction");
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
      sourceBreak("no such instruction");
  }
}

function section(id: u32): void {
  const bytes = nextU32();
  const before = sourceEnter(bytes);
  if (sourceBroken()) return;
  switch (id) {
    case 0:
      skipBytes(nextU32());
      skipBytes(sourceLeft());
      break;
    case 1:
      typeSection();
      break;
    case 2:
      importSection();
      break;
    case 3:
      functionSection();
      break;
    case 4: {
      const tables = nextU32();
      for (let i: u32 = 0; i < tables && !sourceBroken(); i++) tableType();
      break;
    }
    case 5: {
      const memories = nextU32();
      for (let i: u32 = 0; i < memories && !sourceBroken(); i++) limits(true);
      break;
    }
    case 6: {
      const globals = nextU32();
      for (let i: u32 = 0; i < globals && !sourceBroken(); i++) {
        globalType();
        expression(0);
      }
      break;
    }
    case 7:
      exportSection();
      break;
    case 8: // start
      functionIndex();
      break;
    case 9:
      elementSection();
      break;
    case 10:
      codeSection();
      break;
    case 11:
      dataSection();
      break;
    case SECTION_DATA_COUNT:
      nextU32();
      break;
    default:
      sourceBreak("no such section");
  }
  sourceLeave(before);
}

// Sections come in this order; the data count stands before the code.
function rank(id: u32): u32 {
  return id === SECTION_DATA_COUNT ? 19 : id << 1;
}

/**
 * Scan the module of `bytes` bytes at `offset` of the reader.
 * @param permitted bit set of imports it may have (IMPORT_…)
 * @param nesting deepest nesting it may have; never more than MODULE_NESTING
 * Returns Ok and fills `out`. Corrupt: not a module, or malformed. TooDeep: it nests deeper. BadImport: it imports what is not
 * permitted. Range: its memory is missing, not fixed or too large. scanFault says more. Reads nothing past the end.
 */
export function scanModule(read: ByteRead, offset: u64, bytes: u32, permitted: u64, nesting: u32, out: Scan): i32 {
  fill(changetype<usize>(out), 0, offsetof<Scan>());
  found = out;
  nestingLimit = min(nesting, MODULE_NESTING);
  tooDeep = false;
  sourceOpen(read, offset, bytes);
  if (nextByte() !== 0x00 || nextByte() !== 0x61 || nextByte() !== 0x73 || nextByte() !== 0x6d) sourceBreak("not a WebAssembly module");
  if (nextByte() !== 1 || nextByte() !== 0 || nextByte() !== 0 || nextByte() !== 0) sourceBreak("not WebAssembly version 1");
  let last: u32 = 0;
  while (!sourceBroken() && sourceLeft() !== 0) {
    const id = nextByte();
    if (id !== 0) {
      const place = rank(id);
      if (place <= last) sourceBreak("sections are out of order");
      last = place;
    }
    section(id);
  }
  if (found.codes !== found.functions - found.importedFunctions) sourceBreak("functions and bodies differ in number");
  fault = sourceFault();
  if (tooDeep) return Status.TooDeep;
  if (sourceBroken()) return Status.Corrupt;
  if ((found.imports & ~(permitted & ~IMPORT_OTHER)) !== 0) {
    fault = "it imports what it may not";
    return Status.BadImport;
  }
  if (found.memories !== 1 || found.memoryFixed === 0 || found.memoryInitial > MEMORY_PAGES) {
    fault = "its memory is missing, not of fixed size, or larger than 64 pages";
    return Status.Range;
  }
  return Status.Ok;
}
