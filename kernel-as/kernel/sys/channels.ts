// System calls that connect processes to services by name. A connection is two pipes; what each side holds are descriptors of pipe ends, so that
// reading, writing, poll and the end are those of pipes (files.ts, poll.ts).
import { CHANNEL_NAME_BYTES, Open, Status, Sys } from "../../abi/numbers";
import { getU8 } from "../../lib/bytes";
import { addChannel, addConnection, channelProgram, connection, connectionsWaiting, findChannel, isListened, NONE, setListened, takeConnection } from "../fs/channels";
import { addDescriptor, closeDescriptor, descriptorOpen } from "../fs/descriptors";
import { dropConnection, dropReference, OpenKind, openAt, openListener, openPipeEnd } from "../fs/open-files";
import { closePipeEnd, pipeHasReader, pipeHasWriter, takePipe } from "../fs/pipes";
import { CHANNEL_BACKLOG } from "../limits";
import { copyIn } from "../mm/usercopy";
import { FLAG_SERVICE, processAt } from "../proc/process";
import { wantService } from "../services";
import { waitForChange } from "./waits";

const name: usize = memory.data(32);
if (CHANNEL_NAME_BYTES != 31) ERROR("the name's buffer is stale");

export function sysListen(slot: i32, va: u64, bytes: u32): i64 {
  const process = processAt(slot);
  if ((process.flags & FLAG_SERVICE) == 0) return Status.Denied;
  const status = readName(slot, va, bytes);
  if (status < 0) return status;
  let channel = findChannel(name, bytes);
  if (channel != NONE && isListened(channel)) return Status.Busy;
  if (channel != NONE && channelProgram(channel) != <i32>process.program) return Status.Denied;
  if (channel == NONE) channel = addChannel(name, bytes, NONE);
  if (channel < 0) return channel;
  setListened(channel);
  const open = openListener(channel);
  if (open < 0) return open;
  const made = addDescriptor(slot, open);
  if (made < 0) dropReference(open);
  return made;
}

// A name of printable bytes into `name`.
function readName(slot: i32, va: u64, bytes: u32): i32 {
  if (bytes > CHANNEL_NAME_BYTES) return Status.NameTooLong;
  if (bytes == 0) return Status.Invalid;
  const status = copyIn(slot, va, name, bytes);
  if (status < 0) return status;
  for (let i: u32 = 0; i < bytes; i++) if (getU8(name + i) <= 0x20 || getU8(name + i) >= 0x7f) return Status.Invalid;
  return Status.Ok;
}

export function sysAccept(slot: i32, descriptor: i32): i64 {
  const index = descriptorOpen(slot, descriptor);
  if (index < 0) return index;
  const listener = openAt(index);
  if (listener.kind != OpenKind.Listener) return Status.BadDescriptor;
  const channel = listener.target;
  if (connectionsWaiting(channel) == 0) {
    if ((listener.flags & Open.NonBlock) != 0) return Status.Again;
    return waitForChange(slot, Sys.Accept, descriptor, 0, 0);
  }
  const next = connection(channel, 0);
  const both = addBoth(slot, <i32>(next & 0xffff), <i32>(next >> 16));
  if (both >= 0) takeConnection(channel, 0);
  return both;
}

// Descriptors for two open files, whose references become theirs: the first | the second « 32. TooManyOpen: nothing changed.
function addBoth(slot: i32, first: i32, second: i32): i64 {
  const one = addDescriptor(slot, first);
  if (one < 0) return one;
  const two = addDescriptor(slot, second);
  if (two >= 0) return <i64>one | ((<i64>two) << 32);
  // Closing would let the file go.
  openAt(first).references++;
  closeDescriptor(slot, one);
  return two;
}

export function sysConnect(slot: i32, va: u64, bytes: u32): i64 {
  const status = readName(slot, va, bytes);
  if (status < 0) return status;
  const channel = findChannel(name, bytes);
  if (channel == NONE) return Status.NotFound;
  if (connectionsWaiting(channel) == CHANNEL_BACKLOG && !dropAbandoned(channel)) return Status.Busy;
  const up = openPipe();
  if (up < 0) return up;
  const down = openPipe();
  if (down < 0) {
    dropConnection(<u32>up);
    return down;
  }
  // This side reads what the service writes.
  const both = addBoth(slot, <i32>(down & 0xffff), <i32>(up >> 16));
  if (both < 0) {
    dropConnection(<u32>up);
    dropConnection(<u32>down);
    return both;
  }
  addConnection(channel, <i32>(up & 0xffff), <i32>(down >> 16));
  if (!isListened(channel)) wantService(channelProgram(channel));
  return both;
}

// Open files of a new pipe: to read | to write « 16. NoMemory, TooManyOpen.
function openPipe(): i32 {
  const pipe = takePipe();
  if (pipe < 0) return pipe;
  const reader = openPipeEnd(OpenKind.PipeRead, pipe, Open.Read);
  const writer = reader < 0 ? reader : openPipeEnd(OpenKind.PipeWrite, pipe, Open.Write);
  if (writer >= 0) return reader | (writer << 16);
  if (reader >= 0) dropReference(reader);
  else closePipeEnd(pipe, false);
  closePipeEnd(pipe, true);
  return writer;
}

// Drops connections whose other side is gone altogether. Whether there is room now.
function dropAbandoned(channel: i32): bool {
  for (let place = connectionsWaiting(channel); place > 0; place--) {
    const one = connection(channel, place - 1);
    const reads = openAt(<i32>(one & 0xffff)).target;
    const writes = openAt(<i32>(one >> 16)).target;
    if (!pipeHasWriter(reads) && !pipeHasReader(writes)) dropConnection(takeConnection(channel, place - 1));
  }
  return connectionsWaiting(channel) < CHANNEL_BACKLOG;
}
