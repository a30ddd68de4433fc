// The mind's logits beside llama.cpp's in one weight type: on pages of the repository, and on answers that llama.cpp itself writes to a person's questions. Beside them stands
// how far llama.cpp's own kernels are apart, and how often both agree where the lead of the first token is greater than that.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../lib/index.js";
import { ModelHost } from "../../mind/host.js";
import type { WeightType } from "../../mind/quantise.js";
import { Llama } from "../../reference/llama.js";
import { quantile } from "../common/statistics.js";
import type { LogitRow } from "./figures.js";

/** Pages whose beginnings are read, and tokens of each. */
export const PAGES = ["README.md", "docs/memory.md", "docs/shell.md", "docs/scheduling.md", "docs/reclaim.md"];
export const PAGE_TOKENS = 128;
/** Questions of a person, in the model's chat template; llama.cpp writes at most so many tokens to each. */
export const QUESTIONS = [
  "What is a page fault?",
  "Write a short poem about the sea.",
  "Explain how a bicycle stays upright.",
  "List five ways to save energy at home.",
  "What is the capital of France and what is it known for?",
  "Tell me a story about a robot that learns to paint.",
  "How does a hash table work?",
  "Give me a recipe for tomato soup.",
  "Why is the sky blue?",
  "Write a Python function that reverses a string.",
  "What should I pack for a week in the mountains?",
  "Describe the water cycle.",
];
export const ANSWER_TOKENS = 48;
const CONTEXT = 512;
/** llama.cpp's other kernels: its best ones are those that it chooses for this processor. */
export const OTHERS = ["haswell", "sse42"] as const;
const NOISE_SHARE = 0.99;

/** Numbers of the greatest logit and of the one after it. */
function firstTwo(logits: Float32Array): [number, number] {
  let [first, second] = (logits[1] as number) > (logits[0] as number) ? [1, 0] : [0, 1];
  for (let i = 2; i < logits.length; i++) {
    const value = logits[i] as number;
    if (value > (logits[first] as number)) [first, second] = [i, first];
    else if (value > (logits[second] as number)) second = i;
  }
  return [first, second];
}

function difference(a: Float32Array, b: Float32Array): { most: number; mean: number } {
  let [most, sum] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const by = Math.abs((a[i] as number) - (b[i] as number));
    sum += by;
    most = Math.max(most, Number.isNaN(by) ? Number.POSITIVE_INFINITY : by);
  }
  return { most, mean: sum / a.length };
}

/** Adds positions up, and makes the row. */
export class LogitCount {
  private positions = 0;
  private same = 0;
  private most = 0;
  private sum = 0;
  private alone: number | undefined;
  private readonly own = OTHERS.map((kernels) => ({ kernels, same: 0, sum: 0 }));
  private readonly moves: number[] = [];
  private readonly leads: { lead: number; same: boolean }[] = [];

  /** One position: ours, llama.cpp's, those of its other kernels, and the token that it had written there, where it had. */
  add(ours: Float32Array, best: Float32Array, others: readonly Float32Array[], written: number | undefined): void {
    const [first, second] = firstTwo(best);
    const leadIn = (logits: Float32Array) => (logits[first] as number) - (logits[second] as number);
    const off = difference(ours, best);
    const same = firstTwo(ours)[0] === first;
    this.positions++;
    this.sum += off.mean;
    this.most = Math.max(this.most, off.most);
    if (same) this.same++;
    this.leads.push({ lead: leadIn(best), same });
    if (written !== undefined) this.alone = (this.alone ?? 0) + (first === written ? 1 : 0);
    this.own.forEach((own, i) => {
      const logits = others[i] as Float32Array;
      own.sum += difference(logits, best).mean;
      if (firstTwo(logits)[0] === first) own.same++;
      this.moves.push(Math.abs(leadIn(logits) - leadIn(best)));
    });
  }

  row(type: WeightType, text: LogitRow["text"]): LogitRow {
    const { positions, same, most } = this;
    const noise = quantile(this.moves, NOISE_SHARE) as number;
    const clear = this.leads.filter(({ lead }) => lead > noise);
    const own = this.own.map(({ kernels, same: agreed, sum }) => ({ kernels, same: agreed, mean: sum / positions }));
    const clearSame = clear.filter((one) => one.same).length;
    return {
      type,
      text,
      positions,
      same,
      most,
      mean: this.sum / positions,
      own,
      ...(this.alone === undefined ? {} : { alone: this.alone }),
      noise,
      clear: clear.length,
      clearSame,
    };
  }
}

/** Both texts in one weight type; of F32 and F16 the pages alone. */
export async function compareLogits(type: WeightType, path: string, onProgress: (text: string) => void): Promise<LogitRow[]> {
  const ours = await ModelHost.hosted();
  const opened: Llama[] = [];
  try {
    await ours.load(path, CONTEXT);
    const best = await Llama.open(path, CONTEXT, "exact");
    opened.push(best);
    for (const kernels of OTHERS) opened.push(await Llama.open(path, CONTEXT, "exact", kernels));
    const pages = new LogitCount();
    for (const page of PAGES) {
      onProgress(`${type}: ${page}`);
      const tokens = (await ours.tokenize(readFileSync(join(ROOT, page)).subarray(0, 4096))).slice(0, PAGE_TOKENS);
      await addTo(pages, ours, opened, tokens, 0, []);
    }
    // Only where there is noise to speak of: in F32 and F16 all of them agree, and F16 without instructions for it is slow.
    if (type === "F32" || type === "F16") return [pages.row(type, "pages")];
    const answers = new LogitCount();
    for (const question of QUESTIONS) {
      onProgress(`${type}: ${question}`);
      const prompt = await ours.chat("", question);
      const written = await best.greedy(prompt, ANSWER_TOKENS);
      await addTo(answers, ours, opened, [...prompt, ...written.slice(0, -1)], prompt.length - 1, written);
    }
    return [pages.row(type, "pages"), answers.row(type, "answers")];
  } finally {
    await ours.close();
    for (const one of opened) await one.close();
  }
}

/** All positions from one on; `written`: what llama.cpp had written after each. */
async function addTo(count: LogitCount, ours: ModelHost, theirs: readonly Llama[], tokens: readonly number[], from: number, written: readonly number[]): Promise<void> {
  const mine = await ours.logitsEach([...tokens]);
  const all: Float32Array[][] = [];
  for (const one of theirs) all.push(await one.logitsEach(tokens));
  const [best = [], ...others] = all;
  for (let i = from; i < tokens.length; i++) {
    count.add(
      mine[i] as Float32Array,
      best[i] as Float32Array,
      others.map((list) => list[i] as Float32Array),
      written[i - from],
    );
  }
}
