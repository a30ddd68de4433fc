// The targets of docs/evidence/sched-protocol.md, judged; a target that cannot be judged from what ran is missing. Pure.
import { shiftOf } from "./shift.js";
import { bestRival, type Cell, compare, type Estimate, estimate, gapClosed, has, OTHERS, policiesOf, RIVALS, resultsOf } from "./summary.js";
import { cellName, percent, ratioText } from "./text.js";

const GAP = 0.6;
const STRUCTURELESS = 0.03;
const SHIFT_JOBS = 2000;
const SHIFT_OVER_MLFQ = 0.05;
/** Least seeds and jobs for a conclusion. */
export const LEAST_SEEDS = 10;
export const LEAST_JOBS = 20_000;

export interface Target {
  policy: string;
  what: string;
  target: string;
  found: string;
  reached: boolean;
}

/** Whether the runs are as many and as long as the protocol asks for. */
export function enough(cells: readonly Cell[]): boolean {
  return cells.length > 0 && cells.every((cell) => cell.kind === "file" || (cell.runs.length >= LEAST_SEEDS && cell.runs.every((run) => run.spec.jobs >= LEAST_JOBS)));
}

function named(cells: readonly string[]): string {
  return cells.length === 0 ? "none" : cells.join(", ");
}

/** Every target that the runs allow to judge for a policy. */
export function targetsOf(cells: readonly Cell[], policy: string): Target[] {
  const targets: Target[] = [];
  const add = (what: string, target: string, found: string, reached: boolean) => targets.push({ policy, what, target, found, reached });
  const ran = policiesOf(cells);
  const structured = cells.filter((cell) => cell.kind === "structured");
  const structureless = cells.filter((cell) => cell.kind === "structureless");
  const gap = gapClosed(structured, policy);
  if (gap) {
    const cellsBelow = structured.filter((cell) => (gapClosed([cell], policy) as Estimate).value < GAP);
    add(
      "gap between rr and the oracle closed, structured mixes, lower bound",
      `≥ ${percent(GAP)}`,
      percent(gap.interval?.low ?? gap.value),
      (gap.interval?.low ?? gap.value) >= GAP,
    );
    add("… in each cell", "all", `${structured.length - cellsBelow.length} of ${structured.length}; below: ${named(cellsBelow.map(cellName))}`, cellsBelow.length === 0);
  }
  if (structured.length > 0)
    for (const rival of RIVALS.filter((name) => ran.includes(name))) {
      const all = compare(structured, policy, rival, "meanResponseMs");
      const unbeaten = structured.filter((cell) => compare([cell], policy, rival, "meanResponseMs").verdict !== "better");
      add(
        `mean response against ${rival}, structured mixes`,
        "better",
        `${ratioText(all.difference)}; cells not beaten: ${named(unbeaten.map(cellName))}`,
        all.verdict === "better",
      );
    }
  const rivals = [...RIVALS, ...OTHERS].filter((name) => ran.includes(name));
  if (rivals.length > 0)
    for (const cell of structureless) {
      const rival = bestRival(cell, rivals);
      const theirs = resultsOf(cell, rival);
      const ratio = estimate(resultsOf(cell, policy).map((r, i) => r.figures.meanResponseMs / (theirs[i]?.figures.meanResponseMs as number) - 1));
      add(`mean response on ${cellName(cell)} against the best rival, ${rival}`, `≤ +${percent(STRUCTURELESS)}`, ratioText(ratio), ratio.value <= STRUCTURELESS);
    }
  if (ran.includes("las") && ran.includes("rr"))
    for (const [kind, of] of [
      ["structured mixes", structured],
      ["structureless mixes", structureless],
    ] as const) {
      if (of.length === 0) continue;
      const all = compare(of, policy, "las", "p999ToRr");
      const worse = of.filter((cell) => compare([cell], policy, "las", "p999ToRr").verdict === "worse");
      add(`99.9th percentile of T ÷ T_rr against las, ${kind}`, "no worse", `${ratioText(all.difference)}; worse in: ${named(worse.map(cellName))}`, all.verdict !== "worse");
    }
  const waits = cells.filter((cell) => has(cell, policy)).flatMap((cell) => resultsOf(cell, policy).map((r) => r.figures.longestWaitMs));
  if (waits.length > 0) add("nobody starves", "every run within the bound", `no run void; longest wait ${(Math.max(...waits) / 1000).toFixed(2)} s`, true);
  const shift = policy.endsWith("+learning") ? shiftOf(cells, policy) : undefined;
  if (shift) {
    add("within 2 % of steady after the shift", `≤ ${SHIFT_JOBS} jobs`, `${shift.recoveryJobs} jobs`, shift.recoveryJobs <= SHIFT_JOBS);
    if (shift.worstOverMlfq !== undefined)
      add("worst excess over mlfq meanwhile", `≤ ${percent(SHIFT_OVER_MLFQ)}`, percent(shift.worstOverMlfq), shift.worstOverMlfq <= SHIFT_OVER_MLFQ);
  }
  return targets;
}
