// The kernel's own counters, histograms, trace and log, and the few words it says. The machinery is kernel-as/obs.
import { console_write, time_now_ns } from "../abi/host";
import { Arena } from "../lib/arena";
import { TextWriter } from "../lib/fmt";
import { addCounter, addHistogram, initCounters, initHistograms, initLog, initTrace, logWrite, traceAt } from "../obs";
import { machineConsole } from "./boot";
import { LOG_BYTES, TRACE_ROWS } from "./limits";
import { argumentsAt, processAt } from "./proc/process";
import { otherBegins, otherWrote } from "./terminal";

/** Counters by index, in the order of initObs. */
export const enum Counter {
  Syscalls = 0,
  Faults = 1,
  Switches = 2,
  ConsoleShed = 3,
  Steps = 4,
  Beats = 5,
  PagesAged = 6,
  PagesCompressed = 7,
  PagesRefused = 8,
  PagesDropped = 9,
  LadderRuns = 10,
  Throttles = 11,
  ThrottledFaults = 12,
  Kills = 13,
}

/** Histograms by index, in the order of initObs. */
export const enum Histogram {
  SyscallNs = 0,
  FaultNs = 1,
  StepNs = 2,
  PolicyNs = 3,
  CompressNs = 4,
  RestoreNs = 5,
  DropNs = 6,
  LadderNs = 7,
  ThrottleNs = 8,
  StarvedNs = 9,
  AgeNs = 10,
}

const LINE_BYTES: u32 = 256;
const line = changetype<TextWriter>(memory.data(16, 8));
const lineText: usize = memory.data(256);

/** Bytes that initObs takes of the arena. */
export const OBS_BYTES: u32 = LOG_BYTES + TRACE_ROWS * 40 + 11 * 368 + 16 * 40 + 64;

/** Takes all memory of the kernel's observation. Ok or NoMemory. */
export function initObs(arena: Arena): i32 {
  line.init(lineText, LINE_BYTES);
  let status = initCounters(arena, 16);
  if (status == 0) status = initHistograms(arena, 11);
  if (status == 0) status = initTrace(arena, TRACE_ROWS);
  if (status == 0) status = initLog(arena, LOG_BYTES);
  if (status < 0) return status;
  addCounter("syscalls");
  addCounter("page_faults");
  addCounter("context_switches");
  addCounter("console_bytes_shed");
  addCounter("work_steps");
  addCounter("memory_beats");
  addCounter("pages_aged");
  addCounter("pages_compressed");
  addCounter("pages_refused");
  addCounter("pages_dropped");
  addCounter("ladder_runs");
  addCounter("throttles");
  addCounter("throttled_faults");
  addCounter("memory_kills");
  addHistogram("syscall_ns");
  addHistogram("page_fault_ns");
  addHistogram("work_step_ns");
  addHistogram("memory_policy_ns");
  addHistogram("page_compress_ns");
  addHistogram("page_restore_ns");
  addHistogram("page_drop_ns");
  addHistogram("ladder_run_ns");
  addHistogram("throttle_wait_ns");
  addHistogram("starved_ns");
  addHistogram("age_step_ns");
  return 0;
}

/** Appends a trace row, stamped now. */
export function trace(event: u32, pid: u32, a: u64, b: u64): void {
  traceAt(<u64>time_now_ns(), event, pid, a, b);
}

// ---- words: a line is begun by its time, built from pieces, and ended by sayEnd.

function begin(): void {
  if (line.length > 0) return;
  line.byte(0x5b);
  line.seconds(time_now_ns(), 6);
  line.text("] ");
}

export function say(text: string): void {
  begin();
  line.text(text);
}

export function sayNumber(value: u64): void {
  begin();
  line.unsigned(value);
}

export function sayBytes(text: usize, count: u32): void {
  begin();
  line.bytes(text, count);
}

/** `pid 4 (stress leak)` */
export function sayProcess(slot: i32): void {
  const process = processAt(slot);
  say("pid ");
  sayNumber(process.pid);
  say(" (");
  const text = argumentsAt(slot);
  for (let i: u32 = 0; i + 1 < process.argumentBytes && i < 64; i++) {
    const byte = load<u8>(text + i);
    line.byte(byte == 0 ? 0x20 : byte);
  }
  say(")");
}

export function sayHex(value: u64): void {
  begin();
  line.text("0x");
  line.hex(value);
}

/** Ends the line: into the log, and onto the console where that is a person's. */
export function sayEnd(): void {
  endLine(!machineConsole);
}

/** Ends the line: into the log only. */
export function noteEnd(): void {
  endLine(false);
}

function endLine(shown: bool): void {
  begin();
  line.byte(0x0a);
  logWrite(lineText, line.length);
  if (shown) {
    otherBegins();
    console_write(lineText, line.length - 1);
    store<u16>(lineText, 0x0a0d);
    console_write(lineText, 2);
    otherWrote(0x0a);
  }
  line.clear();
}
