// What commands about the scheduler share: its policies by name, programs by image, times that are not known. Reads the kernel's rows, changes nothing but the
// policy.
import {
  MODULE_ROW_BYTES,
  MODULE_ROW_NAME,
  MODULE_ROW_REASON,
  ModuleRow,
  SCHED_ROW_BYTES,
  SCHED_ROW_LATENCY,
  SchedRow,
  TASK_ROW_BYTES,
  TASK_ROW_COMMAND,
  TaskRow,
} from "../abi/layouts";
import { Control, Engine, ModuleKind, ModuleState, SCHED_BINS, Status, Topic } from "../abi/numbers";
import { Arguments } from "./arguments";
import { done, fail, failStatus, statusText } from "./report";
import { controlText, queriedByte, queryBytes, queryOne, RowReader, textAt, u32At } from "./rows";
import { formatSpan } from "./units";

const MODES: string[] = ["frozen", "learning"];

/** What decides where no policy does: built into the kernel. */
export const FALLBACK: string = "fallback";
/** The policy that learns. */
export const TRANSFORMER: string = "transformer";

/** A policy that can decide which task runs. */
export class Policy {
  calls: u64 = 0;
  errors: u64 = 0;
  nsTotal: u64 = 0;
  state: u32 = ModuleState.Available;
  engine: u32 = Engine.Fallback;
  lastError: i32 = 0;
  reason: string = "";

  constructor(
    public id: u32,
    public name: string,
  ) {}
}

/** The scheduling policies that there are, the fallback first; which of them decides is SchedRow.moduleId. */
export function schedPolicies(): Policy[] {
  const found: Policy[] = [new Policy(0, FALLBACK)];
  const rows = new RowReader(Topic.Modules, MODULE_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const module = changetype<ModuleRow>(row);
    if (module.kind != ModuleKind.Sched || module.id == 0) continue;
    const policy = new Policy(module.id, textAt(row + MODULE_ROW_NAME, 32));
    policy.calls = module.calls;
    policy.errors = module.errors;
    policy.nsTotal = module.nsTotal;
    policy.state = module.state;
    policy.engine = module.engine;
    policy.lastError = module.lastError;
    policy.reason = textAt(row + MODULE_ROW_REASON, 96);
    found.push(policy);
  }
  return found;
}

/** The policy of this name; a `-` typed for a `_` is meant. Null where there is none. */
export function findPolicy(policies: Policy[], name: string): Policy | null {
  for (let i = 0; i < policies.length; i++) if (policies[i].name == name) return policies[i];
  const plain = name.replaceAll("-", "_");
  for (let i = 0; i < policies.length; i++) if (policies[i].name == plain) return policies[i];
  return null;
}

/** Name of a policy by its module's id; `module 7` where it is no more. */
export function policyName(policies: Policy[], id: u32): string {
  for (let i = 0; i < policies.length; i++) if (policies[i].id == id) return policies[i].name;
  return "module " + id.toString();
}

/** "fallback, fifo, rr". */
export function policyNames(policies: Policy[]): string {
  let text = "";
  for (let i = 0; i < policies.length; i++) text += (i > 0 ? ", " : "") + policies[i].name;
  return text;
}

/** Says that there is no policy of this name, and which there are. */
export function failUnknownPolicy(given: Arguments, policies: Policy[], name: string): i32 {
  return fail(given, name + ": no such scheduling policy; there are " + policyNames(policies) + " (modctl load brings more)");
}

/** The kernel answers nothing about tasks. */
export function failNoScheduler(given: Arguments): i32 {
  return fail(given, "this kernel does not tell about its scheduler");
}

/** The scheduler at a glance, or null. In a buffer that the next read of one row overwrites. */
export function schedRow(): SchedRow | null {
  const row = queryOne(Topic.Sched, 0, SCHED_ROW_BYTES);
  return row == 0 ? null : changetype<SchedRow>(row);
}

const LATENCY_BINS: u32 = 64;
/** 256 ns × 2^(b/4) */
const LATENCY_EDGES: u64[] = [256, 304, 362, 430];

/** Decisions whose time was counted. */
export function countedDecisions(row: SchedRow): u64 {
  let count: u64 = 0;
  for (let bin: u32 = 0; bin < LATENCY_BINS; bin++) count += u32At(changetype<usize>(row) + SCHED_ROW_LATENCY, bin);
  return count;
}

