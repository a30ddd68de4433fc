// System calls on descriptors: read, write, seek, what is known, flags, size, times, close, share. Paths are sys/paths.ts.
import { FILE_STAT_BYTES, FileStat } from "../../abi/layouts";
import { DESCRIPTORS, FileType, Open, ProcessState, Status, Sys, Whence } from "../../abi/numbers";
import { typing } from "../boot";
import { editTyped, readsTyped } from "../console";
import { addDescriptor, closeDescriptor, descriptorOpen, placeDescriptor } from "../fs/descriptors";
import { NO_NODE } from "../fs/node";
import { addReference, dropReference, OpenFile, OpenKind, openAt, openPipeEnd, openType } from "../fs/open-files";
import { closePipeEnd, peekPipe, pipeBytes, pipeHasReader, pipeHasWriter, pipeRoom, skipPipe, takePipe, writePipe } from "../fs/pipes";
import { vfsList, vfsRead, vfsResize, vfsSize, vfsStat, vfsTimes, vfsTrim, vfsType, vfsWrite } from "../fs/vfs";
import { REAP_FRAMES, TRANSFER_BYTES } from "../limits";
import { copyIn, copyOut } from "../mm/usercopy";
import { completeWait } from "../proc/lifecycle";
import { FLAG_OWNER, processAt } from "../proc/process";
import { beginWait } from "../proc/waiting";
import { terminalWrite } from "../terminal";
import { takeTyped, typedBytes, typedReady } from "../typed-line";
import { queueWork, Work } from "../work";
import { WAITS, waitForChange } from "./waits";

const transfer: usize = memory.data(65536, 8);
const stat = changetype<FileStat>(memory.data(56, 8));
if (TRANSFER_BYTES != 65536 || FILE_STAT_BYTES != 56) ERROR("a buffer is stale");

/** A write of at most so many bytes into a pipe is one piece: it waits for room for all of them. */
const PIPE_WHOLE: u32 = 4096;
/** Least room that sys.list takes. */
const LIST_LEAST: u32 = 280;
const FLAGS_KEPT: u32 = Open.Read | Open.Write | Open.Append | Open.NonBlock;

// The open file of a descriptor that has this right, or BadDescriptor.
function openWith(slot: i32, descriptor: i32, right: u32): i32 {
  const index = descriptorOpen(slot, descriptor);
  if (index < 0) return index;
  return (openAt(index).flags & right) == right ? index : Status.BadDescriptor;
}

function isDirectory(open: OpenFile): bool {
  return open.kind == OpenKind.Node && vfsType(open.target) == FileType.Directory;
}

// ---- reading

export function sysFdRead(slot: i32, descriptor: i32, va: u64, capacity: u32): i64 {
  const index = openWith(slot, descriptor, Open.Read);
  if (index < 0) return index;
  const open = openAt(index);
  if (open.kind == OpenKind.Node) {
    const bytes = readNode(slot, open, va, capacity, open.position);
    if (bytes > 0) open.position += bytes;
    return bytes;
  }
  if (open.kind == OpenKind.Listener) return Status.BadDescriptor;
  if (capacity == 0) return 0;
  const bytes = open.kind == OpenKind.Console ? readConsole(slot, va, capacity) : readPipe(slot, open.target, va, capacity);
  if (bytes != Status.Again || (open.flags & Open.NonBlock) != 0) return bytes;
  return waitForChange(slot, Sys.FdRead, descriptor, va, capacity);
}

export function sysFdReadAt(slot: i32, descriptor: i32, va: u64, capacity: u32, offset: u64): i64 {
  const index = openWith(slot, descriptor, Open.Read);
  if (index < 0) return index;
  const open = openAt(index);
  return open.kind == OpenKind.Node ? readNode(slot, open, va, capacity, offset) : Status.NotSeekable;
}

function readNode(slot: i32, open: OpenFile, va: u64, capacity: u32, offset: u64): i64 {
  if (isDirectory(open)) return Status.IsDirectory;
  const bytes = vfsRead(open.target, offset, transfer, min<u32>(capacity, TRANSFER_BYTES));
  if (bytes <= 0) return bytes;
  const status = copyOut(slot, va, transfer, bytes);
  return status < 0 ? status : bytes;
}

// Bytes, 0 at the end, or Again.
function readPipe(slot: i32, pipe: i32, va: u64, capacity: u32): i64 {
  if (pipeBytes(pipe) == 0) return pipeHasWriter(pipe) ? Status.Again : 0;
  const bytes = peekPipe(pipe, transfer, min<u32>(capacity, TRANSFER_BYTES));
  const status = copyOut(slot, va, transfer, bytes);
  if (status < 0) return status;
  skipPipe(pipe, bytes);
  return bytes;
}

