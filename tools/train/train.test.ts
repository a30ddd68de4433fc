// The trainer's parts: gradients against finite differences, learning what can be learnt, the threshold's rule, and that the
// committed model, its source and its manifest are the same numbers. Training itself is npm run train -- memory.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Draw } from "../episodes/index.js";
import { ROOT } from "../lib/index.js";
import type { Played } from "./dataset.js";
import { learn, scaled, scalingOf } from "./learn.js";
import { shapeOf } from "./learners.js";
import { MANIFEST_FILE, MODEL_FILE, modelBytes, modelSource, readModel, SOURCE_FILE, sha256 } from "./model.js";
import { Network, stacked } from "./network.js";
import { DEFAULT_STARTS, parseTrainOptions } from "./options.js";
import { chooseThreshold, ratesAt } from "./threshold.js";

const SHAPE = shapeOf(DEFAULT_STARTS);

/** An episode of `beats` beats whose features are given; it runs out after the last beat where `oom`. */
function played(beats: number, oom: boolean, feature: (beat: number, i: number) => number, inputs: number, indistinguishableMs?: number): Played {
  return {
    family: oom ? "over" : "calm",
    oomMs: oom ? beats * 100 : undefined,
    foreseeable: oom,
    indistinguishableMs,
    timeMs: Float64Array.from({ length: beats }, (_, i) => i * 100),
    features: Float32Array.from({ length: beats * inputs }, (_, k) => feature(Math.floor(k / inputs), k % inputs)),
    committed: new Uint8Array(beats),
    freeShare: new Float32Array(beats),
  };
}

describe("network", () => {
  it("has the gradient that finite differences give, for every parameter", () => {
    const shape = { inputs: 5, hidden1: 4, hidden2: 3 };
    const network = new Network(shape);
    const draw = new Draw(3);
    network.randomise(draw);
    for (let i = 0; i < network.parameters.length; i++) network.parameters[i] = (network.parameters[i] as number) + draw.between(-0.2, 0.2);
    const x = Float64Array.from({ length: 15 }, () => draw.between(-2, 2));
    // The loss: 0.5 logit² summed over three inputs.
    const loss = () => [0, 5, 10].reduce((sum, at) => sum + 0.5 * network.forward(x, at) ** 2, 0);
    const gradient = new Float64Array(network.parameters.length);
    for (const at of [0, 5, 10]) network.backward(x, at, network.forward(x, at), gradient);
    for (let i = 0; i < network.parameters.length; i++) {
      const value = network.parameters[i] as number;
      const step = 1e-5;
      network.parameters[i] = value + step;
      const above = loss();
      network.parameters[i] = value - step;
      const below = loss();
      network.parameters[i] = value;
      const wanted = (above - below) / (2 * step);
      expect(Math.abs((gradient[i] as number) - wanted), `parameter ${i}`).toBeLessThan(1e-7 + 1e-6 * Math.abs(wanted));
    }
  });
});

