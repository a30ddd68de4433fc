// Scans a WebAssembly module before an engine sees it: form, imports, memory, nesting. Pure; reads through lib/module-reader.
// Not a validator: types and operand stacks are not checked (kernel-as/validate will). Every opcode is decoded, for only so can
// the nesting be told; wasm3 recurses on the native stack once per block and must never see a deep one.
// Source: WebAssembly core specification 2.0, chapter 5 (binary format), without vector instructions.
import { MODULE_NESTING, Status } from "../../abi/numbers";
import { fill, literalByte } from "../../lib/bytes";
import { ByteRead, broken, corrupt, enter, faultKind, faultText, head, leave, left, nextByte, nextSection, nextU32, openCallback, skip } from "../../lib/module-reader";
import { decodeBounds, decodedNesting, decodeReset, expression, functionIndex, typeIndex, valueType } from "./instructions";

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
let fault: string = "";

/** What was wrong at the last scan that failed: a literal. */
export function scanFault(): string {
  return fault;
}

function limits(memory: bool): void {
  const flags = nextByte();
  if (flags > 1) corrupt("no such kind of limits");
  const initial = nextU32();
  const maximum = flags === 1 ? nextU32() : u32.MAX_VALUE;
  if (initial > maximum) corrupt("a minimum lies above its maximum");
  if (!memory) return;
  found.memories++;
  found.memoryInitial = initial;
  found.memoryMaximum = maximum;
  found.memoryFixed = flags === 1 && initial === maximum ? 1 : 0;
}

function tableType(): void {
  const type = nextByte();
  if (type !== 0x70 && type !== 0x6f) corrupt("no such table type");
  limits(false);
}

function globalType(): void {
  valueType();
  if (nextByte() > 1) corrupt("no such mutability");
}

function typeSection(): void {
  found.types = nextU32();
  decodeBounds(found.types, 0);
  for (let i: u32 = 0; i < found.types && !broken(); i++) {
    if (nextByte() !== 0x60) corrupt("no such type");
    for (let side = 0; side < 2; side++) {
      const count = nextU32();
      for (let k: u32 = 0; k < count && !broken(); k++) valueType();
    }
  }
}

// Reads a name; whether it is this literal.
function nameIs(literal: string): bool {
  const count = nextU32();
  if (count > left()) corrupt("a name reaches past the end");
  let same = count === <u32>literal.length;
  for (let i: u32 = 0; i < count && !broken(); i++) {
    const byte = nextByte();
    if (same && byte !== <u32>literalByte(literal, i)) same = false;
  }
  return same;
}

function importSection(): void {
  const count = nextU32();
  for (let i: u32 = 0; i < count && !broken(); i++) {
    const fromEnv = nameIs("env");
    const isAbort = nameIs("abort");
    const kind = nextByte();
    if (kind === EXTERNAL_FUNCTION) {
      typeIndex();
      found.functions++;
      found.importedFunctions++;
      decodeBounds(found.types, found.functions);
    } else if (kind === EXTERNAL_TABLE) tableType();
    else if (kind === EXTERNAL_MEMORY) limits(true);
    else if (kind === EXTERNAL_GLOBAL) globalType();
    else corrupt("no such kind of import");
    found.importCount++;
    found.imports |= fromEnv && isAbort && kind === EXTERNAL_FUNCTION ? IMPORT_ABORT : IMPORT_OTHER;
  }
}

function functionSection(): void {
  const count = nextU32();
  for (let i: u32 = 0; i < count && !broken(); i++) typeIndex();
  if (found.functions + count < count) corrupt("too many functions");
  found.functions += count;
  decodeBounds(found.types, found.functions);
}

function exportSection(): void {
  const count = nextU32();
  for (let i: u32 = 0; i < count && !broken(); i++) {
    skip(nextU32());
    if (nextByte() > EXTERNAL_GLOBAL) corrupt("no such kind of export");
    nextU32();
  }
}

function elementSection(): void {
  const count = nextU32();
  for (let i: u32 = 0; i < count && !broken(); i++) {
    const flags = nextU32();
    if (flags > 7) corrupt("no such kind of element segment");
    if ((flags & 1) === 0) {
      if ((flags & 2) !== 0) nextU32();
      expression(0);
    }
    if ((flags & 3) !== 0) {
      const type = nextByte();
      if ((flags & 4) === 0 ? type !== 0 : type !== 0x70 && type !== 0x6f) corrupt("no such element type");
    }
    const entries = nextU32();
    for (let k: u32 = 0; k < entries && !broken(); k++) {
      if ((flags & 4) === 0) functionIndex();
      else expression(0);
    }
  }
}

function codeSection(): void {
  found.codes = nextU32();
  if (found.codes !== found.functions - found.importedFunctions) corrupt("functions and bodies differ in number");
  for (let i: u32 = 0; i < found.codes && !broken(); i++) {
    const before = enter(nextU32());
    const groups = nextU32();
    let locals: u64 = 0;
    for (let k: u32 = 0; k < groups && !broken(); k++) {
      locals += nextU32();
      if (locals > MOST_LOCALS) corrupt("too many local variables");
      valueType();
    }
    expression(nestingLimit);
    leave(before);
  }
}

function dataSection(): void {
  const count = nextU32();
  for (let i: u32 = 0; i < count && !broken(); i++) {
    const flags = nextU32();
    if (flags > 2) corrupt("no such kind of data segment");
    if (flags === 2) nextU32();
    if (flags !== 1) expression(0);
    skip(nextU32());
  }
}

function section(id: u32): void {
  const bytes = nextU32();
  const before = enter(bytes);
  if (broken()) return;
  switch (id) {
    case 0:
      skip(nextU32());
      skip(left());
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
      for (let i: u32 = 0; i < tables && !broken(); i++) tableType();
      break;
    }
    case 5: {
      const memories = nextU32();
      for (let i: u32 = 0; i < memories && !broken(); i++) limits(true);
      break;
    }
    case 6: {
      const globals = nextU32();
      for (let i: u32 = 0; i < globals && !broken(); i++) {
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
      corrupt("no such section");
  }
  leave(before);
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
  decodeReset();
  openCallback(read, offset, bytes);
  head();
  for (let id = nextSection(); id >= 0; id = nextSection()) section(<u32>id);
  if (found.codes !== found.functions - found.importedFunctions) corrupt("functions and bodies differ in number");
  fault = faultText();
  found.nesting = decodedNesting();
  if (broken()) return faultKind(); // Corrupt or TooDeep
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
