// The engine as a module of its own, mind-host.wasm: for V8 (tools/mind) and as a Linux process (hostshim-c/hosted/mind_host.c). One model at a time, no queue:
// kernel-as/mind/service has that. deciding.ts adds answers under the grammar. Imports `nn` alone.
import { isa, select } from "../abi/nn";
import { chatOf, chatTokens } from "./chat";
import { Engine, openError, openErrorBytes } from "./engine";
import { give, take, taken } from "./memory";
import { NO_TOKEN, Sampler } from "./sample/sampler";
import { TEXT_BYTES_MOST } from "./tokenizer/tokenizer";

export * from "./deciding";

const RECENT: i32 = 64;

let engine: Engine | null = null;
const sampler = changetype<Sampler>(memory.data(64, 8));

function opened(): Engine {
  const present = engine;
  assert(present !== null, "no model is open");
  return changetype<Engine>(present);
}

/** Room for bytes in linear memory, whole pages; 0: none left. */
export function reserve(bytes: usize): usize {
  return take(bytes);
}
/** Gives it back. */
export function release(at: usize): void {
  give(at);
}
/** Bytes that are taken. */
export function reserved(): usize {
  return taken();
}

/** Opens a model; closes the one before. 0: `errorAt` says why. */
export function open(gguf: usize, bytes: usize, context: i32): i32 {
  close();
  engine = Engine.open(gguf, bytes, context);
  if (engine === null) return 0;
  if (sampler.open(opened().tokenizer.vocabulary)) return 1;
  close();
  return 0;
}
export function close(): void {
  if (engine === null) return;
  sampler.close();
  opened().close();
  engine = null;
}
export function errorAt(): usize {
  return openError();
}
export function errorBytes(): i32 {
  return openErrorBytes();
}

/** 9 i32: layers, width, hidden, heads, kvHeads, headSize, the context that it was trained for, vocabulary, ropeSize. */
export function sizes(to: usize): void {
  opened().weights.writeSizes(to);
}
export function context(): i32 {
  return opened().context;
}
export function bos(): i32 {
  return opened().tokenizer.bos;
}
export function eos(): i32 {
  return opened().tokenizer.eos;
}
export function eot(): i32 {
  return opened().tokenizer.eot;
}
export function addBos(): i32 {
  return i32(opened().tokenizer.addBos);
}

export function encode(text: usize, bytes: i32, out: usize, capacity: i32, special: i32): i32 {
  return opened().tokenizer.encode(text, bytes, out, capacity, special !== 0);
}
export function tokenAt(id: i32): usize {
  return opened().tokenizer.bytesAt(id);
}
export function tokenBytes(id: i32): i32 {
  return opened().tokenizer.bytesOf(id);
}
/** The tokens of a question in the model's own chat template. `room`: TEXT_BYTES_MOST bytes. */
export function chat(system: usize, systemBytes: i32, user: usize, userBytes: i32, out: usize, capacity: i32, room: usize): i32 {
  return chatTokens(chatOf(opened().gguf), opened().tokenizer, system, systemBytes, user, userBytes, out, capacity, room);
}
/** The open model's parts, for deciding.ts. */
export function tokenizer(): usize {
  return changetype<usize>(opened().tokenizer);
}
export function gguf(): usize {
  return changetype<usize>(opened().gguf);
}
export function textBytesMost(): i32 {
  return TEXT_BYTES_MOST;
}

export function feed(tokens: usize, count: i32): i32 {
  return opened().feed(tokens, count);
}
export function append(tokens: usize, count: i32): i32 {
  return opened().append(tokens, count);
}
export function prefix(tokens: usize, count: i32): i32 {
  return opened().prefix(tokens, count);
}
export function rewind(position: i32): void {
  opened().rewind(position);
}
export function position(): i32 {
  return opened().position;
}
export function logits(): usize {
  return opened().logits;
}

/** Feeds tokens one after the other and keeps the logits after each: f32 (count, vocabulary) at `out`. A Status as `feed`. */
export function feedEach(tokens: usize, count: i32, out: usize): i32 {
  const present = opened();
  const bytes = (<usize>present.tokenizer.vocabulary) << 2;
  for (let i: usize = 0; i < <usize>count; i++) {
    const fed = present.feed(tokens + (i << 2), 1);
    if (fed < 0) return fed;
    memory.copy(out + i * bytes, present.logits, bytes);
  }
  return present.position;
}

/** How `sample` and `generate` choose; temperature 0 is greedy. */
export function choose(temperature: f32, topK: i32, topP: f32, minP: f32, repeatPenalty: f32, seed: u64): void {
  sampler.temperature = temperature;
  sampler.topK = topK;
  sampler.topP = topP;
  sampler.minP = minP;
  sampler.repeatPenalty = repeatPenalty;
  sampler.seed(seed);
}
/** The next token by the logits; −1: none can be drawn. @param recent i32[count] for the repeat penalty */
export function sample(recent: usize, count: i32): i32 {
  return sampler.sample(opened().logits, recent, count);
}

/**
 * Draws and feeds until `most` tokens, an end token, or the end of the context. Writes them to `out` (i32[most]); an end token is not among them.
 * @param endless whether end tokens are like others: for a bench
 */
export function generate(most: i32, out: usize, endless: i32): i32 {
  const present = opened();
  let count = 0;
  while (count < most) {
    const from = max(count - RECENT, 0);
    const token = sampler.sample(present.logits, out + ((<usize>from) << 2), count - from);
    if (token === NO_TOKEN || (endless === 0 && present.tokenizer.ends(token))) break;
    store<i32>(out + ((<usize>count) << 2), token);
    count++;
    if (count < most && present.feed(out + ((<usize>(count - 1)) << 2), 1) < 0) break;
  }
  return count;
}

/** Which kernels of nn are used, and which are to be; see docs/abi.md. */
export function nnIsa(): i32 {
  return isa();
}
export function nnSelect(wanted: i32): i32 {
  return select(wanted);
}
