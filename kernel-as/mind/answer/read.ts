// What an answer line says: its cause and command, or what is needed. A line of the grammar always has this form; a line of a model that was not held to it may not.
import { getU8, literalByte } from "../../lib/bytes";
import { BAR, CAUSES, NEEDS, UNSURE } from "./causes";

/** An answer, taken apart. */
@unmanaged
export class Answer {
  /** index of CAUSES; −1: unsure */
  cause: i32;
  /** index of NEEDS; −1: none */
  need: i32;
  commandAt: usize;
  commandBytes: u32;
}

/** Reads `bytes` at `line`, without its end. False where it has not the form; the command may still be none. */
export function readAnswer(line: usize, bytes: u32, answer: Answer): bool {
  let end: u32 = 0;
  while (end < bytes && getU8(line + end) !== 0x20) end++;
  answer.cause = indexIn(CAUSES, line, end);
  answer.need = -1;
  const rest = end + <u32>BAR.length;
  if (rest >= bytes) return false;
  for (let i: u32 = 0; i < <u32>BAR.length; i++) if (getU8(line + end + i) !== literalByte(BAR, i)) return false;
  answer.commandAt = line + rest;
  answer.commandBytes = bytes - rest;
  if (answer.cause >= 0) return true;
  if (!same(UNSURE, line, end)) return false;
  answer.need = indexIn(NEEDS, answer.commandAt, answer.commandBytes);
  answer.commandBytes = 0;
  return answer.need >= 0;
}

function indexIn(list: string[], at: usize, bytes: u32): i32 {
  for (let i = 0; i < list.length; i++) if (same(list[i], at, bytes)) return i;
  return -1;
}

function same(text: string, at: usize, bytes: u32): bool {
  if (<u32>text.length !== bytes) return false;
  for (let i: u32 = 0; i < bytes; i++) if (literalByte(text, i) !== getU8(at + i)) return false;
  return true;
}
