// Where mind-host.wasm runs: one interface over V8 and over a Linux process. Only memory and calls; what they mean is host.ts.
import { ToolError } from "../lib/index.js";

/** The engine refused, or ended in a trap. */
export class MindFailed extends ToolError {
  override readonly name = "MindFailed";
  override readonly code = "GANGLION_MIND_FAILED";
}

/** An instance of the engine's module. Addresses are offsets in its linear memory. */
export interface Instance {
  readonly name: "v8" | "hosted";
  /** Calls an export. Rejects with MindFailed where it traps; the instance is then of no use any more. */
  call(name: string, ...args: (number | bigint)[]): Promise<number>;
  /** How long the last call took inside the instance: of the processor's time where it is a process of its own, else by the clock. */
  readonly lastNs: number;
  read(at: number, bytes: number): Promise<Uint8Array>;
  write(at: number, bytes: Uint8Array): Promise<void>;
  /** Puts a whole file into linear memory, read-only where it can be; where it begins, and its bytes. */
  map(path: string): Promise<{ at: number; bytes: number }>;
  /** Takes it away again. */
  unmap(at: number): Promise<void>;
  /** Bytes a second that one core reads from memory; 0 where that cannot be measured. */
  bandwidth(bytes: number): Promise<number>;
  close(): Promise<void>;
}
