// The trees: what they grow and learn, their files, and boosted.ts under V8: it answers what the trainer answers, says what is unfamiliar,
// and never gives an answer that the kernel would refuse, whatever its tables hold.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Abstained, LAYOUT } from "../abi/index.js";
import { Draw } from "../episodes/index.js";
import { ROOT } from "../lib/index.js";
import { compileHarness } from "../sim/harness.js";
import { Policy } from "../sim/policies.js";
import { boost, forestAnswer } from "./boost.js";
import type { Played } from "./dataset.js";
import { FOREST_FILE, FOREST_SOURCE, type ForestModel, forestBytes, forestShape, forestSource, readForest } from "./forest-model.js";
import { INPUTS } from "./learners.js";
import { MANIFEST_FILE, sha256 } from "./model.js";
import { compressed, MANAGED, steady } from "./test-input.js";
import { chooseThreshold } from "./threshold.js";
import { binned, growTree, treeAnswer } from "./trees.js";

const GROWING = { leaves: 6, leastCurvature: 5, ridge: 1, rate: 0.3, featureShare: 1 };
const ANY = { trees: 100, leaves: 10 };

function committed(): ForestModel {
  return readForest(new Uint8Array(readFileSync(join(ROOT, FOREST_FILE))), { inputs: INPUTS, ...ANY });
}

describe("a tree", () => {
  const rows = 4000;
  const draw = new Draw(2);
  const x = Float32Array.from({ length: rows * 3 }, () => draw.between(-1, 1));
  // What is wanted: 1 where the second feature is above 0.3 and the third below 0, else −1.
  const wanted = Float64Array.from({ length: rows }, (_, i) => ((x[i * 3 + 1] as number) > 0.3 && (x[i * 3 + 2] as number) < 0 ? 1 : -1));

  it("finds the splits that the loss falls most by, and answers by itself what it added while it grew", () => {
    const answers = new Float64Array(rows);
    const slopes = Float64Array.from(wanted, (w) => -w);
    const tree = growTree(binned(x, 3), slopes, new Float64Array(rows).fill(1), { ...GROWING, leaves: 3, rate: 1, ridge: 0 }, new Draw(1), answers);
    expect(tree.leaves).toHaveLength(3);
    expect([...tree.features].sort()).toEqual([1, 2]);
    expect(Math.abs((tree.thresholds[tree.features.indexOf(1)] as number) - 0.3)).toBeLessThan(0.03);
    expect(Math.abs((tree.thresholds[tree.features.indexOf(2)] as number) - 0)).toBeLessThan(0.03);
    let right = 0;
    for (let i = 0; i < rows; i++) {
      expect(treeAnswer(tree, x, i * 3)).toBe(answers[i]);
      if (Math.sign(answers[i] as number) === wanted[i]) right++;
    }
    expect(right).toBeGreaterThan(0.97 * rows);
  });

  it("does not grow where there is nothing to gain", () => {
    const answers = new Float64Array(rows);
    const tree = growTree(binned(x, 3), new Float64Array(rows).fill(0.5), new Float64Array(rows).fill(1), GROWING, new Draw(1), answers);
    expect(tree.features).toHaveLength(0);
    expect(treeAnswer(tree, x, 0)).toBe(answers[0]);
  });
});

describe("boosting", () => {
  // Feature 1 rises towards an OOM, and half as far where there is none; the others are noise.
  const set = (seed: number): Played[] => {
    const draw = new Draw(seed);
    return Array.from({ length: 120 }, (_, e) => {
      const oom = e % 2 === 0;
      const beats = 200;
      return {
        family: oom ? "over" : "calm",
        oomMs: oom ? beats * 100 : undefined,
        foreseeable: oom,
        indistinguishableMs: undefined,
        timeMs: Float64Array.from({ length: beats }, (_, i) => i * 100),
        features: Float32Array.from({ length: beats * 3 }, (_, k) => (k % 3 === 1 ? (Math.floor(k / 3) / beats) * (oom ? 1 : 0.45) : draw.between(0, 1))),
        committed: new Uint8Array(beats),
        freeShare: new Float32Array(beats),
      };
    });
  };
  const options = { ...GROWING, trees: 30, loss: { sharpness: 5, better: 0.5, wrong: 1.3 }, seed: 3, startFrom: 0 };

  it("tells ramps that go on from those that stop, its loss falls, and the same seed gives the same trees", () => {
    const losses: number[] = [];
    const forest = boost(set(1), 3, { ...options, onTree: (_, loss) => losses.push(loss) });
    expect(losses).toHaveLength(30);
    expect(losses.at(-1) as number).toBeLessThan(0.5 * (losses[0] as number));
    const unseen = set(2);
    const scores = unseen.map((e) => Float64Array.from(e.timeMs, (_, i) => forestAnswer(forest, e.features, i * 3)));
    const best = chooseThreshold(
      unseen,
      scores,
      Array.from({ length: 120 }, (_, i) => -3 + i * 0.05),
    );
    expect(best?.hits).toBeGreaterThan(50);
    expect(best?.falsePositives).toBeLessThan(4);
    expect(boost(set(1), 3, options)).toEqual(forest);
  });
});

