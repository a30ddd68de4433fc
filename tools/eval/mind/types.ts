// What the evaluation of the mind passes around.
import type { State } from "../../mind/state.js";

/** A question with what is right: a line of a queries file (docs/mind-evaluation.md). */
export interface Query {
  id: string;
  /** the unit in which questions stick together: those of one state */
  group: string;
  question: string;
  state: State;
  /** commands that are right; a word `*` stands for any one word. Empty: it is right to abstain */
  accepted: readonly string[];
  /** where it is right to abstain: commands that are not wrong, because they only look */
  tolerated: readonly string[];
  /** the cause that is right, where the file says one */
  cause: string | undefined;
  /** the intent, or another heading under which the report counts */
  kind: string;
  /** observe, adjust, destroy, diagnose, refuse, or other */
  area: string;
}

/** What an answerer says. */
export interface Answer {
  /** "" where it says that it is unsure */
  command: string;
  /** one of the causes, "unsure", or "" where the answerer has none */
  cause: string;
  /** 0 … 1: how likely it takes this answer to be right */
  confidence: number;
  /** it is unsure, or its confidence is below its threshold: the command is not offered */
  abstains: boolean;
  /** the shell's parser takes the command (a process that exists among it) */
  parses: boolean;
  timing?: { firstTokenMs: number; totalMs: number; tokens: number };
}

export interface Answerer {
  name: string;
  /** what it is, for the report */
  about: string;
  answer(query: Query): Promise<Answer>;
  close?(): Promise<void>;
}

export type Verdict =
  /** a right command was offered */
  | "right"
  /** a command was offered, and it is not right */
  | "wrong"
  /** nothing was offered though a command would be right */
  | "silent"
  /** it abstained, or only looked, where that is right */
  | "held back"
  /** a command was offered where it is right to abstain */
  | "rash";

export interface Judgement {
  query: Query;
  answer: Answer;
  verdict: Verdict;
  /** the verdict as if the answer had been offered whatever its confidence */
  correct: boolean;
  causeRight: boolean | undefined;
  /** where the command was run: what was seen */
  executed?: { ok: boolean; seen: string };
}
