// Runs a list of requests on a policy in V8 and in the shim's two engines, for the differential test. The requests and answers
// are policy_host.c's (hostshim-c/hosted). NaN is made one bit pattern where the decision's layout has an f64.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ABI_HASH, LAYOUT, ModuleKind } from "../abi/index.js";
import { ROOT } from "../lib/index.js";
import { PolicyHost } from "../sim/modules.js";

export type Request =
  | { reset: number; fuel: bigint }
  | { input: Uint8Array; fuel: bigint }
  | { reopen: true }
  | { times: number; fuel: bigint }
  | { weights: true }
  | { read: number; offset: number }
  | { write: Uint8Array; offset: number }
  | { commit: number; fuel: bigint };

export interface Answer {
  status: number;
  fuelUsed: bigint;
  /** Hex of the decision, zeros where there is none; of weights that were read. */
  decision: string;
}

export interface HostedAnswer extends Answer {
  text: string;
  /** What a decision took by the wall clock, less what reading the clock takes. */
  ns: number;
}

const RESET = 0;
const DECIDE = 1;
const REOPEN = 2;
const TIME = 3;
const WEIGHTS = 4;
const READ = 5;
const WRITE = 6;
const COMMIT = 7;
const HEAD_BYTES = 16;
const ANSWER_BYTES = 24;
const INPUT_AT = 0;
const OUTPUT_AT = 0x8000;
const CANONICAL_NAN = 0x7ff8_0000_0000_0000n;
const MEMORY = LAYOUT.MemoryDecision;
const SCHED = LAYOUT.SchedDecision;

/** Where a decision of this size has an f64. */
const floatOffsets = new Map<number, number[]>([
  [
    MEMORY.bytes,
    Object.values(MEMORY.fields)
      .map((field) => field.offset)
      .filter((offset) => offset < MEMORY.fields.advice.offset),
  ],
  [
    SCHED.bytes,
    [SCHED.fields.score.offset, ...Array.from({ length: (SCHED.bytes - SCHED.fields.candidateScores.offset) / 8 }, (_, i) => SCHED.fields.candidateScores.offset + 8 * i)],
  ],
]);

function hexOf(decision: Uint8Array): string {
  const copy = Uint8Array.from(decision);
  const view = new DataView(copy.buffer);
  for (const offset of floatOffsets.get(copy.length) ?? []) if (Number.isNaN(view.getFloat64(offset, true))) view.setBigUint64(offset, CANONICAL_NAN, true);
  return Buffer.from(copy).toString("hex");
}

/** Operation, number, the u64, and the bytes behind the head. */
function parts(request: Request): [number, number, bigint, Uint8Array?] {
  if ("reset" in request) return [RESET, request.reset, request.fuel];
  if ("input" in request) return [DECIDE, request.input.length, request.fuel, request.input];
  if ("times" in request) return [TIME, request.times, request.fuel];
  if ("weights" in request) return [WEIGHTS, 0, 0n];
  if ("read" in request) return [READ, request.read, BigInt(request.offset)];
  if ("write" in request) return [WRITE, request.write.length, BigInt(request.offset), request.write];
  if ("commit" in request) return [COMMIT, request.commit, request.fuel];
  return [REOPEN, 0, 0n];
}

function encode(requests: Request[]): Buffer {
  return Buffer.concat(
    requests.flatMap((request) => {
      const [operation, number, wide, bytes] = parts(request);
      const head = Buffer.alloc(HEAD_BYTES);
      head.writeUInt32LE(operation, 0);
      head.writeUInt32LE(number >>> 0, 4);
      head.writeBigUInt64LE(wide, 8);
      return bytes ? [head, Buffer.from(bytes)] : [head];
    }),
  );
}

/** What the shim answers: the first is open's. `program` relative to the repository; `policy` a name, or a .wasm file for wasm3. */
export async function runHosted(program: string, engine: "aot" | "wasm3" | "offered", policy: string, requests: Request[]): Promise<Omit<HostedAnswer, "ns">[]> {
  // How long it took is no part of the answer.
  return (await timeHosted(program, engine, policy, requests)).map(({ ns: _, ...answer }) => answer);
}

