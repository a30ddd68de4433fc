// The initial ramdisk: one USTAR archive. /bin user programs, /policies modules that the kernel may load, /programs/mind.elf the mind, /models what it
// reads, /docs the project's pages, /share a picture to try programs on. The image boots without it. Folders that a user hands over: tools/qemu/files.ts.
import { createWriteStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import type { Step } from "./graph.js";
import { ROOT } from "./places.js";
import { meteredWasm, policySteps, travelling } from "./policies.js";
import { MIND, programElf, programSteps } from "./programs.js";
import { wasiSteps } from "./wasi/steps.js";
import { SAMPLE_PICTURE, type WasiProgram, wasiWasm } from "./wasi/table.js";
import { packageVersion } from "./wasm.js";

export const INITRD = "build/initrd.tar";
/** The same without language models: for machines whose memory is little. */
export const SMALL_INITRD = "build/initrd-small.tar";

/** Path in the archive → file of the repository or of the build. */
export type Tree = ReadonlyMap<string, string>;

function documents(): [string, string][] {
  const pages = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
  return [["README.md", "README.md"], ...pages.map((name): [string, string] => [`docs/${name}`, `docs/${name}`])];
}

/** The language models of the repository. */
function models(): [string, string][] {
  return readdirSync(join(ROOT, "models"))
    .filter((name) => name.endsWith(".gguf"))
    .map((name): [string, string] => [`models/${name}`, `models/${name}`]);
}

/** Files of the unpacked sources that are worth having on board. */
function samples(): [string, string][] {
  return existsSync(join(ROOT, SAMPLE_PICTURE)) ? [["share/testorig.jpg", SAMPLE_PICTURE]] : [];
}

/** Packs the tree, folders before what is in them, in order of the names; the same bytes every time. */
export async function packTree(tree: Tree, output: string): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createWriteStream(join(ROOT, output)));
  const folders = new Set<string>();
  const mtime = new Date(0);
  for (const [path, file] of [...tree].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join("/");
      if (!folders.has(folder)) archive.entry({ name: `${folder}/`, type: "directory", mode: 0o755, mtime });
      folders.add(folder);
    }
    archive.entry({ name: path, mode: path.startsWith("bin/") ? 0o755 : 0o644, mtime }, readFileSync(join(ROOT, file)));
  }
  archive.finalize();
  await written;
}

function packStep(name: string, tree: Tree, output: string): Step {
  return {
    name,
    inputs: ["tools/build/initrd.ts", ...tree.values()],
    outputs: [output],
    key: `${packageVersion("tar-stream")} ${[...tree.keys()].join(" ")}`,
    run: () => packTree(tree, output),
  };
}

/** Every step that leads to the initial ramdisk with these user programs on board. */
export function initrdSteps(programs: readonly WasiProgram[]): Step[] {
  const list = travelling();
  const small: Tree = new Map([
    [`programs/${MIND.name}.elf`, programElf(MIND.name)],
    ...list.map((policy): [string, string] => [`policies/${policy.name}.wasm`, meteredWasm(policy)]),
    ...programs.map((program): [string, string] => [`bin/${program.name}.wasm`, wasiWasm(program)]),
    ...documents(),
    ...samples(),
  ]);
  return [
    ...policySteps(list),
    ...wasiSteps(programs),
    ...programSteps(MIND),
    packStep("initrd", new Map([...small, ...models()]), INITRD),
    packStep("initrd without models", small, SMALL_INITRD),
  ];
}
