// Compiles an AssemblyScript harness with the project's own compiler flags and opens it under V8.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/index.js";

const ASC = "node_modules/assemblyscript/bin/asc.js";

/** Compile `entry` into build/reference/NAME.wasm with an asconfig target's flags ("reference": a plain stub-runtime module). */
export function compileHarness(name: string, entry: string, flags: string[] = ["-O3", "--runtime", "stub", "--use", "abort="]): Uint8Array<ArrayBuffer> {
  const output = `build/reference/${name}.wasm`;
  mkdirSync(join(ROOT, "build/reference"), { recursive: true });
  execFileSync(process.execPath, [ASC, entry, ...flags, "-o", output], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  return new Uint8Array(readFileSync(join(ROOT, output)));
}

/** Text of an AssemblyScript string. */
export function readString(memory: WebAssembly.Memory, pointer: number): string {
  const bytes = new DataView(memory.buffer).getUint32(pointer - 4, true);
  return new TextDecoder("utf-16le").decode(new Uint8Array(memory.buffer, pointer, bytes));
}
