// Who runs now, and when that must be looked at again. In this order: one alone runs; the starvation guard; the policy; round robin where there is no policy or where it failed.
//
// The guard: the task that is ready and has not run for longest is at the head of the queue. Where it has waited STARVE_NS it gets a turn of RESCUE_NS, which nothing cuts short.
// Between two such turns the policy has one, which may be cut after RESCUE_NS. So a ready task waits at most STARVE_NS + 2 × RESCUE_NS × (1 + tasks that have waited longer than it).
import { Event, Status, TaskEvent } from "../../abi/numbers";
import { QUANTUM_NS, RESCUE_NS, STARVE_NS } from "../limits";
import { anybodyAsked, askParties, decisionOf, disengage, policy } from "./ask";
import { countLatency, totals } from "./counters";
import { noteTime } from "./events";
import { tell, tellEject } from "./hooks";
import { judge } from "./judge";
import { recordDecision } from "./records";
import { compareShadow } from "./shadow";
import { FOREVER, NO_SLOT, noteEvent, queue, taskAt } from "./tasks";
import { closeTurn, giveTurn, runnable, turn } from "./turn";

let explainEvery: u32 = 0;
let untilExplained: u32 = 0;
let somebodyAsked: bool = false;

/** Record every n-th decision with its candidates; 0: none. */
export function setExplainEvery(every: u32): void {
  explainEvery = every;
  untilExplained = 0;
  totals.explainEvery = every;
}

/** Tasks that may be chosen: ready, and the running one. */
export function readyCount(): u32 {
  return runnable(queue.length);
}

/** Tasks that are ready and do not run. */
export function queuedCount(): u32 {
  return queue.length;
}

/** Whether somebody was asked since the last call, which takes time. */
export function takeAsked(): bool {
  const was = somebodyAsked;
  somebodyAsked = false;
  return was;
}

/** Who has the processor, or NO_SLOT. */
export function currentTask(): i32 {
  return turn.current;
}

/** The slot that runs now, or NO_SLOT where none is ready. */
export function choose(atNs: u64): i32 {
  const nowNs = noteTime(atNs);
  const current = turn.current;
  if (queue.length == 0) return current;
  if (current == NO_SLOT && queue.length == 1) {
    totals.single++;
    turn.happened = 0;
    giveTurn(queue.head, nowNs, nowNs + QUANTUM_NS, true, false);
    return turn.current;
  }
  const over = current == NO_SLOT || nowNs >= turn.endNs;
  if (policy.on != 0 && rescueNs(over) <= nowNs) {
    rescue(nowNs, over);
    return turn.current;
  }
  if (!over && (policy.on == 0 || turn.happened == 0 || turn.rescue != 0)) return current;
  decide(nowNs, over);
  return turn.current;
}

/** When the turn under way must be looked at again: the end of its quantum, or the guard's next turn. FOREVER where one task alone is ready. */
export function turnEnd(): u64 {
  if (turn.current == NO_SLOT || queue.length == 0) return FOREVER;
  return policy.on == 0 ? turn.endNs : min<u64>(turn.endNs, rescueNs(false));
}

// When the guard gives the next turn; FOREVER where it is the policy's. `over`: the turn under way has ended.
function rescueNs(over: bool): u64 {
  if (turn.rescue != 0) return FOREVER;
  const due = taskAt(queue.head).readySinceNs + STARVE_NS;
  return over ? due : max<u64>(due, turn.startNs + RESCUE_NS);
}

function rescue(nowNs: u64, over: bool): void {
  const slot = queue.head;
  const task = taskAt(slot);
  totals.rescues++;
  tell(Event.Rescue, task.pid, nowNs - task.readySinceNs, 0);
  if (turn.current != NO_SLOT && over) noteEvent(taskAt(turn.current), TaskEvent.Tick);
  closeTurn(slot, over);
  giveTurn(slot, nowNs, nowNs + RESCUE_NS, over, true);
}

function explainThis(): bool {
  if (explainEvery == 0) return false;
  if (untilExplained > 1) {
    untilExplained--;
    return false;
  }
  untilExplained = explainEvery;
  return true;
}

function decide(nowNs: u64, over: bool): void {
  const current = turn.current;
  const explained = explainThis();
  const ready = readyCount();
  const sequence = totals.decisions++;
  if (current != NO_SLOT && over) noteEvent(taskAt(current), TaskEvent.Tick);
  turn.happened = 0;
  let slot: i32 = NO_SLOT;
  let quantumNs: u64 = QUANTUM_NS;
  let moduleId: u32 = 0;
  let answer: usize = 0;
  let tookNs: u64 = 0;
  if (anybodyAsked()) {
    somebodyAsked = true;
    const asked = policy.on != 0;
    askParties(nowNs, sequence, ready, current, current == NO_SLOT ? 0 : nowNs - turn.startNs, explained);
    if (asked && accept(explained)) {
      slot = decisionOf(policy).slot;
      quantumNs = decisionOf(policy).quantumNs;
      moduleId = policy.moduleId;
      answer = policy.output;
    }
    tookNs = policy.tookNs;
    if (asked) countLatency(tookNs);
  }
  if (slot == NO_SLOT) {
    // Round robin: the oldest, unless a policy failed in the middle of a turn, which then goes on to its end.
    slot = over ? queue.head : current;
    if (!over) quantumNs = min<u64>(QUANTUM_NS, turn.endNs - nowNs);
  }
  closeTurn(slot, over);
  if (explained) recordDecision(sequence, nowNs, moduleId, slot, quantumNs, answer, current, turn.lastPid, ready, tookNs);
  compareShadow(slot, explained, explained);
  if (!over && current != NO_SLOT && slot != current) totals.preemptions++;
  totals.quantumUs = <u32>(quantumNs / 1000);
  giveTurn(slot, nowNs, nowNs + quantumNs, over, false);
}

// Whether the policy decided. Where it failed or answered nonsense it decides no longer.
function accept(explained: bool): bool {
  if (policy.failed != 0) {
    ejected(policy.failed, "");
    return false;
  }
  const wrong = judge(policy.output, explained);
  if (wrong.length == 0) return true;
  disengage(policy);
  ejected(Status.BadAnswer, wrong);
  return false;
}

function ejected(status: i32, why: string): void {
  totals.ejections++;
  policy.moduleId = 0;
  tellEject(status, why);
}
