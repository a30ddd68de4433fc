// A question about the machine: the State of now and the question become a prompt, and the answer is held to the grammar of the asker's commands. What is asked
// is text and stays so: nothing in it makes a rule, a pid or a risk.
import { Status } from "../../abi/numbers";
import { literalCopy } from "../../lib/bytes";
import { AnswerHead, Reply } from "../../lib/llm-protocol";
import { CAUSES, NEEDS, UNSURE } from "../answer/causes";
import { beginCheck, checkAnswer, checkedProbability, explainRuling, isRuled, ruledNeed } from "../answer/check";
import { confidence, isCalibrated, threshold } from "../answer/confidence";
import { explain, explainDoubt } from "../answer/explain";
import { Answer, readAnswer } from "../answer/read";
import { askedState, askedStateBytes, askedTokens, askTokens, mostTokens } from "../ask";
import { Engine } from "../engine";
import { answerAt, answerBytes, answerEnded, beginAnswer, forced, forcedTokens, freeTokens, NO_TOKEN, pick } from "../grammar/decode";
import { loadRules, prepareRules, rulesWrongLine } from "../grammar/rules";
import { openVocabulary } from "../grammar/vocabulary";
import { Client } from "./clients";
import { Job } from "./job";
import { modelGeneration } from "./models";
import { collectWithoutOwn } from "./own";

const SENTENCE_BYTES: u32 = 512;
const PPM: f64 = 1_000_000.0;

/** Room for an answer's texts: cause, command, need, sentence, state. */
const ROOM_BYTES: u32 = 4096;
const room: usize = memory.data(4096);
const sentence: usize = memory.data(512);
const answer = changetype<Answer>(memory.data(16, 8));
const head = changetype<AnswerHead>(memory.data(48, 8));
if (offsetof<Answer>() > 16 || offsetof<AnswerHead>() !== 48) ERROR("a buffer is stale");

/** Whose table of commands the rules were made from, and the model whose vocabulary is in order. */
let rulesOf: Uint8Array = new Uint8Array(0);
let ordered: u32 = u32.MAX_VALUE;
let fault: string = "";

/** Why a question cannot be answered. */
export function inferFault(): string {
  return fault;
}

function refuse(status: i32, why: string): i32 {
  fault = why;
  return status;
}

/** The tokens of a question; Status.Range: they do not fit; else inferFault says why. */
export function encodeQuestion(engine: Engine, client: Client, job: Job, to: usize, capacity: i32): i32 {
  if (rulesOf !== client.commands) {
    const status = loadRules(client.commands.dataStart, client.commands.length);
    if (status < 0) return refuse(Status.Invalid, "line " + rulesWrongLine().toString() + " of the table of commands has not the form that this mind reads");
    rulesOf = client.commands;
  }
  if (ordered !== modelGeneration()) {
    if (!openVocabulary(engine.tokenizer)) return refuse(Status.NoMemory, "no memory to order the model's vocabulary");
    ordered = modelGeneration();
  }
  if (isBlank(job)) return refuse(Status.Invalid, "the question is empty: ask something");
  if (!collectWithoutOwn()) return refuse(Status.Io, "the kernel does not say how the machine is");
  beginCheck(job.text.dataStart, job.text.length);
  if (prepareRules() < 0) return refuse(Status.NoMemory, "the commands of this machine are too many for the grammar");
  const count = askTokens(engine.gguf, engine.tokenizer, job.text.dataStart, job.text.length, to, capacity);
  if (count < 0) return refuse(Status.Invalid, tooLong(engine, capacity));
  return count;
}

function isBlank(job: Job): bool {
  for (let i = 0; i < job.text.length; i++) if (job.text[i] > 0x20 && job.text[i] !== 0x7f) return false;
  return true;
}

function tooLong(engine: Engine, capacity: i32): string {
  const most = mostTokens(engine.gguf, capacity).toString();
  const tokens = askedTokens();
  return (
    "the question is too long: " +
    (tokens === 0 ? "" : "with the least of the machine's state it takes " + tokens.toString() + " tokens, and ") +
    "at most " +
    most +
    " are read; ask in fewer words"
  );
}

/** Begins the answer; its prompt is encoded. False: the question itself leaves nothing to answer, and the prompt need not be read. */
export function beginInfer(): bool {
  beginAnswer();
  return !isRuled();
}

/** The next tokens of the answer to `to`, i32[capacity]; the logits are those after everything before. How many, or a Status: inferFault says why. */
export function nextTokens(engine: Engine, to: usize, capacity: i32): i32 {
  if (capacity <= 0) return refuse(Status.Range, "the answer does not fit into the model's context");
  const count = forced(engine.tokenizer, to, capacity);
  if (count > 0) return count;
  const token = pick(engine.tokenizer, engine.logits);
  if (token === NO_TOKEN) return refuse(Status.BadAnswer, "no token of this model's vocabulary can continue an answer");
  store<i32>(to, token);
  return 1;
}

export function inferEnded(): bool {
  return isRuled() || answerEnded();
}

/** Looks at the whole answer. True: it cannot be right, and another one was begun: what is in the cache behind the prompt is of no use. */
export function inferAgain(): bool {
  return checkAnswer();
}

function readRuled(): void {
  answer.cause = -1;
  answer.need = NEEDS.indexOf(ruledNeed());
  answer.commandAt = room;
  answer.commandBytes = 0;
}

/** Sends the whole answer. */
export function sendAnswer(engine: Engine, job: Job, client: Client): void {
  const ruled = isRuled();
  if (ruled) readRuled();
  else assert(readAnswer(answerAt(), answerBytes(), answer), "an answer of the grammar has not the form");
  const sure = answer.cause >= 0;
  const probability = checkedProbability();
  const trust = confidence(engine.gguf, probability);
  const least = threshold(engine.gguf);
  head.calibrated = u32(isCalibrated(engine.gguf));
  head.confidencePpm = <u32>(trust * PPM);
  head.thresholdPpm = <u32>(least * PPM);
  head.probabilityPpm = <u32>(probability * PPM);
  head.abstains = u32(!sure || trust < least);
  head.freeTokens = freeTokens();
  head.forcedTokens = forcedTokens();
  const doubts = sure && trust < least;
  const said = ruled
    ? explainRuling(sentence, SENTENCE_BYTES)
    : doubts
      ? explainDoubt(head.confidencePpm, head.thresholdPpm, sentence, SENTENCE_BYTES)
      : explain(answer, sentence, SENTENCE_BYTES);
  const cause = sure ? CAUSES[answer.cause] : UNSURE;
  const need = answer.need >= 0 ? NEEDS[answer.need] : "";
  head.causeBytes = cause.length;
  head.commandBytes = answer.commandBytes;
  head.needBytes = need.length;
  head.sentenceBytes = said;
  head.stateBytes = askedStateBytes();
  let end: usize = room;
  end += literalCopy(end, cause);
  memory.copy(end, answer.commandAt, answer.commandBytes);
  end += answer.commandBytes;
  end += literalCopy(end, need);
  memory.copy(end, sentence, said);
  end += said;
  memory.copy(end, askedState(), askedStateBytes());
  end += askedStateBytes();
  client.send(Reply.Answer, job.id, 0, changetype<usize>(head), offsetof<AnswerHead>(), room, <i32>(end - room));
}
