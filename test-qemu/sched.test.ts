// The scheduler as the shell and the learner see it, in the booted kernel: policies swapped under load, recorded decisions with what came of them,
// the shadow, nice values, modes of learning, and a learner that publishes, is judged, and can be killed. Real processes, mostly on the virtual clock.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { guestJobs } from "../tools/eval/sched/guest-jobs.js";
import { DEFAULT_PAGES, jobsOfMix } from "../tools/jobs/index.js";
import { BUILD } from "../tools/lib/index.js";
import { Machine } from "../tools/machine/index.js";

const DEADLINE_MS = 900_000;
const count = z.number().int().nonnegative();
const policies = z.looseObject({ policy: z.string(), policies: z.array(z.looseObject({ name: z.string(), active: z.boolean(), errors: count })) });
const status = z.looseObject({
  policy: z.string(),
  decisions: count,
  single: count,
  switches: count,
  ejections: count,
  requests: count,
  timeNs: count,
  idleNs: count,
  p99Ns: z.number(),
});
const decision = z.looseObject({
  sequence: count,
  pid: count,
  policy: z.string(),
  ended: z.string(),
  ranNs: count,
  quantumNs: count,
  requestNs: z.number(),
  rows: z.array(
    z.looseObject({ pid: count, chosen: z.boolean(), score: z.number().nullable(), attention: z.number(), expectedNs: z.number(), requestNs: z.number(), leftNs: z.number() }),
  ),
});
const decisions = z.object({ decisions: z.array(z.looseObject({ sequence: count, ended: z.string(), policy: z.string(), ready: count })) });
const processes = z.object({ processes: z.array(z.looseObject({ pid: count, command: z.string(), cpuNs: count, residentPages: count, nice: z.number().optional() })) });
const top = z.looseObject({ spanNs: count, tasks: z.array(z.looseObject({ pid: count, userNs: count, systemNs: count, command: z.string() })) });
const stats = z.looseObject({
  active: z.boolean(),
  decisions: count,
  mode: z.string(),
  ratePpb: count,
  learner: z
    .looseObject({ pid: count, steps: count, examples: count, published: count, decisions: count, loss: z.number(), baseLoss: z.number(), cpuNs: count, timeNs: count })
    .optional(),
  weights: z.looseObject({ policy: z.string(), bytes: count, version: count, goodVersion: count, commits: count, refused: count, rollbacks: count, reverts: count }).optional(),
});

let folder = "";

beforeAll(() => {
  mkdirSync(join(BUILD, "test"), { recursive: true });
  folder = mkdtempSync(join(BUILD, "test", "sched-"));
  const list = (jobs: number, load: number) => guestJobs(jobsOfMix("cacheserver", { load, seed: 5_000_001, jobs }), DEFAULT_PAGES);
  writeFileSync(join(folder, "short.bin"), list(300, 0.9));
  writeFileSync(join(folder, "long.bin"), list(2000, 0.8));
});
afterAll(() => rmSync(folder, { recursive: true }));

const boot = (append = "") => Machine.boot({ accel: "tcg", clock: "virtual", mem: "256M", seed: 1, files: folder, append, commandDeadlineMs: DEADLINE_MS });

async function learnerOf(machine: Machine) {
  return (await machine.ask("ps --json", processes)).processes.find(({ command }) => command === "learner");
}

