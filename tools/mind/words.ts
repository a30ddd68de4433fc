// The mind's reading and writing under V8: kernel-as/mind/words.ts, the same code as in the service, so that training, evaluation and the kernel see
// identical bytes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runGraph } from "../build/graph.js";
import { compileWasm } from "../build/wasm.js";
import { ROOT, ToolError } from "../lib/index.js";
import { DOING, HAPPENED, RISKS, type State, type StateInput, stateSchema } from "./state.js";
import { Grammar, type GrammarExports } from "./words-grammar.js";

/** What a State may cost where nothing else is asked for: state and question together stay within 96 tokens of `ops`. */
export const STATE_PIECES = 70;
/** Details of the long form where nothing else is asked for: the most. */
const LONG_MOST = 5;

interface Exports extends GrammarExports {
  state_fields(): number;
  process_fields(): number;
  event_fields(): number;
  state_clear(): number;
  state_at(): number;
  state_process(index: number): number;
  state_event(index: number): number;
  state_name(count: number, field: number): void;
  state_encode(mostPieces: number, count: number): number;
  state_pieces(): number;
  state_long(detail: number, count: number): number;
  state_json(): number;
  explain_line(count: number): number;
  question_set(count: number): number;
}

/** What was given as a State is none. */
export class NotAState extends ToolError {
  override readonly name = "NotAState";
  override readonly code = "MIND_STATE";
}

type Values = Record<string, unknown>;

/** Compiles the module if it is stale. */
export async function openWords(): Promise<Words> {
  const step = compileWasm("words", "kernel-as/mind/words.ts", "words");
  await runGraph([step], { jobs: 1 });
  return new Words(new WebAssembly.Module(readFileSync(join(ROOT, step.outputs[0] as string))));
}

export class Words {
  readonly #exports: Exports;
  readonly #buffer: number;
  readonly #capacity: number;
  readonly #fields: Record<"state" | "process" | "event", string[]>;
  #pieces = 0;
  #counts = { processRows: 0, eventRows: 0 };

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module, {}).exports as unknown as Exports;
    this.#buffer = this.#exports.words_buffer();
    this.#capacity = this.#exports.words_capacity();
    this.#fields = {
      state: this.#string(this.#exports.state_fields()).split(" "),
      process: this.#string(this.#exports.process_fields()).split(" "),
      event: this.#string(this.#exports.event_fields()).split(" "),
    };
  }

  /** The text that `ops` reads. `mostPieces`: what it may cost in pieces of the pre-tokenizer; `question`: the processes that it names are not left out. */
  encode(state: StateInput, mostPieces: number = STATE_PIECES, question = ""): string {
    this.set(state);
    return this.encodeAgain(mostPieces, question);
  }

  /** The same for the State that is in the module. */
  encodeAgain(mostPieces: number, question: string): string {
    const count = this.#put(question);
    const text = this.#text(this.#exports.state_encode(mostPieces, count), count);
    this.#pieces = this.#exports.state_pieces();
    return text;
  }

  /** Pieces of the text that encode() gave last. */
  get pieces(): number {
    return this.#pieces;
  }

  /** The words that a general model reads, in 0 to 5 details. */
  long(state: StateInput, detail: number = LONG_MOST, question = ""): string {
    this.set(state);
    const count = this.#put(question);
    return this.#text(this.#exports.state_long(detail, count), count);
  }

  /** What is asked about the State that is in the module, for grammar() and explain(). Why nothing can answer it, where it names a process that there is not; else "". */
  ask(question: string): string {
    return this.#text(this.#exports.question_set(this.#put(question)));
  }

  /** The sentence beside an answer line for the State that is in the module; undefined where it is none. */
  explain(line: string): string | undefined {
    const count = this.#put(line);
    const bytes = this.#exports.explain_line(count);
    return bytes < 0 ? undefined : new TextDecoder().decode(new Uint8Array(this.#exports.memory.buffer, this.#buffer + count, bytes));
  }

  /** The grammar of answers, made from the shell's table (table.ts); one at a time. prepare() fits it to a new State. */
  grammar(table: string): Grammar {
    return new Grammar(this.#exports, table);
  }

  /** The State as the kernel writes it: names cleaned, processes by suspicion where encode() came before. */
  json(): State {
    return stateSchema.parse(JSON.parse(this.#text(this.#exports.state_json())));
  }

  /** Puts a State into the module. Throws where it is none. */
  set(input: StateInput): void {
    const parsed = stateSchema.safeParse(input);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new NotAState(`not a state: ${issue?.path.join(".") || "it"}: ${issue?.message}`, { hint: "docs/mind-state.md describes the form" });
    }
    const { processes, events, ...state } = parsed.data;
    this.#counts = { processRows: processes.length, eventRows: events.length };
    this.#fill(this.#exports.state_clear(), this.#fields.state, {
      ...state,
      largestKib: state.largestKib ?? Math.min(state.freeKib, 4096),
      processCount: state.processCount ?? processes.length,
      risk: RISKS.indexOf(state.risk),
      ...this.#counts,
    });
    processes.forEach((p, i) => {
      this.#fill(this.#exports.state_process(i), this.#fields.process, { ...p, doing: DOING.indexOf(p.doing) });
    });
    events.forEach((e, i) => {
      this.#fill(this.#exports.state_event(i), this.#fields.event, { ...e, happened: HAPPENED.indexOf(e.happened) });
    });
  }

  /** The rows of the State as they lie in the module: the same in every module that has the encoder. */
  rows(): { header: Uint8Array; processes: Uint8Array; events: Uint8Array } {
    const span = (from: number, to: number) => new Uint8Array(this.#exports.memory.buffer, from, to - from).slice();
    const { processRows, eventRows } = this.#counts;
    return {
      header: span(this.#exports.state_at(), this.#exports.state_at() + this.#headerBytes()),
      processes: span(this.#exports.state_process(0), this.#exports.state_process(processRows)),
      events: span(this.#exports.state_event(0), this.#exports.state_event(eventRows)),
    };
  }

  /** A field has 8 bytes, a name 16. */
  #headerBytes(): number {
    return this.#fields.state.reduce((bytes, field) => bytes + (field.startsWith("[") ? 16 : 8), 0);
  }

  #fill(at: number, fields: string[], values: Values): void {
    let offset = at;
    for (const field of fields) {
      if (field.startsWith("[")) {
        this.#exports.state_name(this.#put(values[field.slice(1, -1)] as string), offset);
        offset += 16;
        continue;
      }
      const value = values[field];
      if (typeof value !== "number" && typeof value !== "boolean") throw new NotAState(`the encoder wants ${field}, which tools/mind/state.ts does not have`);
      new DataView(this.#exports.memory.buffer).setBigInt64(offset, BigInt(value), true);
      offset += 8;
    }
  }

  /** Text into the buffer, cut to its room; bytes. */
  #put(text: string): number {
    return new TextEncoder().encodeInto(text, new Uint8Array(this.#exports.memory.buffer, this.#buffer, this.#capacity)).written;
  }

  #text(bytes: number, after = 0): string {
    return new TextDecoder().decode(new Uint8Array(this.#exports.memory.buffer, this.#buffer + after, bytes));
  }

  #string(address: number): string {
    const bytes = new DataView(this.#exports.memory.buffer).getUint32(address - 4, true);
    return new TextDecoder("utf-16le").decode(new Uint8Array(this.#exports.memory.buffer, address, bytes));
  }
}