/** Time in ns that `ppm` of the decisions did not exceed: the upper edge of the bin, which is at most 19 % more. −1: none was counted. */
export function decisionQuantile(row: SchedRow, ppm: u64): i64 {
  const count = countedDecisions(row);
  if (count == 0) return -1;
  const wanted = (count * ppm + 999999) / 1000000;
  let seen: u64 = 0;
  let bin: u32 = 0;
  for (; bin < LATENCY_BINS - 1; bin++) {
    seen += u32At(changetype<usize>(row) + SCHED_ROW_LATENCY, bin);
    if (seen >= wanted) break;
  }
  const edge = bin + 1;
  return (LATENCY_EDGES[edge & 3] << (edge >> 2)) as i64;
}

/** A time, or what stands for one that is not known. */
export function spanOr(ns: i64, none: string): string {
  return ns < 0 ? none : formatSpan(ns as u64);
}

/** part ÷ whole, 0 where there is no whole. */
export function mean(sum: u64, count: u64): u64 {
  return count == 0 ? 0 : sum / count;
}

/** A content hash as it is shown: the first 12 of 16 digits. */
export function imageText(image: u64): string {
  return image == 0 ? "-" : image.toString(16).padStart(16, "0").substring(0, 12);
}
export function imageWhole(image: u64): string {
  return image.toString(16).padStart(16, "0");
}

/** What a live task was started as, by pid. */
export class TaskNames {
  private byPid: Map<u32, string> = new Map();
  private byImage: Map<u64, string> = new Map();

  constructor() {
    const rows = new RowReader(Topic.Tasks, TASK_ROW_BYTES, 0, false);
    for (let row = rows.next(); row != 0; row = rows.next()) {
      const task = changetype<TaskRow>(row);
      const command = textAt(row + TASK_ROW_COMMAND, 64);
      this.byPid.set(task.pid, command);
      this.byImage.set(task.image, command);
    }
  }
  /** "" where it has ended. */
  ofPid(pid: u32): string {
    return this.byPid.has(pid) ? this.byPid.get(pid) : "";
  }
  /** A live task that runs it; "" where none does. */
  ofImage(image: u64): string {
    return this.byImage.has(image) ? this.byImage.get(image) : "";
  }
}

/** Lets a policy decide. Tasks stay as they are: the kernel keeps them. */
export function swapTo(given: Arguments, wanted: Policy): i32 {
  const result = wanted.id == 0 ? controlText(Control.ModuleFallback, "sched") : controlText(Control.ModuleSwap, wanted.name);
  if (result == Status.NotFound && wanted.id == 0) return fail(given, "this kernel has no scheduling policies");
  if (result < 0) return failModule(given, wanted.name, result);
  return done(given, "");
}

/** The kernel's own words about the operation on a module that just failed; the status where it has none. */
export function failModule(given: Arguments, what: string, status: i64): i32 {
  let words = "";
  const bytes = queryBytes(Topic.ModuleFault, 0);
  for (let i: u32 = 0; i < bytes; i++) words += String.fromCharCode(queriedByte(i));
  return words == "" || words == statusText(status) ? failStatus(given, what, status) : fail(given, what + ": " + statusText(status) + ": " + words);
}

/** A LearnMode. */
export function modeName(mode: u32): string {
  return mode < (MODES.length as u32) ? MODES[mode] : mode.toString();
}

/** A span in us as text. */
export function usText(value: u32): string {
  return formatSpan((value as u64) * 1000);
}

/** Start of a bin of SCHED_BINS, in ns. */
function binStart(bin: u32): u64 {
  return bin == 0 ? 0 : (250000 as u64) << (bin - 1);
}

/** The bins that hold at least a twentieth of the requests: "1.000 ms 80 %, 2.000 ms 20 %". */
export function binsText(bins: usize): string {
  let text = "";
  for (let bin: u32 = 0; bin < SCHED_BINS; bin++) {
    const ppm = u32At(bins, bin);
    if (ppm < 50000) continue;
    text += (text == "" ? "" : ", ") + (bin == 0 ? "< 250.0 us" : "from " + formatSpan(binStart(bin))) + " " + ((ppm + 5000) / 10000).toString() + " %";
  }
  return text == "" ? "-" : text;
}
