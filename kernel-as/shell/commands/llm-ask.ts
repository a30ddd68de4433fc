// llmctl ask: a prompt to the model, its answer as it comes. Ctrl-C cancels.
import { AskOptions, End, Ended, Reply, Request } from "../../lib/llm-protocol";
import { Arguments } from "../arguments";
import { flush } from "../console";
import { Json } from "../json";
import { AnswerText } from "../llm/answer-text";
import { Mind } from "../llm/connection";
import { fail } from "../report";
import { STATUS_FAILED, STATUS_INTERRUPTED } from "../session";

const PPM_PER_MILLI: i64 = 1000;
const REASONS: string[] = ["end", "tokens", "context", "cancelled"];

export function ask(given: Arguments): i32 {
  const mind = new Mind();
  const status = mind.connect() && sendQuestion(mind, given) ? follow(mind, given) : fail(given, mind.error);
  mind.close();
  return status;
}

function milli(given: Arguments, name: string, fallback: i64): u32 {
  return (given.number(name, fallback * PPM_PER_MILLI) / PPM_PER_MILLI) as u32;
}

function sendQuestion(mind: Mind, given: Arguments): bool {
  const bytes = new Uint8Array(offsetof<AskOptions>() as i32);
  const options = changetype<AskOptions>(bytes.dataStart);
  options.maxTokens = given.number("--max-tokens", 128) as u32;
  options.temperatureMilli = milli(given, "--temp", 0);
  options.topK = given.number("--top-k", 0) as u32;
  options.topPMilli = milli(given, "--top-p", 1000);
  options.minPMilli = milli(given, "--min-p", 0);
  options.repeatMilli = milli(given, "--repeat-penalty", 1000);
  options.raw = given.has("--raw") ? 1 : 0;
  options.seed = given.number("--seed", 0) as u64;
  const prompt = String.UTF8.encode(given.rest.join(" "));
  return mind.sendSeen(Request.Ask, bytes.dataStart, bytes.length, changetype<usize>(prompt), prompt.byteLength);
}

// Prints what comes until the answer ends. Ctrl-C cancels, and the rest is still read.
function follow(mind: Mind, given: Arguments): i32 {
  const text = new AnswerText();
  let json: Json | null = null;
  let id: u32 = 0;
  let cancelled = false;
  for (;;) {
    const read = mind.next();
    if (!read && mind.error != "") {
      if (json) json.closeText().string("error", mind.error).endObject().end();
      else text.end();
      if (mind.interrupted) return STATUS_INTERRUPTED;
      return json ? STATUS_FAILED : fail(given, mind.error);
    }
    if (mind.interrupted && !cancelled && id != 0) {
      mind.send(Request.Cancel, id);
      cancelled = true;
    }
    if (!read) continue;
    if (mind.kind == Reply.Accepted) {
      id = mind.id;
      if (given.json) json = new Json().object().pair("id", id).key("text").openText();
    } else if (mind.kind == Reply.Text) {
      if (json) json.addBytes(mind.body.dataStart, mind.body.length);
      else text.add(mind.body.dataStart, mind.body.length);
      flush();
    } else if (mind.kind == Reply.Failed && !(cancelled && mind.id == id)) {
      if (json) json.closeText().string("error", mind.text()).signed("status", 1).endObject().end();
      return json ? STATUS_FAILED : fail(given, mind.text());
    } else if (mind.kind == Reply.Ended) break;
  }
  const ended = changetype<Ended>(mind.body.dataStart);
  if (json) {
    json.closeText().string("reason", ended.reason < (REASONS.length as u32) ? REASONS[ended.reason] : ended.reason.toString());
    json.pair("promptTokens", ended.promptTokens).pair("cachedTokens", ended.cachedTokens).pair("tokens", ended.tokens);
    json.pair("waitedNs", ended.waitedNs).pair("firstNs", ended.firstNs).pair("totalNs", ended.totalNs).endObject().end();
  } else text.end();
  return ended.reason == End.Cancelled ? STATUS_INTERRUPTED : 0;
}
