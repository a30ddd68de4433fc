import { describe, expect, test } from "vitest";
import { Random } from "../../jobs/random.js";
import { openWords } from "../words.js";
import { type Example, examples } from "./examples.js";
import { bareText, countExpansions, expandPhrase, parsePhrase, patternOf } from "./phrase.js";
import { MACHINES, SPLITS } from "./split.js";
import { TEMPLATES } from "./templates.js";
import { factsOf, isOpen } from "./world/facts.js";

const words = await openWords();
const some = (split: Example["split"], count = 3000, seed = 7) => [...examples(words, seed, count, split)];

describe("templates", () => {
  test("expand to each alternative, with slots and tidy spaces", () => {
    const phrase = parsePhrase("[stop|@end] [the|] process {pid} [now|]", { end: "end|finish" });
    const texts = new Set(Array.from({ length: 300 }, (_, i) => expandPhrase(phrase, { pid: "12" }, new Random(`x${i}`))));
    expect(countExpansions(phrase.nodes)).toBe(12);
    expect(texts).toContain("finish process 12");
    expect(texts).toContain("stop the process 12 now");
    expect(texts.size).toBe(12);
  });

  test.each(["a [b", "a] b", "a | b", "{pid", "@nothing here"])("a table's mistake is told: %s", (text) => {
    expect(() => parsePhrase(text, {})).toThrow();
  });

  test("every intent has templates of every split, and slots that it fills", () => {
    for (const { intent, of } of TEMPLATES) for (const split of SPLITS) expect(of[split].length, `${intent.name} ${split}`).toBeGreaterThan(0);
  });

  test("no held-out template is one of training's texts, of any intent", () => {
    const patterns = TEMPLATES.flatMap((t) => t.of.train.map(patternOf));
    const held = TEMPLATES.flatMap((t) => [...t.of.validation, ...t.of.test]);
    const shared = held.filter((phrase) => patterns.some((pattern) => pattern.test(bareText(phrase.text))));
    expect(shared.map((phrase) => phrase.text)).toEqual([]);
  });

  test("no template is in validation and in test", () => {
    const texts = (split: "validation" | "test") => TEMPLATES.flatMap((t) => t.of[split].map((phrase) => `${t.intent.name} ${bareText(phrase.text)}`));
    expect(texts("validation").filter((text) => texts("test").includes(text))).toEqual([]);
  });

  test("the pattern of a template finds its own texts", () => {
    for (const { of } of TEMPLATES)
      for (const phrase of of.train.slice(0, 3)) {
        const slots = Object.fromEntries(phrase.slots.map((slot) => [slot, "#"]));
        for (let i = 0; i < 5; i++) expect(bareText(expandPhrase(phrase, slots, new Random(`${phrase.text}${i}`))), phrase.text).toMatch(patternOf(phrase));
      }
  });
});

describe("examples", () => {
  test("one seed, one list; another seed, another", () => {
    const [a, b, c] = [some("train", 200), some("train", 200), some("train", 200, 8)];
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });

  test.each(SPLITS)("%s: answers have the form of the contract and name processes that may be touched", (split) => {
    for (const e of some(split)) {
      expect(e.target).toMatch(/^[a-z]+ \| [^|\n]+\n$/);
      const pid = /^(?:kill|renice -?\d+|memctl protect(?: --?[a-z-]+(?: -?\d+M?)?)?) (\d+)$/.exec(e.accepted[0] ?? "")?.[1];
      if (pid === undefined) continue;
      const process = e.state.processes.find((p) => p.pid === Number(pid));
      expect(process, JSON.stringify(e)).toBeDefined();
      expect(process && isOpen(process), e.target).toBe(true);
    }
  });

  test("machines of the splits differ", () => {
    const sizes = (split: Example["split"]) => new Set(some(split, 500).map((e) => e.state.managedKib));
    for (const size of sizes("test")) expect(MACHINES.train).not.toContain(size);
    for (const size of sizes("validation")) expect([...MACHINES.train, ...MACHINES.test]).not.toContain(size);
  });

  test("what a label says of growth holds in the state", () => {
    for (const e of some("train").filter((x) => x.intent === "stop-leak")) {
      const { grower, growers } = factsOf(e.state);
      if (e.cause === "unsure") expect(grower).toBeUndefined();
      else expect(growers.some((p) => e.target === `leak | kill ${p.pid}\n`)).toBe(true);
    }
  });

  test("state and question fit together", () => {
    for (const e of some("test")) expect(e.question.length).toBeLessThan(110);
  });
});