describe("the committed trees", () => {
  it("are those of the manifest, and the policy's source holds the same numbers", () => {
    const bytes = new Uint8Array(readFileSync(join(ROOT, FOREST_FILE)));
    const { models } = JSON.parse(readFileSync(join(ROOT, MANIFEST_FILE), "utf8")) as { models: { name: string }[] };
    expect(models.find(({ name }) => name === "memory-boosted")).toMatchObject({ sha256: sha256(bytes), bytes: bytes.length, source: FOREST_SOURCE });
    const model = committed();
    expect(forestShape(model)).toEqual({ inputs: INPUTS, ...ANY });
    expect(forestBytes(model)).toEqual(bytes);
    expect(readFileSync(join(ROOT, FOREST_SOURCE), "utf8")).toBe(forestSource(model));
    expect(() => readForest(bytes, { inputs: INPUTS, trees: 99, leaves: ANY.leaves })).toThrow(/none of 99 trees/);
  });
});

describe("boosted", () => {
  type Boosted = { memory: WebAssembly.Memory; boosted_features(): number; boosted_answer(): number };
  const opinion = { confidence: 0, timeToExhaustionMs: 0, abstained: false, fault: undefined as string | undefined, status: 0 };
  let bytes: Uint8Array<ArrayBuffer>;
  beforeAll(() => {
    bytes = compileHarness("boosted-plain", "kernel-as/policy/memory/boosted.ts", ["--config", "asconfig.json", "--target", "policy"]);
  }, 60_000);

  it("is calm on an idle machine, and warns of a program that takes the rest within seconds", () => {
    const policy = new Policy("boosted", bytes);
    expect(policy.ask(steady(8_000, 0), 200_000n, opinion)).toMatchObject({ fault: undefined, abstained: false });
    expect(opinion.confidence).toBeLessThan(0.5);
    // 100 pages a beat; 3000 are left: three seconds.
    expect(policy.ask(steady(MANAGED - 3000, 100), 200_000n, opinion)).toMatchObject({ fault: undefined, abstained: false });
    expect(opinion.confidence).toBeGreaterThanOrEqual(0.8);
  });

  it("answers what the trainer answers, to the bit", () => {
    const policy = new Policy("boosted", bytes);
    const { memory, boosted_features, boosted_answer } = policy.exports as unknown as Boosted;
    const { forest } = committed();
    let asked = 0;
    for (let used = 4000; used < MANAGED; used += 1500)
      for (const rate of [0, 3, 20, 90]) {
        policy.ask(steady(used, rate), 200_000n, opinion);
        if (opinion.abstained) continue;
        asked++;
        expect(boosted_answer()).toBe(forestAnswer(forest, new Float32Array(memory.buffer, boosted_features(), INPUTS), 0));
      }
    expect(asked).toBeGreaterThan(40);
  });

  it("says that it knows nothing like it", () => {
    const policy = new Policy("boosted", bytes);
    expect(policy.ask(compressed(20_000, 30), 200_000n, opinion)).toMatchObject({ fault: undefined, abstained: true });
    const decision = policy.decision();
    expect(new DataView(decision.buffer, decision.byteOffset).getUint32(LAYOUT.MemoryDecision.fields.abstained.offset, true)).toBe(Abstained.Unfamiliar);
  });

  it.each(["NaN", "zeros", "random"])("tables of %s give no answer that the kernel would refuse", (kind) => {
    const policy = new Policy("boosted", bytes);
    const { memory } = policy.exports as unknown as Boosted;
    const source = Buffer.from(memory.buffer);
    const draw = new Draw(4);
    const { forest } = committed();
    const thresholds = forest.trees.slice(0, 2).flatMap((tree) => [...tree.thresholds]);
    const leaves = forest.trees.slice(0, 2).flatMap((tree) => [...tree.leaves]);
    const left = Int8Array.from(forest.trees.slice(0, 4).flatMap((tree) => [...tree.left]));
    const places = [thresholds, leaves].map((values) => source.indexOf(Buffer.from(Float32Array.from(values).buffer)));
    const children = source.indexOf(Buffer.from(left.buffer));
    for (const at of [...places, children]) expect(at).toBeGreaterThan(0);
    const value = () => (kind === "NaN" ? Number.NaN : kind === "zeros" ? 0 : draw.between(-1e30, 1e30));
    for (const at of places) new Float32Array(memory.buffer, at, 900).forEach((_, i, all) => void all.fill(value(), i, i + 1));
    new Int8Array(memory.buffer, children, 900).forEach((_, i, all) => void all.fill(kind === "random" ? draw.whole(-128, 127) : 0, i, i + 1));
    for (const rate of [0, 3, 50]) {
      policy.ask(steady(20_000, rate), 200_000n, opinion);
      expect(opinion.fault).toBeUndefined();
      if (kind === "NaN") expect(opinion.abstained).toBe(true);
    }
  });
});