describe("one machine, policies and decisions", () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await boot();
  });
  afterAll(() => machine.close());

  test("policies change places under load: no job is lost, none of them is ejected", async () => {
    const { policies: all } = await machine.ask("schedctl policy --json", policies);
    const names = all.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["fallback", "rr", "mlfq", "las", "eevdf", "sjf_history", "transformer"]));
    const before = await machine.ask("schedctl status --json", status);
    const swaps = names.map((name) => `schedctl policy ${name} && sleep 0.2`).join("; ");
    const { output, failures } = await machine.run(`run jobs /files/short.bin > /tmp/out & ${swaps}; wait; cat /tmp/out`);
    expect(failures, output).toBe(0);
    expect(output).toMatch(/jobs 300 finished 300 failed 0/);
    const after = await machine.ask("schedctl status --json", status);
    expect(after.ejections).toBe(before.ejections);
    expect(after.requests - before.requests).toBeGreaterThanOrEqual(300);
    for (const policy of (await machine.ask("schedctl policy --json", policies)).policies) expect(policy.errors, policy.name).toBe(0);
  });

  test("a decision is explained: who could have run, what the policy made of them, what happened", async () => {
    await machine.run("schedctl transformer on; schedctl shadow on las; schedctl explain every 1");
    await machine.run("run jobs /files/short.bin");
    const { decisions: kept } = await machine.ask("schedctl explain --json", decisions);
    expect(kept.length).toBe(48);
    const of = kept.filter(({ policy, ended }) => policy === "transformer" && ended !== "open");
    expect(of.length).toBeGreaterThan(0);
    let known = 0;
    for (const { sequence } of of) {
      const told = await machine.ask(`schedctl explain ${sequence} --json`, decision);
      expect(told.rows.filter(({ chosen }) => chosen)).toHaveLength(1);
      expect(told.rows.length).toBeGreaterThan(1);
      const chosen = told.rows.find(({ chosen }) => chosen);
      expect(Math.max(...told.rows.map(({ score }) => score ?? Number.NEGATIVE_INFINITY))).toBe(chosen?.score);
      expect(told.rows.reduce((sum, { attention }) => sum + attention, 0)).toBeGreaterThan(0);
      expect(chosen?.expectedNs).toBeGreaterThan(0);
      if (told.requestNs >= 0) {
        known++;
        // What was left at the decision is at least what it ran in this turn.
        expect(chosen?.leftNs).toBeGreaterThanOrEqual(told.ranNs - 1_000_000);
      }
    }
    expect(known).toBeGreaterThan(0);
    const words = (await machine.run("schedctl explain last")).output;
    expect(words).toMatch(/^Decision: .* by transformer/m);
    expect(words).toMatch(/^What Happened: +ran .*(: its quantum ran out|: it waited|: it ended|: another was chosen before|: it gave its turn away)$/m);
    expect((await machine.run("schedctl explain 999999999")).output).toContain("not recorded, or no more");
  });

  test("the shadow agrees sometimes, and is told off", async () => {
    const compared = await machine.ask("schedctl shadow compare --json", z.looseObject({ on: z.boolean(), shadow: z.string(), decisions: count, agreed: count, pairs: count }));
    expect(compared).toMatchObject({ on: true, shadow: "las" });
    expect(compared.agreed).toBeGreaterThan(0);
    expect(compared.decisions).toBeGreaterThan(compared.agreed);
    expect(compared.pairs).toBeLessThanOrEqual(compared.decisions - compared.agreed);
    expect((await machine.run("schedctl shadow on transformer")).output).toContain("decides already");
    await machine.run("schedctl shadow off");
    expect((await machine.run("schedctl shadow")).output).toMatch(/none|off/);
  });

  test("nice values move the shares", async () => {
    await machine.run("schedctl policy eevdf");
    await machine.run("run --nice 5 primes 20000000 > /tmp/a & run primes 20000000 > /tmp/b & sleep 1");
    const { tasks } = await machine.ask("schedctl top --json --seconds 4", top);
    const share = (nice: number) => tasks.filter(({ command, nice: of }) => command.startsWith("primes") && of === nice).map(({ userNs, systemNs }) => userNs + systemNs)[0] ?? 0;
    expect(share(5)).toBeGreaterThan(0);
    expect(share(0)).toBeGreaterThan(1.5 * share(5));
    const { processes: list } = await machine.ask("ps --json", processes);
    const slow = list.find(({ command, nice }) => command.startsWith("primes") && nice === 5);
    expect((await machine.run(`renice -20 ${slow?.pid}`)).status).toBe(0);
    const again = await machine.ask("schedctl top --json --seconds 2", top);
    const after = (pid: number | undefined) => again.tasks.find((task) => task.pid === pid);
    expect(after(slow?.pid)?.userNs).toBeGreaterThan(again.spanNs * 0.6);
    await machine.run("kill %1 %2; wait");
  });

  test("bad input: priorities, names, rates; the kernel refuses the same itself", async () => {
    for (const [line, words] of [
      ["renice 20 1", "must be -20 to 19, not 20"],
      ["nice -n -21 true", "must be -20 to 19, not -21"],
      ["renice 1 99999", "no such process"],
      ["schedctl policy nosuch", "no such scheduling policy; there are fallback"],
      ["schedctl policy linear", "no such scheduling policy"],
      ["schedctl shadow on nosuch", "there are fallback"],
      ["schedctl explain every 0", "must be 1 to 1000000"],
      ["schedctl set-lr 7", "must be 0.000001 to 1"],
    ] as const) {
      const { output, status: code } = await machine.run(line);
      expect(output, line).toContain(words);
      expect(code, line).not.toBe(0);
    }
  });

  test("frozen the learner sleeps; killed it comes back, and nothing else changes", async () => {
    await machine.run("schedctl transformer on");
    const before = await machine.ask("schedctl status --json", status);
    const first = await learnerOf(machine);
    expect(first?.nice).toBe(19);
    await machine.run("sleep 10");
    const later = await learnerOf(machine);
    expect((later?.cpuNs ?? 0) - (first?.cpuNs ?? 0)).toBeLessThan(0.001 * 10e9);
    expect((await machine.run(`kill ${first?.pid}`)).status).toBe(0);
    expect(await learnerOf(machine)).toBeUndefined();
    await machine.run("sleep 2.5");
    const second = await learnerOf(machine);
    expect(second?.pid).toBeGreaterThan(first?.pid ?? Number.POSITIVE_INFINITY);
    const after = await machine.ask("schedctl status --json", status);
    expect(after).toMatchObject({ policy: "transformer", ejections: before.ejections });
    expect((await machine.run("memctl check")).output).toContain("every frame is accounted for");
    // Ctrl-C is the shell's, not the learner's.
    await machine.run("sleep 0.1");
    expect((await machine.run("kill 1")).output).toContain("a protected service");
  });
});

