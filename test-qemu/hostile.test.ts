// User programs that mean harm, in the booted kernel: each is refused or killed with its own words, no frame is lost, and the shell
// answers. Then many at once, and many one after the other. The list of modules is the hosted test's; those that need a kernel are here.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { INITRD } from "../tools/build/index.js";
import { Machine } from "../tools/machine/index.js";
import { HOSTILE } from "../tools/reference/wasi-hostile.js";
import { assemble } from "../tools/reference/wasi-run.js";

const memory = z.looseObject({ freePages: z.number(), userPages: z.number(), tablePages: z.number() });
const processes = z.looseObject({ processes: z.array(z.looseObject({ pid: z.number(), command: z.string() })) });
/** The short form of `npm run eval -- cycles`. */
const CYCLES = 60;
const TOGETHER = 64;

let folder: string;
const wasi = (name: string, type: string) => `(import "wasi_snapshot_preview1" "${name}" (func $${name} ${type}))`;
const EXIT = wasi("proc_exit", "(param i32)");
const start = (imports: string, body: string, pages = 1) => `(module ${imports} (memory (export "memory") ${pages}) (func (export "_start") (local $i i32) ${body}))`;

/** What only the kernel can refuse or end: file, its text, how it is run, the status, what is said. */
const KERNEL: [name: string, text: string, run: string, status: number, says: RegExp][] = [
  ["four-gib", start("", "", 65536), "run --mem 16M /files/four-gib.wasm", 126, /no memory: it asks for 65536 pages/],
  [
    "touches-all",
    start("", "(loop $l (i32.store (local.get $i) (i32.const 1)) (br_if $l (local.tee $i (i32.add (local.get $i) (i32.const 4096)))))", 65536),
    "run /files/touches-all.wasm",
    137,
    /killed for lack of memory/,
  ],
  [
    "closed-descriptor",
    start(
      `${EXIT} ${wasi("fd_close", "(param i32) (result i32)")} ${wasi("fd_write", "(param i32 i32 i32 i32) (result i32)")}`,
      "(i32.store (i32.const 4) (i32.const 5)) (drop (call $fd_close (i32.const 1))) (call $proc_exit (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))",
    ),
    "run /files/closed-descriptor.wasm",
    8, // EBADF
    /^$/,
  ],
  [
    "out-of-its-folder",
    start(
      `${EXIT} ${wasi("path_open", "(param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)")}`,
      `(i64.store (i32.const 0) (i64.const ${BigInt(`0x${Buffer.from("../polic").reverse().toString("hex")}`)}))
       (i32.store (i32.const 8) (i32.const ${Buffer.from("ies\0").readInt32LE()}))
       (call $proc_exit (call $path_open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 11) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 64)))`,
    ),
    "run --dir /files /files/out-of-its-folder.wasm",
    76, // ENOTCAPABLE
    /^$/,
  ],
];
const SLEEPER = start(
  wasi("poll_oneoff", "(param i32 i32 i32 i32) (result i32)"),
  // One subscription to a clock: relative, 3 s.
  "(i32.store (i32.const 16) (i32.const 1)) (i64.store (i32.const 24) (i64.const 3000000000)) (drop (call $poll_oneoff (i32.const 0) (i32.const 128) (i32.const 1) (i32.const 256)))",
);
const ENDLESS = start("", "(loop $l (br $l))");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ganglion-"));
  for (const { name, module } of HOSTILE) writeFileSync(join(folder, `${name}.wasm`), typeof module === "string" ? await assemble(name, module) : module);
  for (const [name, text] of [...KERNEL, ["sleeper", SLEEPER], ["endless", ENDLESS]] as [string, string][]) writeFileSync(join(folder, `${name}.wasm`), await assemble(name, text));
  const whole = readFileSync(join(folder, "recursion.wasm"));
  writeFileSync(join(folder, "cut.wasm"), whole.subarray(0, whole.length / 2));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What the shell, the learner and the free list have: a frame that is in neither was lost, or is another process's. */
