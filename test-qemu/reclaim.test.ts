// The reclaim ladder in the booted kernel: pages that were compressed come back whole (stress checks what its pages hold), the kill
// is left alone with auto off, and what a person sets is what happens.
import { expect, test } from "vitest";
import { z } from "zod";
import { type BootOptions, Machine } from "../tools/machine/index.js";

const virtual: BootOptions = { accel: "tcg", clock: "virtual", mem: "64M", seed: 3 };
const zpool = z.looseObject({ pages: z.number(), poolPages: z.number(), compressed: z.number(), restored: z.number(), dropped: z.number() });
const ladder = z.looseObject({ rungs: z.array(z.looseObject({ rung: z.string(), position: z.number(), actions: z.number(), frames: z.number(), perMinute: z.number() })) });
const processes = z.looseObject({ processes: z.array(z.looseObject({ pid: z.number(), command: z.string(), score: z.number() })) });
/** More than the machine has frames for: 56 MiB are managed. */
const LARGE = "stress plateau --size 66M --rate 16M --seconds 12";

test("a program larger than memory runs to its end, its pages whole, and the pool is empty afterwards", async () => {
  await using machine = await Machine.boot(virtual);
  const stress = await machine.run(LARGE);
  expect(stress.output).toMatch(/1 exited, 0 killed/);
  expect(stress.status).toBe(0);
  const pool = await machine.ask("memctl zpool --json", zpool);
  expect(pool.compressed).toBeGreaterThan(2000);
  expect(pool.restored).toBeGreaterThan(100);
  // What is left are pages of the shell.
  expect(pool.pages).toBeLessThan(64);
  const { rungs } = await machine.ask("memctl ladder --json", ladder);
  expect(rungs.map((row) => row.rung)).toEqual(["drop", "compact", "compress", "throttle", "kill"]);
  expect(rungs.find((row) => row.rung === "compress")?.frames).toBeGreaterThan(2000);
  expect(rungs.find((row) => row.rung === "kill")?.actions).toBe(0);
  expect((await machine.run("memctl check")).output).toMatch(/every frame is accounted for/);
});

test("with auto off it is killed, and nothing was compressed", async () => {
  await using machine = await Machine.boot({ ...virtual, append: "auto=0" });
  expect((await machine.run(LARGE)).output).toMatch(/0 exited, 1 killed/);
  expect((await machine.ask("memctl zpool --json", zpool)).compressed).toBe(0);
  expect((await machine.run("memctl check")).status).toBe(0);
});

test("order, limits and scores are what a person sets", async () => {
  await using machine = await Machine.boot(virtual);
  expect((await machine.run("memctl ladder compress kill")).status).toBe(0);
  expect((await machine.run("memctl ladder kill compress")).status).not.toBe(0);
  expect((await machine.run("memctl limits throttles-per-minute 3")).status).toBe(0);
  expect((await machine.run("memctl limits throttles-per-minute 1000")).output).toMatch(/0 to 60/);
  const refused = { status: 2, output: "memctl limits: throttle-first-us: must be at most throttle-most-us (500000), not 500001\n" };
  expect(await machine.run("memctl limits throttle-first-us 500001")).toMatchObject(refused);
  expect((await machine.run("memctl limits throttle-until-ppm 49999")).output).toMatch(/must be at least throttle-below-ppm \(50000\), not 49999/);
  expect((await machine.run("memctl limits failure-pages 15")).output).toMatch(/must be at least least-gain \(16\), not 15/);
  expect((await machine.run("memctl limits throttle-first-us 50000")).status).toBe(0);
  expect((await machine.run("memctl reclaim 1G")).output).toMatch(/SIZE: must be 4 KiB to [\d.]+ MiB, not 1G/);
  expect((await machine.run("memctl protect 1")).output).toMatch(/pid 1: a service of the image, always protected/);
  const { rungs } = await machine.ask("memctl ladder --json", ladder);
  expect(rungs.map((row) => [row.rung, row.position])).toEqual([
    ["compress", 0],
    ["kill", 1],
    ["drop", -1],
    ["compact", -1],
    ["throttle", -1],
  ]);
  expect(rungs.at(-1)?.perMinute).toBe(3);
  await machine.run("stress plateau --size 8M --rate 64M --seconds 30 &");
  await machine.run("sleep 2");
  const worker = async () => (await machine.ask("ps --json", processes)).processes.find((row) => row.command.startsWith("stress plateau"));
  const found = await worker();
  expect(found?.score).toBeGreaterThan(0);
  expect((await machine.run(`memctl protect ${found?.pid} --oom-score -1000`)).status).toBe(0);
  expect((await worker())?.score).toBe(0);
  expect((await machine.run(`memctl protect ${found?.pid} --oom-score 500`)).status).toBe(0);
  expect((await worker())?.score).toBeGreaterThan(500);
});
