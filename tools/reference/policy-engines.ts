// Runs a list of requests on a policy in V8 and in the shim's two engines, for the differential test. The requests and answers
// are policy_host.c's (hostshim-c/hosted). NaN is made one bit pattern where the decision's layout has an f64.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ABI_HASH, LAYOUT, ModuleKind } from "../abi/index.js";
import { ROOT } from "../lib/index.js";
import { PolicyHost } from "../sim/modules.js";

export type Request = { reset: number; fuel: bigint } | { input: Uint8Array; fuel: bigint } | { reopen: true } | { times: number; fuel: bigint };

export interface Answer {
  status: number;
  fuelUsed: bigint;
  /** Hex of the decision; zeros where there is none. */
  decision: string;
}

const RESET = 0;
const DECIDE = 1;
const REOPEN = 2;
const TIME = 3;
const HEAD_BYTES = 16;
/** Of the largest decision: a smaller one is followed by zeros. */
const DECISION_BYTES = LAYOUT.SchedDecision.bytes;
const INPUT_AT = 0;
const OUTPUT_AT = 0x8000;
const CANONICAL_NAN = 0x7ff8_0000_0000_0000n;

const floatOffsets = Object.values(LAYOUT.MemoryDecision.fields)
  .map((field) => field.offset)
  .filter((offset) => offset < LAYOUT.MemoryDecision.fields.advice.offset);

function hexOf(decision: Uint8Array): string {
  const copy = Uint8Array.from(decision);
  const view = new DataView(copy.buffer);
  for (const offset of floatOffsets) if (Number.isNaN(view.getFloat64(offset, true))) view.setBigUint64(offset, CANONICAL_NAN, true);
  return Buffer.from(copy).toString("hex");
}

function encode(requests: Request[]): Buffer {
  const parts: Buffer[] = [];
  for (const request of requests) {
    const head = Buffer.alloc(HEAD_BYTES);
    const operation = "reset" in request ? RESET : "input" in request ? DECIDE : "times" in request ? TIME : REOPEN;
    head.writeUInt32LE(operation, 0);
    head.writeUInt32LE("reset" in request ? request.reset >>> 0 : "input" in request ? request.input.length : "times" in request ? request.times : 0, 4);
    if (!("reopen" in request)) head.writeBigUInt64LE(request.fuel, 8);
    parts.push(head);
    if ("input" in request) parts.push(Buffer.from(request.input));
  }
  return Buffer.concat(parts);
}

/** What the shim answers: the first is open's. `program` relative to the repository; `policy` a name, or a .wasm file for wasm3. */
export async function runHosted(program: string, engine: "aot" | "wasm3" | "offered", policy: string, requests: Request[]): Promise<(Answer & { text: string })[]> {
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

function decode(bytes: Buffer): (Answer & { text: string })[] {
  const answers: (Answer & { text: string })[] = [];
  for (let at = 0; at < bytes.length; ) {
    const textBytes = bytes.readUInt32LE(at + 4);
    const textAt = at + HEAD_BYTES + DECISION_BYTES;
    answers.push({
      status: bytes.readInt32LE(at),
      fuelUsed: bytes.readBigUInt64LE(at + 8),
      decision: hexOf(bytes.subarray(at + HEAD_BYTES, textAt)),
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
  const output = new Uint8Array(memory.buffer, OUTPUT_AT, DECISION_BYTES);
  let decisionBytes: number = LAYOUT.MemoryDecision.bytes;
  const open = () => {
    const opened = call("module_open_aot", 0);
    const kind = call("module_kind", opened, ABI_HASH);
    decisionBytes = kind === ModuleKind.Sched ? LAYOUT.SchedDecision.bytes : LAYOUT.MemoryDecision.bytes;
    return kind < 0 ? kind : opened;
  };
  let handle = open();
  return requests.map((request) => {
    output.fill(0);
    let status: number;
    if ("reset" in request) {
      status = call("module_reset", handle, request.reset, request.fuel);
    } else if ("input" in request) {
      new Uint8Array(memory.buffer, INPUT_AT).set(request.input);
      status = call("module_decide", handle, request.fuel, INPUT_AT, request.input.length, OUTPUT_AT, decisionBytes);
    } else if ("times" in request) {
      throw new Error("V8 keeps no time here");
    } else {
      call("module_close", handle);
      handle = open();
      status = handle < 0 ? handle : 0;
    }
    return { status, fuelUsed: BigInt(call("module_fuel_used", handle)), decision: hexOf(output) };
  });
}

/** The metered bytes of a policy that was built. */
export function meteredBytes(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(ROOT, `build/policies/${name}.wasm`)));
}
