// llmctl infer: a question about the machine, answered with a command of the shell's own grammar. It shows the command and what it would risk, by the shell's own table; it
// runs nothing.
import { Reply } from "../../lib/llm-protocol";
import { Arguments } from "../arguments";
import { printLine } from "../console";
import { Json } from "../json";
import { Inference, inferQuestion } from "../llm/inference";
import { fail } from "../report";
import { STATUS_FAILED, STATUS_INTERRUPTED } from "../session";
import { formatPpm, formatSpan } from "../units";

export function infer(given: Arguments): i32 {
  const answer = new Inference();
  if (!inferQuestion(answer, given.rest.join(" "))) {
    if (answer.interrupted) return STATUS_INTERRUPTED;
    return fail(given, answer.error);
  }
  if (given.json) inferenceJson(new Json(), answer).end();
  else printInference(answer);
  return answer.kind == Reply.Answer ? 0 : STATUS_FAILED;
}

function inferenceJson(json: Json, a: Inference): Json {
  json.object().pair("id", a.id).string("answer", a.sentence).string("cause", a.cause).string("command", a.command).string("risk", a.risk).string("need", a.need);
  json.boolean("abstains", a.abstains).boolean("calibrated", a.calibrated).pair("confidencePpm", a.confidencePpm).pair("thresholdPpm", a.thresholdPpm);
  json.pair("probabilityPpm", a.probabilityPpm).pair("promptTokens", a.promptTokens).pair("cachedTokens", a.cachedTokens).pair("tokens", a.tokens);
  json.pair("freeTokens", a.freeTokens).pair("forcedTokens", a.forcedTokens).pair("waitedNs", a.waitedNs).pair("firstNs", a.firstNs).pair("totalNs", a.totalNs);
  return json.string("state", a.state).endObject();
}

function printInference(a: Inference): void {
  printLine("#" + a.id.toString() + "  " + a.sentence);
  if (a.command != "") printLine((a.abstains ? "Would Be:  " : "Command:   ") + a.command + "   (" + a.risk + ")");
  const trust = formatPpm(a.confidencePpm) + (a.calibrated ? "" : ", not calibrated: the model's own probability");
  printLine("Confidence " + trust + "; " + (a.promptTokens - a.cachedTokens).toString() + " tokens read, " + a.tokens.toString() + " written in " + formatSpan(a.totalNs));
}
