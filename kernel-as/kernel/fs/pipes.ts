// Pipes: a ring of PIPE_BYTES each, in frames that are taken when bytes come and given back when they are read. Not the descriptors
// of its ends. A change that somebody may wait for is noted.
import { frame_read, frame_write } from "../../abi/host";
import { PAGE_BYTES, PIPE_BYTES, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { PIPES } from "../limits";
import { FrameUse, giveFrame, takeFrame } from "../mm/frames";
import { noteChange } from "./changes";

const FRAMES: u32 = PIPE_BYTES / PAGE_BYTES;

/** Positions count bytes since the pipe was made; a u32 for each frame follows: its number + 1, 0 none. */
@unmanaged
class Pipe {
  readers: u32;
  writers: u32;
  readAt: u64;
  writeAt: u64;
}

const ROW_BYTES: u32 = <u32>offsetof<Pipe>() + FRAMES * 4;
export const PIPE_TABLE_BYTES: u32 = PIPES * ROW_BYTES;

let table: usize = 0;

export function initPipes(arena: Arena): void {
  table = arena.take(PIPE_TABLE_BYTES);
}

function pipeAt(index: i32): Pipe {
  return changetype<Pipe>(table + <usize>index * ROW_BYTES);
}

function frameAt(index: i32, position: u64): usize {
  return table + <usize>index * ROW_BYTES + offsetof<Pipe>() + ((<usize>(position / PAGE_BYTES) % FRAMES) << 2);
}

/** A new pipe with one reader and one writer, or NoMemory. */
export function takePipe(): i32 {
  for (let index: i32 = 0; index < <i32>PIPES; index++) {
    const pipe = pipeAt(index);
    if (pipe.readers != 0 || pipe.writers != 0) continue;
    memory.fill(changetype<usize>(pipe), 0, ROW_BYTES);
    pipe.readers = 1;
    pipe.writers = 1;
    return index;
  }
  return Status.NoMemory;
}

/** An open file of one end is gone. What nobody can read any more is let go. */
export function closePipeEnd(index: i32, writer: bool): void {
  const pipe = pipeAt(index);
  if (writer) pipe.writers--;
  else pipe.readers--;
  if (pipe.readers == 0) {
    for (let i: u32 = 0; i < FRAMES; i++) giveBack(frameAt(index, <u64>i * PAGE_BYTES));
    pipe.readAt = pipe.writeAt;
  }
  noteChange();
}

function giveBack(at: usize): void {
  const frame = load<u32>(at);
  if (frame == 0) return;
  store<u32>(at, 0);
  giveFrame(frame - 1, FrameUse.Files);
}

/** Frames that all pipes hold. */
export function pipeFrames(): u32 {
  let held: u32 = 0;
  for (let index: i32 = 0; index < <i32>PIPES; index++) {
    for (let i: u32 = 0; i < FRAMES; i++) if (load<u32>(frameAt(index, <u64>i * PAGE_BYTES)) != 0) held++;
  }
  return held;
}

/** Ends of all pipes that are open. */
export function pipeEnds(): u32 {
  let ends: u32 = 0;
  for (let index: i32 = 0; index < <i32>PIPES; index++) ends += pipeAt(index).readers + pipeAt(index).writers;
  return ends;
}

/** Bytes that wait. */
export function pipeBytes(index: i32): u32 {
  const pipe = pipeAt(index);
  return <u32>(pipe.writeAt - pipe.readAt);
}

export function pipeRoom(index: i32): u32 {
  return PIPE_BYTES - pipeBytes(index);
}

export function pipeHasWriter(index: i32): bool {
  return pipeAt(index).writers != 0;
}

export function pipeHasReader(index: i32): bool {
  return pipeAt(index).readers != 0;
}

/** Copies what waits, at most `count` bytes, without taking it. Bytes copied. */
export function peekPipe(index: i32, to: usize, count: u32): u32 {
  const bytes = min<u32>(count, pipeBytes(index));
  let at = pipeAt(index).readAt;
  for (let done: u32 = 0; done < bytes; ) {
    const offset = <u32>(at & (PAGE_BYTES - 1));
    const part = min<u32>(bytes - done, PAGE_BYTES - offset);
    frame_read(load<u32>(frameAt(index, at)) - 1, offset, to + done, part);
    at += part;
    done += part;
  }
  return bytes;
}

/** Takes bytes that were looked at before; frames that hold nothing more go back. */
export function skipPipe(index: i32, count: u32): void {
  const pipe = pipeAt(index);
  for (let left = count; left > 0; ) {
    const part = min<u32>(left, PAGE_BYTES - <u32>(pipe.readAt & (PAGE_BYTES - 1)));
    const frame = frameAt(index, pipe.readAt);
    pipe.readAt += part;
    left -= part;
    // A frame stays where it is read to its end but holds bytes of the next lap already.
    const whole = (pipe.readAt & (PAGE_BYTES - 1)) == 0;
    if (whole && pipe.writeAt <= pipe.readAt - PAGE_BYTES + PIPE_BYTES) giveBack(frame);
  }
  if (count > 0) noteChange();
}

/** Appends at most `count` bytes, as many as there is room for. Bytes written, or NoMemory. */
export function writePipe(index: i32, from: usize, count: u32): i32 {
  const pipe = pipeAt(index);
  const bytes = min<u32>(count, pipeRoom(index));
  let done: u32 = 0;
  while (done < bytes) {
    const offset = <u32>(pipe.writeAt & (PAGE_BYTES - 1));
    const part = min<u32>(bytes - done, PAGE_BYTES - offset);
    const frame = frameAt(index, pipe.writeAt);
    if (load<u32>(frame) == 0) {
      const pfn = takeFrame(FrameUse.Files);
      if (pfn < 0) break;
      store<u32>(frame, <u32>pfn + 1);
    }
    frame_write(load<u32>(frame) - 1, offset, from + done, part);
    pipe.writeAt += part;
    done += part;
  }
  if (done > 0) noteChange();
  return done == 0 && bytes > 0 ? Status.NoMemory : done;
}
