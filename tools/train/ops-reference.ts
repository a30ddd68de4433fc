// The trainer's module under V8 over the reference of the vector kernels: slow, one half only. For tests of the process against it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runGraph } from "../build/graph.js";
import { TRAINER_WASM, trainerModuleStep } from "../build/ops-trainer.js";
import { ROOT } from "../lib/index.js";
import { buildNnReference, nnLater } from "../mind/nn-reference.js";
import type { Packed, Room } from "./ops-batch.js";
import type { ModelShape } from "./ops-process.js";

/** kernel-as/ml/lm/host.ts. */
interface Exports {
  memory: WebAssembly.Memory;
  open(...sizes: number[]): number;
  input(): number;
  state(): number;
  parameterCount(): number;
  gradient(): number;
  begin(seed: bigint): void;
  clear(): void;
  learn(bytes: number, scale: number, learning: number): number;
}

export class OpsReference {
  readonly #exports: Exports;

  private constructor(exports: Exports) {
    this.#exports = exports;
  }

  static async open(shape: ModelShape, room: Room): Promise<OpsReference> {
    await runGraph([trainerModuleStep()], { jobs: 1 });
    await buildNnReference();
    const nn = nnLater();
    const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(join(ROOT, TRAINER_WASM))), { nn: nn.imports });
    const exports = instance.exports as unknown as Exports;
    nn.bind(exports.memory);
    const { vocabulary, width, layers, heads, kvHeads, hidden, context, ropeBase, epsilon } = shape;
    const status = exports.open(vocabulary, width, layers, heads, kvHeads, hidden, context, ropeBase, epsilon, room.rows, room.scores, room.answered);
    if (status !== 0) throw new RangeError(`open: status ${status}`);
    return new OpsReference(exports);
  }

  begin(seed: number): void {
    this.#exports.begin(BigInt(seed));
  }
  /** The parameters, where they lie. */
  get parameters(): Float32Array {
    return new Float32Array(this.#exports.memory.buffer, this.#exports.state(), this.#exports.parameterCount());
  }
  /** Loss, Σ weight × nats, of one batch, and its gradient. */
  learn(batch: Packed): { loss: number; gradient: Float32Array } {
    this.#exports.clear();
    new Uint8Array(this.#exports.memory.buffer).set(batch.bytes, this.#exports.input());
    const loss = this.#exports.learn(batch.bytes.length, 1, 1);
    return { loss, gradient: new Float32Array(this.#exports.memory.buffer, this.#exports.gradient(), this.#exports.parameterCount()).slice() };
  }
}
