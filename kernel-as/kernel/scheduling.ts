// The scheduler's core in the kernel: its memory, the modules that it asks, what it tells the log and the trace, and the rows about tasks. Nothing here chooses a task.
import { time_now_ns } from "../abi/host";
import { SchedRow, TASK_ROW_COMMAND } from "../abi/layouts";
import { Event, ModuleKind, PROCESSES, Status } from "../abi/numbers";
import { Arena } from "../lib/arena";
import { count, traceAt } from "../obs";
import { fillLearning } from "./learning";
import { SCHED_EXPLAIN_EVERY, SCHED_POLICY_FUEL } from "./limits";
import { moduleActive, moduleDecide, moduleEject, moduleShadow, moduleShadowDecide, moduleShadowFail, moduleShadowSet } from "./module/registry";
import { Counter } from "./obs";
import { sayFault } from "./policy";
import { chargeService, entryTime, idleTime } from "./proc/account";
import { isAlive, NO_SLOT, processAt, slotEnd, slotOf } from "./proc/process";
import { fillCommand } from "./rows";
import {
  fillSchedRow,
  fillTaskRow,
  initScheduler,
  policyChanged,
  setAsk,
  setClock,
  setExplainEvery,
  setOnEject,
  setOnEvent,
  setShadowAsk,
  taskImage,
  taskMemory,
  taskNice,
  taskRow,
} from "./sched";
import { weightsRequest } from "./weights";

const NICE_LEAST: i64 = -20;
const NICE_MOST: i64 = 19;
const EXPLAIN_MOST: u64 = 1_000_000;

/** Takes the core's memory. Ok or NoMemory. */
export function initScheduling(arena: Arena): i32 {
  const status = initScheduler(arena, PROCESSES);
  if (status < 0) return status;
  setClock((): u64 => <u64>time_now_ns());
  setOnEvent(noteEvent);
  setOnEject(eject);
  setAsk(ask);
  policyChanged(0);
  setExplainEvery(SCHED_EXPLAIN_EVERY);
  return Status.Ok;
}

let decides: u32 = 0;
let shadows: u32 = 0;

/** Modules were swapped or unloaded: whoever decides now, or in the shadow, is told of every task first. */
export function modulesChanged(): void {
  const active = moduleActive(ModuleKind.Sched);
  if (active != decides) policyChanged(active);
  decides = active;
  if (moduleShadow() != shadows) followShadow();
}

function followShadow(): void {
  shadows = moduleShadow();
  if (shadows == 0) setShadowAsk(null);
  else setShadowAsk(askShadow, shadows);
}

function ask(input: usize, inputBytes: u32, output: usize, outputBytes: u32): i32 {
  return moduleDecide(ModuleKind.Sched, SCHED_POLICY_FUEL, input, inputBytes, output, outputBytes);
}

function askShadow(input: usize, inputBytes: u32, output: usize, outputBytes: u32): i32 {
  return moduleShadowDecide(SCHED_POLICY_FUEL, input, inputBytes, output, outputBytes);
}

// The policy failed: it is out, the log says why, and the core goes on by itself.
function eject(status: i32, why: string): void {
  moduleEject(ModuleKind.Sched, status, why);
  decides = 0;
  sayFault("scheduling policy");
}

function noteEvent(event: u32, pid: u32, a: u64, b: u64): void {
  if (event == Event.ShadowOff) {
    // A call that failed the registry has dealt with already; an answer that is none is found here.
    if (moduleShadow() == <u32>a) moduleShadowFail(<i32>b, "its decision cannot be followed");
    shadows = 0;
    sayFault("the shadow of the scheduling policy", " is taken off: ");
    return;
  }
  if (event == Event.RequestEnd) {
    weightsRequest(a, b);
    modulesChanged(); // a policy that could not return to its good weights is out
  }
  if (event == Event.Switch) count(Counter.Switches, 1);
  traceAt(entryTime(), event, pid, a, b);
}

/** On the beat: what processes hold and how often they fault. */
export function schedulingBeat(): void {
  for (let slot: i32 = 0; slot < slotEnd(); slot++) if (isAlive(processAt(slot))) tellMemory(slot);
}

// One that has not run yet is taken for what its program is as a rule.
function tellMemory(slot: i32): void {
  const row = taskRow(slot);
  if (row.attainedNs == 0 && row.requests == 0) return;
  const process = processAt(slot);
  taskMemory(slot, process.residentPages + process.compressedPages, process.faults);
}

// ---- what users ask for

/** Control.Nice. Range: not −20…19. NotFound: no such process lives. */
export function setNice(pid: u32, nice: i64): i32 {
  if (nice < NICE_LEAST || nice > NICE_MOST) return Status.Range;
  const slot = slotOf(pid);
  if (slot == NO_SLOT || !isAlive(processAt(slot))) return Status.NotFound;
  processAt(slot).nice = <i32>nice;
  taskNice(slot, <i32>nice);
  return Status.Ok;
}

/** Control.SchedExplain. Range: more than a million. */
export function setExplain(every: u64): i32 {
  if (every > EXPLAIN_MOST) return Status.Range;
  setExplainEvery(<u32>every);
  return Status.Ok;
}

/** Control.SchedShadow: the module's id, 0 for none, or as moduleShadowSet. Counts begin anew. */
export function setShadow(name: usize, bytes: u32): i32 {
  const id = moduleShadowSet(name, bytes);
  if (id >= 0) followShadow();
  return id;
}

/** sys.task_image. Invalid: 0. */
export function setImage(slot: i32, image: u64): i32 {
  if (image == 0) return Status.Invalid;
  processAt(slot).image = image;
  taskImage(slot, image);
  return Status.Ok;
}

/** Row of slot `index`: 1, 0 where no task is in it, −1 past the table. */
export function fillTask(index: u32, at: usize): i32 {
  if (index >= PROCESSES) return -1;
  if (!isAlive(processAt(index)) || processAt(index).admitted == 0) return 0;
  tellMemory(index);
  fillCommand(index, at + TASK_ROW_COMMAND);
  const nowNs = <u64>time_now_ns();
  chargeService(nowNs, false); // who asks is charged up to here
  return fillTaskRow(index, nowNs, at);
}

/** Fill the SchedRow. Returns 1. */
export function fillScheduling(at: usize): i32 {
  fillSchedRow(at);
  const row = changetype<SchedRow>(at);
  fillLearning(at);
  row.timeNs = <u64>time_now_ns();
  row.idleNs = idleTime();
  row.kernelNs = row.timeNs - row.idleNs - row.userNs - row.systemNs;
  return 1;
}