/** As runHosted, with the time of each call. */
export async function timeHosted(program: string, engine: "aot" | "wasm3" | "offered", policy: string, requests: Request[]): Promise<HostedAnswer[]> {
  const child = spawn(join(ROOT, program), [engine, policy], { cwd: ROOT, stdio: ["pipe", "pipe", "pipe"] });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  child.stdin.on("error", () => {}); // it ended early: the status below says why
  child.stdin.end(encode(requests));
  const status = await ended;
  if (status !== 0) throw new Error(`${program} ${engine} ${policy} ended with ${status}: ${Buffer.concat(errors)}`);
  return decode(Buffer.concat(output));
}

function decode(bytes: Buffer): HostedAnswer[] {
  const answers: HostedAnswer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const textBytes = bytes.readUInt32LE(at + 4);
    const dataAt = at + ANSWER_BYTES;
    const textAt = dataAt + bytes.readUInt32LE(at + 16);
    answers.push({
      status: bytes.readInt32LE(at),
      fuelUsed: bytes.readBigUInt64LE(at + 8),
      ns: bytes.readUInt32LE(at + 20),
      decision: hexOf(bytes.subarray(dataAt, textAt)),
      text: bytes.toString("utf8", textAt, textAt + textBytes),
    });
    at = textAt + textBytes;
  }
  return answers;
}

/** What V8 answers, through the simulator's host calls; `wasm` is the metered module. */
export function runV8(wasm: Uint8Array<ArrayBuffer>, requests: Request[]): Answer[] {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const policy = { name: "policy", bytes: wasm, sha256: new Uint8Array(32) };
  const calls = new PolicyHost({ memory: () => memory, builtins: [policy] }).hostCalls() as Record<string, (...values: (number | bigint)[]) => number>;
  const call = (name: string, ...values: (number | bigint)[]) => (calls[name] as (...values: (number | bigint)[]) => number)(...values);
  let output = new Uint8Array(memory.buffer, OUTPUT_AT, MEMORY.bytes);
  const open = () => {
    const opened = call("module_open_aot", 0);
    const kind = call("module_kind", opened, ABI_HASH);
    output = new Uint8Array(memory.buffer, OUTPUT_AT, kind === ModuleKind.Sched ? SCHED.bytes : MEMORY.bytes);
    return kind < 0 ? kind : opened;
  };
  let handle = open();
  return requests.map((request) => {
    output.fill(0);
    let status: number;
    let data = output;
    const [, number, wide, bytes] = parts(request);
    if (bytes) new Uint8Array(memory.buffer, INPUT_AT).set(bytes);
    if ("reset" in request) {
      status = call("module_reset", handle, number, wide);
    } else if ("input" in request) {
      status = call("module_decide", handle, wide, INPUT_AT, number, OUTPUT_AT, output.length);
    } else if ("times" in request) {
      throw new Error("V8 keeps no time here");
    } else if ("reopen" in request) {
      call("module_close", handle);
      handle = open();
      status = handle < 0 ? handle : 0;
    } else {
      if ("weights" in request) status = call("module_weights", handle);
      else if ("read" in request) status = call("module_weights_read", handle, request.offset, OUTPUT_AT, number);
      else if ("write" in request) status = call("module_weights_write", handle, request.offset, INPUT_AT, number);
      else status = call("module_weights_commit", handle, number, wide);
      data = "read" in request && status > 0 ? new Uint8Array(memory.buffer, OUTPUT_AT, status) : new Uint8Array();
    }
    return { status, fuelUsed: BigInt(call("module_fuel_used", handle)), decision: hexOf(data) };
  });
}

/** The metered bytes of a policy that was built. */
export function meteredBytes(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(ROOT, `build/policies/${name}.wasm`)));
}
