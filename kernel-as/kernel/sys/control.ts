// The control system call: everything that a shell command may do to the kernel.
import { panic, power_off, program_info, reboot } from "../../abi/host";
import { COMPACT_RESULT_BYTES, MODULE_APPROVAL_BYTES, ModuleApproval, PROGRAM_INFO_BYTES, PROGRAM_INFO_NAME } from "../../abi/layouts";
import { Control, ProcessState, Status } from "../../abi/numbers";
import { nameIsLiteral } from "../../lib/bytes";
import { clearTrace } from "../../obs";
import { addForeground, clearForeground } from "../console";
import { verifyFiles } from "../fs/check";
import { learnerReport, learningSteer } from "../learning";
import { MAX_ORDER, managedPages } from "../mm/buddy";
import { compactionResult, startCompaction } from "../mm/compactor";
import { holdFrames, tryOrder, verifyFrames } from "../mm/frames";
import { copyIn, copyOut } from "../mm/usercopy";
import { verifyZpool } from "../mm/zpool";
import { moduleApprove, moduleFallback, moduleLoad, moduleOffer, moduleSwap, moduleUnload } from "../module/registry";
import { setAutomatic } from "../policy";
import { predictReset, predictSetThreshold } from "../predict";
import { FLAG_OWNER, FLAG_PROTECTED, FLAG_SERVICE, NO_SLOT, processAt, slotOf } from "../proc/process";
import { beginWait } from "../proc/waiting";
import { ladderAsked } from "../reclaim/ladder";
import { ADJUST_MOST, ADJUST_NEVER, setLimit, setOrder } from "../reclaim/policy";
import { modulesChanged } from "../scheduling";
import { weightsControl } from "../weights";
import { schedControl } from "./sched";
import { WAITS } from "./waits";

const TEXT_BYTES: u32 = 512;
const text: usize = memory.data(512, 8);
const program: usize = memory.data(128, 8);
if (PROGRAM_INFO_BYTES > 128) ERROR("the buffer is stale");

export function sysControl(slot: i32, operation: u32, a: u64, b: u64, va: u64, bytes: u32): i64 {
  switch (operation) {
    case Control.Compact:
      return compact(slot, a, va, bytes);
    case Control.CrashThreshold:
      return a <= 1_000_000 ? predictSetThreshold(<u32>a) : Status.Range;
    case Control.CrashAuto:
      return a <= 1 ? setAutomatic(a == 1) : Status.Range;
    case Control.CrashReset: {
      predictReset();
      return Status.Ok;
    }
    case Control.ModuleUnload:
    case Control.ModuleSwap:
    case Control.ModuleFallback: {
      const status = withText(slot, operation, va, bytes);
      modulesChanged();
      return status;
    }
    case Control.ModuleLoad:
    case Control.Panic:
    case Control.LadderOrder:
      return withText(slot, operation, va, bytes);
    case Control.ModuleApprove:
      return approve(slot, va, bytes);
    case Control.ModuleOffer: {
      offerSlot = slot;
      offerVa = va;
      return moduleOffer(readOffer, bytes);
    }
    case Control.WeightsRead:
    case Control.WeightsWrite:
    case Control.WeightsCommit:
    case Control.WeightsRevert:
      return weights(slot, operation, a, b, va, bytes);
    case Control.Protect:
      return protect(<u32>a, b);
    case Control.PowerOff: {
      if (a > 1) return Status.Range;
      power_off(<u32>a);
      return Status.Ok;
    }
    case Control.Reboot: {
      reboot();
      return Status.Ok;
    }
    case Control.HoldFrames:
      return a <= 0xffffffff ? holdFrames(<u32>a) : Status.Range;
    case Control.TryOrder:
      return a <= MAX_ORDER ? tryOrder(<u32>a) : Status.Range;
    case Control.TraceClear: {
      clearTrace();
      return Status.Ok;
    }
    case Control.Foreground:
      return foreground(slot, <u32>a, b);
    case Control.SelfCheck:
      return verifyFiles() + verifyFrames() + verifyZpool();
    case Control.Reserve:
      return reserve(<u32>a, b);
    case Control.OomScoreAdjust:
      return adjust(<u32>a, <i64>b);
    case Control.LadderLimit:
      return setLimit(a, b);
    case Control.Reclaim:
      return reclaim(slot, a);
    case Control.SchedMode:
      return learningSteer(a, b);
    case Control.LearnerReport:
      return learnerReport(slot, va, bytes);
    case Control.Nice:
    case Control.SchedExplain:
    case Control.SchedShadow:
    case Control.SchedReset:
      return schedControl(slot, operation, a, b, va, bytes);
    default:
      return Status.NotFound;
  }
}

