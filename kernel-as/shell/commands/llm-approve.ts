// llmctl auto-execute, approvals, approve, reject, audit, explain: what the shell does with suggestions of the mind.
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { printLine } from "../console";
import { Json } from "../json";
import { approveSuggestion, automation } from "../llm/auto";
import { ADJUSTS_A_MINUTE, adjustsLately } from "../llm/bounds";
import { Fate, findSuggestion, Suggestion, suggestions } from "../llm/suggestion";
import { done, fail, Labels, Table } from "../report";
import { action, Command, Effect, operand, Type } from "../table";
import { formatSpan } from "../units";

const MOST_ID: i64 = 0xffffffff;
const SHOWN: i64 = 20;
const KEPT: i64 = 64;

/** Adds them to llmctl. */
export function withApprovals(llmctl: Command): Command {
  return llmctl
    .with(
      action("auto-execute", Effect.Adjust, "what is suggested runs by itself, as its risk allows: what reads at once, what adjusts within limits; status tells", autoExecute)
        .takes(operand("STATE", Type.Choice, "on, off, or status").oneOf(["on", "off", "status"]).optional("status"))
        .tells(),
    )
    .with(action("approvals", Effect.Observe, "suggestions that wait for a person", approvals))
    .with(action("approve", Effect.Destroy, "run a suggestion that waits", approve).takes(operand("ID", Type.Integer, "its number").within(1, MOST_ID)))
    .with(action("reject", Effect.Adjust, "a suggestion that waits is not to run", reject).takes(operand("ID", Type.Integer, "its number").within(1, MOST_ID)))
    .with(
      action("audit", Effect.Observe, "the last N suggestions and what became of them", audit).takes(
        operand("N", Type.Integer, "how many").within(1, KEPT).optional(SHOWN.toString()),
      ),
    )
    .with(
      action("explain", Effect.Observe, "a suggestion: why, what it risks, what became of it", explain).takes(
        operand("ID", Type.Integer, "its number; the last one without").within(1, MOST_ID).optional("the last one"),
      ),
    );
}

function autoExecute(given: Arguments): i32 {
  const wanted = given.text("STATE");
  if (wanted == "on" || wanted == "off") automation.on = wanted == "on";
  if (given.json) {
    new Json()
      .object()
      .boolean("automatic", automation.on)
      .signed("adjustsLastMinute", adjustsLately())
      .signed("adjustsPerMinute", ADJUSTS_A_MINUTE)
      .signed("waiting", waiting().length)
      .endObject()
      .end();
    return 0;
  }
  if (wanted == "on" || wanted == "off") return done(given, "");
  printLine("auto-execute is " + (automation.on ? "on" : "off: suggestions wait for llmctl approve"));
  printLine(adjustsLately().toString() + " of " + ADJUSTS_A_MINUTE.toString() + " adjustments in the last minute, " + waiting().length.toString() + " suggestions wait");
  return 0;
}

function waiting(): Suggestion[] {
  const found: Suggestion[] = [];
  for (let i = 0; i < suggestions.length; i++) if (suggestions[i].fate == Fate.Waiting) found.push(suggestions[i]);
  return found;
}

function list(given: Arguments, rows: Suggestion[], name: string): i32 {
  const json = new Json();
  if (given.json) json.object().key(name).list();
  const table = new Table([">ID", ">ASKED", "RISK", ">CONFIDENCE", "STATE", "EFFECT", "COMMAND"]);
  for (let i = 0; i < rows.length; i++) {
    if (given.json) rows[i].json(json).endObject();
    else table.add(rows[i].row());
  }
  if (given.json) json.endList().endObject().end();
  else if (rows.length > 0) table.print();
  return 0;
}

function approvals(given: Arguments): i32 {
  return list(given, waiting(), "approvals");
}

function audit(given: Arguments): i32 {
  const count = <i32>given.number("N", SHOWN);
  return list(given, suggestions.slice(max(suggestions.length - count, 0)), "audit");
}

/** The suggestion that waits under this number; null, and said. */
function waitingOne(given: Arguments): Suggestion | null {
  const id = given.number("ID", 0);
  const suggestion = findSuggestion(id);
  if (!suggestion) fail(given, id.toString() + ": no such suggestion; llmctl approvals lists those that wait");
  else if (suggestion.fate != Fate.Waiting) {
    fail(
      given,
      id.toString() + (suggestion.command == "" ? " has no command" : " does not wait: " + suggestion.fateText + (suggestion.note == "" ? "" : " (" + suggestion.note + ")")),
    );
    return null;
  }
  return suggestion;
}

function approve(given: Arguments): i32 {
  const suggestion = waitingOne(given);
  return suggestion ? approveSuggestion(suggestion, given.json) : 1;
}

function reject(given: Arguments): i32 {
  const suggestion = waitingOne(given);
  if (!suggestion) return 1;
  suggestion.fate = Fate.Rejected;
  suggestion.decidedNs = <u64>sys.time_now();
  return done(given, "");
}

function explain(given: Arguments): i32 {
  const last: Suggestion | null = suggestions.length > 0 ? suggestions[suggestions.length - 1] : null;
  const suggestion = given.has("ID") ? findSuggestion(given.number("ID", 0)) : last;
  if (!suggestion) return fail(given, given.has("ID") ? given.text("ID") + ": no such suggestion; llmctl audit lists them" : "nothing was suggested yet");
  const s = suggestion;
  if (given.json) {
    s.json(new Json()).endObject().end();
    return 0;
  }
  const labels = new Labels().add("Question", "#" + s.id.toString() + "  " + s.question).add("Answer", s.answer.sentence);
  labels
    .add("State Seen", s.answer.state)
    .add("Command", s.command == "" ? "none" : s.command)
    .add("Risk", s.risk);
  labels.add("Confidence", s.confidence + (s.answer.calibrated ? "" : ", not calibrated") + (s.answer.abstains ? ", abstains" : ""));
  for (let i = 0; i < s.targets.length; i++) labels.add("Touches", s.targets[i].pid.toString() + "  " + s.targets[i].name);
  labels.add("State", s.fateText + (s.approved ? ", approved" : "") + (s.decidedNs > s.askedNs ? " after " + formatSpan(s.decidedNs - s.askedNs) : ""));
  labels.add("Effect", s.outcomeText + (s.note == "" ? "" : ": " + s.note));
  for (let i = 0; i < s.undo.length; i++) labels.add("Takes It Back", s.undo[i]);
  labels.print();
  return 0;
}
