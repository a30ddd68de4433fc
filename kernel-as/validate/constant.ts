// Constant expressions: initial values of globals, offsets of segments, elements. One instruction and `end`.
// Not function bodies (body.ts). Source: specification 2.0, 3.3.10.
import { declareFunction, functionCount, globalCount, globalIsMutable, globalType, importedGlobals } from "./context";
import { corrupt, nextByte, nextSigned, nextU32, skip, unsupported } from "./reader";
import { F32, F64, FUNCREF, I32, I64, nextNullType } from "./types";
import { broken, USES_REFERENCES, uses } from "./verdict";

/** Read a function's index, from outside of a body: ref.func may name it from then on. */
export function nextDeclaredFunction(): void {
  const index = nextU32();
  if (index >= functionCount) corrupt("no such function");
  else if (!broken()) declareFunction(index);
}

function constantGlobal(): u32 {
  const index = nextU32();
  if (index >= globalCount) {
    corrupt("no such global");
    return 0;
  }
  if (globalIsMutable(index)) corrupt("a constant cannot come from a mutable global");
  else if (index >= importedGlobals) unsupported("a constant that comes from a global of the module itself");
  return globalType(index);
}

// Integer addition, subtraction, multiplication: the proposal "extended constant expressions".
function isArithmetic(opcode: u32): bool {
  return (opcode >= 0x6a && opcode <= 0x6c) || (opcode >= 0x7c && opcode <= 0x7e);
}

function constantInstruction(opcode: u32): u32 {
  switch (opcode) {
    case 0x23: // global.get
      return constantGlobal();
    case 0x41:
      nextSigned(32);
      return I32;
    case 0x42:
      nextSigned(64);
      return I64;
    case 0x43:
      skip(4);
      return F32;
    case 0x44:
      skip(8);
      return F64;
    case 0xd0: // ref.null
      return nextNullType();
    case 0xd2: // ref.func
      nextDeclaredFunction();
      uses(USES_REFERENCES);
      return FUNCREF;
    case 0xfb:
      unsupported("garbage collection");
      return 0;
    case 0xfd:
      unsupported("vectors");
      return 0;
    default:
      if (isArithmetic(opcode)) unsupported("arithmetic in constants");
      else corrupt("no instruction of a constant");
      return 0;
  }
}

/** Read a constant expression of this type. */
export function constant(expected: u32): void {
  let values: u32 = 0;
  let type: u32 = 0;
  while (!broken()) {
    const opcode = nextByte();
    if (broken()) return;
    if (opcode === 0x0b) {
      if (values !== 1) corrupt("a constant is not one value");
      else if (type !== expected) corrupt("a constant has another type");
      return;
    }
    type = constantInstruction(opcode);
    values++;
  }
}
