// What the shell does with a mind's suggestion: judges it by its own table, runs what may be run, lets the rest wait for a person, and looks what came of it. The
// one place where a suggestion becomes an action.
import * as sys from "../../abi/sys";
import { Capture, setCapture } from "../capture";
import { flush, printLine } from "../console";
import { Frame, pushFrame } from "../frames";
import { Json } from "../json";
import { pause } from "../runner";
import { session } from "../session";
import { runWords } from "../simple";
import { CAPTURED, streams } from "../streams";
import { Effect } from "../table";
import { noteAdjust, whyWait } from "./bounds";
import { Health, health, measured, outcomeOf, SETTLE_NS, worse } from "./effect";
import { Judged, judge } from "./risk";
import { restoring, sameLines } from "./settings";
import { Fate, keep, Outcome, Suggestion } from "./suggestion";
import { stillSame, targetFault, targetsOf } from "./touched";

/** What waits in a background job or in a stage of a pipeline. */
const GOES_WITH_SHELL: string = "in a shell that ends with this line: ask at the prompt, without & or |, to approve";

class Automation {
  /** whether suggestions run without being asked for, as their risk allows */
  on: bool = false;
}
export const automation = new Automation();

/**
 * Takes a suggestion up: keeps it, and runs it now where automation is on and its risk, the limits and the rate allow it. Where it does not run it is told, in
 * words or, with `json`, as the one line of JSON that the asking command answers. Returns 0: there is an answer; the status of what runs follows.
 */
export function consider(suggestion: Suggestion, json: bool): i32 {
  keep(suggestion);
  const held = !settle(suggestion) || !mayRunNow(suggestion);
  if (held) {
    tell(suggestion, json);
    return 0;
  }
  if (suggestion.effect == Effect.Adjust) noteAdjust();
  return start(suggestion, json);
}

/** Whether a suggestion runs without a person; its note says why not. */
function mayRunNow(suggestion: Suggestion): bool {
  const given = judgedOf(suggestion).given;
  if (!given) suggestion.note = "it cannot be judged";
  else if (suggestion.effect != Effect.Observe && !suggestion.answer.calibrated) suggestion.note = "the model is not calibrated: it needs approval";
  else suggestion.note = whyWait(given, suggestion.effect);
  return automation.on && suggestion.note == "";
}

/** Runs a suggestion that waits, by a person's word. What may never run does not. */
export function approveSuggestion(suggestion: Suggestion, json: bool): i32 {
  const judged = judgedOf(suggestion);
  const given = judged.given;
  const fault = given ? stillSame(suggestion.targets, given, judged.effect) : judged.error;
  suggestion.decidedNs = <u64>sys.time_now();
  if (fault != "") {
    suggestion.fate = Fate.Refused;
    suggestion.note = fault;
    return tell(suggestion, json) | 1;
  }
  suggestion.effect = judged.effect;
  suggestion.approved = true;
  return start(suggestion, json);
}

function judgedOf(suggestion: Suggestion): Judged {
  return judge(suggestion.command);
}

/** Judges it. False: nothing of it will be run. */
function settle(suggestion: Suggestion): bool {
  suggestion.fate = Fate.None;
  if (suggestion.command == "") return false;
  const judged = judgedOf(suggestion);
  const given = judged.given;
  suggestion.effect = judged.effect;
  suggestion.words = judged.words;
  if (given) suggestion.targets = targetsOf(given, judged.effect);
  const fault = given ? targetFault : judged.error;
  if (fault != "") {
    suggestion.fate = Fate.Refused;
    suggestion.note = fault;
    return false;
  }
  if (suggestion.answer.abstains) {
    suggestion.note = "not sure enough";
    return false;
  }
  suggestion.fate = Fate.Waiting;
  return true;
}

/** Says what a suggestion is and what became of it. Status 0; 1 where it failed or is refused. */
export function tell(suggestion: Suggestion, json: bool): i32 {
  const bad = suggestion.fate == Fate.Refused || suggestion.outcome == Outcome.Failed || suggestion.outcome == Outcome.Worse || suggestion.outcome == Outcome.Undone;
  if (json) suggestion.json(new Json()).endObject().end();
  else if (suggestion.fate == Fate.Refused) printLine("Refused:    " + suggestion.note);
  else if (suggestion.fate == Fate.Waiting) {
    printLine(
      "Waits:      " +
        (suggestion.note == "" ? "" : suggestion.note + "; ") +
        (session.ownsConsole ? "llmctl approve " + suggestion.id.toString() + ", or reject" : GOES_WITH_SHELL),
    );
  } else if (suggestion.fate == Fate.Ran) {
    printLine("Effect:     " + suggestion.outcomeText + (suggestion.note == "" ? "" : ": " + suggestion.note));
  }
  return bad ? 1 : 0;
}

