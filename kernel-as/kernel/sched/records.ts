// Explained decisions: who could have run, what the policy said of each, and what came of it. The newest SCHED_RECORDS are kept.
import {
  CANDIDATE_ROW_BYTES,
  CandidateRow,
  DECISION_ROW_BYTES,
  DecisionRow,
  SCHED_DECISION_CANDIDATE_ATTENTION,
  SCHED_DECISION_CANDIDATE_REMAINING_NS,
  SCHED_DECISION_CANDIDATE_SCORES,
  SCHED_DECISION_CANDIDATE_SLOTS,
  SCHED_TASK_BYTES,
  SchedDecision,
} from "../../abi/layouts";
import { Ended, SCHED_CANDIDATES, SCHED_RECORDS } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { getU32, getU64, setU64 } from "../../lib/bytes";
import { describeImage } from "./images";
import { SCORE_AT } from "./judge";
import { NO_SLOT, queue, Task, taskAt } from "./tasks";

/** −1 as the bits of an f64: unknown. */
const UNKNOWN: u64 = 0xbff0_0000_0000_0000;
const SCORE: usize = offsetof<CandidateRow>("score");
const ATTENTION: usize = offsetof<CandidateRow>("attention");
const REMAINING: usize = offsetof<CandidateRow>("remainingNs");
const CANDIDATES_BYTES: u32 = SCHED_CANDIDATES * CANDIDATE_ROW_BYTES;

/** A record, and the processor time that its task had had. */
@unmanaged
class Record extends DecisionRow {
  usedNs: u64;
}

let records: usize = 0;
let candidates: usize = 0;
let made: u32 = 0;
// Records from here on belong to the turn under way; those before `kept` were forgotten.
let open: u32 = 0;
let kept: u32 = 0;
let version: u32 = 0;

/** Bytes that the records take of the arena. */
export const RECORDS_BYTES: u32 = SCHED_RECORDS * (<u32>offsetof<Record>() + CANDIDATES_BYTES) + 16;

/** False: the arena is exhausted. */
export function initRecords(arena: Arena): bool {
  records = arena.take(SCHED_RECORDS * offsetof<Record>());
  candidates = arena.takeRaw(SCHED_RECORDS * CANDIDATES_BYTES);
  forgetRecords();
  return records != 0 && candidates != 0;
}

/** Version of the weights in use, for the records that follow; 0 none. */
export function setVersion(weights: u32): void {
  version = weights;
}

export function forgetRecords(): void {
  kept = made;
  open = made;
}

function recordAt(number: u32): Record {
  return changetype<Record>(records + <usize>(number % SCHED_RECORDS) * offsetof<Record>());
}

function candidateAt(number: u32, row: u32): usize {
  return candidates + <usize>(number % SCHED_RECORDS) * CANDIDATES_BYTES + row * CANDIDATE_ROW_BYTES;
}

function oldest(): u32 {
  const first = made > SCHED_RECORDS ? made - SCHED_RECORDS : 0;
  return max<u32>(first, kept);
}

// Adds a candidate, what the policy says of it included where it names it: its index there, or −1.
function addCandidate(record: Record, number: u32, slot: u32, decision: usize, index: i32): void {
  if (record.candidates == SCHED_CANDIDATES) return;
  const at = candidateAt(number, record.candidates++);
  const task = taskAt(slot);
  describeImage(task);
  memory.copy(at, changetype<usize>(task), SCHED_TASK_BYTES);
  const said = decision + ((<usize>index) << 3);
  setU64(at + SCORE, index < 0 ? 0 : getU64(said + SCHED_DECISION_CANDIDATE_SCORES));
  setU64(at + ATTENTION, index < 0 ? 0 : getU64(said + SCHED_DECISION_CANDIDATE_ATTENTION));
  setU64(at + REMAINING, index < 0 ? UNKNOWN : getU64(said + SCHED_DECISION_CANDIDATE_REMAINING_NS));
}

function namedSlot(decision: usize, index: u32): u32 {
  return getU32(decision + SCHED_DECISION_CANDIDATE_SLOTS + (index << 2));
}

/**
 * Record a decision, before anything is changed by it. The one before stays open where the same task keeps the processor.
 * @param decision the policy's answer, judged; 0: the fallback decided
 * @param running who has the processor, or NO_SLOT
 */
export function recordDecision(sequence: u64, nowNs: u64, moduleId: u32, slot: i32, quantumNs: u64, decision: usize, running: i32, before: u32, ready: u32, tookNs: u64): void {
  const number = made++;
  if (made - open > SCHED_RECORDS) open = made - SCHED_RECORDS;
  const record = recordAt(number);
  memory.fill(changetype<usize>(record), 0, offsetof<Record>());
  record.sequence = sequence;
  record.timeNs = nowNs;
  record.moduleId = moduleId;
  record.slot = slot;
  record.pid = taskAt(slot).pid;
  record.before = before;
  record.quantumNs = quantumNs;
  record.ready = ready;
  record.tookNs = <u32>min<u64>(tookNs, u32.MAX_VALUE);
  record.version = decision == 0 ? 0 : version;
  record.usedNs = taskAt(slot).userNs + taskAt(slot).systemNs;
  const named: u32 = decision == 0 ? 0 : changetype<SchedDecision>(decision).candidates;
  if (named == 0) {
    addCandidate(record, number, slot, decision, -1);
    if (decision != 0) setU64(candidateAt(number, 0) + SCORE, getU64(decision + SCORE_AT));
    if (running != NO_SLOT && running != slot) addCandidate(record, number, running, decision, -1);
    for (let other = queue.head; other != NO_SLOT; other = queue.next(other)) {
      if (record.candidates == SCHED_CANDIDATES) break;
      if (other != slot) addCandidate(record, number, other, decision, -1);
    }
    return;
  }
  // The chosen one is always among them: first, where the policy did not name it.
  let chosenNamed = false;
  for (let i: u32 = 0; i < named; i++) if (<i32>namedSlot(decision, i) == slot) chosenNamed = true;
  if (!chosenNamed) {
    addCandidate(record, number, slot, decision, -1);
    setU64(candidateAt(number, 0) + SCORE, getU64(decision + SCORE_AT));
  }
  for (let i: u32 = 0; i < named; i++) addCandidate(record, number, namedSlot(decision, i), decision, <i32>i);
}

/** Whom the shadow chose in the decision that was recorded last. */
export function recordShadow(pid: u32): void {
  if (made > kept) recordAt(made - 1).shadowPid = pid;
}

/** The turn under way ended: its records say how. */
export function closeRecords(task: Task, ended: Ended): void {
  for (; open != made; open++) {
    const record = recordAt(open);
    record.ended = ended;
    record.ranNs = task.userNs + task.systemNs - record.usedNs;
  }
}

/** Fill a DecisionRow: the first that is kept from a sequence number on. Returns 1, or 0 where there is none. */
export function fillDecision(sequence: u64, at: usize): i32 {
  for (let number = oldest(); number != made; number++) {
    const record = recordAt(number);
    if (record.sequence < sequence) continue;
    memory.copy(at, changetype<usize>(record), DECISION_ROW_BYTES);
    return 1;
  }
  return 0;
}

/** Fill a CandidateRow of the decision with this sequence number. Returns 1, or 0 where there is none. */
export function fillCandidate(sequence: u64, row: u32, at: usize): i32 {
  for (let number = oldest(); number != made; number++) {
    const record = recordAt(number);
    if (record.sequence != sequence) continue;
    if (row >= record.candidates) return 0;
    memory.copy(at, candidateAt(number, row), CANDIDATE_ROW_BYTES);
    return 1;
  }
  return 0;
}
