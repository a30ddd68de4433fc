// A memory policy's wasm under V8, asked with the kernel's own input bytes: the champion of a replayed kernel, and any number of
// others in its shadow. One instance serves many episodes, reset before each. Not the booted machine's engines; the same bytes.
import { readFileSync } from "node:fs";
import { Abstained, LAYOUT, Status } from "../abi/index.js";

const OPEN_FUEL = 10_000_000n;
/** Risk WARNING begins here, unless crashctl tune said otherwise. */
export const WARNING_PPM = 800_000;

interface PolicyExports {
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
}

/** What a policy said at a beat; `fault` where its answer is none. */
export interface Opinion {
  confidence: number;
  timeToExhaustionMs: number;
  abstained: boolean;
  fault: string | undefined;
  /** what policy_decide answered, or the Status of its failure */
  status: number;
}

const D = LAYOUT.MemoryDecision.fields;

export class Policy {
  readonly name: string;
  readonly exports: PolicyExports;
  readonly output: number;
  readonly outputBytes: number;
  readonly #input: number;
  readonly #capacity: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  fuelUsed = 0n;
  error = "";

  constructor(name: string, bytes: BufferSource) {
    this.name = name;
    this.exports = new WebAssembly.Instance(new WebAssembly.Module(bytes), {}).exports as unknown as PolicyExports;
    this.#fuel(OPEN_FUEL);
    this.#input = this.exports.policy_input();
    this.#capacity = this.exports.policy_input_capacity();
    this.output = this.exports.policy_output();
    this.outputBytes = this.exports.policy_output_bytes();
    this.#bytes = new Uint8Array(this.exports.memory.buffer);
    this.#view = new DataView(this.exports.memory.buffer);
  }

  static fromFile(name: string, path: string): Policy {
    return new Policy(name, new Uint8Array(readFileSync(path)));
  }

  #fuel(points: bigint): void {
    if (this.exports.fuel) this.exports.fuel.value = points;
    if (this.exports.depth) this.exports.depth.value = 0;
  }

  /** Forget all state. */
  reset(seed = 1): number {
    this.error = "";
    this.#fuel(OPEN_FUEL);
    return this.exports.policy_reset(seed);
  }

  /** Ask about `input`: MemoryFeatures and rows. A Status < 0 where it failed; `error` says how. */
  decide(input: Uint8Array, fuel: bigint): number {
    if (input.length > this.#capacity) return Status.Range;
    this.#bytes.set(input, this.#input);
    this.#fuel(fuel);
    try {
      const status = this.exports.policy_decide(input.length);
      return status < 0 ? Status.Invalid : status;
    } catch (error) {
      const spent = this.exports.fuel !== undefined && this.exports.fuel.value < 0n;
      this.error = spent ? `ran out of fuel: ${fuel} points` : (error as Error).message;
      return spent ? Status.OutOfFuel : Status.Trap;
    } finally {
      const left = this.exports.fuel?.value ?? fuel;
      this.fuelUsed = left < 0n ? fuel : fuel - left;
    }
  }

  /** The decision as bytes, as the last decide left it. */
  decision(): Uint8Array {
    return this.#bytes.subarray(this.output, this.output + this.outputBytes);
  }

  /** Ask, and judge the answer as kernel/predict/judge.ts does. */
  ask(input: Uint8Array, fuel: bigint, into: Opinion): Opinion {
    into.confidence = 0;
    into.timeToExhaustionMs = -1;
    into.abstained = true;
    into.fault = undefined;
    const status = this.decide(input, fuel);
    into.status = status;
    if (status < 0) {
      into.fault = this.error || `answered ${status}`;
      return into;
    }
    const at = this.output;
    const number = (offset: number) => this.#view.getFloat64(at + offset, true);
    const share = (value: number) => value >= 0 && value <= 1;
    const confidence = number(D.confidence.offset);
    const time = number(D.timeToExhaustionMs.offset);
    const abstained = this.#view.getUint32(at + D.abstained.offset, true);
    if (!share(confidence)) into.fault = "confidence lies outside 0 to 1";
    else if (![D.exhaustion, D.scarcity, D.fragmentation, D.failures].every((field) => share(number(field.offset)))) into.fault = "a factor lies outside 0 to 1";
    else if (!Number.isFinite(number(D.slopePagesPerSecond.offset))) into.fault = "the slope is not a finite number";
    else if (!(Number.isFinite(time) && (time >= 0 || time === -1))) into.fault = "the time to exhaustion is no time";
    else if (this.#view.getUint32(at + D.advice.offset, true) > 3) into.fault = "no such advice";
    else if (abstained > Abstained.Unfamiliar) into.fault = "no such reason to abstain";
    if (into.fault !== undefined) return into;
    into.confidence = confidence;
    into.timeToExhaustionMs = time;
    into.abstained = abstained !== Abstained.No;
    return into;
  }
}

/** Whether an opinion is a warning: as kernel/predict/verdict.ts counts it. */
export function isWarning(opinion: Opinion): boolean {
  return opinion.fault === undefined && !opinion.abstained && Math.round(opinion.confidence * 1e6) >= WARNING_PPM;
}
