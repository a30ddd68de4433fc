// Earliest eligible virtual deadline first (Stoica, Abdel-Wahab 1995), as Linux has it since 6.6 (kernel/sched/fair.c, pick_eevdf,
// place_entity, update_deadline): each task's virtual runtime grows with its processor time ÷ its weight; who has not had more than
// the weighted mean is eligible; of those the earliest virtual deadline runs, and is left alone until its slice is over or it is no
// longer eligible (RUN_TO_PARITY). A task that blocks takes its lag with it, at most two slices (PLACE_LAG).
// Nice: the weight, 1.25 to the power of −nice. A scheduling policy module: pure, no imports.
import { SchedTask } from "../../abi/layouts";
import { SCHED_TASKS, SchedFlag, Status, TaskEvent } from "../../abi/numbers";
import { head, told } from "./exports";
import { weightOf } from "./nice";
import { answer, chosen, forget, mayRun, NONE, offer, readyTask, readyTasks, running, sinceToldNs, take, task } from "./table";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./exports";

/** Linux's base slice: 0.75 ms × (1 + log2 of the processors), 3 ms on eight and more. */
const SLICE_NS: f64 = 3_000_000.0;
const LAG_SLICES: f64 = 2.0;
/** More than any virtual deadline from now. */
const FAR: f64 = 1e15;

/** A task's account, by slot. Virtual times in ns of weight 1. */
@unmanaged
class Account {
  runtime: f64;
  deadline: f64;
  /** how far behind the mean it was when it left */
  lag: f64;
  /** 0: it does not want the processor */
  weight: f64;
  /** processor time since it woke that is in `runtime`, ns */
  chargedNs: u64;
}

// memory.data takes literals only.
const ACCOUNTS: usize = memory.data(40_960, 8);
if (SCHED_TASKS * 40 != 40_960) ERROR("ACCOUNTS is stale");

// Over the accounts that want the processor: Σ weight, Σ weight × runtime.
let weights: f64 = 0.0;
let moments: f64 = 0.0;
/** The weighted mean when somebody wanted it last. */
let mean: f64 = 0.0;
/** Who has been given a slice that is not over. */
let kept: u32 = NONE;

function account(slot: u32): Account {
  return changetype<Account>(ACCOUNTS + <usize>slot * 40);
}

function meanRuntime(): f64 {
  if (weights > 0.0) mean = moments / weights;
  return mean;
}

// Charge what it has run since it was charged last; a new slice where this one is over.
function charge(slot: u32, woke: bool): void {
  const own = account(slot);
  const burst = task(slot).burstNs + sinceToldNs(slot);
  const ran = woke || burst < own.chargedNs ? burst : burst - own.chargedNs;
  own.chargedNs = burst;
  if (own.weight == 0.0) return;
  own.runtime += <f64>ran / own.weight;
  moments += <f64>ran;
  if (own.runtime < own.deadline) return;
  own.deadline = own.runtime + SLICE_NS / own.weight;
  if (kept == slot) kept = NONE;
}

function leave(slot: u32): void {
  const own = account(slot);
  if (own.weight == 0.0) return;
  const most = (LAG_SLICES * SLICE_NS) / own.weight;
  own.lag = max(min(meanRuntime() - own.runtime, most), -most);
  weights -= own.weight;
  moments -= own.weight * own.runtime;
  own.weight = 0.0;
  if (kept == slot) kept = NONE;
}

// Its lag is what it was once it is among the others: it moves their mean.
function enter(slot: u32, weight: f64): void {
  const own = account(slot);
  const before = meanRuntime();
  const lag = weights > 0.0 ? (own.lag * (weights + weight)) / weights : 0.0;
  own.runtime = before - lag;
  own.deadline = own.runtime + SLICE_NS / weight;
  own.weight = weight;
  weights += weight;
  moments += weight * own.runtime;
}

function follow(row: SchedTask): void {
  const slot = row.slot;
  const own = account(slot);
  if (row.events & TaskEvent.Arrive) {
    leave(slot); // whoever had the slot before
    own.lag = 0.0;
    own.chargedNs = row.burstNs;
  } else {
    charge(slot, (row.events & TaskEvent.Wake) != 0);
  }
  const weight = weightOf(row.nice);
  if (!mayRun(slot)) {
    leave(slot);
  } else if (own.weight != weight) {
    // New, awake, or of another nice value, which keeps its lag in units of its own slice.
    const old = own.weight;
    leave(slot);
    if (old > 0.0) own.lag *= old / weight;
    enter(slot, weight);
  }
}

// Every account: those that wanted the processor are told again, or are gone.
function close(): void {
  memory.fill(ACCOUNTS, 0, <usize>SCHED_TASKS * 40);
  weights = 0.0;
  moments = 0.0;
  mean = 0.0;
  kept = NONE;
}

export function policy_reset(_seed: i32): i32 {
  forget();
  close();
  return Status.Ok;
}

export function policy_decide(inputBytes: i32): i32 {
  const asked = take(inputBytes);
  if (asked < 0) return asked;
  const input = head();
  if (input.flags & SchedFlag.Snapshot) close();
  for (let i = 0; i < <i32>input.rows; i++) follow(told(i));
  if (asked === 0) return Status.Ok;
  const runner = running();
  if (runner != NONE && mayRun(runner)) charge(runner, false);
  if (kept != runner) kept = NONE;
  // The sums anew, so that no rounding piles up.
  weights = 0.0;
  moments = 0.0;
  for (let i = 0; i < readyTasks(); i++) {
    const own = account(readyTask(i));
    weights += own.weight;
    moments += own.weight * own.runtime;
  }
  const now = meanRuntime();
  for (let i = 0; i < readyTasks(); i++) {
    const slot = readyTask(i);
    const own = account(slot);
    const eligible = own.runtime <= now;
    offer(slot, (eligible ? (slot == kept ? FAR : 0.0) : -FAR) - (own.deadline - now));
  }
  const slot = chosen();
  if (slot == NONE) return Status.Invalid;
  kept = slot;
  const own = account(slot);
  return answer(<u64>max((own.deadline - own.runtime) * own.weight, 0.0));
}
