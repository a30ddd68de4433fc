import { describe, expect, test } from "vitest";
import { learnVocabulary, PieceCounter } from "./bpe.js";
import { piecesOf, Vocabulary } from "./bpe-vocabulary.js";

const TEXTS = ["a u12m t500M f37 p14 leaky\n? why is memory shrinking\n> ", "a u3h t500M f90\n? show the processes\n> ", "leak | kill 14\n", "ask | ps\n"];

function learnt(size = 1400): Vocabulary {
  const counter = new PieceCounter();
  for (const text of TEXTS) counter.add(text, 20);
  return learnVocabulary(counter, size, [...Array(1000).keys()]);
}

describe("pieces", () => {
  test("are those of llama-bpe", () => {
    expect(piecesOf("don't kill 1234, \u00fcber-all!\n\n  x")).toEqual(["don", "'t", " kill", " ", "123", "4", ",", " \u00fcber", "-all", "!\n\n", " ", " x"]);
    expect(piecesOf("  ")).toEqual(["  "]);
    expect(piecesOf("")).toEqual([]);
  });
  test("together are the text", () => {
    const text = "\u4f60\u597d, \u0440\u0443\u0441 \ud83d\ude00\r\n\tx=1_000;\u00a0 y ";
    expect(piecesOf(text).join("")).toBe(text);
  });
});

describe("a vocabulary", () => {
  test("gives back any text", () => {
    const vocabulary = learnt();
    for (const text of [...TEXTS, "never seen: \u00e9\u4e16\ud83d\ude00\u0000\n", ""]) expect(vocabulary.decode(vocabulary.encode(text))).toBe(text);
  });
  test("has every byte, every number below 1000 and frequent words as single tokens", () => {
    const vocabulary = learnt();
    for (let byte = 0; byte < 256; byte++) expect(vocabulary.textOf(byte)).toHaveLength(1);
    expect(new Set(Array.from({ length: vocabulary.size }, (_, token) => vocabulary.textOf(token))).size).toBe(vocabulary.size);
    for (let value = 0; value < 1000; value++) expect(vocabulary.encode(String(value))).toHaveLength(1);
    expect(vocabulary.encode(" memory")).toHaveLength(1);
    expect(vocabulary.encode("kill 14")).toHaveLength(2 + vocabulary.encode("kill").length);
  });
  test("stops where nothing more is frequent, and is the same again", () => {
    const one = learnt(60_000);
    expect(one.size).toBeLessThan(2000);
    expect(learnt(60_000).merges).toEqual(one.merges);
  });
  test("merges the earliest first", () => {
    // ab, then abc: "abc" is a token; "xab" has only the first.
    const vocabulary = new Vocabulary([
      [97, 98],
      [256, 99],
    ]);
    expect(vocabulary.encode("abc")).toEqual([257]);
    expect(vocabulary.encode("xabab")).toEqual([120, 256, 256]);
    expect(() => new Vocabulary([[300, 1]])).toThrow("later token");
  });
});
