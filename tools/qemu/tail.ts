// Follows a file that QEMU writes its console to. A pipe's reader can be slow, then the guest's transmitter is busy and it
// waits: more instructions, another virtual time. A file never makes it wait.
import { closeSync, openSync, readSync } from "node:fs";

const POLL_MS = 2;
const CHUNK_BYTES = 64 << 10;

/** Hands over what is appended to `path` until stopped; then once more what is left. */
export class Tail {
  readonly #file: number;
  readonly #onData: (chunk: Buffer) => void;
  readonly #timer: NodeJS.Timeout;

  constructor(path: string, onData: (chunk: Buffer) => void) {
    this.#file = openSync(path, "r");
    this.#onData = onData;
    this.#timer = setInterval(() => this.#read(), POLL_MS);
  }

  /** Reads to the end and closes. */
  stop(): void {
    clearInterval(this.#timer);
    this.#read();
    closeSync(this.#file);
  }

  #read(): void {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let count = readSync(this.#file, chunk); count > 0; count = readSync(this.#file, chunk)) this.#onData(Buffer.from(chunk.subarray(0, count)));
  }
}
