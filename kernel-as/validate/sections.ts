// The sections, one function each, but for exports (exports.ts) and segments (segments.ts). Their order is module.ts's.
// Source: specification 2.0, 5.5 and 3.4.
import { functionBody } from "./body";
import { constant } from "./constant";
import {
  addFunction,
  addGlobal,
  addMemory,
  addTable,
  addType,
  functionCount,
  functionType,
  importedFunctions,
  memoryCount,
  roomForFunctions,
  roomForGlobals,
  roomForTables,
  roomForTypes,
  setDataCount,
  tableCount,
  typeCount,
} from "./context";
import { MOST_BODY_BYTES, MOST_DATA_SEGMENTS, MOST_FUNCTIONS, MOST_GLOBALS, MOST_IMPORTS, MOST_PARAMETERS, MOST_RESULTS, MOST_TABLES, MOST_TYPES } from "./limits";
import { corrupt, enter, here, leave, nextByte, nextCount, nextName, nextU32, peekByte, unsupported } from "./reader";
import { nextMemoryType, nextMutability, nextTableType, nextValueType } from "./types";
import { broken, USES_MULTI_VALUE, USES_REFERENCES, uses } from "./verdict";

const FUNCTION_TYPE: u32 = 0x60;
const TABLE_WITH_VALUE: u32 = 0x40;

export function typeSection(): void {
  const count = nextCount(MOST_TYPES, 3);
  roomForTypes(count);
  for (let i: u32 = 0; i < count && !broken(); i++) {
    const form = nextByte();
    if (form === 0x5f || form === 0x5e || form === 0x50 || form === 0x4f || form === 0x4e) unsupported("garbage collection");
    else if (form !== FUNCTION_TYPE) corrupt("no such type");
    if (broken()) return;
    const parameterCount = nextCount(MOST_PARAMETERS, 1);
    const parameters = here();
    for (let k: u32 = 0; k < parameterCount && !broken(); k++) nextValueType();
    const resultCount = nextCount(MOST_RESULTS, 1);
    const results = here();
    for (let k: u32 = 0; k < resultCount && !broken(); k++) nextValueType();
    if (broken()) return;
    if (resultCount > 1) uses(USES_MULTI_VALUE);
    const type = addType();
    type.parameters = parameters;
    type.parameterCount = parameterCount;
    type.results = results;
    type.resultCount = resultCount;
  }
}

function nextType(): u32 {
  const index = nextU32();
  if (index >= typeCount) corrupt("no such type");
  return index;
}
function oneMemory(): void {
  nextMemoryType();
  if (memoryCount > 0) unsupported("more than one memory");
  addMemory();
}
function oneTable(): void {
  const type = nextTableType();
  if (broken()) return;
  addTable(type);
  if (tableCount > 1) uses(USES_REFERENCES);
}

export function importSection(): void {
  const count = nextCount(MOST_IMPORTS, 4);
  roomForFunctions(count);
  roomForTables(count);
  roomForGlobals(count);
  for (let i: u32 = 0; i < count && !broken(); i++) {
    nextName();
    nextName();
    const kind = nextByte();
    if (broken()) return;
    if (kind === 0) {
      const type = nextType();
      if (!broken()) addFunction(type, true);
    } else if (kind === 1) oneTable();
    else if (kind === 2) oneMemory();
    else if (kind === 3) {
      const type = nextValueType();
      const mutable = nextMutability();
      if (!broken()) addGlobal(type, mutable, true);
    } else if (kind === 4) unsupported("exceptions");
    else corrupt("no such kind of import");
  }
}

export function functionSection(): void {
  const count = nextCount(MOST_FUNCTIONS, 1);
  roomForFunctions(count);
  for (let i: u32 = 0; i < count && !broken(); i++) {
    const type = nextType();
    if (!broken()) addFunction(type, false);
  }
}

export function tableSection(): void {
  const count = nextCount(MOST_TABLES, 2);
  roomForTables(count);
  for (let i: u32 = 0; i < count && !broken(); i++) {
    if (peekByte() === TABLE_WITH_VALUE) unsupported("a table with an initial value");
    oneTable();
  }
}

export function memorySection(): void {
  const count = nextCount(u32.MAX_VALUE, 2);
  for (let i: u32 = 0; i < count && !broken(); i++) oneMemory();
}

export function globalSection(): void {
  const count = nextCount(MOST_GLOBALS, 3);
  roomForGlobals(count);
  for (let i: u32 = 0; i < count && !broken(); i++) {
    const type = nextValueType();
    const mutable = nextMutability();
    constant(type);
    if (!broken()) addGlobal(type, mutable, false);
  }
}

export function startSection(): void {
  const index = nextU32();
  if (index >= functionCount) {
    corrupt("no such function");
    return;
  }
  const type = functionType(index);
  if (type.parameterCount !== 0 || type.resultCount !== 0) corrupt("the start function takes or returns something");
}

export function dataCountSection(): void {
  const count = nextU32();
  if (count > MOST_DATA_SEGMENTS) corrupt("there are more of them than engines take");
  setDataCount(count);
}

/** Returns the bodies read. */
export function codeSection(): u32 {
  const count = nextU32();
  const wanted = functionCount - importedFunctions;
  if (count !== wanted) corrupt("functions and bodies differ in number");
  for (let i: u32 = 0; i < count && !broken(); i++) {
    const bytes = nextU32();
    if (bytes > MOST_BODY_BYTES) corrupt("a body is larger than engines take");
    const before = enter(bytes);
    functionBody(functionType(importedFunctions + i));
    leave(before);
  }
  return count;
}
