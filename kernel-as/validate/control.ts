// Control instructions: blocks, branches, calls. Not what only computes (body.ts). Source: specification 2.0, 3.3.8.

import { getU8 } from "../lib/bytes";
import { FunctionType, functionCount, functionType, tableCount, tableType, typeAt, typeCount } from "./context";
import { MOST_BRANCHES } from "./limits";
import { corrupt, goTo, here, nextCount, nextU32 } from "./reader";
import { closeFrame, frameOf, labelCount, labelTypes, openFrame, peekAll, pop, popAll, pushAll, setUnreachable } from "./stack";
import { FUNCREF, I32, nextBlockType } from "./types";
import { broken, USES_REFERENCES, uses } from "./verdict";

const IF: u32 = 0x04;
const ELSE: u32 = 0x05;

const scratchType: FunctionType = changetype<FunctionType>(memory.data(16, 8));

/** block, loop, if */
export function openBlock(opcode: u32): void {
  nextBlockType(scratchType);
  if (opcode === IF) pop(I32);
  popAll(scratchType.parameters, scratchType.parameterCount);
  openFrame(opcode, scratchType);
}

function reopen(opcode: u32, parameters: usize, parameterCount: u32, results: usize, resultCount: u32): void {
  scratchType.parameters = parameters;
  scratchType.parameterCount = parameterCount;
  scratchType.results = results;
  scratchType.resultCount = resultCount;
  openFrame(opcode, scratchType);
}

export function elseBranch(): void {
  const closed = closeFrame();
  if (closed.opcode !== IF) corrupt("else without if");
  reopen(ELSE, closed.parameters, closed.parameterCount, closed.results, closed.resultCount);
}

export function endBlock(): void {
  const closed = closeFrame();
  if (closed.opcode === IF) {
    // Without else the parameters become the results.
    if (closed.parameterCount !== closed.resultCount) corrupt("an if without else changes types");
    for (let i: u32 = 0; i < closed.resultCount && !broken(); i++) {
      if (getU8(closed.parameters + i) !== getU8(closed.results + i)) corrupt("an if without else changes types");
    }
  }
  if (closed.opcode !== 0) pushAll(closed.results, closed.resultCount);
}

export function branch(): void {
  const target = frameOf(nextU32());
  popAll(labelTypes(target), labelCount(target));
  setUnreachable();
}
export function branchIf(): void {
  const target = frameOf(nextU32());
  pop(I32);
  popAll(labelTypes(target), labelCount(target));
  pushAll(labelTypes(target), labelCount(target));
}
/** br_table: every target takes as many operands, each of a type that fits. */
export function branchTable(): void {
  pop(I32);
  const count = nextCount(MOST_BRANCHES, 1);
  const first = here();
  for (let i: u32 = 0; i < count && !broken(); i++) nextU32();
  const fallback = frameOf(nextU32());
  const after = here();
  const arity = labelCount(fallback);
  goTo(first);
  for (let i: u32 = 0; i <= count && !broken(); i++) {
    const target = frameOf(nextU32());
    if (labelCount(target) !== arity) corrupt("labels of a table take different numbers of operands");
    peekAll(labelTypes(target), arity);
  }
  goTo(after);
  setUnreachable();
}
/** return: a branch out of the outermost block. */
export function returnFrom(results: usize, count: u32): void {
  popAll(results, count);
  setUnreachable();
}

export function call(): void {
  const index = nextU32();
  if (index >= functionCount) {
    corrupt("no such function");
    return;
  }
  const type = functionType(index);
  popAll(type.parameters, type.parameterCount);
  pushAll(type.results, type.resultCount);
}
export function callIndirect(): void {
  const index = nextU32();
  if (index >= typeCount) {
    corrupt("no such type");
    return;
  }
  const table = nextU32();
  if (table >= tableCount || tableType(table) !== FUNCREF) {
    corrupt("no such table of functions");
    return;
  }
  if (table > 0) uses(USES_REFERENCES);
  const type = typeAt(index);
  pop(I32);
  popAll(type.parameters, type.parameterCount);
  pushAll(type.results, type.resultCount);
}
