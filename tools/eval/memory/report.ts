// The report of an evaluation: what was run, whether the targets are reached, tables, pictures; and its files. What the protocol asks to
// be said beside the figures is said here.
import type { Block, Document } from "../common/document.js";
import type { EpisodeResult } from "./judge.js";
import type { Evaluation } from "./main.js";
import { judgedOf, type PolicySummary } from "./summary.js";
import { barsSvg, episodeSvg, leadsSvg, type Matrix, matrixSvg } from "./svg.js";
import { CEILING_HEAD, COMPARISON_HEAD, ceilingRow, comparisonRow, countsText, FAMILY_HEAD, familyRow, POLICY_HEAD, policyRow, seconds, TOO_FEW } from "./text.js";

/** Pictures of each kind of verdict. */
const SHOWN = 3;

function matrixOf(results: readonly EpisodeResult[], policy: string): Matrix {
  const groups: [string, (r: EpisodeResult) => boolean, boolean][] = [
    ["OOM, foreseeable", (r) => r.oomMs !== undefined && r.foreseeable === true, true],
    ["OOM, unforeseeable", (r) => r.oomMs !== undefined && r.foreseeable === false, true],
    ["no OOM", (r) => r.oomMs === undefined && r.indistinguishableMs === undefined, false],
    ["no OOM, indistinguishable", (r) => r.oomMs === undefined && r.indistinguishableMs !== undefined, false],
  ];
  const counts = groups.map(([, belongs, oom]) => {
    const of = results.filter(belongs).map((r) => judgedOf(r, policy).verdict);
    const count = (...verdicts: string[]) => of.filter((verdict) => verdicts.includes(verdict)).length;
    return oom ? [count("hit"), count("early"), count("late"), count("missed")] : [count("false"), undefined, undefined, count("quiet")];
  });
  return {
    rows: groups.map(([name]) => name),
    columns: ["alarm", "too early", "too late", "no alarm"],
    counts,
    right: groups.map(([, , oom]) => (oom ? [true, false, false, false] : [false, false, false, true])),
  };
}

function examples(results: readonly EpisodeResult[], policy: string): Block {
  const chosen: EpisodeResult[] = [];
  for (const verdict of ["hit", "quiet", "false", "late", "missed", "early"] as const) {
    // From as many families as there are, before a second one of any.
    const of = results.filter((r) => judgedOf(r, policy).verdict === verdict && (r.oomMs === undefined ? r.indistinguishableMs === undefined : r.foreseeable));
    const families = [...new Set(of.map((r) => r.family))];
    for (const family of families.slice(0, SHOWN)) chosen.push(of.find((r) => r.family === family) as EpisodeResult);
  }
  return {
    kind: "pictures",
    columns: 3,
    pictures: chosen.map((r) => {
      const judged = judgedOf(r, policy);
      const lead = judged.leadMs === undefined ? "" : `, ${seconds(judged.leadMs)} ahead`;
      return { name: `episode-${r.id}`, svg: episodeSvg(r, policy), caption: `${r.id}: ${judged.verdict}${lead}. ${r.processes} processes, ${r.totalPages / 256} MiB.` };
    }),
  };
}

const bars = (summaries: readonly PolicySummary[], of: (s: PolicySummary) => PolicySummary["recall"]) =>
  summaries.filter((s) => of(s).of > 0).map((s) => ({ name: s.name, value: of(s).hits / of(s).of, low: of(s).low, high: of(s).high }));

/** The report as a document. `extra`: sections of their own, at their place before the pictures of episodes. */
export function documentOf(e: Evaluation, command: string, commit: string, extra: readonly Block[]): Document {
  const policy = e.summaries[0] as PolicySummary;
  const blocks: Block[] = [
    {
      kind: "paragraph",
      text: `Commit ${commit}. Command: ${command}. Judged by memory-protocol.md, which was committed before any result. ${e.seconds.toFixed(0)} s of evaluation, ${e.processorSeconds.toFixed(0)} s of processor time in all threads.`,
    },
    { kind: "paragraph", text: `${countsText(e.counts)}.` },
    { kind: "heading", text: "Targets" },
    e.targets.length === 0
      ? { kind: "paragraph", text: `${TOO_FEW}.` }
      : { kind: "table", head: ["target", "wanted", "found", "reached"], rows: e.targets.map((t) => [t.what, t.target, t.found, t.reached ? "yes" : "NO"]) },
    { kind: "heading", text: "Policies" },
    { kind: "table", head: POLICY_HEAD, rows: e.summaries.map(policyRow), caption: "Shares with their 95 % Wilson intervals. Late, missed, early: over all OOM episodes." },
    {
      kind: "pictures",
      columns: 2,
      pictures: [
        {
          name: "recall",
          svg: barsSvg(
            "recall of foreseeable OOMs",
            bars(e.summaries, (s) => s.recall),
            0.8,
          ),
          caption: "The line is the target of the lower bound.",
        },
        {
          name: "false-positives",
          svg: barsSvg(
            "false-positive share",
            bars(e.summaries, (s) => s.falsePositives),
            0.1,
          ),
          caption: "The line is the target of the upper bound.",
        },
        {
          name: "confusion",
          svg: matrixSvg(policy.name, matrixOf(e.results, policy.name)),
          caption: `Verdicts on ${policy.name}: what the episode was, and what became of the first alarm.`,
        },
        { name: "leads", svg: leadsSvg(policy.name, policy.leadsMs), caption: `Leads of its hits among the foreseeable OOMs; median ${seconds(policy.medianLeadMs)}.` },
      ],
    },
    { kind: "heading", text: "The two ceilings" },
    {
      kind: "paragraph",
      text: "What no one could see 5 s ahead, and what no one could tell from an OOM to come, is worked out from the future of each episode and taken out of the rates above. Here it is, with the rates when nothing is taken out. The stricter ceiling takes growth for seen after one second instead of five; no target rests on it.",
    },
    { kind: "table", head: CEILING_HEAD, rows: e.summaries.map(ceilingRow) },
    { kind: "heading", text: `${policy.name} against its rivals` },
    {
      kind: "table",
      head: COMPARISON_HEAD,
      rows: e.comparisons.map(comparisonRow),
      caption: `On the same episodes. Differences are ${policy.name} minus the rival, with 95 % paired bootstrap intervals. Better: more episodes right, and p < 0.05 after Holm's correction.`,
    },
    {
      kind: "paragraph",
      text: "psi is systemd-oomd's default rule. It is at a disadvantage here: with actions off this kernel neither swaps nor reclaims, so that nothing stalls before memory is gone.",
    },
    { kind: "heading", text: "By family" },
    { kind: "table", head: FAMILY_HEAD, rows: e.byFamily.map(familyRow) },
    ...extra,
    { kind: "heading", text: "Some episodes" },
    { kind: "paragraph", text: `Blue: free memory in MiB. Orange: the confidence of ${policy.name}, and its first alarm. Red: the OOM.` },
    examples(e.results, policy.name),
  ];
  return { title: `Memory predictor ${policy.name}: evaluation`, blocks };
}
