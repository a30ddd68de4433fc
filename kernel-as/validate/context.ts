// What a module has: its types, functions, tables, memories, globals, segments, as the sections are read. Tables are taken from
// the caller's arena, each of a size that the section's own count gives, so all of them are linear in the module's bytes.
// Not the sections' rules. Source: specification 2.0, 3.1.1 (contexts).
import { Arena } from "../lib/arena";
import { copy, getU8, getU32, setU8, setU32 } from "../lib/bytes";
import { outOfMemory } from "./reader";
import { broken } from "./verdict";

/** A function type; its lists are spans of the module's own bytes, one byte a value type. */
@unmanaged
export class FunctionType {
  parameters: usize;
  parameterCount: u32;
  results: usize;
  resultCount: u32;
}
const TYPE_BYTES: usize = 16;
if (offsetof<FunctionType>() !== 16) ERROR("TYPE_BYTES is stale");

const DECLARED: u32 = 0x8000_0000;
const MUTABLE: u32 = 0x80;

let arena: Arena = changetype<Arena>(0);
let typeTable: usize = 0;
let functionTable: usize = 0; // u32 each: type index, DECLARED
let globalTable: usize = 0; // u8 each: value type, MUTABLE
let tableTable: usize = 0; // u8 each: reference type
let elementTable: usize = 0; // u8 each: reference type

export let typeCount: u32 = 0;
export let functionCount: u32 = 0;
export let importedFunctions: u32 = 0;
export let globalCount: u32 = 0;
export let importedGlobals: u32 = 0;
export let tableCount: u32 = 0;
export let memoryCount: u32 = 0;
export let elementCount: u32 = 0;
/** data segments that the data count section announced; −1: no such section */
export let dataCount: i64 = -1;

export function contextReset(from: Arena): void {
  arena = from;
  typeCount = functionCount = importedFunctions = globalCount = importedGlobals = tableCount = memoryCount = elementCount = 0;
  dataCount = -1;
  typeTable = functionTable = globalTable = tableTable = elementTable = 0;
}

/** Memory of the arena, not zeroed: a page that is never written is never touched. 0 and a fault where there is none. `bytes` may be 0. */
export function takeRoom(bytes: usize): usize {
  if (broken()) return 0;
  const at = arena.takeRaw(bytes);
  if (at === 0) outOfMemory();
  return at;
}
// A table with room for `extra` more: the old entries move, and the old table stays behind in the arena.
function grown(old: usize, used: u32, extra: u32, entryBytes: usize): usize {
  const at = takeRoom((<usize>used + extra) * entryBytes);
  if (at !== 0) copy(at, old, <usize>used * entryBytes);
  return at;
}

export function roomForTypes(count: u32): void {
  typeTable = takeRoom(<usize>count * TYPE_BYTES);
}
/** The next type, to be filled; null is never returned after roomForTypes without a fault. */
export function addType(): FunctionType {
  return typeAt(typeCount++);
}
export function typeAt(index: u32): FunctionType {
  return changetype<FunctionType>(typeTable + <usize>index * TYPE_BYTES);
}

export function roomForFunctions(extra: u32): void {
  functionTable = grown(functionTable, functionCount, extra, 4);
}
export function addFunction(type: u32, imported: bool): void {
  setU32(functionTable + ((<usize>functionCount) << 2), type);
  functionCount++;
  if (imported) importedFunctions++;
}
/** Type of a function. */
export function functionType(index: u32): FunctionType {
  return typeAt(getU32(functionTable + ((<usize>index) << 2)) & ~DECLARED);
}
/** ref.func may name this function in a body: it occurs outside of the bodies. */
export function declareFunction(index: u32): void {
  const at = functionTable + ((<usize>index) << 2);
  setU32(at, getU32(at) | DECLARED);
}
export function isDeclared(index: u32): bool {
  return (getU32(functionTable + ((<usize>index) << 2)) & DECLARED) !== 0;
}

export function roomForGlobals(extra: u32): void {
  globalTable = grown(globalTable, globalCount, extra, 1);
}
export function addGlobal(type: u32, mutable: bool, imported: bool): void {
  setU8(globalTable + globalCount++, (type & 0x7f) | (mutable ? MUTABLE : 0));
  if (imported) importedGlobals++;
}
export function globalType(index: u32): u32 {
  return getU8(globalTable + index) & 0x7f;
}
export function globalIsMutable(index: u32): bool {
  return (getU8(globalTable + index) & MUTABLE) !== 0;
}

export function roomForTables(extra: u32): void {
  tableTable = grown(tableTable, tableCount, extra, 1);
}
export function addTable(type: u32): void {
  setU8(tableTable + tableCount++, type);
}
export function tableType(index: u32): u32 {
  return getU8(tableTable + index);
}
export function addMemory(): void {
  memoryCount++;
}

export function roomForElements(count: u32): void {
  elementTable = takeRoom(count);
}
export function addElement(type: u32): void {
  setU8(elementTable + elementCount++, type);
}
export function elementType(index: u32): u32 {
  return getU8(elementTable + index);
}

export function setDataCount(count: u32): void {
  dataCount = count;
}
