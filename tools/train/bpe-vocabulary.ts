// A byte-level BPE vocabulary (GGUF's `gpt2`) with the pre-tokenizer `llama-bpe`: text → tokens as kernel-as/mind/tokenizer and llama.cpp do it. Made by bpe.ts.

/** Pieces that merges stay within: contractions, words with the character before them, up to three digits, signs, ends of lines, spaces. */
const PIECES = /'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu;

/** The pieces of a text, in order; together they are the text. */
export function piecesOf(text: string): string[] {
  return text.match(PIECES) ?? [];
}

// Each byte as a printable character, the way GPT-2 wrote its vocabulary: printable Latin-1 as itself, the rest from U+0100 on.
const BYTE_TEXT: string[] = [];
for (let byte = 0, next = 256; byte < 256; byte++) {
  const itself = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  BYTE_TEXT.push(String.fromCharCode(itself ? byte : next++));
}

/** Two tokens that become one. */
export type Merge = readonly [left: number, right: number];

/** Tokens of bytes come first, then one for each merge, then the two that are no text. */
export class Vocabulary {
  readonly merges: readonly Merge[];
  /** Bytes of each token that is text. */
  readonly #bytes: Buffer[] = [];
  readonly #ranks = new Map<number, number>();
  readonly #whole = new Map<string, number>();
  readonly #known = new Map<string, readonly number[]>();

  constructor(merges: readonly Merge[]) {
    this.merges = merges;
    for (let byte = 0; byte < 256; byte++) this.#bytes.push(Buffer.of(byte));
    merges.forEach(([left, right], i) => {
      if (left >= 256 + i || right >= 256 + i) throw new RangeError(`merge ${i} is of a later token`);
      this.#bytes.push(Buffer.concat([this.#bytes[left] as Buffer, this.#bytes[right] as Buffer]));
      this.#ranks.set(left * 65536 + right, i);
    });
    this.#bytes.forEach((bytes, token) => {
      this.#whole.set(bytes.toString("latin1"), token);
    });
  }

  get size(): number {
    return this.#bytes.length + 2;
  }
  get bos(): number {
    return this.#bytes.length;
  }
  get eos(): number {
    return this.#bytes.length + 1;
  }

  /** Tokens of a text; neither begin nor end is added. */
  encode(text: string): number[] {
    return piecesOf(text).flatMap((piece) => this.#encodePiece(piece));
  }

  /** Text of tokens; those that are no text give none. */
  decode(tokens: readonly number[]): string {
    return Buffer.concat(tokens.map((token) => this.#bytes[token] ?? Buffer.alloc(0))).toString("utf8");
  }

  /** A token as GGUF's vocabulary writes it. */
  textOf(token: number): string {
    if (token === this.bos) return "<|begin|>";
    if (token === this.eos) return "<|end|>";
    return [...(this.#bytes[token] as Buffer)].map((byte) => BYTE_TEXT[byte]).join("");
  }

  // A piece that is a token is that token; else the earliest merge first, the leftmost of equals.
  #encodePiece(piece: string): readonly number[] {
    const known = this.#known.get(piece);
    if (known) return known;
    const bytes = Buffer.from(piece, "utf8");
    const whole = this.#whole.get(bytes.toString("latin1"));
    const tokens = whole === undefined ? this.#merge([...bytes]) : [whole];
    this.#known.set(piece, tokens);
    return tokens;
  }

  #merge(tokens: number[]): number[] {
    for (;;) {
      let best = Number.POSITIVE_INFINITY;
      let place = -1;
      for (let i = 0; i + 1 < tokens.length; i++) {
        const rank = this.#ranks.get((tokens[i] as number) * 65536 + (tokens[i + 1] as number));
        if (rank !== undefined && rank < best) {
          best = rank;
          place = i;
        }
      }
      if (place < 0) return tokens;
      tokens.splice(place, 2, 256 + best);
    }
  }
}
