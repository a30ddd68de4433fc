// What the mind suggested in this shell and what became of it: the record behind approvals, audit and explain. Kept while the shell runs.
import { Json } from "../json";
import { Effect, effectName } from "../table";
import { decimal, formatStamp } from "../units";
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
  cause: string = "";
  command: string = "";
  sentence: string = "";
  need: string = "";
  /** what the mind saw */
  state: string = "";
  confidencePpm: i64 = 0;
  calibrated: bool = false;
  /** the mind abstains: unsure, or below its threshold */
  abstains: bool = false;
  tokens: u32 = 0;
  forcedTokens: u32 = 0;
  firstNs: u64 = 0;
  totalNs: u64 = 0;
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
    /** of the question */
    public id: u32,
    public question: string,
    public askedNs: u64,
  ) {}

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
    return decimal((this.confidencePpm + 500) / 1000, 3);
  }

  /** Its fields; the object stays open. */
  json(json: Json): Json {
    json.object().pair("id", this.id).pair("askedNs", this.askedNs).string("question", this.question).string("cause", this.cause).string("answer", this.sentence);
    json
      .string("need", this.need)
      .string("saw", this.state)
      .string("command", this.command)
      .string("risk", this.risk)
      .signed("confidencePpm", this.confidencePpm)
      .boolean("calibrated", this.calibrated);
    json.boolean("abstains", this.abstains).pair("tokens", this.tokens).pair("forcedTokens", this.forcedTokens).pair("firstTokenNs", this.firstNs).pair("totalNs", this.totalNs);
    json.string("state", this.fateText).string("outcome", this.outcomeText).signed("status", this.status).boolean("approved", this.approved).string("note", this.note);
    json.key("undo").list();
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
