// Fills the State from the kernel, in ring 3. Rates are differences of two samples: sample() is cheap and may be called whenever the program wakes;
// collect() takes another one and needs them LEAST_NS apart, so it waits for what is missing. Allocates nothing.
import {
  COUNTER_ROW_BYTES,
  COUNTER_ROW_NAME,
  CounterRow,
  MEMORY_ROW_BYTES,
  MemoryRow,
  MODULE_ROW_BYTES,
  MODULE_ROW_NAME,
  ModuleRow,
  PREDICTION_ROW_BYTES,
  PRESSURE_ROW_BYTES,
  PROCESS_ROW_BYTES,
  PROCESS_ROW_COMMAND,
  PredictionRow,
  PressureRow,
  ProcessRow,
  SCHED_ROW_BYTES,
  SchedRow,
  TASK_ROW_BYTES,
  TaskRow,
} from "../../abi/layouts";
import { PROCESSES, ProcessState, TaskState, Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { copy, fill, literalCopy, nameIsLiteral } from "../../lib/bytes";
import { recentEvents, watchEvents } from "./events";
import { cleanName, clearState, Doing, processAt, processOf, STATE_PROCESSES, State, state } from "./state";

/** Two samples lie at least so far apart, and at most: an older one says nothing of now. */
const LEAST_NS: u64 = 100_000_000;
const MOST_NS: u64 = 3_000_000_000;
const KIB_A_PAGE: i64 = 4;
const ROWS_BYTES: u32 = 40_960;
const rows: usize = memory.data(40960, 8);
if (PROCESSES * TASK_ROW_BYTES != ROWS_BYTES) ERROR("rows must have room for a row of every process");

/** What rates are made from. */
@unmanaged
class Sample {
  timeNs: u64;
  freePages: u64;
  switches: u64;
  idleNs: u64;
  faults: u64;
  syscalls: u64;
  /** rows of PidTime behind it */
  tasks: u64;
}
@unmanaged
class PidTime {
  pid: u64;
  cpuNs: u64;
}
const SAMPLE_BYTES: usize = 2104;
const PID_TIME_BYTES: usize = 16;
if (offsetof<Sample>() + <usize>PROCESSES * PID_TIME_BYTES != SAMPLE_BYTES) ERROR("a Sample has a PidTime for each process");
const latest = changetype<Sample>(memory.data(2104, 8));
const earlier = changetype<Sample>(memory.data(2104, 8));

function timeAt(taken: Sample, index: u32): PidTime {
  return changetype<PidTime>(changetype<usize>(taken) + offsetof<Sample>() + <usize>index * PID_TIME_BYTES);
}

/** Takes a sample where the last one is old enough to make rates with. Call it whenever the program wakes, at least every MOST_NS to spare collect() a wait. */
export function sample(): void {
  const now = <u64>sys.time_now();
  watchEvents();
  if (latest.timeNs !== 0 && now < latest.timeNs + LEAST_NS) return;
  take(now);
}

/** What was sampled until now goes into no rate: the mind itself was at work meanwhile, and would read its own work as the machine's. */
export function forgetSamples(): void {
  latest.timeNs = 0;
}

/** Makes the State of now. Sleeps up to LEAST_NS where there is no earlier sample to make rates with. False where the kernel did not answer. */
export function collect(): bool {
  const now = <u64>sys.time_now();
  if (latest.timeNs === 0 || now > latest.timeNs + MOST_NS) take(now);
  const wake = latest.timeNs + LEAST_NS;
  if (<u64>sys.time_now() < wake) sys.sleep(wake - <u64>sys.time_now());
  watchEvents();
  take(<u64>sys.time_now());
  clearState();
  if (!memoryNow() || !schedNow()) return false;
  processesNow();
  tasksNow();
  predictionNow();
  recentEvents(latest.timeNs);
  return true;
}

/** One row of a topic; 0 where there is none. */
function one(topic: Topic, bytes: u32): usize {
  return sys.query(topic, 0, rows, bytes) === <i64>bytes ? rows : 0;
}

function take(now: u64): void {
  copy(changetype<usize>(earlier), changetype<usize>(latest), SAMPLE_BYTES);
  fill(changetype<usize>(latest), 0, SAMPLE_BYTES);
  latest.timeNs = now;
  const memoryRow = one(Topic.Memory, MEMORY_ROW_BYTES);
  if (memoryRow !== 0) latest.freePages = changetype<MemoryRow>(memoryRow).freePages;
  const schedRow = one(Topic.Sched, SCHED_ROW_BYTES);
  if (schedRow !== 0) {
    latest.switches = changetype<SchedRow>(schedRow).switches;
    latest.idleNs = changetype<SchedRow>(schedRow).idleNs;
  }
  const bytes = sys.query(Topic.Counters, 0, rows, ROWS_BYTES);
  for (let at: i64 = 0; at + COUNTER_ROW_BYTES <= bytes; at += COUNTER_ROW_BYTES) {
    const row = rows + <usize>at;
    if (nameIsLiteral(row + COUNTER_ROW_NAME, 32, "page_faults")) latest.faults = changetype<CounterRow>(row).value;
    else if (nameIsLiteral(row + COUNTER_ROW_NAME, 32, "syscalls")) latest.syscalls = changetype<CounterRow>(row).value;
  }
  const length = sys.query(Topic.Tasks, 0, rows, ROWS_BYTES);
  for (let at: i64 = 0; at + TASK_ROW_BYTES <= length; at += TASK_ROW_BYTES) {
    const task = changetype<TaskRow>(rows + <usize>at);
    const time = timeAt(latest, <u32>latest.tasks);
    latest.tasks++;
    time.pid = task.pid;
    time.cpuNs = task.userNs + task.systemNs;
  }
}

/** Gain between the samples as a rate a second. */
function perSecond(before: u64, after: u64): i64 {
  const ms = <i64>((latest.timeNs - earlier.timeNs) / 1_000_000);
  return ms <= 0 ? 0 : (<i64>(after - before) * 1000) / ms;
}

/** Share of the time between the samples, in ppm, 0 … 1 000 000. */
function shareOf(ns: u64): i64 {
  const span = latest.timeNs - earlier.timeNs;
  return span === 0 ? 0 : <i64>min<u64>((ns * 1000) / max<u64>(span / 1000, 1), 1_000_000);
}

function memoryNow(): bool {
  const row = one(Topic.Memory, MEMORY_ROW_BYTES);
  if (row === 0) return false;
  const m = changetype<MemoryRow>(row);
  state.uptimeMs = <i64>(latest.timeNs / 1_000_000);
  state.managedKib = <i64>m.managedPages * KIB_A_PAGE;
  state.freeKib = <i64>m.freePages * KIB_A_PAGE;
  state.freeKibPerSecond = perSecond(earlier.freePages, latest.freePages) * KIB_A_PAGE;
  state.largestKib = <i64>m.largestFreePages * KIB_A_PAGE;
  state.fragmentationPpm = m.fragmentationPpm;
  state.compressedKib = <i64>m.compressedPages * KIB_A_PAGE;
  state.poolKib = <i64>m.poolPages * KIB_A_PAGE;
  state.offeredKib = <i64>m.offeredPages * KIB_A_PAGE;
  state.filesKib = <i64>m.filePages * KIB_A_PAGE;
  state.faultsPerSecond = perSecond(earlier.faults, latest.faults);
  state.syscallsPerSecond = perSecond(earlier.syscalls, latest.syscalls);
  const waits = one(Topic.Pressure, PRESSURE_ROW_BYTES);
  if (waits !== 0) {
    state.pressurePpm = changetype<PressureRow>(waits).someAverage10Ppm;
    state.stalledPpm = changetype<PressureRow>(waits).fullAverage10Ppm;
  }
  return true;
}

function schedNow(): bool {
  const row = one(Topic.Sched, SCHED_ROW_BYTES);
  if (row === 0) return false;
  const s = changetype<SchedRow>(row);
  state.ready = s.ready;
  state.switchesPerSecond = perSecond(earlier.switches, latest.switches);
  state.busyPpm = 1_000_000 - shareOf(latest.idleNs - earlier.idleNs);
  policyName(s.moduleId);
  return true;
}

function policyName(id: u32): void {
  const field = changetype<usize>(state) + offsetof<State>("policy0");
  const bytes = id === 0 ? 0 : sys.query(Topic.Modules, 0, rows, ROWS_BYTES);
  for (let at: i64 = 0; at + MODULE_ROW_BYTES <= bytes; at += MODULE_ROW_BYTES) {
    const row = rows + <usize>at;
    if (changetype<ModuleRow>(row).id !== id) continue;
    cleanName(row + MODULE_ROW_NAME, 32, field);
    return;
  }
  literalCopy(field, "fallback");
}

function processesNow(): void {
  const bytes = sys.query(Topic.Processes, 0, rows, ROWS_BYTES);
  let used: u32 = 0;
  for (let at: i64 = 0; at + PROCESS_ROW_BYTES <= bytes; at += PROCESS_ROW_BYTES) {
    const row = rows + <usize>at;
    const p = changetype<ProcessRow>(row);
    state.processCount++;
    if (p.state === ProcessState.Zombie || p.state === ProcessState.Ending || used === STATE_PROCESSES) continue;
    const facts = processAt(used++);
    cleanName(row + PROCESS_ROW_COMMAND, 64, changetype<usize>(facts));
    facts.pid = p.pid;
    facts.residentKib = <i64>p.residentPages * KIB_A_PAGE;
    facts.compressedKib = <i64>p.compressedPages * KIB_A_PAGE;
    facts.growthKibPerSecond = <i64>p.growthPagesPerSecond * KIB_A_PAGE;
    facts.guarded = p.flags & 1;
    facts.doing = doingOf(p);
    facts.ageMs = <i64>((latest.timeNs - min<u64>(p.startedNs, latest.timeNs)) / 1_000_000);
    facts.cpuPpm = 0;
    facts.nice = 0;
    facts.waitMs = 0;
  }
  state.processRows = used;
}

function doingOf(p: ProcessRow): Doing {
  if (p.throttled !== 0) return Doing.Throttled;
  switch (p.state) {
    case ProcessState.Ready:
      return Doing.Ready;
    case ProcessState.Running:
      return Doing.Running;
    case ProcessState.Starved:
      return Doing.Starved;
    case ProcessState.Throttled:
      return Doing.Limited;
    default:
      return Doing.Blocked;
  }
}

function tasksNow(): void {
  const bytes = sys.query(Topic.Tasks, 0, rows, ROWS_BYTES);
  for (let at: i64 = 0; at + TASK_ROW_BYTES <= bytes; at += TASK_ROW_BYTES) {
    const task = changetype<TaskRow>(rows + <usize>at);
    const index = processOf(task.pid);
    if (index < 0) continue;
    const facts = processAt(index);
    facts.nice = task.nice;
    const now = task.userNs + task.systemNs;
    facts.cpuPpm = shareOf(now - min<u64>(timeBefore(task.pid), now));
    if (task.state === TaskState.Ready && task.readySinceNs < latest.timeNs) facts.waitMs = <i64>((latest.timeNs - task.readySinceNs) / 1_000_000);
  }
}

/** Processor time of a task at the earlier sample; 0 where it was not there. */
function timeBefore(pid: u32): u64 {
  for (let i: u32 = 0; i < <u32>earlier.tasks; i++) if (timeAt(earlier, i).pid === pid) return timeAt(earlier, i).cpuNs;
  return 0;
}

function predictionNow(): void {
  const row = one(Topic.Prediction, PREDICTION_ROW_BYTES);
  if (row === 0) {
    state.abstained = 1;
    return;
  }
  const p = changetype<PredictionRow>(row);
  state.risk = p.risk;
  state.confidencePpm = p.confidencePpm;
  state.exhaustionMs = p.timeToExhaustionMs;
  state.abstained = p.abstained !== 0 ? 1 : 0;
  state.automatic = p.automatic;
  state.failures = p.recentFailures;
}
