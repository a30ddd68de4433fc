// Reads and writes the WebAssembly binary format: numbers, sections, and the instructions that both of our engines run.
// Not a validator of types: WebAssembly.validate is. Private to this folder.

export class WasmError extends Error {
  readonly code = "WASM_FORM";
}

/** A cursor over bytes. Every read past the end throws WasmError. */
export class Reader {
  at: number;
  readonly bytes: Uint8Array;
  readonly end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  byte(): number {
    const value = this.at < this.end ? this.bytes[this.at] : undefined;
    if (value === undefined) throw new WasmError(`the module ends inside a value at byte ${this.at}`);
    this.at++;
    return value;
  }

  /** Unsigned LEB128 of at most 32 bits. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw new WasmError(`a number longer than 32 bits at byte ${this.at}`);
  }

  /** Step over a signed LEB128 of at most `bits` bits. */
  skipSigned(bits: number): void {
    for (let i = 0; i < Math.ceil(bits / 7); i++) if (this.byte() < 0x80) return;
    throw new WasmError(`a number longer than ${bits} bits at byte ${this.at}`);
  }

  skip(count: number): void {
    if (count > this.end - this.at) throw new WasmError(`the module ends inside a span at byte ${this.at}`);
    this.at += count;
  }

  take(count: number): Uint8Array {
    const from = this.at;
    this.skip(count);
    return this.bytes.subarray(from, from + count);
  }

  name(): string {
    return new TextDecoder("utf-8", { fatal: true }).decode(this.take(this.u32()));
  }
}

export function leb(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    out.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return out;
}

export function signedLeb(value: bigint): number[] {
  const out: number[] = [];
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)) {
      out.push(low);
      return out;
    }
    out.push(low | 0x80);
  }
}

export function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)];
  return [...leb(bytes.length), ...bytes];
}

export const SECTION = { custom: 0, type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, start: 8, element: 9, code: 10, data: 11, dataCount: 12 } as const;

export interface Section {
  id: number;
  body: Uint8Array;
}

export function readSections(bytes: Uint8Array): Section[] {
  const reader = new Reader(bytes);
  const head = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  if (!head.every((value) => reader.byte() === value)) throw new WasmError("not a WebAssembly 1 module");
  const sections: Section[] = [];
  while (!reader.done) {
    const id = reader.byte();
    sections.push({ id, body: reader.take(reader.u32()) });
  }
  return sections;
}

export function writeSections(sections: Section[]): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00)];
  for (const { id, body } of sections) parts.push(Uint8Array.of(id, ...leb(body.length)), body);
  return concat(parts);
}

export function concat(parts: (Uint8Array | number[])[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export const OP = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  end: 0x0b,
  br: 0x0c,
  return: 0x0f,
  localGet: 0x20,
  localSet: 0x21,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Const: 0x41,
  i64Const: 0x42,
  prefix: 0xfc,
} as const;

export const EMPTY_BLOCK = 0x40;
export const VALUE_TYPES: Record<number, string> = { 127: "i32", 126: "i64", 125: "f32", 124: "f64" };

export interface Instruction {
  opcode: number;
  /** Number after the 0xfc prefix, else −1. */
  extended: number;
  start: number;
  end: number;
}

/** Read one instruction. Throws WasmError on any that is not WebAssembly 1, sign extension, saturating truncation, memory.copy or memory.fill. */
export function readInstruction(reader: Reader): Instruction {
  const start = reader.at;
  const opcode = reader.byte();
  let extended = -1;
  if (opcode >= 0x02 && opcode <= 0x04) {
    const type = reader.byte();
    if (type !== EMPTY_BLOCK && VALUE_TYPES[type] === undefined) throw new WasmError(`a block type that the engines do not take (0x${type.toString(16)}) at byte ${start}`);
  } else if (opcode === 0x0c || opcode === 0x0d || opcode === 0x10 || (opcode >= 0x20 && opcode <= 0x24)) {
    reader.u32();
  } else if (opcode === 0x0e) {
    for (let left = reader.u32() + 1; left > 0; left--) reader.u32();
  } else if (opcode === 0x11) {
    reader.u32();
    reader.u32();
  } else if (opcode >= 0x28 && opcode <= 0x3e) {
    reader.u32();
    reader.u32();
  } else if (opcode === 0x3f || opcode === 0x40) {
    reader.byte();
  } else if (opcode === 0x41) {
    reader.skipSigned(32);
  } else if (opcode === 0x42) {
    reader.skipSigned(64);
  } else if (opcode === 0x43) {
    reader.skip(4);
  } else if (opcode === 0x44) {
    reader.skip(8);
  } else if (opcode === OP.prefix) {
    extended = reader.u32();
    if (extended === 10) reader.skip(2);
    else if (extended === 11) reader.skip(1);
    else if (extended > 7) throw new WasmError(`instruction 0xfc ${extended} at byte ${start}: the engines take memory.copy and memory.fill only`);
  } else if (!(opcode <= 0x01 || opcode === 0x05 || opcode === 0x0b || opcode === 0x0f || opcode === 0x1a || opcode === 0x1b || (opcode >= 0x45 && opcode <= 0xc4))) {
    const feature = opcode === 0xfd ? " (SIMD)" : opcode === 0xfe ? " (threads)" : "";
    throw new WasmError(`instruction 0x${opcode.toString(16)}${feature} at byte ${start}: not one that both engines run`);
  }
  return { opcode, extended, start, end: reader.at };
}
