// Copies between kernel.wasm and a process, serving the faults that come up on the way.
import { user_fault_va, user_read, user_write } from "../../abi/host";
import { PAGE_BYTES, Status } from "../../abi/numbers";
import { processAt } from "../proc/process";
import { frameNow } from "../reclaim/ladder";
import { Access } from "./access";
import { endOverLimit } from "./oom";
import { serveFault } from "./vm";

/** Misses of one copy after which a page that is missing is worth a kill: what it touched is not to be compressed under it for ever. */
const PATIENT_MISSES: u32 = 64;

/** Copies `count` bytes in. Ok, or Fault where the process may not read them. */
export function copyIn(slot: i32, va: u64, to: usize, count: u32): i32 {
  const space = processAt(slot).space;
  let misses: u32 = 0;
  let done: u32 = 0;
  while (true) {
    const status = user_read(space, va + done, to + done, count - done);
    if (status != Status.Fault) return status;
    done = copied(va, done, count);
    const served = serveMiss(slot, Access.Read, misses++);
    if (served < 0) return served;
  }
}

/** Copies `count` bytes out. Ok, or Fault where the process may not write them. */
export function copyOut(slot: i32, va: u64, from: usize, count: u32): i32 {
  const space = processAt(slot).space;
  let misses: u32 = 0;
  let done: u32 = 0;
  while (true) {
    const status = user_write(space, va + done, from + done, count - done);
    if (status != Status.Fault) return status;
    done = copied(va, done, count);
    const served = serveMiss(slot, Access.Write, misses++);
    if (served < 0) return served;
  }
}

// How far a copy came that missed: it goes upward, so all below the missing page is done, but for a word that lies across its start.
function copied(va: u64, done: u32, count: u32): u32 {
  const reached = (<u64>user_fault_va() & ~(<u64>PAGE_BYTES - 1)) - sizeof<u64>();
  return reached > va + done && reached < va + count ? <u32>(reached - va) : done;
}

function serveMiss(slot: i32, access: Access, misses: u32): i32 {
  const status = serveFault(slot, <u64>user_fault_va(), access, false);
  if (status == Status.NoSpace) return endOverLimit(slot);
  if (status != Status.NoMemory) return status;
  return frameNow(slot, misses < PATIENT_MISSES) ? Status.Ok : Status.NoMemory;
}
