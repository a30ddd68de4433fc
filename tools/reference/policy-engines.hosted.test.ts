// The same policy bytes in V8, AOT and wasm3: same decisions byte for byte, same statuses, same fuel, on seeded inputs; and
// policies that misbehave end alike in all three.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ABI_HASH, LAYOUT, MEMORY_PASTS, MEMORY_SAMPLES, MODULE_NESTING, Status } from "../abi/index.js";
import { buildPolicyHost } from "../build/hosted.js";
import { ROOT } from "../lib/index.js";
import { Rng } from "../sim/rng.js";
import { type Answer, meteredBytes, type Request, runHosted, runV8 } from "./policy-engines.js";

/** What kernel.wasm gives the memory policy (kernel-as/kernel/limits.ts). */
const FUEL = 200_000n;
const LINEAR_INPUTS = 10_000;
const ARITHMETIC_INPUTS = 5_000;
const LEARNED_INPUTS = 3_000;
const SANITIZED_INPUTS = 500;

let plain: string;
let sanitized: string;

beforeAll(async () => {
  plain = await buildPolicyHost("plain");
  sanitized = await buildPolicyHost("sanitized");
});

const int = (rng: Rng, low: number, high: number) => Math.floor(rng.between(low, high));

/** Mostly the kernel's budget; sometimes so little that it runs out somewhere inside. */
function fuelOf(rng: Rng, most: number): bigint {
  return rng.next() < 0.7 ? FUEL : BigInt(Math.floor(rng.logBetween(1, most)));
}

const SAMPLES_AT = LAYOUT.MemoryFeatures.bytes + MEMORY_PASTS * LAYOUT.MemoryPast.bytes;
const INPUT_BYTES = SAMPLES_AT + MEMORY_SAMPLES * LAYOUT.MemorySample.bytes;

/** A window of samples: leaks, sawteeth, noise, idle machines, and now and then numbers that no machine has. */
function memoryWindow(rng: Rng): Uint8Array {
  const headBytes = SAMPLES_AT;
  const { bytes: rowBytes, fields } = LAYOUT.MemorySample;
  const rows = rng.next() < 0.7 ? MEMORY_SAMPLES : int(rng, 0, MEMORY_SAMPLES + 1);
  const cut = rng.next() < 0.02 ? int(rng, 0, rowBytes) : 0;
  const data = new DataView(new ArrayBuffer(headBytes + rows * rowBytes + cut));
  const managed = int(rng, 1000, 131_072);
  const slope = rng.pick([0, 0, -1, -1, 1]) * rng.logBetween(0.01, managed / 20);
  const noise = rng.pick([0, 1, managed / 100]);
  const head = LAYOUT.MemoryFeatures.fields;
  const pasts = rng.next() < 0.02 ? int(rng, 0, 2 ** 32) : int(rng, 0, MEMORY_PASTS + 1);
  data.setUint32(head.pasts.offset, pasts, true);
  data.setUint32(head.pastMs.offset, 1000, true);
  for (let at = LAYOUT.MemoryFeatures.bytes; at < SAMPLES_AT; at += 4) data.setUint32(at, int(rng, 0, rng.next() < 0.02 ? 2 ** 32 : managed), true);
  const tooth = rng.next() < 0.3 ? int(rng, 3, 40) : 0;
  const wild = rng.next() < 0.05;
  data.setUint32(0, cut > 0 && rng.next() < 0.5 ? rows + 1 : rows, true);
  data.setUint32(4, 100, true);
  data.setUint32(8, rng.next() < 0.95 ? 60_000 : int(rng, 0, 2 ** 32), true);
  let free = managed * rng.next();
  for (let i = 0; i < rows; i++) {
    const at = headBytes + i * rowBytes;
    const put = (field: keyof typeof fields, value: number) =>
      data.setUint32(at + fields[field].offset, wild ? int(rng, 0, 2 ** 32) : Math.max(0, Math.min(Math.round(value), managed)), true);
    free += tooth && i % tooth === 0 ? -slope * tooth * 0.9 : slope + noise * (rng.next() - 0.5);
    data.setBigUint64(at + fields.timeNs.offset, BigInt(i) * 100_000_000n + (wild ? BigInt(int(rng, 0, 2 ** 48)) : 0n), true);
    put("freePages", free);
    put("largestFreePages", free * rng.next());
    put("committedPages", managed * rng.next() * 1.3);
    put("userPages", managed - free);
    put("growthPages", Math.abs(slope) * 10);
    put("reservingPages", Math.abs(slope) * 10 * rng.next());
    put("headroomPages", managed * 0.1 * rng.next());
    data.setUint32(at + fields.topRunMs.offset, wild ? int(rng, 0, 2 ** 32) : i * 100, true);
    put("failures", rng.next() < 0.1 ? int(rng, 0, 20) : 0);
    data.setUint32(at + fields.managedPages.offset, wild && rng.next() < 0.5 ? 0 : managed, true);
    data.setUint32(at + fields.fragmentationPpm.offset, int(rng, 0, wild ? 2 ** 32 : 1_000_001), true);
  }
  return new Uint8Array(data.buffer);
}

