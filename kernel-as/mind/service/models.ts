// The model files on board, below /models, and the one that is open: mapped where the initrd has it, so that no byte of it is copied. Not what is asked of it.
import { DIRECTORY_ROW_BYTES, DirectoryRow, FILE_STAT_BYTES, FileStat } from "../../abi/layouts";
import { FileType, Open, Status } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Engine, openError, openErrorBytes } from "../engine";
import { closeVocabulary } from "../grammar/vocabulary";
import { eachFree } from "../memory";
import { Sampler } from "../sample/sampler";

const FOLDER: string = "/models/";
const ENDING: string = ".gguf";
/** A link of this name names the default. */
const STANDARD: string = "default.gguf";
/** Else this one is it, else the first. */
const OWN: string = "ops";
const FROM_ROOT: i32 = -1;
const LIST_BYTES: i32 = 4096;
/** Contexts that are tried, until one fits into the memory that the mind may have. */
const CONTEXTS: i32[] = [2048, 1024, 512, 256];
/** Linear memory beside the model at most: the kernel's bound of 64 MiB less room for what comes and goes. */
const MEMORY_BYTES: u64 = 0x3a0_0000;
const PAGE_BYTES: usize = 4096;
const WASM_PAGE_SHIFT: u64 = 16;

const rows: usize = memory.data(4096, 8);
const stat = changetype<FileStat>(memory.data(56, 8));
if (FILE_STAT_BYTES !== 56) ERROR("a buffer is stale");

/** A file below /models. */
export class ModelFile {
  constructor(
    /** without .gguf */
    public name: string,
    public bytes: u64,
  ) {}
}

let engine: Engine | null = null;
let name: string = "";
let fileBytes: u64 = 0;
/** Bytes of linear memory that the mapped file takes. */
let mappedBytes: u64 = 0;
export const sampler = changetype<Sampler>(memory.data(64, 8));
if (offsetof<Sampler>() > 64) ERROR("the sampler's buffer is stale");
let fault: string = "";
/** How often a model was let go: whoever keeps something of one asks. */
let opens: u32 = 0;
export function modelGeneration(): u32 {
  return opens;
}

/** The open model, or null. */
export function openEngine(): Engine | null {
  return engine;
}
/** Its name, "" where there is none. */
export function openName(): string {
  return name;
}
export function openBytes(): u64 {
  return engine ? fileBytes : 0;
}
/** Why the last load failed. */
export function loadFault(): string {
  return fault;
}
/** Linear memory beside the model. */
export function ownBytes(): u64 {
  return ((<u64>memory.size()) << WASM_PAGE_SHIFT) - mappedBytes;
}

function open(path: string, flags: u32): i32 {
  const bytes = String.UTF8.encode(path);
  return <i32>sys.open(FROM_ROOT, changetype<usize>(bytes), bytes.byteLength, flags);
}

/** Every model on board, in order of the names. */
export function modelFiles(): ModelFile[] {
  const found: ModelFile[] = [];
  const folder = open(FOLDER, Open.Read | Open.Directory);
  if (folder < 0) return found;
  let cookie: u64 = 0;
  for (;;) {
    const bytes = sys.list(folder, cookie, rows, LIST_BYTES);
    if (bytes <= 0) break;
    for (let at: usize = 0; at < <usize>bytes; ) {
      const row = changetype<DirectoryRow>(rows + at);
      const file = String.UTF8.decodeUnsafe(rows + at + DIRECTORY_ROW_BYTES, row.nameBytes);
      if (row.type === FileType.Regular && file.endsWith(ENDING)) found.push(new ModelFile(file.substring(0, file.length - ENDING.length), sizeOf(file)));
      cookie = row.next;
      at += DIRECTORY_ROW_BYTES + ((row.nameBytes + 7) & ~7);
    }
  }
  sys.close(folder);
  return found;
}

function sizeOf(file: string): u64 {
  const path = String.UTF8.encode(FOLDER + file);
  return sys.path_stat(FROM_ROOT, changetype<usize>(path), path.byteLength, 1, changetype<usize>(stat)) < 0 ? 0 : stat.bytes;
}

