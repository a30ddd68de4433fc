// A question about the machine put to the mind, and its answer read: what it would do, what that risks by the shell's own table, how sure it is. Runs nothing.
import { AnswerHead, Ended, Reply, Request } from "../../lib/llm-protocol";
import { describeCommands } from "../describe";
import { effectName } from "../table";
import { Mind } from "./connection";
import { judge } from "./risk";

const HEAD_BYTES: i32 = offsetof<AnswerHead>() as i32;

/** An answer. */
export class Inference {
  /** why there is none */
  error: string = "";
  interrupted: bool = false;
  /** Reply.Answer where there is one */
  kind: u32 = 0;
  id: u32 = 0;
  cause: string = "";
  command: string = "";
  need: string = "";
  sentence: string = "";
  state: string = "";
  /** effect of the command in the shell's table; "" where there is no command */
  risk: string = "";
  abstains: bool = false;
  calibrated: bool = false;
  confidencePpm: u32 = 0;
  thresholdPpm: u32 = 0;
  probabilityPpm: u32 = 0;
  freeTokens: u32 = 0;
  forcedTokens: u32 = 0;
  promptTokens: u32 = 0;
  cachedTokens: u32 = 0;
  tokens: u32 = 0;
  waitedNs: u64 = 0;
  firstNs: u64 = 0;
  totalNs: u64 = 0;
}

/** Asks, and waits for the answer; Ctrl-C cancels. False: `error` says why, or `interrupted`. */
export function inferQuestion(answer: Inference, question: string): bool {
  const mind = new Mind();
  const table = String.UTF8.encode(describeCommands());
  const text = String.UTF8.encode(question);
  const asked =
    mind.connect() && mind.send(Request.Commands, 0, changetype<usize>(table), table.byteLength) && mind.sendSeen(Request.Infer, changetype<usize>(text), text.byteLength, 0, 0);
  const whole = asked && follow(mind, answer);
  if (!whole) {
    answer.error = mind.error;
    answer.interrupted = mind.interrupted;
  }
  mind.close();
  return whole;
}

function follow(mind: Mind, answer: Inference): bool {
  let cancelled = false;
  for (;;) {
    const read = mind.next();
    if (!read && mind.error != "") return false;
    if (mind.interrupted && !cancelled && answer.id != 0) {
      mind.send(Request.Cancel, answer.id);
      cancelled = true;
    }
    if (!read) continue;
    if (mind.kind == Reply.Accepted) answer.id = mind.id;
    else if (mind.kind == Reply.Answer) readAnswer(mind, answer);
    else if (mind.kind == Reply.Failed && !cancelled) {
      mind.error = mind.text();
      return false;
    } else if (mind.kind == Reply.Ended) break;
  }
  const ended = changetype<Ended>(mind.body.dataStart);
  answer.promptTokens = ended.promptTokens;
  answer.cachedTokens = ended.cachedTokens;
  answer.tokens = ended.tokens;
  answer.waitedNs = ended.waitedNs;
  answer.firstNs = ended.firstNs;
  answer.totalNs = ended.totalNs;
  return answer.kind == Reply.Answer;
}

function readAnswer(mind: Mind, answer: Inference): void {
  const head = changetype<AnswerHead>(mind.body.dataStart);
  let at = mind.body.dataStart + HEAD_BYTES;
  answer.kind = mind.kind;
  answer.cause = String.UTF8.decodeUnsafe(at, head.causeBytes);
  at += head.causeBytes;
  answer.command = String.UTF8.decodeUnsafe(at, head.commandBytes);
  at += head.commandBytes;
  answer.need = String.UTF8.decodeUnsafe(at, head.needBytes);
  at += head.needBytes;
  answer.sentence = String.UTF8.decodeUnsafe(at, head.sentenceBytes);
  at += head.sentenceBytes;
  answer.state = String.UTF8.decodeUnsafe(at, head.stateBytes);
  answer.abstains = head.abstains != 0;
  answer.calibrated = head.calibrated != 0;
  answer.confidencePpm = head.confidencePpm;
  answer.thresholdPpm = head.thresholdPpm;
  answer.probabilityPpm = head.probabilityPpm;
  answer.freeTokens = head.freeTokens;
  answer.forcedTokens = head.forcedTokens;
  answer.risk = commandRisk(answer.command);
}

/** What a command risks by the shell's own judgement; "invalid" where nobody would run it; "" for none. */
export function commandRisk(command: string): string {
  if (command == "") return "";
  const judged = judge(command);
  return judged.error == "" ? effectName(judged.effect) : "invalid";
}
