// llmctl infer: a question about the machine, answered with a command of the shell's own grammar. It shows the command and what it would risk, by the shell's own table;
// llm/auto.ts decides whether it runs.
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { printLine } from "../console";
import { consider } from "../llm/auto";
import { Inference, inferQuestion } from "../llm/inference";
import { Suggestion } from "../llm/suggestion";
import { fail } from "../report";
import { STATUS_INTERRUPTED } from "../session";
import { formatPpm, formatSpan } from "../units";

export function infer(given: Arguments): i32 {
  const answer = new Inference();
  const question = given.rest.join(" ");
  const askedNs = sys.time_now() as u64;
  if (!inferQuestion(answer, question)) {
    if (answer.interrupted) return STATUS_INTERRUPTED;
    return fail(given, answer.error);
  }
  if (!given.json) printInference(answer);
  return consider(new Suggestion(answer, question, askedNs), given.json);
}

function printInference(a: Inference): void {
  printLine("#" + a.id.toString() + "  " + a.sentence);
  if (a.command != "") printLine((a.abstains ? "Would Be:   " : "Command:    ") + a.command + "   (" + a.risk + ")");
  const trust = formatPpm(a.confidencePpm) + (a.calibrated ? "" : ", not calibrated: the model's own probability");
  printLine("Confidence " + trust + "; " + (a.promptTokens - a.cachedTokens).toString() + " tokens read, " + a.tokens.toString() + " written in " + formatSpan(a.totalNs));
}
