// A scheduling policy's wasm under V8, the same metered bytes as in the image, asked by the simulator's core. One instance serves many runs,
// reset before each. Not the memory policies' class (../policies.ts), whose answers are judged elsewhere.
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { ABI_HASH, LAYOUT, ModuleKind, Status } from "../../abi/index.js";
import { ToolError } from "../../lib/index.js";
import { countTime, emptyHistogram, type TimeHistogram } from "./histogram.js";

/** Metering points of one call: far above what any decision takes, so that a loop without end stops. */
const FUEL = 50_000_000n;
/** Every so many-th decision is timed. */
const TIMED_EVERY = 16;

interface Exports {
  memory: WebAssembly.Memory;
  fuel?: WebAssembly.Global<"i64">;
  depth?: WebAssembly.Global<"i32">;
  policy_kind(): number;
  policy_abi(): bigint;
  policy_input(): number;
  policy_input_capacity(): number;
  policy_output(): number;
  policy_output_bytes(): number;
  policy_reset(seed: number): number;
  policy_decide(inputBytes: number): number;
  policy_weights_bytes?(): number;
  policy_weights_active?(): number;
  policy_weights_staging?(): number;
  policy_weights_commit?(version: number): number;
}

/** A module that is no scheduling policy of this interface. */
export class NoSchedPolicy extends ToolError {
  override readonly name = "NoSchedPolicy";
  override readonly code = "GANGLION_NO_SCHED_POLICY";
}

export class SchedPolicy {
  readonly name: string;
  /** how long decisions took since the last reset */
  times: TimeHistogram = emptyHistogram();
  /** what the last failed call died of */
  error = "";
  readonly #module: WebAssembly.Module;
  readonly #exports: Exports;
  readonly #bytes: Uint8Array;
  readonly #input: number;
  readonly #capacity: number;
  readonly #answer: Uint8Array;
  #asked = 0;

  /** @throws NoSchedPolicy */
  constructor(name: string, bytes: BufferSource | WebAssembly.Module) {
    this.name = name;
    const no = (why: string, cause?: unknown) =>
      new NoSchedPolicy(`${name} is no scheduling policy: ${why}`, { expected: "a module of kind Sched with the exports of docs/abi.md, built for this interface", cause });
    try {
      this.#module = bytes instanceof WebAssembly.Module ? bytes : new WebAssembly.Module(bytes);
      this.#exports = new WebAssembly.Instance(this.#module, {}).exports as unknown as Exports;
      this.#fuel();
      if (this.#exports.policy_kind() !== ModuleKind.Sched) throw no(`its kind is ${this.#exports.policy_kind()}`);
      if (BigInt.asUintN(64, this.#exports.policy_abi()) !== ABI_HASH) throw no("it was built for another interface");
      if (this.#exports.policy_output_bytes() !== LAYOUT.SchedDecision.bytes) throw no("its decision has another size");
    } catch (error) {
      throw error instanceof NoSchedPolicy ? error : no((error as Error).message, error);
    }
    this.#input = this.#exports.policy_input();
    this.#capacity = this.#exports.policy_input_capacity();
    this.#bytes = new Uint8Array(this.#exports.memory.buffer);
    const output = this.#exports.policy_output();
    this.#answer = this.#bytes.subarray(output, output + LAYOUT.SchedDecision.bytes);
  }

  /** @throws NoSchedPolicy */
  static fromFile(name: string, path: string): SchedPolicy {
    return new SchedPolicy(name, new Uint8Array(readFileSync(path)));
  }

  /** Another instance of the same module, with the weights that came with it. */
  fresh(): SchedPolicy {
    return new SchedPolicy(this.name, this.#module);
  }

  #fuel(): void {
    if (this.#exports.fuel) this.#exports.fuel.value = FUEL;
    if (this.#exports.depth) this.#exports.depth.value = 0;
  }

  /** Forget all state but the weights. */
  reset(seed = 1): void {
    this.times = emptyHistogram();
    this.error = "";
    this.#fuel();
    const status = this.#exports.policy_reset(seed);
    if (status < 0) throw new NoSchedPolicy(`${this.name}: policy_reset answered ${status}`);
  }

  /** Ask with an input in the core's memory; the answer goes there, too. ≥ 0, or a Status. */
  ask(core: Uint8Array, input: number, inputBytes: number, output: number): number {
    if (inputBytes > this.#capacity) return Status.Range;
    this.#bytes.set(core.subarray(input, input + inputBytes), this.#input);
    this.#fuel();
    try {
      let status: number;
      if (this.#asked++ % TIMED_EVERY === 0) {
        const startedMs = performance.now();
        status = this.#exports.policy_decide(inputBytes);
        countTime(this.times, (performance.now() - startedMs) * 1e6);
      } else status = this.#exports.policy_decide(inputBytes);
      core.set(this.#answer, output);
      return status < 0 ? Status.Invalid : status;
    } catch (error) {
      const spent = this.#exports.fuel !== undefined && this.#exports.fuel.value < 0n;
      this.error = spent ? `ran out of fuel: ${FUEL} points` : (error as Error).message;
      return spent ? Status.OutOfFuel : Status.Trap;
    }
  }

  /** A copy of the weights in use; undefined where it has none. */
  weights(): Uint8Array | undefined {
    const { policy_weights_bytes: size, policy_weights_active: active } = this.#exports;
    if (!size || !active) return undefined;
    const at = active();
    return this.#bytes.slice(at, at + size());
  }

  /**
   * Other weights, in use from the next decision on, as the kernel's module_weights_write and _commit do it. False: it refused them, and nothing changed.
   * Call between decisions only: never from inside ask.
   */
  setWeights(weights: Uint8Array, version: number): boolean {
    const { policy_weights_bytes: size, policy_weights_staging: staging, policy_weights_commit: commit } = this.#exports;
    if (!size || !staging || !commit) throw new NoSchedPolicy(`${this.name} has no weights that could be replaced`);
    if (weights.length !== size()) return false;
    this.#bytes.set(weights, staging());
    this.#fuel();
    return commit(version) >= 0;
  }
}
