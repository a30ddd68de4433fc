// Text to tokens and back, as the model was trained: byte-level BPE (`gpt2`) or SentencePiece BPE with byte fallback (`llama`). Tokens that the vocabulary calls special
// (<|im_end|> and the like) are found in a text only where the caller asks for it: text of others must not.
import { copy, equal, getU8, isLiteral } from "../../lib/bytes";
import { faulty, say, sayBytes, sayNumber } from "../fault";
import { Gguf } from "../gguf/file";
import { VALUE_STRING } from "../gguf/types";
import { give, take } from "../memory";
import { addSymbol, beginWord, mergeBytes, mergeWord, nextSymbol, symbolAt, symbolBytes, symbolCount, symbolId } from "./merge";
import { SPLIT_DEFAULT, SPLIT_GPT2, SPLIT_LLAMA_BPE, SPLIT_SMOLLM, split, splitBytes, wordEnds, wordPoints } from "./split";
import { putPoint } from "./text";
import { TOKEN_CONTROL, TOKEN_UNKNOWN, TOKEN_USER, Vocabulary } from "./vocabulary";

/** Bytes of text that one call encodes at most. */
export const TEXT_BYTES_MOST: i32 = 16384;
/** The answer to a longer text, or where the tokens do not fit: Status.Range. */
const TOO_LONG: i32 = -5;
// A broken byte becomes U+FFFD, three bytes; ▁ takes three for one space.
const WORD_BYTES_MOST: usize = 3 * 16384 + 8;
const SPECIALS_MOST: i32 = 2048;
const NONE: i32 = -1;

// Where the tokens of the current call go.
let out: usize = 0;
let room: i32 = 0;
let found: i32 = 0;

function emit(id: i32): void {
  if (found < room) store<i32>(out + ((<usize>found) << 2), id);
  found++;
}

@unmanaged
export class Tokenizer {
  vocabularyTables: Vocabulary;
  /** Tokens of the vocabulary. */
  vocabulary: i32;
  /** Token that begins a text, and that ends an answer; −1: none. */
  bos: i32;
  eos: i32;
  /** Ends a turn of a chat, where it is another one; −1: none. */
  eot: i32;
  unknown: i32;
  /** Whether the model wants `bos` before a text. */
  addBos: bool;
  private addSpace: bool;
  private splitHow: u32;
  /** A word that is a token is taken whole, whatever merges there are. */
  private wholeWords: bool;
  private work: usize;
  /** i32[specials]: special tokens, the longest text first. */
  private specials: usize;
  private specialCount: i32;

  /** Reads the tokenizer of a file into itself and `tables`. False: `fault` says why; close() what there is. */
  open(gguf: Gguf, tables: Vocabulary): bool {
    memory.fill(changetype<usize>(this), 0, offsetof<Tokenizer>());
    this.vocabularyTables = tables;
    memory.fill(changetype<usize>(tables), 0, offsetof<Vocabulary>());
    const byteLevel = gguf.is("tokenizer.ggml.model", "gpt2");
    if (!byteLevel && !gguf.is("tokenizer.ggml.model", "llama")) {
      this.refuse(gguf, "tokenizer.ggml.model", "tokenizer ", "; use gpt2 or llama");
      return false;
    }
    if (byteLevel && !this.readSplit(gguf)) return false;
    if (!tables.open(gguf, byteLevel)) return false;
    this.vocabulary = <i32>tables.count;
    this.addBos = gguf.flag("tokenizer.ggml.add_bos_token", !byteLevel || this.splitHow === SPLIT_LLAMA_BPE);
    this.addSpace = !byteLevel && gguf.flag("tokenizer.ggml.add_space_prefix", true);
    this.bos = this.tokenOf(gguf, "tokenizer.ggml.bos_token_id", byteLevel ? NONE : 1);
    this.eos = this.tokenOf(gguf, "tokenizer.ggml.eos_token_id", byteLevel ? NONE : 2);
    this.unknown = this.tokenOf(gguf, "tokenizer.ggml.unknown_token_id", byteLevel ? NONE : 0);
    this.eot = this.tokenOf(gguf, "tokenizer.ggml.eot_token_id", NONE);
    if (faulty()) return false;
    if (this.eot < 0) this.eot = tables.findText("<|im_end|>");
    if (this.eot < 0) this.eot = tables.findText("<|eot_id|>");
    if (this.bos < 0) this.addBos = false;
    this.work = take(<usize>(SPECIALS_MOST * 4) + splitBytes(TEXT_BYTES_MOST) + WORD_BYTES_MOST + mergeBytes(WORD_BYTES_MOST) + 64);
    if (this.work === 0) {
      say("no memory to tokenize with");
      return false;
    }
    return this.readSpecials();
  }

