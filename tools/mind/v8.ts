// mind-host.wasm under V8, over the reference of `nn`: slow, and right.
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { runGraph } from "../build/graph.js";
import { MIND_WASM, mindWasmStep } from "../build/mind.js";
import { ROOT } from "../lib/index.js";
import { type Instance, MindFailed } from "./instance.js";
import { buildNnReference, nnLater } from "./nn-reference.js";

const READ_BYTES = 1 << 24;
let compiled: WebAssembly.Module | undefined;

/** Builds what is stale, and makes an instance. */
export async function v8Instance(): Promise<Instance> {
  if (!compiled) {
    await runGraph([mindWasmStep()], { jobs: 1 });
    await buildNnReference();
    compiled = new WebAssembly.Module(readFileSync(join(ROOT, MIND_WASM)));
  }
  const nn = nnLater();
  const exports = new WebAssembly.Instance(compiled, { nn: nn.imports }).exports as Record<string, unknown>;
  const memory = exports["memory"] as WebAssembly.Memory;
  nn.bind(memory);
  let lastNs = 0;
  const call = (name: string, ...args: (number | bigint)[]): number => {
    const started = process.hrtime.bigint();
    try {
      return ((exports[name] as (...of: (number | bigint)[]) => number | undefined)(...args) ?? 0) | 0;
    } catch (cause) {
      throw new MindFailed(`the engine trapped in ${name}: ${(cause as Error).message}`, { hint: "this is a bug of ours", cause });
    } finally {
      lastNs = Number(process.hrtime.bigint() - started);
    }
  };
  return {
    name: "v8",
    get lastNs() {
      return lastNs;
    },
    call: async (name, ...args) => call(name, ...args),
    read: async (at, bytes) => new Uint8Array(memory.buffer, at >>> 0, bytes).slice(),
    write: async (at, bytes) => new Uint8Array(memory.buffer).set(bytes, at >>> 0),
    map: async (path) => {
      const file = openSync(path, "r");
      try {
        const bytes = fstatSync(file).size;
        const at = call("reserve", bytes) >>> 0;
        if (at === 0) throw new MindFailed(`${path} does not fit into linear memory`, { expected: "a model below 3 GiB" });
        for (let done = 0; done < bytes; ) {
          const got = readSync(file, new Uint8Array(memory.buffer, at + done, Math.min(READ_BYTES, bytes - done)));
          if (got === 0) throw new MindFailed(`${path} became shorter while it was read`);
          done += got;
        }
        return { at, bytes };
      } finally {
        closeSync(file);
      }
    },
    unmap: async (at) => {
      call("release", at);
    },
    bandwidth: async () => 0,
    close: async () => {},
  };
}
