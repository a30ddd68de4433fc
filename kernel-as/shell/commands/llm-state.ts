// llmctl status, stats, cancel, budget.
import { Figures, Request, State } from "../../lib/llm-protocol";
import { Arguments } from "../arguments";
import { Json } from "../json";
import { askOnce, complaint } from "../llm/connection";
import { complain, done, fail, Labels } from "../report";
import { STATUS_USAGE } from "../session";
import { formatBytes, formatReal, formatSpan } from "../units";

const STATE_BYTES: i32 = offsetof<State>() as i32;
const SETS: string[] = ["reference", "SSE2", "AVX2", "AVX-512", "AVX2, emulated"];
const NONE = "none";

export function status(given: Arguments): i32 {
  const mind = askOnce(Request.Status, 0, "");
  if (!mind) return fail(given, complaint);
  const s = changetype<State>(mind.body.dataStart);
  const model = mind.text(STATE_BYTES);
  const set = s.isa < (SETS.length as u32) ? SETS[s.isa] : s.isa.toString();
  if (given.json) {
    const json = new Json().object().pair("pid", s.pid).pair("startedNs", s.startedNs).string("model", model).pair("modelBytes", s.modelBytes);
    json.pair("memoryBytes", s.memoryBytes).pair("contextTokens", s.context).pair("cachedTokens", s.position).string("instructions", set);
    json
      .boolean("busy", s.busy != 0)
      .pair("waiting", s.waiting)
      .pair("connections", s.clients)
      .pair("tokensPerSecond", s.budget)
      .endObject()
      .end();
  } else
    new Labels()
      .add("Mind", "pid " + s.pid.toString())
      .add("Model", model == "" ? "none loaded; a question loads the default" : model + ", " + formatBytes(s.modelBytes))
      .add("Context", model == "" ? NONE : s.context.toString() + " tokens, " + s.position.toString() + " in the cache")
      .add("Memory", formatBytes(s.memoryBytes) + " beside the model")
      .add("Instructions", set)
      .add("Works", s.busy != 0 ? "at a question" : "at nothing")
      .add("Waiting", s.waiting.toString() + " questions")
      .add("Budget", s.budget == 0 ? NONE : s.budget.toString() + " tokens a second")
      .print();
  mind.close();
  return 0;
}

function perSecond(tokens: u64, ns: u64): string {
  return ns == 0 ? "-" : formatReal(((tokens as f64) * 1e9) / (ns as f64), 1) + " tokens/s";
}

export function stats(given: Arguments): i32 {
  const mind = askOnce(Request.Stats, 0, "");
  if (!mind) return fail(given, complaint);
  const f = changetype<Figures>(mind.body.dataStart);
  const read = f.promptTokens - f.cachedTokens;
  if (given.json) {
    const json = new Json().object().pair("questions", f.questions).pair("cancelled", f.cancelled).pair("failed", f.failed).pair("promptTokens", f.promptTokens);
    json.pair("cachedTokens", f.cachedTokens).pair("tokens", f.tokens).pair("promptNs", f.promptNs).pair("answerNs", f.answerNs).pair("heldNs", f.heldNs);
    json.pair("loads", f.loads).pair("loadNs", f.loadNs).endObject().end();
  } else
    new Labels()
      .add("Questions", f.questions.toString() + ", " + f.cancelled.toString() + " cancelled, " + f.failed.toString() + " failed")
      .add("Prompts", read.toString() + " tokens read in " + formatSpan(f.promptNs) + ", " + perSecond(read, f.promptNs) + "; " + f.cachedTokens.toString() + " were in the cache")
      .add("Answers", f.tokens.toString() + " tokens in " + formatSpan(f.answerNs) + ", " + perSecond(f.tokens, f.answerNs))
      .add("Held by Budget", formatSpan(f.heldNs))
      .add("Loads", f.loads.toString() + (f.loads == 0 ? "" : ", " + formatSpan(f.loadNs / f.loads) + " each"))
      .print();
  mind.close();
  return 0;
}

export function cancel(given: Arguments): i32 {
  const mind = askOnce(Request.Cancel, given.number("ID", 0) as u32, "");
  if (!mind) return fail(given, complaint);
  mind.close();
  return done(given, "");
}

export function budget(given: Arguments): i32 {
  if (!given.has("--tokens-per-second")) return complain(given.json, "llmctl budget: needs --tokens-per-second N (0: no bound); llmctl status shows it", STATUS_USAGE);
  const mind = askOnce(Request.Budget, given.number("--tokens-per-second", 0) as u32, "");
  if (!mind) return fail(given, complaint);
  mind.close();
  return done(given, "");
}
