// The metering pass on modules that asc really made: nothing but the budget changes, the budget counts what it says, and what
// is no policy is refused. Binaryen is the second opinion on the form of what comes out.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import binaryen from "binaryen";
import { beforeAll, describe, expect, it } from "vitest";
import { ABI_HASH, MODULE_BYTES, MODULE_NESTING, ModuleKind } from "../abi/index.js";
import { signedLeb as lebOf, readSections } from "./_wasm.js";
import { command } from "./command.js";
import { checkIdentity } from "./identity.js";
import { CALL_DEPTH, inspectModule, type MeterFault, meterModule, START_FUEL } from "./meter.js";
import { ROOT } from "./places.js";

const FOLDER = "build/test/meter";
const FLAGS = ["-O3", "--runtime", "stub", "--debug", "--use", "abort=", "--initialMemory", "2", "--maximumMemory", "2"];

const EXPORTS =
  'export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes, policy_reset } from "../../../kernel-as/policy/testing/bad_trap";';

async function compile(name: string, source: string, flags = FLAGS): Promise<Uint8Array<ArrayBuffer>> {
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  writeFileSync(join(ROOT, FOLDER, `${name}.ts`), source);
  return compileFile(name, `${FOLDER}/${name}.ts`, flags);
}

async function compileFile(name: string, entry: string, flags = FLAGS): Promise<Uint8Array<ArrayBuffer>> {
  await command(process.execPath, ["node_modules/assemblyscript/bin/asc.js", entry, ...flags, "-o", `${FOLDER}/${name}.wasm`]);
  return new Uint8Array(readFileSync(join(ROOT, FOLDER, `${name}.wasm`)));
}

interface Metered {
  memory: WebAssembly.Memory;
  fuel: WebAssembly.Global<"i64">;
  depth: WebAssembly.Global<"i32">;
  policy_input(): number;
  policy_output(): number;
  policy_reset(seed: number): number;
  policy_decide(bytes: number): number;
  [name: string]: unknown;
}

const start = (wasm: Uint8Array) => new WebAssembly.Instance(new WebAssembly.Module(wasm as BufferSource), {}).exports as unknown as Metered;

/** Hash of the memory, with a NaN in the decision made one bit pattern: V8's own tiers differ in its payload. */
function memoryHash(module: Metered): string {
  const confidence = new DataView(module.memory.buffer, module.policy_output(), 8);
  if (Number.isNaN(confidence.getFloat64(0, true))) confidence.setFloat64(0, Number.NaN, true);
  return createHash("sha256").update(new Uint8Array(module.memory.buffer)).digest("hex");
}

/** Points that a call uses. */
function points(module: Metered, work: () => unknown): number {
  module.fuel.value = 1_000_000n;
  module.depth.value = 0;
  work();
  return Number(1_000_000n - module.fuel.value);
}

let arithmetic: Uint8Array<ArrayBuffer>;
let linear: Uint8Array<ArrayBuffer>;
let counted: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  arithmetic = await compileFile("arithmetic", "kernel-as/policy/testing/arithmetic.ts");
  linear = await compileFile("linear", "kernel-as/policy/memory/linear.ts");
  counted = await compile(
    "counted",
    `${EXPORTS}
let sum: i32 = 0;
const AREA: usize = memory.data(65536, 16);
export function policy_decide(n: i32): i32 { for (let i = 0; i < n; i++) sum = sum * 3 + i; return sum & 0xff; }
// An early return inside blocks, and a result on the stack.
export function search(n: i32): i32 { for (let i = 0; ; i++) { if (i * i >= n) { if (i & 1) return i; return -i; } } return 0; }
export function nothing(n: i32): void { if (n === 1) return; sum = n; }
function down(n: i32): i32 { return n <= 0 ? 0 : down(n - 1) + n; }
export function recurse(n: i32): i32 { return down(n); }
export function fill(n: i32): void { memory.fill(AREA, 1, n); }
export function copy(n: i32): void { memory.copy(AREA, AREA + 8, n); }
export function wide(n: f64): f64 { return n <= 0.0 ? 1.0 : wide(n - 1.0) * n; }
`,
  );
});

