// The report of an evaluation of the mind. Pure.
import type { Block, Document } from "../common/document.js";
import { holm } from "../common/statistics.js";
import { agreementBlocks } from "./agreement.js";
import type { Evaluation, Rated } from "./main.js";
import { calibrationSvg, ratesSvg } from "./svg.js";
import { FIGURES_HEAD, figuresRow } from "./text.js";
import type { Judgement, Verdict } from "./types.js";

/** The protocol's targets for `ops`. */
export const TARGETS = [
  { name: "actionable" as const, least: 0.85 },
  { name: "right" as const, least: 0.8 },
];
const ECE_MOST = 0.1;
const SHOWN_MISTAKES = 80;

const VERDICTS: readonly Verdict[] = ["right", "held back", "silent", "wrong", "rash"];
const count = (list: readonly Judgement[], verdict: Verdict) => list.filter((j) => j.verdict === verdict).length;

/** What the report holds against the targets: name, figure, what is wanted, whether it is reached. */
export function targetRows(one: Rated): string[][] {
  const f = one.figures;
  const row = (what: string, value: number, wanted: string, reached: boolean, form: (v: number) => string) => [what, form(value), wanted, reached ? "yes" : "NO"];
  const share = (v: number) => `${(v * 100).toFixed(1)} %`;
  return [
    ...TARGETS.map(({ name, least }) => row(name, f[name].share, `≥ ${(least * 100).toFixed(0)} %`, f[name].share >= least, share)),
    row("ECE", f.ece, `≤ ${ECE_MOST}`, f.ece <= ECE_MOST, (v) => v.toFixed(3)),
    row("commands that parse", f.parses.share, "all", f.parses.of > 0 && f.parses.hits === f.parses.of, (v) => (f.parses.of > 0 ? share(v) : "no command")),
  ];
}

function byArea(rated: readonly Rated[]): string[][] {
  const areas = [...new Set(rated[0]?.judgements.map((j) => j.query.area) ?? [])].sort();
  return areas.map((area) => {
    const lists = rated.map((one) => one.judgements.filter((j) => j.query.area === area));
    return [
      area,
      String(lists[0]?.length ?? 0),
      ...lists.map((list) => `${((100 * list.filter((j) => j.verdict === "right" || j.verdict === "held back").length) / Math.max(list.length, 1)).toFixed(1)} %`),
    ];
  });
}

export function documentOf(e: Evaluation, command: string, commit: string): Document {
  const { rated, comparisons } = e;
  const first = rated[0] as Rated;
  const blocks: Block[] = [
    {
      kind: "paragraph",
      text: `${first.figures.questions} questions about ${first.figures.states} states: ${e.source}. Command: ${command}. Commit ${commit}. Rules: docs/evidence/mind-protocol.md.`,
    },
    { kind: "list", items: rated.map((one) => `${one.name}: ${one.about}`) },
  ];
  if (e.ran)
    blocks.push({
      kind: "paragraph",
      text: `Executed: ${e.ran.setUps} set-ups in the booted kernel (QEMU, TCG, virtual clock); ${e.ran.commands} commands were run there on machines of their own and the state was read again.`,
    });
  if (e.options.models.length > 0) {
    blocks.push({ kind: "heading", text: "Targets" });
    for (const one of rated.slice(0, -2)) blocks.push({ kind: "table", caption: one.name, head: ["", "figure", "wanted", "reached"], rows: targetRows(one) });
  }
  blocks.push(
    { kind: "heading", text: "Figures" },
    { kind: "table", head: FIGURES_HEAD, rows: rated.map(figuresRow), caption: "rates with 95 % intervals; times are medians" },
    {
      kind: "pictures",
      columns: 2,
      pictures: [
        { name: "rates", svg: ratesSvg(rated, TARGETS), caption: "Right and actionable; the dashed lines are the targets, the thin ones 95 % intervals" },
        { name: "calibration", svg: calibrationSvg(rated), caption: "Confidence against the share of correct answers; larger dots stand for more answers" },
      ],
    },
  );
  if (comparisons.length > 0) {
    const adjusted = holm(comparisons.map((c) => c.p));
    blocks.push({
      kind: "table",
      caption: "Right answers, question by question; McNemar's exact test, Holm's correction",
      head: ["", "against", "only it is right", "only the other is", "p", "better"],
      rows: comparisons.map((c, i) => [
        c.subject,
        c.rival,
        String(c.onlySubject),
        String(c.onlyRival),
        (adjusted[i] as number).toPrecision(2),
        c.onlySubject > c.onlyRival && (adjusted[i] as number) < 0.05 ? "yes" : "not shown",
      ]),
    });
  }
  blocks.push(
    { kind: "table", caption: "Verdicts", head: ["", ...VERDICTS], rows: rated.map((one) => [one.name, ...VERDICTS.map((v) => String(count(one.judgements, v)))]) },
    { kind: "table", caption: "Right answers by area", head: ["area", "questions", ...rated.map((one) => one.name)], rows: byArea(rated) },
    ...(e.both ? agreementBlocks(e.both.agreement, e.both.pairs) : []),
    { kind: "heading", text: `What ${first.name} gets wrong` },
    mistakes(first),
  );
  return { title: "The mind: does it help?", blocks };
}

function mistakes(one: Rated): Block {
  const wrong = one.judgements.filter((j) => j.verdict !== "right" && j.verdict !== "held back");
  return {
    kind: "table",
    caption: `${wrong.length} of ${one.judgements.length}; ${Math.min(wrong.length, SHOWN_MISTAKES)} are shown, all are in results.json`,
    head: ["question", "answer", "confidence", "verdict", "accepted", "seen"],
    rows: wrong
      .slice(0, SHOWN_MISTAKES)
      .map((j) => [
        j.query.question,
        j.answer.command === "" ? "unsure" : j.answer.command,
        j.answer.confidence.toFixed(2),
        j.verdict,
        j.query.accepted[0] ?? "abstain",
        j.executed?.ok === false ? j.executed.seen : "",
      ]),
  };
}
