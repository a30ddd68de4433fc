// A simulated machine for tests of file calls: a small initrd, a shell and programs that are scripts with FileCalls.
import { join } from "node:path";
import { pack } from "tar-stream";
import { Control } from "../abi/index.js";
import { ROOT } from "../lib/index.js";
import { CALL_PAGES, FileCalls, type Run } from "./file-calls.js";
import { type Script, SimKernel } from "./kernel.js";
import type { BuiltinPolicy } from "./modules.js";

const wasm = join(ROOT, "build/wasm/kernel.wasm");
const SECOND = 1_000_000_000n;

export type Body = (calls: FileCalls, kernel: SimKernel) => Run<void>;

async function archive(): Promise<Uint8Array> {
  const tar = pack();
  const done = (async () => {
    const parts: Buffer[] = [];
    for await (const part of tar) parts.push(part as Buffer);
    return new Uint8Array(Buffer.concat(parts));
  })();
  const mtime = new Date(1_600_000_000_000);
  tar.entry({ name: "files/zebra.txt", mtime }, "stripes\n");
  tar.entry({ name: "files/deep/er/leaf.bin", mtime }, Buffer.alloc(100_000, 7));
  tar.entry({ name: "files/apple.txt", mtime }, "red\n");
  tar.entry({ name: "files/to-apple", mtime, type: "symlink", linkname: "apple.txt" });
  tar.entry({ name: "files/out", mtime, type: "symlink", linkname: "../../etc/passwd" });
  tar.entry({ name: "files/absolute", mtime, type: "symlink", linkname: "/files/apple.txt" });
  tar.entry({ name: "files/loop", mtime, type: "symlink", linkname: "loop" });
  tar.entry({ name: `files/${"long-name-".repeat(15)}`, mtime }, "long\n");
  tar.entry({ name: "bin/", mtime, type: "directory" });
  tar.finalize();
  return done;
}

/** A small archive with folders, links that lead out, and a long name. */
export const INITRD = await archive();

/** Boots a machine whose shell runs `body`, with more programs by name; it must power off with 0 and every frame be accounted for. */
export function run(
  body: Body,
  programs: Record<string, Body> = {},
  options: { commandLine?: string; memoryBytes?: number; initrd?: Uint8Array; policies?: BuiltinPolicy[] } = {},
): SimKernel {
  let kernel: SimKernel;
  const script = (inner: Body, last: boolean): Script =>
    function* (process) {
      const calls = new FileCalls(() => kernel, process.slot);
      yield* inner(calls, kernel);
      if (!last) return;
      const wrong = yield { call: "control", args: [Control.SelfCheck] };
      if (wrong !== 0n) throw new Error(`the self check found ${wrong} inconsistencies`);
      yield { call: "control", args: [Control.PowerOff, 0] };
    };
  const rows = Object.entries(programs).map(([name, inner]) => [name, { script: script(inner, false), initialPages: CALL_PAGES, maximumPages: 1 << 16 }] as const);
  kernel = new SimKernel({
    wasm,
    memoryBytes: options.memoryBytes ?? 16 << 20,
    commandLine: options.commandLine ?? "console=machine seed=1 junk=1 epoch=1700000000",
    initrd: options.initrd ?? INITRD,
    ...(options.policies ? { policies: options.policies } : {}),
    programs: { shell: { script: script(body, true), initialPages: CALL_PAGES }, ...Object.fromEntries(rows) },
  });
  const status = kernel.run(600n * SECOND);
  if (status !== 0) throw new Error(`the machine ended with ${status}`);
  return kernel;
}
