// Whether a command that ran did what it was for, and whether the machine is worse for it: the state before, right after, and a moment later.
import {
  MEMORY_ROW_BYTES,
  MemoryRow,
  PREDICTION_ROW_BYTES,
  PRESSURE_ROW_BYTES,
  PredictionRow,
  PressureRow,
  SYSTEM_ROW_BYTES,
  SystemRow,
  TASK_ROW_BYTES,
  TaskRow,
} from "../../abi/layouts";
import { Risk, TaskState, Topic } from "../../abi/numbers";
import { Arguments } from "../arguments";
import { queryOne, RowReader } from "../rows";
import { formatPages, formatPpm, formatSpan } from "../units";
import { Outcome } from "./suggestion";
import { isLive, Target } from "./touched";

/** How long after a command the machine is looked at again. */
export const SETTLE_NS: u64 = 1_000_000_000;
/** By so much the share of time waited for memory may rise, and the longest wait of a ready task. */
const PRESSURE_RISE_PPM: i64 = 100_000;
const WAIT_RISE_NS: i64 = 1_000_000_000;
/** A gain below this is none. */
const GAIN_PAGES: i64 = 1;

/** How the machine is, in what a command can make better or worse. */
export class Health {
  freePages: i64 = 0;
  largestPages: i64 = 0;
  fragmentationPpm: i64 = 0;
  killed: i64 = 0;
  pressurePpm: i64 = 0;
  risk: i64 = 0;
  longestWaitNs: i64 = 0;
}

/** How it is now. */
export function health(): Health {
  const now = new Health();
  const memory = queryOne(Topic.Memory, 0, MEMORY_ROW_BYTES);
  if (memory != 0) {
    const m = changetype<MemoryRow>(memory);
    now.freePages = m.freePages as i64;
    now.largestPages = m.largestFreePages as i64;
    now.fragmentationPpm = m.fragmentationPpm;
    now.killed = m.outOfMemory as i64;
  }
  const pressure = queryOne(Topic.Pressure, 0, PRESSURE_ROW_BYTES);
  if (pressure != 0) now.pressurePpm = changetype<PressureRow>(pressure).someAverage10Ppm;
  const prediction = queryOne(Topic.Prediction, 0, PREDICTION_ROW_BYTES);
  if (prediction != 0) now.risk = changetype<PredictionRow>(prediction).abstained != 0 ? 0 : changetype<PredictionRow>(prediction).risk;
  const system = queryOne(Topic.System, 0, SYSTEM_ROW_BYTES);
  const timeNs = system == 0 ? 0 : changetype<SystemRow>(system).uptimeNs;
  const rows = new RowReader(Topic.Tasks, TASK_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const task = changetype<TaskRow>(row);
    if (task.state == TaskState.Ready && task.readySinceNs < timeNs) now.longestWaitNs = max<i64>(now.longestWaitNs, (timeNs - task.readySinceNs) as i64);
  }
  return now;
}

/** In what the machine is worse than before; "" in nothing. */
export function worse(before: Health, after: Health): string {
  if (after.killed > before.killed) return "a process was killed for lack of memory";
  if (after.risk > before.risk && after.risk >= Risk.Warning) return "the risk of running out of memory rose";
  if (after.pressurePpm >= before.pressurePpm + PRESSURE_RISE_PPM) {
    return "waiting for memory rose from " + formatPpm(before.pressurePpm as u64) + " to " + formatPpm(after.pressurePpm as u64);
  }
  if (after.longestWaitNs >= before.longestWaitNs + WAIT_RISE_NS) return "a ready process has waited " + formatSpan(after.longestWaitNs as u64);
  return "";
}

/** What was measured of a command's effect. */
export let measured: string = "";

/**
 * Whether a command that changes something did.
 * @param status its exit status @param took whether the setting is another one now (restoring): 1 yes, 0 no, −1 it has none
 */
export function outcomeOf(given: Arguments, targets: Target[], status: i32, took: i32, before: Health, after: Health): Outcome {
  measured = "";
  if (status != 0) {
    measured = "status " + status.toString();
    return Outcome.Failed;
  }
  const path = given.command.path;
  if (path == "kill") return gone(targets, before, after);
  if (path == "memctl reclaim") return gain("free", after.freePages - before.freePages);
  if (path == "memctl compact") {
    if (after.largestPages > before.largestPages) return gain("largest block", after.largestPages - before.largestPages);
    measured = "fragmentation " + formatPpm(before.fragmentationPpm as u64) + " → " + formatPpm(after.fragmentationPpm as u64);
    return after.fragmentationPpm < before.fragmentationPpm ? Outcome.Done : Outcome.NoEffect;
  }
  if (took == 0) {
    measured = "it was so before";
    return Outcome.NoEffect;
  }
  return Outcome.Done;
}

function gone(targets: Target[], before: Health, after: Health): Outcome {
  for (let i = 0; i < targets.length; i++) {
    if (!isLive(targets[i])) continue;
    measured = targets[i].pid.toString() + " is still there";
    return Outcome.NoEffect;
  }
  const freed = after.freePages - before.freePages;
  measured = freed > 0 ? formatPages(freed as u64) + " came free" : "ended";
  return Outcome.Done;
}

function gain(what: string, pages: i64): Outcome {
  measured = what + (pages >= GAIN_PAGES ? " +" + formatPages(pages as u64) : " did not grow");
  return pages >= GAIN_PAGES ? Outcome.Done : Outcome.NoEffect;
}