/** The model that a question loads where none is open; "" where there is none on board. */
export function standardModel(files: ModelFile[]): string {
  const path = String.UTF8.encode(FOLDER + STANDARD);
  const bytes = sys.readlink(FROM_ROOT, changetype<usize>(path), path.byteLength, rows, LIST_BYTES);
  const wanted = bytes > 0 ? String.UTF8.decodeUnsafe(rows, <usize>bytes) : OWN + ENDING;
  for (let i = 0; i < files.length; i++) if (files[i].name + ENDING == wanted) return files[i].name;
  return files.length > 0 ? files[0].name : "";
}

/** Opens a model ("" the default) in place of the one that is open. Ok, or a Status: loadFault says why; none is open then. */
export function loadModel(wanted: string): i32 {
  const files = modelFiles();
  const chosen = wanted == "" ? standardModel(files) : wanted.endsWith(ENDING) ? wanted.substring(0, wanted.length - ENDING.length) : wanted;
  let bytes: u64 = 0;
  for (let i = 0; i < files.length; i++) if (files[i].name == chosen) bytes = files[i].bytes;
  if (bytes === 0) return refuse(Status.NotFound, missing(files, chosen));
  if (engine && name == chosen) return Status.Ok;
  unloadModel();
  const descriptor = open(FOLDER + chosen + ENDING, Open.Read);
  const at = descriptor < 0 ? <i64>descriptor : sys.file_map(descriptor);
  if (descriptor >= 0) sys.close(descriptor);
  if (at < 0) return refuse(<i32>at, chosen + " cannot be mapped" + (at === Status.NoMemory ? ": it is larger than the mind's address space" : ": status " + at.toString()));
  mappedBytes = (<u64>bytes + (<u64>at & 0xffff) + 0xffff) & ~0xffff;
  const status = openMapped(<usize>at, <usize>bytes);
  if (status < 0) {
    sys.file_unmap();
    giveFrames();
    return refuse(status, chosen + ": " + fault);
  }
  name = chosen;
  fileBytes = bytes;
  return Status.Ok;
}

function missing(files: ModelFile[], chosen: string): string {
  if (files.length === 0) return "no model is on board: npm run qemu -- --model FILE.gguf brings one of yours; a machine of --mem 256M or more has the build's own";
  const names: string[] = [];
  for (let i = 0; i < files.length; i++) names.push(files[i].name);
  return "no model " + chosen + " is on board; there is " + names.join(", ");
}

// With the longest context that fits.
function openMapped(at: usize, bytes: usize): i32 {
  for (let i = 0; i < CONTEXTS.length; i++) {
    const opened = Engine.open(at, bytes, CONTEXTS[i]);
    if (opened === null) {
      fault = String.UTF8.decodeUnsafe(openError(), openErrorBytes());
      if (!fault.startsWith("no memory")) return Status.Corrupt;
      continue;
    }
    if (ownBytes() <= MEMORY_BYTES && sampler.open(opened.tokenizer.vocabulary)) {
      engine = opened;
      return Status.Ok;
    }
    opened.close();
    fault = "no memory";
    // Memory that grew stays; the next context, a smaller one, finds room in it.
    if (opened.context <= CONTEXTS[CONTEXTS.length - 1]) break;
  }
  fault = "its cache and tables do not fit into the 64 MiB that the mind may have beside a model; take a smaller one";
  return Status.NoMemory;
}

function refuse(status: i32, text: string): i32 {
  fault = text;
  return status;
}

/** Closes what is open, and gives its memory back. */
export function unloadModel(): void {
  const opened = engine;
  if (opened === null) return;
  closeVocabulary();
  opens++;
  sampler.close();
  opened.close();
  engine = null;
  name = "";
  sys.file_unmap();
  giveFrames();
}

// The frames of spans that nobody uses go back to the kernel; the addresses stay.
function giveFrames(): void {
  eachFree((at, bytes) => {
    if ((at & (PAGE_BYTES - 1)) === 0) sys.memory_release(at, <u32>bytes);
  });
}
