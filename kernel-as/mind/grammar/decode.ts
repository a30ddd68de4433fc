// Writes an answer that is always a line of the grammar, token by token: forced() gives the tokens that nothing can be put in the place of, which need no
// logits and can be fed together; pick() takes the likeliest of those that may come. Greedy. One answer at a time.
//
//   openVocabulary(tokenizer); …; prepareRules(); beginAnswer();
//   while (!answerEnded()) { n = forced(to, room); feed them; if (answerEnded()) break; token = pick(engine.logits); feed it }
import { getU8, setU8 } from "../../lib/bytes";
import { exp32 } from "../../ml/exponential";
import { Tokenizer } from "../tokenizer/tokenizer";
import { advance, beginLine, CURSOR_BYTES, Cursor, copyCursor, hasEnded, Mode } from "./cursor";
import { nextBytes, takeForced } from "./next";
import { allowedAt, allowedTokens } from "./vocabulary";

/** Bytes of an answer at most; no line of the grammar has more. */
export const ANSWER_BYTES: u32 = 512;
/** No token can be picked: a vocabulary that lacks a byte, or logits that are no numbers. */
export const NO_TOKEN: i32 = -1;
const RUN_BYTES: u32 = 96;
const RUN_TOKENS: i32 = 96;

const at = changetype<Cursor>(memory.data(96, 8));
const ahead = changetype<Cursor>(memory.data(96, 8));
if (CURSOR_BYTES != 96) ERROR("a Cursor has another size");
const text: usize = memory.data(512);
const run: usize = memory.data(96);
const runTokens: usize = memory.data(384, 4);
const next: usize = memory.data(128);

let used: u32 = 0;
let probability: f64 = 1.0;
/** of the cause of the answer, once it is written */
let causeProbability: f64 = 1.0;
/** what the answer's probability is multiplied by: see beginAgain */
let given: f64 = 1.0;
let free: u32 = 0;
let forcedCount: u32 = 0;

/** Begins an answer; the rules are prepared. */
export function beginAnswer(): void {
  beginLine(at);
  used = 0;
  probability = 1.0;
  causeProbability = 1.0;
  given = 1.0;
  free = 0;
  forcedCount = 0;
}

/**
 * Begins it again without the line that was written, which begins with `unsure` and cannot be right: the next one has a command. Its probability is that among all other
 * lines, those of the other needs included: what the cause `unsure` had beyond that line stays where it was.
 */
export function beginWithCommand(): void {
  const others = 1.0 - probability;
  const commands = 1.0 - causeProbability;
  beginAnswer();
  at.commandOnly = 1;
  given = others > 0.0 ? commands / others : 0.0;
}

/** Whether the line is whole. */
export function answerEnded(): bool {
  return hasEnded(at);
}
/** The answer so far, ASCII; its end of line is not among the bytes. */
export function answerAt(): usize {
  return text;
}
export function answerBytes(): u32 {
  return used > 0 && hasEnded(at) ? used - 1 : used;
}
/** Product of the probabilities that the model gave the tokens it was free to choose, among those that were allowed. */
export function answerProbability(): f64 {
  return probability * given;
}
/** Tokens that were chosen among several, and tokens that were forced. */
export function freeTokens(): u32 {
  return free;
}
export function forcedTokens(): u32 {
  return forcedCount;
}

/**
 * Takes the tokens that must come now, as the tokenizer would have written the text: up to the last piece of it that what follows could not change.
 * @param to i32[capacity]
 * @returns how many; 0 where the next one is to be chosen
 */
export function forced(by: Tokenizer, to: usize, capacity: i32): i32 {
  if (hasEnded(at)) return 0;
  copyCursor(ahead, at);
  let bytes = takeForced(ahead, run, RUN_BYTES);
  if (!hasEnded(ahead)) bytes = settled(bytes);
  if (bytes === 0) return 0;
  const count = by.encode(run, bytes, runTokens, min(RUN_TOKENS, capacity), false);
  // A tokenizer that adds something of its own, or lacks a byte, is not forced.
  if (count <= 0 || !writes(by, count, bytes)) return 0;
  memory.copy(to, runTokens, (<usize>count) << 2);
  for (let i: u32 = 0; i < bytes; i++) note(getU8(run + i));
  forcedCount += count;
  return count;
}

