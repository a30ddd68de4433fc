// Memory and table instructions: loads, stores, sizes, and those behind the prefix 0xfc. Source: specification 2.0, 3.3.5–3.3.7.
import { dataCount, elementCount, elementType, memoryCount, tableCount, tableType } from "./context";
import { corrupt, nextByte, nextU32, unsupported } from "./reader";
import { accessWidth, LAST_LOAD, operandType } from "./signatures";
import { pop, push } from "./stack";
import { F32, F64, I32, I64 } from "./types";
import { broken, USES_REFERENCES, USES_SEGMENTS, uses } from "./verdict";

/** Bit of an alignment by which a later version says that the number of a memory follows. */
const MEMORY_FOLLOWS: u32 = 0x40;

function needMemory(): void {
  if (memoryCount === 0) corrupt("there is no memory");
}
function nextMemory(): void {
  if (nextByte() !== 0) unsupported("a memory other than the first");
  needMemory();
}

/** Loads and stores. */
export function access(opcode: u32): void {
  const alignment = nextU32();
  if (alignment > accessWidth(opcode)) {
    if (alignment >= MEMORY_FOLLOWS && alignment < 2 * MEMORY_FOLLOWS) unsupported("a memory other than the first");
    else corrupt("an alignment is larger than the access");
  }
  nextU32();
  needMemory();
  const type = operandType(opcode);
  if (opcode > LAST_LOAD) pop(type);
  pop(I32);
  if (opcode <= LAST_LOAD) push(type);
}
export function memorySize(): void {
  nextMemory();
  push(I32);
}
export function memoryGrow(): void {
  nextMemory();
  pop(I32);
  push(I32);
}

/** Read a table's index; returns its reference type. */
function nextTable(): u32 {
  const index = nextU32();
  if (index >= tableCount) corrupt("no such table");
  return broken() ? 0 : tableType(index);
}
export function tableGet(): void {
  const type = nextTable();
  pop(I32);
  push(type);
  uses(USES_REFERENCES);
}
export function tableSet(): void {
  pop(nextTable());
  pop(I32);
  uses(USES_REFERENCES);
}

function nextElement(): u32 {
  const index = nextU32();
  if (index >= elementCount) corrupt("no such element segment");
  return broken() ? 0 : elementType(index);
}
function nextData(): void {
  const index = nextU32();
  if (<i64>index >= dataCount) corrupt("no such data segment, or their count was not announced");
}
function popThree(): void {
  pop(I32);
  pop(I32);
  pop(I32);
}

/** Instructions of the prefix 0xfc. */
export function prefixed(): void {
  const opcode = nextU32();
  if (broken()) return;
  if (opcode >= 8 && opcode !== 10 && opcode !== 11) uses(opcode <= 14 ? USES_SEGMENTS : USES_REFERENCES);
  switch (opcode) {
    case 0: // saturating truncation
    case 1:
      pop(F32);
      push(I32);
      return;
    case 2:
    case 3:
      pop(F64);
      push(I32);
      return;
    case 4:
    case 5:
      pop(F32);
      push(I64);
      return;
    case 6:
    case 7:
      pop(F64);
      push(I64);
      return;
    case 8: // memory.init
      nextData();
      nextMemory();
      popThree();
      return;
    case 9: // data.drop
      nextData();
      return;
    case 10: // memory.copy
      nextMemory();
      nextMemory();
      popThree();
      return;
    case 11: // memory.fill
      nextMemory();
      popThree();
      return;
    case 12: {
      // table.init
      const element = nextElement();
      if (nextTable() !== element) corrupt("a segment and a table have different types");
      popThree();
      return;
    }
    case 13: // elem.drop
      nextElement();
      return;
    case 14: {
      // table.copy
      const to = nextTable();
      if (nextTable() !== to) corrupt("two tables have different types");
      popThree();
      return;
    }
    case 15: {
      // table.grow
      const type = nextTable();
      pop(I32);
      pop(type);
      push(I32);
      return;
    }
    case 16: // table.size
      nextTable();
      push(I32);
      return;
    case 17: {
      // table.fill
      const type = nextTable();
      pop(I32);
      pop(type);
      pop(I32);
      return;
    }
    default:
      corrupt("no such instruction");
  }
}
