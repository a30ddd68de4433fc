// The trainer's process (hostshim-c/hosted/ops_trainer.c) from TypeScript: one request after the other, each answered. Not the plan of a training.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { ROOT } from "../lib/index.js";
import type { Packed, Room } from "./ops-batch.js";

const OPERATION = { open: 1, begin: 2, load: 3, save: 4, step: 5, evaluate: 6, gradient: 7 } as const;

/** Sizes of a model (kernel-as/ml/lm/shape.ts). */
export interface ModelShape {
  vocabulary: number;
  width: number;
  layers: number;
  heads: number;
  kvHeads: number;
  hidden: number;
  context: number;
  ropeBase: number;
  epsilon: number;
}

/** One step's plan (kernel-as/ml/lm/adamw.ts). */
export interface StepPlan {
  /** 1 for the first. */
  step: number;
  steps: number;
  warmup: number;
  peak: number;
  last: number;
  limit: number;
  decay: number;
}

export interface StepResult {
  /** Mean nats of a row, by weight. */
  loss: number;
  /** Of the gradient, before it was shortened. Below 0: it was no number, and the step changed nothing. */
  norm: number;
  rate: number;
  seconds: number;
  /** The gradients' sum, the update and the copying of the weights. */
  updateSeconds: number;
  /** Of the two halves. */
  learnSeconds: [number, number];
}

/** What was seen of a row with a weight. */
export interface Seen {
  nats: Float32Array;
  best: Int32Array;
}

export class TrainerFailed extends Error {
  readonly code = "TRAINER_FAILED";
}

export class OpsProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #parts: Buffer[] = [];
  #have = 0;
  #wake: () => void = () => {};
  #ended: string | undefined;
  #errors = "";
  parameters = 0;
  isa = 0;

  /** @param isa −1 for the best that the processor has */
  constructor(program: string, isa = -1) {
    this.#child = spawn(join(ROOT, program), [String(isa)], { stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stdout.on("data", (data: Buffer) => {
      this.#parts.push(data);
      this.#have += data.length;
      this.#wake();
    });
    this.#child.stderr.on("data", (data: Buffer) => {
      this.#errors += data.toString();
    });
    const ended = (how: string) => {
      this.#ended ??= how;
      this.#wake();
    };
    this.#child.on("error", (error) => ended(error.message));
    this.#child.on("close", (code, signal) => ended(`it ended with ${signal ?? `status ${code}`}`));
    this.#child.stdin.on("error", () => {}); // its end says more
  }

  async open(shape: ModelShape, room: Room): Promise<void> {
    const payload = Buffer.alloc(56);
    [shape.vocabulary, shape.width, shape.layers, shape.heads, shape.kvHeads, shape.hidden, shape.context, room.rows, room.scores, room.answered].forEach((value, i) => {
      payload.writeInt32LE(value, 4 * i);
    });
    payload.writeDoubleLE(shape.ropeBase, 40);
    payload.writeDoubleLE(shape.epsilon, 48);
    const answer = await this.#ask(OPERATION.open, [payload]);
    this.parameters = answer.readUInt32LE(0);
    this.isa = answer.readUInt32LE(4);
  }

  async begin(seed: number): Promise<void> {
    const payload = Buffer.alloc(8);
    payload.writeBigUInt64LE(BigInt(seed));
    await this.#ask(OPERATION.begin, [payload]);
  }

  /** Parameters and both moments, as `save` gave them. */
  async load(state: Uint8Array): Promise<void> {
    await this.#ask(OPERATION.load, [state]);
  }
  async save(): Promise<Buffer> {
    return this.#ask(OPERATION.save, []);
  }

  /** One step of learning; batches go to the two halves in turn. */
  async step(plan: StepPlan, batches: readonly Packed[]): Promise<StepResult> {
    const weight = batches.reduce((sum, batch) => sum + batch.weight, 0);
    const head = Buffer.alloc(56);
    [plan.step, plan.steps, plan.warmup, 0].forEach((value, i) => {
      head.writeInt32LE(value, 4 * i);
    });
    [plan.peak, plan.last, plan.limit, plan.decay, 1 / weight].forEach((value, i) => {
      head.writeDoubleLE(value, 16 + 8 * i);
    });
    const answer = await this.#ask(OPERATION.step, [head, ...headed(batches)]);
    const seconds = (at: number) => Number(answer.readBigUInt64LE(at)) / 1e9;
    return {
      loss: answer.readDoubleLE(0),
      norm: answer.readDoubleLE(8),
      rate: answer.readDoubleLE(16),
      seconds: seconds(24),
      updateSeconds: seconds(32),
      learnSeconds: [seconds(40), seconds(48)],
    };
  }

  /** What is seen of each row with a weight, batch by batch. */
  async evaluate(batches: readonly Packed[]): Promise<Seen[]> {
    const answer = await this.#ask(OPERATION.evaluate, headed(batches));
    // The first half's batches come first.
    const order = [0, 1].flatMap((shard) => batches.map((_, i) => i).filter((i) => i % 2 === shard));
    const seen: Seen[] = [];
    let at = 0;
    for (const index of order) {
      const rows = answer.readUInt32LE(at);
      const from = answer.subarray(at + 4, at + 4 + 8 * rows);
      const copy = new Uint8Array(from).buffer;
      seen[index] = { nats: new Float32Array(copy, 0, rows), best: new Int32Array(copy, 4 * rows, rows) };
      at += 4 + 8 * rows;
    }
    return seen;
  }

  /** Loss (Σ weight × nats) and its gradient by every parameter. For tests. */
  async gradient(batches: readonly Packed[]): Promise<{ loss: number; gradient: Float32Array }> {
    const answer = await this.#ask(OPERATION.gradient, headed(batches));
    return { loss: answer.readDoubleLE(0), gradient: new Float32Array(new Uint8Array(answer.subarray(8)).buffer) };
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }

  async #ask(operation: number, payload: readonly Uint8Array[]): Promise<Buffer> {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(operation, 0);
    head.writeUInt32LE(
      payload.reduce((sum, part) => sum + part.length, 0),
      4,
    );
    for (const part of [head, ...payload]) this.#child.stdin.write(part);
    const answer = await this.#take(8);
    const bytes = await this.#take(answer.readUInt32LE(4));
    const status = answer.readInt32LE(0);
    if (status !== 0) throw new TrainerFailed(`the trainer refused request ${operation}: status ${status} (−1: malformed, −2: no memory)`);
    return bytes;
  }

  async #take(count: number): Promise<Buffer> {
    while (this.#have < count) {
      if (this.#ended !== undefined) throw new TrainerFailed(`the trainer's process: ${this.#ended}${this.#errors ? `\n${this.#errors.trim()}` : ""}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const all = Buffer.concat(this.#parts);
    this.#parts.length = 0;
    if (all.length > count) this.#parts.push(all.subarray(count));
    this.#have -= count;
    return all.subarray(0, count);
  }
}

// Each batch with its length and its half.
function headed(batches: readonly Packed[]): Buffer[] {
  return batches.flatMap(({ bytes }, i) => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(bytes.length, 0);
    head.writeUInt32LE(i % 2, 4);
    return [head, bytes];
  });
}
