// What the built image must be: integers only in kernel.wasm, and small.
import { statSync } from "node:fs";
import { join } from "node:path";
import { exec, KERNEL_ELF } from "../lib/index.js";

const IMAGE_LIMIT_BYTES = 2_000_000;
const FLOAT = /(^|[^\w])((f32|f64|v128)\b[.\w]*|[if]\d+x\d+\.\w+|i(32|64)\.(trunc|reinterpret)_\w+)/;
const SHOWN = 5;

/** The instruction of a line of wasm-objdump -d, where it computes with floats or vectors. */
export function floatInstruction(line: string): string | undefined {
  const instruction = line.split("|")[1]?.trim();
  return instruction !== undefined && FLOAT.test(instruction) ? instruction : undefined;
}

/** Ring 0 has no floating point of its own: no float type or instruction may be in kernel.wasm. */
export async function checkIntegersOnly(root: string): Promise<string[]> {
  const wasm = join(root, "build/wasm/kernel.wasm");
  const objdump = join(root, "node_modules/wabt/bin/wasm-objdump");
  const { stdout } = await exec(process.execPath, [objdump, "-d", wasm], { cwd: root });
  let where = "";
  const found: string[] = [];
  for (const line of stdout.split("\n")) {
    if (/^[0-9a-f]+ func\[/.test(line)) where = line.replace(/^[0-9a-f]+ /, "").replace(/:$/, "");
    else if (floatInstruction(line)) found.push(`kernel.wasm ${where}: ${floatInstruction(line)}`);
  }
  if (!/func\[/.test(stdout)) return ["kernel.wasm: wasm-objdump shows no function"];
  return found.length > SHOWN ? [...found.slice(0, SHOWN), `and ${found.length - SHOWN} more`] : found;
}

/** The image without models stays small. */
export function checkImageSize(): string[] {
  const { size } = statSync(KERNEL_ELF);
  return size <= IMAGE_LIMIT_BYTES ? [] : [`build/ganglion.elf: ${size} bytes, at most ${IMAGE_LIMIT_BYTES}`];
}
