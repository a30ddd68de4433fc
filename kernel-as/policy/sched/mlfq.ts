// Multilevel feedback queue: the highest level that has a task runs, round robin inside; who has used its allotment of a level sinks
// to the next, where turns are twice as long (Corbató, Merwin-Daggett, Daley 1962); from time to time all rise again, so that
// nothing starves (Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter 8, rules 1 to 5: 1 s). Its allotment counts over
// blocking, so giving the processor away in time gains nothing; a wait without a deadline ends the request, and who comes back from
// it is on top, as in the time-sharing class of Solaris (ts_slpret).
// Nice: four steps are a level down or up, as the BSDs add nice to the priority. A scheduling policy module: pure, no imports.
import { SCHED_TASKS, Status, TaskEvent } from "../../abi/numbers";
import { head, told } from "./exports";
import { inLineSinceUs, lineUp } from "./line";
import { answer, attainedNs, chosen, forget, NONE, offer, readyTask, readyTasks, take, task } from "./table";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "./exports";

const LEVELS: u32 = 8;
/** Allotment and turn of the highest level; each below has twice that of the one above. */
const TOP_NS: u64 = 10_000_000;
const BOOST_NS: u64 = 1_000_000_000;
const STEPS_OF_NICE: i32 = 4;
/** More than any time in us: what a level weighs. */
const LEVEL: f64 = 1e13;

/** What this policy keeps of a task, by slot. */
@unmanaged
class Sunk {
  /** attained service of its request when all rose last, ns */
  beforeNs: u64;
  /** which rise that was */
  rise: u64;
}

// memory.data takes literals only.
const SUNK: usize = memory.data(16_384, 8);
if (SCHED_TASKS * 16 != 16_384) ERROR("SUNK is stale");

function sunk(slot: u32): Sunk {
  return changetype<Sunk>(SUNK + <usize>slot * 16);
}

/** Processor time in its request since all rose last, ns. */
function usedNs(slot: u32): u64 {
  const own = sunk(slot);
  const attained = attainedNs(slot);
  const rise = head().nowNs / BOOST_NS;
  if (own.rise != rise) {
    own.rise = rise;
    own.beforeNs = attained;
  }
  return attained - min(own.beforeNs, attained);
}

/** Where allotments sum up to: who has used less than this is at `level` or above. */
function floorNs(level: u32): u64 {
  return TOP_NS * (((<u64>2) << level) - 1);
}

function levelOf(used: u64): u32 {
  let level: u32 = 0;
  while (level < LEVELS - 1 && used >= floorNs(level)) level++;
  return level;
}

export function policy_reset(_seed: i32): i32 {
  forget();
  return Status.Ok;
}

export function policy_decide(inputBytes: i32): i32 {
  const asked = take(inputBytes);
  if (asked < 0) return asked;
  for (let i = 0; i < <i32>head().rows; i++) {
    if (!(told(i).events & (TaskEvent.Arrive | TaskEvent.Request))) continue;
    const own = sunk(told(i).slot);
    own.rise = head().nowNs / BOOST_NS;
    own.beforeNs = 0;
  }
  lineUp(TaskEvent.Arrive | TaskEvent.Wake, TaskEvent.Yield | TaskEvent.Tick);
  if (asked === 0) return Status.Ok;
  for (let i = 0; i < readyTasks(); i++) {
    const slot = readyTask(i);
    const level = <f64>levelOf(usedNs(slot)) + <f64>(task(slot).nice / STEPS_OF_NICE);
    offer(slot, -(level * LEVEL + inLineSinceUs(slot)));
  }
  const slot = chosen();
  if (slot == NONE) return Status.Invalid;
  const used = usedNs(slot);
  const level = levelOf(used);
  const turn = TOP_NS << level;
  // What is left of its allotment; on the lowest level, of its turn.
  return answer(level < LEVELS - 1 ? floorNs(level) - used : turn - ((used - floorNs(level - 1)) % turn));
}
