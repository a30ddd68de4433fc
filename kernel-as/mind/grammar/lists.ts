// The closed lists of causes and needs as sets of words; they stand first in the pool. Part of rules.ts.
import { literalCopy } from "../../lib/bytes";
import { CAUSES, NEEDS, UNSURE } from "../answer/causes";
import { addWord, sortWords, wordsUsed } from "./pool";

/** Value of the word that begins an answer without a command. */
export const UNSURE_VALUE: u32 = 0xffff;

const TEXTS: usize = memory.data(1024);
let firstNeed: u32 = 0;

/** Causes and the word for none: words 0 … causeCount() − 1; values are indices of CAUSES, or UNSURE_VALUE. */
export function causeCount(): u32 {
  return <u32>CAUSES.length + 1;
}
/** Needs: words from needFirst() on; values are indices of NEEDS. */
export function needFirst(): u32 {
  return firstNeed;
}
export function needCount(): u32 {
  return <u32>NEEDS.length;
}

/** Puts them into an empty pool. */
export function addLists(): bool {
  let at = TEXTS;
  for (let i = 0; i < CAUSES.length; i++) {
    if (!addWord(at, CAUSES[i].length, i)) return false;
    at += literalCopy(at, CAUSES[i]);
  }
  if (!addWord(at, UNSURE.length, UNSURE_VALUE)) return false;
  at += literalCopy(at, UNSURE);
  sortWords(0);
  firstNeed = wordsUsed();
  for (let i = 0; i < NEEDS.length; i++) {
    if (!addWord(at, NEEDS[i].length, i)) return false;
    at += literalCopy(at, NEEDS[i]);
  }
  sortWords(firstNeed);
  return true;
}
