// The vocabulary of a model: what each token is, which token a text is, and which pairs merge. Tables of its own beside the texts in the file.
import { copy, equal, getU8, isLiteral } from "../../lib/bytes";
import { say, sayBytes, sayNumber } from "../fault";
import { Gguf } from "../gguf/file";
import { VALUE_ARRAY, VALUE_F32, VALUE_I32, VALUE_STRING, VALUE_U32 } from "../gguf/types";
import { give, take } from "../memory";
import { byteOfPoint, pointAt, pointBytes } from "./text";

// What a token is, by GGUF's numbers.
export const TOKEN_NORMAL: u32 = 1;
export const TOKEN_UNKNOWN: u32 = 2;
export const TOKEN_CONTROL: u32 = 3;
export const TOKEN_USER: u32 = 4;
export const TOKEN_UNUSED: u32 = 5;
export const TOKEN_BYTE: u32 = 6;

const TOKENS_MOST: u32 = 1 << 18;
const TOKEN_TEXT_MOST: u64 = 1024;
const MERGE_BYTES: usize = 12;
const PIECE_BYTES: usize = 1024;
const piece: usize = memory.data(2048, 8);

/** Mixes two words into a hash. */
function mix(a: u32, b: u32): u32 {
  let h = a * 0x9e37_79b1 + rotl<u32>(b * 0x85eb_ca6b, 13);
  h ^= h >> 15;
  h *= 0x2c1b_3c6d;
  return h ^ (h >> 16);
}

function hashBytes(at: usize, count: usize): u32 {
  let h: u32 = 0x811c_9dc5;
  for (let i: usize = 0; i < count; i++) h = (h ^ getU8(at + i)) * 0x0100_0193;
  return h ^ (h >> 15);
}

/** What gpt2's alphabet writes as bytes; a code point that is not of it stays as it is. How many bytes. */
function decode(to: usize, at: usize, count: usize): usize {
  let out = to;
  for (let i: usize = 0; i < count; i += pointBytes) {
    const byte = byteOfPoint(pointAt(at + i, at + count));
    if (byte >= 0) store<u8>(out++, <u8>byte);
    else {
      copy(out, at + i, pointBytes);
      out += pointBytes;
    }
  }
  return out - to;
}

/** ▁ as a space; the byte of <0xNN>. How many bytes. */
function decodePiece(to: usize, at: usize, count: usize): usize {
  let out = to;
  for (let i: usize = 0; i < count; i++) {
    if (i + 2 < count && getU8(at + i) === 0xe2 && getU8(at + i + 1) === 0x96 && getU8(at + i + 2) === 0x81) {
      store<u8>(out++, 0x20);
      i += 2;
    } else store<u8>(out++, <u8>getU8(at + i));
  }
  return out - to;
}

function hexDigit(byte: u32): i32 {
  if (byte >= 0x30 && byte <= 0x39) return <i32>(byte - 0x30);
  if (byte >= 0x41 && byte <= 0x46) return <i32>(byte - 0x37);
  return byte >= 0x61 && byte <= 0x66 ? <i32>(byte - 0x57) : -1;
}