function readConsole(slot: i32, va: u64, capacity: u32): i64 {
  if (!typing) return 0;
  if (!readsTyped(slot) || !editTyped()) return Status.Again;
  const bytes = min<u32>(capacity, typedReady());
  const status = bytes == 0 ? Status.Ok : copyOut(slot, va, typedBytes(), bytes);
  if (status < 0) return status;
  takeTyped(bytes);
  return bytes;
}

// ---- writing

export function sysFdWrite(slot: i32, descriptor: i32, va: u64, count: u32): i64 {
  const index = openWith(slot, descriptor, Open.Write);
  if (index < 0) return index;
  const open = openAt(index);
  if (open.kind == OpenKind.Node) {
    const at = (open.flags & Open.Append) != 0 ? vfsSize(open.target) : open.position;
    const bytes = writeNode(slot, open, va, count, at);
    if (bytes > 0) open.position = at + bytes;
    return bytes;
  }
  const bytes = open.kind == OpenKind.Console ? writeConsole(slot, va, count) : writeIntoPipe(slot, open.target, va, count);
  if (bytes != Status.Again || (open.flags & Open.NonBlock) != 0) return bytes;
  return waitForChange(slot, Sys.FdWrite, descriptor, va, count);
}

export function sysFdWriteAt(slot: i32, descriptor: i32, va: u64, count: u32, offset: u64): i64 {
  const index = openWith(slot, descriptor, Open.Write);
  if (index < 0) return index;
  const open = openAt(index);
  return open.kind == OpenKind.Node ? writeNode(slot, open, va, count, offset) : Status.NotSeekable;
}

function writeNode(slot: i32, open: OpenFile, va: u64, count: u32, offset: u64): i64 {
  const bytes = min<u32>(count, TRANSFER_BYTES);
  const status = copyIn(slot, va, transfer, bytes);
  return status < 0 ? status : vfsWrite(open.target, offset, transfer, bytes);
}

function writeConsole(slot: i32, va: u64, count: u32): i64 {
  const bytes = min<u32>(count, TRANSFER_BYTES);
  const status = copyIn(slot, va, transfer, bytes);
  if (status < 0) return status;
  terminalWrite((processAt(slot).flags & FLAG_OWNER) != 0, transfer, bytes);
  return bytes;
}

// Bytes, Again where it must wait, or BrokenPipe.
function writeIntoPipe(slot: i32, pipe: i32, va: u64, count: u32): i64 {
  if (!pipeHasReader(pipe)) return Status.BrokenPipe;
  if (count == 0) return 0;
  const room = pipeRoom(pipe);
  if (room == 0 || (count <= PIPE_WHOLE && room < count)) return Status.Again;
  const bytes = min<u32>(count, room);
  const status = copyIn(slot, va, transfer, bytes);
  return status < 0 ? status : writePipe(pipe, transfer, bytes);
}

// ---- position, size, what is known

export function sysSeek(slot: i32, descriptor: i32, offset: i64, whence: u32): i64 {
  const index = descriptorOpen(slot, descriptor);
  if (index < 0) return index;
  const open = openAt(index);
  if (open.kind != OpenKind.Node) return Status.NotSeekable;
  if (isDirectory(open)) return Status.IsDirectory;
  if (whence > <u32>Whence.End) return Status.Invalid;
  const base: i64 = whence == Whence.Set ? 0 : whence == Whence.Current ? <i64>open.position : <i64>vfsSize(open.target);
  const to = base + offset;
  if (to < 0 || (offset > 0 && to < base)) return Status.Invalid;
  open.position = to;
  return to;
}

export function sysFdStat(slot: i32, descriptor: i32, va: u64): i64 {
  const index = descriptorOpen(slot, descriptor);
  if (index < 0) return index;
  const open = openAt(index);
  if (open.kind == OpenKind.Node) return statNode(slot, open.target, va);
  memory.fill(changetype<usize>(stat), 0, FILE_STAT_BYTES);
  stat.type = openType(open);
  stat.links = 1;
  stat.inode = open.target == NO_NODE ? 1 : open.target + 1;
  return copyOut(slot, va, changetype<usize>(stat), FILE_STAT_BYTES);
}

/** Copies a FileStat of a node out. Ok or Fault. */
export function statNode(slot: i32, node: i32, va: u64): i64 {
  memory.fill(changetype<usize>(stat), 0, FILE_STAT_BYTES);
  vfsStat(node, stat);
  return copyOut(slot, va, changetype<usize>(stat), FILE_STAT_BYTES);
}

