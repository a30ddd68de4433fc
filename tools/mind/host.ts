// The mind's engine for tools: load a GGUF, tokenize, logits, generate; the same class over V8 and over a Linux process.
import { hostedInstance } from "./hosted.js";
import { type Instance, MindFailed } from "./instance.js";
import { v8Instance } from "./v8.js";

export { MindFailed };

/** How tokens are chosen; what is left out is greedy and without filters. */
export interface Sampling {
  temperature?: number;
  topK?: number;
  topP?: number;
  minP?: number;
  repeatPenalty?: number;
  seed?: bigint;
}

export interface ModelSizes {
  layers: number;
  width: number;
  hidden: number;
  heads: number;
  kvHeads: number;
  headSize: number;
  /** What the model was trained for. */
  contextLength: number;
  vocabulary: number;
  ropeSize: number;
}

export interface Loaded {
  sizes: ModelSizes;
  /** Tokens that the cache has room for. */
  context: number;
  bos: number;
  eos: number;
  eot: number;
  addBos: boolean;
  /** The whole of what the engine took, without the file. */
  engineBytes: number;
}

export interface Generated {
  tokens: number[];
  text: string;
  /** Time inside the engine, without the prompt. */
  ns: number;
}

const RANGE = -5;
const INVALID = -1;

/** One engine with at most one model. Call close() in a finally. */
export class ModelHost {
  /** For what stands beside the engine in its module: deciding.ts. */
  readonly instance: Instance;
  private model: { at: number; bytes: number; mapped: boolean } | undefined;
  private loaded: Loaded | undefined;
  /** Scratch: for text, and for tokens or logits. */
  private text = 0;
  private textBytes = 0;
  private words = 0;
  private wordsBytes = 0;

  private constructor(instance: Instance) {
    this.instance = instance;
  }

  /** The engine in this process, over the reference of the kernels. */
  static async v8(): Promise<ModelHost> {
    return new ModelHost(await v8Instance());
  }

  /** The engine compiled ahead of time, as a Linux process with the vector kernels; `isa` picks one set of them. */
  static async hosted(options: { isa?: number } = {}): Promise<ModelHost> {
    const host = new ModelHost(await hostedInstance());
    if (options.isa !== undefined && (await host.instance.call("nnSelect", options.isa)) < 0) {
      await host.close();
      throw new MindFailed(`this processor has no kernels number ${options.isa}`, { expected: "0 reference, 1 SSE2, 2 AVX2, 3 AVX-512 with VNNI" });
    }
    return host;
  }

  get name(): string {
    return this.instance.name;
  }
  /** Time inside the engine of the last call. */
  get lastNs(): number {
    return this.instance.lastNs;
  }
  /** Which kernels work: 0 reference, 1 SSE2, 2 AVX2, 3 AVX-512 with VNNI. */
  isa(): Promise<number> {
    return this.instance.call("nnIsa");
  }

  /** Opens a model file. @throws MindFailed with the engine's own words */
  async load(path: string, contextTokens = 512): Promise<Loaded> {
    await this.unload();
    this.model = { ...(await this.instance.map(path)), mapped: true };
    return this.open(contextTokens);
  }

  /** Opens a model that is in memory, as `load`. */
  async loadBytes(bytes: Uint8Array, contextTokens = 512): Promise<Loaded> {
    await this.unload();
    const at = await this.reserve(bytes.length);
    await this.instance.write(at, bytes);
    this.model = { at, bytes: bytes.length, mapped: false };
    return this.open(contextTokens);
  }

