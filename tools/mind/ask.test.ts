// State and question as one prompt: never more tokens than a model is to read, and the same text as the trainer's.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { BUILD, ROOT } from "../lib/index.js";
import { Decider, QuestionTooLong } from "./deciding.js";
import { ModelHost } from "./host.js";
import { examples } from "./questions/examples.js";
import type { Split } from "./questions/split.js";
import { recordedStates } from "./questions/world/recorded.js";
import { openTable } from "./table.js";
import { openWords } from "./words.js";

const SHORT_TOKENS = 96;
const LONG_TOKENS = 250;
const SMOLLM2 = join(BUILD, "models/smollm2.gguf");

const words = await openWords();
const table = (await openTable()).text();
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

async function open(path: string): Promise<{ host: ModelHost; decider: Decider }> {
  const host = await ModelHost.v8();
  closing.push(() => host.close());
  await host.load(path, 512);
  const decider = await Decider.open(host, words, table);
  closing.push(() => decider.close());
  return { host, decider };
}

const OPS = join(ROOT, "models/ops.gguf");

describe("a prompt of ops", () => {
  test("has at most 96 tokens, whatever the state and the question: thousands of seeded ones of each split", async () => {
    const { host, decider } = await open(OPS);
    let worst = 0;
    let shortened = 0;
    for (const split of ["train", "validation", "test"] as Split[])
      for (const { state, question } of examples(words, 20_261_121, 1500, split, { perState: 3 })) {
        const prompt = await decider.prompt(state, question);
        expect(prompt.length, question).toBeLessThanOrEqual(SHORT_TOKENS);
        worst = Math.max(worst, prompt.length);
        const text = await host.detokenize(prompt);
        const whole = `${words.encode(state, undefined, question)}\n? ${question}\n> `;
        if (text.endsWith(whole)) continue;
        shortened++;
        expect(text.endsWith(`\n? ${question}\n> `), text).toBe(true);
        expect((await host.tokenize(whole)).length, question).toBeGreaterThanOrEqual(SHORT_TOKENS - 1);
      }
    expect(worst).toBeGreaterThan(SHORT_TOKENS - 10);
    expect(shortened).toBeLessThan(90);
  });

  test("is shortened for a long question, and what the question names stays; one without end is refused", async () => {
    const { host, decider } = await open(OPS);
    const { state } = recordedStates().find((one) => one.state.processes.filter((p) => !p.guarded).length >= 5) as { state: Parameters<typeof decider.prompt>[0] };
    const named = state.processes?.at(-1)?.pid;
    let before = Number.POSITIVE_INFINITY;
    for (let n = 0; n <= 9; n++) {
      const question = `${"please do this for me and quickly, ".repeat(n)}kill ${named}`;
      const prompt = await decider.prompt(state, question);
      expect(prompt.length, question).toBeLessThanOrEqual(SHORT_TOKENS);
      const text = await host.detokenize(prompt);
      const shown = text.slice(0, text.indexOf("\n"));
      expect(shown.length).toBeLessThanOrEqual(before);
      before = shown.length;
      if (n <= 4) expect(shown, question).toMatch(new RegExp(`@[a-z0-9-]*?:?${named}\\b`));
      expect(await decider.prompt(state, question)).toEqual(prompt);
    }
    await expect(decider.prompt(state, "why is it slow and what is to be done about it? ".repeat(12))).rejects.toThrow(QuestionTooLong);
    await expect(decider.prompt(state, "内存".repeat(60))).rejects.toThrow(/too long: \d+ tokens/);
    await expect(decider.prompt(state, "x".repeat(70_000))).rejects.toThrow(QuestionTooLong);
    expect((await decider.prompt(state, "ps")).length).toBeLessThanOrEqual(SHORT_TOKENS);
  });
});

test.runIf(existsSync(SMOLLM2))("a prompt of SmolLM2 has at most 250 tokens with its template", async () => {
  const { decider } = await open(SMOLLM2);
  for (const { state, question } of examples(words, 20_261_121, 600, "test", { perState: 3 }))
    expect((await decider.prompt(state, question)).length, question).toBeLessThanOrEqual(LONG_TOKENS);
  for (const { state } of recordedStates()) expect((await decider.prompt(state, "why is memory shrinking and what should I do?")).length).toBeLessThanOrEqual(LONG_TOKENS);
});
