// A process begins to wait, or wants the processor again: its state here and in the scheduler. Who runs is the scheduler's.
import { time_now_ns } from "../../abi/host";
import { ProcessState } from "../../abi/numbers";
import { stallEnd } from "../reclaim/stall";
import { queuedCount, taskArrive, taskBlock, taskWake, taskYield } from "../sched";
import { chargeService, entryTime, isServed } from "./account";
import { FOREVER, NO_SLOT, processAt } from "./process";

// Who began to wait, or gave its turn away, in the call or fault that is being served: the scheduler is told when the service is over, so that the request has all of its time.
let leaving: i32 = NO_SLOT;

/**
 * A process waits from now on; its wakeNs says until when, FOREVER where only something else ends the wait.
 *
 * | state | ends its request | timed |
 * |---|---|---|
 * | Waiting, Reading | yes: for a child, for what is typed | no |
 * | Piping, Sleeping | without a deadline | with one |
 * | Working, Starved, Throttled | no: the kernel's affair | no |
 */
export function beginWait(slot: i32, state: ProcessState): void {
  processAt(slot).state = state;
  if (isServed(slot)) leaving = slot;
  else block(slot, entryTime());
}

function block(slot: i32, nowNs: u64): void {
  const process = processAt(slot);
  const open = process.wakeNs == FOREVER;
  const byTime = process.state == ProcessState.Piping || process.state == ProcessState.Sleeping;
  const endsRequest = process.state == ProcessState.Waiting || process.state == ProcessState.Reading || (byTime && open);
  taskBlock(slot, nowNs, endsRequest, byTime && !open);
}

/** The running process gives its turn away. Where nobody else is ready it goes on. */
export function yieldTurn(slot: i32): void {
  const process = processAt(slot);
  if (queuedCount() == 0 || process.state != ProcessState.Running) return;
  process.state = ProcessState.Ready;
  leaving = slot;
}

/** The call or fault of a process is served: it is charged, and leaves the processor where it waits or gave its turn away. */
export function endService(nowNs: u64): void {
  chargeService(nowNs, true);
  if (leaving == NO_SLOT) return;
  const state = processAt(leaving).state;
  if (state == ProcessState.Ready) taskYield(leaving, nowNs);
  else if (state != ProcessState.Ending) block(leaving, nowNs);
  leaving = NO_SLOT;
}

/** A waiting process wants the processor, or one that is new. */
export function makeReady(slot: i32): void {
  const process = processAt(slot);
  if (process.stallBeganNs != 0) stallEnd(process, <u64>time_now_ns());
  process.state = ProcessState.Ready;
  process.wakeNs = FOREVER;
  if (process.admitted != 0) taskWake(slot, entryTime());
  else {
    process.admitted = 1;
    taskArrive(slot, process.pid, process.parent, process.image, process.nice, entryTime());
  }
}
