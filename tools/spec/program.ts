// The spec program under V8: the same wasm that the booted kernel runs, over a few system calls. Not the simulator (tools/sim):
// no frames, no scheduler; a child runs to its end inside spawn.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Status } from "../abi/index.js";
import { runGraph } from "../build/graph.js";
import { compileWasm } from "../build/wasm.js";
import { ROOT } from "../lib/index.js";

const NAME = "spec";
const ENTRY = "kernel-as/spec/main.ts";
/** Exit status of a program that ends in a WebAssembly trap, as in the kernel. */
const TRAP_STATUS = 134;
const FIRST_PID = 2;

export interface Ended {
  status: number;
  output: string;
}

interface ProgramExports {
  memory: WebAssembly.Memory;
  start(): void;
  step(): number;
  __collect(): void;
}

class Exit extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`exit ${status}`);
    this.status = status;
  }
}

/** Compiles the spec program if it is stale. */
export async function compileSpecs(): Promise<WebAssembly.Module> {
  const step = compileWasm(NAME, ENTRY, "program");
  await runGraph([step], { jobs: 1 });
  return new WebAssembly.Module(readFileSync(join(ROOT, step.outputs[0] as string)));
}

/** Runs the program with these arguments to its end; a trap becomes its exit status, with the reason in the output. */
export function runSpecs(module: WebAssembly.Module, args: string[]): Ended {
  const argv = Buffer.from([NAME, ...args].map((text) => `${text}\0`).join(""));
  const statuses = new Map<number, number>();
  let output = "";
  const bytes = () => Buffer.from(exports.memory.buffer);
  const sys = {
    exit(status: number) {
      throw new Exit(status);
    },
    trap() {
      throw new Exit(TRAP_STATUS);
    },
    arguments(buffer: number, capacity: number): bigint {
      argv.copy(bytes(), buffer, 0, capacity);
      return BigInt(argv.length);
    },
    write(at: number, count: number): bigint {
      output += bytes().toString("utf8", at, at + count);
      return BigInt(count);
    },
    spawn(at: number, count: number): bigint {
      const [, ...rest] = bytes()
        .toString("utf8", at, at + count)
        .split("\0")
        .slice(0, -1);
      const child = runSpecs(module, rest);
      output += child.output;
      const pid = FIRST_PID + statuses.size;
      statuses.set(pid, child.status);
      return BigInt(pid);
    },
    wait(pid: number, _flags: number, out: number): bigint {
      const status = statuses.get(pid);
      if (status === undefined) return BigInt(Status.NotFound);
      bytes().writeInt32LE(status, out + 4);
      return BigInt(pid);
    },
    kill: () => BigInt(Status.NotFound),
  };
  const exports = new WebAssembly.Instance(module, { sys }).exports as unknown as ProgramExports;
  try {
    exports.start();
    while (exports.step() > 0) exports.__collect();
    return { status: 0, output };
  } catch (error) {
    if (error instanceof Exit) return { status: error.status, output };
    return { status: TRAP_STATUS, output: `${output}${error instanceof Error ? error.stack : error}\n` };
  }
}
