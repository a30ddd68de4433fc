// Settings of the kernel as they are now, and the lines that would set them so again: what an adjustment is taken back with, and how it is seen whether it took hold.
import {
  LADDER_LIMIT_ROW_BYTES,
  LADDER_LIMIT_ROW_NAME,
  LadderLimitRow,
  MODULE_ROW_BYTES,
  MODULE_ROW_NAME,
  ModuleRow,
  PREDICTION_ROW_BYTES,
  PROCESS_ROW_BYTES,
  PredictionRow,
  ProcessRow,
  SCHED_ROW_BYTES,
  SchedRow,
  SHADOW_ROW_BYTES,
  ShadowRow,
  TASK_ROW_BYTES,
  TaskRow,
} from "../../abi/layouts";
import { ModuleKind, ModuleState, PAGE_BYTES, Topic } from "../../abi/numbers";
import { Arguments } from "../arguments";
import { policyName, schedPolicies } from "../policies";
import { queryOne, RowReader, textAt } from "../rows";
import { decimal } from "../units";
import { Target } from "./touched";

const KINDS: string[] = ["", "memory", "sched"];

/**
 * The lines that set again what a command is about to change, as it is now; none where nothing can, or nothing is to be taken back. Asked again after the
 * command, an answer that differs says that it took hold.
 */
export function restoring(given: Arguments, targets: Target[]): string[] {
  const path = given.command.path;
  const lines: string[] = [];
  if (path == "renice") for (let i = 0; i < targets.length; i++) push(lines, "renice ", niceOf(targets[i].pid), " " + targets[i].pid.toString());
  else if (path == "memctl protect") for (let i = 0; i < targets.length; i++) protection(lines, given, targets[i].pid);
  else if (path == "memctl limits") push(lines, "memctl limits " + given.text("NAME") + " ", limitOf(given.text("NAME")), "");
  else if (path == "crashctl tune" || path == "crashctl auto") predictor(lines, path);
  else if (path == "schedctl policy" || path == "schedctl transformer on" || path == "schedctl transformer off") push(lines, "schedctl policy ", deciding(), "");
  else if (path == "modctl swap") active(lines, kindOf(given.text("NAME")));
  else if (path == "modctl fallback") active(lines, given.text("KIND") == "memory" ? ModuleKind.Memory : ModuleKind.Sched);
  else if (path == "schedctl transformer learn" || path == "schedctl transformer freeze") push(lines, "schedctl transformer ", learning(), "");
  else if (path == "schedctl set-lr") push(lines, "schedctl set-lr ", rate(), "");
  else if (path == "schedctl explain") push(lines, "schedctl explain ", recording(), "");
  else if (path.startsWith("schedctl shadow ")) push(lines, "schedctl shadow ", shadow(), "");
  return lines;
}

/** Whether two answers of restoring are the same. */
export function sameLines(a: string[], b: string[]): bool {
  if (a.length != b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] != b[i]) return false;
  return true;
}

function push(lines: string[], before: string, value: string, after: string): void {
  if (value != "") lines.push(before + value + after);
}

function niceOf(pid: u32): string {
  const rows = new RowReader(Topic.Tasks, TASK_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) if (changetype<TaskRow>(row).pid == pid) return changetype<TaskRow>(row).nice.toString();
  return "";
}

function protection(lines: string[], given: Arguments, pid: u32): void {
  const rows = new RowReader(Topic.Processes, PROCESS_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const p = changetype<ProcessRow>(row);
    if (p.pid != pid) continue;
    const word = " " + pid.toString();
    if (given.has("--reserve")) lines.push("memctl protect --reserve " + ((p.reservePages as u64) * PAGE_BYTES).toString() + word);
    if (given.has("--oom-score")) lines.push("memctl protect --oom-score " + p.oomScoreAdjust.toString() + word);
    if (given.has("--off") || (!given.has("--reserve") && !given.has("--oom-score"))) lines.push("memctl protect" + ((p.flags & 1) != 0 ? "" : " --off") + word);
  }
}

function limitOf(name: string): string {
  const rows = new RowReader(Topic.LadderLimits, LADDER_LIMIT_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) if (textAt(row + LADDER_LIMIT_ROW_NAME, 32) == name) return changetype<LadderLimitRow>(row).value.toString();
  return "";
}

function predictor(lines: string[], path: string): void {
  const row = queryOne(Topic.Prediction, 0, PREDICTION_ROW_BYTES);
  if (row == 0) return;
  const p = changetype<PredictionRow>(row);
  lines.push(path + " " + (path == "crashctl tune" ? decimal(p.thresholdPpm, 6) : p.automatic != 0 ? "on" : "off"));
}

function deciding(): string {
  const row = queryOne(Topic.Sched, 0, SCHED_ROW_BYTES);
  if (row == 0) return "";
  const id = changetype<SchedRow>(row).moduleId;
  return policyName(schedPolicies(), id);
}

function kindOf(name: string): u32 {
  const rows = new RowReader(Topic.Modules, MODULE_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) if (textAt(row + MODULE_ROW_NAME, 32) == name) return changetype<ModuleRow>(row).kind;
  return 0;
}

function active(lines: string[], kind: u32): void {
  if (kind == 0 || kind >= (KINDS.length as u32)) return;
  const rows = new RowReader(Topic.Modules, MODULE_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const module = changetype<ModuleRow>(row);
    if (module.kind != kind || module.state != ModuleState.Active || module.id == 0) continue;
    lines.push("modctl swap " + textAt(row + MODULE_ROW_NAME, 32));
    return;
  }
  lines.push("modctl fallback " + KINDS[kind]);
}

function learning(): string {
  const row = queryOne(Topic.Sched, 0, SCHED_ROW_BYTES);
  return row == 0 ? "" : changetype<SchedRow>(row).learnMode != 0 ? "learn" : "freeze";
}

function rate(): string {
  const row = queryOne(Topic.Sched, 0, SCHED_ROW_BYTES);
  return row == 0 || changetype<SchedRow>(row).ratePpb == 0 ? "" : decimal(changetype<SchedRow>(row).ratePpb, 9);
}

function recording(): string {
  const row = queryOne(Topic.Sched, 0, SCHED_ROW_BYTES);
  if (row == 0) return "";
  const every = changetype<SchedRow>(row).explainEvery;
  return every == 0 ? "off" : "every " + every.toString();
}

function shadow(): string {
  const row = queryOne(Topic.Shadow, 0, SHADOW_ROW_BYTES);
  if (row == 0) return "";
  const id = changetype<ShadowRow>(row).moduleId;
  return id == 0 ? "off" : "on " + policyName(schedPolicies(), id);
}