  private async open(contextTokens: number): Promise<Loaded> {
    const model = this.model as { at: number; bytes: number };
    const before = await this.instance.call("reserved");
    if ((await this.instance.call("open", model.at, model.bytes, contextTokens)) === 0) {
      const text = await this.instance.read(await this.instance.call("errorAt"), await this.instance.call("errorBytes"));
      throw new MindFailed(new TextDecoder().decode(text) || "no memory for the model");
    }
    const engineBytes = (await this.instance.call("reserved")) - before;
    const at = await this.room("words", 64);
    await this.instance.call("sizes", at);
    const view = new Int32Array((await this.instance.read(at, 36)).buffer);
    const [layers, width, hidden, heads, kvHeads, headSize, contextLength, vocabulary, ropeSize] = view as unknown as number[] & { length: 9 };
    const number = (name: string) => this.instance.call(name);
    this.loaded = {
      sizes: { layers, width, hidden, heads, kvHeads, headSize, contextLength, vocabulary, ropeSize } as ModelSizes,
      context: await number("context"),
      bos: await number("bos"),
      eos: await number("eos"),
      eot: await number("eot"),
      addBos: (await number("addBos")) !== 0,
      engineBytes,
    };
    return this.loaded;
  }

  /** Closes the model and gives its memory back. */
  async unload(): Promise<void> {
    await this.instance.call("close");
    if (this.model?.mapped) await this.instance.unmap(this.model.at);
    else if (this.model) await this.instance.call("release", this.model.at);
    this.model = undefined;
    this.loaded = undefined;
  }

  /** Bytes of linear memory that are taken: after unload() only the scratch. */
  reserved(): Promise<number> {
    return this.instance.call("reserved");
  }

  private async reserve(bytes: number): Promise<number> {
    const at = await this.instance.call("reserve", bytes);
    if (at === 0) throw new MindFailed(`no ${bytes} bytes of linear memory left`);
    return at >>> 0;
  }

  private async room(which: "text" | "words", bytes: number): Promise<number> {
    const held = which === "text" ? this.textBytes : this.wordsBytes;
    if (held < bytes) {
      if (held > 0) await this.instance.call("release", which === "text" ? this.text : this.words);
      const at = await this.reserve(bytes);
      if (which === "text") [this.text, this.textBytes] = [at, bytes];
      else [this.words, this.wordsBytes] = [at, bytes];
    }
    return which === "text" ? this.text : this.words;
  }

  private async putTokens(tokens: readonly number[]): Promise<number> {
    const at = await this.room("words", Math.max(tokens.length * 4, 64));
    await this.instance.write(at, new Uint8Array(Int32Array.from(tokens).buffer));
    return at;
  }

  private async getTokens(at: number, count: number): Promise<number[]> {
    return [...new Int32Array((await this.instance.read(at, count * 4)).buffer)];
  }

  /** The loaded model. */
  get present(): Loaded {
    return this.need();
  }

  private need(): Loaded {
    if (!this.loaded) throw new MindFailed("no model is loaded");
    return this.loaded;
  }

  /** The tokens of a text, without bos. `special`: whether texts like <|im_end|> are the tokens that they name. */
  async tokenize(text: string | Uint8Array, special = false): Promise<number[]> {
    this.need();
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    const at = await this.room("text", Math.max(bytes.length, 1));
    const capacity = bytes.length * 3 + 16;
    const out = await this.room("words", capacity * 4);
    await this.instance.write(at, bytes);
    const count = await this.instance.call("encode", at, bytes.length, out, capacity, special ? 1 : 0);
    if (count < 0) throw new MindFailed(`a text of ${bytes.length} bytes is too long`, { expected: `at most ${await this.instance.call("textBytesMost")} bytes` });
    return this.getTokens(out, count);
  }

  /** The tokens of a question in the model's own chat template. */
  async chat(system: string, user: string): Promise<number[]> {
    this.need();
    const most = await this.instance.call("textBytesMost");
    const parts = [system, user].map((part) => new TextEncoder().encode(part)) as [Uint8Array, Uint8Array];
    const at = await this.room("text", most * 3);
    const capacity = parts[0].length + parts[1].length + 256;
    const out = await this.room("words", capacity * 4);
    if (Math.max(parts[0].length, parts[1].length) > most) throw new MindFailed("the question is too long", { expected: `at most ${most} bytes` });
    await this.instance.write(at, parts[0]);
    await this.instance.write(at + most, parts[1]);
    const count = await this.instance.call("chat", at, parts[0].length, at + most, parts[1].length, out, capacity, at + 2 * most);
    if (count < 0) throw new MindFailed("the question is too long for the chat template", { expected: `less than ${most} bytes` });
    return this.getTokens(out, count);
  }

