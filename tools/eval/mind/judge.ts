// Verdicts: an answer beside what is right. Pure; what running a command shows comes from outside (executed.ts).
import type { Answer, Judgement, Query, Verdict } from "./types.js";

/** Whether a command is one of the patterns: word by word, `*` is any one word. */
export function matches(command: string, patterns: readonly string[]): boolean {
  const words = command.trim().split(/\s+/);
  return patterns.some((pattern) => {
    const wanted = pattern.split(" ");
    return wanted.length === words.length && wanted.every((word, i) => word === "*" || word === words[i]);
  });
}

/** Whether the answer would be right if it were offered; abstaining included. */
function isCorrect(query: Query, answer: Answer): boolean {
  if (query.accepted.length === 0) return answer.command === "" || matches(answer.command, query.tolerated);
  return answer.command !== "" && answer.parses && matches(answer.command, query.accepted);
}

/** @param executed what running the command showed, where it was run: a right command that did not do it is wrong */
export function judge(query: Query, answer: Answer, executed?: { ok: boolean; seen: string }): Judgement {
  const correct = isCorrect(query, answer) && executed?.ok !== false;
  const offered = answer.command !== "" && !answer.abstains && answer.parses;
  let verdict: Verdict;
  if (query.accepted.length === 0) verdict = !offered || matches(answer.command, query.tolerated) ? "held back" : "rash";
  else verdict = !offered ? "silent" : correct ? "right" : "wrong";
  const causeRight = query.cause === undefined || answer.cause === "" ? undefined : answer.cause === query.cause;
  return { query, answer, verdict, correct, causeRight, ...(executed ? { executed } : {}) };
}
