// Words of the grammar in sorted sets, in static memory: names of commands, options, choices, pids. A cursor narrows a range of a set byte by byte.
// Allocates nothing; what does not fit is refused.
import { copy, getU8 } from "../../lib/bytes";

/** Words at most. */
export const WORDS: u32 = 4096;

/** A word: bytes that lie elsewhere, and what it stands for. */
@unmanaged
export class Word {
  at: u32;
  bytes: u32;
  value: u32;
}
const WORD_BYTES: usize = 12;
if (offsetof<Word>() != 12) ERROR("Word must have 12 bytes");

const pool: usize = memory.data(49164, 4);
let used: u32 = 0;

export function wordAt(index: u32): Word {
  return changetype<Word>(pool + <usize>index * WORD_BYTES);
}

/** Words in the pool: where the next set begins. */
export function wordsUsed(): u32 {
  return used;
}

/** Forgets the words from `first` on. */
export function dropWords(first: u32): void {
  used = first;
}

/** Adds a word to the set that is being made. False where there is no room. */
export function addWord(at: usize, bytes: u32, value: u32): bool {
  if (used >= WORDS) return false;
  const word = wordAt(used++);
  word.at = <u32>at;
  word.bytes = bytes;
  word.value = value;
  return true;
}

/** Sorts the words from `first` on by their bytes, a shorter one before those that it begins. */
export function sortWords(first: u32): void {
  const spare = pool + <usize>WORDS * WORD_BYTES;
  for (let i = first + 1; i < used; i++) {
    let j = i;
    copy(spare, changetype<usize>(wordAt(i)), WORD_BYTES);
    for (; j > first && less(changetype<Word>(spare), wordAt(j - 1)); j--) copy(changetype<usize>(wordAt(j)), changetype<usize>(wordAt(j - 1)), WORD_BYTES);
    copy(changetype<usize>(wordAt(j)), spare, WORD_BYTES);
  }
}

function less(a: Word, b: Word): bool {
  const count = min<u32>(a.bytes, b.bytes);
  for (let i: u32 = 0; i < count; i++) {
    const difference = <i32>getU8(a.at + i) - <i32>getU8(b.at + i);
    if (difference !== 0) return difference < 0;
  }
  return a.bytes < b.bytes;
}

/** Byte of a word at `depth`; −1 past its end. */
export function wordByte(index: u32, depth: u32): i32 {
  const word = wordAt(index);
  return depth < word.bytes ? <i32>getU8(word.at + depth) : -1;
}
