// What a machine may be fed: bad commands, too little memory, a broken initrd (rubbish on the line: garbage.test.ts). Each is answered or shed and counted.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { KernelPanic, Machine } from "../tools/machine/index.js";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ganglion-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** After garbage the shell answers again, and every frame is where it was. */
async function stillWhole(machine: Machine): Promise<void> {
  await machine.sendRaw("\n\n");
  expect((await machine.run("echo still here")).output).toContain("still here");
  expect((await machine.run("memctl check")).status).toBe(0);
}

test("unknown commands and numbers out of range say what they expected", async () => {
  await using machine = await Machine.boot({ accel: "tcg", mem: "32M", seed: 1 });
  for (const line of [
    "crashctl tune 2",
    "crashctl tune abc",
    "stress leak --rate -1",
    "stress leak --size 0",
    "memctl compact --order 99",
    "kill abc",
    "sleep -1",
    "trace -5",
    "stress teapot",
    "memctl nothing",
  ]) {
    const answer = await machine.run(line);
    expect(answer.status, line).toBe(2);
    expect(answer.output.length, line).toBeGreaterThan(10);
  }
  expect((await machine.run("echo 'unclosed")).status).toBe(2);
  expect((await machine.run(`echo ${"x".repeat(5000)}`)).status).toBe(2);
  await stillWhole(machine);
});

test("8 MB of memory: the shell comes up, and pressure ends in the killer, not in a hang", async () => {
  await using machine = await Machine.boot({ accel: "tcg", mem: "8M", seed: 1, initrd: "none" });
  expect((await machine.run("stress leak --rate 64M --seconds 5")).output).toMatch(/lack of memory/);
  await stillWhole(machine);
});

test("too little memory for the kernel itself is a clear epitaph", async () => {
  await expect(Machine.boot({ accel: "tcg", mem: "4M", seed: 1, initrd: "none" })).rejects.toThrow(KernelPanic);
  await expect(Machine.boot({ accel: "tcg", mem: "4M", seed: 1, initrd: "none" })).rejects.toThrow(/memory/);
});

test("an initrd of zero bytes, or cut in half", async () => {
  const empty = join(folder, "empty.tar");
  writeFileSync(empty, "");
  const half = join(folder, "half.tar");
  const whole = readFileSync("build/initrd.tar");
  writeFileSync(half, whole.subarray(0, Math.floor(whole.length / 2) - 100));
  for (const initrd of [empty, half]) {
    await using machine = await Machine.boot({ accel: "tcg", mem: "32M", seed: 1, initrd });
    const answer = await machine.run("modctl load policies/nothing.wasm");
    expect(answer.status).toBe(1);
    expect(answer.output).toMatch(/not found|no initrd|archive/i);
    await stillWhole(machine);
  }
});

test("a full trace ring goes on, and says what is gone", async () => {
  await using machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1 });
  await machine.run("stress burst --size 30M --rate 100M --seconds 4");
  const rows = await machine.ask("trace 4096 --json", z.looseObject({ rows: z.array(z.looseObject({ sequence: z.number() })) }));
  expect(rows.rows.length).toBeLessThanOrEqual(4096);
  expect(rows.rows.at(0)?.sequence).toBeGreaterThan(0);
  await stillWhole(machine);
});
