// The question that is being answered: one step reads a piece of its prompt or writes one token, so that between two steps the mind hears what else is asked.
import { Status } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { End, Ended, Reply } from "../../lib/llm-protocol";
import { readsShort } from "../ask";
import { chatOf, chatTokens } from "../chat";
import { Engine } from "../engine";
import { NO_TOKEN } from "../sample/sampler";
import { forgetSamples } from "../state/collect";
import { TEXT_BYTES_MOST } from "../tokenizer/tokenizer";
import { spend } from "./budget";
import { Client } from "./clients";
import { figures } from "./figures";
import { beginInfer, encodeQuestion, inferAgain, inferEnded, inferFault, nextTokens, sendAnswer } from "./infer";
import { Job } from "./job";
import { loadFault, loadModel, openEngine, sampler } from "./models";
import { encodePlain } from "./prompt";

/** Tokens of a prompt that one step reads: as many as take this long, going by the step before; many at once are cheaper. */
const STEP_NS: u64 = 200_000_000;
const PIECE_LEAST: i32 = 4;
const PIECE_MOST: i32 = 64;
/** Tokens that the repeat penalty looks at. */
const RECENT: i32 = 64;
/** Tokens kept for the answer, whatever the prompt. */
const ANSWER_LEAST: i32 = 1;

const NO_CHAT: string = "this model knows questions about this machine and nothing else: llmctl infer asks them; --raw gives it a text as it is";

const ended = changetype<Ended>(memory.data(40, 8));
const chatRoom: usize = memory.data(16384, 8);
if (TEXT_BYTES_MOST !== 16384 || offsetof<Ended>() !== 40) ERROR("a buffer is stale");

let active: Job | null = null;
let asker: Client | null = null;
let tokens: StaticArray<i32> = new StaticArray<i32>(0);
/** Tokens of the prompt and of the answer so far, and those of them that were fed. */
let count: i32 = 0;
let fed: i32 = 0;
/** What a token of a prompt takes. */
let tokenNs: u64 = 0;

/** The question that is being answered, or null. */
export function activeJob(): Job | null {
  return active;
}

/** Takes a question up. What is wrong with it is said to its asker. */
export function begin(client: Client, job: Job): void {
  job.beganNs = sys.time_now();
  if (job.cancelled) {
    active = job;
    asker = client;
    finish(End.Cancelled);
    return;
  }
  if (openEngine() === null && !load(client, job)) return;
  const engine = changetype<Engine>(openEngine());
  if (!job.infers && job.ask.raw === 0 && readsShort(engine.gguf)) {
    refuse(client, job, NO_CHAT);
    return;
  }
  if (tokens.length !== engine.context) tokens = new StaticArray<i32>(engine.context);
  const encoded = encode(engine, client, job);
  if (encoded < 0 && encoded !== Status.Range) {
    refuse(client, job, inferFault());
    return;
  }
  if (encoded < ANSWER_LEAST || encoded > engine.context - ANSWER_LEAST) {
    const most = (engine.context - ANSWER_LEAST).toString();
    refuse(client, job, encoded === 0 ? "the prompt has no tokens: ask something" : "the prompt is too long: the model takes at most " + most + " tokens; shorten it");
    return;
  }
  active = job;
  asker = client;
  count = encoded;
  fed = engine.prefix(changetype<usize>(tokens), count);
  job.promptTokens = count;
  job.cachedTokens = fed;
  figures.promptTokens += count;
  figures.cachedTokens += fed;
  if (!job.infers) prepareSampler(job);
  else if (!beginInfer()) {
    // ruled: nothing is read for it
    count = fed;
    job.promptTokens = fed;
  }
}

function load(client: Client, job: Job): boolean {
  const from = sys.time_now();
  const status = loadModel("");
  if (status < 0) {
    refuse(client, job, loadFault());
    return false;
  }
  figures.loads++;
  figures.loadNs += sys.time_now() - from;
  tokenNs = 0;
  forgetSamples();
  return true;
}

function refuse(client: Client, job: Job, text: string): void {
  figures.failed++;
  client.fail(job.id, Status.Range, text);
}

// How many tokens, or a Status.
function encode(engine: Engine, client: Client, job: Job): i32 {
  const at = changetype<usize>(tokens);
  if (job.infers) return encodeQuestion(engine, client, job, at, engine.context);
  if (job.text.length > TEXT_BYTES_MOST - 64) return Status.Range;
  if (job.ask.raw === 0) {
    return chatTokens(chatOf(engine.gguf), engine.tokenizer, 0, 0, job.text.dataStart, job.text.length, at, engine.context, chatRoom);
  }
  return encodePlain(engine, job.text.dataStart, job.text.length, true, at, engine.context);
}

