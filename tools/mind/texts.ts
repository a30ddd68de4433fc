// Seeded lines of text in several scripts, with emoji, odd spaces, numbers, contractions, pieces of code, and broken UTF-8: for comparing tokenizers. Nothing is copied
// from anywhere: letters are drawn from ranges of code points.
import { randomFrom } from "./small-model.js";

type Random = () => number;

const SCRIPTS: [number, number][] = [
  [0x61, 0x7a], // Latin
  [0x61, 0x7a],
  [0x41, 0x5a],
  [0xc0, 0xff],
  [0x100, 0x17f],
  [0x3b1, 0x3c9], // Greek
  [0x410, 0x44f], // Cyrillic
  [0x531, 0x556], // Armenian
  [0x5d0, 0x5ea], // Hebrew
  [0x620, 0x64a], // Arabic
  [0x905, 0x939], // Devanagari
  [0x93e, 0x94d], // its vowel signs
  [0xe01, 0xe2e], // Thai
  [0x10d0, 0x10f0], // Georgian
  [0x1780, 0x17b3], // Khmer
  [0x3041, 0x3096], // Hiragana
  [0x30a1, 0x30fa], // Katakana
  [0x4e00, 0x9fa5], // Han
  [0xac00, 0xd7a3], // Hangul
  [0x1d400, 0x1d454], // mathematical letters
  [0x20000, 0x2a6d0],
];
const NUMBERS: [number, number][] = [
  [0x30, 0x39],
  [0x30, 0x39],
  [0x30, 0x39],
  [0x660, 0x669],
  [0x966, 0x96f],
  [0xff10, 0xff19],
  [0xb2, 0xb3],
  [0xbc, 0xbe],
  [0x2160, 0x216b],
];
const SIGNS: [number, number][] = [
  [0x21, 0x2f],
  [0x3a, 0x40],
  [0x5b, 0x60],
  [0x7b, 0x7e],
  [0xa1, 0xbf],
  [0x2010, 0x2027],
  [0x2030, 0x205e],
  [0x20a0, 0x20bf],
  [0x2190, 0x21ff],
  [0x2500, 0x257f],
  [0x3001, 0x3003],
  [0x300, 0x36f], // combining marks
  [0, 0x1f],
];
const EMOJI: [number, number][] = [
  [0x1f600, 0x1f64f],
  [0x1f300, 0x1f5ff],
  [0x1f680, 0x1f6c5],
  [0x2600, 0x26ff],
  [0x1f1e6, 0x1f1ff],
];
const SPACES = [" ", " ", " ", " ", "  ", "   ", "\t", "\n", "\r\n", "\n\n", " \n ", "\u00a0", "\u2003", "\u3000", "\u2028", "\u0085", "\u200b", "      "];
const SHORT = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'LL", "'Re", "'x", "’s", "''", "'"];
const CODE = [
  "if (x >= 0) {",
  "}",
  "=>",
  "==",
  "!=",
  "&&",
  "/* */",
  "//",
  "->",
  "::",
  "<div>",
  "</p>",
  "0x1F",
  "1e-5",
  "3.14",
  "a_b",
  "fooBar",
  "$x",
  "#!",
  "\\n",
  "http://",
  "@",
  "100%",
];
const TOKENS = ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<s>", "</s>", "<unk>", "<0x41>", "▁", "<|im_end", "im_end|>"];

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

function letters(random: Random, ranges: [number, number][], most: number): string {
  const [low, high] = pick(random, ranges);
  let text = "";
  for (let left = 1 + Math.floor(random() ** 2 * most); left > 0; left--) text += String.fromCodePoint(low + Math.floor(random() * (high - low + 1)));
  return text;
}

function emoji(random: Random): string {
  let text = letters(random, EMOJI, 3);
  if (random() < 0.3) text += `\u200d${letters(random, EMOJI, 1)}`;
  if (random() < 0.3) text += "\ufe0f";
  return random() < 0.2 ? text + String.fromCodePoint(0x1f3fb + Math.floor(random() * 5)) : text;
}

function piece(random: Random): string {
  const kind = random();
  if (kind < 0.42) return letters(random, SCRIPTS, 14);
  if (kind < 0.62) return pick(random, SPACES);
  if (kind < 0.7) return letters(random, NUMBERS, 8);
  if (kind < 0.79) return letters(random, SIGNS, 4);
  if (kind < 0.84) return pick(random, SHORT);
  if (kind < 0.9) return emoji(random);
  return kind < 0.97 ? pick(random, CODE) : pick(random, TOKENS);
}

// Bytes are changed, dropped or put in. Four-byte forms beyond U+10FFFF are left out: llama.cpp ends the process at those.
function broken(bytes: Uint8Array, random: Random): Uint8Array {
  const out: number[] = [];
  for (const byte of bytes) {
    const kind = random();
    if (kind < 0.03) continue;
    if (kind < 0.06) out.push(Math.floor(random() * 256));
    else if (kind < 0.08) out.push(byte, pick(random, [0x80, 0xc0, 0xed, 0xa0, 0xe0, 0xff, 0xfe, 0xc3]));
    else out.push(byte);
  }
  for (let i = 0; i < out.length; i++) {
    const byte = out[i] as number;
    if (byte > 0xf4 && byte < 0xf8) out[i] = 0xf1;
    else if (byte === 0xf4 && (out[i + 1] ?? 0) > 0x8f) out[i] = 0xf2;
  }
  return Uint8Array.from(out);
}

/** So many lines, as bytes; one in eight has broken UTF-8. */
export function someTexts(count: number, seed: number): Uint8Array[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, i) => {
    let text = "";
    for (let pieces = 1 + Math.floor(random() * 24); pieces > 0; pieces--) text += piece(random);
    const bytes = new TextEncoder().encode(text);
    return i % 8 === 7 ? broken(bytes, random) : bytes;
  });
}