describe("what is put in", () => {
  it("is valid to V8 and to binaryen, of the features that both engines run", () => {
    for (const wasm of [arithmetic, linear, counted]) {
      const metered = meterModule(wasm);
      const module = binaryen.readBinary(metered.wasm);
      const { MVP, MutableGlobals, SignExt, NontrappingFPToInt, BulkMemory, BulkMemoryOpt } = binaryen.Features;
      module.setFeatures(MVP | MutableGlobals | SignExt | NontrappingFPToInt | BulkMemory | BulkMemoryOpt);
      expect(module.validate()).toBe(1);
      module.dispose();
    }
  });

  it("is the same every time", () => {
    expect(meterModule(arithmetic)).toEqual(meterModule(arithmetic));
  });

  it("leaves names, data, types, functions and tables as they were", () => {
    const kept = (wasm: Uint8Array) => readSections(wasm).filter(({ id }) => ![6, 7, 10].includes(id));
    expect(kept(meterModule(arithmetic).wasm)).toEqual(kept(arithmetic));
    expect(kept(arithmetic).some(({ id }) => id === 0)).toBe(true);
  });

  it("adds fuel and depth to the exports, and nothing else", () => {
    const before = inspectModule(linear);
    const after = meterModule(linear);
    expect(after.exports).toEqual([
      ...before.exports,
      { name: "fuel", kind: "global", signature: "mutable global i64" },
      { name: "depth", kind: "global", signature: "mutable global i32" },
    ]);
    expect(after).toMatchObject({ imports: [], memoryPages: 2, memoryMaximum: 2, functions: before.functions });
    expect(after.nesting).toBeGreaterThan(before.nesting);
    expect(after.bytes).toBe(after.wasm.length);
  });

  it("changes no result", () => {
    const plain = start(arithmetic);
    const metered = start(meterModule(arithmetic).wasm);
    let bits = 1n;
    const next = () => {
      bits = BigInt.asUintN(64, bits * 0x5851f42d4c957f2dn + 0x14057b7ef767814fn);
      return bits;
    };
    let trapped = 0;
    for (let round = 0; round < 400; round++) {
      const input = BigUint64Array.from({ length: 80 }, next);
      const run = (module: Metered) => {
        new BigUint64Array(module.memory.buffer, module.policy_input(), input.length).set(input);
        try {
          return [module.policy_decide(input.byteLength), memoryHash(module)];
        } catch (error) {
          return [(error as Error).message, memoryHash(module)];
        }
      };
      metered.fuel.value = 1_000_000n;
      metered.depth.value = 0;
      const [result, memory] = run(metered);
      expect([result, memory]).toEqual(run(plain));
      if (typeof result === "string") trapped++;
    }
    expect(trapped).toBeGreaterThan(5);
    expect(trapped).toBeLessThan(395);
  });
});

describe("what it counts", () => {
  it("function entries and passes of a loop header", () => {
    const module = start(meterModule(counted).wasm);
    const [ten, twenty] = [points(module, () => module.policy_decide(10)), points(module, () => module.policy_decide(20))];
    expect(twenty - ten).toBe(10);
    expect(points(module, () => module.policy_input())).toBe(1);
    expect(points(module, () => (module.nothing as (n: number) => void)(1))).toBe(1);
  });

  it("returns from inside blocks, with and without a result", () => {
    const module = start(meterModule(counted).wasm);
    const search = module.search as (n: number) => number;
    expect([0, 1, 2, 5, 17, 26].map(search)).toEqual([0, 1, -2, 3, 5, -6].map((x) => x + 0));
    expect(module.depth.value).toBe(0);
    (module.nothing as (n: number) => void)(1);
    expect(module.depth.value).toBe(0);
  });

  it("bytes filled and copied, 64 for a point", () => {
    const module = start(meterModule(counted).wasm);
    for (const name of ["fill", "copy"]) {
      const work = module[name] as (n: number) => void;
      expect(points(module, () => work(64_000)) - points(module, () => work(0))).toBe(1000);
    }
  });

  it("traps exactly when it falls below zero", () => {
    const module = start(meterModule(counted).wasm);
    const needed = points(module, () => module.policy_decide(100));
    module.fuel.value = BigInt(needed);
    expect(() => module.policy_decide(100)).not.toThrow();
    expect(module.fuel.value).toBe(0n);
    module.fuel.value = BigInt(needed - 1);
    expect(() => module.policy_decide(100)).toThrow(/unreachable/);
    expect(module.fuel.value).toBe(-1n);
  });

  it(`calls in progress, up to ${CALL_DEPTH}`, () => {
    const module = start(meterModule(counted).wasm);
    const wide = module.wide as (n: number) => number;
    module.fuel.value = 1_000_000n;
    expect(wide(CALL_DEPTH - 1)).toBeGreaterThan(1e200);
    expect(module.depth.value).toBe(0);
    expect(() => wide(CALL_DEPTH)).toThrow(/unreachable/);
    expect(module.depth.value).toBe(CALL_DEPTH + 1);
    module.depth.value = 0;
    expect((module.recurse as (n: number) => number)(CALL_DEPTH / 2)).toBe(2080);
  });

  it("the start function runs on a budget of its own", async () => {
    const wasm = await compile(
      "starts",
      `${EXPORTS}\nlet x: i32 = 0;\nfor (let i = 0; i < 1000; i++) x = x * 5 + i;\nexport function policy_decide(n: i32): i32 { return x & 1; }`,
    );
    const module = start(meterModule(wasm).wasm);
    expect(Number(START_FUEL - module.fuel.value)).toBeGreaterThan(999);
    const endless = await compile(
      "starts-never",
      `${EXPORTS}\nlet x: i32 = 1;\nwhile (x !== 0) x = (x + 1) & 7 | 1;\nexport function policy_decide(n: i32): i32 { return x & 1; }`,
    );
    expect(() => start(meterModule(endless).wasm)).toThrow(/unreachable/);
  });
});

