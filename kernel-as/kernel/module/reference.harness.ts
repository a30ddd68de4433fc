// Exports the pure parts of kernel/module for tools/reference, which holds them against node:crypto, tar and V8. In no image.
import { MODULE_RECORD_BYTES, ModuleRecord } from "../../abi/layouts";
import { copy } from "../../lib/bytes";
import { Sha256 } from "../../lib/sha256";
import { recordFind } from "./record";
import { Scan, scanFault, scanModule } from "./scan";
import { hashSpan } from "./hash";
import { UstarEntry, ustarFault, ustarFind } from "./ustar";

// The bytes under test end where memory ends: a read past the end would trap.
const PAGES: i32 = 64;
const END: usize = 64 << 16;
const found: UstarEntry = changetype<UstarEntry>(memory.data(offsetof<UstarEntry>(), 8));
const scan: Scan = changetype<Scan>(memory.data(offsetof<Scan>(), 8));
const row: ModuleRecord = changetype<ModuleRecord>(memory.data(MODULE_RECORD_BYTES, 8));
const hash: Sha256 = changetype<Sha256>(memory.data(offsetof<Sha256>(), 8));
const scratch: usize = memory.data(1024, 8);
let start: usize = 0;
let total: u32 = 0;
let overread: u32 = 0;

/** Room for `bytes` bytes under test; returns where they go. */
export function place(bytes: u32): usize {
  if (memory.size() < PAGES) memory.grow(PAGES - memory.size());
  start = END - bytes;
  total = bytes;
  overread = 0;
  return start;
}
/** Reads that asked for more than there is. */
export function overreads(): u32 {
  return overread;
}
export function scratchAt(): usize {
  return scratch;
}

function readArchive(offset: u64, buffer: usize, count: u32): i32 {
  if (offset > <u64>total) return 0;
  const gets = min(count, total - <u32>offset);
  copy(buffer, start + <usize>offset, gets);
  return gets;
}
function readModule(offset: u64, buffer: usize, count: u32): i32 {
  if (offset + count > total) overread++;
  return readArchive(offset, buffer, count);
}
function readRecord(offset: u32, buffer: usize, count: u32): i32 {
  return readArchive(offset, buffer, count);
}

/** SHA-256 in pieces of `piece` bytes; 0: by hashSpan. */
export function sha256(piece: u32, out: usize): i32 {
  if (piece === 0) return hashSpan(readModule, 0, total, out);
  hash.begin();
  for (let at: u32 = 0; at < total; at += piece) hash.add(start + at, min(piece, total - at));
  hash.finish(out);
  return 0;
}

export function find(path: usize, pathBytes: u32): i32 {
  return ustarFind(readArchive, total, path, pathBytes, found);
}
export function foundAt(): u64 {
  return found.dataAt;
}
export function foundBytes(): u64 {
  return found.bytes;
}
export function findFault(): string {
  return ustarFault();
}

export function scanBytes(permitted: u64, nesting: u32): i32 {
  return scanModule(readModule, 0, total, permitted, nesting, scan);
}
export function scanImports(): u64 {
  return scan.imports;
}
export function scanImportCount(): u32 {
  return scan.importCount;
}
export function scanNesting(): u32 {
  return scan.nesting;
}
export function scanFunctions(): u32 {
  return scan.functions;
}
export function scanWhy(): string {
  return scanFault();
}

export function lookUp(sha: usize): i32 {
  return recordFind(readRecord, sha, row);
}
export function recordKind(): u32 {
  return row.kind;
}
export function recordNesting(): u32 {
  return row.nesting;
}
