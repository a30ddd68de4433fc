// The shell's command table under V8: its text (kernel-as/shell/describe.ts) and its own parser as the judge of lines. Nothing runs: the shell's module
// is asked with system calls that answer "not found".
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LAYOUT, ModuleKind, Status, Topic } from "../abi/index.js";
import { runGraph } from "../build/graph.js";
import { travelling } from "../build/policies.js";
import { WASI_PROGRAMS } from "../build/wasi/table.js";
import { compileWasm } from "../build/wasm.js";
import { ROOT } from "../lib/index.js";

/** Frames of the machine that percentages are of: 128 MiB as QEMU gives them. */
const MANAGED_PAGES = 30_464n;

interface Exports {
  memory: WebAssembly.Memory;
  described(): number;
  judged(line: number): number;
  __new(bytes: number, id: number): number;
  __pin(address: number): number;
  __unpin(address: number): void;
  __collect(): void;
}
/** Class id of a string in AssemblyScript. */
const STRING_ID = 2;
/** Calls between two collections. */
const COLLECT_EVERY = 256;

/** Names that are there in a machine as it boots: what the table's text adds to the commands. */
export interface Names {
  module: string[];
  policy: string[];
  program: string[];
  limit: string[];
}

/** The names of the image: its policies, the programs of /bin, the numbers of the reclaim policy. */
export function standardNames(): Names {
  const modules = travelling().filter((policy) => policy.builtIn);
  const source = readFileSync(join(ROOT, "kernel-as/kernel/reclaim/policy.ts"), "utf8");
  return {
    module: modules.map((policy) => policy.name),
    policy: ["fallback", ...modules.filter((policy) => policy.kind === ModuleKind.Sched).map((policy) => policy.name)],
    program: WASI_PROGRAMS.map((program) => program.name),
    limit: [...source.matchAll(/^ {2}put\(Limit\.\w+, "([a-z-]+)"/gm)].map((match) => match[1] as string),
  };
}

/** Compiles the shell's table if it is stale. */
export async function openTable(): Promise<CommandTable> {
  const step = compileWasm("shell-described", "kernel-as/shell/described.harness.ts", "program");
  await runGraph([step], { jobs: 1 });
  return new CommandTable(new WebAssembly.Module(readFileSync(join(ROOT, step.outputs[0] as string))));
}

export class CommandTable {
  readonly #exports: Exports;
  #calls = 0;

  constructor(module: WebAssembly.Module) {
    const sys: Record<string, (...values: never[]) => bigint> = {};
    for (const { name } of WebAssembly.Module.imports(module)) sys[name] = () => BigInt(Status.NotFound);
    sys["query"] = (topic: number, _start: bigint, buffer: number, capacity: number) => {
      if (topic !== Topic.Memory || capacity < LAYOUT.MemoryRow.bytes) return BigInt(Status.NotFound);
      new DataView(this.#exports.memory.buffer).setBigUint64(buffer + LAYOUT.MemoryRow.fields.managedPages.offset, MANAGED_PAGES, true);
      return BigInt(LAYOUT.MemoryRow.bytes);
    };
    this.#exports = new WebAssembly.Instance(module, { sys }).exports as unknown as Exports;
  }

  /** The text from which the grammar is made. */
  text(names: Names = standardNames()): string {
    const values = Object.entries(names).flatMap(([type, list]) => (list as string[]).map((name) => `v\t${type}\t${name}\n`));
    // The stubs name the fallback policy alone, which standardNames has, too.
    return this.#string(this.#exports.described()).replaceAll(/^v\tpolicy\t.*\n/gm, "") + values.join("");
  }

  /** What the shell's parser says of a line as one command; "" where it is right. */
  judge(line: string): string {
    if (++this.#calls % COLLECT_EVERY === 0) this.#exports.__collect();
    const at = this.#exports.__pin(this.#exports.__new(line.length * 2, STRING_ID));
    const units = new Uint16Array(this.#exports.memory.buffer, at, line.length);
    for (let i = 0; i < line.length; i++) units[i] = line.charCodeAt(i);
    const verdict = this.#string(this.#exports.judged(at));
    this.#exports.__unpin(at);
    return verdict;
  }

  #string(address: number): string {
    const bytes = new DataView(this.#exports.memory.buffer).getUint32(address - 4, true);
    return new TextDecoder("utf-16le").decode(new Uint8Array(this.#exports.memory.buffer, address, bytes));
  }
}
