// Compiles a ring-3 program for the tests here, with the flags that the image uses (asconfig.json). Not the build: it makes no C and no ELF.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

function newest(folder: string): number {
  let time = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return time;
}

/** The wasm of `kernel-as/<main>`, compiled where a source is newer. */
export function compileProgram(main: string, name: string, target: string): WebAssembly.Module {
  const folder = join(ROOT, "build/test");
  const output = join(folder, `${name}.wasm`);
  mkdirSync(folder, { recursive: true });
  let built = 0;
  try {
    built = statSync(output).mtimeMs;
  } catch {
    // not built yet
  }
  if (built < newest(join(ROOT, "kernel-as"))) {
    const fresh = `${output}.${process.pid}`;
    execFileSync(process.execPath, [join(ROOT, "node_modules/assemblyscript/bin/asc.js"), `kernel-as/${main}`, ...["--config", "asconfig.json", "--target", target, "-o", fresh]], {
      cwd: ROOT,
      stdio: "pipe",
    });
    renameSync(fresh, output);
  }
  return new WebAssembly.Module(readFileSync(output));
}
