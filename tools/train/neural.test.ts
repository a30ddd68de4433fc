// neural under V8: the trainer's network and the policy's agree, unfamiliar input is said to be so, and a broken model (NaN, zeros, random
// weights) never gives an answer that the kernel would refuse.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Abstained, LAYOUT } from "../abi/index.js";
import { Draw } from "../episodes/index.js";
import { ROOT } from "../lib/index.js";
import { compileHarness } from "../sim/harness.js";
import { Policy } from "../sim/policies.js";
import { shapeOf } from "./learners.js";
import { MODEL_FILE, type Model, readModel } from "./model.js";
import { Network } from "./network.js";
import { DEFAULT_STARTS } from "./options.js";
import { compressed, MANAGED, steady } from "./test-input.js";

const SHAPE = shapeOf(DEFAULT_STARTS);

type Neural = { memory: WebAssembly.Memory; neural_features(): number; neural_logit(): number };

let bytes: Uint8Array<ArrayBuffer>;
let model: Model;
beforeAll(() => {
  bytes = compileHarness("neural-plain", "kernel-as/policy/memory/neural.ts", ["--config", "asconfig.json", "--target", "policy"]);
  model = readModel(new Uint8Array(readFileSync(join(ROOT, MODEL_FILE))), SHAPE);
}, 60_000);

const opinion = { confidence: 0, timeToExhaustionMs: 0, abstained: false, fault: undefined as string | undefined, status: 0 };

describe("neural", () => {
  it("is calm on an idle machine, and warns of a program that takes the rest within seconds", () => {
    const policy = new Policy("neural", bytes);
    expect(policy.ask(steady(8_000, 0), 200_000n, opinion)).toMatchObject({ fault: undefined, abstained: false });
    expect(opinion.confidence).toBeLessThan(0.5);
    // 100 pages a beat; 3000 are left: three seconds.
    expect(policy.ask(steady(MANAGED - 3000, 100), 200_000n, opinion)).toMatchObject({ fault: undefined, abstained: false });
    expect(opinion.confidence).toBeGreaterThanOrEqual(0.8);
  });

  it("computes what the trainer computes", () => {
    const policy = new Policy("neural", bytes);
    const { memory, neural_features, neural_logit } = policy.exports as unknown as Neural;
    const network = new Network(SHAPE, Float64Array.from(model.parameters));
    let asked = 0;
    for (let used = 4000; used < MANAGED; used += 1500)
      for (const rate of [0, 3, 20, 90]) {
        policy.ask(steady(used, rate), 200_000n, opinion);
        if (opinion.abstained) continue;
        asked++;
        const features = new Float32Array(memory.buffer, neural_features(), SHAPE.inputs);
        const x = features.map((value, i) => Math.fround(Math.fround(value - (model.mean[i] as number)) * (model.scale[i] as number)));
        expect(Math.abs(network.forward(x, 0) - neural_logit())).toBeLessThan(1e-4);
      }
    expect(asked).toBeGreaterThan(40);
  });

  it("says that it knows nothing like it", () => {
    const policy = new Policy("neural", bytes);
    expect(policy.ask(compressed(20_000, 30), 200_000n, opinion)).toMatchObject({ fault: undefined, abstained: true });
    const decision = policy.decision();
    expect(new DataView(decision.buffer, decision.byteOffset).getUint32(LAYOUT.MemoryDecision.fields.abstained.offset, true)).toBe(Abstained.Unfamiliar);
  });

  it.each(["NaN", "zeros", "random"])("a model of %s gives no answer that the kernel would refuse", (kind) => {
    const policy = new Policy("neural", bytes);
    const memory = (policy.exports as unknown as Neural).memory;
    const first = new Uint8Array(model.parameters.buffer, model.parameters.byteOffset, 64);
    const at = Buffer.from(memory.buffer).indexOf(Buffer.from(first));
    expect(at).toBeGreaterThan(0);
    const draw = new Draw(4);
    const weights = new Float32Array(memory.buffer, at, SHAPE.inputs * SHAPE.hidden1);
    for (let i = 0; i < weights.length; i++) weights[i] = kind === "NaN" ? Number.NaN : kind === "zeros" ? 0 : draw.between(-1e30, 1e30);
    for (const rate of [0, 3, 50]) {
      policy.ask(steady(20_000, rate), 200_000n, opinion);
      expect(opinion.fault).toBeUndefined();
      if (kind === "NaN") expect(opinion.abstained).toBe(true);
    }
  });
});
