// The console: bytes typed and not yet read, Ctrl-C, and the process that owns it (the shell service).
import { console_read } from "../abi/host";
import { Event, ExitReason, PROCESSES, ProcessState, Status } from "../abi/numbers";
import { Arena } from "../lib/arena";
import { getU8 } from "../lib/bytes";
import { ByteRing } from "../lib/ring";
import { count } from "../obs";
import { noteChange } from "./fs/changes";
import { resetConsole } from "./fs/open-files";
import { CONSOLE_BYTES } from "./limits";
import { copyOut } from "./mm/usercopy";
import { Counter, trace } from "./obs";
import { completeWait, endProcess } from "./proc/lifecycle";
import { FLAG_FOREGROUND, FLAG_OWNER, isAlive, NO_SLOT, processAt } from "./proc/process";
import { findReader, takeRedraw } from "./terminal";
import { forgetTyped, typeByte, typedAnswers } from "./typed-line";

const CONTROL_C: u32 = 3;
const INTERRUPTED_STATUS: i32 = 130;
const CHUNK: u32 = 256;
const chunk: usize = memory.data(256);
const ring = changetype<ByteRing>(memory.data(64, 8));

let interrupted: bool = false;

export function initConsole(arena: Arena): void {
  ring.init(arena.take(CONSOLE_BYTES), CONSOLE_BYTES);
}

/** No process is in the foreground any more: Ctrl-C interrupts the owner's waits. What was typed and not read is forgotten. */
export function clearForeground(): void {
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) processAt(slot).flags &= ~FLAG_FOREGROUND;
  forgetTyped();
  resetConsole();
  noteChange();
}

/** Ctrl-C ends this process too, and it may read what is typed. */
export function addForeground(slot: i32): void {
  processAt(slot).flags |= FLAG_FOREGROUND;
  noteChange();
}

function anyForeground(): bool {
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) if (isForeground(slot)) return true;
  return false;
}

function isForeground(slot: i32): bool {
  const process = processAt(slot);
  return (process.flags & FLAG_FOREGROUND) != 0 && isAlive(process);
}

/** Whether a process gets what is typed when it reads the console: it is in the foreground, or the owner while nobody is. */
export function readsTyped(slot: i32): bool {
  return isForeground(slot) || ((processAt(slot).flags & FLAG_OWNER) != 0 && !anyForeground());
}

/** Edits what was typed until a line is ready. True where a read can be answered. */
export function editTyped(): bool {
  while (!typedAnswers() && ring.count() > 0) typeByte(ring.take());
  return typedAnswers();
}

/** Whether Ctrl-C was typed since the last call. */
export function takeInterrupted(): bool {
  const was = interrupted;
  interrupted = false;
  return was;
}

/** Takes what the line received. What does not fit is dropped and counted; Ctrl-C always works. */
export function pumpConsole(): void {
  let dropped: u32 = 0;
  for (;;) {
    const got = console_read(chunk, CHUNK);
    if (got <= 0) break;
    for (let i: i32 = 0; i < got; i++) {
      const byte = getU8(chunk + i);
      if (byte == CONTROL_C && interrupt()) continue;
      if (!ring.put(byte)) dropped++;
    }
  }
  if (dropped > 0) {
    count(Counter.ConsoleShed, dropped);
    trace(Event.ConsoleShed, 0, dropped, 0);
  }
  const redraw = takeRedraw();
  if (!redraw && ring.count() == 0) return;
  noteChange();
  const reader = findReader();
  if (reader != NO_SLOT) completeRead(reader);
}

// Ctrl-C: true where it ended something; else the owner finds it by asking, or as a byte when it reads.
function interrupt(): bool {
  let ended = false;
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    if (!isForeground(slot)) continue;
    endProcess(slot, ExitReason.Killed, INTERRUPTED_STATUS, 0);
    ended = true;
  }
  if (ended) {
    // What was typed before was meant for it.
    ring.clear();
    forgetTyped();
    return true;
  }
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    const process = processAt(slot);
    if ((process.flags & FLAG_OWNER) == 0) continue;
    if (process.state == ProcessState.Sleeping || process.state == ProcessState.Waiting || process.state == ProcessState.Piping) {
      completeWait(slot, Status.Interrupted);
      return true;
    }
  }
  interrupted = true;
  return false;
}

/** Copies typed bytes to a buffer of a process. Bytes, Again where none wait, or Fault. */
export function readTyped(slot: i32, va: u64, capacity: u32): i32 {
  const bytes = ring.read(chunk, capacity < CHUNK ? capacity : CHUNK);
  if (bytes == 0) return Status.Again;
  const status = copyOut(slot, va, chunk, bytes);
  return status < 0 ? status : <i32>bytes;
}

function completeRead(slot: i32): void {
  const process = processAt(slot);
  completeWait(slot, readTyped(slot, process.bufferVa, process.bufferBytes));
}
