// The one program that lies in the initrd and not in the image: an ELF file of the form that hostshim-c/user/user.ld gives. It runs only if its SHA-256
// stands in the build's record, so that no archive brings a service of its own. Its pages are copied, because nothing aligns a file of an archive.
import { initrd_read, record_read } from "../../abi/host";
import { MODULE_RECORD_BYTES, ModuleRecord, PROGRAM_INFO_BYTES, PROGRAM_SEGMENT_BYTES, ProgramInfo, ProgramSegment } from "../../abi/layouts";
import { PAGE_BYTES, Prot, Status, USER_LINEAR_VA } from "../../abi/numbers";
import { copy, getU16, getU32, getU64 } from "../../lib/bytes";
import { SHA256_BYTES, Sha256 } from "../../lib/sha256";
import { recordFind } from "../module/record";

/** Bytes that one step of the check reads. */
const STEP_BYTES: u32 = 16_384;
const SEGMENTS: u32 = 4;
const LINEAR_PAGES: u32 = 1 << 20;

// ELF-64 object file format, version 1.5: figures 2 and 7.
const HEADER_BYTES: u32 = 64;
const HEADER_ENTRY: usize = 24;
const HEADER_TABLE: usize = 32;
const HEADER_ROW_BYTES: usize = 54;
const HEADER_ROWS: usize = 56;
const ROW_BYTES: u32 = 56;
const ROW_FLAGS: usize = 4;
const ROW_OFFSET: usize = 8;
const ROW_VA: usize = 16;
const ROW_FILE_BYTES: usize = 32;
const ROW_MEMORY_BYTES: usize = 40;
const MAGIC: u64 = 0x0001_0102_464c_457f; // 7f "ELF", 64 bits, little endian, version 1; the ABI that follows is 0
const LOAD: u32 = 1;
const FLAG_EXECUTE: u32 = 1;
const FLAG_WRITE: u32 = 2;

let at: u64 = 0;
let bytes: u32 = 0;
let checkedBytes: u32 = 0;
let ready: bool = false;

const hash = changetype<Sha256>(memory.data(offsetof<Sha256>(), 8));
const sha256: usize = memory.data(32, 8);
const record = changetype<ModuleRecord>(memory.data(48, 8));
const piece: usize = memory.data(16384, 8);
const header: usize = memory.data(64, 8);
const row: usize = memory.data(56, 8);
const info: usize = memory.data(48, 8);
const segments: usize = memory.data(128, 8);
if (SHA256_BYTES != 32 || MODULE_RECORD_BYTES != 48 || PROGRAM_INFO_BYTES != 48 || PROGRAM_SEGMENT_BYTES * SEGMENTS != 128) ERROR("a buffer is stale");

/** Says where in the archive the file lies. Nothing of it is known before the check. */
export function setInitrdProgram(place: u64, fileBytes: u64): void {
  at = place;
  bytes = <u32>min<u64>(fileBytes, u32.MAX_VALUE);
  checkedBytes = 0;
  ready = false;
  hash.begin();
}

/** Whether it may run. */
export function initrdProgramReady(): bool {
  return ready;
}

/** One step of its check. Again: there is more; Ok: it may run; Unrecorded: it is not this build's; Corrupt: it is no such file. */
export function checkInitrdProgram(): i32 {
  const count = min<u32>(STEP_BYTES, bytes - checkedBytes);
  if (initrd_read(at + checkedBytes, piece, count) != <i32>count) return Status.Corrupt;
  hash.add(piece, count);
  checkedBytes += count;
  if (checkedBytes < bytes) return Status.Again;
  hash.finish(sha256);
  // Kind 0: a program, and no policy.
  if (recordFind(readRecord, sha256, record) != Status.Ok || record.kind != 0) return Status.Unrecorded;
  ready = readHeaders();
  return ready ? Status.Ok : Status.Corrupt;
}

function readRecord(offset: u32, buffer: usize, count: u32): i32 {
  return record_read(offset, buffer, count);
}

function readHeaders(): bool {
  if (bytes < HEADER_BYTES || initrd_read(at, header, HEADER_BYTES) != <i32>HEADER_BYTES) return false;
  if (getU64(header) != MAGIC || getU16(header + HEADER_ROW_BYTES) != ROW_BYTES) return false;
  const out = changetype<ProgramInfo>(info);
  out.entryVa = getU64(header + HEADER_ENTRY);
  // The program sizes its linear memory itself.
  out.initialPages = 0;
  out.maximumPages = LINEAR_PAGES;
  out.segmentCount = 0;
  const table = getU64(header + HEADER_TABLE);
  const rows = getU16(header + HEADER_ROWS);
  for (let i: u32 = 0; i < rows; i++) {
    const offset = table + <u64>i * ROW_BYTES;
    if (offset > bytes || bytes - offset < ROW_BYTES || initrd_read(at + offset, row, ROW_BYTES) != <i32>ROW_BYTES) return false;
    if (getU32(row) == LOAD && getU64(row + ROW_MEMORY_BYTES) > 0 && !addSegment(out)) return false;
  }
  return out.segmentCount > 0;
}

function addSegment(out: ProgramInfo): bool {
  const flags = getU32(row + ROW_FLAGS);
  const offset = getU64(row + ROW_OFFSET);
  const va = getU64(row + ROW_VA);
  const fileBytes = getU64(row + ROW_FILE_BYTES);
  const memoryBytes = getU64(row + ROW_MEMORY_BYTES);
  if (((offset | va | fileBytes) & (PAGE_BYTES - 1)) != 0 || offset > bytes || fileBytes > bytes - offset || memoryBytes < fileBytes) return false;
  if (va > USER_LINEAR_VA || memoryBytes > USER_LINEAR_VA - va || out.segmentCount == SEGMENTS) return false;
  if ((flags & FLAG_WRITE) != 0 && (flags & FLAG_EXECUTE) != 0) return false;
  const segment = changetype<ProgramSegment>(segments + <usize>out.segmentCount * PROGRAM_SEGMENT_BYTES);
  out.segmentCount++;
  segment.va = va;
  segment.memoryBytes = (memoryBytes + PAGE_BYTES - 1) & ~(<u64>PAGE_BYTES - 1);
  segment.fileBytes = fileBytes;
  segment.prot = (flags & FLAG_WRITE) != 0 ? Prot.Write : (flags & FLAG_EXECUTE) != 0 ? Prot.Execute : Prot.Read;
  segment.firstPfn = <u32>(offset / PAGE_BYTES);
  return true;
}

/** Fills its ProgramInfo, but for the name. */
export function initrdProgramInfo(out: usize): void {
  copy(out, info, PROGRAM_INFO_BYTES);
}

/** Fills a ProgramSegment; firstPfn counts pages of the file. NotFound past the last. */
export function initrdProgramSegment(index: u32, out: usize): i32 {
  if (index >= changetype<ProgramInfo>(info).segmentCount) return Status.NotFound;
  copy(out, segments + <usize>index * PROGRAM_SEGMENT_BYTES, PROGRAM_SEGMENT_BYTES);
  return Status.Ok;
}

/** Where a page of the file begins in the archive. */
export function initrdProgramPage(page: u32): u64 {
  return at + <u64>page * PAGE_BYTES;
}

/** Content hash: of its SHA-256; never 0. */
export function initrdProgramHash(): u64 {
  const first = getU64(sha256);
  return first == 0 ? 1 : first;
}