  /** What a token writes. */
  async piece(id: number): Promise<Uint8Array> {
    const { sizes } = this.need();
    if (!Number.isInteger(id) || id < 0 || id >= sizes.vocabulary) throw new MindFailed(`there is no token ${id}`, { expected: `0 to ${sizes.vocabulary - 1}` });
    const bytes = await this.instance.call("tokenBytes", id);
    return bytes === 0 ? new Uint8Array() : this.instance.read(await this.instance.call("tokenAt", id), bytes);
  }

  async detokenize(tokens: readonly number[]): Promise<string> {
    const parts: Uint8Array[] = [];
    for (const token of tokens) parts.push(await this.piece(token));
    return Buffer.concat(parts).toString("utf8");
  }

  /** Appends tokens to the cache. Resolves with the new position. `last`: whether the logits after them are wanted. */
  async feed(tokens: readonly number[], last = true): Promise<number> {
    const { context, sizes } = this.need();
    const fed = await this.instance.call(last ? "feed" : "append", await this.putTokens(tokens), tokens.length);
    if (fed === RANGE) throw new MindFailed(`${tokens.length} tokens do not fit into the context of ${context}`, { hint: "a shorter prompt, or a longer context" });
    if (fed === INVALID) throw new MindFailed("no token, or one that is none of the vocabulary", { expected: `1 or more tokens from 0 to ${sizes.vocabulary - 1}` });
    return fed;
  }

  /** Keeps of the cache what these tokens begin with. Resolves with how many of them need not be fed again. */
  async prefix(tokens: readonly number[]): Promise<number> {
    this.need();
    return this.instance.call("prefix", await this.putTokens(tokens), tokens.length);
  }
  async rewind(position: number): Promise<void> {
    this.need();
    await this.instance.call("rewind", position);
  }

  /** The logits after a list of tokens; what the cache has of them is not computed again. */
  async logits(tokens: readonly number[]): Promise<Float32Array> {
    await this.feed(tokens.slice(await this.prefix(tokens)));
    return this.lastLogits();
  }

  /** The logits after the last token that was fed. */
  async lastLogits(): Promise<Float32Array> {
    const { sizes } = this.need();
    return new Float32Array((await this.instance.read(await this.instance.call("logits"), sizes.vocabulary * 4)).buffer);
  }

  /** The logits after each of the tokens, fed one by one from an empty cache. */
  async logitsEach(tokens: readonly number[]): Promise<Float32Array[]> {
    await this.rewind(0);
    const all: Float32Array[] = [];
    for (const token of tokens) {
      await this.feed([token]);
      all.push(await this.lastLogits());
    }
    return all;
  }

  /** Feeds a prompt and draws tokens until `most`, an end token, or the end of the context. `endless`: end tokens too. */
  async generate(prompt: readonly number[], most: number, sampling: Sampling = {}, endless = false): Promise<Generated> {
    await this.feed(prompt.slice(await this.prefix(prompt)));
    await this.choose(sampling);
    const out = await this.room("words", Math.max(most * 4, 64));
    const count = await this.instance.call("generate", most, out, endless ? 1 : 0);
    const ns = this.lastNs;
    const tokens = await this.getTokens(out, count);
    return { tokens, text: await this.detokenize(tokens), ns };
  }

  async choose({ temperature = 0, topK = 0, topP = 1, minP = 0, repeatPenalty = 1, seed = 0n }: Sampling): Promise<void> {
    this.need();
    await this.instance.call("choose", temperature, topK, topP, minP, repeatPenalty, seed);
  }

  /** The next token by the logits and `choose`; −1: none can be drawn. */
  async sample(recent: readonly number[] = []): Promise<number> {
    this.need();
    return this.instance.call("sample", await this.putTokens(recent), recent.length);
  }

  /** Bytes a second that one core reads from memory, by the processor's time; 0 under V8. */
  bandwidth(bytes: number): Promise<number> {
    return this.instance.bandwidth(bytes);
  }

  /** Ends the process, where there is one. */
  close(): Promise<void> {
    return this.instance.close();
  }
}