/** Bytes of the run up to a place that no byte which may follow moves: a border of the pre-tokenizer's pieces. */
function settled(bytes: u32): u32 {
  const follow = nextBytes(ahead, next);
  let end = bytes;
  let open = false;
  for (let i: u32 = 0; i < follow && bytes > 0; i++) if (joins(getU8(run + bytes - 1), getU8(next + i))) open = true;
  if (!open) return end;
  end--;
  while (end > 0 && joins(getU8(run + end - 1), getU8(run + end))) end--;
  return end;
}

/** Whether two bytes may stand in one piece. Rather too often than not: a border that is missed costs a choice, one that is not there another text. */
function joins(a: u32, b: u32): bool {
  if (b === 0x20) return a === 0x20;
  if (isLetter(b)) return !isDigit(a) && a !== 10;
  if (isDigit(b)) return isDigit(a) || a === 0x20;
  return !isLetter(a) && !isDigit(a);
}

function isLetter(byte: u32): bool {
  const small = byte | 0x20;
  return small >= 0x61 && small <= 0x7a;
}

function isDigit(byte: u32): bool {
  return byte >= 0x30 && byte <= 0x39;
}

/** Whether these tokens write the run and nothing else. */
function writes(by: Tokenizer, count: i32, bytes: u32): bool {
  let done: u32 = 0;
  for (let i = 0; i < count; i++) {
    const id = load<i32>(runTokens + ((<usize>i) << 2));
    const length = <u32>by.bytesOf(id);
    if (length === 0 || done + length > bytes || memory.compare(by.bytesAt(id), run + done, length) !== 0) return false;
    done += length;
  }
  return done === bytes;
}

/** Takes the likeliest token that may come; the logits are those after everything before. Its number, or NO_TOKEN. */
export function pick(by: Tokenizer, logits: usize): i32 {
  const count = allowedTokens(at);
  let best: i32 = NO_TOKEN;
  let top: f32 = -Infinity;
  for (let i: u32 = 0; i < count; i++) {
    const id = allowedAt(i);
    const value = load<f32>(logits + ((<usize>id) << 2));
    if (value > top || (value === top && best !== NO_TOKEN && id < best)) {
      top = value;
      best = id;
    }
  }
  if (best === NO_TOKEN) return NO_TOKEN;
  if (count > 1) {
    let sum: f64 = 0.0;
    for (let i: u32 = 0; i < count; i++) {
      const value = load<f32>(logits + ((<usize>allowedAt(i)) << 2));
      if (value > -Infinity) sum += <f64>exp32(value - top);
    }
    probability *= 1.0 / sum;
    free++;
  } else forcedCount++;
  const bytes = by.bytesOf(best);
  for (let i = 0; i < bytes; i++) note(getU8(by.bytesAt(best) + i));
  return best;
}

/** Takes bytes as if they had been written, neither free nor forced. False where the grammar does not take them: begin anew then. */
export function takeText(from: usize, bytes: u32): bool {
  for (let i: u32 = 0; i < bytes; i++) {
    if (used >= ANSWER_BYTES || !advance(at, getU8(from + i))) return false;
    setU8(text + used++, getU8(from + i));
  }
  return true;
}

/** Finds the tokens that may come next; allowedAt has them. */
export function allowedNext(): u32 {
  return hasEnded(at) ? 0 : allowedTokens(at);
}

/** The answer has this byte, too. */
function note(byte: u32): void {
  const inCause = at.mode === Mode.Cause;
  const taken = advance(at, byte);
  assert(taken && used < ANSWER_BYTES, "an answer left the grammar");
  setU8(text + used++, byte);
  if (inCause && at.mode !== Mode.Cause) causeProbability = probability;
}
