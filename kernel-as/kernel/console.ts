// The console: bytes typed and not yet read, Ctrl-C, and the process that owns it (the shell service).
import { console_read } from "../abi/host";
import { Event, ExitReason, PROCESSES, ProcessState, Status } from "../abi/numbers";
import { Arena } from "../lib/arena";
import { getU8 } from "../lib/bytes";
import { ByteRing } from "../lib/ring";
import { count } from "../obs";
import { CONSOLE_BYTES } from "./limits";
import { copyOut } from "./mm/usercopy";
import { Counter, trace } from "./obs";
import { completeWait, endProcess } from "./proc/lifecycle";
import { FLAG_SERVICE, NO_SLOT, noteForeground, processAt, slotOf } from "./proc/process";
import { findReader, takeRedraw } from "./terminal";

const CONTROL_C: u32 = 3;
const INTERRUPTED_STATUS: i32 = 130;
const CHUNK: u32 = 256;
const chunk: usize = memory.data(256);
const ring = changetype<ByteRing>(memory.data(64, 8));

let foreground: u32 = 0;
let interrupted: bool = false;

export function initConsole(arena: Arena): void {
  ring.init(arena.take(CONSOLE_BYTES), CONSOLE_BYTES);
}

/** The process that Ctrl-C ends; 0: none, then the owner's waits are interrupted. */
export function setForeground(pid: u32): void {
  foreground = pid;
  noteForeground(pid);
}

export function isForeground(pid: u32): bool {
  return pid != 0 && foreground == pid;
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
  const reader = findReader();
  if (reader != NO_SLOT) completeRead(reader);
}

// Ctrl-C: true where it ended something; else the owner finds it by asking, or as a byte when it reads.
function interrupt(): bool {
  const target = slotOf(foreground);
  if (foreground != 0 && target != NO_SLOT) {
    endProcess(target, ExitReason.Killed, INTERRUPTED_STATUS, 0);
    return true;
  }
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    const process = processAt(slot);
    if ((process.flags & FLAG_SERVICE) == 0) continue;
    if (process.state == ProcessState.Sleeping || process.state == ProcessState.Waiting) {
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
