// Answers of a model, held to the grammar: the choice of tokens that the service makes (kernel-as/mind/grammar/decode.ts), over a model host of the tools.
import { Status } from "../abi/index.js";
import { ToolError } from "../lib/index.js";
import { MindFailed, type ModelHost } from "./host.js";
import type { StateInput } from "./state.js";
import type { Words } from "./words.js";

/** Tokens of an answer at most. */
const ANSWER_TOKENS = 96;
const BILLION = 1e9;

/** An answer and how it came about. */
export interface Decision {
  /** The whole line, without its end. */
  line: string;
  /** One of the causes, or "unsure". */
  cause: string;
  /** The command; "" where it is unsure. */
  command: string;
  /** What would be needed; "" where there is a command. */
  need: string;
  /** The cause in words with figures of the state. */
  sentence: string;
  /** Product of the probabilities of the tokens that were free. */
  probability: number;
  /** That the answer is right, by the model's calibration; the probability itself where it has none. */
  confidence: number;
  calibrated: boolean;
  /** It is unsure, or its confidence lies below the model's threshold. */
  abstains: boolean;
  tokens: number;
  /** Tokens that were chosen among several. */
  free: number;
  /** Tokens that no logits were needed for. */
  forced: number;
}

/** Tokens that a prompt may have: kernel-as/mind/ask.ts keeps far below, but for long questions to general models. */
const PROMPT_TOKENS = 1024;

/** The question alone leaves no room for the least of the state. */
export class QuestionTooLong extends ToolError {
  override readonly name = "QuestionTooLong";
  override readonly code = "GANGLION_QUESTION_TOO_LONG";
}

/** One model with one table of commands. Call close() before the host unloads the model. */
export class Decider {
  readonly #host: ModelHost;
  readonly #words: Words;
  #at = 0;
  #tokenizer = 0;
  #gguf = 0;

  private constructor(host: ModelHost, words: Words) {
    this.#host = host;
    this.#words = words;
  }

