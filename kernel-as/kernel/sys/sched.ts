// Queries and controls about scheduling.
import { CANDIDATE_ROW_BYTES, DECISION_ROW_BYTES, DecisionRow, IMAGE_ROW_BYTES, SCHED_ROW_BYTES, SHADOW_ROW_BYTES, TASK_ROW_BYTES } from "../../abi/layouts";
import { Control, Status, Topic } from "../../abi/numbers";
import { copyIn } from "../mm/usercopy";
import { fillCandidate, fillDecision, fillImage, fillShadow, resetScheduler } from "../sched";
import { fillScheduling, fillTask, setExplain, setNice, setShadow } from "../scheduling";

const NAME_BYTES: u32 = 64;
const name: usize = memory.data(64);

/** The controls Nice, SchedExplain, SchedShadow, SchedReset. */
export function schedControl(slot: i32, operation: u32, a: u64, b: u64, va: u64, bytes: u32): i64 {
  if (operation == Control.Nice) return a > u32.MAX_VALUE ? Status.NotFound : setNice(<u32>a, <i64>b);
  if (operation == Control.SchedExplain) return setExplain(a);
  if (operation == Control.SchedReset) {
    resetScheduler();
    return Status.Ok;
  }
  if (bytes > NAME_BYTES) return Status.Range;
  const status = bytes == 0 ? Status.Ok : copyIn(slot, va, name, bytes);
  return status < 0 ? status : setShadow(name, bytes);
}

/** Fills rows of the topics Tasks to Shadow from `start` on into `room` bytes at `to`. Bytes. */
export function fillSched(topic: u32, start: u64, to: usize, room: u32): i32 {
  if (topic == Topic.Sched) return single(start, room, SCHED_ROW_BYTES, to, fillScheduling);
  if (topic == Topic.Shadow) return single(start, room, SHADOW_ROW_BYTES, to, fillShadow);
  let used: u32 = 0;
  let next = start;
  for (;;) {
    const bytes = rowBytes(topic);
    if (used + bytes > room) break;
    memory.fill(to + used, 0, bytes);
    const filled = fillNext(topic, next, to + used);
    if (filled < 0) break;
    if (filled > 0) used += bytes;
    next = after;
  }
  return used;
}

function rowBytes(topic: u32): u32 {
  return topic == Topic.Tasks ? TASK_ROW_BYTES : topic == Topic.Decisions ? DECISION_ROW_BYTES : topic == Topic.Candidates ? CANDIDATE_ROW_BYTES : IMAGE_ROW_BYTES;
}

// Where the row behind the one that was filled is to be looked for.
let after: u64 = 0;

// 1: filled; 0: nothing there, later ones may have; < 0: the end.
function fillNext(topic: u32, start: u64, at: usize): i32 {
  after = start + 1;
  if (topic == Topic.Tasks) return start > u32.MAX_VALUE ? -1 : fillTask(<u32>start, at);
  if (topic == Topic.Decisions) {
    const filled = fillDecision(start, at);
    after = changetype<DecisionRow>(at).sequence + 1;
    return filled == 0 ? -1 : 1;
  }
  if (topic == Topic.Candidates) return fillCandidate(start >> 8, <u32>start & 255, at) == 0 ? -1 : 1;
  const row = start > u32.MAX_VALUE ? -1 : fillImage(<u32>start, at);
  after = <u64>row + 1;
  return row < 0 ? -1 : 1;
}

function single(start: u64, room: u32, bytes: u32, at: usize, fill: (at: usize) => i32): i32 {
  if (start != 0 || room < bytes) return 0;
  memory.fill(at, 0, bytes);
  fill(at);
  return bytes;
}
