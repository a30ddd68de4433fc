// A list of jobs in the booted kernel with real processes, and the two scheduler benches, on the virtual clock.
import { expect, test } from "vitest";
import { FALLBACK, runInKernel, runUnder } from "../tools/eval/sched/kernel-run.js";

const image = (n: number) => n.toString(16).padStart(16, "0");
const fallback = { name: FALLBACK };

test("jobs arrive at their time, compute for as long as the list says, and wait in between", async () => {
  const jobs = [
    { arrivalMs: 0, image: image(1), segments: [{ cpuMs: 2 }] },
    { arrivalMs: 50, image: image(2), segments: [{ cpuMs: 3 }, { ioMs: 20 }, { cpuMs: 4.5 }], pages: 300 },
    { arrivalMs: 200, image: image(1), segments: [{ cpuMs: 40 }], priority: 5 },
    { arrivalMs: 210, image: image(3), segments: [{ cpuMs: 40 }] },
  ];
  const run = await runInKernel(jobs, fallback, { defaultPages: 64 });
  expect(run.late).toBe(0);
  const asked = jobs.map(({ segments }) => segments.reduce((sum, segment) => sum + ("cpuMs" in segment ? segment.cpuMs : 0), 0));
  for (const [i, ms] of asked.entries()) expect(Math.abs((run.cpuMs[i] as number) - ms), `job ${i}`).toBeLessThan(0.05);
  for (const [i, job] of jobs.entries()) expect((run.startMs[i] as number) - job.arrivalMs, `job ${i}`).toBeGreaterThanOrEqual(0);
  // The first two are alone; the last two share the processor for a while.
  expect(run.startMs[0]).toBeLessThan(0.2);
  expect(run.endMs[0]).toBeLessThan(2.5);
  expect((run.endMs[1] as number) - 50).toBeGreaterThan(27.4);
  expect((run.endMs[1] as number) - 50).toBeLessThan(28.5);
  expect(Math.max(run.endMs[2] as number, run.endMs[3] as number)).toBeGreaterThan(280);
  expect(Math.max(run.endMs[2] as number, run.endMs[3] as number)).toBeLessThan(283);
  expect(run.idleMs).toBeGreaterThan(100);
});

test("more jobs at once than there may be processes: those beyond wait, all end", async () => {
  const jobs = Array.from({ length: 300 }, (_, i) => ({ arrivalMs: i / 100, image: image(1 + (i % 5)), segments: [{ cpuMs: 0.7 }] }));
  const run = await runInKernel(jobs, fallback, { defaultPages: 16 });
  expect(run.late).toBeGreaterThan(100);
  expect(run.late).toBeLessThan(300);
  expect(run.held).toBeGreaterThan(0);
  expect(Math.max(...run.endMs)).toBeGreaterThan(210);
}, 120_000);

test("wrong words and wrong files are told", async () => {
  const { output } = await runUnder(fallback, [
    "run jobs",
    "run jobs /README.md",
    "run jobs /files/none",
    "run wakebench --hogs 99",
    "run messagebench --groups x",
    "run switchbench sideways",
  ]);
  expect(output[0]).toMatch(/^jobs FILE/);
  for (const line of output.slice(1, 3)) expect(line).toMatch(/no job list/);
  expect(output[3]).toMatch(/^wakebench \[--messengers/);
  expect(output[4]).toMatch(/^messagebench \[--groups/);
  expect(output[5]).toMatch(/^switchbench yield/);
});

test("wakebench, messagebench and switchbench measure", async () => {
  const { output } = await runUnder(fallback, [
    "run wakebench --hogs 0 --workers 2 --work 100 --ms 300 --json",
    "run messagebench --groups 2 --pairs 3 --loops 5 --json",
    "run switchbench yield 100 --json",
    "run switchbench pipe 100 --json",
    "ps --json",
  ]);
  const [wakes, messages, yields, pipe, ps] = output.map((text) => JSON.parse(text)) as [
    Record<string, number>,
    Record<string, number>,
    Record<string, number>,
    Record<string, number>,
    { processes: { command: string }[] },
  ];
  expect(wakes.wakes).toBeGreaterThan(20);
  // With an idle processor a woken worker runs in less than a millisecond.
  expect(wakes.p50Ns).toBeLessThan(1_000_000);
  expect(messages.messages).toBe(2 * 3 * 3 * 5);
  expect(messages.tookNs).toBeGreaterThan(0);
  expect(yields.switches).toBeGreaterThanOrEqual(190);
  expect(pipe.switches).toBeGreaterThanOrEqual(190);
  for (const { command } of ps.processes) expect(command).not.toMatch(/bench/);
});