/** Operations for the arithmetic policy: 16 bytes each. */
function operations(rng: Rng): Uint8Array {
  const bytes = new Uint8Array(16 * int(rng, 1, 60));
  const view = new DataView(bytes.buffer);
  const borders = [0n, 1n, -1n, 0x8000_0000_0000_0000n, 0x8000_0000n, 0x7fff_ffffn, 0x1_0000_0000n, 0xffff_ffffn, 0x7ff0_0000_0000_0000n];
  const word = () => (rng.next() < 0.2 ? rng.pick(borders) : (BigInt(int(rng, 0, 2 ** 32)) << 32n) | BigInt(int(rng, 0, 2 ** 32)));
  for (let at = 0; at < bytes.length; at += 16) {
    view.setBigInt64(at, BigInt.asIntN(64, word()), true);
    view.setBigInt64(at + 8, BigInt.asIntN(64, word()), true);
    // Operation 250 loads from anywhere; keep it rare, so that most inputs reach their end.
    bytes[at] = rng.next() < 0.002 ? 250 : int(rng, 0, 250);
  }
  return bytes;
}

async function compare(policy: string, requests: Request[], program = plain): Promise<Answer[]> {
  const v8 = runV8(meteredBytes(policy), requests);
  const aot = await runHosted(program, "aot", policy, requests);
  const wasm3 = await runHosted(program, "wasm3", policy, requests);
  expect(aot.length).toBe(requests.length + 1);
  expect(wasm3).toEqual(aot); // texts too
  for (const [i, answer] of v8.entries()) {
    const { status, fuelUsed, decision } = aot[i + 1] as Answer;
    expect({ i, status, fuelUsed, decision }).toEqual({ i, ...answer });
  }
  return v8;
}

const count = (answers: Answer[], status: number) => answers.filter((answer) => answer.status === status).length;

function linearRequests(inputs: number, seed: number): Request[] {
  const rng = new Rng(seed);
  return Array.from({ length: inputs }, () => ({ input: memoryWindow(rng), fuel: fuelOf(rng, 2000) }));
}

function arithmeticRequests(inputs: number, seed: number): Request[] {
  const rng = new Rng(seed);
  const requests: Request[] = [];
  for (let i = 0; i < inputs; i++) {
    if (i % 50 === 0) requests.push({ reset: int(rng, 0, 2 ** 32), fuel: rng.next() < 0.8 ? FUEL : BigInt(int(rng, 0, 30)) });
    if (i % 500 === 499) requests.push({ reopen: true });
    requests.push({ input: operations(rng), fuel: fuelOf(rng, 3000) });
  }
  return requests;
}

