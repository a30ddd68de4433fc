// A process begins to wait, or wants the processor again: its state here and in the scheduler, and its account up to then. Who runs is the scheduler's.
import { time_now_ns } from "../../abi/host";
import { ProcessState } from "../../abi/numbers";
import { stallEnd } from "../reclaim/stall";
import { taskArrive, taskBlock, taskWake, taskYield } from "../sched";
import { settle } from "./account";
import { FOREVER, processAt } from "./process";

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
  const process = processAt(slot);
  process.state = state;
  const nowNs = settle(slot);
  const open = process.wakeNs == FOREVER;
  const byTime = state == ProcessState.Piping || state == ProcessState.Sleeping;
  const endsRequest = state == ProcessState.Waiting || state == ProcessState.Reading || (byTime && open);
  taskBlock(slot, nowNs, endsRequest, byTime && !open);
}

/** A waiting process wants the processor, or one that is new. */
export function makeReady(slot: i32): void {
  const process = processAt(slot);
  const nowNs = <u64>time_now_ns();
  if (process.stallBeganNs != 0) stallEnd(process, nowNs);
  process.state = ProcessState.Ready;
  process.wakeNs = FOREVER;
  if (process.admitted != 0) taskWake(slot, nowNs);
  else {
    process.admitted = 1;
    taskArrive(slot, process.pid, process.parent, process.image, process.nice, nowNs);
  }
}

/** The running process gives its turn away. */
export function yieldTurn(slot: i32): void {
  const process = processAt(slot);
  if (process.state != ProcessState.Running) return;
  process.state = ProcessState.Ready;
  taskYield(slot, settle(slot));
}
