// The Gittins index of the histogram of a task's image, given what its request has had: the greatest chance of ending within some
// time ÷ the time spent on it. With the true distribution it is the least mean response that is possible without knowing sizes
// (Gittins 1979; Aalto, Ayesta, Righter 2009, for one processor). The quantum is the time at which the index is reached.
// Where an image has little history, its histogram is mixed with that of all images, and that with one that is level over the bins.
// Who does not run yet pays the switch, too. Nice: index × weight, as Gittins has it for costs of waiting.
// A scheduling policy module: pure, no imports.
import { SchedTask } from "../../abi/layouts";
import { SCHED_BINS, SCHED_TASKS, Status, TaskEvent } from "../../abi/numbers";
import { head, imageBin, told } from "./exports";
import { weightOf } from "./nice";
import { answer, attainedNs, chosen, forget, mayRun, NONE, offer, readyTask, readyTasks, running, take, task } from "./table";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./exports";

const FIRST_BIN_NS: f64 = 250_000.0;
/** The last bin has no end; it is taken to be this many times its start wide, and so is what lies beyond it. */
const LAST_BIN: f64 = 3.0;
/** Requests that the histogram of all images counts as, in that of one. */
const PRIOR_REQUESTS: f64 = 2.0;
/** Requests that a level histogram counts as, in that of all images. */
const LEVEL_REQUESTS: f64 = 4.0;
/** The kernel's histograms remember about so many requests. */
const REMEMBERED: f64 = 64.0;
const LEAST_QUANTUM_NS: f64 = 1_000_000.0;

/** What is known of a task's rest: of the best time to give it. */
@unmanaged
class Rest {
  /** chance of ending ÷ time spent, 1/ns */
  index: f64;
  /** time at which the index is reached, ns */
  quantumNs: f64;
  /** mean of what it will still take, ns */
  remainingNs: f64;
}

// memory.data takes literals only.
const RESTS: usize = memory.data(24_576, 8);
if (SCHED_TASKS * 24 != 24_576) ERROR("RESTS is stale");
/** Chance of each bin over all images: SCHED_BINS × f64. */
const OVERALL: usize = memory.data(128, 8);
/** Chance of each bin for the task that is looked at. */
const CHANCES: usize = memory.data(128, 8);
if (SCHED_BINS * 8 != 128) ERROR("OVERALL is stale");

/** Requests in OVERALL, at most REMEMBERED. */
let seen: f64 = 0.0;

function rest(slot: u32): Rest {
  return changetype<Rest>(RESTS + <usize>slot * 24);
}

/** A request of an image ended, or an image was met: its histogram counts in that of all. */
function learn(row: SchedTask): void {
  if (row.imageRequests == 0) return;
  seen = min(seen + 1.0, REMEMBERED);
  for (let bin: u32 = 0; bin < SCHED_BINS; bin++) {
    const at = OVERALL + <usize>bin * 8;
    store<f64>(at, load<f64>(at) + (<f64>imageBin(row, bin) * 1e-6 - load<f64>(at)) / seen);
  }
}

/** Weigh a task's image, all images and level against each other into CHANCES. */
function mix(row: SchedTask): void {
  const requests = min(<f64>row.imageRequests, REMEMBERED);
  const level = LEVEL_REQUESTS / (<f64>SCHED_BINS * (seen + LEVEL_REQUESTS));
  const overall = seen / (seen + LEVEL_REQUESTS);
  for (let bin: u32 = 0; bin < SCHED_BINS; bin++) {
    const prior = load<f64>(OVERALL + <usize>bin * 8) * overall + level;
    const own = <f64>imageBin(row, bin) * 1e-6;
    store<f64>(CHANCES + <usize>bin * 8, (own * requests + prior * PRIOR_REQUESTS) / (requests + PRIOR_REQUESTS));
  }
}

/** Work out the rest of a task that has had `attained` ns. Inside a bin every time is taken to be as likely. */
function look(slot: u32, attained: f64): void {
  const out = rest(slot);
  mix(task(slot));
  let start: f64 = 0.0;
  let end = FIRST_BIN_NS;
  let bin: u32 = 0;
  while (bin < SCHED_BINS - 1 && attained >= end) {
    start = end;
    end += end;
    bin++;
  }
  if (bin == SCHED_BINS - 1) end = start * (1.0 + LAST_BIN);
  if (attained >= end) {
    // Longer than anything that was seen: as likely to go on as long again.
    out.index = 1.0 / attained;
    out.quantumNs = attained;
    out.remainingNs = attained;
    return;
  }
  // What is left of the bin that it is in, then the bins after it: chances are of starting out, and cancel.
  const first = bin;
  const left = (end - attained) / (end - start);
  let survives = load<f64>(CHANCES + <usize>bin * 8) * left;
  for (let later = bin + 1; later < SCHED_BINS; later++) survives += load<f64>(CHANCES + <usize>later * 8);
  out.index = 0.0;
  out.quantumNs = 0.0;
  let ended: f64 = 0.0;
  let spent: f64 = 0.0; // by those that have ended
  let from = attained;
  for (; bin < SCHED_BINS; bin++) {
    const chance = load<f64>(CHANCES + <usize>bin * 8) * (bin == first ? left : 1.0);
    ended += chance;
    spent += chance * ((from + end) * 0.5 - attained);
    const index = ended / (spent + (survives - ended) * (end - attained));
    if (index > out.index) {
      out.index = index;
      out.quantumNs = end - attained;
    }
    from = end;
    end = bin == SCHED_BINS - 2 ? end * (1.0 + LAST_BIN) : end + end;
  }
  out.remainingNs = spent / survives;
}

export function policy_reset(_seed: i32): i32 {
  forget();
  memory.fill(OVERALL, 0, <usize>SCHED_BINS * 8);
  seen = 0.0;
  return Status.Ok;
}

export function policy_decide(inputBytes: i32): i32 {
  const asked = take(inputBytes);
  if (asked < 0) return asked;
  for (let i = 0; i < <i32>head().rows; i++) if (told(i).events & (TaskEvent.Arrive | TaskEvent.Request)) learn(told(i));
  for (let i = 0; i < <i32>head().rows; i++) if (mayRun(told(i).slot)) look(told(i).slot, <f64>told(i).attainedNs);
  if (asked === 0) return Status.Ok;
  const runner = running();
  if (runner != NONE && mayRun(runner)) look(runner, <f64>attainedNs(runner));
  const switchNs = <f64>head().switchNs;
  for (let i = 0; i < readyTasks(); i++) {
    const slot = readyTask(i);
    const own = rest(slot);
    const index = slot == runner ? own.index : own.index / (1.0 + switchNs / own.quantumNs);
    offer(slot, index * weightOf(task(slot).nice), own.remainingNs);
  }
  const slot = chosen();
  if (slot == NONE) return Status.Invalid;
  return answer(<u64>max(rest(slot).quantumNs, LEAST_QUANTUM_NS));
}