export function sysFdFlags(slot: i32, descriptor: i32, flags: u32): i64 {
  const index = descriptorOpen(slot, descriptor);
  if (index < 0) return index;
  const open = openAt(index);
  if (flags == u32.MAX_VALUE) return open.flags;
  if ((flags & ~(<u32>Open.Append | Open.NonBlock)) != 0) return Status.Invalid;
  open.flags = (open.flags & ~(<u32>Open.Append | Open.NonBlock)) | flags;
  return open.flags;
}

export function sysFdResize(slot: i32, descriptor: i32, bytes: u64): i64 {
  const index = descriptorOpen(slot, descriptor);
  if (index < 0) return index;
  const open = openAt(index);
  if (open.kind != OpenKind.Node || vfsType(open.target) != FileType.Regular) return Status.Invalid;
  if ((open.flags & Open.Write) == 0) return Status.BadDescriptor;
  const status = vfsResize(open.target, bytes, REAP_FRAMES);
  if (status != Status.Again) return status;
  // Much is cut: the frames go back in steps.
  beginWait(slot, ProcessState.Working);
  processAt(slot).waitA = open.target;
  queueWork(Work.Trim, slot);
  return WAITS;
}

/** One step of cutting a file. True when it is done, or its process is no more. */
export function trimStep(slot: i32): bool {
  const process = processAt(slot);
  if (process.state != ProcessState.Working) return true;
  if (!vfsTrim(<i32>process.waitA, REAP_FRAMES)) return false;
  completeWait(slot, Status.Ok);
  return true;
}

export function sysFdTimes(slot: i32, descriptor: i32, accessedNs: u64, modifiedNs: u64): i64 {
  const index = descriptorOpen(slot, descriptor);
  if (index < 0) return index;
  const open = openAt(index);
  return open.kind == OpenKind.Node ? vfsTimes(open.target, accessedNs, modifiedNs) : Status.Invalid;
}

export function sysList(slot: i32, descriptor: i32, cookie: u64, va: u64, capacity: u32): i64 {
  const index = descriptorOpen(slot, descriptor);
  if (index < 0) return index;
  const open = openAt(index);
  if (!isDirectory(open)) return Status.NotDirectory;
  if ((open.flags & Open.Read) == 0) return Status.BadDescriptor;
  if (capacity < LIST_LEAST) return Status.Invalid;
  const bytes = vfsList(open.target, cookie, transfer, min<u32>(capacity, TRANSFER_BYTES));
  if (bytes == 0) return 0;
  const status = copyOut(slot, va, transfer, bytes);
  return status < 0 ? status : bytes;
}

export function sysSync(slot: i32, descriptor: i32): i64 {
  const index = descriptorOpen(slot, descriptor);
  return index < 0 ? index : Status.Ok;
}

// ---- descriptors

export function sysDuplicate(slot: i32, descriptor: i32): i64 {
  const index = descriptorOpen(slot, descriptor);
  if (index < 0) return index;
  const made = addDescriptor(slot, index);
  if (made >= 0) addReference(index);
  return made;
}

export function sysRenumber(slot: i32, from: i32, to: i32): i64 {
  const index = descriptorOpen(slot, from);
  if (index < 0) return index;
  if (<u32>to >= DESCRIPTORS) return Status.BadDescriptor;
  if (from == to) return Status.Ok;
  addReference(index);
  placeDescriptor(slot, to, index);
  return closeDescriptor(slot, from);
}

/** Descriptor to read | descriptor to write « 32. */
export function sysPipe(slot: i32): i64 {
  const pipe = takePipe();
  if (pipe < 0) return pipe;
  const reader = openPipeEnd(OpenKind.PipeRead, pipe, Open.Read);
  const writer = reader < 0 ? reader : openPipeEnd(OpenKind.PipeWrite, pipe, Open.Write);
  if (writer < 0) {
    if (reader >= 0) dropReference(reader);
    else closePipeEnd(pipe, false);
    closePipeEnd(pipe, true);
    return writer;
  }
  const first = addDescriptor(slot, reader);
  const second = first < 0 ? first : addDescriptor(slot, writer);
  if (second >= 0) return <i64>first | ((<i64>second) << 32);
  dropReference(writer);
  if (first >= 0) closeDescriptor(slot, first);
  else dropReference(reader);
  return second;
}

/** Flags that an open file keeps of those it was opened with. */
export function keptFlags(flags: u32): u32 {
  return flags & FLAGS_KEPT;
}