/** The byte that <0xNN> names; −1: it is something else. */
function namedByte(at: usize, count: usize): i32 {
  if (count !== 6 || getU8(at) !== 0x3c || getU8(at + 1) !== 0x30 || getU8(at + 2) !== 0x78 || getU8(at + 5) !== 0x3e) return -1;
  const high = hexDigit(getU8(at + 3));
  const low = hexDigit(getU8(at + 4));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

@unmanaged
export class Vocabulary {
  count: u32;
  /** Whether it is byte-level (gpt2), else SentencePiece (llama). */
  byteLevel: bool;
  /** u32[count]: address of each text in the file, which its length precedes. */
  private texts: usize;
  /** u32[count + 1]: where the bytes of each token begin in `pool`. */
  private offsets: usize;
  private pool: usize;
  /** i32[count] in the file, 0: all are normal. f32[count] likewise, 0: none. */
  private kinds: usize;
  private scores: usize;
  /** u32[slotMask + 1]: token + 1, by the hash of its key. */
  private slots: usize;
  private slotMask: u32;
  private merges: usize;
  private mergeSlots: usize;
  private mergeMask: u32;
  /** i32[256]: the token of each byte, −1 none. */
  private byteTokens: usize;

  /** Reads the vocabulary of a file. False: `fault` says why; close() what there is. */
  open(gguf: Gguf, byteLevel: bool): bool {
    memory.fill(changetype<usize>(this), 0, offsetof<Vocabulary>());
    this.byteLevel = byteLevel;
    const tokens = gguf.find("tokenizer.ggml.tokens");
    if (!tokens || tokens.type !== VALUE_ARRAY || tokens.element !== VALUE_STRING || tokens.count === 0 || tokens.count > TOKENS_MOST) {
      say("the GGUF file has no vocabulary: tokenizer.ggml.tokens must be 1 to 262144 strings");
      return false;
    }
    this.count = tokens.count;
    const kinds = gguf.find("tokenizer.ggml.token_type");
    if (kinds) {
      if (kinds.type !== VALUE_ARRAY || (kinds.element !== VALUE_I32 && kinds.element !== VALUE_U32) || kinds.count !== this.count) return this.odd("tokenizer.ggml.token_type");
      this.kinds = kinds.at;
    }
    const scores = gguf.find("tokenizer.ggml.scores");
    if (scores) {
      if (scores.type !== VALUE_ARRAY || scores.element !== VALUE_F32 || scores.count !== this.count) return this.odd("tokenizer.ggml.scores");
      this.scores = scores.at;
    }
    if (!byteLevel && this.scores === 0) {
      say("the GGUF file has no tokenizer.ggml.scores, which a llama tokenizer needs");
      return false;
    }
    return this.readTexts(tokens.at) && this.makeSlots() && (!byteLevel || this.readMerges(gguf));
  }

  close(): void {
    give(this.texts);
    give(this.slots);
    give(this.merges);
    memory.fill(changetype<usize>(this), 0, offsetof<Vocabulary>());
  }

  private odd(name: string): bool {
    say(name);
    say(" must have one entry for each of the ");
    sayNumber(this.count);
    say(" tokens");
    return false;
  }

  private noMemory(): bool {
    say("no memory for the vocabulary's tables");
    return false;
  }

  private readTexts(first: usize): bool {
    let total: usize = 0;
    let at = first;
    for (let i: u32 = 0; i < this.count; i++) {
      const bytes = load<u64>(at);
      if (bytes > TOKEN_TEXT_MOST) {
        say("token ");
        sayNumber(i);
        say(" has ");
        sayNumber(bytes);
        say(" bytes, at most 1024 are read");
        return false;
      }
      total += <usize>bytes;
      at += 8 + <usize>bytes;
    }
    const table = (<usize>this.count) << 2;
    this.texts = take(table * 2 + 4 + 1024 + total);
    if (this.texts === 0) return this.noMemory();
    this.offsets = this.texts + table;
    this.byteTokens = this.offsets + table + 4;
    this.pool = this.byteTokens + 1024;
    memory.fill(this.byteTokens, 0xff, 1024);
    at = first;
    let used: usize = 0;
    for (let i: u32 = 0; i < this.count; i++) {
      const bytes = <usize>load<u64>(at);
      store<u32>(this.texts + ((<usize>i) << 2), <u32>(at + 8));
      store<u32>(this.offsets + ((<usize>i) << 2), <u32>used);
      used += this.decodeToken(i, at + 8, bytes, this.pool + used);
      at += 8 + bytes;
    }
    store<u32>(this.offsets + table, <u32>used);
    return true;
  }

  private decodeToken(id: u32, at: usize, bytes: usize, to: usize): usize {
    const kind = this.kind(id);
    if (kind === TOKEN_CONTROL || kind === TOKEN_UNKNOWN) return 0;
    let count: usize;
    if (kind === TOKEN_USER) {
      copy(to, at, bytes);
      count = bytes;
    } else if (this.byteLevel) count = decode(to, at, bytes);
    else {
      const byte = kind === TOKEN_BYTE ? namedByte(at, bytes) : -1;
      if (byte >= 0) {
        store<u8>(to, <u8>byte);
        store<i32>(this.byteTokens + ((<usize>byte) << 2), <i32>id);
        return 1;
      }
      count = decodePiece(to, at, bytes);
    }
    if (this.byteLevel && count === 1) store<i32>(this.byteTokens + ((<usize>getU8(to)) << 2), <i32>id);
    return count;
  }

  private makeSlots(): bool {
    let size: u32 = 16;
    while (size < this.count * 2) size <<= 1;
    this.slotMask = size - 1;
    this.slots = take((<usize>size) << 2);
    if (this.slots === 0) return this.noMemory();
    memory.fill(this.slots, 0, (<usize>size) << 2);
    for (let i: u32 = 0; i < this.count; i++) {
      let slot = hashBytes(this.keyAt(i), this.keyBytes(i)) & this.slotMask;
      while (load<u32>(this.slots + ((<usize>slot) << 2)) !== 0) slot = (slot + 1) & this.slotMask;
      store<u32>(this.slots + ((<usize>slot) << 2), i + 1);
    }
    return true;
  }

  private readMerges(gguf: Gguf): bool {
    const list = gguf.find("tokenizer.ggml.merges");
    if (!list || list.type !== VALUE_ARRAY || list.element !== VALUE_STRING || list.count > TOKENS_MOST) {
      say("the GGUF file has no tokenizer.ggml.merges, which a gpt2 tokenizer needs");
      return false;
    }
    let size: u32 = 16;
    while (size < list.count * 2) size <<= 1;
    this.mergeMask = size - 1;
    this.merges = take(<usize>list.count * MERGE_BYTES + ((<usize>size) << 2));
    if (this.merges === 0) return this.noMemory();
    this.mergeSlots = this.merges + <usize>list.count * MERGE_BYTES;
    memory.fill(this.mergeSlots, 0, (<usize>size) << 2);
    let at = list.at;
    for (let rank: u32 = 0; rank < list.count; rank++) {
      const bytes = load<u64>(at);
      if (!this.readMerge(rank, at + 8, bytes)) return false;
      at += 8 + <usize>bytes;
    }
    return true;
  }

  // "left right": the space that is not the first byte parts them.
  private readMerge(rank: u32, at: usize, bytes: u64): bool {
    let space: usize = 1;
    while (<u64>space < bytes && getU8(at + space) !== 0x20) space++;
    let left = -1;
    let right = -1;
    let merged = -1;
    if (bytes <= <u64>PIECE_BYTES && <u64>space + 1 < bytes) {
      const leftBytes = decode(piece, at, space);
      const rightBytes = decode(piece + leftBytes, at + space + 1, <usize>bytes - space - 1);
      left = this.find(piece, leftBytes);
      right = this.find(piece + leftBytes, rightBytes);
      merged = this.find(piece, leftBytes + rightBytes);
    }
    if (left < 0 || right < 0 || merged < 0) {
      say("merge ");
      sayNumber(rank);
      say(" (");
      sayBytes(at, <usize>min<u64>(bytes, 64));
      say(") does not join two tokens to a third");
      return false;
    }
    const entry = this.merges + <usize>rank * MERGE_BYTES;
    store<i32>(entry, left);
    store<i32>(entry + 4, right);
    store<i32>(entry + 8, merged);
    let slot = mix(<u32>left, <u32>right) & this.mergeMask;
    for (;;) {
      const other = load<u32>(this.mergeSlots + ((<usize>slot) << 2));
      if (other === 0) break;
      const known = this.merges + <usize>(other - 1) * MERGE_BYTES;
      if (load<i32>(known) === left && load<i32>(known + 4) === right) return true; // the first one counts
      slot = (slot + 1) & this.mergeMask;
    }
    store<u32>(this.mergeSlots + ((<usize>slot) << 2), rank + 1);
    return true;
  }

  /** GGUF's number for what a token is. */
  kind(id: u32): u32 {
    return this.kinds === 0 ? TOKEN_NORMAL : load<u32>(this.kinds + ((<usize>id) << 2));
  }
  score(id: u32): f32 {
    return load<f32>(this.scores + ((<usize>id) << 2));
  }

  /** The text of a token as it stands in the file, and its bytes. */
  textAt(id: u32): usize {
    return load<u32>(this.texts + ((<usize>id) << 2));
  }
  textBytes(id: u32): usize {
    return <usize>load<u64>(this.textAt(id) - 8);
  }

  /** What a token writes: its bytes, none for control tokens. */
  bytesAt(id: u32): usize {
    return this.pool + load<u32>(this.offsets + ((<usize>id) << 2));
  }
  bytesOf(id: u32): i32 {
    return load<i32>(this.offsets + ((<usize>id + 1) << 2)) - load<i32>(this.offsets + ((<usize>id) << 2));
  }

  // What a text is found by: the bytes of a byte-level token, else the text in the file.
  private keyAt(id: u32): usize {
    return this.byteLevel && this.bytesOf(id) > 0 ? this.bytesAt(id) : this.textAt(id);
  }
  private keyBytes(id: u32): usize {
    return this.byteLevel && this.bytesOf(id) > 0 ? <usize>this.bytesOf(id) : this.textBytes(id);
  }

  /** The token of this text: bytes for a byte-level vocabulary, else as in the file (▁ for a space). −1: none. */
  find(at: usize, count: usize): i32 {
    let slot = hashBytes(at, count) & this.slotMask;
    let found = load<u32>(this.slots + ((<usize>slot) << 2));
    while (found !== 0) {
      if (this.keyBytes(found - 1) === count && equal(this.keyAt(found - 1), at, count)) return <i32>(found - 1);
      slot = (slot + 1) & this.slotMask;
      found = load<u32>(this.slots + ((<usize>slot) << 2));
    }
    return -1;
  }

  /** The token whose text in the file is this literal; −1: none. */
  findText(text: string): i32 {
    for (let i: u32 = 0; i < this.count; i++) if (isLiteral(this.textAt(i), this.textBytes(i), text)) return <i32>i;
    return -1;
  }

  /** The token that stands for one byte; −1: none. */
  byteToken(byte: u32): i32 {
    return load<i32>(this.byteTokens + ((<usize>byte) << 2));
  }

  /** The rank at which two tokens merge, lower first; −1: they do not. `merged(rank)` is what they become. */
  rank(left: i32, right: i32): i32 {
    let slot = mix(<u32>left, <u32>right) & this.mergeMask;
    let found = load<u32>(this.mergeSlots + ((<usize>slot) << 2));
    while (found !== 0) {
      const entry = this.merges + <usize>(found - 1) * MERGE_BYTES;
      if (load<i32>(entry) === left && load<i32>(entry + 4) === right) return <i32>(found - 1);
      slot = (slot + 1) & this.mergeMask;
      found = load<u32>(this.mergeSlots + ((<usize>slot) << 2));
    }
    return -1;
  }
  merged(rank: i32): i32 {
    return load<i32>(this.merges + <usize>rank * MERGE_BYTES + 8);
  }
}
