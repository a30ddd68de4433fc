// Whether a question only asks: "is process 3 still alive?" wants to know something, and nothing changed. By its first words. Allocates nothing.
import { getU8 } from "../../lib/bytes";
import { isInWord, isLetter, isOneOf } from "./reading";

/** Nobody begins a request with these. */
const ASKS: string = "is are was were does did who whose isn aren wasn doesn didn";
/** Nor with one of these before one of those, or of HOW. */
const BEFORE: string = "what how why which";
const HOW: string = "much many big large long old far fast";

let end: u32 = 0;

/** Whether `bytes` at `question` begin as a question that wants nothing done. */
export function onlyAsks(question: usize, bytes: u32): bool {
  const first = wordFrom(question, 0, bytes);
  if (isOneOf(question + first, end - first, ASKS)) return true;
  if (!isOneOf(question + first, end - first, BEFORE)) return false;
  const second = wordFrom(question, end, bytes);
  return isOneOf(question + second, end - second, ASKS) || isOneOf(question + second, end - second, HOW);
}

// Where the next word begins; it goes to `end`.
function wordFrom(question: usize, from: u32, bytes: u32): u32 {
  let at = from;
  while (at < bytes && !isInWord(getU8(question + at))) at++;
  end = at;
  while (end < bytes && isLetter(getU8(question + end))) end++;
  return at;
}
