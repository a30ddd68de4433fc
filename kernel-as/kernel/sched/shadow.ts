// The policy in the shadow: how often it agrees, and what it would have gained, told in hindsight. Where the two chose differently, the difference of what both requests
// still had to run is known once both have ended.
import { SHADOW_ROW_BYTES, ShadowRow } from "../../abi/layouts";
import { Event, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { SHADOW_PAIRS } from "../limits";
import { decisionOf, disengage, engage, shadow } from "./ask";
import { Ask, tell } from "./hooks";
import { judge } from "./judge";
import { recordShadow } from "./records";
import { Task, taskAt } from "./tasks";

/** A decision in which they differ. What a request still had to run is its whole time, once known, less what it had had. */
@unmanaged
class Pair {
  chosenSlot: u32;
  chosenSerial: u32;
  shadowSlot: u32;
  shadowSerial: u32;
  chosenHadNs: u64;
  shadowHadNs: u64;
  /** ~0 until its request has ended. */
  chosenLeftNs: u64;
  shadowLeftNs: u64;
  used: u64;
}

const OPEN: u64 = 0xffffffffffffffff;
const row = changetype<ShadowRow>(memory.data(56, 8));
if (SHADOW_ROW_BYTES !== 56) ERROR("the shadow's row is stale");
let pairs: usize = 0;
let nextPair: u32 = 0;
let openPairs: u32 = 0;

/** Bytes that the pairs take of the arena. */
export const PAIRS_BYTES: u32 = SHADOW_PAIRS * <u32>offsetof<Pair>() + 8;

/** False: the arena is exhausted. */
export function initShadow(arena: Arena): bool {
  pairs = arena.take(SHADOW_PAIRS * offsetof<Pair>());
  memory.fill(changetype<usize>(row), 0, SHADOW_ROW_BYTES);
  forgetPairs();
  return pairs != 0;
}

function pairAt(index: u32): Pair {
  return changetype<Pair>(pairs + <usize>index * offsetof<Pair>());
}

function forgetPairs(): void {
  memory.fill(pairs, 0, SHADOW_PAIRS * offsetof<Pair>());
  openPairs = 0;
}

/** Let a policy decide in the shadow from now on; null: none. Counts begin anew. */
export function setShadowAsk(ask: Ask | null, moduleId: u32 = 1): void {
  engage(shadow, ask, ask == null ? 0 : moduleId);
  resetShadow();
  row.lastError = 0;
  row.moduleId = shadow.moduleId;
}

/** Forget what was counted. */
export function resetShadow(): void {
  const id = row.moduleId;
  const error = row.lastError;
  memory.fill(changetype<usize>(row), 0, SHADOW_ROW_BYTES);
  row.moduleId = id;
  row.lastError = error;
  forgetPairs();
}

/** Fill a ShadowRow. Returns 1. */
export function fillShadow(at: usize): i32 {
  memory.copy(at, changetype<usize>(row), SHADOW_ROW_BYTES);
  return 1;
}

function takeOff(status: i32): void {
  disengage(shadow);
  row.lastError = status;
  row.moduleId = 0;
  forgetPairs();
  tell(Event.ShadowOff, 0, shadow.moduleId, <u64>(<u32>status));
}

/** Both decided: compare. Where the shadow failed or answered nonsense it is taken off and that is reported. */
export function compareShadow(chosen: i32, explained: bool, recorded: bool): void {
  if (row.moduleId == 0) return;
  if (shadow.failed != 0) {
    takeOff(shadow.failed);
    return;
  }
  if (judge(shadow.output, explained).length > 0) {
    takeOff(Status.BadAnswer);
    return;
  }
  row.decisions++;
  row.nsTotal += shadow.tookNs;
  const other = <i32>decisionOf(shadow).slot;
  if (recorded) recordShadow(taskAt(other).pid);
  if (other == chosen) {
    row.agreed++;
    return;
  }
  const pair = pairAt(nextPair);
  nextPair = (nextPair + 1) % SHADOW_PAIRS;
  if (pair.used == 0) openPairs++;
  pair.used = 1;
  pair.chosenSlot = chosen;
  pair.chosenSerial = taskAt(chosen).serial;
  pair.chosenHadNs = taskAt(chosen).attainedNs;
  pair.chosenLeftNs = OPEN;
  pair.shadowSlot = other;
  pair.shadowSerial = taskAt(other).serial;
  pair.shadowHadNs = taskAt(other).attainedNs;
  pair.shadowLeftNs = OPEN;
}

/** A request ended: pairs that waited for it. */
export function shadowRequest(task: Task): void {
  if (openPairs == 0) return;
  for (let i: u32 = 0; i < SHADOW_PAIRS; i++) {
    const pair = pairAt(i);
    if (pair.used == 0) continue;
    if (pair.chosenSlot == task.slot && pair.chosenSerial == task.serial) pair.chosenLeftNs = task.attainedNs - pair.chosenHadNs;
    else if (pair.shadowSlot == task.slot && pair.shadowSerial == task.serial) pair.shadowLeftNs = task.attainedNs - pair.shadowHadNs;
    else continue;
    if (pair.chosenLeftNs == OPEN || pair.shadowLeftNs == OPEN) continue;
    row.pairs++;
    row.gainNs += <i64>(pair.chosenLeftNs - pair.shadowLeftNs);
    if (pair.shadowLeftNs < pair.chosenLeftNs) row.shadowShorter++;
    pair.used = 0;
    openPairs--;
  }
}
