// What training does to a question so that it is not learnt by heart: case, punctuation, filler words, slips of the keyboard, words left out. Never to
// numbers, names and sizes that the answer repeats.
import type { Random } from "../../jobs/random.js";

const BEFORE = [
  "please",
  "hey",
  "hi,",
  "hello,",
  "ok,",
  "well,",
  "now",
  "so",
  "quick:",
  "mind,",
  "can you tell me,",
  "could you please",
  "i say:",
  "um,",
  "dear machine,",
  "question:",
  "would you kindly",
  "ganglion,",
  "listen,",
  "just",
];
const AFTER = ["please", "thanks", "thank you", "now", "for me", "if you can", "ok?", "would you", "quickly", "asap", "then", "again", "today", "for once", "right?", "my friend"];
const DROPPED = new Set(["the", "a", "an", "of", "is", "to", "please", "do", "all", "does"]);

/** A slip in a longer word of letters: two swapped, one missing, one twice, or a neighbour's key. */
function slip(word: string, random: Random): string {
  const at = random.whole(1, word.length - 2);
  switch (random.whole(0, 3)) {
    case 0:
      return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
    case 1:
      return word.slice(0, at) + word.slice(at + 1);
    case 2:
      return word.slice(0, at) + word[at] + word.slice(at);
    default:
      return word.slice(0, at) + random.pick([..."etaoinsrhl"]) + word.slice(at + 1);
  }
}

/** @param kept values of slots: left as they are */
export function augment(text: string, kept: readonly string[], random: Random): string {
  const whole = new Set(kept.flatMap((value) => value.split(" ")));
  let words = text.split(" ");
  if (random.unit() < 0.1) words = words.filter((word) => !DROPPED.has(word) || random.unit() < 0.5);
  if (words.length === 0) words = text.split(" ");
  if (random.unit() < 0.14) {
    const among = words.map((word, i) => ({ word, i })).filter(({ word }) => word.length > 4 && /^[a-z]+$/.test(word) && !whole.has(word));
    if (among.length > 0) {
      const { word, i } = random.pick(among);
      words[i] = slip(word, random);
    }
  }
  let result = words.join(" ");
  if (random.unit() < 0.1) result = `${random.pick(BEFORE)} ${result}`;
  if (random.unit() < 0.1) result = `${result} ${random.pick(AFTER)}`;
  return result;
}

/** Case and the sign at the end: people write these as they like, in every split. */
export function dress(text: string, random: Random): string {
  let result = text;
  const u = random.unit();
  if (u < 0.22 && /^[a-z]/.test(result)) result = (result[0] as string).toUpperCase() + result.slice(1);
  else if (u < 0.24) result = result.toUpperCase();
  if (!/[.?!]$/.test(result)) {
    const asks = /^(who|what|why|which|how|is|are|does|do|did|where|when|can|could|will|was|has|have)\b/i.test(result);
    const v = random.unit();
    if (asks ? v < 0.5 : v < 0.02) result += "?";
    else if (!asks && v < 0.14) result += ".";
    else if (!asks && v < 0.17) result += "!";
  }
  return result;
}
