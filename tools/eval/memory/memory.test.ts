// The evaluation in small: a dozen episodes replayed, judged and reported; the rules on beats made by hand. The whole is npm run eval -- memory.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { familyNames } from "../../episodes/index.js";
import { ROOT, UsageError } from "../../lib/index.js";
import { Engine } from "../../sim/fast.js";
import { Policy } from "../../sim/policies.js";
import type { Beats } from "../../sim/record.js";
import { replay } from "../../sim/replay.js";
import { toHtml, toMarkdown } from "../common/document.js";
import { niceStep } from "../common/svg.js";
import { aheadOf } from "./ahead.js";
import { bucketQuantile, type CounterfactualResult, counterfactual, OPTIONS, outcomeOf, summarizeCounterfactual } from "./counterfactual.js";
import { healthyEpisode, runHealthy } from "./healthy.js";
import type { EpisodeResult } from "./judge.js";
import { readLog } from "./kernel-run.js";
import { leaveOneOutBlocks } from "./leave-one-out.js";
import { parseMemoryOptions } from "./options.js";
import { documentOf } from "./report.js";
import { earlyoom, psi } from "./rivals.js";
import { compare, countsOf, summarize } from "./summary.js";
import { episodeOf, runTask, setOfSeed } from "./tasks.js";
import { targetsOf } from "./text.js";

let engine: Engine;
let linear: Policy;
beforeAll(() => {
  engine = new Engine(ROOT);
  linear = new Policy("linear", new Uint8Array(readFileSync(join(ROOT, "build/policies/linear.wasm"))));
});

const SEEDS = Array.from({ length: 12 }, (_, i) => 2_000_001 + i);
const results = () => SEEDS.map((seed, index) => runTask({ index, seed, kind: "judge" }, engine, [linear]) as EpisodeResult);

test("a dozen episodes: verdicts fit what happened, and the report says so", () => {
  const judged = results();
  const counts = countsOf(judged);
  expect(counts.oom + counts.nonOom).toBe(12);
  expect(counts.oom).toBeGreaterThan(2);
  expect(counts.foreseeableStrictly).toBeGreaterThanOrEqual(counts.foreseeable);
  for (const r of judged) {
    if (r.foreseeable) expect(r.foreseeableStrictly).toBe(true);
    const [policy, early] = [r.judged[0], r.judged.find((j) => j.name === "earlyoom")];
    if (r.oomMs === undefined) expect(["quiet", "false"]).toContain(policy?.verdict);
    else {
      expect(["hit", "early", "late", "missed"]).toContain(policy?.verdict);
      expect(early?.alarmMs).toBeLessThanOrEqual(r.oomMs);
    }
    // Five seconds ahead is the ceiling itself.
    if (r.oomMs !== undefined) expect(r.aheadMs.includes(5000)).toBe(r.foreseeable);
    else expect(r.aheadMs.includes(5000)).toBe(r.indistinguishableMs !== undefined);
    if (policy?.verdict === "hit") expect(policy.leadMs).toBeGreaterThanOrEqual(5000);
    // A tenth or less was free exactly where the rule says so.
    if (r.leastFreePages <= r.totalPages / 10) expect(early?.alarmMs).toBeDefined();
  }
  const names = ["linear", "earlyoom", "psi"];
  const summaries = names.map((name) => summarize(judged, name));
  for (const s of summaries) expect(Object.values(s.verdicts).reduce((a, b) => a + b, 0)).toBe(12);
  const comparisons = compare(judged, "linear", names.slice(1), 200);
  expect(comparisons.map((c) => c.rival)).toEqual(["earlyoom", "psi"]);
  const families = [{ family: "all", counts, summary: summaries[0] as (typeof summaries)[number] }];
  const targets = targetsOf(counts, summaries[0] as (typeof summaries)[number], comparisons);
  expect(targets).toEqual([]);
  const options = parseMemoryOptions(["--policy", "linear"]);
  const evaluation = {
    options,
    results: judged,
    counts,
    summaries,
    comparisons,
    targets,
    byFamily: families,
    ahead: aheadOf(judged),
    counterfactual: undefined,
    healthy: undefined,
    seconds: 1,
    processorSeconds: 2,
  };
  const document = documentOf(evaluation, "the command", "abc", []);
  const html = toHtml(document);
  expect(html).toContain("no conclusion is drawn");
  expect(html.match(/<svg/g)?.length).toBeGreaterThan(5);
  expect(toMarkdown(document)).toContain("| linear |");
  expect(html).toContain("recall, stricter ceiling (1 s)");
  expect(summaries[0]?.recallStrict.of).toBe(counts.foreseeableStrictly);
  expect(results()).toEqual(judged);
});

test("the report of neural has the families left out, that of another policy has not", () => {
  const [, , block] = leaveOneOutBlocks("neural");
  if (block?.kind !== "table") throw new Error("no table");
  expect(block.rows.map((row) => row[0]).sort()).toEqual([...familyNames("train"), ...familyNames("validation"), "all"].sort());
  expect(leaveOneOutBlocks("linear")).toEqual([]);
});

