// The prompt of a question about the machine: the State as text, the question behind it, as tokens within a bound. The service and the tools ask by this one
// file. What is asked is text and stays so: nothing in it makes a rule, a pid or a risk.
import { Status } from "../abi/numbers";
import { copy, getU8, literalCopy } from "../lib/bytes";
import { isCalibrated } from "./answer/confidence";
import { chatOf, chatTokens } from "./chat";
import { Gguf } from "./gguf/file";
import { encodedLeast, encodedPieces, encodeState } from "./state/encode";
import { encodeLong, LONG_MOST } from "./state/long";
import { Tokenizer } from "./tokenizer/tokenizer";

/** Tokens of state and question together, with the signs between them: of models that read the short form, at most; of others with their template, as long as the State can give way. */
const SHORT_TOKENS: i32 = 96;
const LONG_TOKENS: i32 = 250;
/** Pieces that the state may have where the question leaves room. */
const STATE_PIECES: i32 = 70;
/** A longer question is refused whatever its tokens are. */
const QUESTION_BYTES: u32 = 1000;
/** Taken off where a text is so long that its tokens were not counted. */
const UNCOUNTED: i32 = 8;
const STATE_BYTES: u32 = 512;
const TEXT_BYTES: u32 = 4096;

/** Tells a model that was not trained on this form what it is. */
const SYSTEM: string = "You watch over a small computer. Answer the question with one line: a cause, a bar, and one command of its shell.";

const text: usize = memory.data(4096);
const room: usize = memory.data(16384);
const system: usize = memory.data(128);
const stateText: usize = memory.data(512);
const cleaned: usize = memory.data(1000);
let stateBytes: u32 = 0;
let cleanedBytes: u32 = 0;
let tokens: i32 = 0;

/** The State's short text as it was last read, for whoever shows it. */
export function askedState(): usize {
  return stateText;
}
export function askedStateBytes(): u32 {
  return stateBytes;
}
/** Tokens that the last prompt had with the least of the State: what was too many. */
export function askedTokens(): i32 {
  return tokens;
}

/** Whether a model was trained on the short text of the State. */
export function readsShort(gguf: Gguf): bool {
  return isCalibrated(gguf) || gguf.is("general.name", "ops");
}
/** Tokens that a prompt of the model has at most, where there is room for `capacity`. */
export function mostTokens(gguf: Gguf, capacity: i32): i32 {
  return readsShort(gguf) ? min(SHORT_TOKENS, capacity) : capacity;
}

/**
 * The tokens of a question about the State, which is in place. The State gives way until both have room: see encodeState and encodeLong.
 * @param to i32[capacity]
 * @returns how many, at most mostTokens; Status.Range: the question alone is too long
 */
export function askTokens(gguf: Gguf, tokenizer: Tokenizer, question: usize, bytes: u32, to: usize, capacity: i32): i32 {
  tokens = 0;
  stateBytes = 0;
  if (bytes > QUESTION_BYTES) return Status.Range;
  clean(question, bytes);
  return readsShort(gguf) ? short(tokenizer, to, capacity) : long(gguf, tokenizer, to, capacity);
}

// STATE⏎? QUESTION⏎>␠
function short(tokenizer: Tokenizer, to: usize, capacity: i32): i32 {
  const begun = tokenizer.addBos && tokenizer.bos >= 0 ? 1 : 0;
  if (capacity <= begun) return Status.Range;
  if (begun === 1) store<i32>(to, tokenizer.bos);
  let most = STATE_PIECES;
  while (true) {
    stateBytes = encodeState(most, cleaned, cleanedBytes, stateText, STATE_BYTES);
    const end = literalAfter(questionAfter(literalAfter(copyTo(text, stateText, stateBytes), "\n? ")), "\n> ");
    const count = tokenizer.encode(text, <i32>(end - text), to + ((<usize>begun) << 2), capacity - begun, false);
    tokens = count < 0 ? capacity + 1 : begun + count;
    if (tokens <= min(SHORT_TOKENS, capacity)) return tokens;
    if (encodedLeast()) return Status.Range;
    most = min(most, encodedPieces()) - (count < 0 ? UNCOUNTED : tokens - SHORT_TOKENS);
  }
}

function long(gguf: Gguf, tokenizer: Tokenizer, to: usize, capacity: i32): i32 {
  stateBytes = encodeState(STATE_PIECES, cleaned, cleanedBytes, stateText, STATE_BYTES);
  literalCopy(system, SYSTEM);
  for (let detail = LONG_MOST; detail >= 0; detail--) {
    const state = encodeLong(detail, cleaned, cleanedBytes, text, TEXT_BYTES - QUESTION_BYTES);
    const end = questionAfter(text + state);
    const count = chatTokens(chatOf(gguf), tokenizer, system, SYSTEM.length, text, <i32>(end - text), to, capacity, room);
    tokens = count < 0 ? capacity + 1 : count;
    // What is asked at length is read with the least of the State, as far as the context reaches.
    if (tokens <= (detail > 0 ? min(LONG_TOKENS, capacity) : capacity)) return tokens;
  }
  return Status.Range;
}

function copyTo(to: usize, from: usize, bytes: u32): usize {
  copy(to, from, bytes);
  return to + bytes;
}
function questionAfter(to: usize): usize {
  return copyTo(to, cleaned, cleanedBytes);
}
function literalAfter(to: usize, literal: string): usize {
  return to + <usize>literalCopy(to, literal);
}

// One line, single spaces, none at its ends.
function clean(question: usize, bytes: u32): void {
  let written: u32 = 0;
  for (let i: u32 = 0; i < bytes; i++) {
    const byte = getU8(question + i);
    if (byte > 0x20 && byte !== 0x7f) store<u8>(cleaned + written++, <u8>byte);
    else if (written > 0 && getU8(cleaned + written - 1) !== 0x20) store<u8>(cleaned + written++, 0x20);
  }
  if (written > 0 && getU8(cleaned + written - 1) === 0x20) written--;
  cleanedBytes = written;
}
