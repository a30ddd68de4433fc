// Answers under the grammar, for the tools: words.ts, and the choice of tokens over a model that is open in the same module (host.ts). Not the service, which
// calls grammar/decode.ts and answer/ itself.
import { literalCopy } from "../lib/bytes";
import { checkAnswer, checkedProbability, explainRuling, isRuled, ruledNeed } from "./answer/check";
import { confidence, isCalibrated, threshold } from "./answer/confidence";
import { askedTokens, askTokens } from "./ask";
import { Gguf } from "./gguf/file";
import { allowedNext, answerAt, answerBytes, answerEnded, beginAnswer, forced, forcedTokens, freeTokens, pick, takeText } from "./grammar/decode";
import { allowedAt, closeVocabulary, openVocabulary } from "./grammar/vocabulary";
import { Tokenizer } from "./tokenizer/tokenizer";
import { words_buffer, words_capacity } from "./words";

export * from "./words";

/** Orders the tokens of a model; false: no memory. Once a model, and decide_close before it is closed. */
export function decide_open(tokenizer: usize): bool {
  return openVocabulary(changetype<Tokenizer>(tokenizer));
}
export function decide_close(): void {
  closeVocabulary();
}
/** The tokens of a question of `count` bytes in the buffer about the State, to `to`, i32[capacity]; negative: it is too long, decide_prompt_tokens says by how much. */
export function decide_prompt(gguf: usize, tokenizer: usize, count: u32, to: usize, capacity: i32): i32 {
  return askTokens(changetype<Gguf>(gguf), changetype<Tokenizer>(tokenizer), words_buffer(), count, to, capacity);
}
export function decide_prompt_tokens(): i32 {
  return askedTokens();
}
/** Begins an answer; grammar_prepare came before. */
export function decide_begin(): void {
  beginAnswer();
}
/** Takes `count` bytes of the buffer as if they had been written; whether the grammar took them. */
export function decide_take(count: u32): bool {
  return takeText(words_buffer(), count);
}
/** The tokens that may come next to `to`, i32[capacity]; how many. */
export function decide_allowed(to: usize, capacity: u32): u32 {
  const count = allowedNext();
  for (let i: u32 = 0; i < count && i < capacity; i++) store<i32>(to + ((<usize>i) << 2), allowedAt(i));
  return count;
}
/** Forced tokens to `to`, i32[capacity]; how many. */
export function decide_forced(tokenizer: usize, to: usize, capacity: i32): i32 {
  return forced(changetype<Tokenizer>(tokenizer), to, capacity);
}
/** The next token by the logits; −1: none. */
export function decide_pick(tokenizer: usize, logits: usize): i32 {
  return pick(changetype<Tokenizer>(tokenizer), logits);
}
export function decide_ended(): bool {
  return isRuled() || answerEnded();
}
/** Looks at the answer that is whole: whether another one must be written behind the same prompt. */
export function decide_again(): bool {
  return checkAnswer();
}
/** Where the question itself rules the answer out, what it would need and the sentence that says why, parted by an end of line, in the buffer: bytes. 0: the answer stands. */
export function decide_ruled(): u32 {
  if (!isRuled()) return 0;
  const need = <u32>literalCopy(words_buffer(), ruledNeed());
  store<u8>(words_buffer() + need, 10);
  return need + 1 + explainRuling(words_buffer() + need + 1, words_capacity() - need - 1);
}
/** Where the answer so far is, and its bytes. */
export function decide_text(): usize {
  return answerAt();
}
export function decide_bytes(): u32 {
  return answerBytes();
}
/** Tokens that were chosen, and forced. */
export function decide_free(): u32 {
  return freeTokens();
}
export function decide_fixed(): u32 {
  return forcedTokens();
}
/** Product of the probabilities of what was chosen, in billionths. */
export function decide_probability(): i32 {
  return <i32>(checkedProbability() * 1e9);
}
/** What that says of the answer by the model's calibration, in billionths. */
export function decide_confidence(gguf: usize): i32 {
  return <i32>(confidence(changetype<Gguf>(gguf), checkedProbability()) * 1e9);
}
/** Below this the mind abstains, in billionths; −1: the model was not calibrated. */
export function decide_threshold(gguf: usize): i32 {
  return isCalibrated(changetype<Gguf>(gguf)) ? <i32>(threshold(changetype<Gguf>(gguf)) * 1e9) : -1;
}
