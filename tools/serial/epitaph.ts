// Takes the epitaph of a panic out of a text stream, wherever in it the kernel died. Streaming; bytes in, bytes out.
// It does not decide that the machine is dead (tools/machine does, from QEMU's exit status too).

export const EPITAPH_START = "*** GANGLION PANIC:";
export const EPITAPH_END = "*** END OF EPITAPH";
const START = Buffer.from(EPITAPH_START);
const END = Buffer.from(EPITAPH_END);
/** Nothing that long is an epitaph; a runaway is cut there. */
const LIMIT_BYTES = 256 << 10;

/** How many bytes at the end of `data` could begin `pattern`. */
function heldBack(data: Buffer, pattern: Buffer): number {
  for (let length = Math.min(pattern.length - 1, data.length); length > 0; length--) {
    if (data.subarray(data.length - length).equals(pattern.subarray(0, length))) return length;
  }
  return 0;
}

export class EpitaphScanner {
  #held: Buffer = Buffer.alloc(0);
  #epitaph: Buffer | undefined;
  #complete = false;

  /** Takes bytes; returns those that are no part of an epitaph. */
  push(bytes: Uint8Array): Uint8Array {
    if (this.#epitaph) {
      this.#collect(bytes);
      return Buffer.alloc(0);
    }
    const data = Buffer.concat([this.#held, bytes]);
    const start = data.indexOf(START);
    if (start >= 0) {
      this.#held = Buffer.alloc(0);
      this.#epitaph = Buffer.alloc(0);
      this.#collect(data.subarray(start));
      return data.subarray(0, start);
    }
    const held = heldBack(data, START);
    this.#held = data.subarray(data.length - held);
    return data.subarray(0, data.length - held);
  }

  #collect(bytes: Uint8Array): void {
    if (this.#complete || !this.#epitaph) return;
    this.#epitaph = Buffer.concat([this.#epitaph, bytes]).subarray(0, LIMIT_BYTES);
    const end = this.#epitaph.indexOf(END);
    if (end < 0) return;
    this.#epitaph = this.#epitaph.subarray(0, end + END.length);
    this.#complete = true;
  }

  /** The kernel lives on, so that was no epitaph: everything held comes back as text. */
  release(): Uint8Array {
    const bytes = Buffer.concat([this.#held, this.#epitaph ?? Buffer.alloc(0)]);
    this.#held = Buffer.alloc(0);
    this.#epitaph = undefined;
    this.#complete = false;
    return bytes;
  }

  /** The epitaph has its last line. */
  get complete(): boolean {
    return this.#complete;
  }

  /** The epitaph so far, or undefined. Lines end in \n. */
  get epitaph(): string | undefined {
    return this.#epitaph?.toString("utf8").replaceAll("\r\n", "\n").trimEnd();
  }
}
