// System calls about processes: arguments, wait, kill, sleep. How one starts is launch.ts.
import { EXIT_INFO_BYTES, ExitInfo } from "../../abi/layouts";
import { ExitReason, ProcessState, Status } from "../../abi/numbers";
import { copyOut } from "../mm/usercopy";
import { collectChild, endProcess, findEndedChild } from "../proc/lifecycle";
import { argumentsAt, FLAG_OWNER, FOREVER, isAlive, NO_SLOT, processAt, slotOf } from "../proc/process";
import { beginWait } from "../proc/waiting";
import { noteWake } from "../time";
import { WAITS } from "./waits";

const exitInfo = changetype<ExitInfo>(memory.data(32, 8));
const NO_WAIT: u32 = 1;

export function sysArguments(slot: i32, va: u64, capacity: u32): i64 {
  const bytes = processAt(slot).argumentBytes;
  const status = copyOut(slot, va, argumentsAt(slot), bytes < capacity ? bytes : capacity);
  return status < 0 ? status : bytes;
}

export function sysWait(slot: i32, pid: u32, flags: u32, va: u64): i64 {
  const process = processAt(slot);
  const child = findEndedChild(process.pid, pid);
  if (child >= 0) return deliverChild(slot, child, va);
  if (child != NO_SLOT) return Status.NotFound;
  if ((flags & NO_WAIT) != 0) return Status.Again;
  process.waitPid = pid;
  process.bufferVa = va;
  beginWait(slot, ProcessState.Waiting);
  return WAITS;
}

/** Hands an ended child to its parent. The child's pid, or Fault. */
export function deliverChild(slot: i32, child: i32, va: u64): i64 {
  const pid = processAt(child).pid;
  collectChild(child, exitInfo);
  const status = copyOut(slot, va, changetype<usize>(exitInfo), EXIT_INFO_BYTES);
  return status < 0 ? status : pid;
}

export function sysKill(pid: u32, status: i32): i64 {
  const target = slotOf(pid);
  if (target == NO_SLOT) return Status.NotFound;
  const process = processAt(target);
  if ((process.flags & FLAG_OWNER) != 0) return Status.Denied;
  if (!isAlive(process)) return Status.NotFound;
  endProcess(target, ExitReason.Killed, status & 255, 0);
  return Status.Ok;
}

export function sysSleep(slot: i32, nowNs: u64, ns: u64): i64 {
  const process = processAt(slot);
  process.wakeNs = ns > FOREVER - 1 - nowNs ? FOREVER : nowNs + ns;
  noteWake(process.wakeNs);
  beginWait(slot, ProcessState.Sleeping);
  return WAITS;
}
