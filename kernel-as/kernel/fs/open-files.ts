// The open files of the machine: what descriptors stand for. Several descriptors, of several processes, may share one; it ends with
// the last. Not the table of a process (descriptors.ts) and not the calls (sys/files.ts).
import { FileType, Open, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { OPEN_FILES } from "../limits";
import { connectionsWaiting, forgetProgram, listenerGone, takeConnection } from "./channels";
import { NO_NODE } from "./node";
import { closePipeEnd } from "./pipes";
import { vfsHold, vfsRelease, vfsType } from "./vfs";

/** What an open file is. */
export const enum OpenKind {
  Free = 0,
  Node = 1,
  PipeRead = 2,
  PipeWrite = 3,
  Console = 4,
  Listener = 5,
}

@unmanaged
export class OpenFile {
  references: u32;
  /** OpenKind */
  kind: u32;
  /** node, pipe or channel; the next free row of a free one */
  target: i32;
  /** Open */
  flags: u32;
  position: u64;
}

export const OPEN_FILE_BYTES: u32 = OPEN_FILES * <u32>offsetof<OpenFile>();

let table: usize = 0;
let firstFree: i32 = -1;
/** The console; the kernel holds it open, so that a service can always be started with it. */
let console: i32 = -1;
const CONSOLE_FLAGS: u32 = Open.Read | Open.Write;

export function initOpenFiles(arena: Arena): void {
  table = arena.take(OPEN_FILE_BYTES);
  for (let i: i32 = <i32>OPEN_FILES - 1; i >= 0; i--) {
    openAt(i).target = firstFree;
    firstFree = i;
  }
  console = take(OpenKind.Console, NO_NODE, CONSOLE_FLAGS);
}

export function openAt(index: i32): OpenFile {
  return changetype<OpenFile>(table + <usize>index * offsetof<OpenFile>());
}

function take(kind: OpenKind, target: i32, flags: u32): i32 {
  if (firstFree < 0) return Status.TooManyOpen;
  const index = firstFree;
  const open = openAt(index);
  firstFree = open.target;
  open.references = 1;
  open.kind = kind;
  open.target = target;
  open.flags = flags;
  open.position = 0;
  return index;
}

/** Opens a node. Its index, with one reference, or TooManyOpen. */
export function openNode(node: i32, flags: u32): i32 {
  const index = take(OpenKind.Node, node, flags);
  if (index >= 0) vfsHold(node);
  return index;
}

/** One end of a pipe, which the caller has counted. */
export function openPipeEnd(kind: OpenKind, pipe: i32, flags: u32): i32 {
  return take(kind, pipe, flags);
}

/** A listener to a channel. */
export function openListener(channel: i32): i32 {
  return take(OpenKind.Listener, channel, Open.Read);
}

/** The console, to read and to write, with one more reference. */
export function openConsole(): i32 {
  addReference(console);
  return console;
}

/** Forgets what a program changed of the console, which all share. */
export function resetConsole(): void {
  openAt(console).flags = CONSOLE_FLAGS;
}

export function addReference(index: i32): void {
  openAt(index).references++;
}

/** One descriptor fewer; with the last, what it stands for is let go. */
export function dropReference(index: i32): void {
  const open = openAt(index);
  open.references--;
  if (open.references > 0) return;
  if (open.kind == OpenKind.Node) vfsRelease(open.target);
  else if (open.kind == OpenKind.PipeRead) closePipeEnd(open.target, false);
  else if (open.kind == OpenKind.PipeWrite) closePipeEnd(open.target, true);
  else if (open.kind == OpenKind.Listener) closeListener(open.target);
  open.kind = OpenKind.Free;
  open.target = firstFree;
  firstFree = index;
}

/** Nobody will listen to a channel: who waits finds the end of its pipes. */
export function closeChannel(channel: i32): void {
  forgetProgram(channel);
  closeListener(channel);
}

// Who waits for a service that the kernel starts again waits on; others find the end of their pipes.
function closeListener(channel: i32): void {
  const waiting = connectionsWaiting(channel);
  if (listenerGone(channel)) return;
  for (let left = waiting; left > 0; left--) dropConnection(takeConnection(channel, 0));
}

/** Closes both files of a connection that nobody will take. */
export function dropConnection(connection: u32): void {
  dropReference(<i32>(connection & 0xffff));
  dropReference(<i32>(connection >> 16));
}

/** FileType of an open file. */
export function openType(open: OpenFile): u32 {
  return open.kind == OpenKind.Node ? vfsType(open.target) : open.kind == OpenKind.Console ? FileType.Console : FileType.Pipe;
}