  close(): void {
    give(this.work);
    this.work = 0;
    this.vocabularyTables.close();
  }

  private refuse(gguf: Gguf, name: string, what: string, use: string): void {
    const key = gguf.find(name);
    say(what);
    if (key && key.type === VALUE_STRING) sayBytes(key.at, key.count);
    else say("(none)");
    say(" is not supported");
    say(use);
  }

  private readSplit(gguf: Gguf): bool {
    const key = gguf.find("tokenizer.ggml.pre");
    this.splitHow = SPLIT_DEFAULT;
    if (!key) return true;
    if (key.type === VALUE_STRING) {
      if (isLiteral(key.at, key.count, "default")) return true;
      this.splitHow = isLiteral(key.at, key.count, "gpt-2") ? SPLIT_GPT2 : isLiteral(key.at, key.count, "smollm") ? SPLIT_SMOLLM : SPLIT_DEFAULT;
      if (isLiteral(key.at, key.count, "llama-bpe") || isLiteral(key.at, key.count, "llama-v3") || isLiteral(key.at, key.count, "llama3")) this.splitHow = SPLIT_LLAMA_BPE;
      this.wholeWords = this.splitHow === SPLIT_LLAMA_BPE;
      if (this.splitHow !== SPLIT_DEFAULT) return true;
    }
    this.refuse(gguf, "tokenizer.ggml.pre", "pre-tokenizer ", "; use default, gpt-2, smollm or llama-bpe");
    return false;
  }

  private tokenOf(gguf: Gguf, name: string, fallback: i32): i32 {
    const id = gguf.unsigned(name, fallback < 0 || fallback >= this.vocabulary ? 0xffff_ffff : <u64>fallback);
    if (id === 0xffff_ffff) return NONE;
    if (!faulty() && id >= <u64>this.vocabulary) {
      say(name);
      say(" is ");
      sayNumber(id);
      say(", but there are only ");
      sayNumber(<u64>this.vocabulary);
      say(" tokens");
    }
    return <i32>id;
  }

  // By insertion: they are few, and mostly of falling length already.
  private readSpecials(): bool {
    const tables = this.vocabularyTables;
    this.specials = this.work;
    for (let id: u32 = 0; id < tables.count; id++) {
      const kind = tables.kind(id);
      if ((kind !== TOKEN_CONTROL && kind !== TOKEN_USER && kind !== TOKEN_UNKNOWN) || tables.textBytes(id) === 0) continue;
      if (this.specialCount === SPECIALS_MOST) {
        say("more than 2048 special tokens");
        return false;
      }
      let place = this.specialCount++;
      for (; place > 0 && tables.textBytes(<u32>this.special(place - 1)) < tables.textBytes(id); place--) {
        store<i32>(this.specials + ((<usize>place) << 2), this.special(place - 1));
      }
      store<u32>(this.specials + ((<usize>place) << 2), id);
    }
    return true;
  }

  private special(index: i32): i32 {
    return load<i32>(this.specials + ((<usize>index) << 2));
  }

  /**
   * The tokens of a text, without `bos`.
   * @param special whether texts like <|im_end|> become the tokens that they name
   * @returns how many, or Status.Range: the text is longer than TEXT_BYTES_MOST, or they are more than `capacity` (then the first ones are there)
   */
  encode(utf8: usize, bytes: i32, to: usize, capacity: i32, special: bool): i32 {
    if (bytes < 0 || bytes > TEXT_BYTES_MOST || capacity < 0) return TOO_LONG;
    out = to;
    room = capacity;
    found = 0;
    this.partition(utf8, <usize>bytes, 0, special, true);
    return found <= capacity ? found : TOO_LONG;
  }

