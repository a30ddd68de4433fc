// The export section: indices, and that no two names are the same. The names are sorted in place in the arena (heap sort: a
// hostile module cannot make it quadratic). Source: specification 2.0, 5.5.10 and 3.4.10.
import { compare, getU32, setU32 } from "../lib/bytes";
import { declareFunction, functionCount, globalCount, memoryCount, tableCount, takeRoom } from "./context";
import { MOST_EXPORTS } from "./limits";
import { corrupt, here, nextByte, nextCount, nextName, nextU32, unsupported } from "./reader";
import { broken } from "./verdict";

/** A name: where its bytes lie, and how many. */
const NAME_BYTES: usize = 8;

let names: usize = 0;

function nameAt(index: u32): usize {
  return getU32(names + <usize>index * NAME_BYTES);
}
function nameLength(index: u32): u32 {
  return getU32(names + <usize>index * NAME_BYTES + 4);
}
function setName(index: u32, at: usize, bytes: u32): void {
  setU32(names + <usize>index * NAME_BYTES, <u32>at);
  setU32(names + <usize>index * NAME_BYTES + 4, bytes);
}

// By length first, then by bytes: any order will do.
function order(a: u32, b: u32): i32 {
  const length = nameLength(a);
  if (length !== nameLength(b)) return length < nameLength(b) ? -1 : 1;
  return compare(nameAt(a), nameAt(b), length);
}
function exchange(a: u32, b: u32): void {
  const at = nameAt(a);
  const bytes = nameLength(a);
  setName(a, nameAt(b), nameLength(b));
  setName(b, at, bytes);
}
function siftDown(from: u32, count: u32): void {
  let parent = from;
  while (true) {
    let child = parent * 2 + 1;
    if (child >= count) return;
    if (child + 1 < count && order(child, child + 1) < 0) child++;
    if (order(parent, child) >= 0) return;
    exchange(parent, child);
    parent = child;
  }
}
function sort(count: u32): void {
  for (let i = count / 2; i > 0; i--) siftDown(i - 1, count);
  for (let end = count; end > 1; end--) {
    exchange(0, end - 1);
    siftDown(0, end - 1);
  }
}

function nextExported(): void {
  const kind = nextByte();
  const index = nextU32();
  if (broken()) return;
  if (kind === 0) {
    if (index >= functionCount) corrupt("no such function");
    else declareFunction(index);
  } else if (kind === 1) {
    if (index >= tableCount) corrupt("no such table");
  } else if (kind === 2) {
    if (index >= memoryCount) corrupt("no such memory");
  } else if (kind === 3) {
    if (index >= globalCount) corrupt("no such global");
  } else if (kind === 4) unsupported("exceptions");
  else corrupt("no such kind of export");
}

export function exportSection(): void {
  const count = nextCount(MOST_EXPORTS, 3);
  names = takeRoom(<usize>count * NAME_BYTES);
  for (let i: u32 = 0; i < count && !broken(); i++) {
    const bytes = nextName();
    if (broken()) return;
    setName(i, here() - bytes, bytes);
    nextExported();
  }
  if (broken() || count < 2) return;
  sort(count);
  for (let i: u32 = 1; i < count && !broken(); i++) if (order(i - 1, i) === 0) corrupt("two exports have the same name");
}