describe("learning", () => {
  const inputs = 3;
  // Feature 1 rises towards an OOM, and half as far where there is none; the others are noise.
  const set = (seed: number) => {
    const draw = new Draw(seed);
    return Array.from({ length: 60 }, (_, e) => {
      const oom = e % 2 === 0;
      return played(200, oom, (beat, i) => (i === 1 ? (beat / 200) * (oom ? 1 : 0.45) : draw.between(0, 1)), inputs);
    });
  };

  it("tells ramps that go on from those that stop, the same way twice", () => {
    const training = set(1);
    const scaling = scalingOf(training, inputs);
    const options = { shape: { inputs, hidden1: 6, hidden2: 4 }, epochs: 12, seed: 5 };
    const network = learn(training, scaling, options);
    const unseen = set(2);
    const scores = unseen.map((e) => {
      const x = scaled(e.features, scaling);
      return Float64Array.from(e.timeMs, (_, i) => network.forward(x, i * inputs));
    });
    const best = chooseThreshold(
      unseen,
      scores,
      Array.from({ length: 60 }, (_, i) => -3 + i * 0.1),
    );
    expect(best?.hits).toBeGreaterThan(25);
    expect(best?.falsePositives).toBeLessThan(2);
    expect(learn(training, scaling, options).parameters).toEqual(network.parameters);
  });

  it("networks side by side answer with their mean", () => {
    const draw = new Draw(9);
    const members = [1, 2, 3].map(() => {
      const network = new Network({ inputs: 7, hidden1: 4, hidden2: 3 });
      for (let i = 0; i < network.parameters.length; i++) network.parameters[i] = draw.between(-1, 1);
      return network;
    });
    const whole = stacked(members);
    expect(whole.shape).toEqual({ inputs: 7, hidden1: 12, hidden2: 9 });
    for (let i = 0; i < 20; i++) {
      const x = Float64Array.from({ length: 7 }, () => draw.between(-2, 2));
      const mean = members.reduce((sum, network) => sum + network.forward(x, 0) / 3, 0);
      expect(whole.forward(x, 0)).toBeCloseTo(mean, 10);
    }
  });

  it("a threshold that raises too many false alarms is not chosen", () => {
    const episodes = [played(100, true, () => 0, 1), played(100, false, () => 0, 1), played(100, false, () => 0, 1, 5000)];
    const rising = Float64Array.from({ length: 100 }, (_, i) => i / 100);
    const low = Float64Array.from({ length: 100 }, (_, i) => i / 250);
    expect(chooseThreshold(episodes, [rising, rising, rising], [0.1, 0.4])).toBeUndefined();
    expect(chooseThreshold(episodes, [rising, low, rising], [0.1, 0.45, 0.495, 0.6])?.threshold).toBe(0.45);
    expect(ratesAt(episodes, [rising, low, rising], 0.45)).toMatchObject({ foreseeable: 1, hits: 1, clear: 1, falsePositives: 0, indistinguishable: 1, excused: 1 });
    expect(ratesAt(episodes, [rising, low, rising], 0.6)).toMatchObject({ hits: 0 });
  });
});

describe("the committed model", () => {
  const bytes = new Uint8Array(readFileSync(join(ROOT, MODEL_FILE)));
  const manifest = JSON.parse(readFileSync(join(ROOT, MANIFEST_FILE), "utf8")) as { models: { sha256: string; bytes: number; parameters: number; source: string }[] };

  it("is the one in the manifest, and the policy's source holds the same numbers", () => {
    expect(manifest.models[0]).toMatchObject({ sha256: sha256(bytes), bytes: bytes.length, source: SOURCE_FILE });
    const model = readModel(bytes, SHAPE);
    expect(modelBytes(model)).toEqual(bytes);
    expect(readFileSync(join(ROOT, SOURCE_FILE), "utf8")).toBe(modelSource(model));
    expect([...model.parameters, ...model.mean, ...model.scale, model.noveltyLimit, model.alarmLogit].every(Number.isFinite)).toBe(true);
  });
});

describe("options", () => {
  it("a mistake is told before anything is built", () => {
    expect(parseTrainOptions([])).toMatchObject({ seed: 1, drawn: 0, leaveOut: false, dryRun: false });
    expect(parseTrainOptions(["--drawn", "500"]).drawn).toBe(500);
    expect(() => parseTrainOptions(["--drawn", "1.5"])).toThrow(/--drawn 1.5/);
    expect(parseTrainOptions(["--leave-out", "all"]).leaveOut).toBe(true);
    expect(() => parseTrainOptions(["--leave-out", "server"])).toThrow(/--leave-out server/);
    expect(() => parseTrainOptions(["--epochs", "x"])).toThrow(/--epochs x/);
    expect(() => parseTrainOptions(["--speed"])).toThrow(/speed/);
  });
});
