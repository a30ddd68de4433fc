// Seeded damage to WebAssembly modules: raw (anywhere in the bytes) and with a sense of sections and bodies (their lengths put right
// again, so that the damage reaches the rules behind them). Not the comparison (validate.test.ts).
import type { Rng } from "../sim/rng.js";

const HEADER_BYTES = 8;
const SECTION_CODE = 10;
/** Bytes that mean something in many places: 0, ends, blocks, types, the edges of LEB128. */
const TELLING = [0, 1, 2, 3, 4, 5, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x1a, 0x1b, 0x20, 0x21, 0x40, 0x41, 0x60, 0x6f, 0x70, 0x7c, 0x7d, 0x7e, 0x7f, 0x80, 0xc0, 0xfc, 0xff];

export interface Section {
  id: number;
  body: Uint8Array;
}

export function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

function readLeb(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] as number;
    value |= (byte & 127) << shift;
    if (byte < 128) return [value >>> 0, at];
  }
}

/** The sections of a module that is well formed. */
export function sectionsOf(bytes: Uint8Array): Section[] {
  const sections: Section[] = [];
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const id = bytes[at] as number;
    const [length, next] = readLeb(bytes, at + 1);
    sections.push({ id, body: bytes.subarray(next, next + length) });
    at = next + length;
  }
  return sections;
}

export function moduleOf(sections: Section[]): Uint8Array<ArrayBuffer> {
  const parts = [Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), ...sections.flatMap(({ id, body }) => [Buffer.from([id, ...leb(body.length)]), Buffer.from(body)])];
  return new Uint8Array(Buffer.concat(parts));
}

function index(rng: Rng, bound: number): number {
  return Math.floor(rng.next() * bound);
}
function randomByte(rng: Rng): number {
  return rng.next() < 0.6 ? rng.pick(TELLING) : index(rng, 256);
}

/** The same bytes with `removed` of them at `at` replaced. */
function replaced(bytes: Uint8Array, at: number, removed: number, by: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length - removed + by.length);
  out.set(bytes.subarray(0, at));
  out.set(by, at);
  out.set(bytes.subarray(at + removed), at + by.length);
  return out;
}

/** One small damage to a span of bytes. */
function scratch(rng: Rng, bytes: Uint8Array, from = 0): Uint8Array<ArrayBuffer> {
  const at = from + index(rng, Math.max(1, bytes.length - from));
  const count = 1 + index(rng, 3);
  switch (index(rng, 6)) {
    case 0:
      return replaced(bytes, at, Math.min(1, bytes.length - at), [(bytes[at] ?? 0) ^ (1 << index(rng, 8))]);
    case 1:
      return replaced(bytes, at, Math.min(1, bytes.length - at), [randomByte(rng)]);
    case 2:
      return replaced(
        bytes,
        at,
        0,
        Array.from({ length: count }, () => randomByte(rng)),
      );
    case 3:
      return replaced(bytes, at, Math.min(count, bytes.length - at), []);
    case 4: {
      // A span copied over another place.
      const source = from + index(rng, Math.max(1, bytes.length - from));
      return replaced(bytes, at, 0, bytes.slice(source, source + 1 + index(rng, 8)));
    }
    default:
      // A LEB128 number in a longer form.
      return replaced(bytes, at, Math.min(1, bytes.length - at), [(bytes[at] ?? 0) | 0x80, rng.pick([0, 0, 0x7f, 0x80, 1])]);
  }
}

/** Damage one body of a code section; its length and the section's are put right. */
function scratchBody(rng: Rng, code: Uint8Array): Uint8Array {
  const [count, first] = readLeb(code, 0);
  if (count === 0) return scratch(rng, code);
  const chosen = index(rng, count);
  let at = first;
  for (let i = 0; ; i++) {
    const [length, next] = readLeb(code, at);
    if (i === chosen) {
      const body = scratch(rng, code.subarray(next, next + length));
      return replaced(code, at, next + length - at, [...leb(body.length), ...body]);
    }
    at = next + length;
  }
}

export type Mutation = (rng: Rng, bytes: Uint8Array, other: Uint8Array) => Uint8Array<ArrayBuffer>;

function inSections(change: (rng: Rng, sections: Section[], other: Section[]) => void): Mutation {
  return (rng, bytes, other) => {
    const sections = sectionsOf(bytes);
    change(rng, sections, sectionsOf(other));
    return moduleOf(sections);
  };
}

export const MUTATIONS: Record<string, Mutation> = {
  raw: (rng, bytes) => scratch(rng, bytes),
  rawTwice: (rng, bytes) => scratch(rng, scratch(rng, bytes), HEADER_BYTES),
  truncated: (rng, bytes) => new Uint8Array(bytes.subarray(0, index(rng, bytes.length))),
  sectionSwap: inSections((rng, sections) => {
    const a = index(rng, sections.length);
    const b = index(rng, sections.length);
    [sections[a], sections[b]] = [sections[b] as Section, sections[a] as Section];
  }),
  sectionGone: inSections((rng, sections) => sections.splice(index(rng, sections.length), 1)),
  sectionTwice: inSections((rng, sections) => sections.splice(index(rng, sections.length), 0, rng.pick(sections))),
  sectionId: inSections((rng, sections) => {
    rng.pick(sections).id = index(rng, 15);
  }),
  sectionBody: inSections((rng, sections) => {
    const section = rng.pick(sections);
    section.body = scratch(rng, section.body);
  }),
  functionBody: inSections((rng, sections) => {
    const code = sections.find(({ id }) => id === SECTION_CODE);
    if (code) code.body = scratchBody(rng, code.body);
  }),
  functionBodies: inSections((rng, sections) => {
    const code = sections.find(({ id }) => id === SECTION_CODE);
    for (let i = 0; code && i < 2; i++) code.body = scratchBody(rng, code.body);
  }),
  splicedSection: inSections((rng, sections, other) => {
    const section = rng.pick(other);
    const at = sections.findIndex(({ id }) => id === section.id);
    if (at >= 0) sections[at] = section;
    else sections.splice(index(rng, sections.length + 1), 0, section);
  }),
  splicedBytes: (rng, bytes, other) => new Uint8Array(Buffer.concat([bytes.subarray(0, index(rng, bytes.length)), other.subarray(index(rng, other.length))])),
};

/** How often each is taken: those that reach further, more often. */
export const WEIGHTED: readonly string[] = [
  ...Array(3).fill("raw"),
  "rawTwice",
  "truncated",
  "sectionSwap",
  "sectionGone",
  "sectionTwice",
  "sectionId",
  ...Array(4).fill("sectionBody"),
  ...Array(7).fill("functionBody"),
  ...Array(3).fill("functionBodies"),
  ...Array(2).fill("splicedSection"),
  "splicedBytes",
];
