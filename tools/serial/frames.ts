// The machine console's byte stream taken apart: text, and marks between FRAME_MARK bytes. Streaming; any chunking gives the same
// events. It knows no commands and no process (tools/machine).
import { FRAME_MARK } from "../abi/generated.js";

export type FrameEvent =
  | { kind: "text"; bytes: Uint8Array }
  | { kind: "ready" }
  | { kind: "begin"; id: string }
  /** status: of the line's last command; failures: how many of its commands failed. */
  | { kind: "end"; id: string; status: number; failures: number };

/** Longest that a mark may be between its FRAME_MARK bytes. */
export const MARK_LIMIT_BYTES = 80;
const PATTERN = /^(?:(ready)|b;([\w.-]{1,32})|e;([\w.-]{1,32});(-?\d{1,10});(\d{1,10}))$/;

function parseMark(text: string): FrameEvent | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  if (match[1]) return { kind: "ready" };
  if (match[2]) return { kind: "begin", id: match[2] };
  return { kind: "end", id: match[3] as string, status: Number(match[4]), failures: Number(match[5]) };
}

/** Whatever is not a well-formed mark comes out as text, its FRAME_MARK bytes included: nothing is lost. */
export class FrameParser {
  /** Bytes since the opening FRAME_MARK, that included; undefined outside a mark. */
  #mark: number[] | undefined;

  /** Takes the next bytes; returns what they complete, in order. Text is copied. */
  push(chunk: Uint8Array): FrameEvent[] {
    const events: FrameEvent[] = [];
    let textStart = 0;
    const text = (bytes: Uint8Array) => {
      const last = events.at(-1);
      if (bytes.length === 0) return;
      if (last?.kind === "text") last.bytes = Buffer.concat([last.bytes, bytes]);
      else events.push({ kind: "text", bytes: Uint8Array.from(bytes) });
    };
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.#mark === undefined) {
        if (byte !== FRAME_MARK) continue;
        text(chunk.subarray(textStart, at));
        this.#mark = [byte];
      } else if (byte === FRAME_MARK) {
        const event = parseMark(String.fromCharCode(...this.#mark.slice(1)));
        if (event) events.push(event);
        else text(Uint8Array.from(this.#mark));
        this.#mark = event ? undefined : [byte]; // not a mark: this byte may open one
      } else {
        this.#mark.push(byte);
        if (byte >= 0x20 && byte < 0x7f && this.#mark.length <= MARK_LIMIT_BYTES) continue;
        text(Uint8Array.from(this.#mark));
        this.#mark = undefined;
      }
      textStart = at + 1;
    }
    if (this.#mark === undefined) text(chunk.subarray(textStart));
    return events;
  }

  /** The stream has ended: what was held back for a mark that never closed. */
  flush(): FrameEvent[] {
    const bytes = this.#mark;
    this.#mark = undefined;
    return bytes ? [{ kind: "text", bytes: Uint8Array.from(bytes) }] : [];
  }
}
