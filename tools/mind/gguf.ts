// GGUF v3 files for tools: read whole, write whole. Every count and offset is checked; metadata keeps its types, so that a file that is read and written again is
// the same. The mind's own reader: kernel-as/mind/gguf.
import { readFileSync, writeFileSync } from "node:fs";
import { GgufError, WEIGHT_TYPES, type WeightType, weightBytes } from "./quantise.js";

export { GgufError };

const MAGIC = 0x46554747;
const VERSION = 3;
const ALIGNMENT = 32;
const KEYS_MOST = 65_536;
const TENSORS_MOST = 65_536;
const DIMENSIONS_MOST = 4;

/** GGUF's numbers of metadata types. */
const SCALARS = { u8: 0, i8: 1, u16: 2, i16: 3, u32: 4, i32: 5, f32: 6, bool: 7, string: 8, u64: 10, i64: 11, f64: 12 } as const;
const ARRAY = 9;
export type ScalarType = keyof typeof SCALARS;
type Scalar = number | bigint | boolean | string;

/** A value of the metadata with its type. */
export type MetadataValue = { type: ScalarType; value: Scalar } | { type: "array"; of: ScalarType; values: Scalar[] };

export interface GgufTensor {
  name: string;
  /** Values of a row first, then rows. */
  shape: number[];
  type: WeightType;
  data: Uint8Array;
}

export interface GgufContent {
  metadata: Map<string, MetadataValue>;
  tensors: GgufTensor[];
}

const BYTES: Record<Exclude<ScalarType, "string">, number> = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4, bool: 1, u64: 8, i64: 8, f64: 8 };

class Reader {
  at = 0;
  readonly view: DataView;
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  take(bytes: number): number {
    if (bytes > this.bytes.length - this.at) throw new GgufError(`the GGUF file is truncated: ${bytes} bytes are wanted at byte ${this.at}, it has ${this.bytes.length}`);
    this.at += bytes;
    return this.at - bytes;
  }
  u32 = () => this.view.getUint32(this.take(4), true);
  count(what: string, most: number): number {
    const value = this.view.getBigUint64(this.take(8), true);
    if (value > BigInt(most)) throw new GgufError(`the GGUF file claims ${value} ${what}`, { expected: `at most ${most}` });
    return Number(value);
  }
  string(): string {
    const bytes = this.count("bytes in a string", this.bytes.length - this.at);
    const at = this.take(bytes);
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + at, bytes).toString("utf8");
  }
  scalarType(number: number): ScalarType {
    const found = Object.entries(SCALARS).find(([, of]) => of === number);
    if (!found) throw new GgufError(`metadata of the unknown type ${number} at byte ${this.at}`);
    return found[0] as ScalarType;
  }
  scalar(type: ScalarType): Scalar {
    if (type === "string") return this.string();
    const at = this.take(BYTES[type]);
    const { view } = this;
    if (type === "u8") return view.getUint8(at);
    if (type === "i8") return view.getInt8(at);
    if (type === "u16") return view.getUint16(at, true);
    if (type === "i16") return view.getInt16(at, true);
    if (type === "u32") return view.getUint32(at, true);
    if (type === "i32") return view.getInt32(at, true);
    if (type === "f32") return view.getFloat32(at, true);
    if (type === "f64") return view.getFloat64(at, true);
    if (type === "bool") return view.getUint8(at) !== 0;
    return type === "u64" ? view.getBigUint64(at, true) : view.getBigInt64(at, true);
  }
  value(): MetadataValue {
    const type = this.u32();
    if (type !== ARRAY) {
      const name = this.scalarType(type);
      return { type: name, value: this.scalar(name) };
    }
    const of = this.scalarType(this.u32());
    const count = this.count("elements", Math.floor((this.bytes.length - this.at) / (of === "string" ? 8 : BYTES[of])));
    const values: Scalar[] = [];
    for (let i = 0; i < count; i++) values.push(this.scalar(of));
    return { type: "array", of, values };
  }
}

