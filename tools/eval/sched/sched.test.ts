// The evaluation of schedulers in small: one mix through every policy and into a report; comparisons and the shift on figures made by hand;
// options that make no sense. The whole is npm run eval -- sched.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { jobsOfMix, writeJobs } from "../../jobs/index.js";
import { Progress, UsageError } from "../../lib/index.js";
import { type Figures, SchedPolicy, SLOWDOWN_SHARES } from "../../sim/sched/index.js";
import { toHtml, toMarkdown } from "../common/document.js";
import { simulateList } from "./lists.js";
import { evaluate, jsonOf } from "./main.js";
import { parseSchedOptions, resolvePolicies } from "./options.js";
import { documentOf } from "./report.js";
import { shiftOf } from "./shift.js";
import { type Cell, cellsOf, compare, gapClosed, lossesOf, ORACLE, subjectsOf } from "./summary.js";
import { enough, targetsOf } from "./targets.js";
import type { ListResult, PolicyFile, Runner } from "./types.js";

const folder = mkdtempSync(join(tmpdir(), "ganglion-sched-"));
afterAll(() => rmSync(folder, { recursive: true }));

// The worker's work without a worker.
const here: Runner = async (lists, files: readonly PolicyFile[]) => {
  const policies = files.map((file) => ({ file, policy: SchedPolicy.fromFile(file.name, file.path) }));
  const results: ListResult[] = [];
  for (const spec of lists) results.push(await simulateList(spec, policies));
  return results;
};

describe("end to end", () => {
  test("one mix, 500 jobs, every policy: the oracle is the least, nothing is void, a report", async () => {
    const options = parseSchedOptions(["--mix", "desktop", "--load", ".8", "--seeds", "1..2", "--jobs-per-run", "500"]);
    const policies = resolvePolicies(undefined);
    const evaluation = await evaluate(options, policies, here, new Progress());
    expect(evaluation.cells).toHaveLength(1);
    const [cell] = evaluation.cells as [Cell];
    expect(cell.runs.map((run) => run.spec.seed)).toEqual([1, 2]);
    for (const run of cell.runs) {
      expect(run.load).toBeCloseTo(0.8, 4);
      const oracle = run.results.find((r) => r.policy === ORACLE)?.figures.meanResponseMs as number;
      for (const { policy, figures } of run.results) {
        expect(figures.jobs, policy).toBe(500);
        // Waits make shortest remaining time a bound for all but a hair.
        expect(figures.meanResponseMs, policy).toBeGreaterThan(oracle * 0.98);
        expect(figures.fairness, policy).toBeGreaterThan(0);
        expect(figures.fairness, policy).toBeLessThanOrEqual(1);
        expect(figures.slowdowns, policy).toEqual([...figures.slowdowns].sort((a, b) => a - b));
        expect(figures.slowdowns.at(-1), policy).toBe(figures.worstSlowdown);
      }
    }
    expect(gapClosed([cell], "rr")?.value).toBe(0);
    expect(gapClosed([cell], ORACLE)?.value).toBeCloseTo(1, 12);
    expect(evaluation.enough).toBe(false);
    const document = documentOf(evaluation, "the command", "0123");
    expect(toHtml(document)).toContain("</svg>");
    expect(toMarkdown(document)).toContain("| sjf_history |");
    expect(JSON.parse(JSON.stringify(jsonOf(evaluation)))).toMatchObject({ cells: [{ mix: "desktop", load: 0.8 }] });
  });

  test("a file is run as it is, the same as the mix that it came from", async () => {
    const file = join(folder, "list.jsonl");
    writeJobs(file, jobsOfMix("pareto", { load: 0.7, seed: 4, jobs: 300 }));
    const run = async (args: string[]) => {
      const [result] = await here(parseSchedOptions(args).lists, resolvePolicies(["rr", "oracle_srpt"]), () => {});
      return result?.results.map((r) => r.figures);
    };
    expect(await run(["--jobs", file])).toEqual(await run(["--mix", "pareto", "--load", ".7", "--seeds", "4", "--jobs-per-run", "300"]));
  });
});

/** A run in which each policy has this mean response; the other figures follow it. */
function made(mix: string, load: number, seed: number, means: Record<string, number>, windows?: Record<string, number[]>): ListResult {
  return {
    spec: { mix, load, seed, jobs: 20_000, switchNs: 2000 },
    load,
    results: Object.entries(means).map(([policy, mean]) => ({
      policy,
      figures: { jobs: 20_000, meanResponseMs: mean, p99ResponseMs: 5 * mean, worstSlowdown: 9, slowdowns: SLOWDOWN_SHARES.map(() => 1), longestWaitMs: 1 } as unknown as Figures,
      p999ToRr: 2,
      programs: {},
      windowsMs: windows?.[policy],
      decideTimes: undefined,
      learning: undefined,
    })),
  };
}

