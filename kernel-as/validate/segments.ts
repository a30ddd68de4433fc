// Element and data sections. Source: specification 2.0, 5.5.12, 5.5.14 and 3.4.6–3.4.7.
import { constant, nextDeclaredFunction } from "./constant";
import { addElement, dataCount, memoryCount, roomForElements, tableCount, tableType } from "./context";
import { MOST_DATA_SEGMENTS, MOST_ELEMENT_SEGMENTS, MOST_ELEMENTS } from "./limits";
import { corrupt, nextByte, nextCount, nextU32, skip } from "./reader";
import { FUNCREF, I32, nextReferenceType } from "./types";
import { broken, USES_REFERENCES, USES_SEGMENTS, uses } from "./verdict";

// Bits of an element segment's flags.
const NOT_ACTIVE: u32 = 1;
const NAMED: u32 = 2; // active: the table is named; otherwise: declarative
const EXPRESSIONS: u32 = 4;

function elementSegment(): void {
  const flags = nextU32();
  if (flags > 7) corrupt("no such kind of element segment");
  const active = (flags & NOT_ACTIVE) === 0;
  let table: u32 = 0;
  if (active) {
    if ((flags & NAMED) !== 0) table = nextU32();
    if (table >= tableCount) corrupt("no such table");
    constant(I32);
  } else uses(USES_SEGMENTS);
  let type = FUNCREF;
  if ((flags & (NOT_ACTIVE | NAMED)) !== 0) {
    if ((flags & EXPRESSIONS) !== 0) type = nextReferenceType();
    else if (nextByte() !== 0) corrupt("no such kind of elements");
  }
  if (broken()) return;
  if (active && tableType(table) !== type) corrupt("a segment and a table have different types");
  const count = nextCount(MOST_ELEMENTS, 1);
  if ((flags & EXPRESSIONS) !== 0) uses(USES_REFERENCES);
  for (let i: u32 = 0; i < count && !broken(); i++) {
    if ((flags & EXPRESSIONS) !== 0) constant(type);
    else nextDeclaredFunction();
  }
  if (!broken()) addElement(type);
}

export function elementSection(): void {
  const count = nextCount(MOST_ELEMENT_SEGMENTS, 2);
  roomForElements(count);
  for (let i: u32 = 0; i < count && !broken(); i++) elementSegment();
}

/** Returns the segments read. */
export function dataSection(): u32 {
  const count = nextCount(MOST_DATA_SEGMENTS, 2);
  if (dataCount >= 0 && <i64>count !== dataCount) corrupt("data segments and their announced count differ");
  for (let i: u32 = 0; i < count && !broken(); i++) {
    const flags = nextU32();
    if (flags > 2) corrupt("no such kind of data segment");
    const memory = flags === 2 ? nextU32() : 0;
    if (flags !== 1) {
      if (memory >= memoryCount) corrupt("no such memory");
      constant(I32);
    } else uses(USES_SEGMENTS);
    skip(nextU32());
  }
  return count;
}