/** Reads a file's bytes; tensors are views into them. @throws GgufError */
export function parseGguf(bytes: Uint8Array): GgufContent {
  const reader = new Reader(bytes);
  if (bytes.length < 4 || reader.u32() !== MAGIC) throw new GgufError("not a GGUF file: it does not begin with GGUF");
  const version = reader.u32();
  if (version !== VERSION) throw new GgufError(`GGUF version ${version} is not supported`, { expected: "version 3, little-endian" });
  const tensorCount = reader.count("tensors", TENSORS_MOST);
  const keyCount = reader.count("keys", KEYS_MOST);
  const metadata = new Map<string, MetadataValue>();
  for (let i = 0; i < keyCount; i++) metadata.set(reader.string(), reader.value());
  const heads: { name: string; shape: number[]; type: WeightType; offset: number }[] = [];
  for (let i = 0; i < tensorCount; i++) {
    const name = reader.string();
    const dimensions = reader.u32();
    if (dimensions < 1 || dimensions > DIMENSIONS_MOST) throw new GgufError(`tensor ${name} has ${dimensions} dimensions`, { expected: "1 to 4" });
    const shape = Array.from({ length: dimensions }, () => reader.count("values in a dimension", 2 ** 31 - 1));
    const number = reader.u32();
    const type = (Object.keys(WEIGHT_TYPES) as WeightType[]).find((candidate) => WEIGHT_TYPES[candidate].number === number);
    if (!type) throw new GgufError(`tensor ${name} is of the unsupported type ${number}`, { expected: Object.keys(WEIGHT_TYPES).join(", ") });
    heads.push({ name, shape, type, offset: reader.count("bytes before a tensor", bytes.length) });
  }
  const alignment = Number(scalarOf(metadata, "general.alignment") ?? ALIGNMENT);
  if (!(alignment >= 8 && alignment <= 65_536 && Number.isInteger(Math.log2(alignment))))
    throw new GgufError(`general.alignment is ${alignment}`, { expected: "a power of two from 8 to 65536" });
  const start = Math.ceil(reader.at / alignment) * alignment;
  const tensors = heads.map(({ name, shape, type, offset }) => {
    const end =
      start +
      offset +
      weightBytes(
        type,
        shape.reduce((a, b) => a * b),
      );
    if ((shape[0] as number) % WEIGHT_TYPES[type].block !== 0 || end > bytes.length) throw new GgufError(`tensor ${name} needs the file up to byte ${end}, it has ${bytes.length}`);
    return { name, shape, type, data: bytes.subarray(start + offset, end) };
  });
  return { metadata, tensors };
}

/** Reads a file. @throws GgufError */
export function readGguf(path: string): GgufContent {
  return parseGguf(readFileSync(path));
}

/** A single value of the metadata. */
export function scalarOf(metadata: Map<string, MetadataValue>, key: string): Scalar | undefined {
  const found = metadata.get(key);
  return found && found.type !== "array" ? found.value : undefined;
}

class Writer {
  private readonly parts: Uint8Array[] = [];
  length = 0;
  put(bytes: Uint8Array): void {
    this.parts.push(bytes);
    this.length += bytes.length;
  }
  number(type: Exclude<ScalarType, "string">, value: Scalar): void {
    const bytes = new Uint8Array(BYTES[type]);
    const view = new DataView(bytes.buffer);
    if (type === "u8" || type === "bool") view.setUint8(0, Number(value));
    else if (type === "i8") view.setInt8(0, Number(value));
    else if (type === "u16") view.setUint16(0, Number(value), true);
    else if (type === "i16") view.setInt16(0, Number(value), true);
    else if (type === "u32") view.setUint32(0, Number(value), true);
    else if (type === "i32") view.setInt32(0, Number(value), true);
    else if (type === "f32") view.setFloat32(0, Number(value), true);
    else if (type === "f64") view.setFloat64(0, Number(value), true);
    else if (type === "u64") view.setBigUint64(0, BigInt(value), true);
    else view.setBigInt64(0, BigInt(value), true);
    this.put(bytes);
  }
  string(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.number("u64", BigInt(bytes.length));
    this.put(bytes);
  }
  scalar(type: ScalarType, value: Scalar): void {
    if (type === "string") this.string(String(value));
    else this.number(type, value);
  }
  align(to: number): void {
    this.put(new Uint8Array(Math.ceil(this.length / to) * to - this.length));
  }
  bytes(): Uint8Array {
    const out = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}

/** A file's bytes. @throws GgufError where a tensor's data do not fit its shape */
export function formatGguf({ metadata, tensors }: GgufContent): Uint8Array {
  const alignment = Number(scalarOf(metadata, "general.alignment") ?? ALIGNMENT);
  const writer = new Writer();
  writer.number("u32", MAGIC);
  writer.number("u32", VERSION);
  writer.number("u64", BigInt(tensors.length));
  writer.number("u64", BigInt(metadata.size));
  for (const [key, value] of metadata) {
    writer.string(key);
    if (value.type === "array") {
      writer.number("u32", ARRAY);
      writer.number("u32", SCALARS[value.of]);
      writer.number("u64", BigInt(value.values.length));
      for (const element of value.values) writer.scalar(value.of, element);
    } else {
      writer.number("u32", SCALARS[value.type]);
      writer.scalar(value.type, value.value);
    }
  }
  let offset = 0;
  for (const { name, shape, type, data } of tensors) {
    const bytes = weightBytes(
      type,
      shape.reduce((a, b) => a * b),
    );
    if (data.length !== bytes || (shape[0] as number) % WEIGHT_TYPES[type].block !== 0) {
      throw new GgufError(`tensor ${name} has ${data.length} bytes of ${type} for the shape ${shape.join(" x ")}`, { expected: `${bytes} bytes, in whole blocks` });
    }
    writer.string(name);
    writer.number("u32", shape.length);
    for (const size of shape) writer.number("u64", BigInt(size));
    writer.number("u32", WEIGHT_TYPES[type].number);
    writer.number("u64", BigInt(offset));
    offset = Math.ceil((offset + bytes) / alignment) * alignment;
  }
  writer.align(alignment);
  for (const { data } of tensors) {
    writer.put(data);
    writer.align(alignment);
  }
  return writer.bytes();
}

/** Writes a file. */
export function writeGguf(path: string, content: GgufContent): void {
  writeFileSync(path, formatGguf(content));
}
