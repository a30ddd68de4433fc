// The grammar of answers under V8: which bytes may come next, whether a line is one, lines at random. The rules are those of the kernel
// (kernel-as/mind/grammar), made from the shell's own table.
import { Status } from "../abi/index.js";
import { ToolError } from "../lib/index.js";

export interface GrammarExports {
  memory: WebAssembly.Memory;
  words_buffer(): number;
  words_capacity(): number;
  grammar_load(count: number): number;
  grammar_wrong_line(): number;
  grammar_prepare(): number;
  cursor_begin(index: number, command: number): number;
  cursor_copy(to: number, from: number): void;
  cursor_take(at: number, count: number): number;
  cursor_ended(at: number): number;
  cursor_next(at: number): number;
}

/** The text of the shell's table has not its form, or is too much. */
export class BadTable extends ToolError {
  override readonly name = "BadTable";
  override readonly code = "MIND_TABLE";
}

const BUFFER_MOST = 4096;

/** The grammar for the State that was put into the module last. */
export class Grammar {
  readonly #exports: GrammarExports;

  /** Throws BadTable. */
  constructor(exports: GrammarExports, table: string) {
    this.#exports = exports;
    const bytes = new TextEncoder().encode(table);
    if (bytes.length > exports.words_capacity()) throw new BadTable(`the table has ${bytes.length} bytes, of at most ${exports.words_capacity()}`);
    new Uint8Array(exports.memory.buffer).set(bytes, exports.words_buffer());
    const status = exports.grammar_load(bytes.length);
    if (status === Status.Corrupt) throw new BadTable(`line ${exports.grammar_wrong_line()} of the table has not the form: ${table.split("\n")[exports.grammar_wrong_line() - 1]}`);
    if (status < 0) throw new BadTable(`the table has more commands than there is room for (status ${status})`);
    this.prepare();
  }

  /** Fits the grammar to the State that is in the module now; after each Words.set or encode. */
  prepare(): void {
    const status = this.#exports.grammar_prepare();
    if (status < 0) throw new BadTable(`the grammar could not be made (status ${status})`);
  }

  /** How much of a text is a beginning of a line; with `command`, of a command alone. The end of line belongs to it. */
  accepts(text: string, command = false): { taken: number; ended: boolean } {
    const at = this.#exports.cursor_begin(0, command ? 1 : 0);
    const taken = this.#exports.cursor_take(at, this.#put(text));
    return { taken, ended: this.#exports.cursor_ended(at) !== 0 };
  }

  /** Whether it is a whole line (a command), without its end. */
  isLine(text: string, command = false): boolean {
    const { taken, ended } = this.accepts(`${text}\n`, command);
    return ended && taken === new TextEncoder().encode(text).length + 1;
  }

  /** Bytes that may come after a text; none where the text is no beginning, or a whole line with its end. */
  next(text: string, command = false): string {
    const bytes = this.#put(text);
    const at = this.#exports.cursor_begin(0, command ? 1 : 0);
    if (this.#exports.cursor_take(at, bytes) < bytes) return "";
    return this.#get(this.#exports.cursor_next(at));
  }

  /** A line by a random walk; `random` gives 0 … below 1. Ends are chosen with a chance of `endChance` where they may be. */
  walk(random: () => number, command = false, endChance = 0.3): string {
    const at = this.#exports.cursor_begin(0, command ? 1 : 0);
    let text = "";
    while (this.#exports.cursor_ended(at) === 0) {
      const next = this.#get(this.#exports.cursor_next(at));
      if (next === "") throw new BadTable(`nothing may follow ${JSON.stringify(text)}`);
      const ends = next.startsWith("\n");
      const byte = ends && (next.length === 1 || random() < endChance) ? "\n" : (next[Math.floor(random() * (next.length - (ends ? 1 : 0))) + (ends ? 1 : 0)] as string);
      if (this.#exports.cursor_take(at, this.#put(byte)) !== 1) throw new BadTable(`${JSON.stringify(byte)} may follow ${JSON.stringify(text)} and is refused`);
      text += byte;
    }
    return text.slice(0, -1);
  }

  #put(text: string): number {
    return new TextEncoder().encodeInto(text, new Uint8Array(this.#exports.memory.buffer, this.#exports.words_buffer(), BUFFER_MOST)).written;
  }

  #get(bytes: number): string {
    return Buffer.from(this.#exports.memory.buffer, this.#exports.words_buffer(), bytes).toString("latin1");
  }
}
