// What the learner is to do, and what it last said of itself. The learner is a service in ring 3 (kernel-as/learner); its weights go
// through the modules' checks like any other data. Nothing here decides which task runs.
import { time_now_ns } from "../abi/host";
import { LEARNER_ROW_BYTES, LearnerRow, SchedRow } from "../abi/layouts";
import { LearnMode, Status } from "../abi/numbers";
import { copy, getU64 } from "../lib/bytes";
import { f64IsFinite } from "../lib/fixed";
import { optionNumber } from "./boot";
import { MOST_RATE_PPB } from "./limits";
import { copyIn } from "./mm/usercopy";
import { FLAG_SERVICE, processAt } from "./proc/process";

let mode: u32 = LearnMode.Frozen;
/** 0: the learner's own. */
let ratePpb: u32 = 0;

const report = changetype<LearnerRow>(memory.data(96, 8));
const given = changetype<LearnerRow>(memory.data(96, 8));
if (LEARNER_ROW_BYTES !== 96) ERROR("the learner's rows are stale");
let reported: bool = false;

/** `learn=1` on the command line: it learns from the start. */
export function initLearning(): void {
  if (optionNumber("learn", 0) === 1) mode = LearnMode.Learning;
}

/** Control.SchedMode. Range: no such mode, or a rate above one. */
export function learningSteer(wanted: u64, rate: u64): i32 {
  if (wanted > <u64>LearnMode.Learning || rate > MOST_RATE_PPB) return Status.Range;
  mode = <u32>wanted;
  if (rate !== 0) ratePpb = <u32>rate;
  return Status.Ok;
}

/** Fill what a SchedRow says of learning. */
export function fillLearning(at: usize): void {
  const row = changetype<SchedRow>(at);
  row.learnMode = mode;
  row.ratePpb = ratePpb;
}

/**
 * Control.LearnerReport: keeps a LearnerRow. Who it is, when it came and what processor time it took the kernel knows better.
 * Denied: not a service. Invalid: not one row. BadAnswer: a number is not finite. Fault.
 */
export function learnerReport(slot: i32, va: u64, bytes: u32): i32 {
  const process = processAt(slot);
  if ((process.flags & FLAG_SERVICE) === 0) return Status.Denied;
  if (bytes !== LEARNER_ROW_BYTES) return Status.Invalid;
  const from = changetype<usize>(given);
  const status = copyIn(slot, va, from, bytes);
  if (status < 0) return status;
  for (let field = offsetof<LearnerRow>("loss"); field <= offsetof<LearnerRow>("rate"); field += 8) {
    if (!f64IsFinite(getU64(from + field))) return Status.BadAnswer;
  }
  copy(changetype<usize>(report), from, LEARNER_ROW_BYTES);
  report.timeNs = time_now_ns();
  report.cpuNs = process.cpuNs;
  report.pid = process.pid;
  report.mode = mode;
  reported = true;
  return Status.Ok;
}

/** Fills a LearnerRow: 1, or −1 where it has said nothing yet. */
export function fillLearnerRow(at: usize): i32 {
  if (!reported) return -1;
  copy(at, changetype<usize>(report), LEARNER_ROW_BYTES);
  return 1;
}