describe("the same bytes, the same answers", () => {
  it(`linear, ${LINEAR_INPUTS} windows`, async () => {
    const answers = await compare("linear", linearRequests(LINEAR_INPUTS, 1));
    expect(count(answers, Status.Ok)).toBeGreaterThan(LINEAR_INPUTS / 2);
    expect(count(answers, Status.OutOfFuel)).toBeGreaterThan(100);
    expect(count(answers, Status.Invalid)).toBeGreaterThan(10);
    expect(new Set(answers.map((answer) => answer.decision)).size).toBeGreaterThan(LINEAR_INPUTS / 4);
  });

  it(`arithmetic, ${ARITHMETIC_INPUTS} inputs`, async () => {
    const answers = await compare("arithmetic", arithmeticRequests(ARITHMETIC_INPUTS, 2));
    expect(answers.filter((answer) => answer.status >= 0).length).toBeGreaterThan(ARITHMETIC_INPUTS / 3);
    expect(count(answers, Status.OutOfFuel)).toBeGreaterThan(100);
    expect(count(answers, Status.Trap)).toBeGreaterThan(100);
    expect(new Set(answers.map((answer) => answer.decision)).size).toBeGreaterThan(ARITHMETIC_INPUTS / 4);
  });

  it(`slope, neural and boosted, ${LEARNED_INPUTS} windows each`, async () => {
    for (const policy of ["slope", "neural", "boosted"]) {
      const answers = await compare(policy, linearRequests(LEARNED_INPUTS, 5));
      expect(count(answers, Status.Ok)).toBeGreaterThan(LEARNED_INPUTS / 2);
      expect(count(answers, Status.OutOfFuel)).toBeGreaterThan(50);
      expect(new Set(answers.map((answer) => answer.decision)).size).toBeGreaterThan(LEARNED_INPUTS / 8);
      for (const { fuelUsed } of answers) expect(fuelUsed).toBeLessThan(FUEL / 10n);
    }
  });

  it("under ASan and UBSan, too", async () => {
    await compare("linear", linearRequests(SANITIZED_INPUTS, 3), sanitized);
    await compare("neural", linearRequests(SANITIZED_INPUTS, 6), sanitized);
    await compare("arithmetic", arithmeticRequests(SANITIZED_INPUTS, 4), sanitized);
  });
});

describe("policies that misbehave", () => {
  const decide = (bytes: number, fuel = FUEL): Request => ({ input: new Uint8Array(bytes), fuel });

  it.each([
    ["bad_trap", [Status.Ok, Status.Ok, Status.Trap, Status.Trap]],
    ["bad_loop", [Status.OutOfFuel, Status.OutOfFuel, Status.OutOfFuel, Status.OutOfFuel]],
    ["bad_nan", [Status.Ok, Status.Ok, Status.Ok, Status.Ok]],
    ["bad_range", [Status.Ok, Status.Ok, Status.Ok, Status.Ok]],
    ["bad_store", [Status.Trap, Status.Trap, Status.Trap, Status.Trap]],
    ["bad_negative", [Status.Invalid, Status.Invalid, Status.Invalid, Status.Invalid]],
    ["bad_depth", [Status.Trap, Status.Trap, Status.Trap, Status.Trap]],
  ])("%s ends alike in all engines, and the host lives", async (policy, expected) => {
    const requests: Request[] = [{ reset: 1, fuel: FUEL }, decide(16), decide(16), decide(INPUT_BYTES), decide(56), { reopen: true }, decide(16)];
    for (const program of [plain, sanitized]) {
      const answers = await compare(policy, requests, program);
      expect(answers.slice(1, 5).map((answer) => answer.status)).toEqual(expected);
    }
  });

  it("an input larger than the policy's buffer is refused, not cut", async () => {
    const [, answer] = await runHosted(plain, "aot", "linear", [decide(INPUT_BYTES + 1)]);
    expect(answer).toMatchObject({ status: Status.Range });
  });

  it("out of fuel counts the whole budget as used", async () => {
    const answers = await compare("bad_loop", [decide(16, 7n), decide(16, 0n)]);
    expect(answers.map((answer) => answer.fuelUsed)).toEqual([7n, 0n]);
  });
});