async function holding(machine: Machine): Promise<number> {
  // In one answer: the learner may take a page between two.
  const { freePages, userPages, tablePages } = await machine.ask("memctl status --json", memory);
  const { processes: list } = await machine.ask("ps --json", processes);
  expect(list.map(({ command }) => command)).toEqual(["shell", "learner"]);
  return freePages + userPages + tablePages;
}
/** Every frame is accounted for, no fewer are free than before but for what the shell took, and the shell answers. */
async function nothingLost(machine: Machine, before: number): Promise<void> {
  expect((await machine.run("memctl check")).output).toContain("every frame is accounted for");
  expect(await holding(machine)).toBeGreaterThanOrEqual(before);
  expect((await machine.run("echo still here")).output).toContain("still here");
}

describe("one machine and everything that means harm", () => {
  test("each ends with its own status and words, and leaves nothing behind", async () => {
    await using machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1, files: folder });
    // Once before the count: the shell's own memory and the caches of the kernel grow at the first runs.
    await machine.run("run /files/too-deep.wasm; run /files/touches-all.wasm; run /files/recursion.wasm");
    await machine.run("memctl status --json");
    const before = await holding(machine);
    for (const { name, status, says } of HOSTILE) {
      const ended = await machine.run(`run /files/${name}.wasm`);
      expect({ status: ended.status, says: ended.output.includes(says) }, `${name}: ${ended.output}`).toEqual({ status, says: true });
    }
    const cut = await machine.run("run /files/cut.wasm");
    expect(cut).toMatchObject({ status: 126, output: expect.stringMatching(/not a valid module: .* \(byte \d+\)/) });
    for (const [name, , line, status, says] of KERNEL) {
      const ended = await machine.run(line);
      expect(ended.status, `${name}: ${ended.output}`).toBe(status);
      expect(ended.output.replaceAll(/^\[.*\n/gm, ""), name).toMatch(says);
    }
    await nothingLost(machine, before);
  });

  test("one that never ends is killed, and does not keep the others from running", async () => {
    await using machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1, files: folder });
    await machine.run("run /files/endless.wasm & run /files/deep.wasm; kill %1; wait");
    const before = await holding(machine);
    for (let i = 0; i < 3; i++) {
      await machine.run("run /files/endless.wasm &");
      expect((await machine.run("run /files/deep.wasm")).status).toBe(0);
      const { processes: list } = await machine.ask("ps --json", processes);
      const pid = list.find(({ command }) => command.includes("endless"))?.pid;
      expect((await machine.run(`kill ${pid}; wait`)).failures).toBe(0);
    }
    await nothingLost(machine, before);
  });
});

test("an archive cut in half: what it still has can be read, what it lost is named, and nothing is lost", async () => {
  const whole = readFileSync(INITRD);
  const half = join(folder, "half.tar");
  writeFileSync(half, whole.subarray(0, Math.floor(whole.length / 2) - 100));
  await using machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1, initrd: half });
  const before = await holding(machine);
  expect((await machine.run("ls /bin")).status).toBeLessThan(2);
  const lost = await machine.run("run /bin/words.wasm");
  expect(lost.status).not.toBe(0);
  expect(lost.output).toMatch(/no such/);
  await nothingLost(machine, before);
});

test(`${TOGETHER} programs at once run, and all of them end`, async () => {
  await using machine = await Machine.boot({ accel: "tcg", mem: "256M", seed: 1, files: folder });
  await machine.run("run /files/sleeper.wasm & run /files/sleeper.wasm & wait");
  const before = await holding(machine);
  for (let i = 0; i < TOGETHER; i += 8) await machine.run(Array(8).fill("run /files/sleeper.wasm &").join(" "));
  const { processes: list } = await machine.ask("ps --json", processes);
  expect(list.filter(({ command }) => command.includes("sleeper"))).toHaveLength(TOGETHER);
  expect((await machine.run("wait", { deadlineMs: 120_000 })).failures).toBe(0);
  await nothingLost(machine, before);
});

test(`${CYCLES} starts and exits leave no frame behind`, async () => {
  await using machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1, files: folder });
  await machine.run("repeat 3 run /files/exit.wasm");
  const before = await holding(machine);
  const ended = await machine.run(`repeat ${CYCLES} run /files/deep.wasm`);
  expect(ended, ended.output).toMatchObject({ status: 0 });
  await nothingLost(machine, before);
});
