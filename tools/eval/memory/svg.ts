// Pictures of the evaluation as SVG: an episode, a histogram of leads, a matrix of verdicts, bars with intervals. Text and shapes, no script. Pure.
import { frame, GRID, INK, n, niceStep, text } from "../common/svg.js";
import type { EpisodeResult } from "./judge.js";
import { judgedOf } from "./summary.js";

const FREE = "#2f6fb5";
const CONFIDENCE = "#c77d12";
const OOM = "#b3261e";
const ALARM = "#c77d12";

/** Free memory over time, the policy's confidence, its alarm and the OOM. */
export function episodeSvg(result: EpisodeResult, policy: string): string {
  const [width, height, left, right, top, bottom] = [340, 170, 40, 30, 12, 22];
  const { picture } = result;
  const endMs = Math.max(result.oomMs ?? 0, picture.timeMs.at(-1) ?? 1, 1);
  const totalMiB = result.totalPages / 256;
  const x = (ms: number) => left + ((width - left - right) * ms) / endMs;
  const y = (share: number) => top + (height - top - bottom) * (1 - share);
  const parts: string[] = [];
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    parts.push(`<line x1="${left}" x2="${width - right}" y1="${n(y(share))}" y2="${n(y(share))}" stroke="${GRID}"/>`);
    parts.push(text(left - 4, y(share) + 3, `${n(totalMiB * share)}`, 'text-anchor="end"'), text(width - right + 4, y(share) + 3, `${share * 100}%`));
  }
  const step = niceStep(endMs / 1000, 5);
  for (let s = 0; s <= endMs / 1000; s += step) parts.push(text(x(s * 1000), height - 8, `${n(s)} s`, 'text-anchor="middle"'));
  const line = (values: readonly number[], scale: (value: number) => number, colour: string, wide: number) =>
    values.length === 0
      ? ""
      : `<polyline fill="none" stroke="${colour}" stroke-width="${wide}" stroke-linejoin="round" points="${values.map((value, i) => `${n(x(picture.timeMs[i] as number))},${n(y(scale(value)))}`).join(" ")}"/>`;
  parts.push(
    line(picture.confidence, (value) => value, CONFIDENCE, 1),
    line(picture.freePages, (value) => Math.min(value / result.totalPages, 1), FREE, 1.6),
  );
  const judged = judgedOf(result, policy);
  const mark = (ms: number, colour: string, word: string, at: number, dash: string) => {
    const near = x(ms) > width - 90;
    return `<line x1="${n(x(ms))}" x2="${n(x(ms))}" y1="${top}" y2="${height - bottom}" stroke="${colour}" stroke-width="1.3" ${dash}/>${text(x(ms) + (near ? -3 : 3), at, word, `fill="${colour}" ${near ? 'text-anchor="end"' : ""}`)}`;
  };
  if (judged.alarmMs !== undefined) parts.push(mark(judged.alarmMs, ALARM, "alarm", top + 8, 'stroke-dasharray="4 2"'));
  if (result.oomMs !== undefined) parts.push(mark(result.oomMs, OOM, "OOM", top + 19, ""));
  return frame(width, height, `${result.id}: ${judged.verdict}`, parts.join(""));
}

/** Leads of the hits in bins of `binMs`; what is beyond the last bin is in it. */
export function leadsSvg(name: string, leadsMs: readonly number[], binMs = 2500, mostMs = 60_000): string {
  const [width, height, left, bottom, top] = [520, 200, 36, 30, 14];
  const bins = new Array<number>(mostMs / binMs).fill(0);
  for (const lead of leadsMs) {
    const at = Math.min(Math.floor(lead / binMs), bins.length - 1);
    bins[at] = (bins[at] as number) + 1;
  }
  const most = Math.max(...bins, 1);
  const wide = (width - left - 10) / bins.length;
  const y = (count: number) => top + (height - top - bottom) * (1 - count / most);
  const parts: string[] = [];
  const step = Math.max(1, niceStep(most, 4));
  for (let count = 0; count <= most; count += step)
    parts.push(`<line x1="${left}" x2="${width - 10}" y1="${n(y(count))}" y2="${n(y(count))}" stroke="${GRID}"/>${text(left - 4, y(count) + 3, n(count), 'text-anchor="end"')}`);
  bins.forEach((count, i) => {
    if (count > 0) parts.push(`<rect x="${n(left + i * wide + 1)}" y="${n(y(count))}" width="${n(wide - 2)}" height="${n(y(0) - y(count))}" fill="${FREE}"/>`);
  });
  for (let ms = 0; ms <= mostMs; ms += 10_000) parts.push(text(left + (ms / binMs) * wide, height - 16, `${ms / 1000}${ms === mostMs ? "+" : ""}`, 'text-anchor="middle"'));
  parts.push(text(left + (width - left) / 2, height - 3, `lead of ${name}, seconds`, 'text-anchor="middle"'));
  return frame(width, height, `leads of ${name}`, parts.join(""));
}

