// Copies between kernel.wasm and a process, serving the faults that come up on the way.
import { user_fault_va, user_read, user_write } from "../../abi/host";
import { Status } from "../../abi/numbers";
import { processAt } from "../proc/process";
import { endOverLimit, reclaimNow } from "./oom";
import { Access, serveFault } from "./vm";

/** Copies `count` bytes in. Ok, or Fault where the process may not read them. */
export function copyIn(slot: i32, va: u64, to: usize, count: u32): i32 {
  const space = processAt(slot).space;
  while (true) {
    const status = user_read(space, va, to, count);
    if (status != Status.Fault) return status;
    const served = serveMiss(slot, Access.Read);
    if (served < 0) return served;
  }
}

/** Copies `count` bytes out. Ok, or Fault where the process may not write them. */
export function copyOut(slot: i32, va: u64, from: usize, count: u32): i32 {
  const space = processAt(slot).space;
  while (true) {
    const status = user_write(space, va, from, count);
    if (status != Status.Fault) return status;
    const served = serveMiss(slot, Access.Write);
    if (served < 0) return served;
  }
}

function serveMiss(slot: i32, access: Access): i32 {
  const status = serveFault(slot, <u64>user_fault_va(), access, false);
  if (status == Status.NoSpace) return endOverLimit(slot);
  if (status != Status.NoMemory) return status;
  return reclaimNow(slot) ? Status.Ok : Status.NoMemory;
}
