// Pictures of the evaluation of the mind: rates beside their targets, and confidence against how often it is right. Pure.
import { frame, GRID, INK, n, text } from "../common/svg.js";
import type { Rated } from "./main.js";

const COLOURS = ["#2f6fb5", "#b3261e", "#8e5aa8", "#6a994e", "#c77d12", "#7a8594"];
const colour = (i: number) => COLOURS[i % COLOURS.length] as string;

/** What the longest of some words takes at the pictures' size of letters, at least. */
const LETTER = 5.4;
const widest = (words: readonly string[]) => Math.max(...words.map((one) => one.length)) * LETTER;

/** Bars of right and actionable with their intervals; lines where the targets lie. */
export function ratesSvg(rated: readonly Rated[], targets: readonly { name: "right" | "actionable"; least: number }[]): string {
  const [left, top, row, wide] = [Math.max(150, widest(rated.map((one) => one.name)) + 12), 20, 16, 420];
  const parts: string[] = [];
  const x = (share: number) => left + share * wide;
  let y = top;
  for (const target of targets) {
    parts.push(text(left, y, target.name, `fill="${INK}" font-weight="600"`));
    const from = y + 6;
    rated.forEach((one, i) => {
      const rate = one.figures[target.name];
      const at = from + i * row;
      parts.push(text(left - 6, at + 10, one.name, 'text-anchor="end"'));
      if (!Number.isNaN(rate.share)) {
        parts.push(`<rect x="${left}" y="${n(at + 2)}" width="${n(rate.share * wide)}" height="10" fill="${colour(i)}"/>`);
        parts.push(`<line x1="${n(x(rate.interval.low))}" x2="${n(x(rate.interval.high))}" y1="${n(at + 7)}" y2="${n(at + 7)}" stroke="${INK}"/>`);
        parts.push(text(x(1) + 6, at + 10, `${(rate.share * 100).toFixed(1)} %`));
      }
    });
    const to = from + rated.length * row;
    parts.push(`<line x1="${n(x(target.least))}" x2="${n(x(target.least))}" y1="${n(from)}" y2="${n(to)}" stroke="${INK}" stroke-dasharray="3 2"/>`);
    y = to + 20;
  }
  return frame(left + wide + 60, y, "Right and actionable", parts.join(""));
}

/** Confidence against the share that was correct, a dot for each bin as large as its count. */
export function calibrationSvg(rated: readonly Rated[]): string {
  const [left, top, size] = [36, 24, 240];
  const x = (v: number) => left + v * size;
  const y = (v: number) => top + (1 - v) * size;
  const parts = [`<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="${INK}" stroke-dasharray="3 2"/>`];
  for (const v of [0, 0.2, 0.4, 0.6, 0.8, 1])
    parts.push(
      `<line x1="${x(0)}" x2="${x(1)}" y1="${n(y(v))}" y2="${n(y(v))}" stroke="${GRID}"/>${text(left - 4, y(v) + 3, v.toFixed(1), 'text-anchor="end"')}${text(x(v), y(0) + 12, v.toFixed(1), 'text-anchor="middle"')}`,
    );
  const said = rated.map((one) => `${one.name}, ECE ${one.figures.ece.toFixed(3)}`);
  rated.forEach((one, i) => {
    const bins = one.figures.bins.filter((bin) => bin.count > 0);
    parts.push(`<polyline points="${bins.map((bin) => `${n(x(bin.confidence))},${n(y(bin.right))}`).join(" ")}" fill="none" stroke="${colour(i)}"/>`);
    for (const bin of bins)
      parts.push(
        `<circle cx="${n(x(bin.confidence))}" cy="${n(y(bin.right))}" r="${n(2 + 8 * Math.sqrt(bin.count / one.figures.questions))}" fill="${colour(i)}" fill-opacity="0.6"/>`,
      );
    parts.push(text(x(1) + 10, top + 12 + i * 14, said[i] as string, `fill="${colour(i)}"`));
  });
  parts.push(text(x(0.5), y(0) + 26, "confidence", 'text-anchor="middle"'), text(left, top - 8, "share correct"));
  return frame(left + size + Math.max(220, widest(said) + 20), top + size + 34, "Calibration", parts.join(""));
}
