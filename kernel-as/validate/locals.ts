// The local variables of one function body: its parameters, then runs of declared ones. Kept as runs, so that a body of five
// bytes with 50 000 locals costs as much as one with two. Not globals. Source: specification 2.0, 5.4.11 (locals) and 3.4.1.
import { copy, fill, getU8, getU32, setU32 } from "../lib/bytes";
import { FunctionType, takeRoom } from "./context";
import { MOST_LOCALS } from "./limits";
import { corrupt, nextCount, nextU32 } from "./reader";
import { nextValueType } from "./types";
import { broken } from "./verdict";

/** A run: the index after its last local, and the type of all of them. */
const RUN_BYTES: usize = 8;

/** The first locals' types, a byte each; 0 where there is none, or where an index takes more than one byte. */
const FLAT: u32 = 128;
const flat: usize = memory.data(256);

let runs: usize = 0;
let runCount: u32 = 0;
let mostRuns: u32 = 0;
let parameters: usize = 0;
let parameterCount: u32 = 0;
let localCount: u32 = 0;

// A run takes two bytes of the body or more.
function mostRunsOf(moduleBytes: u32): u32 {
  return min(moduleBytes / 2 + 1, MOST_LOCALS);
}
export function localsInit(moduleBytes: u32): void {
  mostRuns = mostRunsOf(moduleBytes);
  runs = takeRoom(<usize>mostRuns * RUN_BYTES);
}
/** Bytes that localsInit takes. */
export function localsBytes(moduleBytes: u32): usize {
  return <usize>mostRunsOf(moduleBytes) * RUN_BYTES;
}

/** Read the declarations at the head of a body of this type. */
export function readLocals(type: FunctionType): void {
  parameters = type.parameters;
  parameterCount = type.parameterCount;
  localCount = parameterCount;
  runCount = 0;
  const groups = nextCount(u32.MAX_VALUE, 2);
  for (let i: u32 = 0; i < groups && !broken(); i++) {
    const count = nextU32();
    const local = nextValueType();
    if (count > MOST_LOCALS - localCount) corrupt("too many local variables");
    if (count === 0 || broken()) continue;
    localCount += count;
    // Every run has a local at least, and there are no more locals than runs fit; the check guards the table all the same.
    if (runCount >= mostRuns) {
      corrupt("too many local variables");
      return;
    }
    const at = runs + <usize>runCount * RUN_BYTES;
    runCount++;
    setU32(at, localCount);
    setU32(at + 4, local);
  }
  if (!broken()) flatten();
}

function flatten(): void {
  const first = min(parameterCount, FLAT);
  copy(flat, parameters, first);
  let index = first;
  for (let run: u32 = 0; run < runCount && index < FLAT; run++) {
    const at = runs + <usize>run * RUN_BYTES;
    const end = min(getU32(at), FLAT);
    if (end <= index) continue;
    fill(flat + index, getU32(at + 4), end - index);
    index = end;
  }
  fill(flat + index, 0, FLAT - index);
}
/** Types of the locals by an index of one byte, 256 bytes; 0: ask nextLocal. */
export function flatLocals(): usize {
  return flat;
}

/** Read the index of a local variable; returns its type, 0 after a fault. */
export function nextLocal(): u32 {
  const index = nextU32();
  if (index >= localCount) {
    corrupt("no such local variable");
    return 0;
  }
  if (index < parameterCount) return getU8(parameters + index);
  let low: u32 = 0;
  let high = runCount - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (index < getU32(runs + <usize>middle * RUN_BYTES)) high = middle;
    else low = middle + 1;
  }
  return getU32(runs + <usize>low * RUN_BYTES + 4);
}
