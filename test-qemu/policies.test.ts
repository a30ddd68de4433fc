// Policy modules in the booted kernel: swapped while it runs, ejected when they misbehave, refused when they should be.
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { build, TEST_IMAGE } from "../tools/build/index.js";
import { Machine } from "../tools/machine/index.js";
import { CALM, policyText } from "../tools/reference/policy-text.js";
import { assemble } from "../tools/reference/wasi-run.js";

const moduleList = z.looseObject({
  modules: z.array(z.looseObject({ name: z.string(), state: z.string(), engine: z.string(), calls: z.number(), errors: z.number(), reason: z.string() })),
});
const memory = z.looseObject({ freePages: z.number() });
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ganglion-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What each bad policy is ejected for. */
const BAD: [string, RegExp][] = [
  ["bad_trap", /trap/],
  ["bad_loop", /fuel/],
  ["bad_nan", /finite/],
  ["bad_range", /outside/],
  ["bad_store", /trap|bounds/],
  ["bad_negative", /negative|-\d|answered/],
  ["bad_depth", /fuel|depth|deep|stack|trap/],
];

test("bad policies are ejected to the fallback, the reason is told, and no frame is lost", async () => {
  await using machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1 });
  for (const [name, reason] of BAD) {
    const before = await machine.ask("memctl status --json", memory);
    expect((await machine.run(`modctl load policies/${name}.wasm`)).status, name).toBe(0);
    expect((await machine.run(`modctl swap ${name}`)).status, name).toBe(0);
    await machine.run("sleep 0.3");
    const { modules } = await machine.ask("modctl list --json", moduleList);
    const row = modules.find((module) => module.name === name);
    expect(row?.state, name).toBe("ejected");
    expect(row?.reason, name).toMatch(reason);
    expect(modules.find((module) => module.name === "fallback")?.state, name).toBe("active");
    expect((await machine.run(`modctl unload ${name}`)).status, name).toBe(0);
    const after = await machine.ask("memctl status --json", memory);
    expect(before.freePages - after.freePages, name).toBeLessThan(32);
  }
  expect((await machine.run("trace 4096")).output).toMatch(/PolicyEject/);
  expect((await machine.run("memctl check")).status).toBe(0);
});

test("compiled into the image, they end in ring 0 just so: explicit traps, and faults in the guard window", async () => {
  await build(["test-image", "initrd"]);
  await using machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1, kernel: TEST_IMAGE });
  for (const [name, reason] of BAD) {
    expect((await machine.run(`modctl swap ${name}`)).status, name).toBe(0);
    await machine.run("sleep 0.4");
    const { modules } = await machine.ask("modctl list --json", moduleList);
    const row = modules.find((module) => module.name === name);
    expect(row, name).toMatchObject({ state: "ejected", engine: "aot", errors: 1 });
    expect(row?.reason, name).toMatch(reason);
  }
  expect((await machine.run("modctl swap linear; sleep 0.3")).failures).toBe(0);
  const { modules } = await machine.ask("modctl list --json", moduleList);
  expect(modules.find((module) => module.name === "linear")).toMatchObject({ state: "active", errors: 0 });
  expect((await machine.run("memctl check")).status).toBe(0);
});

test("a swap loses no sample, and the other engine gives the same decision", async () => {
  await using machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1 });
  const prediction = z.looseObject({ samples: z.number(), beats: z.number(), moduleId: z.number() });
  await machine.run("sleep 2");
  const before = await machine.ask("crashctl status --json", prediction);
  expect(before.moduleId).toBeGreaterThan(0);
  expect((await machine.run("modctl fallback memory; sleep 0.5; modctl swap linear; sleep 0.3")).failures).toBe(0);
  const after = await machine.ask("crashctl status --json", prediction);
  expect(after.samples).toBeGreaterThanOrEqual(Math.min(100, before.samples + 5));
  expect(after.moduleId).toBe(before.moduleId);
});

test("both engines warn alike", async () => {
  const run = async (policyEngine: "aot" | "wasm3") => {
    const script = ["stress leak --rate 4M --seconds 14", "crashctl history --json"];
    await using machine = await Machine.boot({ accel: "tcg", clock: "virtual", mem: "48M", seed: 3, append: "auto=0", policyEngine, script });
    const { modules } = await machine.ask("modctl list --json", moduleList);
    expect(modules.find((module) => module.name === "linear")?.engine).toBe(policyEngine);
    const history = JSON.parse(machine.scriptResults[1]?.output ?? "") as { rows: { confidencePpm: number; risk: string; outcome: string }[] };
    // Whether a beat falls between the kill and the question is the engine's speed: what is still open is not compared.
    return history.rows.filter(({ outcome }) => outcome !== "open").map(({ risk, outcome }) => ({ risk, outcome }));
  };
  const aot = await run("aot");
  expect(aot.map(({ outcome }) => outcome)).toContain("True+");
  expect(await run("wasm3")).toEqual(aot);
});

/** A function body of `depth` nested blocks, as a whole module. */
function deepModule(depth: number): Buffer {
  const body = Buffer.concat([Buffer.from([0]), Buffer.alloc(depth * 2, Buffer.from([0x02, 0x40])), Buffer.alloc(depth, 0x0b), Buffer.from([0x0b])]);
  const leb = (value: number): Buffer => Buffer.from(value < 128 ? [value] : [(value & 127) | 128, value >> 7]);
  const code = Buffer.concat([Buffer.from([1]), leb(body.length), body]);
  const memorySection = Buffer.from([5, 4, 1, 1, 1, 1]);
  return Buffer.concat([
    Buffer.from("\0asm\x01\0\0\0", "latin1"),
    Buffer.from([1, 4, 1, 0x60, 0, 0]),
    Buffer.from([3, 2, 1, 0]),
    memorySection,
    Buffer.from([10]),
    leb(code.length),
    code,
  ]);
}

