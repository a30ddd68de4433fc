// AssemblyScript → WebAssembly → C.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BuildFailed, command } from "./command.js";
import { joinDataSegments } from "./data-segments.js";
import type { Step } from "./graph.js";
import { keepLoads, relaxLoads } from "./loads.js";
import { moduleClosure, ROOT } from "./places.js";

const ASC = "node_modules/assemblyscript/bin/asc.js";
const WASM2C = "node_modules/wabt/bin/wasm2c";

/** Compiles `entry` with the options of the asconfig target into build/wasm/NAME.wasm. */
export function compileWasm(name: string, entry: string, target: string): Step {
  const output = `build/wasm/${name}.wasm`;
  const config = JSON.parse(readFileSync(join(ROOT, "asconfig.json"), "utf8")) as { targets: Record<string, unknown> };
  if (!config.targets[target]) throw new BuildFailed(`asconfig.json has no target ${target}`);
  if (!existsSync(join(ROOT, entry))) throw new BuildFailed(`${entry} does not exist`);
  return {
    name: `asc ${name}`,
    inputs: moduleClosure(entry),
    outputs: [output],
    key: `${JSON.stringify(config.targets[target])} ${packageVersion("assemblyscript")}`,
    run: async () => {
      await command(process.execPath, [ASC, entry, "--config", "asconfig.json", "--target", target, "-o", output]);
    },
  };
}

/** Turns a wasm file into build/c/NAME.c and .h, wasm2c module name NAME. For kernel.wasm and programs. */
export function wasmToC(name: string, wasm: string): Step {
  return wasm2c(name, wasm, relaxLoads, joinDataSegments);
}

/** The same for a policy, which must trap wherever it traps in the other engines. */
export function wasmToPolicyC(name: string, wasm: string): Step {
  return wasm2c(name, wasm, keepLoads, (bytes) => bytes);
}

function wasm2c(name: string, wasm: string, rewrite: (c: string) => string, prepare: (bytes: Uint8Array) => Uint8Array): Step {
  const output = `build/c/${name}.c`;
  const prepared = `build/c/${name}.wasm`;
  return {
    name: `wasm2c ${name}`,
    inputs: [wasm, "tools/build/loads.ts", "tools/build/data-segments.ts"],
    outputs: [output, `build/c/${name}.h`],
    key: packageVersion("wabt"),
    run: async () => {
      writeFileSync(join(ROOT, prepared), prepare(readFileSync(join(ROOT, wasm))));
      await command(process.execPath, [WASM2C, prepared, "-n", name, "-o", output]);
      writeFileSync(join(ROOT, output), rewrite(readFileSync(join(ROOT, output), "utf8")));
    },
  };
}

export function packageVersion(name: string): string {
  return `${name}@${(JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")) as { version: string }).version}`;
}