describe("comparisons by hand", () => {
  // Transformer a tenth below las in seed 1, a fifth in seed 2; above mlfq by a tenth in both.
  const cells = cellsOf([
    made("desktop", 0.8, 1, { rr: 200, las: 100, mlfq: 90 / 1.1, transformer: 90, oracle_srpt: 50 }),
    made("desktop", 0.8, 2, { rr: 200, las: 100, mlfq: 80 / 1.1, transformer: 80, oracle_srpt: 50 }),
    made("desktop", 0.9, 1, { rr: 400, las: 200, mlfq: 180 / 1.1, transformer: 180, oracle_srpt: 100 }),
    made("desktop", 0.9, 2, { rr: 400, las: 200, mlfq: 160 / 1.1, transformer: 160, oracle_srpt: 100 }),
  ]);

  test("gap closed, differences, verdicts, losses", () => {
    expect(cells).toHaveLength(2);
    expect(subjectsOf(["fifo", "rr", "las", "gittins", "transformer", "mine", ORACLE])).toEqual(["transformer", "mine"]);
    // (200 − 90) ÷ 150 and (200 − 80) ÷ 150.
    expect(gapClosed(cells, "transformer")?.value).toBeCloseTo((110 + 120) / 300, 12);
    const las = compare(cells, "transformer", "las", "meanResponseMs");
    expect(las.difference.value).toBeCloseTo(Math.sqrt(0.9 * 0.8) - 1, 12);
    // Two seeds: t is 12.7, the interval is wide.
    expect(las.verdict).toBe("not shown");
    const mlfq = compare(cells, "transformer", "mlfq", "meanResponseMs");
    expect(mlfq.difference.value).toBeCloseTo(0.1, 9);
    expect(mlfq.verdict).toBe("worse");
    expect(compare(cells, "mlfq", "transformer", "meanResponseMs").verdict).toBe("better");
    const losses = lossesOf(cells, "transformer", ["mlfq", "las", "rr"]);
    expect(losses.map((loss) => [loss.load, loss.rival, loss.measure])).toEqual(
      expect.arrayContaining([
        [0.8, "mlfq", "meanResponseMs"],
        [0.9, "mlfq", "p99ResponseMs"],
      ]),
    );
    expect(losses.every((loss) => loss.rival === "mlfq")).toBe(true);
  });

  test("targets say what was found, and where it was not reached", () => {
    const targets = targetsOf(cells, "transformer");
    const of = (what: RegExp) => targets.find((t) => what.test(t.what));
    expect(of(/gap between/)?.reached).toBe(false); // the lower bound of two seeds
    expect(of(/in each cell/)?.reached).toBe(true);
    expect(of(/against mlfq/)).toMatchObject({ reached: false, found: expect.stringContaining("cells not beaten: desktop 0.8, desktop 0.9") });
    expect(of(/T ÷ T_rr/)?.reached).toBe(true);
    expect(enough(cells)).toBe(false);
  });

  test("the shift: recovery and the excess over mlfq", () => {
    const flat = Array.from({ length: 20 }, () => 100);
    const hurt = (second: number[]) => [...flat, ...second, ...flat.slice(second.length)];
    const spec = (mix: string, windows: Record<string, number[]>) => made(mix, 0.8, 1, { mlfq: 1, "transformer+learning": 1 }, windows);
    const cellsOfShift = cellsOf([
      spec("shift", { mlfq: hurt([110, 110, 110]), "transformer+learning": hurt([130, 101, 103, 101, 101.9]) }),
      spec("settled", { mlfq: [...flat, ...flat], "transformer+learning": [...flat, ...flat] }),
    ]);
    const result = shiftOf(cellsOfShift, "transformer+learning");
    expect(result?.toSteady).toHaveLength(20);
    // The third window is the last above 2 %.
    expect(result?.recoveryJobs).toBe(1500);
    expect(result?.worstOverMlfq).toBeCloseTo(130 / 110 - 1, 12);
    expect(shiftOf(cells, "transformer")).toBeUndefined();
  });
});

describe("options", () => {
  test("the whole evaluation is what the protocol says", () => {
    const { lists } = parseSchedOptions([]);
    expect(lists).toHaveLength((7 * 3 + 2) * 10);
    expect(new Set(lists.map((list) => list.seed))).toEqual(new Set(Array.from({ length: 10 }, (_, i) => 5_000_001 + i)));
    expect(lists.every((list) => list.jobs === 20_000)).toBe(true);
    expect(parseSchedOptions(["--no-shift"]).lists).toHaveLength(210);
  });

  test("in the kernel it is the protocol's too", () => {
    const { lists } = parseSchedOptions(["--in", "kernel"]);
    expect(lists).toHaveLength(7 * 3);
    expect(lists.every((list) => list.jobs === 600 && list.load === 0.8)).toBe(true);
  });

  test.each([
    ["a load of nothing", ["--load", "0"], /--load 0 makes no sense/],
    ["a load that is no number", ["--load", ".7,,.9"], /--load/],
    ["seeds backwards", ["--seeds", "9..3"], /--seeds 9..3 is no range/],
    ["no such mix", ["--mix", "dekstop"], /there is no mix dekstop/],
    ["too few jobs", ["--jobs-per-run", "1"], /--jobs-per-run 1/],
    ["a file and a mix", ["--jobs", "x.jsonl", "--mix", "desktop"], /exclude each other/],
    ["elsewhere", ["--in", "linux"], /--in must be sim or kernel/],
    ["a policy twice", ["--policy", "rr,rr"], /one twice/],
    ["an option that is none", ["--mixes", "desktop"], /mixes/],
  ])("%s", (_name, args, message) => {
    expect(() => parseSchedOptions(args)).toThrow(message);
    expect(() => parseSchedOptions(args)).toThrow(UsageError);
  });

  test("policies that are none", () => {
    expect(() => resolvePolicies(["sjf"])).toThrow(/there is no policy sjf/);
    expect(() => resolvePolicies(["linear"])).toThrow(/linear is no scheduling policy/);
    expect(() => resolvePolicies(["rr+learning"])).toThrow(/cannot learn/);
    const file = join(folder, "torn.wasm");
    writeFileSync(file, readFileSync(resolvePolicies(["rr"])[0]?.path as string).subarray(0, 100));
    expect(() => resolvePolicies([file])).toThrow(/torn is no scheduling policy/);
  });
});
