// --files DIR and --model FILE: the initial ramdisk of a boot with a folder of the user's in it, below /files, and a model, in /models. Everything is looked at
// before anything is written: what a ramdisk cannot hold, or what would lead out of the folder, is refused by name.
import { createReadStream, createWriteStream, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, type Stats, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { finished, pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { NAME_BYTES, PATH_BYTES } from "../abi/generated.js";
import { atExit, BUILD, UsageError } from "../lib/index.js";
import { checkModel, modelName } from "./model.js";
import { initrdFile, type MachineOptions } from "./options.js";

/** Where the folder appears. */
export const FILES_FOLDER = "files";
/** Most files and folders; the kernel keeps an index of the whole tree (TREE_ENTRIES in kernel-as/kernel/limits.ts holds more). */
const MOST_ENTRIES = 10_000;
/** Bytes of all names together (TREE_NAME_BYTES holds more). */
const MOST_NAME_BYTES = 900_000;
const BLOCK_BYTES = 512;
const MIB = 1 << 20;

interface Entry {
  /** Path in the archive. */
  path: string;
  /** Where it lies here. */
  from: string;
  type: "file" | "directory" | "symlink";
  status: Stats;
  target?: string;
}

const refuse = (what: string, expected: string, hint?: string) => new UsageError(`--files: ${what}`, { expected, hint });

/** Everything below the folder, folders before what is in them, in order of the names. */
function entriesOf(folder: string): Entry[] {
  const root = resolve(folder);
  const found: Entry[] = [];
  const walk = (from: string, path: string) => {
    const status = lstatSync(from);
    const entry = { path, from, status };
    if (status.isDirectory()) {
      found.push({ ...entry, type: "directory" });
      for (const name of readdirSync(from).sort()) walk(join(from, name), `${path}/${name}`);
    } else if (status.isFile()) found.push({ ...entry, type: "file" });
    else if (status.isSymbolicLink()) found.push({ ...entry, type: "symlink", target: insideTarget(root, from) });
    else {
      const kind = status.isSocket() ? "a socket" : status.isFIFO() ? "a pipe" : "a device";
      throw refuse(`${from} is ${kind}`, "files, folders, and links that stay inside", "a folder without it");
    }
  };
  walk(root, FILES_FOLDER);
  return found;
}

/** Where a link leads, as it stands in the archive: relative. */
function insideTarget(root: string, from: string): string {
  const target = readlinkSync(from);
  const leads = resolve(dirname(from), target);
  if (leads !== root && !leads.startsWith(root + sep)) {
    throw refuse(`${from} is a link that leads out of the folder, to ${target}`, `links to what lies in ${root}`, "copy what it names into the folder");
  }
  return isAbsolute(target) ? relative(dirname(from), leads) || "." : target;
}

/** Holds the entries against what the kernel's tree and this machine's memory can take. */
function check(entries: readonly Entry[], memMib: number): void {
  let bytes = 0;
  let nameBytes = 0;
  for (const { path, from, type, status } of entries) {
    const long = path.split("/").find((name) => Buffer.byteLength(name) > NAME_BYTES);
    if (long !== undefined || Buffer.byteLength(path) >= PATH_BYTES) {
      throw refuse(`the name of ${from} is too long`, `names of at most ${NAME_BYTES} bytes, paths of at most ${PATH_BYTES - 1}`);
    }
    nameBytes += Buffer.byteLength(path);
    if (type === "file") bytes += status.size;
    if (bytes > (memMib / 2) * MIB) {
      throw refuse(
        `${from}, of ${(status.size / MIB).toFixed(1)} MiB, makes the folder larger than half of the machine's ${memMib} MiB`,
        "a folder that fits: its files lie in memory",
        `--mem ${Math.ceil((4 * bytes) / MIB)}M, or a smaller folder`,
      );
    }
  }
  if (entries.length > MOST_ENTRIES) throw refuse(`${entries.length} files and folders`, `at most ${MOST_ENTRIES}`, "a smaller folder, or one archive file");
  if (nameBytes > MOST_NAME_BYTES) throw refuse(`the names have ${nameBytes} bytes together`, `at most ${MOST_NAME_BYTES}`, "a smaller folder, or one archive file");
}

/** The archive's length without the zero blocks that end it, so that more can follow. */
function contentLength(archive: Buffer, name: string): number {
  let at = 0;
  while (at + BLOCK_BYTES <= archive.length && archive[at] !== 0) {
    const size = Number.parseInt(archive.toString("latin1", at + 124, at + 136), 8);
    if (archive.toString("latin1", at + 257, at + 262) !== "ustar" || !Number.isInteger(size)) {
      throw new UsageError(`${name} is not a USTAR archive, so nothing can be added to it`, { expected: "a file made by tar --format=ustar", hint: "--initrd none" });
    }
    at += BLOCK_BYTES + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  return Math.min(at, archive.length);
}

async function addTo(archive: Pack, entry: Entry): Promise<void> {
  const header = { name: entry.path, type: entry.type, mode: entry.status.mode & 0o777, mtime: new Date(Math.floor(entry.status.mtimeMs)) };
  if (entry.type === "directory") archive.entry({ ...header, name: `${entry.path}/` });
  else if (entry.type === "symlink") archive.entry({ ...header, linkname: entry.target ?? "" });
  else if (entry.status.size === 0) archive.entry(header, "");
  else {
    const into = archive.entry({ ...header, size: entry.status.size });
    const from = createReadStream(entry.from, { end: entry.status.size - 1 });
    await pipeline(from, into).catch((cause: unknown) => {
      throw refuse(`${entry.from} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, "files that this user may read and that do not change meanwhile");
    });
  }
}

/** A model file, and the link that names it as the default. */
function modelEntries(file: string, memMib: number): Entry[] {
  checkModel(file, memMib);
  const status = statSync(file);
  const path = `models/${modelName(file)}.gguf`;
  return [
    { path, from: file, type: "file", status },
    { path: "models/default.gguf", from: file, type: "symlink", status, target: basename(path) },
  ];
}

function folderEntries(folder: string, memMib: number): Entry[] {
  let entries: Entry[];
  try {
    entries = entriesOf(folder);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw refuse(cause instanceof Error ? cause.message : String(cause), "a folder that this user may read");
  }
  check(entries, memMib);
  return entries;
}

/**
 * Writes an archive with everything of `base`, a folder below files/, and a model in models/.
 * @throws UsageError naming what cannot go along
 */
export async function packFiles(what: { folder?: string | undefined; model?: string | undefined }, base: string | undefined, output: string, memMib: number): Promise<void> {
  const entries = [...(what.folder === undefined ? [] : folderEntries(what.folder, memMib)), ...(what.model === undefined ? [] : modelEntries(what.model, memMib))];
  mkdirSync(dirname(output), { recursive: true });
  const out = createWriteStream(output);
  if (base !== undefined) {
    const bytes = readFileSync(base);
    out.write(bytes.subarray(0, contentLength(bytes, base)));
  }
  const archive = pack();
  archive.pipe(out);
  for (const entry of entries) await addTo(archive, entry);
  archive.finalize();
  await finished(out);
}

let packed = 0;

/** The initrd of a boot, with --files and --model in it; what was written for this boot goes away with this process. */
export async function initrdOf(options: Pick<MachineOptions, "initrd" | "files" | "model" | "mem">): Promise<string | undefined> {
  const base = initrdFile(options.initrd, options.mem);
  if (options.files === undefined && options.model === undefined) return base;
  const output = join(BUILD, "files", `initrd-${process.pid}-${++packed}.tar`);
  atExit(() => rmSync(output, { force: true }));
  await packFiles({ folder: options.files, model: options.model }, base, output, options.mem);
  return output;
}
