// A memory policy's wasm under V8: write the window, ask, read the decision. The same bytes that the kernel runs.
import { readFileSync } from "node:fs";
import { LAYOUT, MEMORY_PASTS } from "../abi/index.js";
import type { Sample } from "./memory-episodes.js";

export interface Decision {
  status: number;
  confidence: number;
  timeToExhaustionMs: number;
  exhaustion: number;
  scarcity: number;
  fragmentation: number;
  failures: number;
  slopePagesPerSecond: number;
  advice: number;
  abstained: boolean;
}

interface PolicyExports {
  memory: WebAssembly.Memory;
  fuel?: WebAssembly.Global<"i64">;
  policy_input(): number;
  policy_output(): number;
  policy_reset(seed: number): number;
  policy_decide(inputBytes: number): number;
}

const { bytes: SAMPLE_BYTES, fields: F } = LAYOUT.MemorySample;
const HEAD_BYTES = LAYOUT.MemoryFeatures.bytes + Number(MEMORY_PASTS) * LAYOUT.MemoryPast.bytes;
export const WINDOW_ROWS = 100;
export const BEAT_MS = 100;
export const HORIZON_MS = 60_000;
const FUEL = 1_000_000n;

export class MemoryPolicy {
  readonly #exports: PolicyExports;

  private constructor(exports: PolicyExports) {
    this.#exports = exports;
  }

  static fromBytes(bytes: BufferSource): MemoryPolicy {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {});
    const policy = new MemoryPolicy(instance.exports as unknown as PolicyExports);
    policy.#refuel();
    policy.#exports.policy_reset(1);
    return policy;
  }

  static fromFile(path: string): MemoryPolicy {
    return MemoryPolicy.fromBytes(new Uint8Array(readFileSync(path)));
  }

  #refuel(): void {
    if (this.#exports.fuel) this.#exports.fuel.value = FUEL;
  }

  /** Ask about the last WINDOW_ROWS of `samples`, oldest first. */
  decide(samples: readonly Sample[]): Decision {
    const window = samples.slice(-WINDOW_ROWS);
    const { memory, policy_input, policy_output, policy_decide } = this.#exports;
    const input = new DataView(memory.buffer, policy_input(), HEAD_BYTES + window.length * SAMPLE_BYTES);
    new Uint8Array(memory.buffer, input.byteOffset, input.byteLength).fill(0);
    const head = LAYOUT.MemoryFeatures.fields;
    input.setUint32(head.count.offset, window.length, true);
    input.setUint32(head.beatMs.offset, BEAT_MS, true);
    input.setUint32(head.horizonMs.offset, HORIZON_MS, true);
    window.forEach((s, i) => {
      const at = HEAD_BYTES + i * SAMPLE_BYTES;
      input.setBigUint64(at + F.timeNs.offset, BigInt(Math.round(s.timeMs * 1e6)), true);
      input.setUint32(at + F.freePages.offset, s.freePages, true);
      input.setUint32(at + F.largestFreePages.offset, s.largestFreePages, true);
      input.setUint32(at + F.fragmentationPpm.offset, s.freePages === 0 ? 0 : Math.round((1 - s.largestFreePages / s.freePages) * 1e6), true);
      input.setUint32(at + F.failures.offset, s.failures, true);
      input.setUint32(at + F.managedPages.offset, s.managedPages, true);
      input.setUint32(at + F.processes.offset, s.processes, true);
      input.setUint32(at + F.committedPages.offset, s.committedPages, true);
    });
    this.#refuel();
    const status = policy_decide(input.byteLength);
    const out = new DataView(memory.buffer, policy_output(), 64);
    return {
      status,
      confidence: out.getFloat64(0, true),
      timeToExhaustionMs: out.getFloat64(8, true),
      exhaustion: out.getFloat64(16, true),
      scarcity: out.getFloat64(24, true),
      fragmentation: out.getFloat64(32, true),
      failures: out.getFloat64(40, true),
      slopePagesPerSecond: out.getFloat64(48, true),
      advice: out.getUint32(56, true),
      abstained: out.getUint32(60, true) === 1,
    };
  }
}
