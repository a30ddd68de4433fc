// What is made of runs in the booted kernel, on figures made by hand: ratios to rr with intervals, the gap, targets, both forms. The runs
// themselves: test-qemu/jobs.test.ts; the whole is npm run eval -- sched --in kernel.
import { describe, expect, test } from "vitest";
import type { Figures } from "../../sim/sched/index.js";
import { toHtml } from "../common/document.js";
import { agreementOf, kendallTau } from "./agreement.js";
import { decisionTimes } from "./kernel-main.js";
import { kernelTargets } from "./kernel-tables.js";
import { kernelDocument, kernelText } from "./kernel-text.js";
import { gapInKernel, type KernelCell, type KernelEvaluation, type KernelResult, toRr } from "./kernel-types.js";

const figures = (meanResponseMs: number, switches: number) =>
  ({ jobs: 10, meanResponseMs, p99ResponseMs: 9, worstSlowdown: 3, switches, decisions: 100, makespanMs: 1000 }) as Figures;

function result(policy: string, simMs: number, kernelMs: number, switches: number): KernelResult {
  return {
    policy,
    free: figures(simMs, switches),
    sim: figures(simMs, switches),
    kernel: figures(kernelMs, switches),
    late: 0,
    lateMostMs: 0,
    ejections: 0,
    voluntary: 0,
    involuntary: 0,
    preemptions: 0,
    otherMs: 5,
    decisionsMs: 1,
    decisionP50Ns: 3000,
    decisionP99Ns: 9000,
    wallMs: 1,
  };
}

function cell(mix: string, kind: KernelCell["kind"], seeds: KernelResult[][]): KernelCell {
  const lists = seeds.map((results, i) => ({ spec: { mix, load: 0.8, seed: i + 1, jobs: 10, switchNs: 1174 }, results, oracleMs: 50 }));
  const both = (seeds[0] as KernelResult[]).map((r) => ({ policy: r.policy, simMs: r.sim.meanResponseMs, kernelMs: r.kernel.meanResponseMs }));
  return { mix, kind, load: 0.8, lists, agreement: agreementOf(both) };
}

const structured = cell("desktop", "structured", [
  [result("rr", 100, 110, 1000), result("las", 90, 95, 2000), result("transformer", 70, 88, 700)],
  [result("rr", 100, 120, 1000), result("las", 90, 95, 2000), result("transformer", 70, 90, 800)],
]);
const structureless = cell("pareto", "structureless", [
  [result("rr", 100, 100, 1000), result("las", 60, 60, 900), result("transformer", 59, 61, 3000)],
  [result("rr", 100, 100, 1000), result("las", 60, 60, 900), result("transformer", 59, 61, 3000)],
]);
const evaluation: KernelEvaluation = { cells: [structured, structureless], benches: [], left: ["oracle_srpt"], seconds: 1 };

describe("ratios to rr", () => {
  test("each seed's, paired, with an interval", () => {
    const ratio = toRr([structured], "transformer", (r) => r.kernel.meanResponseMs);
    expect(ratio?.value).toBeCloseTo(Math.sqrt((88 / 110) * (90 / 120)) - 1, 12);
    expect(ratio?.interval?.low).toBeLessThan(ratio?.value as number);
    expect(toRr([structured], "rr", (r) => r.kernel.meanResponseMs)?.value).toBe(0);
    expect(toRr([structured], "nobody", (r) => r.kernel.meanResponseMs)).toBeUndefined();
  });

  test("the gap is between rr in the kernel and the simulator's oracle", () => {
    expect(gapInKernel([structured], "transformer")).toBeCloseTo((115 - 89) / (115 - 50), 12);
  });
});

describe("agreement", () => {
  test("pairs the other way round are named, with how far they lie apart", () => {
    const agreement = agreementOf([
      { policy: "a", simMs: 10, kernelMs: 11 },
      { policy: "b", simMs: 20, kernelMs: 33 },
      { policy: "c", simMs: 22, kernelMs: 30 },
    ]);
    expect(agreement).toMatchObject({ sameOrder: false, swapped: [{ better: "b", worse: "c" }] });
    expect(agreement.swapped[0]?.simPct).toBeCloseTo(10, 9);
    expect(agreement.tau).toBeCloseTo(1 / 3, 12);
    expect(kendallTau([1, 2, 3], [3, 2, 1])).toBe(-1);
  });
});

describe("targets", () => {
  test("structured mixes are judged; the order is looked at everywhere", () => {
    const targets = kernelTargets(evaluation.cells);
    expect(targets.map(({ policy, reached }) => [policy, reached])).toEqual([
      ["transformer", true],
      ["transformer", true],
      ["all", false],
    ]);
    expect(targets[2]?.found).toMatch(/^1 of 2 mixes; 5 of 6 pairs; .* at most 1\.7 % apart/);
  });
});

test("times of decisions from their bins", () => {
  const times = decisionTimes([
    { ns: 1000, count: 99 },
    { ns: 8000, count: 1 },
  ]);
  expect(times.sumMs).toBeCloseTo((107_000 * 2 ** (1 / 8)) / 1e6, 9);
  expect(times.quantileNs(0.99)).toBeLessThan(1200);
  expect(times.quantileNs(1)).toBeGreaterThan(8000);
});

test("both forms have every mix", () => {
  const text = kernelText(evaluation);
  for (const word of ["desktop 0.8", "pareto 0.8", "structureless, over the mixes", "not the same order"]) expect(text).toContain(word);
  const html = toHtml(kernelDocument(evaluation, "the command", "0123"));
  expect(html.match(/<svg/g)).toHaveLength(2);
  expect(html).not.toMatch(/NaN|undefined/);
});
