// The trainer of the scheduler's transformer: what it collects, that learning lowers the loss and is the same each time, and that the committed
// weights, their source and their entry in the manifest are the same numbers. Training itself is npm run train -- sched.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { BUILD, ROOT } from "../lib/index.js";
import { Learner } from "../sim/learner.js";
import { SchedPolicy } from "../sim/sched/index.js";
import { MANIFEST_FILE, sha256 } from "./model.js";
import { Collector } from "./sched-collect.js";
import { parametersOf, SCHED_MODEL_FILE, SCHED_SOURCE_FILE, schedSource } from "./sched-files.js";
import { LAST_LAYER, SchedTrainer } from "./sched-learn.js";
import { parseSchedTrainOptions, SCHED_DEFAULTS } from "./sched-options.js";

const LIST = { mix: "train-modes", load: 0.85, seed: 77, jobs: 500, every: 4 };
const policyFile = join(BUILD, "policies/las.wasm");

describe("learning from lists", () => {
  let wasm: Uint8Array<ArrayBuffer>;
  let first: Uint8Array;
  let collector: Collector;
  beforeAll(() => {
    wasm = new Uint8Array(readFileSync(join(BUILD, "wasm/learner-core.wasm")));
    first = new Learner(wasm).firstWeights(1);
    collector = new Collector(wasm, first);
    collector.collect(LIST, policyFile);
  });

  it("collects decisions with what their tasks still took, once or twice each", () => {
    expect(collector.examples.length).toBeGreaterThan(60);
    const { rowBytes } = new Learner(wasm);
    let taught = 0;
    for (const example of collector.examples) {
      expect(example.candidates.length / rowBytes).toBeGreaterThanOrEqual(2);
      let observed = 0;
      for (let at = 0; at < example.candidates.length; at += rowBytes) {
        const fits = new Float32Array(example.candidates.buffer.slice(at + 352, at + 416));
        const sum = fits.reduce((a, b) => a + b, 0);
        expect([0, 1]).toContain(sum);
        observed += sum;
      }
      // Every job of the list has ended: whoever is learnt from has its observation.
      expect(observed).toBe(example.taught);
      expect(observed).toBeGreaterThan(0);
      taught += observed;
      for (const past of example.pasts) expect(past).toBeLessThan(collector.pasts.length);
    }
    const candidates = collector.examples.reduce((sum, example) => sum + example.candidates.length / rowBytes, 0);
    expect(taught).toBeLessThan(candidates);
  });

  it("lowers the loss, and gives the same weights for the same seed", () => {
    const learn = (seed: number) => {
      const trainer = new SchedTrainer(wasm, collector);
      trainer.learner.begin(first);
      const before = trainer.loss(collector.examples);
      const losses: number[] = [];
      const weights = trainer.learn(first, collector.examples, { epochs: 6, rate: 0.01, seed, onEpoch: (_, loss) => losses.push(loss) });
      trainer.learner.begin(weights);
      return { before, after: trainer.loss(collector.examples), weights, losses };
    };
    const one = learn(1);
    expect(one.losses).toHaveLength(6);
    expect(one.after).toBeLessThan(one.before - 0.05);
    expect(learn(1).weights).toEqual(one.weights);
    expect(learn(2).weights).not.toEqual(one.weights);
    const policy = SchedPolicy.fromFile("transformer", join(BUILD, "policies/transformer.wasm"));
    expect(policy.setWeights(one.weights, 1)).toBe(true);
  });

  it("leaves alone what it is told to", () => {
    const trainer = new SchedTrainer(wasm, collector);
    const weights = trainer.learn(first, collector.examples.slice(0, 40), { epochs: 1, rate: 0.01, seed: 1, frozen: [[0, 784]] });
    expect(parametersOf(weights).subarray(0, 784)).toEqual(parametersOf(first).subarray(0, 784));
    expect(parametersOf(weights).subarray(784)).not.toEqual(parametersOf(first).subarray(784));
  });
});

describe("the way back to the histories", () => {
  const wasm = new Uint8Array(readFileSync(join(BUILD, "wasm/learner-core.wasm")));

  it("ends at weights by which nothing but the histories counts, half and half", () => {
    const trainer = new SchedTrainer(wasm, new Collector(wasm, new Learner(wasm).firstWeights(1)));
    const first = new Learner(wasm).firstWeights(3);
    expect(trainer.towardHistories(first, 1)).toEqual(first);
    const none = parametersOf(trainer.towardHistories(first, 0));
    const [own, overall] = LAST_LAYER.trustBiases;
    expect([...none.subarray(own, overall)]).toEqual([0.5, 0.5]);
    for (const [from, to] of [LAST_LAYER.bins, LAST_LAYER.trust, LAST_LAYER.binBiases]) expect(none.subarray(from, to).every((x) => x === 0)).toBe(true);
    // The rest is as it was, and half the way is half the way.
    expect(none.subarray(0, LAST_LAYER.bins[0])).toEqual(parametersOf(first).subarray(0, LAST_LAYER.bins[0]));
    const half = parametersOf(trainer.towardHistories(first, 0.5));
    expect(half[LAST_LAYER.bins[0]]).toBe((parametersOf(first)[LAST_LAYER.bins[0]] as number) / 2);
    expect(half[own]).toBeCloseTo(((parametersOf(first)[own] as number) + 0.5) / 2, 6);
  });
});

describe("the committed weights", () => {
  const bytes = new Uint8Array(readFileSync(join(ROOT, SCHED_MODEL_FILE)));

  it("are those in the manifest, and the policy's source holds the same numbers", () => {
    const { models } = JSON.parse(readFileSync(join(ROOT, MANIFEST_FILE), "utf8")) as { models: { name: string }[] };
    const entry = models.find(({ name }) => name === "sched-transformer");
    expect(entry).toMatchObject({ sha256: sha256(bytes), bytes: bytes.length, source: SCHED_SOURCE_FILE, parameters: parametersOf(bytes).length });
    expect(readFileSync(join(ROOT, SCHED_SOURCE_FILE), "utf8")).toBe(schedSource(bytes));
    expect(parametersOf(bytes).every(Number.isFinite)).toBe(true);
  });

  it("are what the module begins with", () => {
    const policy = SchedPolicy.fromFile("transformer", join(BUILD, "policies/transformer.wasm"));
    policy.reset();
    expect(policy.weights()).toEqual(bytes);
  });
});

describe("options", () => {
  it("a mistake is told before anything is built", () => {
    expect(parseSchedTrainOptions([])).toEqual({ ...SCHED_DEFAULTS, dryRun: false });
    expect(parseSchedTrainOptions(["--lists", "7", "--dry-run"])).toMatchObject({ lists: 7, dryRun: true });
    for (const wrong of [["--lists", "0"], ["--seed", "1.5"], ["--epochs", "many"], ["--rounds", "11"], ["--speed", "3"], ["stray"]])
      expect(() => parseSchedTrainOptions(wrong)).toThrow();
  });
});
