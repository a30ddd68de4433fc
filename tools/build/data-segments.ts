// Joins a module's data segments. asc writes one for each string literal, and wasm2c copies each by a call of its own: thousands of
// calls at every start, each new code to QEMU's translator. Joined, with the gaps filled by zeros, they are a few long copies.
import { leb, Reader, readSections, SECTION, signedLeb, WasmError, writeSections } from "./_wasm.js";

/** A gap of at most this many bytes is filled instead of starting a new segment. */
const GAP_BYTES = 512;

interface Segment {
  offset: number;
  bytes: Uint8Array;
}

/**
 * The same module with its active data segments joined.
 * @throws WasmError where a segment is passive or its offset is no constant
 */
export function joinDataSegments(wasm: Uint8Array): Uint8Array {
  const sections = readSections(wasm)
    // wasm2c does not need the count, and it would be wrong now.
    .filter((section) => section.id !== SECTION.dataCount)
    .map((section) => (section.id === SECTION.data ? { ...section, body: writeSegments(join(readSegments(section.body))) } : section));
  return writeSections(sections);
}

function readSegments(content: Uint8Array): Segment[] {
  const reader = new Reader(content);
  const segments: Segment[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    if (reader.u32() !== 0 || reader.byte() !== 0x41) throw new WasmError("a data segment is not at a constant place of memory 0");
    const from = reader.at;
    reader.skipSigned(32);
    const offset = signed(content.subarray(from, reader.at));
    if (reader.byte() !== 0x0b) throw new WasmError("a data segment's offset is not one constant");
    segments.push({ offset, bytes: reader.take(reader.u32()) });
  }
  return segments;
}

// Later segments may overwrite earlier ones, so the order must be by place already; asc's is.
function join(segments: Segment[]): Segment[] {
  const joined: { offset: number; end: number; pieces: Uint8Array[] }[] = [];
  for (const { offset, bytes } of segments) {
    const last = joined.at(-1);
    if (last && offset < last.end) throw new WasmError("data segments overlap or are out of order");
    if (last && offset - last.end <= GAP_BYTES) {
      last.pieces.push(new Uint8Array(offset - last.end), bytes);
      last.end = offset + bytes.length;
    } else joined.push({ offset, end: offset + bytes.length, pieces: [bytes] });
  }
  return joined.map(({ offset, pieces }) => ({ offset, bytes: Buffer.concat(pieces) }));
}

function writeSegments(segments: Segment[]): Uint8Array {
  const parts = segments.flatMap(({ offset, bytes }) => [Uint8Array.of(0, 0x41, ...signedLeb(BigInt(offset)), 0x0b, ...leb(bytes.length)), bytes]);
  return Buffer.concat([Uint8Array.from(leb(segments.length)), ...parts]);
}

function signed(operand: Uint8Array): number {
  let value = 0;
  for (const [i, byte] of operand.entries()) value += (byte & 0x7f) * 2 ** (7 * i);
  if ((operand.at(-1) as number) & 0x40) throw new WasmError("a data segment at a negative place");
  return value;
}
