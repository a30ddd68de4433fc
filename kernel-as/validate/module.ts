// Validates a WebAssembly module that lies in memory, before any engine sees it: the whole of the core specification's
// validation for version 2.0 without vectors, with V8's limits where the specification leaves them open, and a bound on nesting.
// Not a linker: what is imported is not looked up. Pure: imports only lib. No managed object is made.
// One module at a time; nothing outside of the module and the arena is touched. Source: specification 2.0, 5.5.16 and 3.4.10.
import { Arena } from "../lib/arena";
import { faultKind, faultText } from "../lib/module-reader";
import { contextReset, dataCount, functionCount, importedFunctions } from "./context";
import { exportSection } from "./exports";
import { localsBytes, localsInit } from "./locals";
import { corrupt, enter, faultOffset, head, leave, left, nextName, nextSection, nextU32, openMemory, skip, unsupported } from "./reader";
import { codeSection, dataCountSection, functionSection, globalSection, importSection, memorySection, startSection, tableSection, typeSection } from "./sections";
import { dataSection, elementSection } from "./segments";
import { signaturesInit } from "./signatures";
import { deepestNesting, stackBytes, stackInit } from "./stack";
import { broken, usedFeatures, usesNothing, Verdict } from "./verdict";

const SECTION_CODE: u32 = 10;
const SECTION_DATA: u32 = 11;
const SECTION_DATA_COUNT: u32 = 12;
const SECTION_TAG: u32 = 13;

/** Tables take at most this many bytes for each of the module's: a type of three bytes takes 16, a global or function less. */
const TABLE_BYTES: usize = 6;
/** Alignment of all that is taken. */
const SLACK_BYTES: usize = 256;

let bodies: u32 = 0;
let segments: u32 = 0;

/** Bytes of arena that are enough for any module of this size. */
export function validateRoom(bytes: u32, nesting: u32): usize {
  return <usize>bytes * TABLE_BYTES + localsBytes(bytes) + stackBytes(nesting) + SLACK_BYTES;
}

function section(id: u32): void {
  const before = enter(nextU32());
  if (broken()) return;
  switch (id) {
    case 0:
      nextName();
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
    case 4:
      tableSection();
      break;
    case 5:
      memorySection();
      break;
    case 6:
      globalSection();
      break;
    case 7:
      exportSection();
      break;
    case 8:
      startSection();
      break;
    case 9:
      elementSection();
      break;
    case SECTION_CODE:
      bodies = codeSection();
      break;
    case SECTION_DATA:
      segments = dataSection();
      break;
    case SECTION_DATA_COUNT:
      dataCountSection();
      break;
    case SECTION_TAG:
      unsupported("exceptions");
      break;
    default:
      corrupt("no such section");
  }
  leave(before);
}

/**
 * Validate the module of `bytes` bytes at `at`.
 * @param nesting blocks that may be open at once, at most MOST_NESTING
 * @param arena working memory, the caller's; validateRoom says how much is always enough. What was taken stays taken.
 * Returns Ok; Corrupt: malformed or invalid; Unsupported: it has what later versions or proposals added, and no engine here runs;
 * TooDeep: it nests deeper, or has more operands at once than OPERANDS; NoMemory: the arena is too small. validateFault and
 * validateOffset say more. Time: linear in the bytes, but for the export names (n log n) and lookups of locals (log runs) and
 * for lists of parameters and results, at most 1000 long, that a call of two bytes names.
 */
export function validateModule(at: usize, bytes: u32, nesting: u32, arena: Arena): Verdict {
  usesNothing();
  openMemory(at, bytes);
  contextReset(arena);
  signaturesInit();
  stackInit(nesting);
  localsInit(bytes);
  bodies = 0;
  segments = 0;
  head();
  for (let id = nextSection(); id >= 0; id = nextSection()) section(<u32>id);
  if (bodies !== functionCount - importedFunctions) corrupt("functions and bodies differ in number");
  if (dataCount > <i64>segments) corrupt("data segments and their announced count differ");
  return <Verdict>faultKind();
}

/** What was wrong: a literal; "" after Ok. Of Unsupported: the feature. */
export function validateFault(): string {
  return faultText();
}
/** Where it was found, in bytes from the module's start. */
export function validateOffset(): u32 {
  return faultOffset();
}
/** Deepest nesting of block, loop and if; 0: none. */
export function validateNesting(): u32 {
  return deepestNesting();
}
/** What the module uses beyond the first version: bit set of USES_…; whole only after Ok. */
export function validateUses(): u32 {
  return usedFeatures();
}
/** Functions that it has, with the imported ones. */
export function validateFunctions(): u32 {
  return functionCount;
}
