// The processor limit of a process: a share of each period of CPU_PERIOD_NS. Who is over it waits for the next period (dispatch.ts); what
// was used beyond it is owed there.
import { CPU_PERIOD_NS } from "../../abi/numbers";
import { Process } from "./process";

const WHOLE_PPM: u32 = 1_000_000;

function limited(process: Process): bool {
  return process.cpuPpm != 0 && process.cpuPpm < WHOLE_PPM;
}

/** Time that a process may run in one period. */
function quotaNs(process: Process): u64 {
  return (CPU_PERIOD_NS * <u64>process.cpuPpm) / WHOLE_PPM;
}

// Moves on to the period that `nowNs` lies in; each period that passed pays a quota of what is owed.
function roll(process: Process, nowNs: u64): void {
  if (nowNs < process.periodEndNs) return;
  if (process.periodEndNs == 0) {
    process.periodEndNs = nowNs + CPU_PERIOD_NS;
    return;
  }
  const periods = (nowNs - process.periodEndNs) / CPU_PERIOD_NS + 1;
  const paid = periods * quotaNs(process);
  process.periodUsedNs = process.periodUsedNs > paid ? process.periodUsedNs - paid : 0;
  process.periodEndNs += periods * CPU_PERIOD_NS;
}

/** A process ran for a while that ends now. */
export function chargeBandwidth(process: Process, nowNs: u64, spentNs: u64): void {
  if (!limited(process)) return;
  process.periodUsedNs += spentNs;
  roll(process, nowNs);
}

/** Whether a process has used what it may in this period. */
export function overBandwidth(process: Process, nowNs: u64): bool {
  if (!limited(process)) return false;
  roll(process, nowNs);
  return process.periodUsedNs >= quotaNs(process);
}

/** When a process that runs from now on must stop; ~0 where it has no limit. */
export function bandwidthEnd(process: Process, nowNs: u64): u64 {
  if (!limited(process)) return u64.MAX_VALUE;
  const quota = quotaNs(process);
  return process.periodUsedNs >= quota ? nowNs : nowNs + (quota - process.periodUsedNs);
}
