// The scheduler as the shell and the learner see it, in the booted kernel: policies swapped under load, recorded decisions with what came of them,
// the shadow, nice values, modes of learning, and a learner that publishes, is judged, and can be killed. Real processes, mostly on the virtual clock.
// What misbehaves is in sched-hostile.test.ts.
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
const tasks = z.object({
  tasks: z.array(z.looseObject({ pid: count, state: z.string(), userNs: count, systemNs: count, readyNs: count, blockedNs: count, startedNs: count, command: z.string() })),
});
const modules = z.looseObject({
  modules: z.array(z.looseObject({ name: z.string(), kind: z.string(), state: z.string(), errors: count, reason: z.string() })),
});
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
  writeFileSync(join(folder, "middle.bin"), list(1400, 0.7));
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
    await machine.run("schedctl explain off"); // asking makes decisions, too, and 48 are kept
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
    const busy = await machine.run("schedctl policy las");
    expect(busy.output).toContain("it decides in the shadow; take it off first: schedctl shadow off");
    expect(busy.status).toBe(1);
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

  test("bad input: priorities, names, numbers; each is told what is wrong, with its status, and nothing changes", async () => {
    const before = await machine.ask("schedctl policy --json", policies);
    for (const [line, words, status] of [
      ["renice 20 1", "must be -20 to 19, not 20", 2],
      ["renice -21 1", "must be -20 to 19, not -21", 2],
      ["nice -n -21 true", "must be -20 to 19, not -21", 2],
      ["nice -n 30 hello", "must be -20 to 19, not 30", 2],
      ["nice 30", "unknown command: 30", 127],
      ["run --nice 30 hello", "must be -20 to 19, not 30", 2],
      ["renice 1 99999", "no such process", 1],
      ["renice 1 nobody", "must be a pid", 2],
      ["schedctl", "policy", 2],
      ["schedctl nosuch", "nosuch", 2],
      ["schedctl policy nosuch", "no such scheduling policy; there are fallback", 1],
      ["schedctl policy linear", "no such scheduling policy", 1],
      ["schedctl shadow on nosuch", "there are fallback", 1],
      ["schedctl shadow on fallback", "cannot decide in the shadow", 1],
      ["schedctl explain every 0", "must be 1 to 1000000", 2],
      ["schedctl explain every 1000001", "must be 1 to 1000000", 2],
      ["schedctl explain 999999999", "not recorded, or no more", 1],
      ["schedctl explain banana", "must be a sequence number", 2],
      ["schedctl explain 5 6", "only with every", 2],
      ["schedctl set-lr 7", "must be 0.000001 to 1", 2],
      ["schedctl set-lr 0", "must be 0.000001 to 1", 2],
      ["schedctl set-lr banana", "not a number", 2],
      ["schedctl top --seconds 0", "must be", 2],
      ["schedctl top --rounds 0", "must be", 2],
      ["modctl fallback nosuch", "nosuch", 2],
    ] as const) {
      const { output, status: code } = await machine.run(line);
      expect(output, line).toContain(words);
      expect(code, line).toBe(status);
      const json = await machine.run(`${line.split(" ")[0]} --json ${line.split(" ").slice(1).join(" ")}`);
      expect(json.status, `${line} --json`).toBe(status);
    }
    expect((await machine.ask("schedctl policy --json", policies)).policy).toBe(before.policy);
  });

  test("every subcommand answers in JSON, too", async () => {
    await machine.run("schedctl transformer on; schedctl shadow on eevdf; schedctl explain every 2; run jobs /files/short.bin");
    const { decisions: kept } = await machine.ask("schedctl explain --json", decisions);
    const images = z.looseObject({ images: z.array(z.looseObject({ image: z.string(), requests: count, binsPpm: z.array(count) })) });
    const known = (await machine.ask("schedctl images --json", images)).images.filter(({ requests }) => requests > 0);
    expect(known.length).toBeGreaterThan(3);
    for (const { binsPpm } of known) expect(binsPpm.reduce((sum, ppm) => sum + ppm)).toBe(1_000_000);
    for (const line of [
      ...[
        "status",
        "policy",
        "policy rr",
        "policy transformer",
        "tasks",
        "top --seconds 0.1",
        "images",
        "explain",
        `explain ${kept.at(-1)?.sequence}`,
        "explain last",
        "explain every 8",
      ],
      ...["shadow", "shadow compare", "shadow off", "shadow on las", "transformer", "transformer stats --verbose", "transformer freeze", "transformer learn", "transformer off"],
      ...["transformer on", "transformer reset", "set-lr 0.001", "weights", "reset", "explain off", "transformer freeze", "shadow off"],
    ]) {
      const { output, status: code } = await machine.run(`schedctl ${line} --json`);
      expect(code, `${line}: ${output}`).toBe(0);
      expect(output.trim().split("\n"), line).toHaveLength(1);
      expect(() => JSON.parse(output), line).not.toThrow();
    }
  });

  test("policies of two kinds: each has one that decides, and a swap of one leaves the other alone", async () => {
    const active = async () => (await machine.ask("modctl list --json", modules)).modules.filter(({ state }) => state === "active").map(({ name, kind }) => `${kind} ${name}`);
    await machine.run("schedctl policy las");
    expect(await active()).toEqual(["memory linear", "sched las"]);
    expect((await machine.run("modctl swap mlfq")).status).toBe(0);
    expect((await machine.ask("schedctl policy --json", policies)).policy).toBe("mlfq");
    expect((await machine.run("modctl fallback sched")).status).toBe(0);
    expect(await active()).toEqual(["sched roundrobin", "memory linear"]);
    expect((await machine.ask("schedctl policy --json", policies)).policy).toBe("fallback");
    expect((await machine.run("modctl swap slope; modctl load policies/slope.wasm; modctl swap slope")).status).toBe(0);
    expect(await active()).toEqual(["sched roundrobin", "memory slope"]);
    await machine.run("modctl swap linear; modctl unload slope");
  });

  test("accounts: user, system, ready and blocked time are each task's life", async () => {
    await machine.run("schedctl policy mlfq; run jobs /files/short.bin > /tmp/out & primes 3000000 > /tmp/a & sleep 1");
    for (let i = 0; i < 5; i++) {
      const { output } = await machine.run("schedctl status --json; schedctl tasks --json; schedctl status --json");
      const [before, rows, after] = output
        .trim()
        .split("\n")
        .map((line): unknown => JSON.parse(line)) as [unknown, unknown, unknown];
      const [fromNs, toNs] = [status.parse(before).timeNs, status.parse(after).timeNs];
      expect(toNs - fromNs).toBeLessThan(200e6);
      const all = tasks.parse(rows).tasks;
      expect(all.length).toBeGreaterThan(3);
      for (const task of all) {
        const nowNs = task.startedNs + task.userNs + task.systemNs + task.readyNs + task.blockedNs;
        expect(nowNs, task.command).toBeGreaterThanOrEqual(fromNs);
        expect(nowNs, task.command).toBeLessThanOrEqual(toNs);
      }
      await machine.run("sleep 0.3");
    }
    expect((await machine.run("wait; cat /tmp/out")).output).toMatch(/jobs 300 finished 300 failed 0/);
  });

  test("frozen the learner sleeps; killed it comes back, and nothing else changes", async () => {
    await machine.run("schedctl transformer on");
    const before = await machine.ask("schedctl status --json", status);
    const first = await learnerOf(machine);
    expect(first?.nice).toBe(19);
    await machine.run("sleep 10");
    const later = await learnerOf(machine);
    expect((later?.cpuNs ?? 0) - (first?.cpuNs ?? 0)).toBeLessThan(0.001 * 10e9);
    // On one line: while nothing is to do, time is skipped. It is back within a second.
    const { output, failures } = await machine.run(`kill ${first?.pid}; ps --json; sleep 1; ps --json`);
    expect(failures, output).toBe(0);
    const [gone, second] = output
      .trim()
      .split("\n")
      .map((line) => processes.parse(JSON.parse(line)).processes.find(({ command }) => command === "learner"));
    expect(gone).toBeUndefined();
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
    // It tells of itself now and then: its last publication may be newer than its last report.
    expect(learnt.weights?.commits).toBeGreaterThanOrEqual(learnt.learner?.published ?? Number.POSITIVE_INFINITY);
    expect((learnt.weights?.commits ?? 9) - (learnt.learner?.published ?? 0)).toBeLessThanOrEqual(1);
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
    // A rate at which no model stays one: what predicts worse than before is not published.
    const report = async () => (await machine.ask("schedctl transformer --json", stats)).learner;
    const stepsBefore = (await report())?.steps ?? 0;
    await machine.run("schedctl set-lr 1; schedctl transformer learn; run jobs /files/middle.bin; schedctl transformer freeze; sleep 2");
    expect(((await report())?.steps ?? 0) - stepsBefore).toBeGreaterThanOrEqual(4);
    expect((await machine.ask("schedctl transformer --json", stats)).weights).toMatchObject({ commits: frozen.weights?.commits, version: frozen.weights?.version });
    expect((await machine.run("schedctl transformer reset")).status).toBe(0);
    expect((await machine.ask("schedctl weights --json", z.looseObject({ version: count, reverts: count }))).version).toBe(0);
    expect((await machine.run("memctl check")).output).toContain("every frame is accounted for");
  } finally {
    await machine.close();
  }
});
