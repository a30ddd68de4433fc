// Pictures of the evaluation of schedulers as SVG: mean response over the oracle's, tails of slowdowns, the way back after a shift. Pure.
import { SLOWDOWN_SHARES } from "../../sim/sched/index.js";
import { frame, GRID, INK, n, niceStep, text } from "../common/svg.js";
import type { ShiftResult } from "./shift.js";
import { type Cell, meanFigure, ORACLE, policiesOf, resultsOf } from "./summary.js";
import { cellName } from "./text.js";
import { WINDOW } from "./types.js";

const COLOURS: Record<string, string> = {
  fifo: "#b9c0c9",
  rr: "#7a8594",
  mlfq: "#8a6d3b",
  las: "#6a994e",
  eevdf: "#3d7a78",
  sjf_history: "#c77d12",
  gittins: "#8e5aa8",
  transformer: "#2f6fb5",
  "transformer+learning": "#b3261e",
  [ORACLE]: "#1d2430",
};
export const colourOf = (policy: string) => COLOURS[policy] ?? "#d13f8a";

const LEGEND_LINE = 11;

// Places of the policies' names in lines no wider than `width`.
function legendPlaces(policies: readonly string[], width: number): { policy: string; x: number; line: number }[] {
  let [x, line] = [0, 0];
  return policies.map((policy) => {
    const wide = 22 + policy.length * 5.6;
    if (x + wide > width && x > 0) [x, line] = [0, line + 1];
    x += wide;
    return { policy, x: x - wide, line };
  });
}

const legendLines = (policies: readonly string[], width: number) => (legendPlaces(policies, width).at(-1)?.line ?? 0) + 1;

// Policies by colour.
function legend(policies: readonly string[], left: number, top: number, width: number): string {
  return legendPlaces(policies, width)
    .map(({ policy, x, line }) => {
      const y = top + line * LEGEND_LINE;
      return `<rect x="${n(left + x)}" y="${n(y - 7)}" width="9" height="7" fill="${colourOf(policy)}"/>${text(left + x + 12, y, policy, `fill="${INK}"`)}`;
    })
    .join("");
}

/** Groups of bars in a row of the picture: with more, its letters could not be read. */
const CELLS_A_ROW = 8;

/** Mean response ÷ the oracle's, a group of bars a cell, in rows. What is beyond the axis is cut and says its number. */
export function ratiosSvg(cells: readonly Cell[], most = 4): string {
  const policies = policiesOf(cells).filter((policy) => policy !== ORACLE);
  const [left, top, bottom, barWide, gap, rowHigh] = [34, 12, 36, 9, 12, 220];
  const groupWide = policies.length * barWide + gap;
  const width = left + Math.min(cells.length, CELLS_A_ROW) * groupWide + 10;
  const legendHigh = 14 + legendLines(policies, width - left) * LEGEND_LINE;
  const rows = Math.ceil(cells.length / CELLS_A_ROW);
  const parts = [legend(policies, left, 14, width - left)];
  for (let row = 0; row < rows; row++) {
    const from = legendHigh + row * rowHigh;
    const y = (ratio: number) => from + top + (rowHigh - top - bottom) * (1 - (Math.min(ratio, most) - 1) / (most - 1));
    for (let ratio = 1; ratio <= most; ratio += 0.5)
      parts.push(`<line x1="${left}" x2="${width - 10}" y1="${n(y(ratio))}" y2="${n(y(ratio))}" stroke="${GRID}"/>${text(left - 4, y(ratio) + 3, n(ratio), 'text-anchor="end"')}`);
    cells.slice(row * CELLS_A_ROW, (row + 1) * CELLS_A_ROW).forEach((cell, c) => {
      const oracle = meanFigure(cell, ORACLE, "meanResponseMs");
      const middle = left + c * groupWide + groupWide / 2;
      policies.forEach((policy, p) => {
        const ratio = meanFigure(cell, policy, "meanResponseMs") / oracle;
        const x = left + gap / 2 + c * groupWide + p * barWide;
        parts.push(`<rect x="${n(x)}" y="${n(y(ratio))}" width="${barWide - 1}" height="${n(y(1) - y(ratio))}" fill="${colourOf(policy)}"/>`);
        if (ratio > most) parts.push(text(x + barWide / 2 - 1, y(most) - 2 - (p % 2) * 7, ratio.toFixed(1), 'text-anchor="middle" font-size="7"'));
      });
      parts.push(text(middle, y(1) + 13, cell.mix, `text-anchor="middle" fill="${INK}"`), text(middle, y(1) + 24, `load ${cell.load}`, 'text-anchor="middle"'));
    });
  }
  const height = legendHigh + rows * rowHigh + 12;
  parts.push(text(left, height - 4, "mean response ÷ that of oracle_srpt"));
  return frame(width, height, "mean response over the oracle's", parts.join(""));
}

