// neural under V8: the trainer's network and the policy's agree, unfamiliar input is said to be so, and a broken model (NaN, zeros, random
// weights) never gives an answer that the kernel would refuse.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Abstained, LAYOUT, MEMORY_PASTS, MEMORY_SAMPLES } from "../abi/index.js";
import { Draw } from "../episodes/index.js";
import { ROOT } from "../lib/index.js";
import { compileHarness } from "../sim/harness.js";
import { Policy } from "../sim/policies.js";
import { shapeOf } from "./learners.js";
import { MODEL_FILE, type Model, readModel } from "./model.js";
import { Network } from "./network.js";
import { DEFAULT_STARTS } from "./options.js";

const SHAPE = shapeOf(DEFAULT_STARTS);

const SAMPLES_AT = LAYOUT.MemoryFeatures.bytes + MEMORY_PASTS * LAYOUT.MemoryPast.bytes;
const MANAGED = 32_768;
type Neural = { memory: WebAssembly.Memory; neural_features(): number; neural_logit(): number };

let bytes: Uint8Array<ArrayBuffer>;
let model: Model;
beforeAll(() => {
  bytes = compileHarness("neural-plain", "kernel-as/policy/memory/neural.ts", ["--config", "asconfig.json", "--target", "policy"]);
  model = readModel(new Uint8Array(readFileSync(join(ROOT, MODEL_FILE))), SHAPE);
}, 60_000);

/** A machine whose one program takes `pagesPerBeat` and reserves as it goes; `used` are in use now. */
function steady(used: number, pagesPerBeat: number): Uint8Array {
  const input = new DataView(new ArrayBuffer(SAMPLES_AT + MEMORY_SAMPLES * LAYOUT.MemorySample.bytes));
  const head = LAYOUT.MemoryFeatures.fields;
  const past = LAYOUT.MemoryPast;
  const sample = LAYOUT.MemorySample;
  input.setUint32(head.count.offset, MEMORY_SAMPLES, true);
  input.setUint32(head.beatMs.offset, 100, true);
  input.setUint32(head.horizonMs.offset, 60_000, true);
  input.setUint32(head.pasts.offset, 20, true);
  input.setUint32(head.pastMs.offset, 1000, true);
  const held = (beatsAgo: number) => Math.max(Math.round(used - pagesPerBeat * beatsAgo), 2000);
  for (let i = 0; i < 20; i++) {
    const at = LAYOUT.MemoryFeatures.bytes + i * past.bytes;
    input.setUint32(at + past.fields.leastFreePages.offset, MANAGED - held((19 - i) * 10), true);
    input.setUint32(at + past.fields.mostFreePages.offset, MANAGED - held((19 - i) * 10 + 9), true);
    input.setUint32(at + past.fields.committedPages.offset, held((19 - i) * 10) + 300, true);
  }
  for (let i = 0; i < MEMORY_SAMPLES; i++) {
    const at = SAMPLES_AT + i * sample.bytes;
    const now = held(MEMORY_SAMPLES - 1 - i);
    const grown = now - held(MEMORY_SAMPLES + 9 - i);
    const put = (field: keyof typeof sample.fields, value: number) => input.setUint32(at + sample.fields[field].offset, value, true);
    input.setBigUint64(at + sample.fields.timeNs.offset, BigInt(i) * 100_000_000n, true);
    put("freePages", MANAGED - now);
    put("largestFreePages", Math.min(MANAGED - now, 1024));
    put("managedPages", MANAGED);
    put("processes", 4);
    put("userPages", now);
    put("committedPages", now + 300);
    if (grown > 0) for (const field of ["growthPages", "topGrowthPages", "reservingPages"] as const) put(field, grown);
    if (grown > 0) put("growers", 1);
    if (grown > 0) put("topRunMs", 10_000);
  }
  return new Uint8Array(input.buffer);
}

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
    const input = steady(20_000, 30);
    const view = new DataView(input.buffer);
    // Most of the machine lies in a compressed pool: nothing in training was so.
    for (let i = 0; i < MEMORY_SAMPLES; i++) view.setUint32(SAMPLES_AT + i * LAYOUT.MemorySample.bytes + LAYOUT.MemorySample.fields.compressedPages.offset, 30_000, true);
    expect(policy.ask(input, 200_000n, opinion)).toMatchObject({ fault: undefined, abstained: true });
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
