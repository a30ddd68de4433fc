// The machine console's stream: any chunking gives the same answer, and no byte is lost.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FRAME_MARK } from "../abi/generated.js";
import { EPITAPH_END, EPITAPH_START, EpitaphScanner, type FrameEvent, FrameParser, MARK_LIMIT_BYTES, Newlines } from "./index.js";

const RS = String.fromCharCode(FRAME_MARK);

/** Text events that touch are one. */
function joined(events: FrameEvent[]): unknown[] {
  const out: { kind: string; text?: string }[] = [];
  for (const event of events) {
    if (event.kind !== "text") out.push(event);
    else if (out.at(-1)?.kind === "text") (out.at(-1) as { text: string }).text += Buffer.from(event.bytes).toString("latin1");
    else out.push({ kind: "text", text: Buffer.from(event.bytes).toString("latin1") });
  }
  return out;
}

function parse(bytes: Uint8Array, cuts: number[] = []): unknown[] {
  const parser = new FrameParser();
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const events: FrameEvent[] = [];
  let from = 0;
  for (const to of [...places, bytes.length]) {
    events.push(...parser.push(bytes.subarray(from, to)));
    from = to;
  }
  return joined([...events, ...parser.flush()]);
}

const latin = (text: string) => Buffer.from(text, "latin1");
const mark = fc.constantFrom(`${RS}ready${RS}`, `${RS}b;7${RS}`, `${RS}e;7;-11;2${RS}`, `${RS}b;bad id${RS}`, `${RS}e;7${RS}`, RS, `${RS}${"x".repeat(MARK_LIMIT_BYTES + 5)}${RS}`);
const stream = fc
  .array(
    fc.oneof(
      mark,
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    ),
    { maxLength: 12 },
  )
  .map((parts) => latin(parts.join("")));
const cuts = fc.array(fc.nat(1000), { maxLength: 20 });

describe("frames", () => {
  test("a whole exchange", () => {
    expect(parse(latin(`qboot\n${RS}ready${RS}${RS}b;1${RS}free 5\n${RS}e;1;127;1${RS}`))).toEqual([
      { kind: "text", text: "qboot\n" },
      { kind: "ready" },
      { kind: "begin", id: "1" },
      { kind: "text", text: "free 5\n" },
      { kind: "end", id: "1", status: 127, failures: 1 },
    ]);
  });

  test("any chunking gives the same events", () => {
    fc.assert(
      fc.property(stream, cuts, (bytes, places) => {
        expect(parse(bytes, places)).toEqual(parse(bytes));
      }),
    );
  });

  test("what is no mark comes out as it went in", () => {
    const noMark = fc.uint8Array({ maxLength: 400 }).filter((bytes) => !["ready", "b;", "e;"].some((start) => Buffer.from(bytes).includes(RS + start, 0, "latin1")));
    fc.assert(
      fc.property(noMark, cuts, (bytes, places) => {
        const events = parse(bytes, places) as { text?: string }[];
        expect(events.map((event) => event.text).join("")).toBe(Buffer.from(bytes).toString("latin1"));
      }),
    );
  });

  test("a stray mark byte does not hide the mark behind it", () => {
    expect(parse(latin(`${RS}${RS}ready${RS}`))).toEqual([{ kind: "text", text: RS }, { kind: "ready" }]);
    expect(parse(latin(`${RS}gar\nbage${RS}b;2${RS}`))).toEqual([
      { kind: "text", text: `${RS}gar\nbage` },
      { kind: "begin", id: "2" },
    ]);
  });
});

describe("epitaph", () => {
  const epitaph = `${EPITAPH_START} test\n  at kernel:0\n${EPITAPH_END}`;

  test("is cut out of the text at any chunking", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60 }).filter((text) => !text.includes(EPITAPH_START)),
        cuts,
        (before, places) => {
          const bytes = Buffer.from(`${before}${epitaph}\r\ntail`);
          const scanner = new EpitaphScanner();
          const out: Uint8Array[] = [];
          let from = 0;
          for (const to of [...places.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
            out.push(scanner.push(bytes.subarray(from, to)));
            from = Math.max(from, to);
          }
          expect(Buffer.concat(out).toString()).toBe(before);
          expect(scanner.complete).toBe(true);
          expect(scanner.epitaph).toBe(epitaph);
        },
      ),
    );
  });

  test("a program that prints its first line gets it back", () => {
    const scanner = new EpitaphScanner();
    const out = [scanner.push(Buffer.from(`x ${EPITAPH_START} no`)), scanner.push(Buffer.from(" panic\n")), scanner.release()];
    expect(Buffer.concat(out).toString()).toBe(`x ${EPITAPH_START} no panic\n`);
    expect(scanner.epitaph).toBeUndefined();
  });
});

test("line ends survive any chunking", () => {
  const text = fc.array(fc.constantFrom("a", "\r", "\n", "\r\n", "é"), { maxLength: 40 }).map((parts) => Buffer.from(parts.join("")));
  fc.assert(
    fc.property(text, cuts, (bytes, places) => {
      const newlines = new Newlines();
      const out: Uint8Array[] = [];
      let from = 0;
      for (const to of [...places.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
        out.push(newlines.push(bytes.subarray(from, Math.max(from, to))));
        from = Math.max(from, to);
      }
      out.push(newlines.flush());
      expect(Buffer.concat(out).toString()).toBe(bytes.toString().replaceAll("\r\n", "\n"));
    }),
  );
});