  // Parts the text at the special tokens from the index on: those with a longer text first, over the whole of it. `first`: nothing, or a special token, is before it.
  private partition(at: usize, bytes: usize, from: i32, special: bool, first: bool): void {
    const tables = this.vocabularyTables;
    let start = at;
    const end = at + bytes;
    let afterSpecial = first;
    for (let index = from; index < this.specialCount && start < end; ) {
      const id = <u32>this.special(index);
      const text = tables.textAt(id);
      const length = tables.textBytes(id);
      let hit = start;
      if (!special && tables.kind(id) !== TOKEN_USER) hit = end;
      else while (hit + length <= end && (getU8(hit) !== getU8(text) || !equal(hit, text, length))) hit++;
      if (hit + length > end) {
        index++;
        continue;
      }
      if (hit > start) this.partition(start, hit - start, index + 1, special, afterSpecial);
      emit(<i32>id);
      afterSpecial = true;
      start = hit + length;
    }
    if (start >= end) return;
    if (tables.byteLevel) this.words(start, end - start);
    else this.pieces(start, end - start, afterSpecial);
  }

  private splitRoom(): usize {
    return this.work + <usize>(SPECIALS_MOST * 4);
  }
  private wordRoom(): usize {
    return (this.splitRoom() + splitBytes(TEXT_BYTES_MOST) + 15) & ~15;
  }

  private words(text: usize, bytes: usize): void {
    const count = split(text, bytes, this.splitHow, this.splitRoom());
    const points = wordPoints(this.splitRoom());
    const ends = wordEnds(this.splitRoom(), bytes);
    const word = this.wordRoom();
    let point = 0;
    for (let i = 0; i < count; i++) {
      const end = load<i32>(ends + ((<usize>i) << 2));
      let length: usize = 0;
      for (; point < end; point++) length += putPoint(word + length, load<u32>(points + ((<usize>point) << 2)));
      this.word(word, length);
    }
  }

  private word(at: usize, bytes: usize): void {
    const tables = this.vocabularyTables;
    if (this.wholeWords || bytes === 1) {
      const whole = tables.find(at, bytes);
      if (whole >= 0) {
        emit(whole);
        return;
      }
    }
    beginWord(tables, this.wordRoom() + WORD_BYTES_MOST, bytes);
    for (let i: usize = 0; i < bytes; i++) addSymbol(tables.byteToken(getU8(at + i)), at + i, 1);
    mergeWord();
    for (let i = symbolCount() > 0 ? 0 : NONE; i >= 0; i = nextSymbol(i)) if (symbolId(i) >= 0) emit(symbolId(i)); // a byte that no token has is lost
  }

  // SentencePiece: no words; spaces are ▁, and one stands before the text.
  private pieces(text: usize, bytes: usize, afterSpecial: bool): void {
    const tables = this.vocabularyTables;
    const room = this.wordRoom();
    let length: usize = 0;
    if (this.addSpace && afterSpecial) length += putPoint(room, 0x2581);
    for (let i: usize = 0; i < bytes; i++) {
      const byte = getU8(text + i);
      if (byte === 0x20) length += putPoint(room + length, 0x2581);
      else store<u8>(room + length++, <u8>byte);
    }
    beginWord(tables, room + WORD_BYTES_MOST, length);
    for (let i: usize = 0; i < length; ) {
      const first = getU8(room + i);
      const step = min<usize>(first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1, length - i);
      addSymbol(NONE, room + i, <u32>step);
      i += step;
    }
    mergeWord();
    for (let i = symbolCount() > 0 ? 0 : NONE; i >= 0; i = nextSymbol(i)) this.piece(symbolAt(i), symbolBytes(i));
  }

  private piece(at: usize, bytes: u32): void {
    const tables = this.vocabularyTables;
    const whole = tables.find(at, bytes);
    if (whole >= 0) {
      emit(whole);
      return;
    }
    for (let i: u32 = 0; i < bytes; i++) {
      const token = tables.byteToken(getU8(at + i));
      if (token >= 0) emit(token);
      else if (this.unknown >= 0) emit(this.unknown);
    }
  }

  /** What a token writes: address and number of its bytes; none for control tokens. The id must be one of the vocabulary. */
  bytesAt(id: i32): usize {
    return this.vocabularyTables.bytesAt(<u32>id);
  }
  bytesOf(id: i32): i32 {
    return this.vocabularyTables.bytesOf(<u32>id);
  }

  /** Whether an answer ends with this token. */
  ends(id: i32): bool {
    return id >= 0 && (id === this.eos || id === this.eot);
  }

  /** Whether a token may be part of a text: not a control token, not the unknown one. */
  writes(id: i32): bool {
    return this.bytesOf(id) > 0;
  }

  /** Copies what a token writes; how many bytes, at most `capacity`. */
  write(id: i32, to: usize, capacity: usize): usize {
    const count = min<usize>(<usize>this.bytesOf(id), capacity);
    copy(to, this.bytesAt(id), count);
    return count;
  }
}
