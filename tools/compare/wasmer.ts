// Runs a case in @wasmer/wasi 1.2.2: on its own file system in memory, which has no links and no times.
import { createRequire } from "node:module";
import { wasmOf } from "./modules.js";
import { argvOf, BOX, type Case, contentOf, type Exit, envOf, fileRow, type Outcome, type Runner } from "./types.js";

// The parts of the package that are used here; its own declarations name types of the browser.
interface WasmerFile {
  read(): Uint8Array;
  write(bytes: Uint8Array): number;
  flush(): void;
  seek(position: number): number;
  free(): void;
}
interface WasmerFs {
  createDir(path: string): void;
  readDir(path: string): { path: string; metadata: { filetype: { dir: boolean; file: boolean; symlink: boolean } } }[];
  open(path: string, options: { read?: boolean; write?: boolean; create?: boolean }): WasmerFile;
}
interface WasmerWasi {
  readonly fs: WasmerFs;
  setStdinBuffer(bytes: Uint8Array): void;
  instantiate(module: WebAssembly.Module, imports: object): WebAssembly.Instance;
  start(): number;
  getStdoutBuffer(): Uint8Array;
  getStderrBuffer(): Uint8Array;
}
interface WasmerPackage {
  init(): Promise<void>;
  MemFS: new () => WasmerFs;
  WASI: new (options: { args: string[]; env: Record<string, string>; preopens: Record<string, string>; fs: WasmerFs }) => WasmerWasi;
}

function makeFolders(fs: WasmerFs, path: string, made: Set<string>): void {
  const parts = path.split("/").filter(Boolean);
  for (let depth = 1; depth <= parts.length; depth++) {
    const folder = `/${parts.slice(0, depth).join("/")}`;
    if (!made.has(folder)) fs.createDir(folder);
    made.add(folder);
  }
}

function treeOf(fs: WasmerFs): Map<string, string> {
  const tree = new Map<string, string>();
  const walk = (folder: string) => {
    for (const { path, metadata } of fs.readDir(folder)) {
      const below = path.slice(BOX.length + 1);
      if (metadata.filetype.dir) {
        tree.set(below, "directory");
        walk(path);
      } else {
        const file = fs.open(path, { read: true });
        file.seek(0);
        tree.set(below, fileRow(contentOf(file.read())));
        file.free();
      }
    }
  };
  walk(BOX);
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export async function wasmer(): Promise<Runner> {
  const { init, MemFS, WASI } = createRequire(import.meta.url)("@wasmer/wasi") as WasmerPackage;
  await init();
  return { name: "@wasmer/wasi", close: async () => {}, run };

  async function run(item: Case): Promise<Outcome> {
    const fs = new MemFS();
    const made = new Set<string>();
    makeFolders(fs, BOX, made);
    for (const [path, bytes] of Object.entries(item.files ?? {})) {
      makeFolders(fs, `${BOX}/${path}`.replace(/\/[^/]*$/, ""), made);
      const file = fs.open(`${BOX}/${path}`, { read: true, write: true, create: true });
      file.write(bytes);
      file.flush();
      file.free();
    }
    const wasi = new WASI({ args: argvOf(item), env: envOf(item), preopens: { [BOX]: BOX }, fs });
    wasi.setStdinBuffer(item.stdin ?? new Uint8Array(0));
    wasi.instantiate(await wasmOf(item.program), {});
    let exit: Exit;
    try {
      exit = wasi.start();
    } catch {
      exit = "trap"; // the program's, or the package's own: its file system panics on some requests
    }
    return { stdout: contentOf(wasi.getStdoutBuffer()), stderr: contentOf(wasi.getStderrBuffer()), exit, tree: treeOf(wasi.fs) };
  }
}