function withText(slot: i32, operation: u32, va: u64, bytes: u32): i64 {
  if (bytes == 0 || bytes > TEXT_BYTES) return Status.Range;
  const status = copyIn(slot, va, text, bytes);
  if (status < 0) return status;
  switch (operation) {
    case Control.ModuleLoad:
      return moduleLoad(text, bytes);
    case Control.ModuleUnload:
      return moduleUnload(text, bytes);
    case Control.ModuleSwap:
      return moduleSwap(text, bytes);
    case Control.ModuleFallback:
      return moduleFallback(text, bytes);
    case Control.LadderOrder:
      return setOrder(text, bytes);
    default: {
      panic(text, bytes);
      return Status.Ok;
    }
  }
}

// Only the shell validates modules, so only what runs its program may vouch for one.
function approve(slot: i32, va: u64, bytes: u32): i64 {
  if (program_info(processAt(slot).program, program) < 0 || !nameIsLiteral(program + PROGRAM_INFO_NAME, 24, "shell")) return Status.Denied;
  if (bytes != MODULE_APPROVAL_BYTES) return Status.Invalid;
  const status = copyIn(slot, va, text, bytes);
  return status < 0 ? status : moduleApprove(changetype<ModuleApproval>(text));
}

// A module that fails while it takes over weights decides no longer.
function weights(slot: i32, operation: u32, a: u64, b: u64, va: u64, bytes: u32): i64 {
  const status = weightsControl(slot, operation, a, b, va, bytes);
  modulesChanged();
  return status;
}

// The module that is being offered lies in a process.
let offerSlot: i32 = 0;
let offerVa: u64 = 0;
function readOffer(offset: u64, buffer: usize, count: u32): i32 {
  const status = copyIn(offerSlot, offerVa + offset, buffer, count);
  return status < 0 ? status : <i32>count;
}

// The caller waits until the compaction's work item is done.
function compact(slot: i32, order: u64, va: u64, bytes: u32): i64 {
  if (order > MAX_ORDER) return Status.Range;
  if (bytes < COMPACT_RESULT_BYTES) return Status.Invalid;
  const process = processAt(slot);
  process.bufferVa = va;
  const status = startCompaction(<u32>order, process.pid);
  if (status < 0) return status;
  beginWait(slot, ProcessState.Working);
  return WAITS;
}

/** Copies the result of a compaction to the process that asked for it. Ok, or Fault. */
export function deliverCompaction(slot: i32): i64 {
  return copyOut(slot, processAt(slot).bufferVa, compactionResult(), COMPACT_RESULT_BYTES);
}

function protect(pid: u32, on: u64): i64 {
  if (on > 1) return Status.Range;
  const slot = slotOf(pid);
  if (slot == NO_SLOT) return Status.NotFound;
  const process = processAt(slot);
  if ((process.flags & FLAG_SERVICE) != 0) return Status.Denied;
  process.flags = on == 1 ? process.flags | FLAG_PROTECTED : process.flags & ~FLAG_PROTECTED;
  return Status.Ok;
}

function reserve(pid: u32, pages: u64): i64 {
  const slot = slotOf(pid);
  if (slot == NO_SLOT) return Status.NotFound;
  if (pages > managedPages()) return Status.Range;
  processAt(slot).reservePages = <u32>pages;
  return Status.Ok;
}

function adjust(pid: u32, points: i64): i64 {
  const slot = slotOf(pid);
  if (slot == NO_SLOT) return Status.NotFound;
  if (points < ADJUST_NEVER || points > ADJUST_MOST) return Status.Range;
  processAt(slot).oomScoreAdjust = <i32>points;
  return Status.Ok;
}

// The caller waits until the ladder is through.
function reclaim(slot: i32, pages: u64): i64 {
  if (pages == 0 || pages > managedPages()) return Status.Range;
  const process = processAt(slot);
  const status = ladderAsked(<u32>pages, process.pid);
  if (status < 0) return status;
  beginWait(slot, ProcessState.Working);
  return WAITS;
}

function foreground(slot: i32, pid: u32, more: u64): i64 {
  if (more > 1) return Status.Range;
  if ((processAt(slot).flags & FLAG_OWNER) == 0) return Status.Denied;
  const target = slotOf(pid);
  if (pid != 0 && target == NO_SLOT) return Status.NotFound;
  if (more == 0) clearForeground();
  if (pid != 0) addForeground(target);
  return Status.Ok;
}
