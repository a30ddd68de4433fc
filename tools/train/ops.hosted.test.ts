// The trainer's process against the same module under V8, its gradients against differences of its own loss, that it learns, that it can be gone on
// with, and that the file it leads to is the model that was trained.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { buildOpsTrainer } from "../build/ops-trainer.js";
import { Progress } from "../lib/index.js";
import { formatGguf } from "../mind/gguf.js";
import { ModelHost } from "../mind/host.js";
import { learnOpsVocabulary, trainOps } from "./ops.js";
import { inRoom, pack, type Room } from "./ops-batch.js";
import { readCheckpoint } from "./ops-checkpoint.js";
import { groupOf, promptTokens } from "./ops-data.js";
import { opsContent } from "./ops-gguf.js";
import { batchesOf } from "./ops-learn.js";
import { parseOpsOptions } from "./ops-options.js";
import { type ModelShape, OpsProcess, TrainerFailed } from "./ops-process.js";
import { OpsReference } from "./ops-reference.js";
import { toySource } from "./ops-toy.js";

const toy = toySource(1);
const vocabulary = learnOpsVocabulary(toy, 600);
const ROOM: Room = { rows: 400, scores: 40_000, answered: 400 };
const SHAPE: ModelShape = { vocabulary: vocabulary.size, width: 64, layers: 2, heads: 4, kvHeads: 2, hidden: 96, context: 64, ropeBase: 10_000, epsilon: 1e-5 };
const PLAN = { steps: 6, warmup: 2, peak: 0.003, last: 0.1, limit: 1, decay: 0.1 };
const BEST = -1;
const folder = mkdtempSync(join(tmpdir(), "ops-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = await buildOpsTrainer();
const quiet = new Progress(Object.assign(Object.create(process.stderr), { isTTY: false }), {});
const small = (...more: string[]) =>
  parseOpsOptions(["--width", "64", "--layers", "2", "--heads", "2", "--kv-heads", "1", "--hidden", "128", "--vocabulary", "600", "--dry-run", ...more]);

async function withTrainer<T>(isa: number, work: (trainer: OpsProcess) => Promise<T>): Promise<T> {
  const trainer = new OpsProcess(program, isa);
  try {
    await trainer.open(SHAPE, ROOM);
    await trainer.begin(7);
    return await work(trainer);
  } finally {
    trainer.close();
  }
}
const batches = (step: number) => batchesOf(toy, vocabulary, SHAPE.context, 1, step, 4);
const oneBatch = () => pack([groupOf(vocabulary, toy.example("train", 5)), groupOf(vocabulary, toy.example("train", 6))], { state: 0.1, question: 0.2 });

describe("the trainer's process", () => {
  test("has the gradient of the module under V8, to the bit", async () => {
    const reference = await OpsReference.open(SHAPE, ROOM);
    reference.begin(7);
    const expected = reference.learn(oneBatch());
    const found = await withTrainer(BEST, (trainer) => trainer.gradient([oneBatch()]));
    expect(found.loss).toBe(expected.loss);
    expect(Buffer.from(found.gradient.buffer).equals(Buffer.from(expected.gradient.buffer))).toBe(true);
  });

  test("has the f32 gradient that differences of the loss give", async () => {
    const reference = await OpsReference.open(SHAPE, ROOM);
    reference.begin(7);
    const { gradient } = reference.learn(oneBatch());
    const norm = Math.hypot(...gradient);
    const kept = reference.parameters.slice();
    // Along the gradient itself the loss rises by its length.
    const at = (step: number) => {
      reference.parameters.set(kept.map((value, i) => value + (step * (gradient[i] as number)) / norm));
      return reference.learn(oneBatch()).loss;
    };
    const h = 0.004;
    const slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    expect(Math.abs(slope - norm) / norm).toBeLessThan(1e-3);
  });

  test("gives the same bits with every instruction set, however its threads run", async () => {
    const run = (isa: number) =>
      withTrainer(isa, async (trainer) => {
        for (let step = 1; step <= 3; step++) await trainer.step({ ...PLAN, step }, batches(step));
        return { isa: trainer.isa, state: await trainer.save() };
      });
    const best = await run(BEST);
    for (let isa = 1; isa <= best.isa; isa++) expect((await run(isa)).state.equals(best.state)).toBe(true);
    expect((await run(BEST)).state.equals(best.state)).toBe(true);
  });

  test("refuses what it cannot take, and goes on", async () => {
    await withTrainer(BEST, async (trainer) => {
      const batch = oneBatch();
      const broken = Buffer.from(batch.bytes);
      broken.writeInt32LE(vocabulary.size, 16 + 16 * broken.readInt32LE(4));
      await expect(trainer.step({ ...PLAN, step: 1 }, [{ ...batch, bytes: broken }])).rejects.toThrow(TrainerFailed);
      await expect(trainer.load(Buffer.alloc(12))).rejects.toThrow("malformed");
      await expect(trainer.open(SHAPE, ROOM)).rejects.toThrow("malformed");
      expect((await trainer.step({ ...PLAN, step: 1 }, [batch])).loss).toBeGreaterThan(0);
    });
    const trainer = new OpsProcess(program);
    await expect(trainer.open({ ...SHAPE, heads: 3 }, ROOM)).rejects.toThrow("malformed");
    trainer.close();
    const missing = new OpsProcess("build/hosted/no-such-program");
    await expect(missing.begin(1)).rejects.toThrow("no-such-program");
  });
});

describe("a training", () => {
  test("learns to copy a process's number out of a state it never saw", async () => {
    const trained = await trainOps(small("--steps", "500", "--examples", "16", "--rate", "0.005"), toy, quiet, join(folder, "learns"));
    const last = trained.log.at(-1)?.validation;
    expect(last?.byArea["kill"]).toBeGreaterThan(0.99);
  });

  test("gone on with is the training that was not stopped, to the bit", async () => {
    const options = ["--steps", "30", "--examples", "4"];
    const whole = await trainOps(small(...options), toy, quiet, join(folder, "whole"));
    const path = join(folder, "parts");
    let stopped = false;
    const stopping = {
      ...toy,
      example: (split: "train" | "validation", index: number) => {
        // The example of a later step than the checkpoint's: as if the power went.
        if (stopped && split === "train" && index >= 100_000_000 + 4 * 20 && index < 1_000_000_000) throw new Error("the power went");
        return toy.example(split, index);
      },
    };
    stopped = true;
    await expect(trainOps(small(...options), stopping, quiet, path, 0)).rejects.toThrow("the power went");
    expect(readCheckpoint(join(path, "checkpoint.bin")).step).toBeLessThan(30);
    await expect(trainOps(small("--resume", "--steps", "30", "--examples", "5"), toy, quiet, path)).rejects.toThrow("examples 4, not 5");
    const resumed = await trainOps(small("--resume", ...options), toy, quiet, path);
    expect(Buffer.from(resumed.parameters.buffer).equals(Buffer.from(whole.parameters.buffer))).toBe(true);
    // A checkpoint that is cut or missing says so.
    const file = join(path, "checkpoint.bin");
    writeFileSync(file, readFileSync(file).subarray(0, -100));
    await expect(trainOps(small("--resume", ...options), toy, quiet, path)).rejects.toThrow("cut or changed");
    await expect(trainOps(small("--resume", ...options), toy, quiet, join(folder, "none"))).rejects.toThrow("no checkpoint");
  });
});

describe("the file", () => {
  test("is the model that was trained: the engine's logits are the trainer's, its tokens the vocabulary's", async () => {
    const example = toy.example("validation", 3);
    const group = groupOf(vocabulary, example);
    const { parameters, seen } = await withTrainer(BEST, async (trainer) => {
      for (let step = 1; step <= 3; step++) await trainer.step({ ...PLAN, step }, batches(step));
      const state = await trainer.save();
      const [rows] = await trainer.evaluate([...inRoom([group], ROOM)].map((list) => pack(list, { state: 0, question: 0 })));
      return { parameters: new Float32Array(new Uint8Array(state.subarray(0, trainer.parameters * 4)).buffer), seen: rows };
    });
    const host = await ModelHost.v8();
    try {
      const f32 = await host.loadBytes(formatGguf(opsContent(SHAPE, vocabulary, parameters, "F32")), SHAPE.context);
      expect(f32).toMatchObject({ bos: vocabulary.bos, eos: vocabulary.eos, addBos: true });
      const { question } = example.questions[0] as { question: string };
      const prompt = promptTokens(vocabulary, example.state, question);
      expect([f32.bos, ...(await host.tokenize(`${example.state}\n? ${question}\n> `))]).toEqual(prompt);
      const branch = group.branches[0] as { tokens: readonly number[]; answerFrom: number };
      const tokens = [...group.prefix, ...branch.tokens];
      const logits = await host.logitsEach(tokens.slice(0, -1));
      for (let i = branch.answerFrom; i < branch.tokens.length; i++) {
        const row = logits[group.prefix.length + i - 1] as Float32Array;
        const top = Math.max(...row);
        const nats = Math.log(row.reduce((sum, value) => sum + Math.exp(value - top), 0)) + top - (row[branch.tokens[i] as number] as number);
        expect(Math.abs(nats - ((seen as { nats: Float32Array }).nats[i - branch.answerFrom] as number))).toBeLessThan(1e-3);
      }
      await host.loadBytes(formatGguf(opsContent(SHAPE, vocabulary, parameters, "Q8_0")), SHAPE.context);
      expect(await host.tokenize("kill 14\n")).toEqual(vocabulary.encode("kill 14\n"));
    } finally {
      await host.close();
    }
  });
});