function start(suggestion: Suggestion, json: bool): i32 {
  suggestion.fate = Fate.Running;
  suggestion.note = "";
  if (suggestion.decidedNs == 0) suggestion.decidedNs = <u64>sys.time_now();
  pushFrame(new ActFrame(suggestion, json));
  return 0;
}

const enum Step {
  Begin = 0,
  /** the command, or a frame that it pushed, has ended */
  Look = 1,
  /** a line that takes it back has ended */
  Undo = 2,
}

/** Runs one suggestion, looks what came of it, and takes it back where that made things worse. */
class ActFrame extends Frame {
  private at: Step = Step.Begin;
  private before: Health = new Health();
  private undone: i32 = 0;
  private why: string = "";
  private kept: Capture | null = null;
  private keptBefore: Capture | null = null;
  private outputBefore: i32 = 0;
  private errorBefore: i32 = 0;

  constructor(
    private suggestion: Suggestion,
    private json: bool,
  ) {
    super();
  }

  step(): bool {
    const s = this.suggestion;
    if (this.at == Step.Begin) {
      const judged = judgedOf(s);
      const given = judged.given;
      if (given) s.undo = restoring(given, s.targets);
      this.before = health();
      this.at = Step.Look;
      if (this.json) this.capture();
      else printLine("Runs:       " + s.command);
      session.suggested = true;
      session.status = runWords(s.words);
      session.suggested = false;
      return true;
    }
    if (this.at == Step.Look) return this.look();
    return this.takeBack();
  }

  /** The command has ended: what came of it. */
  private look(): bool {
    const s = this.suggestion;
    s.status = session.status;
    s.fate = Fate.Ran;
    if (s.effect == Effect.Observe) {
      s.outcome = s.status == 0 ? Outcome.Done : Outcome.Failed;
      s.note = s.status == 0 ? "" : "status " + s.status.toString();
      return this.finish();
    }
    const given = judgedOf(s).given;
    if (!given) return this.finish();
    const now = restoring(given, s.targets);
    const took = s.undo.length == 0 ? -1 : sameLines(s.undo, now) ? 0 : 1;
    s.outcome = outcomeOf(given, s.targets, s.status, took, this.before, health());
    s.note = measured;
    if (s.outcome != Outcome.Done) {
      if (s.outcome == Outcome.NoEffect) s.undo.length = 0;
      return this.finish();
    }
    if (!pause(SETTLE_NS)) return this.finish();
    this.why = worse(this.before, health());
    if (this.why == "") return this.finish();
    s.outcome = Outcome.Worse;
    s.note = this.why;
    this.at = Step.Undo;
    return this.takeBack();
  }

  /** One line of those that take it back; then the end. */
  private takeBack(): bool {
    const s = this.suggestion;
    if (this.undone > 0 && session.status != 0) {
      s.note = this.why + "; " + s.undo[this.undone - 1] + ": status " + session.status.toString();
      return this.finish();
    }
    if (this.undone < s.undo.length) {
      const judged = judge(s.undo[this.undone++]);
      session.status = judged.error == "" ? runWords(judged.words) : 1;
      return true;
    }
    if (s.undo.length > 0) s.outcome = Outcome.Undone;
    return this.finish();
  }

  private finish(): bool {
    this.close();
    session.status = tell(this.suggestion, this.json);
    return false;
  }

  close(): void {
    const s = this.suggestion;
    if (s.fate == Fate.Running) {
      s.fate = Fate.Ran;
      s.outcome = Outcome.Failed;
      s.note = "interrupted";
    }
    if (!this.kept) return;
    flush();
    this.kept = null;
    setCapture(this.keptBefore);
    streams.output = this.outputBefore;
    streams.error = this.errorBefore;
  }

  /** From here on output is kept: the answer is one line of JSON. */
  private capture(): void {
    flush();
    const kept = new Capture();
    this.kept = kept;
    this.keptBefore = setCapture(kept);
    this.outputBefore = streams.output;
    this.errorBefore = streams.error;
    streams.output = CAPTURED;
    streams.error = CAPTURED;
  }
}
