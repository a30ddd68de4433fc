// Services by name: who listens to a name, and the connections that nobody has taken yet. Not the pipes of a connection, nor its descriptors
// (sys/channels.ts); what waits here is held open by this table.
import { CHANNEL_NAME_BYTES, Status } from "../../abi/numbers";
import { copy, equal } from "../../lib/bytes";
import { CHANNEL_BACKLOG, CHANNELS } from "../limits";
import { noteChange } from "./changes";

/** Nobody: no channel, no program, no connection. */
export const NONE: i32 = -1;

/** A name; its bytes follow, then a u32 for each connection that waits: open file to read | open file to write « 16. */
@unmanaged
class Channel {
  nameBytes: u32;
  /** 1: somebody listens */
  listened: u32;
  /** program of the image whose name it is, which the kernel starts when it is needed; NONE: the name goes with who listens */
  program: i32;
  /** connections that wait, oldest first */
  waiting: u32;
}

const ROW_BYTES: u32 = <u32>offsetof<Channel>() + CHANNEL_NAME_BYTES + 1 + CHANNEL_BACKLOG * 4;
const table: usize = memory.data(896, 8);
if (CHANNELS * ROW_BYTES != 896) ERROR("the table's buffer is stale");

function channelAt(index: i32): Channel {
  return changetype<Channel>(table + <usize>index * ROW_BYTES);
}

function nameAt(index: i32): usize {
  return changetype<usize>(channelAt(index)) + offsetof<Channel>();
}

function connectionAt(index: i32, place: u32): usize {
  return nameAt(index) + CHANNEL_NAME_BYTES + 1 + ((<usize>place) << 2);
}

/** The channel of a name, or NONE. */
export function findChannel(name: usize, bytes: u32): i32 {
  for (let index: i32 = 0; index < <i32>CHANNELS; index++) if (channelAt(index).nameBytes == bytes && equal(nameAt(index), name, bytes)) return index;
  return NONE;
}

/** A channel for a name that has none; `program` as in Channel. Its index, or NoMemory. */
export function addChannel(name: usize, bytes: u32, program: i32): i32 {
  for (let index: i32 = 0; index < <i32>CHANNELS; index++) {
    const channel = channelAt(index);
    if (channel.nameBytes != 0) continue;
    channel.nameBytes = bytes;
    channel.listened = 0;
    channel.program = program;
    channel.waiting = 0;
    copy(nameAt(index), name, bytes);
    return index;
  }
  return Status.NoMemory;
}

export function isListened(index: i32): bool {
  return channelAt(index).listened != 0;
}

/** The program whose name it is, or NONE. */
export function channelProgram(index: i32): i32 {
  return channelAt(index).program;
}

export function setListened(index: i32): void {
  channelAt(index).listened = 1;
}

/** The program is none any more that the kernel starts: who waits waits in vain. */
export function forgetProgram(index: i32): void {
  channelAt(index).program = NONE;
}

/** Nobody listens any more. Whether the connections that wait may go on waiting, since the kernel starts the service again; else they are to be let go. */
export function listenerGone(index: i32): bool {
  const channel = channelAt(index);
  channel.listened = 0;
  if (channel.program != NONE) return true;
  channel.nameBytes = 0;
  return false;
}

export function connectionsWaiting(index: i32): u32 {
  return channelAt(index).waiting;
}

/** The connection at a place of the queue. */
export function connection(index: i32, place: u32): u32 {
  return load<u32>(connectionAt(index, place));
}

/** Takes a connection out of the queue; its open files are the caller's. */
export function takeConnection(index: i32, place: u32): u32 {
  const channel = channelAt(index);
  const taken = connection(index, place);
  channel.waiting--;
  for (let i = place; i < channel.waiting; i++) store<u32>(connectionAt(index, i), connection(index, i + 1));
  return taken;
}

/** Puts a connection at the end of the queue, which must have room. */
export function addConnection(index: i32, reader: i32, writer: i32): void {
  const channel = channelAt(index);
  store<u32>(connectionAt(index, channel.waiting++), <u32>reader | ((<u32>writer) << 16));
  noteChange();
}

/** References to open files that this table holds. */
export function channelReferences(): u32 {
  let references: u32 = 0;
  for (let index: i32 = 0; index < <i32>CHANNELS; index++) references += channelAt(index).waiting * 2;
  return references;
}
