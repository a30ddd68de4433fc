// How a chat is written for a model: the text around a system's and a user's words. Only for templates that are known; a model without one gets the words alone.
// Words are encoded without special tokens, so that <|im_end|> in a question is eleven characters and ends nothing.
import { copy, getU8, isLiteral, literalCopy } from "../lib/bytes";
import { Gguf } from "./gguf/file";
import { VALUE_STRING } from "./gguf/types";
import { TEXT_BYTES_MOST, Tokenizer } from "./tokenizer/tokenizer";

export const CHAT_NONE: u32 = 0;
/** <|im_start|>ROLE⏎ … <|im_end|>⏎ (SmolLM2 and others). */
export const CHAT_ML: u32 = 1;

const RANGE: i32 = -5;
const ROLE_BYTES: i32 = 16;

function contains(at: usize, count: usize, text: string): bool {
  const length = <usize>text.length;
  for (let i: usize = 0; i + length <= count; i++) if (getU8(at + i) === <u32>text.charCodeAt(0) && isLiteral(at + i, length, text)) return true;
  return false;
}

/** The template that a file names. */
export function chatOf(gguf: Gguf): u32 {
  const key = gguf.find("tokenizer.chat_template");
  return key && key.type === VALUE_STRING && contains(key.at, key.count, "<|im_start|>") ? CHAT_ML : CHAT_NONE;
}

// One turn: its role, a line end, the words; `open`: the model writes them. The words lie at `words`, with ROLE_BYTES before them free to overwrite.
function turnOf(tokenizer: Tokenizer, role: string, words: usize, bytes: i32, open: bool, out: usize, capacity: i32): i32 {
  const start = tokenizer.vocabularyTables.findText("<|im_start|>");
  const stop = tokenizer.vocabularyTables.findText("<|im_end|>");
  if (start < 0 || stop < 0 || capacity < 4) return RANGE;
  store<i32>(out, start);
  const text = words - <usize>role.length - 1;
  literalCopy(text, role);
  store<u8>(words - 1, 0x0a);
  let count = tokenizer.encode(text, role.length + 1 + bytes, out + 4, capacity - 1, false);
  if (count < 0) return count;
  count++;
  if (open) return count;
  if (count + 2 > capacity) return RANGE;
  store<i32>(out + ((<usize>count) << 2), stop);
  count++;
  store<u8>(text, 0x0a);
  const line = tokenizer.encode(text, 1, out + ((<usize>count) << 2), capacity - count, false);
  return line < 0 ? line : count + line;
}

/**
 * The tokens of one question to a model, with a system's words before it.
 * @param room TEXT_BYTES_MOST bytes to write in
 * @returns how many, or Status.Range: they do not fit, or a text is too long
 */
export function chatTokens(chat: u32, tokenizer: Tokenizer, system: usize, systemBytes: i32, user: usize, userBytes: i32, out: usize, capacity: i32, room: usize): i32 {
  if (systemBytes < 0 || userBytes < 0 || max(systemBytes, userBytes) > TEXT_BYTES_MOST - ROLE_BYTES) return RANGE;
  const words = room + <usize>ROLE_BYTES;
  let count = 0;
  if (tokenizer.addBos && chat === CHAT_NONE) {
    if (capacity < 1) return RANGE;
    store<i32>(out, tokenizer.bos);
    count = 1;
  }
  if (chat === CHAT_NONE) {
    copy(words, user, <usize>userBytes);
    const tokens = tokenizer.encode(words, userBytes, out + ((<usize>count) << 2), capacity - count, false);
    return tokens < 0 ? tokens : count + tokens;
  }
  copy(words, system, <usize>systemBytes);
  count = turnOf(tokenizer, "system", words, systemBytes, false, out, capacity);
  if (count < 0) return count;
  copy(words, user, <usize>userBytes);
  const asked = turnOf(tokenizer, "user", words, userBytes, false, out + ((<usize>count) << 2), capacity - count);
  if (asked < 0) return asked;
  count += asked;
  const answer = turnOf(tokenizer, "assistant", words, 0, true, out + ((<usize>count) << 2), capacity - count);
  return answer < 0 ? answer : count + answer;
}
