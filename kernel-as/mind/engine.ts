// A language model that answers: the file, its tokenizer, its weights and the cache of what it has read. The contract: docs/decisions/0008-the-mind.md.
// It allocates when it is opened and gives everything back when it is closed; weights are read where the file lies.
import { clearFault, faultAt, faultBytes, faulty, say, sayBytes, sayNumber } from "./fault";
import { Gguf } from "./gguf/file";
import { VALUE_STRING } from "./gguf/types";
import { give, take } from "./memory";
import { BATCH, Forward } from "./model/forward";
import { Weights } from "./model/weights";
import { Tokenizer } from "./tokenizer/tokenizer";
import { Vocabulary } from "./tokenizer/vocabulary";

const CONTEXT_MOST: i32 = 1 << 16;
const INVALID: i32 = -1;
/** More tokens than the context has room for. */
const RANGE: i32 = -5;

/** Why the last `Engine.open` gave none: address of the text, ASCII, and its bytes. */
export function openError(): usize {
  return faultAt();
}
export function openErrorBytes(): i32 {
  return faultBytes();
}

@unmanaged
export class Engine {
  /** The file: also for metadata of one's own (`gguf.number("ganglion.calibration.…", 0)`). */
  gguf: Gguf;
  tokenizer: Tokenizer;
  weights: Weights;
  /** f32[vocabulary]: those after the last token that was fed. Callers may change them. */
  logits: usize;
  /** Tokens in the cache. */
  position: i32;
  /** Tokens that the cache has room for. */
  context: i32;
  private forward: Forward;
  /** i32[context]: the tokens in the cache. */
  private history: usize;

  /**
   * Opens a model.
   * @param gguf, bytes the file in linear memory; it must stay there, and nobody writes it
   * @param contextTokens positions of the cache; at most what the model was trained for is taken
   * @returns null: `openError` says why, nothing is kept
   */
  static open(gguf: usize, bytes: usize, contextTokens: i32): Engine | null {
    clearFault();
    const structures = offsetof<Engine>() + offsetof<Gguf>() + offsetof<Vocabulary>() + offsetof<Tokenizer>() + offsetof<Weights>() + offsetof<Forward>() + 64;
    let at = take(structures);
    if (at === 0) {
      say("no memory");
      return null;
    }
    memory.fill(at, 0, structures);
    const engine = changetype<Engine>(at);
    at = (at + offsetof<Engine>() + 7) & ~7;
    engine.gguf = changetype<Gguf>(at);
    at = (at + offsetof<Gguf>() + 7) & ~7;
    const vocabulary = changetype<Vocabulary>(at);
    at = (at + offsetof<Vocabulary>() + 7) & ~7;
    engine.tokenizer = changetype<Tokenizer>(at);
    engine.tokenizer.vocabularyTables = vocabulary;
    at = (at + offsetof<Tokenizer>() + 7) & ~7;
    engine.weights = changetype<Weights>(at);
    at = (at + offsetof<Weights>() + 7) & ~7;
    engine.forward = changetype<Forward>(at);
    if (engine.openParts(gguf, bytes, contextTokens)) return engine;
    assert(faulty(), "a model is refused without a reason");
    engine.close();
    return null;
  }

  private openParts(gguf: usize, bytes: usize, contextTokens: i32): bool {
    if (contextTokens < 1 || contextTokens > CONTEXT_MOST) {
      say("a context of ");
      sayNumber(<u64>max(contextTokens, 0));
      say(" tokens, expected 1 to 65536");
      return false;
    }
    if (!this.gguf.open(gguf, bytes)) return false;
    if (!this.gguf.is("general.architecture", "llama")) {
      const key = this.gguf.find("general.architecture");
      say("architecture ");
      if (key && key.type === VALUE_STRING) sayBytes(key.at, key.count);
      else say("(none)");
      say(" is not supported; use a model of the llama architecture");
      return false;
    }
    if (!this.tokenizer.open(this.gguf, this.tokenizer.vocabularyTables)) return false;
    if (!this.weights.open(this.gguf, this.tokenizer.vocabulary)) return false;
    this.context = min(contextTokens, this.weights.contextLength);
    this.history = take((<usize>this.context) << 2);
    if (this.history === 0) {
      say("no memory");
      return false;
    }
    if (!this.forward.open(this.weights, this.context)) return false;
    this.logits = this.forward.logits;
    this.position = 0;
    return true;
  }

  /** Gives everything back, itself too. */
  close(): void {
    this.forward.close();
    give(this.history);
    this.weights.close();
    this.tokenizer.close();
    this.gguf.close();
    give(changetype<usize>(this));
  }

  /**
   * Appends tokens to the cache, in batches, and leaves the logits after the last one.
   * @param tokens i32[count]
   * @returns the new position, or a Status: Invalid (no token, or one that is none of the vocabulary), Range (more than the context has room for); nothing is appended then
   */
  feed(tokens: usize, count: i32): i32 {
    return this.take(tokens, count, true);
  }

  /** As `feed`, without the logits, which cost a fifth of a token's work: for a prompt in pieces, all but the last of them. */
  append(tokens: usize, count: i32): i32 {
    return this.take(tokens, count, false);
  }

  private take(tokens: usize, count: i32, last: bool): i32 {
    if (count < 1) return INVALID;
    for (let i = 0; i < count; i++) if (load<u32>(tokens + ((<usize>i) << 2)) >= <u32>this.tokenizer.vocabulary) return INVALID;
    if (count > this.context - this.position) return RANGE;
    for (let done = 0; done < count; done += BATCH) {
      const now = min(BATCH, count - done);
      const from = tokens + ((<usize>done) << 2);
      memory.copy(this.history + ((<usize>this.position) << 2), from, (<usize>now) << 2);
      this.forward.run(from, now, this.position, last && done + now === count);
      this.position += now;
    }
    return this.position;
  }

  /** Forgets what was fed from this position on; a position beyond the present one changes nothing. The logits are those of before until something is fed. */
  rewind(position: i32): void {
    if (position >= 0 && position < this.position) this.position = position;
  }

  /**
   * Keeps of the cache what these tokens begin with, and forgets the rest.
   * @returns how many of them need not be fed again: at most count − 1, because the logits come from feeding
   */
  prefix(tokens: usize, count: i32): i32 {
    const most = min(this.position, count - 1);
    let common = 0;
    while (common < most && load<i32>(this.history + ((<usize>common) << 2)) === load<i32>(tokens + ((<usize>common) << 2))) common++;
    this.rewind(common);
    return common;
  }
}
