// The report of an evaluation of schedulers: what was run, which targets are reached, tables, pictures, and where it loses. What the protocol
// asks to be said beside the figures is said here.
import type { Block, Document } from "../common/document.js";
import type { Evaluation } from "./main.js";
import { type Cell, compare, MEASURES, ORACLE, OTHERS, RIVALS } from "./summary.js";
import { ratiosSvg, shiftSvg, tailsSvg } from "./svg.js";
import { LEAST_JOBS, LEAST_SEEDS } from "./targets.js";
import {
  CELL_HEAD,
  COMPARISON_HEAD,
  cellName,
  cellRows,
  comparisonRow,
  LEARNING_HEAD,
  LOSS_HEAD,
  learningRows,
  lossRow,
  OVERALL_HEAD,
  overallRows,
  programRows,
  SHIFT_HEAD,
  shiftRow,
} from "./text.js";

/** Losses that a table shows; all are in results.json. */
const SHOWN_LOSSES = 60;

/** What was run, in a sentence or two. */
export function ranText(e: Evaluation): string {
  const seeds = [...new Set(e.cells.flatMap((cell) => cell.runs.map((run) => run.spec.seed)))];
  const jobs = e.cells[0]?.runs[0]?.results[0]?.figures.jobs ?? 0;
  const outside = Math.max(...e.cells.flatMap((cell) => cell.runs.flatMap((run) => run.results.map((r) => r.figures.outside))));
  return [
    `${e.cells.length} cells (a mix at a load), ${seeds.length === 1 ? "one list" : `${seeds.length} seeds`} each, ${jobs} jobs a run, ${e.policies.length} policies: ${e.policies.map((p) => p.name).join(", ")}.`,
    e.missing.length > 0 ? `Not built, so not here: ${e.missing.join(", ")}.` : "",
    `In every run the work was conserved, each job got what it asked for, no wait was beyond the bound, and no policy was ejected: a run in which that is not so ends the command.`,
    outside > 0 ? `At most ${outside} jobs of a run found the table of 1024 full and waited outside.` : "No job found the table full.",
    e.options.chargeDecisions
      ? `Decisions are charged: ${e.policies.map((p) => `${p.name} ${p.decisionNs.toFixed(0)} ns`).join(", ")}.`
      : "Decisions are not charged on the virtual clock.",
  ]
    .filter((text) => text !== "")
    .join(" ");
}

function pooled(cells: readonly Cell[], policies: readonly string[], subjects: readonly string[]): string[][] {
  return subjects.flatMap((subject) =>
    [...RIVALS, ...OTHERS, ...subjects.filter((other) => other !== subject)]
      .filter((rival) => policies.includes(rival))
      .flatMap((rival) =>
        MEASURES.filter((measure) => measure !== "p999ToRr" || (rival !== "rr" && policies.includes("rr"))).map((measure) =>
          comparisonRow(compare(cells, subject, rival, measure)),
        ),
      ),
  );
}

export function documentOf(e: Evaluation, command: string, commit: string): Document {
  const names = e.policies.map((p) => p.name);
  const judged = e.cells.filter((cell) => cell.kind !== "shift");
  const blocks: Block[] = [
    { kind: "paragraph", text: `Commit ${commit}. Command: ${command}. ${e.seconds.toFixed(0)} s.` },
    { kind: "paragraph", text: `${ranText(e)} The rules: docs/evidence/sched-protocol.md.` },
  ];
  const table = (head: readonly string[], rows: readonly (readonly string[])[], caption?: string) => {
    if (rows.length > 0) blocks.push({ kind: "table", head, rows, ...(caption ? { caption } : {}) });
  };
  if (e.targets.length > 0) {
    blocks.push({ kind: "heading", text: "Targets" });
    table(
      ["policy", "what", "target", "found", "reached"],
      e.targets.map((t) => [t.policy, t.what, t.target, t.found, t.reached ? "yes" : "NO"]),
      e.enough ? undefined : `Fewer than ${LEAST_SEEDS} seeds or ${LEAST_JOBS} jobs a run: no conclusion is to be drawn.`,
    );
  }
  blocks.push({ kind: "heading", text: "Overall" });
  table(
    OVERALL_HEAD,
    overallRows(judged.length > 0 ? judged : e.cells),
    "Means over the cells, 95 % intervals over the seeds. Times of decisions: policy_decide of the metered module under V8 in this process, not the kernel's.",
  );
  if (names.includes(ORACLE) && judged.length > 0)
    blocks.push({
      kind: "pictures",
      columns: 1,
      pictures: [{ name: "ratios", svg: ratiosSvg(judged), caption: "Mean response over the oracle's, means over the seeds. 1 is the bound." }],
    });
  for (const [title, kind] of [
    ["Against the rivals, structured mixes", "structured"],
    ["Against the rivals, structureless mixes", "structureless"],
    ["Against the rivals", "file"],
  ] as const) {
    const cells = e.cells.filter((cell) => cell.kind === kind);
    if (cells.length === 0 || e.subjects.length === 0) continue;
    blocks.push({ kind: "heading", text: title });
    table(COMPARISON_HEAD, pooled(cells, names, e.subjects), "Mean over the cells of the ratio − 1, paired by seed, Student's t; negative is better.");
  }
  for (const subject of e.subjects) {
    const losses = e.losses.filter((loss) => loss.policy === subject);
    blocks.push({ kind: "heading", text: `Where ${subject} loses` });
    if (losses.length === 0) blocks.push({ kind: "paragraph", text: "Nowhere: in no cell and no figure an interval lies above zero." });
    table(
      LOSS_HEAD,
      losses.slice(0, SHOWN_LOSSES).map(lossRow),
      `${losses.length} of the comparisons of a cell, a figure and a rival, the largest first${losses.length > SHOWN_LOSSES ? `; ${SHOWN_LOSSES} shown, all in results.json` : ""}.`,
    );
  }
  if (e.shift.length > 0) {
    blocks.push({ kind: "heading", text: "A mix that shifts" });
    table(
      SHIFT_HEAD,
      e.shift.map(shiftRow),
      "Each window of 500 jobs after the shift over the same jobs where the mix had been of that kind from the start; sums over the seeds. Within 2 % is recovered.",
    );
    blocks.push({
      kind: "pictures",
      columns: 1,
      pictures: [{ name: "shift", svg: shiftSvg(e.shift), caption: "Response after the shift over the steady one, windows of 500 jobs. Dashed: 2 %." }],
    });
  }
  for (const subject of e.subjects) {
    const rows = learningRows(e.cells, subject);
    if (rows.length === 0) continue;
    blocks.push({ kind: "heading", text: `What ${subject} learned` });
    table(LEARNING_HEAD, rows);
  }
  blocks.push({ kind: "heading", text: "Slowdowns" });
  blocks.push({
    kind: "pictures",
    columns: 3,
    pictures: judged.map((cell) => ({
      name: `slowdowns-${cellName(cell).replaceAll(/[^a-z0-9]+/gi, "-")}`,
      svg: tailsSvg(cell),
      caption: `${cellName(cell)}: share of the jobs slowed down more than x times.`,
    })),
  });
  for (const cell of e.cells) {
    blocks.push({ kind: "heading", text: `${cellName(cell)} (${cell.kind})` });
    table(CELL_HEAD, cellRows(cell), "Means over the seeds; worst slowdown and longest wait: of all seeds.");
    const programs = programRows(cell);
    table(programs.head, programs.rows, "Mean response of each program.");
  }
  return { title: "Schedulers: evaluation", blocks };
}
