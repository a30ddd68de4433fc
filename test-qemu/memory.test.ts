// Memory under pressure in the booted kernel: the killer, the predictor, compaction, and the same bytes for the same seed.
import { expect, test } from "vitest";
import { z } from "zod";
import { type BootOptions, Machine } from "../tools/machine/index.js";

const memoryRow = z.looseObject({ freePages: z.number(), managedPages: z.number(), largestFreePages: z.number(), outOfMemory: z.number(), userPages: z.number() });
const virtual: BootOptions = { accel: "tcg", clock: "virtual", mem: "64M", seed: 7 };

test("a leak is warned of, then ends in the killer; services live and every frame comes back", async () => {
  await using machine = await Machine.boot({ ...virtual, append: "auto=0" });
  const before = await machine.ask("memctl status --json", memoryRow);
  const stress = await machine.run("stress leak --rate 1M --seconds 120");
  expect(stress.status).toBe(0);
  expect(stress.output).toMatch(/memory/i);
  const after = await machine.ask("memctl status --json", memoryRow);
  expect(after.outOfMemory).toBe(1);
  expect(before.freePages - after.freePages).toBeLessThan(64);
  expect((await machine.run("memctl check")).status).toBe(0);
  const history = await machine.ask("crashctl history --json", z.looseObject({ rows: z.array(z.looseObject({ outcome: z.string(), leadMs: z.number().nullable() })) }));
  const hit = history.rows.find((row) => /true.?positive|true\+/i.test(row.outcome));
  expect(hit?.leadMs ?? 0).toBeGreaterThanOrEqual(5000);
  expect((await machine.run("dmesg")).output).toMatch(/out of memory: .*killing pid/);
});

test("a plateau does not end in a standing warning", async () => {
  await using machine = await Machine.boot({ ...virtual, append: "auto=0" });
  await machine.run("stress plateau --size 60% --rate 8M --seconds 100 &");
  await machine.run("sleep 90");
  const status = await machine.ask("crashctl status --json", z.looseObject({ risk: z.string() }));
  expect(status.risk).toBe("NORMAL");
});

test("compaction by hand: an order-9 allocation succeeds that failed before, with the fewest moves", async () => {
  await using machine = await Machine.boot(virtual);
  const { managedPages } = await machine.ask("memctl status --json", memoryRow);
  expect((await machine.run(`memctl hold ${Math.floor(managedPages / 5)}`)).status).toBe(0);
  await machine.run("stress fragment --size 78% --rate 512M --seconds 100 &");
  await machine.run("sleep 20");
  const scattered = await machine.ask("memctl status --json", memoryRow);
  expect(scattered.largestFreePages).toBeLessThan(512);
  expect((await machine.run("memctl try-order 9")).status).toBe(1);
  const result = await machine.ask("memctl compact --order 9 --json", z.looseObject({ moved: z.number(), leastPossible: z.number(), largestAfterPages: z.number() }));
  expect(result.largestAfterPages).toBeGreaterThanOrEqual(512);
  expect(result.moved).toBeGreaterThan(0);
  expect(result.moved).toBeLessThanOrEqual(2 * result.leastPossible);
  expect((await machine.run("memctl try-order 9")).status).toBe(0);
  expect((await machine.run("memctl check")).status).toBe(0);
});

test("two runs with the same seed print the same bytes", async () => {
  const run = async (): Promise<string> => {
    const script = ["stress leak --rate 4M --seconds 20 --workers 2", "crashctl status --json", "memctl status --json", "trace 50 --json", "dmesg", "uptime --json"];
    await using machine = await Machine.boot({ ...virtual, mem: "32M", script });
    return machine.scriptResults.map((result) => result.output).join("---\n");
  };
  const first = await run();
  expect(first.length).toBeGreaterThan(500);
  expect(await run()).toBe(first);
});