/** A module that imports one function. */
const importing = Buffer.concat([Buffer.from("\0asm\x01\0\0\0", "latin1"), Buffer.from([1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x61, 1, 0x62, 0, 0, 5, 4, 1, 1, 1, 1])]);

test("modules that have no good form are refused, each with its own words", async () => {
  const linear = readFileSync("build/policies/linear.wasm");
  const cases: [string, Buffer, RegExp][] = [
    ["truncated", linear.subarray(0, linear.length - 100), /damaged|form|past the end|ends/i],
    ["deep", deepModule(65), /nest|deep/i],
    ["importing", importing, /import/i],
    ["garbage", Buffer.from("this is no module at all"), /damaged|form|magic|wasm/i],
    ["empty", Buffer.alloc(0), /damaged|form|wasm|end/i],
    ["huge", Buffer.alloc(300 << 10), /256 KiB|range/i],
  ];
  const initrd = join(folder, "bad.tar");
  const archive = pack();
  const written = pipeline(archive, createWriteStream(initrd));
  for (const [name, bytes] of cases) archive.entry({ name: `${name}.wasm` }, bytes);
  archive.finalize();
  await written;
  await using machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1, initrd });
  const words = new Set<string>();
  for (const [name, , expected] of cases) {
    const answer = await machine.run(`modctl load ${name}.wasm`);
    expect(answer.status, name).toBe(1);
    expect(answer.output, name).toMatch(expected);
    words.add(answer.output.split(":")[2] ?? "");
  }
  expect(words.size).toBeGreaterThanOrEqual(4);
  expect((await machine.run("memctl check")).status).toBe(0);
});

const policy = (decide: string, extra = "") => assemble("policy", policyText(decide, extra));

test("a policy of the user's is validated, loaded and swapped in, from any file; one that misbehaves ends by the engine's count", async () => {
  const files = join(folder, "mine");
  mkdirSync(files);
  const write = (name: string, bytes: Uint8Array) => writeFileSync(join(files, `${name}.wasm`), bytes);
  const linear = readFileSync("build/policies/linear.wasm");
  write("unmetered", readFileSync("build/wasm/policy-linear.wasm"));
  write("changed", Buffer.concat([linear, Buffer.from([0, 2, 1, 0x78])])); // metered by the build, and a section more
  write("calm", await policy(CALM));
  write("endless", await policy("(loop $l (br $l)) (i32.const 0)"));
  write("deep", await policy("(call $decide (local.get 0))"));
  write("filling", await policy("(loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br $l)) (i32.const 0)"));
  write("aborting", await policy("(call $abort) (i32.const 0)", '(import "env" "abort" (func $abort))'));
  write("invalid", await policy("(unreachable)").then((bytes) => bytes.map((byte, i) => (i === bytes.length - 2 ? 0x6a : byte))));
  write("cut", linear.subarray(0, linear.length - 9));
  write("references", await assemble("references", "(module (table 1 externref) (memory 1 1))"));
  write("growing", await assemble("growing", "(module (memory 1 2))"));
  write("no-policy", await assemble("no-policy", '(module (memory (export "memory") 1 1))'));
  await using machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1, files });

  for (const name of ["unmetered", "changed", "calm"]) {
    expect(await machine.run(`modctl load /files/${name}.wasm; modctl swap ${name}; sleep 0.5`), name).toMatchObject({ failures: 0 });
    const { modules } = await machine.ask("modctl list --json", moduleList);
    expect(modules.find((module) => module.name === name)).toMatchObject({ state: "active", engine: "wasm3", errors: 0 });
    expect(modules.find((module) => module.name === name)?.calls).toBeGreaterThan(1);
  }
  // From a file in memory, by a relative path.
  expect((await machine.run("cp /files/calm.wasm /tmp/again.wasm; cd /tmp; modctl load again.wasm; cd /; modctl unload again")).failures).toBe(0);

  for (const [name, reason] of [
    ["endless", /ran out of fuel/],
    ["deep", /stack exhausted|fuel/],
    ["filling", /ran out of fuel/],
    ["aborting", /trapped/],
  ] as const) {
    expect((await machine.run(`modctl load /files/${name}.wasm; modctl swap ${name}; sleep 0.3`)).failures, name).toBe(0);
    const { modules } = await machine.ask("modctl list --json", moduleList);
    const row = modules.find((module) => module.name === name);
    expect(row, name).toMatchObject({ state: "ejected" });
    expect(row?.reason, name).toMatch(reason);
  }
  for (const [path, words] of [
    ["/files/invalid.wasm", /an operand|type/],
    ["/files/cut.wasm", /past the end|too early|longer/],
    ["/files/references.wasm", /reference types/],
    ["/files/growing.wasm", /not of fixed size/],
    ["/files/no-policy.wasm", /policy_abi|export/],
    ["/files/missing.wasm", /no such file/],
    ["/files", /directory/],
  ] as const) {
    const answer = await machine.run(`modctl load ${path}`);
    expect(answer.status, path).toBe(1);
    expect(answer.output, path).toMatch(words);
  }
  for (const name of ["unmetered", "changed", "calm", "endless", "deep", "filling", "aborting"]) expect((await machine.run(`modctl unload ${name}`)).status, name).toBe(0);
  expect((await machine.run("memctl check")).status).toBe(0);
});
