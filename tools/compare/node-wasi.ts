// Runs a case in node:wasi (uvwasi): on a temporary folder of this machine, standard streams in files.
import { closeSync, lstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { wasmOf } from "./modules.js";
import { argvOf, BOX, type Case, contentOf, type Exit, envOf, fileRow, type Outcome, type Runner } from "./types.js";

/** What lies below a folder of this machine. */
export function treeOf(folder: string): Map<string, string> {
  const tree = new Map<string, string>();
  const walk = (below: string) => {
    for (const name of readdirSync(join(folder, below)).sort()) {
      const path = below ? `${below}/${name}` : name;
      const status = lstatSync(join(folder, path));
      if (status.isSymbolicLink()) tree.set(path, `link ${readlinkSync(join(folder, path))}`);
      else if (status.isDirectory()) {
        tree.set(path, "directory");
        walk(path);
      } else tree.set(path, fileRow(contentOf(readFileSync(join(folder, path)))));
    }
  };
  walk("");
  return tree;
}

/** Writes the files of a case below a folder. */
export function layOut(item: Case, folder: string): void {
  for (const [path, bytes] of Object.entries(item.files ?? {})) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

export async function nodeWasi(): Promise<Runner> {
  const { WASI } = await import("node:wasi");
  return { name: "node:wasi", close: async () => {}, run };

  async function run(item: Case): Promise<Outcome> {
    const room = mkdtempSync(join(tmpdir(), "ganglion-compare-"));
    const [box, stdin, stdout, stderr] = ["box", "stdin", "stdout", "stderr"].map((name) => join(room, name)) as [string, string, string, string];
    mkdirSync(box);
    layOut(item, box);
    writeFileSync(stdin, item.stdin ?? "");
    const descriptors = [openSync(stdin, "r"), openSync(stdout, "w"), openSync(stderr, "w")] as [number, number, number];
    try {
      const wasi = new WASI({
        version: "preview1",
        args: argvOf(item),
        env: envOf(item),
        preopens: { [BOX]: box },
        stdin: descriptors[0],
        stdout: descriptors[1],
        stderr: descriptors[2],
        returnOnExit: true,
      });
      const instance = await WebAssembly.instantiate(await wasmOf(item.program), wasi.getImportObject() as WebAssembly.Imports);
      let exit: Exit;
      try {
        exit = wasi.start(instance);
      } catch (error) {
        if (!isTrap(error)) throw error;
        exit = "trap";
      }
      return { stdout: contentOf(readFileSync(stdout)), stderr: contentOf(readFileSync(stderr)), exit, tree: treeOf(box) };
    } finally {
      // The program may have closed some of them itself.
      for (const descriptor of descriptors) {
        try {
          closeSync(descriptor);
        } catch {}
      }
      rmSync(room, { recursive: true, force: true });
    }
  }
}

/** Running out of stack is a RangeError in V8; every other trap a RuntimeError. */
export const isTrap = (error: unknown): boolean => error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
