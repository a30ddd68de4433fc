// Progress of long work on stderr: one line per phase on a terminal, plain lines in CI, nothing in a pipe. Never on stdout.
import { performance } from "node:perf_hooks";

const ERASE = "\r\x1b[2K";

export class Progress {
  readonly #live: boolean;
  readonly #plain: boolean;
  #phase: string | undefined;
  #startedMs = 0;
  #told = false;

  constructor(stream: NodeJS.WriteStream = process.stderr, env: NodeJS.ProcessEnv = process.env) {
    this.#live = Boolean(stream.isTTY);
    this.#plain = !this.#live && Boolean(env["CI"]);
  }

  /** Starts a phase; the one before ends here. */
  phase(name: string): void {
    this.done();
    this.#phase = name;
    this.#startedMs = performance.now();
    this.#told = false;
    if (this.#live) process.stderr.write(`${name} …`);
  }

  /** What the phase is busy with now; shown on a terminal. In CI the first step of a phase brings its line. */
  step(text: string): void {
    if (this.#phase === undefined) return;
    if (this.#plain && !this.#told) process.stderr.write(`${this.#phase}\n`);
    this.#told = true;
    if (!this.#live) return;
    const width = Math.max(20, (process.stderr.columns ?? 80) - 1);
    process.stderr.write(`${ERASE}${`${this.#phase}: ${text}`.replace(/\s+/g, " ").slice(0, width)}`);
  }

  /** Ends the phase. A phase that took no time worth telling leaves no line. */
  done(): void {
    if (this.#phase === undefined) return;
    const seconds = (performance.now() - this.#startedMs) / 1000;
    if (this.#live) process.stderr.write(seconds < 0.5 ? ERASE : `${ERASE}${this.#phase} (${seconds.toFixed(1)} s)\n`);
    this.#phase = undefined;
  }

  /** A line of its own that stays. */
  note(text: string): void {
    this.done();
    process.stderr.write(`${text}\n`);
  }
}