  /** @param host a model is loaded @param table the text of the shell's commands (table.ts) */
  static async open(host: ModelHost, words: Words, table: string): Promise<Decider> {
    const decider = new Decider(host, words);
    const { instance } = host;
    const bytes = new TextEncoder().encode(table);
    await instance.write(await instance.call("words_buffer"), bytes);
    const status = await instance.call("grammar_load", bytes.length);
    if (status < 0) throw new MindFailed(`line ${await instance.call("grammar_wrong_line")} of the command table has not the form (status ${status})`);
    decider.#tokenizer = await instance.call("tokenizer");
    decider.#gguf = await instance.call("gguf");
    if ((await instance.call("decide_open", decider.#tokenizer)) === 0) throw new MindFailed("no memory to order the vocabulary");
    decider.#at = await instance.call("reserve", PROMPT_TOKENS * 4);
    if (decider.#at === 0) throw new MindFailed("no memory for an answer");
    return decider;
  }

  async close(): Promise<void> {
    await this.#host.instance.call("decide_close");
    await this.#host.instance.call("release", this.#at);
  }

  /** Fits the grammar to a State and begins an answer. */
  async prepare(state: StateInput): Promise<void> {
    await this.#state(state);
    await this.#host.instance.call("decide_begin");
  }

  async #after(prefix: string): Promise<void> {
    const { instance } = this.#host;
    await instance.call("decide_begin");
    await instance.write(await instance.call("words_buffer"), new TextEncoder().encode(prefix));
    if ((await instance.call("decide_take", prefix.length)) === 0) throw new MindFailed(`${JSON.stringify(prefix)} begins no answer`);
  }

  /** The tokens that may follow a beginning of an answer; prepare() came before. */
  async allowedAfter(prefix: string): Promise<number[]> {
    const { instance } = this.#host;
    await this.#after(prefix);
    const room = this.#host.present.sizes.vocabulary;
    const at = await instance.call("reserve", room * 4);
    const count = await instance.call("decide_allowed", at, room);
    const bytes = await instance.read(at, count * 4);
    await instance.call("release", at);
    return [...new Int32Array(bytes.buffer)];
  }

  /** The text that is forced after a beginning of an answer; prepare() came before. */
  async forcedAfter(prefix: string): Promise<string> {
    const { instance } = this.#host;
    await this.#after(prefix);
    const count = await instance.call("decide_forced", this.#tokenizer, this.#at, ANSWER_TOKENS);
    return this.#host.detokenize([...new Int32Array((await instance.read(this.#at, count * 4)).buffer)]);
  }

  /** The answer to a question after these tokens, its prompt, for a State. What the cache has of the prompt is not read again. */
  async decide(state: StateInput, question: string, prompt: readonly number[]): Promise<Decision> {
    const { instance } = this.#host;
    await this.#state(state, question);
    await instance.call("decide_begin");
    let tokens = 0;
    if ((await instance.call("decide_ended")) === 0)
      do {
        await this.#host.feed(prompt.slice(await this.#host.prefix(prompt)));
        tokens += await this.#write();
      } while ((await instance.call("decide_again")) !== 0);
    return this.#decision(tokens);
  }

  /** Writes an answer behind the prompt; how many tokens it has. */
  async #write(): Promise<number> {
    const { instance } = this.#host;
    let tokens = 0;
    while ((await instance.call("decide_ended")) === 0) {
      const forced = await instance.call("decide_forced", this.#tokenizer, this.#at, ANSWER_TOKENS);
      let count = forced;
      if (count === 0) {
        const picked = await instance.call("decide_pick", this.#tokenizer, await instance.call("logits"));
        if (picked < 0)
          throw new MindFailed("no token of the vocabulary can continue the answer", { hint: "the model's logits are no numbers, or its vocabulary lacks plain letters" });
        await instance.write(this.#at, new Uint8Array(Int32Array.of(picked).buffer));
        count = 1;
      }
      tokens += count;
      if ((await instance.call("decide_ended")) !== 0) break;
      const fed = await instance.call("feed", this.#at, count);
      if (fed < 0) throw new MindFailed("the answer does not fit into the context", { hint: "a longer context" });
    }
    return tokens;
  }

  /** The tokens of a question about a State, as the service has them. @throws QuestionTooLong */
  async prompt(state: StateInput, question: string): Promise<number[]> {
    const { instance } = this.#host;
    await this.#state(state);
    const bytes = await this.#put(question);
    const count = await instance.call("decide_prompt", this.#gguf, this.#tokenizer, bytes, this.#at, Math.min(PROMPT_TOKENS, this.#host.present.context));
    if (count < 0)
      throw new QuestionTooLong(`a question of ${bytes} bytes is too long: ${await instance.call("decide_prompt_tokens")} tokens with the least of the state`, {
        hint: "ask in fewer words",
      });
    return [...new Int32Array((await instance.read(this.#at, count * 4)).buffer)];
  }

  /** The answer to a question. */
  async ask(state: StateInput, question: string): Promise<Decision> {
    return this.decide(state, question, await this.prompt(state, question));
  }

  /** Puts a State, and what is asked about it, into the model's module: the rows are laid out there as in Words. */
  async #state(state: StateInput, question = ""): Promise<void> {
    const { instance } = this.#host;
    this.#words.set(state);
    const { header, processes, events } = this.#words.rows();
    await instance.write(await instance.call("state_clear"), header);
    await instance.write(await instance.call("state_process", 0), processes);
    await instance.write(await instance.call("state_event", 0), events);
    await instance.call("question_set", await this.#put(question));
    const status = await instance.call("grammar_prepare");
    if (status !== Status.Ok) throw new MindFailed(`the grammar could not be made (status ${status})`);
  }

  /** Text into the module's buffer, cut to its room; bytes. */
  async #put(text: string): Promise<number> {
    const { instance } = this.#host;
    const bytes = new TextEncoder().encode(text).subarray(0, await instance.call("words_capacity"));
    await instance.write(await instance.call("words_buffer"), bytes);
    return bytes.length;
  }

  async #decision(tokens: number): Promise<Decision> {
    const { instance } = this.#host;
    const text = async (at: number, bytes: number) => new TextDecoder().decode(await instance.read(at, bytes));
    const buffer = await instance.call("words_buffer");
    // What kernel-as/mind/answer/check.ts ruled, where it did.
    const [lacks, why] = (await text(buffer, await instance.call("decide_ruled"))).split("\n") as [string, string?];
    const line = why === undefined ? await text(await instance.call("decide_text"), await instance.call("decide_bytes")) : `unsure | ${lacks}`;
    const [cause, rest] = line.split(" | ") as [string, string];
    await this.#put(line);
    const sentence = why ?? (await text(buffer + line.length, Math.max(await instance.call("explain_line", line.length), 0)));
    const threshold = (await instance.call("decide_threshold", this.#gguf)) / BILLION;
    const confidence = (await instance.call("decide_confidence", this.#gguf)) / BILLION;
    const unsure = cause === "unsure";
    return {
      line,
      cause,
      command: unsure ? "" : rest,
      need: unsure ? rest : "",
      sentence,
      probability: (await instance.call("decide_probability")) / BILLION,
      confidence,
      calibrated: threshold >= 0,
      abstains: unsure || confidence < threshold,
      tokens,
      free: await instance.call("decide_free"),
      forced: await instance.call("decide_fixed"),
    };
  }
}
