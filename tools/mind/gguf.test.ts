// GGUF files in TypeScript: what is written is read the same; weight types there and back; another type of a whole model; models in build/models.
import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { formatGguf, type GgufContent, parseGguf } from "./gguf.js";
import { HALVES, toHalf } from "./half.js";
import { addModel, findModel, requantiseModel } from "./models.js";
import { dequantise, quantise, type WeightType, weightType } from "./quantise.js";
import { requantise } from "./requantise.js";
import { randomFrom, smallModel } from "./small-model.js";
import { unzipOne } from "./zip.js";

describe("files", () => {
  test.each(["gpt2", "llama"] as const)("what is written is read the same (%s)", (tokenizer) => {
    const content = smallModel({ tokenizer, type: "Q4_1" });
    const again = parseGguf(formatGguf(content));
    expect([...again.metadata]).toEqual(
      [...content.metadata].map(([key, value]) => [
        key,
        value.type === "f32"
          ? { ...value, value: Math.fround(value.value as number) }
          : value.type === "array" && value.of === "f32"
            ? { ...value, values: value.values.map((v) => Math.fround(v as number)) }
            : value,
      ]),
    );
    expect(again.tensors.map(({ name, shape, type }) => ({ name, shape, type }))).toEqual(content.tensors.map(({ name, shape, type }) => ({ name, shape, type })));
    expect(again.tensors.every(({ data }, i) => Buffer.compare(data, content.tensors[i]?.data as Uint8Array) === 0)).toBe(true);
    expect(formatGguf(again)).toEqual(formatGguf(content));
  });

  test("every type of metadata", () => {
    const content: GgufContent = {
      metadata: new Map([
        ["a", { type: "u8", value: 255 }],
        ["b", { type: "i8", value: -128 }],
        ["c", { type: "u16", value: 65_535 }],
        ["d", { type: "i16", value: -32_768 }],
        ["e", { type: "u32", value: 2 ** 32 - 1 }],
        ["f", { type: "i32", value: -(2 ** 31) }],
        ["g", { type: "f32", value: 0.5 }],
        ["h", { type: "bool", value: true }],
        ["i", { type: "string", value: "日本" }],
        ["j", { type: "u64", value: 2n ** 64n - 1n }],
        ["k", { type: "i64", value: -(2n ** 63n) }],
        ["l", { type: "f64", value: Math.PI }],
        ["m", { type: "array", of: "string", values: ["", "x"] }],
        ["n", { type: "array", of: "u64", values: [1n] }],
      ]),
      tensors: [],
    };
    expect([...parseGguf(formatGguf(content)).metadata]).toEqual([...content.metadata]);
  });

  test("cut anywhere it is refused", () => {
    const bytes = formatGguf(smallModel());
    for (let end = 0; end < bytes.length; end += 401) expect(() => parseGguf(bytes.subarray(0, end))).toThrow(/GGUF|tensor/);
  });

  test("data that do not fit their shape are not written", () => {
    const content = smallModel();
    (content.tensors[0] as { data: Uint8Array }).data = new Uint8Array(3);
    expect(() => formatGguf(content)).toThrow(/tensor token_embd.weight has 3 bytes of F32/);
  });
});

describe("weights", () => {
  test("every half is exact, and the nearest is found", () => {
    for (let half = 0; half < 65_536; half++) if (!Number.isNaN(HALVES[half])) expect(toHalf(HALVES[half] as number)).toBe(half);
    const random = randomFrom(3);
    for (let i = 0; i < 20_000; i++) {
      const value = Math.fround((random() - 0.5) * 2 ** Math.floor(random() * 30 - 20));
      const found = toHalf(value);
      const off = Math.abs((HALVES[found] as number) - value);
      for (const near of [found - 1, found + 1]) if ((near & 0x7fff) < 0x7c00 && near >= 0) expect(Math.abs((HALVES[near] as number) - value)).toBeGreaterThanOrEqual(off);
    }
    expect(toHalf(Number.NaN) & 0x7c00).toBe(0x7c00);
    expect(toHalf(1e9)).toBe(0x7c00);
  });

  // A step is the scale of the block; half of it is the most that rounding moves, and the scale's own rounding adds a little.
  test.each<[WeightType, (most: number, range: number) => number]>([
    ["F32", () => 0],
    ["F16", (most) => most / 2048],
    ["Q8_0", (most) => (most / 127) * 0.57],
    ["Q4_0", (most) => (most / 8) * 1.01],
    ["Q4_1", (_, range) => (range / 15) * 0.52],
  ])("%s there and back", (type, bound) => {
    const random = randomFrom(8);
    for (let i = 0; i < 200; i++) {
      const values = Float32Array.from({ length: 32 }, () => (random() - 0.4) * 10 ** (i % 5));
      const back = dequantise(type, quantise(type, values), 32);
      const most = Math.max(...values.map(Math.abs));
      const allowed = bound(most, Math.max(...values) - Math.min(...values));
      back.forEach((value, j) => {
        expect(Math.abs(value - (values[j] as number))).toBeLessThanOrEqual(allowed);
      });
    }
    expect([...dequantise(type, quantise(type, new Float32Array(32)), 32)]).toEqual(new Array(32).fill(0));
  });

  test("a type is known by its name", () => {
    expect(weightType("q4_1")).toBe("Q4_1");
    expect(() => weightType("Q4_K")).toThrow("Q4_K is not a weight type");
  });
});

describe("a model in another type", () => {
  test("matrices change, norms stay, the file says what it is", () => {
    const made = requantise(smallModel(), "Q8_0");
    for (const { shape, type } of made.tensors) expect(type).toBe(shape.length > 1 ? "Q8_0" : "F32");
    expect(made.metadata.get("general.file_type")).toEqual({ type: "u32", value: 7 });
    expect(requantise(made, "Q8_0").tensors).toEqual(made.tensors);
  });

  test("rows that are no whole blocks are refused", () => {
    expect(() => requantise(smallModel({ width: 48, heads: 4 }), "Q4_0")).toThrow(/rows of 48 values, which cannot be Q4_0/);
  });

  test("unknown models and names are refused", async () => {
    expect(() => findModel("no-such-model")).toThrow("there is no model no-such-model");
    expect(() => requantiseModel("no-such-model", "Q8_0")).toThrow("there is no model");
    await expect(addModel("nothing")).rejects.toThrow("nothing is not a model that is known here");
  });
});

describe("archives", () => {
  const crcless = (name: string, data: Buffer, method: 0 | 8): Buffer => {
    const packed = method === 8 ? deflateRawSync(data) : data;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(data.length, 24);
    entry.writeUInt16LE(name.length, 28);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50);
    end.writeUInt16LE(1, 10);
    end.writeUInt32LE(30 + name.length + packed.length, 16);
    return Buffer.concat([local, Buffer.from(name), packed, entry, Buffer.from(name), end]);
  };
  test.each([0, 8] as const)("method %d", (method) => {
    const data = Buffer.from("weights ".repeat(100));
    const archive = crcless("a/model.gguf", data, method);
    expect(Buffer.from(unzipOne(archive, ".gguf"))).toEqual(data);
    expect(() => unzipOne(archive, ".txt")).toThrow("has no file");
    for (let end = 0; end < archive.length; end += 3) expect(() => unzipOne(archive.subarray(0, end), ".gguf")).toThrow(/archive/);
  });
});
