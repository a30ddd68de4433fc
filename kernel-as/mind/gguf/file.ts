// A GGUF v3 file as it lies in linear memory, read-only: its metadata and its tensors, found by name. Every count, type and offset is checked once, when it is
// opened; nothing is copied but where things lie. Not the meaning of any of it: model/ and tokenizer/ know that.
//
//   magic GGUF | version u32 | tensors u64 | keys u64 | keys: name, type u32, value | tensors: name, dimensions u32, u64 each, type u32, offset u64 | padding | data
//   A name or string is a u64 length and its bytes. An array is a type u32, a count u64 and the values.
import { equal, getU8, getU32, getU64, isLiteral } from "../../lib/bytes";
import { faulty, say, sayBytes, sayNumber } from "../fault";
import { give, take } from "../memory";
import {
  tensorTypeName,
  typeBlock,
  typeBlockBytes,
  VALUE_ARRAY,
  VALUE_BOOL,
  VALUE_F32,
  VALUE_F64,
  VALUE_I8,
  VALUE_I16,
  VALUE_I32,
  VALUE_I64,
  VALUE_STRING,
  valueBytes,
} from "./types";

const MAGIC: u32 = 0x46554747; // "GGUF"
const VERSION: u32 = 3;
const KEYS_MOST: u64 = 1024;
const TENSORS_MOST: u64 = 4096;
const NAME_BYTES_MOST: u64 = 256;
const DIMENSION_MOST: u64 = 0x7fff_ffff;
const ALIGNMENT: u64 = 32;
const ALIGNMENT_MOST: u64 = 65536;

/** One key of the metadata. A string's `at` and `count` are its bytes; an array's its first element and how many, of type `element`. */
@unmanaged
export class Key {
  nameAt: usize;
  nameBytes: u32;
  type: u32;
  at: usize;
  count: u32;
  element: u32;
}
const KEY_BYTES: usize = 24;

/** One tensor: `columns` × `rows` values, the columns of a row beside each other. */
@unmanaged
export class Tensor {
  nameAt: usize;
  nameBytes: u32;
  type: u32;
  columns: u32;
  rows: u32;
  /** First byte of the data. */
  at: usize;
  bytes: usize;
}
const TENSOR_BYTES: usize = 28;

// The reading position, and the end of the file.
let at: usize = 0;
let end: usize = 0;

function left(): u64 {
  return <u64>(end - at);
}

/** Where things lie in the file. Its own tables are all that it takes. */
@unmanaged
export class Gguf {
  base: usize;
  bytes: usize;
  keys: usize;
  keyCount: i32;
  tensors: usize;
  tensorCount: i32;

  key(index: i32): Key {
    return changetype<Key>(this.keys + <usize>index * KEY_BYTES);
  }
  tensor(index: i32): Tensor {
    return changetype<Tensor>(this.tensors + <usize>index * TENSOR_BYTES);
  }

  /** The key of this name, or null. */
  find(name: string): Key | null {
    for (let i = 0; i < this.keyCount; i++) {
      const key = this.key(i);
      if (isLiteral(key.nameAt, key.nameBytes, name)) return key;
    }
    return null;
  }

  /** The tensor of these bytes as its name, or null. */
  findTensor(name: usize, count: usize): Tensor | null {
    for (let i = 0; i < this.tensorCount; i++) {
      const tensor = this.tensor(i);
      if (tensor.nameBytes === <u32>count && equal(tensor.nameAt, name, count)) return tensor;
    }
    return null;
  }

  /** Checks the whole file. False: `fault` says why, and nothing is kept. */
  open(base: usize, bytes: usize): bool {
    this.base = base;
    this.bytes = bytes;
    this.keys = 0;
    this.tensors = 0;
    this.keyCount = 0;
    this.tensorCount = 0;
    at = base;
    end = base + bytes;
    if (end >= base && this.readAll()) return true;
    if (!faulty()) say("the GGUF file is truncated");
    this.close();
    return false;
  }

  close(): void {
    give(this.keys);
    give(this.tensors);
    this.keys = 0;
    this.tensors = 0;
  }

