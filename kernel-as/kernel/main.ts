// kernel.wasm: what the shim calls. It decides; the shim does. Integers only, one stack, every entry runs to completion.
import { time_now_ns } from "../abi/host";
import { Trap } from "../abi/layouts";
import { ABI_HASH, Cause, Event, ExitReason, PROCESSES, Status } from "../abi/numbers";
import { Arena } from "../lib/arena";
import "./abort";
import { count, observe, traceRing } from "../obs";
import { bootInfo, initBoot } from "./boot";
import { initClock } from "./clock";
import { checkCommandLine } from "./command-line";
import { initConsole, pumpConsole } from "./console";
import { dispatch, timerFired } from "./dispatch";
import { DESCRIPTOR_TABLE_BYTES, initDescriptors } from "./fs/descriptors";
import { initOpenFiles, OPEN_FILE_BYTES } from "./fs/open-files";
import { initPipes, PIPE_TABLE_BYTES } from "./fs/pipes";
import { discardStep } from "./fs/ramfs";
import { initVfs } from "./fs/vfs";
import { noteBoot } from "./greeting";
import { CONSOLE_BYTES, POLICY_BYTES } from "./limits";
import { Access } from "./mm/access";
import { managedPages, metadataBytes } from "./mm/buddy";
import { compactStep } from "./mm/compactor";
import { initMemory } from "./mm/frames";
import { endOverLimit } from "./mm/oom";
import { serveFault } from "./mm/vm";
import { initZpool } from "./mm/zpool";
import { Counter, Histogram, initObs, OBS_BYTES, trace } from "./obs";
import { beat, initPolicy, nextBeat, startPolicy } from "./policy";
import { chargeTime, entryTime, serve } from "./proc/account";
import { endProcess, reapStep } from "./proc/lifecycle";
import { initProcesses, PROCESS_TABLE_BYTES, processAt } from "./proc/process";
import { endService } from "./proc/waiting";
import { agePaced, ladderPoll, ladderStep, shortOfMemory } from "./reclaim/ladder";
import { throttleFault } from "./reclaim/throttle";
import { schedulerBytes } from "./sched";
import { initScheduling, modulesChanged, schedulingBeat } from "./scheduling";
import { checkStep, startServices, tendServices } from "./services";
import { deliverEvents } from "./sys/deliver";
import { trimStep } from "./sys/files";
import { unmapStep } from "./sys/mapping";
import { offerStep, releaseStep } from "./sys/memory";
import { serveSyscall } from "./sys/table";
import { wakeSleepers } from "./time";
import { queuePaced, registerWork, Work, workPending, workStep } from "./work";

const arena = changetype<Arena>(memory.data(24, 8));
const trap = changetype<Trap>(memory.data(88, 8));

const FAULT_PRESENT: u64 = 1;
const FAULT_WRITE: u64 = 2;
const FAULT_EXECUTE: u64 = 16;

export function kernel_abi(): i64 {
  return ABI_HASH;
}

export function kernel_mailbox(): usize {
  return changetype<usize>(trap);
}

export function kernel_trace_ring(): usize {
  return traceRing();
}

export function kernel_init(): i32 {
  initBoot();
  if (bootInfo.abiHash != ABI_HASH) return Status.Unsupported;
  const bytes = OBS_BYTES + PROCESS_TABLE_BYTES + CONSOLE_BYTES + DESCRIPTOR_TABLE_BYTES + OPEN_FILE_BYTES + PIPE_TABLE_BYTES + POLICY_BYTES + schedulerBytes(PROCESSES);
  const start = (<usize>memory.size()) << 16;
  if (memory.grow(<i32>((bytes + 0xffff) >> 16)) < 0) return Status.NoMemory;
  arena.init(start, bytes);
  let status = initObs(arena);
  initProcesses(arena);
  initConsole(arena);
  initDescriptors(arena);
  initOpenFiles(arena);
  initPipes(arena);
  initClock();
  if (status == Status.Ok) status = initPolicy(arena);
  if (status == Status.Ok) status = initScheduling(arena);
  if (status == Status.Ok) status = initVfs();
  const frames = <u32>(bootInfo.ramBytes >> 12);
  initZpool(frames, metadataBytes(0, frames));
  if (status == Status.Ok) status = initMemory();
  if (status < 0) return status;
  trace(Event.Boot, 0, managedPages(), 0);
  registerWork(Work.Reap, reapStep);
  registerWork(Work.Compact, compactStep);
  registerWork(Work.Release, releaseStep);
  registerWork(Work.Offer, offerStep);
  registerWork(Work.Age, agePaced);
  registerWork(Work.Ladder, ladderStep);
  registerWork(Work.Files, discardStep);
  registerWork(Work.Trim, trimStep);
  registerWork(Work.Unmap, unmapStep);
  registerWork(Work.Check, checkStep);
  noteBoot();
  checkCommandLine();
  startPolicy();
  modulesChanged();
  return startServices();
}

export function kernel_enter(cause: u32, slot: i32): i32 {
  const nowNs = trap.nowNs;
  chargeTime(nowNs);
  if (cause == Cause.Syscall) {
    serve(slot, nowNs);
    serveSyscall(slot, trap);
    count(Counter.Syscalls, 1);
    const doneNs = <u64>time_now_ns();
    observe(Histogram.SyscallNs, doneNs - nowNs);
    endService(doneNs);
  } else if (cause == Cause.PageFault) {
    serve(slot, nowNs);
    pageFault(slot);
    count(Counter.Faults, 1);
    const doneNs = <u64>time_now_ns();
    observe(Histogram.FaultNs, doneNs - nowNs);
    endService(doneNs);
  } else if (cause == Cause.Exception) exception(slot);
  else if (cause == Cause.Timer) timerFired();
  pumpConsole();
  wakeSleepers(nowNs);
  if (nowNs >= nextBeat()) {
    beat(nowNs);
    tendServices(nowNs);
    schedulingBeat();
  }
  ladderPoll();
  queuePaced(entryTime());
  if (workPending()) workStep();
  deliverEvents();
  return dispatch(<u64>time_now_ns());
}

function exception(slot: i32): void {
  trace(Event.UserException, processAt(slot).pid, trap.number, trap.ip);
  endProcess(slot, ExitReason.Exception, 136, trap.number);
}

function pageFault(slot: i32): void {
  const code = trap.errorCode;
  if ((code & FAULT_PRESENT) == 0 && throttleFault(slot, trap.nowNs)) return;
  const access = (code & FAULT_EXECUTE) != 0 ? Access.Execute : (code & FAULT_WRITE) != 0 ? Access.Write : Access.Read;
  const status = serveFault(slot, trap.faultVa, access, (code & FAULT_PRESENT) != 0);
  if (status == Status.Ok) return;
  if (status == Status.NoSpace) {
    endOverLimit(slot);
    return;
  }
  if (status != Status.NoMemory) {
    endProcess(slot, ExitReason.Fault, 139, trap.faultVa);
    return;
  }
  // No frame is left: the process waits for one, where there is any hope.
  if (!shortOfMemory(slot)) endProcess(slot, ExitReason.OutOfMemory, 137, trap.faultVa);
}
