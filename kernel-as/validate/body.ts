// One function body: locals, then instructions up to the `end` of the function. Dispatches to control.ts and bulk.ts.
// Source: specification 2.0, 3.4.1 and 5.4.

import { access, memoryGrow, memorySize, prefixed, tableGet, tableSet } from "./bulk";
import { FunctionType, functionCount, globalCount, globalIsMutable, globalType, isDeclared } from "./context";
import { branch, branchIf, branchTable, call, callIndirect, elseBranch, endBlock, openBlock, returnFrom } from "./control";
import { nextLocal, readLocals } from "./locals";
import { plainRun } from "./plain";
import { corrupt, nextByte, nextSigned, nextU32, skip, unsupported } from "./reader";
import { FIRST_LOAD, FIRST_NUMERIC, LAST_NUMERIC, LAST_STORE, operandCount, operandType, resultType } from "./signatures";
import { allClosed, openFunction, pop, popAny, popReference, push, setUnreachable } from "./stack";
import { F32, F64, FUNCREF, I32, I64, isReference, nextNullType, nextValueType, UNKNOWN } from "./types";
import { broken, USES_REFERENCES, uses } from "./verdict";

/** Read a body of this type, up to its last `end`. */
export function functionBody(type: FunctionType): void {
  readLocals(type);
  openFunction(type);
  while (!broken() && !allClosed()) {
    plainRun();
    const opcode = nextByte();
    if (broken()) return;
    if (opcode >= FIRST_NUMERIC && opcode <= LAST_NUMERIC) numeric(opcode);
    else if (opcode >= FIRST_LOAD && opcode <= LAST_STORE) access(opcode);
    else if (opcode === 0x0f) returnFrom(type.results, type.resultCount);
    else instruction(opcode);
  }
}

function numeric(opcode: u32): void {
  const type = operandType(opcode);
  if (operandCount(opcode) === 2) pop(type);
  pop(type);
  push(resultType(opcode));
}

function instruction(opcode: u32): void {
  switch (opcode) {
    case 0x00: // unreachable
      setUnreachable();
      return;
    case 0x01: // nop
      return;
    case 0x02:
    case 0x03:
    case 0x04:
      openBlock(opcode);
      return;
    case 0x05:
      elseBranch();
      return;
    case 0x0b:
      endBlock();
      return;
    case 0x0c:
      branch();
      return;
    case 0x0d:
      branchIf();
      return;
    case 0x0e:
      branchTable();
      return;
    case 0x10:
      call();
      return;
    case 0x11:
      callIndirect();
      return;
    case 0x1a: // drop
      popAny();
      return;
    case 0x1b:
      select();
      return;
    case 0x1c:
      selectTyped();
      return;
    case 0x20: // local.get
      push(nextLocal());
      return;
    case 0x21: // local.set
      pop(nextLocal());
      return;
    case 0x22: {
      // local.tee
      const type = nextLocal();
      pop(type);
      push(type);
      return;
    }
    case 0x23: // global.get
      push(nextGlobal(false));
      return;
    case 0x24: // global.set
      pop(nextGlobal(true));
      return;
    case 0x25:
      tableGet();
      return;
    case 0x26:
      tableSet();
      return;
    case 0x3f:
      memorySize();
      return;
    case 0x40:
      memoryGrow();
      return;
    case 0x41:
      nextSigned(32);
      push(I32);
      return;
    case 0x42:
      nextSigned(64);
      push(I64);
      return;
    case 0x43:
      skip(4);
      push(F32);
      return;
    case 0x44:
      skip(8);
      push(F64);
      return;
    case 0xd0: // ref.null
      push(nextNullType());
      uses(USES_REFERENCES);
      return;
    case 0xd1: // ref.is_null
      popReference();
      push(I32);
      uses(USES_REFERENCES);
      return;
    case 0xd2:
      refFunc();
      return;
    case 0xfc:
      prefixed();
      return;
    default:
      later(opcode);
  }
}

// Opcodes of proposals that this machine's engines do not run, and those that nobody knows.
function later(opcode: u32): void {
  if ((opcode >= 0x06 && opcode <= 0x0a) || opcode === 0x18 || opcode === 0x19 || opcode === 0x1f) unsupported("exceptions");
  else if (opcode === 0x12 || opcode === 0x13) unsupported("tail calls");
  else if (opcode === 0x14 || opcode === 0x15 || (opcode >= 0xd3 && opcode <= 0xd6)) unsupported("typed references");
  else if (opcode === 0xfb) unsupported("garbage collection");
  else if (opcode === 0xfd) unsupported("vectors");
  else if (opcode === 0xfe) unsupported("threads");
  else corrupt("no such instruction");
}

function nextGlobal(write: bool): u32 {
  const index = nextU32();
  if (index >= globalCount) {
    corrupt("no such global");
    return UNKNOWN;
  }
  if (write && !globalIsMutable(index)) corrupt("a global that cannot change is set");
  return globalType(index);
}

function select(): void {
  pop(I32);
  const second = popAny();
  const first = popAny();
  if (isReference(first) || isReference(second)) corrupt("select of references without their type");
  if (first !== second && first !== UNKNOWN && second !== UNKNOWN) corrupt("an operand has another type");
  push(first === UNKNOWN ? second : first);
}
function selectTyped(): void {
  if (nextU32() !== 1) corrupt("select of more or less than one type");
  const type = nextValueType();
  pop(I32);
  pop(type);
  pop(type);
  push(type);
  uses(USES_REFERENCES);
}

function refFunc(): void {
  const index = nextU32();
  if (index >= functionCount) corrupt("no such function");
  else if (!isDeclared(index)) corrupt("ref.func of a function that occurs nowhere else");
  push(FUNCREF);
  uses(USES_REFERENCES);
}
