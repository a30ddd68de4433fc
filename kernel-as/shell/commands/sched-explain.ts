// schedctl explain: recorded decisions. One of them with the tasks that could have run, what the policy made of them, and what came of it:
// how long the chosen one ran, why it ended, and what the requests really took, which the trace tells once they have ended.
import { CANDIDATE_ROW_BYTES, CandidateRow, DECISION_ROW_BYTES, DecisionRow, TRACE_ROW_BYTES, TraceRow } from "../../abi/layouts";
import { Control, Ended, Event, SCHED_CANDIDATES, SCHED_RECORDS, Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { printLine } from "../console";
import { Json } from "../json";
import { failNoScheduler, Policy, policyName, schedPolicies, schedRow, TaskNames, usText } from "../policies";
import { complain, done, fail, failStatus, Labels, Table } from "../report";
import { RowReader } from "../rows";
import { STATUS_USAGE } from "../session";
import { action, Command, Effect, operand, Type } from "../table";
import { formatReal, formatSpan, formatStamp, parseInteger } from "../units";
import { featuresJson } from "./sched-tasks";

const ENDINGS: string[] = ["still runs", "its quantum ran out", "it waited", "it ended", "it gave its turn away", "another was chosen before"];
const ENDINGS_SHORT: string[] = ["open", "quantum", "blocked", "exited", "yielded", "preempted"];
const MOST_EVERY: i64 = 1000000;

/** Adds it to schedctl. */
export function withExplain(schedctl: Command): void {
  schedctl.with(
    action("explain", Effect.Adjust, "recorded decisions; ID or last: one of them; every N: record one in N; off: none", explain)
      .takes(operand("ID", Type.Text, "a sequence number, last, every or off").optional("all that are kept").suchAs(["last", "every", "off"]))
      .takes(operand("N", Type.Integer, "with every: one decision in N").within(1, MOST_EVERY).optional("1"))
      .tells(),
  );
}

function explain(given: Arguments): i32 {
  const word = given.text("ID");
  if (given.has("N") && word != "every") return complain(given.json, "schedctl explain: N: only with every", STATUS_USAGE);
  if (word == "every" || word == "off") {
    const every: i64 = word == "off" ? 0 : given.number("N", 1);
    const result = sys.control(Control.SchedExplain, every as u64, 0, 0, 0);
    return result < 0 ? failStatus(given, "", result) : done(given, "");
  }
  if (!schedRow()) return failNoScheduler(given);
  const decisions = readDecisions();
  if (word == "") return listDecisions(given, decisions);
  if (decisions.length == 0) return fail(given, "no decision is recorded yet: schedctl explain every 1 records each");
  if (word == "last") return tellDecision(given, lastEnded(decisions));
  const id = parseInteger(word);
  if (id < 0) return complain(given.json, "schedctl explain: ID: must be a sequence number, last, every or off, not " + word, STATUS_USAGE);
  for (let i = 0; i < decisions.length; i++) if (decisions[i].sequence == (id as u64)) return tellDecision(given, decisions[i]);
  const oldest = decisions[0].sequence.toString();
  const newest = decisions[decisions.length - 1].sequence.toString();
  return fail(given, word + ": not recorded, or no more: the last " + SCHED_RECORDS.toString() + " that were recorded are kept, now " + oldest + " to " + newest);
}

/** A decision, copied out of the kernel's row. */
class Decision {
  sequence: u64;
  timeNs: u64;
  moduleId: u32;
  pid: u32;
  before: u32;
  quantumNs: u64;
  ranNs: u64;
  ended: u32;
  ready: u32;
  candidates: u32;
  tookNs: u32;
  shadowPid: u32;
  version: u32;

  constructor(row: DecisionRow) {
    this.sequence = row.sequence;
    this.timeNs = row.timeNs;
    this.moduleId = row.moduleId;
    this.pid = row.pid;
    this.before = row.before;
    this.quantumNs = row.quantumNs;
    this.ranNs = row.ranNs;
    this.ended = row.ended;
    this.ready = row.ready;
    this.candidates = row.candidates;
    this.tookNs = row.tookNs;
    this.shadowPid = row.shadowPid;
    this.version = row.version;
  }
}

function readDecisions(): Decision[] {
  const found: Decision[] = [];
  const rows = new RowReader(Topic.Decisions, DECISION_ROW_BYTES, 0, true);
  for (let row = rows.next(); row != 0; row = rows.next()) found.push(new Decision(changetype<DecisionRow>(row)));
  return found;
}

/** The newest decision of which it is known what came of it; the newest where there is none such. */
function lastEnded(decisions: Decision[]): Decision {
  for (let i = decisions.length - 1; i >= 0; i--) if (decisions[i].ended != Ended.Open) return decisions[i];
  return decisions[decisions.length - 1];
}

function endedName(names: string[], ended: u32): string {
  return ended < (names.length as u32) ? names[ended] : ended.toString();
}

function listDecisions(given: Arguments, decisions: Decision[]): i32 {
  const policies = schedPolicies();
  if (given.json) {
    const json = new Json().object().key("decisions").list();
    for (let i = 0; i < decisions.length; i++) decisionFields(json.object(), decisions[i], policies).endObject();
    json.endList().endObject().end();
    return 0;
  }
  if (decisions.length == 0) {
    printLine("no decision is recorded yet: schedctl explain every 1 records each");
    return 0;
  }
  const table = new Table([">ID", ">TIME", "POLICY", ">BEFORE", ">CHOSEN", ">OF", ">QUANTUM", ">RAN", "ENDED", ">TOOK", ">SHADOW"]);
  for (let i = 0; i < decisions.length; i++) {
    const d = decisions[i];
    table.add([
      d.sequence.toString(),
      formatStamp(d.timeNs),
      policyName(policies, d.moduleId),
      pidText(d.before),
      d.pid.toString(),
      d.ready.toString(),
      formatSpan(d.quantumNs),
      d.ended == Ended.Open ? "-" : formatSpan(d.ranNs),
      endedName(ENDINGS_SHORT, d.ended),
      formatSpan(d.tookNs),
      d.shadowPid == d.pid ? "same" : pidText(d.shadowPid),
    ]);
  }
  table.print();
  return 0;
}

function pidText(pid: u32): string {
  return pid == 0 ? "-" : pid.toString();
}

function decisionFields(json: Json, d: Decision, policies: Policy[]): Json {
  json.pair("sequence", d.sequence).pair("timeNs", d.timeNs).string("policy", policyName(policies, d.moduleId)).pair("moduleId", d.moduleId).pair("version", d.version);
  json.pair("pid", d.pid).pair("before", d.before).pair("quantumNs", d.quantumNs).pair("ranNs", d.ranNs).string("ended", endedName(ENDINGS_SHORT, d.ended));
  return json.pair("ready", d.ready).pair("candidates", d.candidates).pair("tookNs", d.tookNs).pair("shadowPid", d.shadowPid);
}

/** What the request of a candidate really took; −1 while that is not known. */
class Outcome {
  tookNs: i64 = -1;
  responseNs: i64 = -1;
}

/** The first end of a request of each pid after a moment: that is the end of the one under way then. */
function outcomes(pids: u32[], sinceNs: u64): Outcome[] {
  const found: Outcome[] = [];
  for (let i = 0; i < pids.length; i++) found.push(new Outcome());
  const rows = new RowReader(Topic.Trace, TRACE_ROW_BYTES, 0, true);
  for (let at = rows.next(); at != 0; at = rows.next()) {
    const row = changetype<TraceRow>(at);
    // an oldest row that is younger than the decision: ends may have been overwritten
    if (row.timeNs >= sinceNs && row.event == Event.RequestEnd) {
      const i = pids.indexOf(row.pid);
      if (i < 0 || found[i].tookNs >= 0) continue;
      found[i].tookNs = row.a as i64;
      found[i].responseNs = row.b as i64;
    }
  }
  return found;
}

/** Whether the trace still holds everything from a moment on. */
function traceReaches(sinceNs: u64): bool {
  const rows = new RowReader(Topic.Trace, TRACE_ROW_BYTES, 0, true);
  const first = rows.next();
  return first != 0 && (changetype<TraceRow>(first).sequence == 0 || changetype<TraceRow>(first).timeNs <= sinceNs);
}

function tellDecision(given: Arguments, d: Decision): i32 {
  const policies = schedPolicies();
  const names = new TaskNames();
  const pids: u32[] = [];
  let attained: u64 = 0;
  let expected: f64 = -1;
  const start = d.sequence << 8;
  let rows = new RowReader(Topic.Candidates, CANDIDATE_ROW_BYTES, start, false);
  for (let at = rows.next(); at != 0 && (pids.length as u32) < SCHED_CANDIDATES; at = rows.next()) {
    const c = changetype<CandidateRow>(at);
    pids.push(c.pid);
    if (c.pid != d.pid) continue;
    attained = c.attainedNs;
    expected = c.remainingNs;
  }
  const ends = traceReaches(d.timeNs) ? outcomes(pids, d.timeNs) : outcomes([], 0);
  while (ends.length < pids.length) ends.push(new Outcome());
  const chosen = pids.indexOf(d.pid);
  const outcome = chosen < 0 ? new Outcome() : ends[chosen];
  rows = new RowReader(Topic.Candidates, CANDIDATE_ROW_BYTES, start, false);
  if (given.json) {
    const json = decisionFields(new Json().object(), d, policies).signed("requestNs", outcome.tookNs).signed("responseNs", outcome.responseNs).key("rows").list();
    for (let i = 0; i < pids.length; i++) {
      const at = rows.next();
      if (at == 0) break;
      const c = changetype<CandidateRow>(at);
      featuresJson(json, at)
        .boolean("chosen", c.pid == d.pid)
        .real("score", c.score, 9)
        .real("attention", c.attention, 6)
        .real("expectedNs", c.remainingNs, 0);
      json.signed("requestNs", ends[i].tookNs).signed("leftNs", left(ends[i], c.attainedNs)).string("command", names.ofPid(c.pid)).endObject();
    }
    json.endList().endObject().end();
    return 0;
  }
  const labels = new Labels()
    .add("Decision", d.sequence.toString() + " at " + formatStamp(d.timeNs) + " s, by " + policyName(policies, d.moduleId) + versionText(d) + " in " + formatSpan(d.tookNs))
    .add(
      "Chosen",
      taskText(d.pid, names) +
        " of " +
        d.ready.toString() +
        " ready" +
        (d.before == 0 ? "" : d.before == d.pid ? "; it ran before, too" : "; before: " + taskText(d.before, names)),
    )
    .add("Quantum", formatSpan(d.quantumNs))
    .add("What Happened", d.ended == Ended.Open ? "the turn is not over" : "ran " + formatSpan(d.ranNs) + ": " + endedName(ENDINGS, d.ended));
  if (expected >= 0) labels.add("Expected", formatSpan(expected as u64) + " of processor time left in its request");
  if (outcome.tookNs >= 0) {
    const rest = left(outcome, attained);
    labels.add(
      "Really",
      formatSpan(rest as u64) + " were left; the request took " + formatSpan(outcome.tookNs as u64) + ", " + formatSpan(outcome.responseNs as u64) + " from its start to its end",
    );
  } else labels.add("Really", traceReaches(d.timeNs) ? "its request has not ended" : "not known: the trace does not reach back");
  if (d.shadowPid != 0) labels.add("Shadow", d.shadowPid == d.pid ? "chose the same" : "chose " + taskText(d.shadowPid, names));
  labels.print();
  if (pids.length == 0) return 0;
  const table = new Table([
    "",
    ">PID",
    ">NICE",
    ">SCORE",
    ">ATTENTION",
    ">EXPECTED",
    ">REALLY LEFT",
    ">ATTAINED",
    ">WAITED",
    ">BURST",
    ">REQUESTS",
    ">MEAN",
    ">OF IMAGE",
    ">MEAN",
    ">+-",
    "COMMAND",
  ]);
  for (let i = 0; i < pids.length; i++) {
    const at = rows.next();
    if (at == 0) break;
    table.add(candidateCells(changetype<CandidateRow>(at), d, ends[i], names));
  }
  table.print();
  if (d.ready > d.candidates) printLine((d.ready - d.candidates).toString() + " more were ready");
  return 0;
}

function candidateCells(c: CandidateRow, d: Decision, end: Outcome, names: TaskNames): string[] {
  const rest = left(end, c.attainedNs);
  return [
    c.pid == d.pid ? "*" : "",
    c.pid.toString(),
    c.nice.toString(),
    formatReal(c.score, 6),
    c.attention > 0 ? formatReal(c.attention, 3) : "-",
    c.remainingNs < 0 ? "-" : formatSpan(c.remainingNs as u64),
    rest < 0 ? "-" : formatSpan(rest as u64),
    formatSpan(c.attainedNs),
    formatSpan(c.waitedNs),
    usText(c.burstMeanUs),
    c.requests.toString(),
    usText(c.requestMeanUs),
    c.imageRequests.toString(),
    usText(c.imageMeanUs),
    usText(c.imageDeviationUs),
    names.ofPid(c.pid),
  ];
}

/** Processor time that a request still took after a moment at which it had had `attained`; −1 not known. */
function left(outcome: Outcome, attained: u64): i64 {
  if (outcome.tookNs < 0) return -1;
  return (outcome.tookNs as u64) > attained ? (((outcome.tookNs as u64) - attained) as i64) : 0;
}

function versionText(d: Decision): string {
  return d.version == 0 ? "" : " (weights " + d.version.toString() + ")";
}

function taskText(pid: u32, names: TaskNames): string {
  const command = names.ofPid(pid);
  return "pid " + pid.toString() + (command == "" ? "" : " (" + command + ")");
}
