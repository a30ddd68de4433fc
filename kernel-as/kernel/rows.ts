// Rows about the machine and its processes, for the query system call.
import { time_now_ns } from "../abi/host";
import { PROCESS_ROW_COMMAND, ProcessRow, SystemRow } from "../abi/layouts";
import { ABI_HASH, PROCESSES, ProcessState } from "../abi/numbers";
import { getU8, setU8 } from "../lib/bytes";
import { counted, logEnd, logOldest } from "../obs";
import { bootInfo, policyEngine, seed } from "./boot";
import { Counter } from "./obs";
import { idleTime } from "./proc/account";
import { argumentsAt, FLAG_FOREGROUND, FLAG_PROTECTED, liveProcesses, processAt, reservedBytes } from "./proc/process";

import { isThrottled } from "./reclaim/throttle";
import { outOfMemoryScore } from "./reclaim/victim";

const COMMAND_BYTES: u32 = 64;

export function fillSystemRow(at: usize): i32 {
  const row = changetype<SystemRow>(at);
  row.uptimeNs = <u64>time_now_ns();
  row.tscHz = bootInfo.tscHz;
  row.ramBytes = bootInfo.ramBytes;
  row.imageBytes = bootInfo.imageBytes;
  row.initrdBytes = bootInfo.initrdBytes;
  row.features = bootInfo.features;
  row.seed = seed;
  row.abiHash = ABI_HASH;
  row.loader = bootInfo.loader;
  row.processes = liveProcesses();
  row.policyEngine = policyEngine;
  row.idleNs = idleTime();
  row.logOldest = logOldest();
  row.logEnd = logEnd();
  row.switches = counted(Counter.Switches);
  return 1;
}

/** Row of slot `index`: 1, 0 where the slot is free, −1 past the table. */
export function fillProcessRow(index: u32, at: usize): i32 {
  if (index >= PROCESSES) return -1;
  const process = processAt(index);
  if (process.state == ProcessState.Free) return 0;
  const row = changetype<ProcessRow>(at);
  row.pid = process.pid;
  row.parent = process.parent;
  row.state = process.state;
  row.flags = process.flags & (FLAG_PROTECTED | FLAG_FOREGROUND);
  row.residentPages = process.residentPages;
  row.tablePages = process.tablePages;
  row.cpuNs = process.cpuNs;
  row.startedNs = process.startedNs;
  row.memoryBytes = reservedBytes(process);
  row.exitStatus = process.exitStatus;
  row.score = outOfMemoryScore(process);
  row.faults = process.faults;
  row.oomScoreAdjust = process.oomScoreAdjust;
  row.reservePages = process.reservePages;
  row.compressedPages = process.compressedPages;
  row.throttled = isThrottled(process) ? 1 : 0;
  row.growthPagesPerSecond = process.growth;
  row.offeredPages = process.offeredPages;
  row.stallNs = process.stallNs;
  fillCommand(index, at + PROCESS_ROW_COMMAND);
  return 1;
}

/** Writes the arguments of a slot joined by spaces into 64 bytes of zeros. */
export function fillCommand(slot: i32, at: usize): void {
  const text = argumentsAt(slot);
  const bytes = processAt(slot).argumentBytes - 1;
  for (let i: u32 = 0; i < bytes && i < COMMAND_BYTES; i++) {
    const byte = getU8(text + i);
    setU8(at + i, byte == 0 ? 0x20 : byte);
  }
}