function prepareSampler(job: Job): void {
  const ask = job.ask;
  sampler.temperature = <f32>ask.temperatureMilli / 1000;
  sampler.topK = <i32>min<u32>(ask.topK, i32.MAX_VALUE);
  sampler.topP = <f32>ask.topPMilli / 1000;
  sampler.minP = <f32>ask.minPMilli / 1000;
  sampler.repeatPenalty = <f32>ask.repeatMilli / 1000;
  sampler.seed(ask.seed);
}

/** One step of the question. */
export function work(): void {
  const job = changetype<Job>(active);
  const client = changetype<Client>(asker);
  if (job.cancelled || client.gone) {
    finish(End.Cancelled);
    return;
  }
  const engine = changetype<Engine>(openEngine());
  const from = <u64>sys.time_now();
  if (fed < count) {
    const piece = min(pieceNow(), count - fed);
    feed(engine, piece);
    const nowNs = <u64>sys.time_now();
    if (job.tokens === 0) {
      figures.promptNs += nowNs - from;
      tokenNs = (nowNs - from) / piece;
    } else figures.answerNs += nowNs - from;
    if (fed < count || job.tokens > 0) return;
  }
  const written = sys.time_now();
  if (job.infers) decide(engine, job, client);
  else write(engine, job, client);
  figures.answerNs += sys.time_now() - written;
}

function pieceNow(): i32 {
  if (tokenNs === 0) return PIECE_LEAST;
  return <i32>min<u64>(max<u64>(STEP_NS / tokenNs, PIECE_LEAST), PIECE_MOST);
}

function feed(engine: Engine, piece: i32): void {
  const status = engine.feed(changetype<usize>(tokens) + ((<usize>fed) << 2), piece);
  assert(status >= 0, "the engine refuses a token");
  fed += piece;
  spend(piece);
}

// The next token: to the asker, and to be fed before the one after.
function write(engine: Engine, job: Job, client: Client): void {
  const recent = min(RECENT, count);
  const token = sampler.sample(engine.logits, changetype<usize>(tokens) + ((<usize>(count - recent)) << 2), recent);
  if (job.firstNs === 0) job.firstNs = sys.time_now();
  if (token === NO_TOKEN || token === engine.tokenizer.eos || token === engine.tokenizer.eot) {
    finish(End.Model);
    return;
  }
  job.tokens++;
  figures.tokens++;
  client.send(Reply.Text, job.id, 0, engine.tokenizer.bytesAt(token), engine.tokenizer.bytesOf(token));
  if (<u32>job.tokens >= job.ask.maxTokens) finish(End.Tokens);
  else if (count === engine.context) finish(End.Context);
  else tokens[count++] = token;
}

// The next tokens of an answer about the machine: those that can be no others, or the likeliest one. The whole of it goes out when it is whole; one that cannot be right
// for what the question says is written anew.
function decide(engine: Engine, job: Job, client: Client): void {
  if (!inferEnded()) {
    const added = nextTokens(engine, changetype<usize>(tokens) + ((<usize>count) << 2), engine.context - count);
    if (job.firstNs === 0) job.firstNs = sys.time_now();
    if (added < 0) {
      figures.failed++;
      client.fail(job.id, added, inferFault());
      leave();
      return;
    }
    job.tokens += added;
    figures.tokens += added;
    count += added;
    if (!inferEnded()) return;
  }
  if (inferAgain()) {
    count = job.promptTokens;
    fed = engine.prefix(changetype<usize>(tokens), count);
    return;
  }
  sendAnswer(engine, job, client);
  finish(End.Model);
}

function finish(reason: End): void {
  const job = changetype<Job>(active);
  const nowNs = sys.time_now();
  ended.reason = reason;
  ended.promptTokens = job.promptTokens;
  ended.cachedTokens = job.cachedTokens;
  ended.tokens = job.tokens;
  ended.waitedNs = job.beganNs - job.askedNs;
  ended.firstNs = job.firstNs === 0 ? 0 : job.firstNs - job.beganNs;
  ended.totalNs = nowNs - job.beganNs;
  if (reason === End.Cancelled) figures.cancelled++;
  changetype<Client>(asker).send(Reply.Ended, job.id, 0, changetype<usize>(ended), offsetof<Ended>());
  leave();
}

function leave(): void {
  active = null;
  asker = null;
  forgetSamples();
}
