// The instructions that most code is made of, in their usual form, with all that they need at hand: constants, locals, globals, loads and
// stores, arithmetic, drop, select, branches that carry nothing. A short cut and no rule of its own: whatever is not just as
// expected (another type, nothing on the stack, a long number, the end near) is left to body.ts, which also finds the words for it.
import { getU8, setU8 } from "../lib/bytes";
import { globalCount, globalIsMutable, globalType, memoryCount } from "./context";
import { flatLocals } from "./locals";
import { goTo, here, stopAt } from "./reader";
import { accessWidth, FIRST_LOAD, FIRST_NUMERIC, LAST_LOAD, LAST_NUMERIC, LAST_STORE, operandType, signatureOf, TWO_OPERANDS } from "./signatures";
import { frameOf, labelCount, openBlocks, operandsEnd, operandsFloor, operandsMost, setOperandsEnd } from "./stack";
import { F32, F64, I32, I64 } from "./types";

/** No instruction read here is longer. */
const LONGEST: usize = 10;

/** Address behind the LEB128 number at `at`, if it has at most four bytes; else 0. Such a number fits in 32 bits. */
function behindNumber(at: usize): usize {
  if (getU8(at) < 0x80) return at + 1;
  if (getU8(at + 1) < 0x80) return at + 2;
  if (getU8(at + 2) < 0x80) return at + 3;
  return getU8(at + 3) < 0x80 ? at + 4 : 0;
}

/** Read instructions while they are such; the reader and the operand stack stand before the first that is not. After no fault only. */
export function plainRun(): void {
  const locals = flatLocals();
  const floor = operandsFloor();
  const most = operandsMost();
  const end = stopAt();
  let at = here();
  let top = operandsEnd();
  while (at + LONGEST <= end && top < most) {
    const opcode = getU8(at);
    if (opcode === 0x20) {
      // local.get: first, for it is every third instruction
      const type = getU8(locals + getU8(at + 1));
      if (type === 0) break;
      setU8(top++, type);
      at += 2;
      continue;
    }
    const above = <u32>(top - floor);
    let next: usize = 0;
    if (opcode >= FIRST_NUMERIC) {
      if (opcode > LAST_NUMERIC || above === 0) break;
      const signature = signatureOf(opcode);
      const type = signature & 0xff;
      if (getU8(top - 1) !== type) break;
      if (signature >= TWO_OPERANDS) {
        if (above < 2 || getU8(top - 2) !== type) break;
        top--;
      }
      setU8(top - 1, signature >> 8);
      at++;
      continue;
    }
    if (opcode >= FIRST_LOAD && opcode <= LAST_STORE) {
      if (above === 0 || memoryCount === 0 || getU8(at + 1) > accessWidth(opcode)) break;
      next = behindNumber(at + 2);
      if (next === 0) break;
      const type = operandType(opcode);
      if (opcode <= LAST_LOAD) {
        if (getU8(top - 1) !== I32) break;
        setU8(top - 1, type);
      } else {
        if (above < 2 || getU8(top - 1) !== type || getU8(top - 2) !== I32) break;
        top -= 2;
      }
      at = next;
      continue;
    }
    const index = getU8(at + 1);
    if (opcode === 0x41 || opcode === 0x42) {
      // i32.const, i64.const
      next = behindNumber(at + 1);
      if (next === 0) break;
      setU8(top++, opcode === 0x41 ? I32 : I64);
      at = next;
    } else if (opcode === 0x21 || opcode === 0x22) {
      // local.set, local.tee
      const type = getU8(locals + index);
      if (type === 0 || above === 0 || getU8(top - 1) !== type) break;
      if (opcode === 0x21) top--;
      at += 2;
    } else if (opcode === 0x0d) {
      // br_if
      if (above === 0 || getU8(top - 1) !== I32 || index >= 0x80 || index >= openBlocks() || labelCount(frameOf(index)) !== 0) break;
      top--;
      at += 2;
    } else if (opcode === 0x1a) {
      // drop
      if (above === 0) break;
      top--;
      at++;
    } else if (opcode === 0x1b) {
      // select of numbers
      if (above < 3 || getU8(top - 1) !== I32) break;
      const type = getU8(top - 2);
      if (type < F64 || getU8(top - 3) !== type) break;
      top -= 2;
      at++;
    } else if (opcode === 0x23) {
      // global.get
      if (index >= 0x80 || index >= globalCount) break;
      setU8(top++, globalType(index));
      at += 2;
    } else if (opcode === 0x24) {
      // global.set
      if (index >= 0x80 || index >= globalCount || !globalIsMutable(index) || above === 0 || getU8(top - 1) !== globalType(index)) break;
      top--;
      at += 2;
    } else if (opcode === 0x43) {
      setU8(top++, F32);
      at += 5;
    } else if (opcode === 0x44) {
      setU8(top++, F64);
      at += 9;
    } else break;
  }
  goTo(at);
  setOperandsEnd(top);
}