test("the ladder: the same episode three times, past its OOM", () => {
  const episode = episodeOf({ seed: 2_000_002 });
  const result = counterfactual(episode, engine, linear);
  expect(result.outcomes.off.kills).toBeGreaterThan(0);
  expect(result.outcomes.off.lostPages).toBeGreaterThan(0);
  expect(result.outcomes.reactive.kills).toBeLessThanOrEqual(result.outcomes.off.kills);
  const summary = summarizeCounterfactual([result, result]);
  expect(summary.kills.off).toBe(2 * result.outcomes.off.kills);
  expect(summary.against.off.kills.value).toBe(result.outcomes.predicted.kills - result.outcomes.off.kills);
});

test("the predicted ladder where nobody warns is the reactive one; who is killed near the end is told apart", () => {
  const silent = { ...OPTIONS.predicted, engine, champion: linear, beyondOom: true };
  // Nothing comes near to running out in it.
  const quiet = episodeOf({ seed: 2_000_008 });
  expect(replay(quiet, { ...silent, shadows: [linear] }).tracks[0]?.warnedBeats).toBe(0);
  const { outcomes } = counterfactual(quiet, engine, linear);
  expect(outcomes.predicted).toEqual(outcomeOf(replay(quiet, silent)));

  const of = (reactive: number | undefined, lost: number): CounterfactualResult => {
    const outcome = { ...outcomes.off, kills: reactive === undefined ? 0 : 1, firstKillMs: reactive, lostPages: 256 };
    return { id: "x", family: "x", demandEndMs: 100_000, outcomes: { off: outcome, reactive: outcome, predicted: { ...outcome, lostPages: lost } } };
  };
  const { when } = summarizeCounterfactual([of(39_000, 0), of(41_000, 512), of(undefined, 256), of(90_000, 0)]);
  expect([when.before.episodes, when.near.episodes, when.never.episodes]).toEqual([1, 2, 1]);
  expect([when.before.lostPages.value, when.near.lostPages.value, when.never.lostPages.value]).toEqual([-64, 0, 0]);
});

test("a healthy quarter of an hour: memory does not run out, and the same seed is the same load", () => {
  expect(healthyEpisode(1, 0.25)).toEqual(healthyEpisode(1, 0.25));
  const result = runHealthy(engine, [linear], 0.25, 1);
  expect(result.ranOut).toBe(false);
  expect(result.leastFreeShare).toBeGreaterThan(0.1);
});

const beats = (free: number[], stalled: number[] = []): Beats => ({
  count: free.length,
  timeMs: Float64Array.from(free, (_, i) => 100 * i),
  freePages: Uint32Array.from(free),
  largestFreePages: new Uint32Array(free.length),
  fragmentationPpm: new Uint32Array(free.length),
  failures: new Uint32Array(free.length),
  processes: new Uint32Array(free.length),
  committedPages: new Uint32Array(free.length),
  stalledMs: Float64Array.from(free, (_, i) => stalled[i] ?? 0),
});

test("earlyoom's rule: at a tenth, not above", () => {
  expect(earlyoom(beats([500, 101, 100, 50]), 1000)).toBe(200);
  expect(earlyoom(beats([500, 101]), 1000)).toBeUndefined();
});

test("systemd-oomd's rule: over 60 % of ten seconds, for thirty", () => {
  const long = new Array<number>(600).fill(1);
  // 70 ms of each 100: over the limit once the window is more than 60 % full, after 8.6 s, and 30 s more.
  const at = psi(
    beats(
      long,
      long.map(() => 70),
    ),
  );
  expect(at).toBeGreaterThan(38_000);
  expect(at).toBeLessThan(39_500);
  expect(
    psi(
      beats(
        long,
        long.map(() => 55),
      ),
    ),
  ).toBeUndefined();
  // A pause of five seconds in the middle begins the count anew.
  expect(
    psi(
      beats(
        long.slice(0, 420),
        long.map((_, i) => (i > 200 && i < 250 ? 0 : 70)),
      ),
    ),
  ).toBeUndefined();
});

test("small parts", () => {
  expect(
    bucketQuantile(
      [
        [10, 50],
        [20, 49],
        [4000, 1],
      ],
      0.5,
    ),
  ).toBe(10);
  expect(
    bucketQuantile(
      [
        [10, 50],
        [20, 48],
        [4000, 2],
      ],
      0.99,
    ),
  ).toBe(4000);
  expect(bucketQuantile([], 0.5)).toBe(0);
  expect(niceStep(97, 5)).toBe(20);
  expect(setOfSeed(2_000_001)).toBe("test");
  expect(setOfSeed(17)).toBe("train");
  expect(setOfSeed(10_000_001)).toBe("drawn");
  expect(readLog("[  1.500000] memory may run out: confidence 80 %\n[ 12.250000] out of memory: pid 3\n")).toEqual({ warnings: [1.5], oom: 12.25 });
});

test.each([
  [["--seeds", "9..3"], /no range/],
  [["--in", "moon"], /sim or kernel/],
  [["--in", "kernel"], /say which/],
  [["--seeds", "1..2", "--episodes", "x"], /exclude/],
  [["--counterfactual", "some"], /no number/],
  [["--colour"], /colour/],
])("options that make no sense: %j", (args, message) => {
  expect(() => parseMemoryOptions(args)).toThrow(UsageError);
  expect(() => parseMemoryOptions(args)).toThrow(message);
});

test("what nobody asked for by seeds or file is a quick look, and is told so", () => {
  expect(parseMemoryOptions([])).toMatchObject({ quick: true, seeds: { first: 2_000_001, last: 2_000_480 } });
  expect(parseMemoryOptions(["--seeds", "2000001..2000480"]).quick).toBe(false);
});
