// A vocabulary in the order of its bytes, made once a model: neighbours share their beginnings, so that which tokens may come next at a cursor is found by
// trying each beginning once. Tokens without bytes (control tokens) and longer ones than any answer's word are left out.
import { compare, getU8 } from "../../lib/bytes";
import { give, take } from "../memory";
import { Tokenizer } from "../tokenizer/tokenizer";
import { advance, CURSOR_BYTES, Cursor, copyCursor } from "./cursor";
import { nextBytes } from "./next";

/** Longest token that is taken, in bytes. */
const TOKEN_BYTES: i32 = 48;
const FIRSTS: u32 = 257;

/** A cursor for each byte of the token that is tried. */
const stack: usize = memory.data(4704, 8);
if (<usize>(TOKEN_BYTES + 1) * CURSOR_BYTES != 4704) ERROR("stack must have room for a token's cursors");
const bytes: usize = memory.data(128);
/** u32[257]: where in the order the tokens with a first byte begin */
const firsts: usize = memory.data(1028, 4);

let tokenizer: Tokenizer | null = null;
let table: usize = 0;
/** i32[count]: tokens in order; u8[count]: bytes that each shares with the one before; i32[count]: what allowedTokens found */
let order: usize = 0;
let shared: usize = 0;
let found: usize = 0;
let count: u32 = 0;

/** Orders the tokens of a model. False: no memory. */
export function openVocabulary(by: Tokenizer): bool {
  closeVocabulary();
  const room = <usize>by.vocabulary;
  table = take(room * 9 + 16);
  if (table === 0) return false;
  tokenizer = by;
  order = table;
  found = table + room * 4;
  shared = table + room * 8;
  count = 0;
  for (let id = 0; id < by.vocabulary; id++) {
    const length = by.bytesOf(id);
    if (length <= 0 || length > TOKEN_BYTES) continue;
    store<i32>(order + ((<usize>count) << 2), id);
    count++;
  }
  sort(by);
  link(by);
  return true;
}

/** Gives its memory back. */
export function closeVocabulary(): void {
  give(table);
  table = 0;
  tokenizer = null;
  count = 0;
}

function tokenAt(index: u32): i32 {
  return load<i32>(order + ((<usize>index) << 2));
}

// A heap: no recursion, no second table, and the same order on every machine.
function sort(by: Tokenizer): void {
  for (let i = <i32>(count / 2) - 1; i >= 0; i--) sink(by, <u32>i, count);
  for (let last = count; last > 1; last--) {
    swap(0, last - 1);
    sink(by, 0, last - 1);
  }
}

function swap(a: u32, b: u32): void {
  const kept = tokenAt(a);
  store<i32>(order + ((<usize>a) << 2), tokenAt(b));
  store<i32>(order + ((<usize>b) << 2), kept);
}

function sink(by: Tokenizer, from: u32, size: u32): void {
  let at = from;
  for (let child: u32 = 2 * at + 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && before(by, tokenAt(child), tokenAt(child + 1))) child++;
    if (!before(by, tokenAt(at), tokenAt(child))) return;
    swap(at, child);
    at = child;
  }
}

function before(by: Tokenizer, a: i32, b: i32): bool {
  const difference = compare(by.bytesAt(a), by.bytesAt(b), min(by.bytesOf(a), by.bytesOf(b)));
  if (difference !== 0) return difference < 0;
  return by.bytesOf(a) === by.bytesOf(b) ? a < b : by.bytesOf(a) < by.bytesOf(b);
}

function link(by: Tokenizer): void {
  let first: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const id = tokenAt(i);
    const byte = getU8(by.bytesAt(id));
    for (; first <= byte; first++) store<u32>(firsts + ((<usize>first) << 2), i);
    let same: i32 = 0;
    if (i > 0) {
      const last = tokenAt(i - 1);
      const most = min(by.bytesOf(id), by.bytesOf(last));
      while (same < most && getU8(by.bytesAt(id) + same) === getU8(by.bytesAt(last) + same)) same++;
    }
    store<u8>(shared + i, <u8>same);
  }
  for (; first < FIRSTS; first++) store<u32>(firsts + ((<usize>first) << 2), count);
}

function cursorAt(depth: i32): Cursor {
  return changetype<Cursor>(stack + <usize>depth * CURSOR_BYTES);
}

/** Finds the tokens that may come next, whole; how many. allowedAt has them. */
export function allowedTokens(at: Cursor): u32 {
  const by = changetype<Tokenizer>(tokenizer);
  let allowed: u32 = 0;
  copyCursor(cursorAt(0), at);
  const starts = nextBytes(at, bytes);
  for (let s: u32 = 0; s < starts; s++) {
    const first = getU8(bytes + s);
    const from = load<u32>(firsts + ((<usize>first) << 2));
    const to = load<u32>(firsts + ((<usize>first + 1) << 2));
    // bytes of the token tried last that the grammar took: cursorAt(alive) is behind them
    let alive: i32 = 0;
    for (let i = from; i < to; i++) {
      const same = i === from ? 0 : <i32>load<u8>(shared + i);
      if (same > alive) continue;
      const id = tokenAt(i);
      const length = by.bytesOf(id);
      const text = by.bytesAt(id);
      let depth = same;
      for (; depth < length; depth++) {
        copyCursor(cursorAt(depth + 1), cursorAt(depth));
        if (!advance(cursorAt(depth + 1), getU8(text + depth))) break;
      }
      alive = depth;
      if (depth < length) continue;
      store<i32>(found + ((<usize>allowed) << 2), id);
      allowed++;
    }
  }
  return allowed;
}

/** A token that allowedTokens found last. */
export function allowedAt(index: u32): i32 {
  return load<i32>(found + ((<usize>index) << 2));
}
