// Learns a byte-level BPE vocabulary from texts (Sennrich et al. 2016): the most frequent pair of neighbours within a piece becomes a token, again and
// again. Not the use of it: bpe-vocabulary.ts. The same texts, the same vocabulary.
import { type Merge, piecesOf, Vocabulary } from "./bpe-vocabulary.js";

/** A pair seen less often is not worth a token. */
const LEAST_COUNT = 8;

interface Word {
  tokens: number[];
  count: number;
}

/** Counts pieces, text by text. */
export class PieceCounter {
  readonly counts = new Map<string, number>();

  add(text: string, times = 1): void {
    for (const piece of piecesOf(text)) this.counts.set(piece, (this.counts.get(piece) ?? 0) + times);
  }
}

/**
 * The vocabulary of `size` tokens, or fewer where nothing more is frequent.
 * @param numbers whole numbers below 1000 that are tokens of their own, so that they are copied in one step
 */
export function learnVocabulary(counter: PieceCounter, size: number, numbers: readonly number[]): Vocabulary {
  const merges: Merge[] = numberMerges(numbers);
  // Pieces of digits are done with; the others start as bytes.
  const words: Word[] = [...counter.counts]
    .filter(([piece]) => !/^\p{N}+$/u.test(piece))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([piece, count]) => ({ tokens: [...Buffer.from(piece, "utf8")], count }));
  const pairs = new Map<number, number>();
  const places = new Map<number, Set<Word>>();
  const change = (word: Word, sign: 1 | -1) => {
    for (let i = 0; i + 1 < word.tokens.length; i++) {
      const pair = (word.tokens[i] as number) * 65536 + (word.tokens[i + 1] as number);
      pairs.set(pair, (pairs.get(pair) ?? 0) + sign * word.count);
      if (sign < 0) continue;
      const set = places.get(pair) ?? new Set<Word>();
      places.set(pair, set.add(word));
    }
  };
  for (const word of words) change(word, 1);
  while (256 + merges.length + 2 < size) {
    let best = -1;
    let most = LEAST_COUNT - 1;
    for (const [pair, count] of pairs) {
      if (count > most || (count === most && pair < best)) {
        best = pair;
        most = count;
      }
    }
    if (best < 0) break;
    const left = Math.floor(best / 65536);
    const right = best % 65536;
    const made = 256 + merges.length;
    merges.push([left, right]);
    for (const word of places.get(best) ?? []) {
      change(word, -1);
      for (let i = 0; i + 1 < word.tokens.length; i++) if (word.tokens[i] === left && word.tokens[i + 1] === right) word.tokens.splice(i, 2, made);
      change(word, 1);
    }
    pairs.delete(best);
    places.delete(best);
  }
  return new Vocabulary(merges);
}

// Each number of its digits from the left. A piece that is a token is that token, so the order does not matter.
function numberMerges(numbers: readonly number[]): Merge[] {
  const merges: Merge[] = [];
  const known = new Map<string, number>();
  for (let digit = 0; digit < 10; digit++) known.set(String(digit), 0x30 + digit);
  const make = (text: string): number => {
    let token = known.get(text);
    if (token === undefined) {
      const left = make(text.slice(0, -1));
      const right = make(text.slice(-1));
      token = 256 + merges.length;
      merges.push([left, right]);
      known.set(text, token);
    }
    return token;
  };
  for (const value of numbers) make(String(value));
  return merges;
}
