// Asking the policy, and the one in the shadow, with the same input: the calls with More, the decision, and how long it took. What the answers are worth is
// judged by choose.ts.
import { SCHED_DECISION_BYTES, SchedDecision } from "../../abi/layouts";
import { SchedFlag } from "../../abi/numbers";
import { SWITCH_NS } from "../limits";
import { Ask, clockNs } from "./hooks";
import { beginChanges, beginSnapshot, fillChanges, fillSnapshot, forgetChanges, inputBytes, inputHead } from "./input";
import { setListening } from "./tasks";

/** Who is asked: the policy that decides, or the shadow. */
@unmanaged
export class Party {
  /** Table index of its function. */
  ask: u32;
  moduleId: u32;
  /** 1: it is asked. */
  on: u32;
  /** 1: it must be told of every task first. */
  fresh: u32;
  /** What its last call returned, where it failed; else 0. */
  failed: i32;
  reserved: u32;
  /** Time that its last decision took. */
  tookNs: u64;
  /** Its SchedDecision. */
  output: usize;
  reserved2: u32;
}

export const policy = changetype<Party>(memory.data(offsetof<Party>(), 8));
export const shadow = changetype<Party>(memory.data(offsetof<Party>(), 8));
const policyOutput: usize = memory.data(472, 8);
const shadowOutput: usize = memory.data(472, 8);
if (SCHED_DECISION_BYTES !== 472) ERROR("the decision's buffers are stale");

let switchNs: u32 = SWITCH_NS;

/** Nobody is asked. */
export function initAsk(): void {
  memory.fill(changetype<usize>(policy), 0, offsetof<Party>());
  memory.fill(changetype<usize>(shadow), 0, offsetof<Party>());
  policy.output = policyOutput;
  shadow.output = shadowOutput;
  switchNs = SWITCH_NS;
  setListening(false);
}

/** What a switch to another task costs: policies are told. */
export function setSwitchNs(ns: u32): void {
  switchNs = ns;
}

/** A party's function, and whether it is asked from now on. It begins with a snapshot. */
export function engage(party: Party, ask: Ask | null, moduleId: u32): void {
  party.ask = ask == null ? 0 : ask.index;
  party.moduleId = moduleId;
  party.on = ask == null ? 0 : 1;
  party.fresh = 1;
  party.failed = 0;
  setListening(anybodyAsked());
}

/** Another module is behind a party's function; 0: none. */
export function resume(party: Party, moduleId: u32): void {
  party.on = moduleId != 0 && party.ask != 0 ? 1 : 0;
  party.moduleId = moduleId;
  party.fresh = 1;
  party.failed = 0;
  setListening(anybodyAsked());
}

/** A party is not asked any more. */
export function disengage(party: Party): void {
  party.on = 0;
  setListening(anybodyAsked());
}

export function decisionOf(party: Party): SchedDecision {
  return changetype<SchedDecision>(party.output);
}

function call(party: Party): void {
  if (party.on == 0) return;
  const startedNs = clockNs();
  // What a policy may leave out; its lists count only as far as it says.
  decisionOf(party).candidates = 0;
  decisionOf(party).quantumNs = 0;
  const status = call_indirect<i32>(party.ask, changetype<usize>(inputHead()), inputBytes(), party.output, SCHED_DECISION_BYTES);
  party.tookNs += clockNs() - startedNs;
  if (status >= 0) return;
  party.failed = status;
  disengage(party);
}

/**
 * Tell what changed and ask for a decision. Afterwards `on` and `failed` of each party say whether its output is one.
 * @param ready tasks that may be chosen
 * @param running slot that has the processor and may keep it, or NO_SLOT
 * @param ranNs how long it has had it
 */
export function askParties(nowNs: u64, sequence: u64, ready: u32, running: i32, ranNs: u64, explain: bool): void {
  const head = inputHead();
  head.nowNs = nowNs;
  head.sequence = sequence;
  head.ready = ready;
  head.running = <u32>running;
  head.ranNs = ranNs;
  head.switchNs = switchNs;
  policy.tookNs = 0;
  shadow.tookNs = 0;
  const explained: u32 = explain ? SchedFlag.Explain : 0;
  const policyFresh = policy.on != 0 && policy.fresh != 0;
  const shadowFresh = shadow.on != 0 && shadow.fresh != 0;
  if (policyFresh || shadowFresh) {
    beginSnapshot();
    let first = true;
    let more = true;
    while (more) {
      more = fillSnapshot(first);
      head.flags |= explained;
      if (policyFresh) call(policy);
      if (shadowFresh) call(shadow);
      first = false;
    }
    if (policyFresh) policy.fresh = 0;
    if (shadowFresh) shadow.fresh = 0;
  }
  const policyKnows = policy.on != 0 && !policyFresh;
  const shadowKnows = shadow.on != 0 && !shadowFresh;
  if (!policyKnows && !shadowKnows) {
    forgetChanges();
    return;
  }
  beginChanges(running);
  let more = true;
  while (more) {
    more = fillChanges(running);
    head.flags |= explained;
    if (policyKnows) call(policy);
    if (shadowKnows) call(shadow);
  }
}

/** Whether anybody is asked. */
export function anybodyAsked(): bool {
  return policy.on != 0 || shadow.on != 0;
}
