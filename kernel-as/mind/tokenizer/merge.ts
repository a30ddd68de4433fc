// Merges the symbols of a word, best pair first: by rank for a byte-level vocabulary, by the score of what they become for SentencePiece; of equals the leftmost.
// Symbols are a linked list, candidates a binary heap; those that became stale are skipped when they come up. Working memory is the caller's.
import { Vocabulary } from "./vocabulary";

const SYMBOL_BYTES: usize = 20;
const PAIR_BYTES: usize = 24;

/** A piece of the word: `bytes` of it at `at`; 0 once it has joined its left neighbour. `id` is its token, −1 none. */
@unmanaged
class Piece {
  id: i32;
  at: usize;
  bytes: u32;
  previous: i32;
  next: i32;
}

/** Two neighbours that may merge to `merged`; `order` says how soon: lower first. */
@unmanaged
class Pair {
  order: u64;
  left: i32;
  right: i32;
  bytes: u32;
  merged: i32;
}

/** Working memory for words of at most `bytes` bytes. Every symbol gives at most one pair at first, and every merge two more. */
export function mergeBytes(bytes: usize): usize {
  return bytes * (SYMBOL_BYTES + 3 * PAIR_BYTES);
}

let vocabulary: Vocabulary = changetype<Vocabulary>(0);
let symbols: usize = 0;
let count: i32 = 0;
let heap: usize = 0;
let pairs: i32 = 0;

function symbol(index: i32): Piece {
  return changetype<Piece>(symbols + <usize>index * SYMBOL_BYTES);
}
function pair(index: i32): Pair {
  return changetype<Pair>(heap + <usize>index * PAIR_BYTES);
}

/** Begins a word. @param room mergeBytes of its bytes */
export function beginWord(words: Vocabulary, room: usize, bytes: usize): void {
  vocabulary = words;
  symbols = room;
  heap = room + bytes * SYMBOL_BYTES;
  count = 0;
  pairs = 0;
}

/** Appends a symbol. */
export function addSymbol(id: i32, at: usize, bytes: u32): void {
  const added = symbol(count);
  added.id = id;
  added.at = at;
  added.bytes = bytes;
  added.previous = count - 1;
  added.next = -1;
  if (count > 0) symbol(count - 1).next = count;
  count++;
}

/** Merges until nothing merges. What is left: from symbol 0 along `nextSymbol` until −1. */
export function mergeWord(): void {
  for (let i = 1; i < count; i++) consider(i - 1, i);
  while (pairs > 0) {
    const left = symbol(pair(0).left);
    const right = symbol(pair(0).right);
    const bytes = pair(0).bytes;
    const merged = pair(0).merged;
    const at = pair(0).left;
    dropFirst();
    if (left.bytes === 0 || right.bytes === 0 || left.bytes + right.bytes !== bytes) continue; // one of them has merged since
    left.id = merged;
    left.bytes = bytes;
    right.bytes = 0;
    left.next = right.next;
    if (right.next >= 0) symbol(right.next).previous = at;
    consider(left.previous, at);
    consider(at, left.next);
  }
}

/** Symbols to begin with; 0 of an empty word. */
export function symbolCount(): i32 {
  return count;
}
export function nextSymbol(index: i32): i32 {
  return symbol(index).next;
}
export function symbolId(index: i32): i32 {
  return symbol(index).id;
}
export function symbolAt(index: i32): usize {
  return symbol(index).at;
}
export function symbolBytes(index: i32): u32 {
  return symbol(index).bytes;
}

function consider(left: i32, right: i32): void {
  if (left < 0 || right < 0) return;
  const first = symbol(left);
  const second = symbol(right);
  let merged = -1;
  let order: u64 = 0;
  if (vocabulary.byteLevel) {
    if (first.id < 0 || second.id < 0) return;
    const rank = vocabulary.rank(first.id, second.id);
    if (rank < 0) return;
    merged = vocabulary.merged(rank);
    order = <u64>rank;
  } else {
    merged = vocabulary.find(first.at, first.bytes + second.bytes);
    if (merged < 0) return;
    order = <u64>~ascending(vocabulary.score(<u32>merged));
  }
  const added = pair(pairs);
  added.order = (order << 32) | <u64>(<u32>left);
  added.left = left;
  added.right = right;
  added.bytes = first.bytes + second.bytes;
  added.merged = merged;
  rise(pairs++);
}

// Bits that order like the number.
function ascending(value: f32): u32 {
  const bits = reinterpret<u32>(value + 0.0);
  return bits >> 31 ? ~bits : bits | 0x8000_0000;
}

function swap(a: i32, b: i32): void {
  for (let i: usize = 0; i < PAIR_BYTES; i += 8) {
    const kept = load<u64>(changetype<usize>(pair(a)) + i);
    store<u64>(changetype<usize>(pair(a)) + i, load<u64>(changetype<usize>(pair(b)) + i));
    store<u64>(changetype<usize>(pair(b)) + i, kept);
  }
}

function rise(from: i32): void {
  let index = from;
  while (index > 0) {
    const above = (index - 1) >> 1;
    if (pair(above).order <= pair(index).order) return;
    swap(above, index);
    index = above;
  }
}

function dropFirst(): void {
  pairs--;
  if (pairs === 0) return;
  swap(0, pairs);
  let index = 0;
  for (;;) {
    let least = index;
    const left = 2 * index + 1;
    if (left < pairs && pair(left).order < pair(least).order) least = left;
    if (left + 1 < pairs && pair(left + 1).order < pair(least).order) least = left + 1;
    if (least === index) return;
    swap(index, least);
    index = least;
  }
}
