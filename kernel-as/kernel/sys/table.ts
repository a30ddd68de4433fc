// Where a system call goes. Each serves one call of a process and sets its result, or leaves the process waiting.
import { context_return } from "../../abi/host";
import { Trap } from "../../abi/layouts";
import { ABI_HASH, Event, ExitReason, ProcessState, Status, Sys } from "../../abi/numbers";
import { rng, traceSyscalls } from "../boot";
import { wallNs } from "../clock";
import { takeInterrupted } from "../console";
import { trace } from "../obs";
import { Area } from "../proc/areas";
import { endProcess } from "../proc/lifecycle";
import { processAt } from "../proc/process";
import { yieldTurn } from "../proc/waiting";
import { setImage } from "../scheduling";
import { sysRead } from "./console";
import { sysControl } from "./control";
import { fileCall } from "./file-table";
import { sysFdWrite } from "./files";
import { sysDirectories, sysEnvironment, sysLaunch, sysSpawn } from "./launch";
import { sysAreaLimit, sysMemoryLimit, sysMemoryOffer, sysMemoryRelease } from "./memory";
import { sysArguments, sysKill, sysSleep, sysWait } from "./process";
import { sysQuery } from "./query";
import { WAITS } from "./waits";

/** Serves the system call in the mailbox. */
export function serveSyscall(slot: i32, trap: Trap): void {
  const result = call(slot, trap);
  if (traceSyscalls) trace(Event.Syscall, processAt(slot).pid, trap.number, <u64>result);
  if (result == WAITS) return;
  const state = processAt(slot).state;
  if (state == ProcessState.Running || state == ProcessState.Ready) context_return(slot, result);
}

function call(slot: i32, trap: Trap): i64 {
  const a = trap.args0;
  const b = trap.args1;
  const c = trap.args2;
  switch (<u32>trap.number) {
    case Sys.Exit: {
      endProcess(slot, ExitReason.Exited, <i32>(a & 255), 0);
      return WAITS;
    }
    case Sys.Trap: {
      endProcess(slot, ExitReason.Trap, 134, a);
      return WAITS;
    }
    case Sys.Pid:
      return processAt(slot).pid;
    case Sys.Arguments:
      return sysArguments(slot, a, <u32>b);
    case Sys.Spawn:
      return sysSpawn(slot, a, <u32>b, <u32>c);
    case Sys.Wait:
      return sysWait(slot, <u32>a, <u32>b, c);
    case Sys.Kill:
      return sysKill(<u32>a, <i32>b);
    case Sys.TimeNow:
      return <i64>trap.nowNs;
    case Sys.Sleep:
      return sysSleep(slot, trap.nowNs, a);
    case Sys.YieldNow: {
      context_return(slot, Status.Ok);
      yieldTurn(slot);
      return WAITS;
    }
    case Sys.Random:
      return <i64>rng.next();
    case Sys.MemoryLimit:
      return sysMemoryLimit(slot, a);
    case Sys.MemoryRelease:
      return sysMemoryRelease(slot, a, b);
    case Sys.MemoryOffer:
      return sysMemoryOffer(slot, a, b);
    case Sys.Write:
      return sysFdWrite(slot, 1, a, <u32>b);
    case Sys.Read:
      return sysRead(slot, trap.nowNs, a, <u32>b, c);
    case Sys.Interrupted:
      return takeInterrupted() ? 1 : 0;
    case Sys.Query:
      return sysQuery(slot, <u32>a, b, c, <u32>trap.args3);
    case Sys.Control:
      return sysControl(slot, <u32>a, b, c, trap.args3, <u32>trap.args4);
    case Sys.Abi:
      return ABI_HASH;
    case Sys.Launch:
      return sysLaunch(slot, a);
    case Sys.Environment:
      return sysEnvironment(slot, a, <u32>b);
    case Sys.Directories:
      return sysDirectories(slot, a, <u32>b);
    case Sys.HeapLimit:
      return sysAreaLimit(slot, Area.Heap, a);
    case Sys.ScratchLimit:
      return sysAreaLimit(slot, Area.Scratch, a);
    case Sys.Clock:
      return <i64>wallNs();
    case Sys.TaskImage:
      return setImage(slot, a);
    case Sys.ProcessorTime:
      return <i64>processAt(slot).cpuNs;
    default:
      return fileCall(slot, trap);
  }
}
