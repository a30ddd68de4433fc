// Value types, limits, table, memory and global types, block types: reading and their own rules.
// Not the type section (sections.ts). Source: specification 2.0, 5.3 and 3.2; what later versions added is told apart as Unsupported.
import { FunctionType, typeAt, typeCount } from "./context";
import { MOST_MEMORY_PAGES } from "./limits";
import { corrupt, goTo, here, nextByte, nextSigned, nextU32, peekByte, unsupported } from "./reader";
import { broken, USES_MULTI_VALUE, USES_REFERENCES, uses } from "./verdict";

export const I32: u32 = 0x7f;
export const I64: u32 = 0x7e;
export const F32: u32 = 0x7d;
export const F64: u32 = 0x7c;
export const FUNCREF: u32 = 0x70;
export const EXTERNREF: u32 = 0x6f;
/** On the operand stack only: whatever code that is never reached needs. */
export const UNKNOWN: u32 = 0;

const V128: u32 = 0x7b;
const EMPTY_BLOCK: u32 = 0x40;

export function isReference(type: u32): bool {
  return type === FUNCREF || type === EXTERNREF;
}
// The references of the proposals after version 2.0.
function isLaterReference(type: u32): bool {
  return type >= 0x61 && type <= 0x75 && !isReference(type);
}

function refuseType(type: u32): void {
  if (type === V128) unsupported("vectors");
  else if (isLaterReference(type)) unsupported("typed references");
  else corrupt("no such value type");
}

export function nextValueType(): u32 {
  const type = nextByte();
  if (type >= F64 && type <= I32) return type;
  if (!isReference(type)) refuseType(type);
  if (type === EXTERNREF) uses(USES_REFERENCES);
  return type;
}
export function nextReferenceType(): u32 {
  const type = nextByte();
  if (!isReference(type)) {
    if (isLaterReference(type)) unsupported("typed references");
    else corrupt("no such reference type");
  }
  if (type === EXTERNREF) uses(USES_REFERENCES);
  return type;
}

/** The reference type behind ref.null. */
export function nextNullType(): u32 {
  if (peekByte() < 0x80 || peekByte() > 0xff) return nextReferenceType();
  if (nextSigned(33) < 0) longForm();
  else unsupported("typed references");
  return FUNCREF;
}
// The specification gives a type one byte. V8 also takes the same number in a longer form; no engine need agree on that.
function longForm(): void {
  unsupported("a type in a longer form than one byte");
}

function limits(most: u32, mostMaximum: u32): void {
  const flags = nextByte();
  if (flags > 1) {
    if (flags === 3) unsupported("shared memory");
    else if (flags >= 4 && flags <= 7) unsupported("64-bit addresses");
    else corrupt("no such kind of limits");
  }
  const initial = nextU32();
  if (initial > most) corrupt("a minimum is larger than engines take");
  if (flags !== 1) return;
  const maximum = nextU32();
  if (maximum > mostMaximum) corrupt("a maximum is larger than engines take");
  if (maximum < initial) corrupt("a minimum lies above its maximum");
}

/** Returns the table's reference type. */
export function nextTableType(): u32 {
  const type = nextReferenceType();
  limits(u32.MAX_VALUE, u32.MAX_VALUE);
  return type;
}
export function nextMemoryType(): void {
  limits(MOST_MEMORY_PAGES, MOST_MEMORY_PAGES);
}
/** Returns whether it is mutable. */
export function nextMutability(): bool {
  const byte = nextByte();
  if (byte > 1) corrupt("no such mutability");
  return byte === 1;
}

/** Read a block's type into `out`. */
export function nextBlockType(out: FunctionType): void {
  out.parameters = 0;
  out.parameterCount = 0;
  out.results = here();
  out.resultCount = 0;
  const byte = nextByte();
  if (byte === EMPTY_BLOCK) return;
  if (byte >= EMPTY_BLOCK && byte < 0x80) {
    // A negative number of one byte: a value type.
    goTo(out.results);
    nextValueType();
    out.resultCount = 1;
    return;
  }
  if (broken()) return;
  goTo(out.results);
  const index = nextSigned(33);
  if (index < 0) {
    longForm();
    return;
  }
  if (index >= <i64>typeCount) {
    corrupt("no such type");
    return;
  }
  const type = typeAt(<u32>index);
  out.parameters = type.parameters;
  out.parameterCount = type.parameterCount;
  out.results = type.results;
  out.resultCount = type.resultCount;
  if (type.parameterCount > 0) uses(USES_MULTI_VALUE);
}
