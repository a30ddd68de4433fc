// The sampler under V8: filters against their definitions, draws against probabilities, the same seed the same tokens.
import { beforeAll, describe, expect, test } from "vitest";
import { formatGguf } from "./gguf.js";
import { ModelHost, type Sampling } from "./host.js";
import { smallModel } from "./small-model.js";

let host: ModelHost;
let logits: Float32Array;
const PROMPT = [70, 80, 90];

beforeAll(async () => {
  host = await ModelHost.v8();
  await host.loadBytes(formatGguf(smallModel({ seed: 4 })), 64);
  logits = await host.logits(PROMPT);
});

function probabilities(of: number[], temperature = 1): number[] {
  const most = Math.max(...of);
  const weights = of.map((value) => Math.exp((value - most) / temperature));
  const total = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / total);
}
const ranked = () => [...logits.keys()].sort((a, b) => (logits[b] as number) - (logits[a] as number));

/** How often each token is drawn. */
async function draws(sampling: Sampling, count = 4000): Promise<Map<number, number>> {
  await host.choose({ temperature: 1, seed: 7n, ...sampling });
  const seen = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const token = await host.sample();
    seen.set(token, (seen.get(token) ?? 0) + 1);
  }
  return seen;
}

describe("the sampler", () => {
  test("greedy is the greatest logit", async () => {
    await host.choose({});
    expect(await host.sample()).toBe(ranked()[0]);
  });

  test("top-k keeps k, and draws them by their probabilities", async () => {
    const kept = ranked().slice(0, 5);
    const seen = await draws({ topK: 5 });
    expect([...seen.keys()].sort()).toEqual([...kept].sort());
    probabilities(kept.map((token) => logits[token] as number)).forEach((wanted, i) => {
      const found = (seen.get(kept[i] as number) ?? 0) / 4000;
      expect(Math.abs(found - wanted)).toBeLessThan(4 * Math.sqrt((wanted * (1 - wanted)) / 4000) + 1e-3);
    });
  });

  test("temperature sharpens", async () => {
    const kept = ranked().slice(0, 4);
    const seen = await draws({ topK: 4, temperature: 0.3 });
    const wanted = probabilities(
      kept.map((token) => logits[token] as number),
      0.3,
    )[0] as number;
    expect(Math.abs((seen.get(kept[0] as number) ?? 0) / 4000 - wanted)).toBeLessThan(0.04);
  });

  test.each([0.2, 0.5, 0.9])("top-p %f keeps the fewest that reach it", async (topP) => {
    const order = ranked();
    const share = probabilities(order.map((token) => logits[token] as number));
    let sum = 0;
    let count = 0;
    while (sum < topP) sum += share[count++] as number;
    const seen = await draws({ topP });
    for (const token of seen.keys()) expect(order.slice(0, count)).toContain(token);
    if (count <= 20) expect(seen.size).toBe(count);
  });

  test("top-p among the top-k", async () => {
    const order = ranked().slice(0, 6);
    const share = probabilities(order.map((token) => logits[token] as number));
    let sum = 0;
    let count = 0;
    while (sum < 0.6) sum += share[count++] as number;
    expect([...(await draws({ topK: 6, topP: 0.6 })).keys()].sort()).toEqual(order.slice(0, count).sort());
  });

  test("min-p is relative to the most likely", async () => {
    const order = ranked();
    const share = probabilities(order.map((token) => logits[token] as number));
    const kept = order.filter((_, i) => (share[i] as number) >= 0.5 * (share[0] as number));
    const seen = await draws({ minP: 0.5 });
    expect([...seen.keys()].sort()).toEqual(kept.sort());
  });

  test("the same seed draws the same, another one others", async () => {
    const run = async (seed: bigint) => (await host.generate(PROMPT, 20, { temperature: 1.5, seed }, true)).tokens;
    const first = await run(11n);
    expect(await run(11n)).toEqual(first);
    expect(await run(12n)).not.toEqual(first);
  });

  test("the repeat penalty turns from what was said", async () => {
    const plain = (await host.generate(PROMPT, 40, {}, true)).tokens;
    const varied = (await host.generate(PROMPT, 40, { repeatPenalty: 3 }, true)).tokens;
    expect(new Set(varied).size).toBeGreaterThan(new Set(plain).size);
    const again = await host.generate(PROMPT, 1, {}, true);
    expect(again.tokens[0]).toBe(plain[0]);
  });
});