  private readAll(): bool {
    if (this.bytes < 4 || getU32(at) !== MAGIC) {
      say("not a GGUF file: it does not begin with GGUF");
      return false;
    }
    if (this.bytes < 24) return false;
    const version = getU32(at + 4);
    if (version !== VERSION) {
      say("GGUF version ");
      sayNumber(version);
      say(bswap<u32>(version) === VERSION ? ", big-endian" : "");
      say(" is not supported; convert the model to version 3, little-endian");
      return false;
    }
    const tensors = getU64(at + 8);
    const keys = getU64(at + 16);
    at += 24;
    if (tensors > TENSORS_MOST || keys > KEYS_MOST) {
      say("the GGUF file claims ");
      sayNumber(tensors);
      say(" tensors and ");
      sayNumber(keys);
      say(" keys; at most 4096 and 1024 are read: the file is damaged, or not for this mind");
      return false;
    }
    this.keys = take(<usize>keys * KEY_BYTES);
    this.tensors = take(<usize>tensors * TENSOR_BYTES);
    if (this.keys === 0 || this.tensors === 0) {
      say("no memory for the tables of the GGUF file");
      return false;
    }
    for (; this.keyCount < <i32>keys; this.keyCount++) {
      if (this.readKey(this.key(this.keyCount))) continue;
      if (!faulty()) {
        say("the GGUF file is truncated, or a length in it is wrong: it ends inside key ");
        sayNumber(<u64>this.keyCount + 1);
        say(" of ");
        sayNumber(keys);
      }
      return false;
    }
    for (; this.tensorCount < <i32>tensors; this.tensorCount++) {
      if (this.readTensor(this.tensor(this.tensorCount))) continue;
      if (!faulty()) {
        say("the GGUF file is truncated, or a length in it is wrong: it ends inside the description of tensor ");
        sayNumber(<u64>this.tensorCount + 1);
        say(" of ");
        sayNumber(tensors);
      }
      return false;
    }
    return this.placeTensors();
  }

  private readKey(key: Key): bool {
    if (!readName()) return false;
    key.nameAt = stringAt;
    key.nameBytes = <u32>stringBytes;
    for (let i = 0; i < this.keyCount; i++) {
      const other = this.key(i);
      if (other.nameBytes !== key.nameBytes || !equal(other.nameAt, key.nameAt, key.nameBytes)) continue;
      sayName("key ", key.nameAt, key.nameBytes);
      say(" stands in the GGUF file twice");
      return false;
    }
    if (left() < 4) return false;
    key.type = getU32(at);
    at += 4;
    key.element = 0;
    key.count = 1;
    key.at = at;
    const bytes = valueBytes(key.type);
    if (bytes > 0) {
      if (left() < <u64>bytes) return false;
      at += bytes;
      return true;
    }
    if (key.type === VALUE_STRING) {
      if (!readString()) return false;
      key.at = stringAt;
      key.count = <u32>stringBytes;
      return true;
    }
    if (key.type !== VALUE_ARRAY) {
      sayName("key ", key.nameAt, key.nameBytes);
      say(" has the unknown type ");
      sayNumber(key.type);
      return false;
    }
    return readArray(key);
  }

  private readTensor(tensor: Tensor): bool {
    if (!readName()) return false;
    tensor.nameAt = stringAt;
    tensor.nameBytes = <u32>stringBytes;
    for (let i = 0; i < this.tensorCount; i++) {
      const other = this.tensor(i);
      if (other.nameBytes !== tensor.nameBytes || !equal(other.nameAt, tensor.nameAt, tensor.nameBytes)) continue;
      sayName("tensor ", tensor.nameAt, tensor.nameBytes);
      say(" stands in the GGUF file twice");
      return false;
    }
    if (left() < 4) return false;
    const dimensions = getU32(at);
    at += 4;
    if (dimensions < 1 || dimensions > 2) {
      sayName("tensor ", tensor.nameAt, tensor.nameBytes);
      say(" has ");
      sayNumber(dimensions);
      say(" dimensions, expected 1 or 2");
      return false;
    }
    if (left() < <u64>dimensions * 8 + 12) return false;
    const columns = getU64(at);
    const rows = dimensions > 1 ? getU64(at + 8) : 1;
    at += dimensions * 8;
    const type = getU32(at);
    const offset = getU64(at + 4);
    at += 12;
    if (columns === 0 || rows === 0 || columns > DIMENSION_MOST || rows > DIMENSION_MOST) {
      sayName("tensor ", tensor.nameAt, tensor.nameBytes);
      say(" has an impossible shape: ");
      sayNumber(columns);
      say(" x ");
      sayNumber(rows);
      return false;
    }
    const block = typeBlock(type);
    if (block === 0) {
      sayName("tensor ", tensor.nameAt, tensor.nameBytes);
      say(": ");
      const name = tensorTypeName(type);
      if (name.length > 0) say(name);
      else {
        say("type ");
        sayNumber(type);
      }
      say(" is not supported; use Q8_0, Q4_0, Q4_1, F16 or F32");
      return false;
    }
    if (columns % <u64>block !== 0) {
      sayName("tensor ", tensor.nameAt, tensor.nameBytes);
      say(": rows of ");
      sayNumber(columns);
      say(" values are no whole blocks of 32");
      return false;
    }
    const bytes = (columns / <u64>block) * <u64>typeBlockBytes(type) * rows;
    if (bytes > 0xffff_ffff || offset > 0xffff_ffff) {
      sayName("tensor ", tensor.nameAt, tensor.nameBytes);
      say(" lies past the end of the file");
      return false;
    }
    tensor.type = type;
    tensor.columns = <u32>columns;
    tensor.rows = <u32>rows;
    tensor.at = <usize>offset; // from the beginning of the data, until placeTensors
    tensor.bytes = <usize>bytes;
    return true;
  }

