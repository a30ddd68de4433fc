// The system call that waits for several descriptors, and the one place that makes a waiting call again.
import { POLL_ENTRY_BYTES, PollEntry } from "../../abi/layouts";
import { FileType, Open, PAGE_BYTES, PollKind, ProcessState, Status, Sys } from "../../abi/numbers";
import { typing } from "../boot";
import { editTyped, readsTyped } from "../console";
import { connectionsWaiting } from "../fs/channels";
import { descriptorOpen } from "../fs/descriptors";
import { OpenFile, OpenKind, openAt } from "../fs/open-files";
import { pipeBytes, pipeHasReader, pipeHasWriter, pipeRoom } from "../fs/pipes";
import { vfsSize, vfsType } from "../fs/vfs";
import { TRANSFER_BYTES } from "../limits";
import { copyIn, copyOut } from "../mm/usercopy";
import { FOREVER, processAt } from "../proc/process";
import { noteWake } from "../time";
import { typedReady } from "../typed-line";
import { sysAccept } from "./channels";
import { sysFdRead, sysFdWrite } from "./files";
import { WAITS, waitForChange } from "./waits";

const MOST: u32 = 64;
const entries: usize = memory.data(1536, 8);
if (POLL_ENTRY_BYTES != 24) ERROR("a buffer is stale");

export function sysPoll(slot: i32, nowNs: u64, va: u64, bytes: u32, timeoutNs: u64): i64 {
  const process = processAt(slot);
  process.expired = timeoutNs == 0 ? 1 : 0;
  // Known before it waits: a wait with a deadline is part of a request.
  process.wakeNs = timeoutNs > FOREVER - 1 - nowNs ? FOREVER : nowNs + timeoutNs;
  const ready = look(slot, va, bytes);
  if (ready != WAITS) process.wakeNs = FOREVER;
  else if (process.wakeNs != FOREVER) noteWake(process.wakeNs);
  return ready;
}

// Fills the entries. How many are ready; 0 where the time is over; else it waits.
function look(slot: i32, va: u64, bytes: u32): i64 {
  if (bytes % POLL_ENTRY_BYTES != 0 || bytes > MOST * POLL_ENTRY_BYTES) return Status.Invalid;
  let status = bytes == 0 ? Status.Ok : copyIn(slot, va, entries, bytes);
  if (status < 0) return status;
  let ready: i64 = 0;
  for (let at: u32 = 0; at < bytes; at += POLL_ENTRY_BYTES) {
    const entry = changetype<PollEntry>(entries + at);
    entry.hangup = 0;
    entry.bytes = 0;
    entry.status = Status.Again;
    if (entry.kind == PollKind.None) continue;
    entry.status = lookAt(slot, entry);
    if (entry.status != Status.Again) ready++;
  }
  if (ready == 0 && processAt(slot).expired == 0) return waitForChange(slot, Sys.Poll, va, bytes, 0);
  status = bytes == 0 ? Status.Ok : copyOut(slot, va, entries, bytes);
  return status < 0 ? status : ready;
}

function lookAt(slot: i32, entry: PollEntry): i32 {
  if (entry.kind > <u32>PollKind.Write) return Status.Invalid;
  const index = descriptorOpen(slot, entry.descriptor);
  if (index < 0) return index;
  const open = openAt(index);
  const writes = entry.kind == PollKind.Write;
  if ((open.flags & (writes ? Open.Write : Open.Read)) == 0) return Status.BadDescriptor;
  if (open.kind == OpenKind.Node) return lookAtNode(open, entry, writes);
  if (open.kind == OpenKind.Console) return lookAtConsole(slot, entry, writes);
  if (open.kind == OpenKind.Listener) return lookAtListener(open.target, entry);
  return writes ? lookToWrite(open.target, entry) : lookToRead(open.target, entry);
}

// A file never waits.
function lookAtNode(open: OpenFile, entry: PollEntry, writes: bool): i32 {
  if (writes) entry.bytes = TRANSFER_BYTES;
  else if (vfsType(open.target) == FileType.Regular) {
    const size = vfsSize(open.target);
    entry.bytes = size > open.position ? size - open.position : 0;
  }
  return Status.Ok;
}

function lookAtConsole(slot: i32, entry: PollEntry, writes: bool): i32 {
  if (!writes && !typing) return Status.Ok;
  if (!writes && (!readsTyped(slot) || !editTyped())) return Status.Again;
  entry.bytes = writes ? TRANSFER_BYTES : typedReady();
  return Status.Ok;
}

// Connections that wait, in place of bytes.
function lookAtListener(channel: i32, entry: PollEntry): i32 {
  entry.bytes = connectionsWaiting(channel);
  return entry.bytes > 0 ? Status.Ok : Status.Again;
}

function lookToRead(pipe: i32, entry: PollEntry): i32 {
  entry.bytes = pipeBytes(pipe);
  entry.hangup = pipeHasWriter(pipe) ? 0 : 1;
  return entry.bytes > 0 || entry.hangup != 0 ? Status.Ok : Status.Again;
}

// Room for a whole small write, or nobody to read it.
function lookToWrite(pipe: i32, entry: PollEntry): i32 {
  if (!pipeHasReader(pipe)) {
    entry.hangup = 1;
    return Status.BrokenPipe;
  }
  entry.bytes = pipeRoom(pipe);
  return entry.bytes >= PAGE_BYTES ? Status.Ok : Status.Again;
}

/** Makes the call again that a process waits in. Its result, or WAITS. */
export function callAgain(slot: i32): i64 {
  const process = processAt(slot);
  if (process.state != ProcessState.Piping) return WAITS;
  if (process.waitCall == Sys.FdRead) return sysFdRead(slot, <i32>process.waitA, process.waitB, <u32>process.waitC);
  if (process.waitCall == Sys.FdWrite) return sysFdWrite(slot, <i32>process.waitA, process.waitB, <u32>process.waitC);
  if (process.waitCall == Sys.Accept) return sysAccept(slot, <i32>process.waitA);
  return look(slot, process.waitA, <u32>process.waitB);
}
