// A terminal's line ends (\r\n) to a file's (\n), streaming: the \r and the \n may come in different chunks.
const CR = 0x0d;
const LF = 0x0a;

export class Newlines {
  #pendingCr = false;

  push(bytes: Uint8Array): Uint8Array {
    if (bytes.length === 0) return bytes;
    if (!this.#pendingCr && !bytes.includes(CR)) return bytes;
    const out: number[] = [];
    for (const byte of bytes) {
      if (this.#pendingCr && byte !== LF) out.push(CR);
      this.#pendingCr = byte === CR;
      if (!this.#pendingCr) out.push(byte);
    }
    return Uint8Array.from(out);
  }

  /** What is held back at the stream's end. */
  flush(): Uint8Array {
    const bytes = this.#pendingCr ? Uint8Array.of(CR) : new Uint8Array(0);
    this.#pendingCr = false;
    return bytes;
  }
}
