// The programs of the build as compiled modules, each once.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { wasiWasm } from "../build/index.js";
import { ROOT } from "../lib/index.js";

const modules = new Map<string, Promise<WebAssembly.Module>>();

export function wasmOf(program: string): Promise<WebAssembly.Module> {
  let module = modules.get(program);
  if (!module) {
    module = WebAssembly.compile(readFileSync(join(ROOT, wasiWasm({ name: program }))));
    modules.set(program, module);
  }
  return module;
}
