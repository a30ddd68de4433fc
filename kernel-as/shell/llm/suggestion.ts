// What the mind suggested in this shell and what became of it: the record behind approvals, audit and explain. Kept while the shell runs.
import { Json } from "../json";
import { Effect, effectName } from "../table";
import { decimal, formatStamp } from "../units";
import { Inference } from "./inference";
import { Target } from "./touched";

/** Suggestions that are kept; the oldest one that waits for nobody goes first. */
const KEPT: i32 = 64;

/** What became of a suggestion. */
export const enum Fate {
  /** the mind was unsure: there is no command */
  None = 0,
  /** waits for approve or reject */
  Waiting = 1,
  Running = 2,
  Ran = 3,
  Rejected = 4,
  /** nobody may run it */
  Refused = 5,
}
const FATES: string[] = ["none", "waits", "runs", "ran", "rejected", "refused"];

/** What came of a command that ran. */
export const enum Outcome {
  /** it has not run */
  None = 0,
  Done = 1,
  NoEffect = 2,
  Failed = 3,
  Worse = 4,
  /** made worse, and taken back */
  Undone = 5,
}
const OUTCOMES: string[] = ["-", "done", "no effect", "failed", "made worse", "made worse, undone"];

export class Suggestion {
  effect: Effect = Effect.Observe;
  fate: Fate = Fate.None;
  /** why it waits or is refused, or what was measured */
  note: string = "";
  targets: Target[] = [];
  words: string[] = [];
  approved: bool = false;
  status: i32 = 0;
  outcome: Outcome = Outcome.None;
  /** lines that take it back */
  undo: string[] = [];
  decidedNs: u64 = 0;

  constructor(
    public answer: Inference,
    public question: string,
    public askedNs: u64,
  ) {}

  get id(): u32 {
    return this.answer.id;
  }
  get command(): string {
    return this.answer.command;
  }
  get risk(): string {
    return this.command == "" ? "-" : effectName(this.effect);
  }
  get fateText(): string {
    return FATES[this.fate];
  }
  get outcomeText(): string {
    return OUTCOMES[this.outcome];
  }
  get confidence(): string {
    return decimal(((this.answer.confidencePpm + 500) / 1000) as i64, 3);
  }

  /** Its fields; the object stays open. */
  json(json: Json): Json {
    const a = this.answer;
    json.object().pair("id", a.id).pair("askedNs", this.askedNs).string("question", this.question);
    json
      .string("answer", a.sentence)
      .string("cause", a.cause)
      .string("command", a.command)
      .string("risk", a.command == "" ? "" : this.risk)
      .string("need", a.need);
    json.boolean("abstains", a.abstains).boolean("calibrated", a.calibrated).pair("confidencePpm", a.confidencePpm).pair("thresholdPpm", a.thresholdPpm);
    json.pair("probabilityPpm", a.probabilityPpm).pair("promptTokens", a.promptTokens).pair("cachedTokens", a.cachedTokens).pair("tokens", a.tokens);
    json.pair("freeTokens", a.freeTokens).pair("forcedTokens", a.forcedTokens).pair("waitedNs", a.waitedNs).pair("firstNs", a.firstNs).pair("totalNs", a.totalNs);
    json.string("state", a.state).string("fate", this.fateText).string("outcome", this.outcomeText).signed("status", this.status);
    json.boolean("approved", this.approved).string("note", this.note).key("undo").list();
    for (let i = 0; i < this.undo.length; i++) json.text(this.undo[i]);
    return json.endList();
  }

  /** A row of audit. */
  row(): string[] {
    return [this.id.toString(), formatStamp(this.askedNs), this.risk, this.confidence, this.fateText, this.outcomeText, this.command == "" ? "(unsure)" : this.command];
  }
}

export const suggestions: Suggestion[] = [];

/** Keeps one; another may go for it. */
export function keep(suggestion: Suggestion): void {
  suggestions.push(suggestion);
  if (suggestions.length <= KEPT) return;
  let oldest = 0;
  while (oldest < suggestions.length - 1 && suggestions[oldest].fate == Fate.Waiting) oldest++;
  suggestions.splice(oldest, 1);
}

/** The newest one of this number; null where there is none. */
export function findSuggestion(id: i64): Suggestion | null {
  for (let i = suggestions.length - 1; i >= 0; i--) if (<i64>suggestions[i].id == id) return suggestions[i];
  return null;
}
