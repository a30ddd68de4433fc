// Rubbish on the serial line of the booted kernel: shed, counted, and the shell lives on with every frame in its place.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { Machine } from "../tools/machine/index.js";

const MEGABYTE = 1 << 20;
const DEADLINE_MS = 240_000;
let machine: Machine;

beforeAll(async () => {
  machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1 });
});

afterAll(async () => {
  await machine.close();
});

async function shellPages(): Promise<number> {
  const ps = await machine.ask("ps --json", z.object({ processes: z.array(z.looseObject({ pid: z.number(), residentPages: z.number() })) }), { deadlineMs: DEADLINE_MS });
  return ps.processes.find((row) => row.pid === 1)?.residentPages ?? Number.NaN;
}

test("1 MB of random bytes, then a 1 MB line", async () => {
  await machine.run("echo warm; ps; stats");
  const before = await shellPages();
  let state = 1;
  const random = Uint8Array.from({ length: MEGABYTE }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  await machine.sendRaw(random);
  await machine.sendRaw(`\n\x03x ${"y".repeat(MEGABYTE)}\n`);
  expect((await machine.run("echo alive", { deadlineMs: DEADLINE_MS })).output).toBe("alive\n");
  const stats = await machine.ask("stats --json shell", z.object({ counters: z.array(z.object({ name: z.string(), value: z.number() })), histograms: z.array(z.unknown()) }));
  const value = (name: string) => stats.counters.find((counter) => counter.name === name)?.value ?? 0;
  expect(value("shell.shed_bytes")).toBeGreaterThan(MEGABYTE / 4);
  expect(value("shell.dropped_bytes")).toBeGreaterThan(MEGABYTE - 2000);
  expect((await shellPages()) - before).toBeLessThan(64);
  expect((await machine.run("memctl check")).output).toBe("every frame is accounted for\n");
});

test("NULs and broken UTF-8 inside a line are shed", async () => {
  const answer = machine.run("echo a", { deadlineMs: DEADLINE_MS });
  expect((await answer).output).toBe("a\n");
  await machine.sendRaw(Uint8Array.of(0, 0xff, 0xc0, 0x80, 0xe2, 0x82, 0x0a));
  expect((await machine.run("echo b")).output).toBe("b\n");
});