  private placeTensors(): bool {
    const alignment = this.unsigned("general.alignment", ALIGNMENT);
    if (faulty()) return false;
    if (alignment < 8 || alignment > ALIGNMENT_MOST || (alignment & (alignment - 1)) !== 0) {
      say("general.alignment is ");
      sayNumber(alignment);
      say(", expected a power of two from 8 to 65536");
      return false;
    }
    const described = <u64>(at - this.base);
    const start = (described + alignment - 1) & ~(alignment - 1);
    for (let i = 0; i < this.tensorCount; i++) {
      const tensor = this.tensor(i);
      const offset = <u64>tensor.at;
      if (offset % alignment !== 0 || start + offset + <u64>tensor.bytes > <u64>this.bytes) {
        sayName("tensor ", tensor.nameAt, tensor.nameBytes);
        if (offset % alignment !== 0) {
          say(" is not aligned to ");
          sayNumber(alignment);
          say(" bytes");
          return false;
        }
        say(" needs the file up to byte ");
        sayNumber(start + offset + <u64>tensor.bytes);
        say("; it has ");
        sayNumber(this.bytes);
        say(": the file is truncated, or an offset is wrong");
        return false;
      }
      tensor.at = this.base + <usize>start + tensor.at;
    }
    return true;
  }

  /** A whole number ≥ 0 of the metadata, of any integer type, or `fallback` where there is no such key. Another type, or a negative number: a fault. */
  unsigned(name: string, fallback: u64): u64 {
    const key = this.find(name);
    if (!key) return fallback;
    if (key.type > VALUE_I32 && key.type !== VALUE_BOOL && (key.type < 10 || key.type > VALUE_I64)) {
      sayName("key ", key.nameAt, key.nameBytes);
      say(" is no whole number");
      return fallback;
    }
    const size = valueBytes(key.type);
    const signed = key.type === VALUE_I8 || key.type === VALUE_I16 || key.type === VALUE_I32 || key.type === VALUE_I64;
    let value = size === 1 ? <u64>load<u8>(key.at) : size === 2 ? <u64>load<u16>(key.at) : size === 4 ? <u64>load<u32>(key.at) : load<u64>(key.at);
    if (signed && ((value >> (<u64>size * 8 - 1)) & 1) !== 0) {
      sayName("key ", key.nameAt, key.nameBytes);
      say(" is negative");
      value = fallback;
    }
    return value;
  }

  /** A number of the metadata, of any numeric type, or `fallback`. */
  number(name: string, fallback: f64): f64 {
    const key = this.find(name);
    if (!key) return fallback;
    if (key.type === VALUE_F32) return <f64>load<f32>(key.at);
    if (key.type === VALUE_F64) return load<f64>(key.at);
    return <f64>this.unsigned(name, 0);
  }

  /** A truth value of the metadata, or `fallback`. */
  flag(name: string, fallback: bool): bool {
    const key = this.find(name);
    return key && key.type === VALUE_BOOL ? getU8(key.at) !== 0 : fallback;
  }

  /** Whether a key is this string. */
  is(name: string, text: string): bool {
    const key = this.find(name);
    return key !== null && key.type === VALUE_STRING && isLiteral(key.at, key.count, text);
  }
}

/** "key " or "tensor " and a name, to the fault. */
export function sayName(what: string, name: usize, count: usize): void {
  say(what);
  sayBytes(name, count);
}

// What readString read last.
let stringAt: usize = 0;
let stringBytes: usize = 0;

function readString(): bool {
  if (left() < 8) return false;
  const count = getU64(at);
  at += 8;
  if (count > left()) return false;
  stringAt = at;
  stringBytes = <usize>count;
  at += <usize>count;
  return true;
}

function readName(): bool {
  if (!readString()) return false;
  if (stringBytes > 0 && <u64>stringBytes <= NAME_BYTES_MOST) return true;
  say("the GGUF file has a name of ");
  sayNumber(stringBytes);
  say(" bytes, expected 1 to 256");
  return false;
}

function readArray(key: Key): bool {
  if (left() < 12) return false;
  const element = getU32(at);
  const count = getU64(at + 4);
  at += 12;
  key.element = element;
  key.at = at;
  const bytes = <u64>valueBytes(element);
  if (element === VALUE_STRING) {
    if (count > left() / 8) return false;
    for (let i: u64 = 0; i < count; i++) if (!readString()) return false;
  } else if (bytes > 0) {
    if (count > left() / bytes) return false;
    at += <usize>(count * bytes);
  } else {
    sayName("key ", key.nameAt, key.nameBytes);
    say(element === VALUE_ARRAY ? ": arrays of arrays are not supported" : ": an array of an unknown type");
    return false;
  }
  key.count = <u32>count;
  return true;
}