export interface Matrix {
  rows: readonly string[];
  columns: readonly string[];
  /** [row][column]; undefined: cannot be */
  counts: readonly (readonly (number | undefined)[])[];
  /** cells in which the policy was right */
  right: readonly (readonly boolean[])[];
}

/** A matrix of counts, the shade the share of its row. */
export function matrixSvg(name: string, matrix: Matrix): string {
  const [left, top, cellWidth, cellHeight] = [178, 34, 84, 38];
  const width = left + matrix.columns.length * cellWidth + 8;
  const height = top + matrix.rows.length * cellHeight + 8;
  const parts = matrix.columns.map((column, i) => text(left + (i + 0.5) * cellWidth, top - 8, column, 'text-anchor="middle"'));
  matrix.rows.forEach((row, r) => {
    const counts = matrix.counts[r] as readonly (number | undefined)[];
    const sum = counts.reduce<number>((total, count) => total + (count ?? 0), 0);
    parts.push(text(left - 8, top + (r + 0.5) * cellHeight + 4, `${row} (${sum})`, `text-anchor="end" fill="${INK}"`));
    counts.forEach((count, c) => {
      const [x, y] = [left + c * cellWidth, top + r * cellHeight];
      if (count === undefined) {
        parts.push(`<rect x="${x + 1}" y="${y + 1}" width="${cellWidth - 2}" height="${cellHeight - 2}" fill="#f6f7f9"/>`);
        return;
      }
      const share = sum === 0 ? 0 : count / sum;
      const colour = matrix.right[r]?.[c] ? "17,113,63" : "179,38,30";
      parts.push(`<rect x="${x + 1}" y="${y + 1}" width="${cellWidth - 2}" height="${cellHeight - 2}" fill="rgba(${colour},${n(0.06 + 0.6 * share)})"/>`);
      parts.push(text(x + cellWidth / 2, y + cellHeight / 2 - 1, String(count), `text-anchor="middle" font-size="13" fill="${INK}"`));
      parts.push(text(x + cellWidth / 2, y + cellHeight / 2 + 12, sum === 0 ? "" : `${n(Math.round(share * 1000) / 10)} %`, `text-anchor="middle" fill="${INK}"`));
    });
  });
  return frame(width, height, `verdicts of ${name}`, parts.join(""));
}

export interface Bar {
  name: string;
  value: number;
  low: number;
  high: number;
}

/** Shares from 0 to 100 % with their intervals, and the target as a line. */
export function barsSvg(title: string, bars: readonly Bar[], target: number): string {
  const [left, top, rowHeight, width] = [96, 26, 24, 520];
  const height = top + bars.length * rowHeight + 22;
  const x = (share: number) => left + (width - left - 20) * share;
  const parts = [text(left, 12, title, `fill="${INK}" font-size="11"`)];
  for (const share of [0, 0.2, 0.4, 0.6, 0.8, 1])
    parts.push(
      `<line x1="${n(x(share))}" x2="${n(x(share))}" y1="${top - 6}" y2="${height - 18}" stroke="${GRID}"/>${text(x(share), height - 5, `${share * 100}%`, 'text-anchor="middle"')}`,
    );
  parts.push(`<line x1="${n(x(target))}" x2="${n(x(target))}" y1="${top - 6}" y2="${height - 18}" stroke="${OOM}" stroke-dasharray="4 2"/>`);
  bars.forEach((bar, i) => {
    const y = top + i * rowHeight;
    parts.push(text(left - 8, y + 11, bar.name, `text-anchor="end" fill="${INK}"`));
    parts.push(`<rect x="${n(x(0))}" y="${y + 2}" width="${n(x(bar.value) - x(0))}" height="12" fill="${FREE}" opacity="${i === 0 ? 1 : 0.45}"/>`);
    parts.push(`<line x1="${n(x(bar.low))}" x2="${n(x(bar.high))}" y1="${y + 8}" y2="${y + 8}" stroke="${INK}" stroke-width="1.4"/>`);
    for (const end of [bar.low, bar.high]) parts.push(`<line x1="${n(x(end))}" x2="${n(x(end))}" y1="${y + 4}" y2="${y + 12}" stroke="${INK}" stroke-width="1.4"/>`);
  });
  return frame(width, height, title, parts.join(""));
}
