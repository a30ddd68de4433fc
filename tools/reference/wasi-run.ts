// Runs a WASI module in Node's WASI and in our runtime as a Linux process (build/hosted/wasi-host), each with an empty folder as
// its preopened directory. For the tests and the fuzzer; the booted kernel is test-qemu's.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import wabt from "wabt";
import { exec, ROOT } from "../lib/index.js";

const DEADLINE_MS = 60_000;

export interface Ended {
  status: number | null;
  signal: string | null;
  stdout: string;
  /** stdout and stderr. */
  output: string;
}

export interface RunOptions {
  args?: string[];
  env?: Record<string, string>;
  input?: string;
  /** Options of wasi-host, as `--mem`. */
  host?: string[];
  /** A hang detector. */
  deadlineMs?: number;
}

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "ganglion-wasi-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const NODE = `
import { WASI } from "node:wasi";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
const [file, folder, env, ...args] = process.argv.slice(1);
const wasi = new WASI({ version: "preview1", args: [basename(file), ...args], env: JSON.parse(env), preopens: { "/w": folder }, returnOnExit: true });
const instance = await WebAssembly.instantiate(await WebAssembly.compile(readFileSync(file)), wasi.getImportObject());
process.exitCode = wasi.start(instance);
`;

/** In Node's WASI, in a process of its own: it may hang. */
export function runNode(file: string, options: RunOptions = {}): Promise<Ended> {
  return withFolder((folder) =>
    exec(process.execPath, ["--no-warnings", "--input-type=module", "-e", NODE, file, folder, JSON.stringify(options.env ?? {}), ...(options.args ?? [])], {
      allowFailure: true,
      deadlineMs: options.deadlineMs ?? DEADLINE_MS,
      input: options.input ?? "",
    }),
  );
}

/** In wasi-host, which the caller has built. */
export function runHosted(program: string, file: string, options: RunOptions = {}): Promise<Ended> {
  const env = Object.entries(options.env ?? {}).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  return withFolder((folder) =>
    exec(join(ROOT, program), ["--dir", `/w=${folder}`, ...env, ...(options.host ?? []), file, ...(options.args ?? [])], {
      allowFailure: true,
      deadlineMs: options.deadlineMs ?? DEADLINE_MS,
      input: options.input ?? "",
    }),
  );
}

/** A module out of its text. */
export async function assemble(name: string, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const { parseWat } = await wabt();
  const parsed = parseWat(`${name}.wat`, text, { bulk_memory: true, multi_value: true, sign_extension: true, sat_float_to_int: true, mutable_globals: true, simd: true });
  try {
    return new Uint8Array(parsed.toBinary({}).buffer);
  } finally {
    parsed.destroy();
  }
}

/** Runs bytes in wasi-host as the file `name`. */
export function runBytes(program: string, name: string, bytes: Uint8Array, options: RunOptions = {}): Promise<Ended> {
  return withFolder((folder) => {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    return runHosted(program, file, options);
  });
}
