// Speaks to nn-host (hostshim-c/hosted/nn_host.c): the compiled vector kernels behind their glue, in a process of their own.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT, ToolError } from "../lib/index.js";

/** In the order of nn_host.c. */
export const NN_CALLS = ["isa", "select", "quantize", "dequantize", "matmul", "rmsnorm", "swiglu", "attention", "gemm_nn", "gemm_tn"] as const;
export type NnCall = (typeof NN_CALLS)[number];

/** Instruction sets by the numbers of nn.isa(). */
export const NN_SETS = { sse2: 1, avx2: 2, avx512: 3, emulated: 4 } as const;

/** What a call answers where it trapped: this plus wasm_rt_trap_t. */
export const TRAPPED = 0x8000_0000;

const [WRITE, READ, CALL, SIZE] = [0, 1, 2, 3];
const ARGUMENTS = 10;
const OUTPUT_LIMIT = 1 << 30;

/** A list of requests, and their answers in order. */
export class NnScript {
  private readonly parts: Buffer[] = [];
  private readonly answers: number[] = [];

  private words(...values: number[]): void {
    this.parts.push(Buffer.from(Uint32Array.from(values, (value) => value >>> 0).buffer));
  }

  /** Linear memory's size in bytes; a multiple of 4096 that never shrinks. */
  size(bytes: number): void {
    this.words(SIZE as number, bytes);
  }

  write(at: number, bytes: Uint8Array): void {
    this.words(WRITE as number, at, bytes.length);
    this.parts.push(Buffer.from(bytes));
  }

  /** The answer is these bytes. */
  read(at: number, bytes: number): void {
    this.words(READ as number, at, bytes);
    this.answers.push(bytes);
  }

  /** The answer is a u32: the result, 0 where there is none, or TRAPPED + the trap. Floats go by their bits. */
  call(name: NnCall, ...values: number[]): void {
    this.words(CALL as number, NN_CALLS.indexOf(name), ...values, ...new Array<number>(ARGUMENTS - values.length).fill(0));
    this.answers.push(4);
  }

  /** Runs it. Throws ToolError where the host dies, of a read past the end of memory for one. */
  run(host: string): Buffer[] {
    const { status, signal, stdout, stderr } = spawnSync(join(ROOT, host), { input: Buffer.concat(this.parts), maxBuffer: OUTPUT_LIMIT });
    if (status !== 0) throw new ToolError(`${host} ended with ${signal ?? `status ${status}`} after ${stdout.length} bytes of answers: ${stderr.toString().slice(0, 2000)}`);
    let at = 0;
    return this.answers.map((bytes) => {
      at += bytes;
      return stdout.subarray(at - bytes, at);
    });
  }
}

/** Names of the sets that this processor has. */
export function nnSetsHere(host: string): (keyof typeof NN_SETS)[] {
  const names = Object.keys(NN_SETS) as (keyof typeof NN_SETS)[];
  const script = new NnScript();
  for (const name of names) script.call("select", NN_SETS[name]);
  const answers = script.run(host);
  return names.filter((_, i) => (answers[i] as Buffer).readUInt32LE() === 0);
}