describe("what it refuses", () => {
  const decide = "export function policy_decide(n: i32): i32 { return n; }";
  const refused = (wasm: Uint8Array, fault: MeterFault, message: RegExp) => {
    expect(() => meterModule(wasm)).toThrow(expect.objectContaining({ code: `METER_${fault}`, message: expect.stringMatching(message) }));
  };

  it("an import", async () => {
    const source = `${EXPORTS}\nexport function policy_decide(n: i32): i32 { return new StaticArray<i32>(n)[n]; }`;
    refused(await compile("imports", source, ["-O3", "--runtime", "stub", "--initialMemory", "2", "--maximumMemory", "2"]), "IMPORT", /env\.abort/);
  });

  it("a memory that can grow, or is too large", async () => {
    refused(await compile("grows", `${EXPORTS}\n${decide}`, [...FLAGS.slice(0, 6), "--initialMemory", "1", "--maximumMemory", "2"]), "MEMORY", /1 to 2 pages/);
    refused(await compile("unlimited", `${EXPORTS}\n${decide}`, FLAGS.slice(0, 6)), "MEMORY", /unlimited/);
    refused(await compile("large", `${EXPORTS}\n${decide}`, [...FLAGS.slice(0, 6), "--initialMemory", "65", "--maximumMemory", "65"]), "MEMORY", /65/);
  });

  it("a missing export, and one of another type", async () => {
    refused(await compile("incomplete", EXPORTS), "EXPORT", /policy_decide is missing/);
    refused(await compile("typed", `${EXPORTS}\nexport function policy_decide(n: i64): i32 { return <i32>n; }`), "EXPORT", /policy_decide is \(i64\) → i32, wanted \(i32\) → i32/);
  });

  it("a module that is metered already", () => refused(meterModule(linear).wasm, "EXPORT", /exports fuel itself/));

  it("SIMD", async () => {
    const source = `${EXPORTS}\nexport function policy_decide(n: i32): i32 { return i32x4.extract_lane(i32x4.add(i32x4.splat(n), v128.load(16)), 1); }`;
    refused(await compile("simd", source, [...FLAGS, "--enable", "simd"]), "FORM", /SIMD/);
  });

  it("blocks that nest too deeply", async () => {
    const nested = (depth: number) =>
      `${EXPORTS}\nexport function policy_decide(n: i32): i32 { let x = n; ${"while (x > 1) { x = x / 3 + (x & 1); ".repeat(depth)} x -= 7; ${"}".repeat(depth)} return x & 1; }`;
    expect(meterModule(await compile("shallow", nested(10))).nesting).toBeLessThanOrEqual(MODULE_NESTING);
    refused(await compile("deep", nested(40)), "NESTING", new RegExp(`the most is ${MODULE_NESTING}`));
  });

  it("a module that is too large", async () => {
    const source = `${EXPORTS}\nexport function policy_decide(n: i32): i32 { return load<u8>(memory.data<u8>([${Array.from({ length: MODULE_BYTES }, (_, i) => (i % 255) + 1).join()}]) + n); }`;
    refused(await compile("fat", source, [...FLAGS.slice(0, 6), "--initialMemory", "8", "--maximumMemory", "8"]), "SIZE", new RegExp(`the most is ${MODULE_BYTES}`));
  });

  it("bytes that are no module", () => {
    for (const bytes of [new Uint8Array(), new Uint8Array(100), linear.subarray(0, 300)]) refused(bytes, "FORM", /./);
  });

  it("a policy whose kind or interface table is another", () => {
    const policy = { name: "linear", wasm: "", kind: ModuleKind.Memory };
    const { wasm } = meterModule(linear);
    expect(() => checkIdentity(policy, wasm)).not.toThrow();
    expect(() => checkIdentity({ ...policy, kind: ModuleKind.Sched }, wasm)).toThrow(/policy_kind/);
    const other = Buffer.from(wasm);
    const hash = Buffer.from(lebOf(BigInt.asIntN(64, ABI_HASH)));
    const at = other.indexOf(hash);
    expect(at).toBeGreaterThan(0);
    other[at] = (other[at] as number) ^ 1;
    expect(() => checkIdentity(policy, other)).toThrow(/interface table/);
  });
});
