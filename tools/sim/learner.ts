// The learner of the scheduler (kernel-as/learner/core.ts) under V8: the same file as in the ring-3 service, for training and for experiments
// of learning while a simulated machine runs. Not the service: nobody publishes here, weights are handed over.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LAYOUT, Status } from "../abi/index.js";
import { BUILD, ToolError } from "../lib/index.js";

const PAGE = 65_536;
/** Of a blob of weights, before its parameters. */
const HEAD_BYTES = 48;
/** Most rows of one loose set. */
export const MOST_ROWS = 48;

interface Exports {
  memory: WebAssembly.Memory;
  learner_bytes(): number;
  learner_weights_bytes(): number;
  learner_init(arena: number, weights: number, bytes: number): number;
  learner_rate(ppb: number): void;
  learner_record(rows: number, count: number, stride: number): number;
  learner_told(rows: number, count: number, stride: number): void;
  learner_ended(pid: number, requestSinceNs: bigint, serviceNs: bigint): void;
  learner_step(least: number): number;
  learner_apply(rate: number): number;
  learner_publish(version: number): number;
  learner_weights(): number;
  learner_adopt(weights: number, bytes: number): number;
  learner_steps(): number;
  learner_examples(): bigint;
  learner_loss(): number;
  learner_base_loss(): number;
  learner_gradient_norm(): number;
  learner_loose(): number;
  learner_row_bytes(): number;
  learner_example_rows(index: number): number;
  learner_example_shape(index: number): number;
  learner_loose_loss(count: number, weight: number): number;
  learner_loose_answer(count: number): number;
  learner_clear(): void;
  learner_gradient(): number;
  learner_first_weights(arena: number, seed: number): number;
}

export class Learner {
  readonly exports: Exports;
  readonly weightsBytes: number;
  readonly rowBytes: number;
  readonly #arena: number;
  /** where rows from outside are put */
  readonly #rows: number;
  readonly #bytes: Uint8Array;

  constructor(module: BufferSource = new Uint8Array(readFileSync(join(BUILD, "wasm/learner-core.wasm")))) {
    this.exports = new WebAssembly.Instance(new WebAssembly.Module(module), {}).exports as unknown as Exports;
    const room = LAYOUT.CandidateRow.bytes * 1024;
    const bytes = this.exports.learner_bytes() + this.exports.learner_weights_bytes() + room;
    this.#rows = this.exports.memory.grow(Math.ceil(bytes / PAGE) + 1) * PAGE;
    this.#arena = this.#rows + room;
    this.#bytes = new Uint8Array(this.exports.memory.buffer);
    this.weightsBytes = this.exports.learner_weights_bytes();
    this.rowBytes = this.exports.learner_row_bytes();
  }

  /** First weights from a seed. What was begun is gone. */
  firstWeights(seed: number): Uint8Array {
    const at = this.exports.learner_first_weights(this.#arena, seed);
    return this.#bytes.slice(at, at + this.weightsBytes);
  }

  /** Begin with these weights. Throws where they are none of this shape. */
  begin(weights: Uint8Array): void {
    this.#bytes.set(weights.subarray(0, this.weightsBytes), this.#rows);
    const status = this.exports.learner_init(this.#arena, this.#rows, weights.length);
    if (status !== Status.Ok) throw new ToolError(`the learner does not take these weights: status ${status}`, { expected: `${this.weightsBytes} bytes of this shape and format` });
  }

  /** The rows that a policy was told, as its input has them. */
  told(rows: Uint8Array): void {
    this.#bytes.set(rows, this.#rows);
    this.exports.learner_told(this.#rows, rows.length / LAYOUT.SchedTask.bytes, LAYOUT.SchedTask.bytes);
  }

  /** A decision: rows of `stride` bytes that begin as SchedTask. Returns the index of the example. */
  record(rows: Uint8Array, stride: number = LAYOUT.CandidateRow.bytes): number {
    this.#bytes.set(rows, this.#rows);
    return this.exports.learner_record(this.#rows, rows.length / stride, stride);
  }

  ended(pid: number, requestSinceNs: bigint, serviceNs: bigint): void {
    this.exports.learner_ended(pid, requestSinceNs, serviceNs);
  }

  /** Weights as they are now, sealed. */
  weights(version: number): Uint8Array {
    const status = this.exports.learner_publish(version);
    if (status !== Status.Ok) throw new ToolError("the weights went bad while learning: the rate is too high");
    const at = this.exports.learner_weights();
    return this.#bytes.slice(at, at + this.weightsBytes);
  }

  /** Rows of an example as they are now: candidates, then past ones. */
  example(index: number): { candidates: number; rows: Uint8Array } {
    const shape = this.exports.learner_example_shape(index);
    const at = this.exports.learner_example_rows(index);
    return { candidates: shape & 255, rows: this.#bytes.slice(at, at + (shape >> 8) * this.rowBytes) };
  }

  /** Bytes of the loose set, to be written. */
  loose(): Uint8Array {
    const at = this.exports.learner_loose();
    return this.#bytes.subarray(at, at + MOST_ROWS * this.rowBytes);
  }

  /** The parameters as they are now, to be looked at or changed. */
  parameters(count: number): Float32Array {
    return new Float32Array(this.exports.memory.buffer, this.exports.learner_weights() + HEAD_BYTES, count);
  }

  /** The gathered gradient, to be looked at or changed. */
  gradient(parameters: number): Float32Array {
    return new Float32Array(this.exports.memory.buffer, this.exports.learner_gradient(), parameters);
  }
}