describe("what wasm3 refuses", () => {
  const file = "build/hosted/refused.wasm";
  const open = async (bytes: Uint8Array, program = sanitized) => {
    writeFileSync(join(ROOT, file), bytes);
    return (await runHosted(program, "wasm3", file, []))[0] as Answer & { text: string };
  };

  it("opens a good module the way of the initrd", async () => {
    expect(await open(meteredBytes("linear"))).toMatchObject({ status: Status.Ok });
  });

  it("every truncation of a module", async () => {
    const whole = meteredBytes("bad_trap");
    const nameSection = whole.length - 400; // what lies behind may be cut: names are no part of the code
    for (let bytes = 1; bytes < nameSection; bytes += 13)
      expect(await open(whole.subarray(0, bytes)), `${bytes} bytes`).toMatchObject({ status: expect.toSatisfy((x: number) => x < 0) });
  });

  it("blocks nested deeper than the limit", async () => {
    const nested = (depth: number) => {
      const body = [0, ...Array(depth).fill([0x02, 0x40]).flat(), ...Array(depth).fill(0x0b), 0x0b];
      const leb = (n: number) => (n < 128 ? [n] : [(n & 127) | 128, n >> 7]);
      const section = (id: number, bytes: number[]) => [id, ...leb(bytes.length), ...bytes];
      return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section(1, [1, 0x60, 0, 0]), ...section(3, [1, 0]), ...section(10, [1, ...leb(body.length), ...body])]);
    };
    // Allowed depth: it opens, and is refused later for its missing exports.
    expect((await open(nested(MODULE_NESTING))).text).toMatch(/export/);
    expect(await open(nested(MODULE_NESTING + 2))).toMatchObject({ status: Status.Corrupt, text: expect.stringMatching(/nest too deeply/) });
    expect(await open(nested(5000))).toMatchObject({ status: Status.Corrupt });
  });
});

describe("wasm3's own stack", () => {
  const leb = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >> 7)]);
  const section = (id: number, bytes: number[]) => [id, ...leb(bytes.length), ...bytes];
  const name = (text: string) => [...leb(text.length), ...Buffer.from(text)];

  /** No meter: policy_kind and its like answer 0; policy_decide calls itself with `values` i64 arguments until something stops it. */
  function runaway(values: number): Uint8Array {
    const exports = ["policy_kind", "policy_input", "policy_input_capacity", "policy_output", "policy_output_bytes", "policy_abi", "policy_reset", "policy_decide"];
    const types = [4, 0x60, 0, 1, 0x7f, 0x60, 0, 1, 0x7e, 0x60, 1, 0x7f, 1, 0x7f, 0x60, ...leb(values), ...Array(values).fill(0x7e), 1, 0x7f];
    const abi = new Uint8Array(new BigInt64Array([BigInt.asIntN(64, ABI_HASH)]).buffer);
    // policy_abi loads the hash from a data segment.
    const constant = (value: number) => [0, 0x41, ...signed(value), 0x0b];
    const push = Array.from({ length: values }, () => [0x42, 1]).flat();
    const bodies = [
      ...[1, 0, INPUT_BYTES, 12_288, 64].map(constant),
      [0, 0x41, ...signed(16_384), 0x29, 3, 0, 0x0b],
      constant(0),
      [0, ...push, 0x10, 8, 0x0b],
      [0, ...push, 0x10, 8, 0x41, 1, 0x6a, 0x0b],
    ];
    return Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, types),
      ...section(3, [9, 0, 0, 0, 0, 0, 1, 2, 2, 3]),
      ...section(5, [1, 1, 1, 1]),
      ...section(7, [8, ...exports.flatMap((text, i) => [...name(text), 0, i])]),
      ...section(10, [bodies.length, ...bodies.flatMap((body) => [...leb(body.length), ...body])]),
      ...section(11, [1, 0, 0x41, ...signed(16_384), 0x0b, 8, ...abi]),
    ]);
  }

  function signed(value: number): number[] {
    return value < 64 ? [value] : value < 8192 ? [(value & 127) | 128, value >> 7] : [(value & 127) | 128, ((value >> 7) & 127) | 128, value >> 14];
  }

  // Arguments are written by the caller before the callee checks the stack: unpatched, they overwrite the next block of the heap,
  // which reopening finds.
  it.each([1, 40, 120, 400])("a call with %i arguments stops at its end, and overwrites nothing", async (values) => {
    const file = "build/hosted/runaway.wasm";
    writeFileSync(join(ROOT, file), runaway(values));
    const requests: Request[] = [{ input: new Uint8Array(16), fuel: 1_000_000n }, { reopen: true }, { input: new Uint8Array(16), fuel: 10n }];
    for (const program of [plain, sanitized]) {
      const answers = await runHosted(program, "wasm3", file, requests);
      expect(answers.map((answer) => answer.status)).toEqual([Status.Ok, Status.Trap, Status.Ok, Status.OutOfFuel]);
      expect(answers[1]?.text).toMatch(/stack exhausted/);
      expect(answers[3]?.fuelUsed).toBe(10n); // counted by the engine: the module has no meter
    }
  });
});