/** Share of the jobs slowed down more than x, both axes logarithmic. */
export function tailsSvg(cell: Cell): string {
  const policies = policiesOf([cell]);
  const [width, height, left, right, top, bottom] = [360, 250, 38, 10, 40, 30];
  const seeds = cell.runs.length;
  const curves = policies.map((policy) =>
    SLOWDOWN_SHARES.map((share, i) => ({ share, x: Math.exp(resultsOf(cell, policy).reduce((sum, r) => sum + Math.log(r.figures.slowdowns[i] as number), 0) / seeds) })).filter(
      ({ share }) => share < 1,
    ),
  );
  const most = Math.max(...curves.flatMap((curve) => curve.map(({ x }) => x)), 10);
  const least = 1 - (SLOWDOWN_SHARES.at(-2) as number);
  const xOf = (value: number) => left + ((width - left - right) * Math.log(Math.max(value, 1))) / Math.log(most);
  const yOf = (share: number) => top + (height - top - bottom) * (Math.log(1 - share) / Math.log(least));
  const parts = [legend(policies, left, 10, width - left)];
  for (let decade = 1; decade <= most; decade *= 10)
    parts.push(
      `<line x1="${n(xOf(decade))}" x2="${n(xOf(decade))}" y1="${top}" y2="${height - bottom}" stroke="${GRID}"/>${text(xOf(decade), height - bottom + 11, String(decade), 'text-anchor="middle"')}`,
    );
  for (const share of [0, 0.9, 0.99, 0.999])
    parts.push(
      `<line x1="${left}" x2="${width - right}" y1="${n(yOf(share))}" y2="${n(yOf(share))}" stroke="${GRID}"/>${text(left - 4, yOf(share) + 3, `${n((1 - share) * 100)}%`, 'text-anchor="end"')}`,
    );
  curves.forEach((curve, p) => {
    const policy = policies[p] as string;
    const wide = policy.startsWith("transformer") ? 2 : 1.1;
    parts.push(`<polyline fill="none" stroke="${colourOf(policy)}" stroke-width="${wide}" points="${curve.map(({ share, x }) => `${n(xOf(x))},${n(yOf(share))}`).join(" ")}"/>`);
  });
  parts.push(text(left + (width - left) / 2, height - 4, "jobs slowed down more than x times", 'text-anchor="middle"'));
  return frame(width, height, `slowdowns on ${cellName(cell)}`, parts.join(""));
}

/** Each window after the shift over the steady figure. */
export function shiftSvg(results: readonly ShiftResult[]): string {
  const [width, height, left, right, top, bottom] = [560, 250, 44, 12, 38, 30];
  const count = results[0]?.toSteady.length ?? 1;
  const all = results.flatMap((r) => r.toSteady);
  const [low, high] = [Math.min(0.95, ...all), Math.max(1.1, ...all)];
  const x = (i: number) => left + ((width - left - right) * (i + 0.5)) / count;
  const y = (ratio: number) => top + (height - top - bottom) * (1 - (ratio - low) / (high - low));
  const parts = [
    legend(
      results.map((r) => r.policy),
      left,
      14,
      width - left,
    ),
  ];
  const step = niceStep(high - low, 5);
  for (let ratio = Math.ceil(low / step) * step; ratio <= high; ratio += step)
    parts.push(
      `<line x1="${left}" x2="${width - right}" y1="${n(y(ratio))}" y2="${n(y(ratio))}" stroke="${GRID}"/>${text(left - 4, y(ratio) + 3, `${n((ratio - 1) * 100)}%`, 'text-anchor="end"')}`,
    );
  parts.push(`<line x1="${left}" x2="${width - right}" y1="${n(y(1.02))}" y2="${n(y(1.02))}" stroke="${INK}" stroke-dasharray="4 2"/>`);
  for (const { policy, toSteady } of results)
    parts.push(`<polyline fill="none" stroke="${colourOf(policy)}" stroke-width="1.6" points="${toSteady.map((ratio, i) => `${n(x(i))},${n(y(ratio))}`).join(" ")}"/>`);
  for (let i = 0; i < count; i += 4) parts.push(text(x(i) - (x(1) - x(0)) / 2, height - bottom + 12, String(i * WINDOW), 'text-anchor="middle"'));
  parts.push(text(left + (width - left) / 2, height - 4, "jobs after the shift", 'text-anchor="middle"'));
  return frame(width, height, "the way back after a shift", parts.join(""));
}
