// System calls that map a file of the initrd. What a touch of its pages does is mm/mapping.ts.
import { initrd_place } from "../../abi/host";
import { Open, PAGE_BYTES, Status } from "../../abi/numbers";
import { descriptorOpen } from "../fs/descriptors";
import { OpenKind, openAt } from "../fs/open-files";
import { vfsPlace, vfsSize } from "../fs/vfs";
import { mappingStart, unmapRange } from "../mm/mapping";
import { Process, processAt } from "../proc/process";
import { Work } from "../work";
import { overLimit, startSpan, stepSpan } from "./memory";

const WASM_PAGE_BYTES: u64 = 65_536;
const PAGE_SHIFT: u64 = 12;

/** Offset of the file's first byte in linear memory | linear memory's new size in 64 KiB « 32. */
export function sysFileMap(slot: i32, descriptor: i32): i64 {
  const index = descriptorOpen(slot, descriptor);
  if (index < 0) return index;
  const open = openAt(index);
  if ((open.flags & Open.Read) == 0) return Status.BadDescriptor;
  const at = open.kind == OpenKind.Node ? vfsPlace(open.target) : Status.Unsupported;
  if (at < 0) return at;
  const bytes = vfsSize(open.target);
  if (bytes == 0) return Status.Invalid;
  const process = processAt(slot);
  if (process.mapPages != 0) return Status.Busy;
  const place = initrd_place(at);
  if (place < 0) return place;
  // A file begins inside its first frame.
  const inside = <u64>place & (PAGE_BYTES - 1);
  const pages = (inside + bytes + PAGE_BYTES - 1) >> PAGE_SHIFT;
  const status = keepPlace(process, ((pages << PAGE_SHIFT) + WASM_PAGE_BYTES - 1) & ~(WASM_PAGE_BYTES - 1));
  if (status < 0) return status;
  process.mapPages = <u32>pages;
  process.mapFrame = <u32>(<u64>place >> PAGE_SHIFT);
  return (process.mapOffset + inside) | ((process.linearBytes / WASM_PAGE_BYTES) << 32);
}

// A place of so many bytes: the one before, where it is large enough or can grow; else a new one, and the one before is linear memory like any other.
function keepPlace(process: Process, bytes: u64): i32 {
  if (bytes <= process.mapBytes) return Status.Ok;
  const grows = process.mapOffset + process.mapBytes == process.linearBytes;
  const offset = grows && process.mapBytes != 0 ? process.mapOffset : process.linearBytes;
  const left = offset == process.mapOffset ? 0 : process.mapBytes;
  if (bytes > process.maximumBytes || offset > process.maximumBytes - bytes || overLimit(process, left)) return Status.NoMemory;
  process.mapOffset = offset;
  process.mapBytes = bytes;
  process.linearBytes = offset + bytes;
  return Status.Ok;
}

export function sysFileUnmap(slot: i32): i64 {
  const process = processAt(slot);
  const pages = process.mapPages;
  if (pages == 0) return Status.NotFound;
  process.mapPages = 0;
  return startSpan(slot, mappingStart(process), (<u64>pages) << PAGE_SHIFT, Work.Unmap, true);
}

/** One step of unmapping. True when it is done, or its process is no more. */
export function unmapStep(slot: i32): bool {
  return stepSpan(slot, unmapRange);
}
