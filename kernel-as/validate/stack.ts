// The operand stack and the control stack of a function body, with the stack-polymorphism of code that is never reached.
// Not the instructions. Source: specification 2.0, appendix "validation algorithm".
import { getU8, setU8 } from "../lib/bytes";
import { FunctionType, takeRoom } from "./context";
import { MOST_NESTING, OPERANDS } from "./limits";
import { corrupt, tooDeep } from "./reader";
import { isReference, UNKNOWN } from "./types";
import { broken } from "./verdict";

/** A block that is open. */
@unmanaged
export class Frame {
  /** block, loop, if, else: their opcodes; 0: the function itself */
  opcode: u32;
  /** operands below it */
  height: u32;
  unreachable: u32;
  parameters: usize;
  parameterCount: u32;
  results: usize;
  resultCount: u32;
}
const FRAME_BYTES: usize = 28;
if (offsetof<Frame>() !== 28) ERROR("FRAME_BYTES is stale");

const LOOP: u32 = 0x03;

let operands: usize = 0;
let height: u32 = 0;
let frames: usize = 0;
let depth: u32 = 0;
let nestingLimit: u32 = 0;
let deepest: u32 = 0;
/** the innermost frame */
let top: Frame = changetype<Frame>(0);

/** Take the stacks' memory. `nesting`: blocks that may be open at once. */
export function stackInit(nesting: u32): void {
  nestingLimit = min(nesting, MOST_NESTING);
  deepest = 0;
  operands = takeRoom(OPERANDS);
  frames = takeRoom((<usize>nestingLimit + 2) * FRAME_BYTES);
}
/** Bytes that stackInit takes, at most. */
export function stackBytes(nesting: u32): usize {
  return <usize>OPERANDS + (<usize>min(nesting, MOST_NESTING) + 2) * FRAME_BYTES;
}
/** Deepest nesting seen; 0: no blocks. */
export function deepestNesting(): u32 {
  return deepest;
}

export function push(type: u32): void {
  if (height >= OPERANDS) tooDeep("its operand stack is too deep");
  if (broken()) return;
  setU8(operands + height++, type);
}
// ---- for plain.ts: where the operands of the innermost block lie, as addresses of one byte each

export function operandsFloor(): usize {
  return operands + top.height;
}
export function operandsEnd(): usize {
  return operands + height;
}
/** No operand may lie at or past it. */
export function operandsMost(): usize {
  return operands + OPERANDS;
}
export function setOperandsEnd(at: usize): void {
  height = <u32>(at - operands);
}
/** Blocks that are open, the function's own among them. */
export function openBlocks(): u32 {
  return depth;
}

// ----

/** Pop any operand; returns its type. */
export function popAny(): u32 {
  if (broken()) return UNKNOWN;
  if (height === top.height) {
    if (top.unreachable === 0) corrupt("an operand is missing");
    return UNKNOWN;
  }
  return getU8(operands + --height);
}
/** Pop an operand of this type (UNKNOWN: any); returns the one found. */
export function pop(expected: u32): u32 {
  const actual = popAny();
  if (actual !== expected && actual !== UNKNOWN && expected !== UNKNOWN) corrupt("an operand has another type");
  return actual;
}
export function popReference(): void {
  const type = popAny();
  if (type !== UNKNOWN && !isReference(type)) corrupt("an operand has another type");
}
export function pushAll(types: usize, count: u32): void {
  for (let i: u32 = 0; i < count && !broken(); i++) push(getU8(types + i));
}
export function popAll(types: usize, count: u32): void {
  for (let i = count; i > 0 && !broken(); i--) pop(getU8(types + i - 1));
}
/** Pop these types and put back what was found: UNKNOWN stays so. */
export function peekAll(types: usize, count: u32): void {
  const before = height;
  const floor = top.height;
  const here = min(before - floor, count);
  if (here < count && top.unreachable === 0) corrupt("an operand is missing");
  for (let i: u32 = 0; i < here && !broken(); i++) {
    const actual = getU8(operands + before - 1 - i);
    if (actual !== UNKNOWN && actual !== getU8(types + count - 1 - i)) corrupt("an operand has another type");
  }
}

/** Begin a function's body. */
export function openFunction(type: FunctionType): void {
  height = 0;
  depth = 0;
  openFrame(0, type);
}
/** Open a block; its parameters were popped and are pushed again. */
export function openFrame(opcode: u32, type: FunctionType): void {
  if (broken()) return;
  if (depth > nestingLimit) {
    tooDeep("it nests too deeply");
    return;
  }
  top = changetype<Frame>(frames + <usize>depth * FRAME_BYTES);
  top.opcode = opcode;
  top.height = height;
  top.unreachable = 0;
  top.parameters = type.parameters;
  top.parameterCount = type.parameterCount;
  top.results = type.results;
  top.resultCount = type.resultCount;
  deepest = max(deepest, depth);
  depth++;
  if (opcode !== 0) pushAll(type.parameters, type.parameterCount);
}
/** The innermost block. */
export function innermost(): Frame {
  return top;
}
/** Close the block: exactly its results must lie on its part of the stack. They are popped; returns it. */
export function closeFrame(): Frame {
  const closed = top;
  popAll(closed.results, closed.resultCount);
  if (height !== closed.height) corrupt("operands are left over");
  if (broken()) return closed;
  depth--;
  if (depth > 0) top = changetype<Frame>(frames + <usize>(depth - 1) * FRAME_BYTES);
  return closed;
}
/** Whether the function's own block was closed. */
export function allClosed(): bool {
  return depth === 0;
}
/** What follows in this block is never reached. */
export function setUnreachable(): void {
  if (broken()) return;
  height = top.height;
  top.unreachable = 1;
}

/** The block that label `index` names, 0 the innermost; a fault and the innermost where there is none. */
export function frameOf(index: u32): Frame {
  if (index >= depth) {
    corrupt("no such label");
    return top;
  }
  return changetype<Frame>(frames + <usize>(depth - 1 - index) * FRAME_BYTES);
}
/** Types that a branch to it takes along. */
export function labelTypes(frame: Frame): usize {
  return frame.opcode === LOOP ? frame.parameters : frame.results;
}
export function labelCount(frame: Frame): u32 {
  return frame.opcode === LOOP ? frame.parameterCount : frame.resultCount;
}
