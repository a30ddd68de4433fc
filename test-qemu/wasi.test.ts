// WASI in the booted kernel: the conformance module says what it says in the Linux twin of the runtime, which is held against
// Node's WASI (tools/reference/wasi.hosted.test.ts); calls at random break nothing; what is no module is refused with words.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { buildConformance, buildWasiHost } from "../tools/build/index.js";
import { Machine } from "../tools/machine/index.js";

const memoryRow = z.looseObject({ userPages: z.number() });
const room = mkdtempSync(join(tmpdir(), "ganglion-wasi-"));
const files = join(room, "files");
const folder = join(room, "w");
let twin = "";

beforeAll(async () => {
  mkdirSync(files);
  mkdirSync(folder);
  copyFileSync(await buildConformance(), join(files, "conformance.wasm"));
  copyFileSync(await buildConformance("storm"), join(files, "storm.wasm"));
  writeFileSync(join(files, "short.wasm"), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 9));
  writeFileSync(join(files, "text"), "not a module\n");
  twin = await buildWasiHost("plain");
});

afterAll(() => rmSync(room, { recursive: true, force: true }));

test("the conformance module says the same as in the Linux twin", async () => {
  const env = ["--env", "KEY=value", "--env", "B=2"];
  const expected = spawnSync(twin, ["--dir", `/tmp/w=${folder}`, ...env, join(files, "conformance.wasm"), "own"], { encoding: "utf8", input: "" });
  expect(expected.status, expected.stderr).toBe(17);
  await using machine = await Machine.boot({ accel: "tcg", mem: "128M", files });
  await machine.run("mkdir /tmp/w");
  await machine.run("touch /tmp/empty");
  const run = `run --dir /tmp/w ${env.join(" ")} /files/conformance.wasm own < /tmp/empty`;
  const here = await machine.run(run);
  expect(here.output.split("\n")).toEqual(expected.stdout.split("\n"));
  expect(here.status).toBe(17);
  expect((await machine.run("ls /tmp/w")).output).toBe("");
  // Nothing of a run stays: the shell's own heap may grow by a page.
  const before = await machine.ask("memctl status --json", memoryRow);
  await machine.run(run);
  expect((await machine.ask("memctl status --json", memoryRow)).userPages).toBeLessThanOrEqual(before.userPages + 4);
  expect((await machine.run("memctl check")).status).toBe(0);
});

test("calls at random: each run ends, and every frame is accounted for", async () => {
  await using machine = await Machine.boot({ accel: "tcg", mem: "128M", files });
  await machine.run("mkdir /tmp/w");
  await machine.run("touch /tmp/empty");
  for (let seed = 1; seed <= 10; seed++) {
    const run = await machine.run(`run --dir /tmp/w /files/storm.wasm ${seed} < /tmp/empty > /tmp/out`);
    expect(run.status, `seed ${seed}: ${run.output}`).toBe(0);
  }
  expect((await machine.run("memctl check")).status).toBe(0);
});

test("what is no module is refused with words, and the shell goes on", async () => {
  await using machine = await Machine.boot({ accel: "tcg", mem: "64M", files });
  const text = await machine.run("run /files/text");
  expect(text).toMatchObject({ status: 126, output: expect.stringContaining("not a WebAssembly module") });
  const short = await machine.run("run /files/short.wasm");
  expect(short).toMatchObject({ status: 126, output: expect.stringMatching(/not a valid module: .* \(byte \d+\)/) });
  expect((await machine.run("run wasi")).output).toMatch(/no module|not/);
  expect((await machine.run("memctl check")).status).toBe(0);
});