test("learning: versions are published and judged, the learner keeps to its share, dies and goes on; freeze and reset", async () => {
  const machine = await boot("learn=1");
  try {
    await machine.run("schedctl transformer on; sleep 2");
    const before = await machine.ask("schedctl status --json", status);
    const cpuBefore = (await learnerOf(machine))?.cpuNs ?? 0;
    const { output } = await machine.run("run jobs /files/long.bin");
    expect(output).toMatch(/jobs 2000 finished 2000 failed 0/);
    const after = await machine.ask("schedctl status --json", status);
    const learner = await learnerOf(machine);
    const learnt = await machine.ask("schedctl transformer stats --json", stats);
    process.stderr.write(
      `learning: ${JSON.stringify({ learner: learnt.learner, weights: learnt.weights, cpuNs: (learner?.cpuNs ?? 0) - cpuBefore, spanNs: after.timeNs - before.timeNs, pages: learner?.residentPages })}\n`,
    );
    expect(learnt).toMatchObject({ active: true, mode: "learning" });
    expect(learnt.learner?.steps).toBeGreaterThan(0);
    expect(learnt.learner?.published).toBeGreaterThanOrEqual(1);
    expect(learnt.weights?.commits).toBe(learnt.learner?.published);
    expect(learnt.weights?.refused).toBe(0);
    expect((learner?.cpuNs ?? 0) - cpuBefore).toBeLessThanOrEqual(0.02 * (after.timeNs - before.timeNs) + 2_000_000);
    expect(learner?.residentPages).toBeLessThanOrEqual(1024);
    expect(after.ejections).toBe(before.ejections);

    // It dies in the middle of its work: the weights stay, and the one that follows goes on from them.
    const version = learnt.weights?.version;
    await machine.run(`kill ${learner?.pid}`);
    expect((await machine.ask("schedctl transformer --json", stats)).weights?.version).toBe(version);
    await machine.run("run jobs /files/short.bin; sleep 3");
    const other = await machine.ask("schedctl transformer --json", stats);
    expect(other.learner?.pid).not.toBe(learner?.pid);
    expect(other.learner?.decisions).toBeGreaterThan(0);

    await machine.run("schedctl transformer freeze; schedctl set-lr 1e-3; sleep 2");
    const frozen = await machine.ask("schedctl transformer --json", stats);
    expect(frozen).toMatchObject({ mode: "frozen", ratePpb: 1_000_000 });
    await machine.run("run jobs /files/short.bin");
    expect((await machine.ask("schedctl transformer --json", stats)).weights?.commits).toBe(frozen.weights?.commits);
    expect((await machine.run("schedctl transformer reset")).status).toBe(0);
    expect((await machine.ask("schedctl weights --json", z.looseObject({ version: count, reverts: count }))).version).toBe(0);
    expect((await machine.run("memctl check")).output).toContain("every frame is accounted for");
  } finally {
    await machine.close();
  }
});
