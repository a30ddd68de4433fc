// A picture of how far simulator and booted kernel agree: each policy's mean response over rr's in both. Pure.
import { frame, GRID, INK, n, niceStep, text } from "../common/svg.js";
import { type KernelCell, type KernelResult, policiesOf, RR, toRr } from "./kernel-types.js";
import { colourOf } from "./svg.js";

const SIZE = 300;
const EDGE = { left: 40, right: 84, top: 24, bottom: 34 };
/** Room between the names of policies. */
const LINE = 11;

interface Point {
  policy: string;
  x: number;
  y: number;
}

const SIM = (result: KernelResult) => result.sim.meanResponseMs;
const KERNEL = (result: KernelResult) => result.kernel.meanResponseMs;

function pointsOf(cells: readonly KernelCell[]): Point[] {
  return policiesOf(cells).map((policy) => ({ policy, x: 1 + (toRr(cells, policy, SIM)?.value ?? Number.NaN), y: 1 + (toRr(cells, policy, KERNEL)?.value ?? Number.NaN) }));
}

/** A cell. There must be rr in it. */
export function orderSvg(cell: KernelCell): string {
  const means = pointsOf([cell]);
  const seeds = cell.lists.flatMap((list) => pointsOf([{ ...cell, lists: [list] }]));
  const all = [...means, ...seeds].flatMap(({ x, y }) => [x, y]);
  const step = niceStep(Math.max(...all) - Math.min(...all), 6);
  const low = Math.floor(Math.min(...all) / step) * step;
  const high = Math.ceil(Math.max(...all) / step) * step;
  const width = SIZE + EDGE.left + EDGE.right;
  const height = SIZE + EDGE.top + EDGE.bottom;
  const x = (value: number) => EDGE.left + (SIZE * (value - low)) / (high - low);
  const y = (value: number) => EDGE.top + SIZE * (1 - (value - low) / (high - low));
  const parts: string[] = [];
  for (let i = 0; low + i * step <= high + step / 2; i++) {
    const value = low + i * step;
    parts.push(
      `<line x1="${n(x(value))}" x2="${n(x(value))}" y1="${n(y(low))}" y2="${n(y(high))}" stroke="${GRID}"/>`,
      `<line x1="${n(x(low))}" x2="${n(x(high))}" y1="${n(y(value))}" y2="${n(y(value))}" stroke="${GRID}"/>`,
      text(x(value), EDGE.top + SIZE + 12, n(value), 'text-anchor="middle"'),
      text(EDGE.left - 4, y(value) + 3, n(value), 'text-anchor="end"'),
    );
  }
  parts.push(`<line x1="${n(x(low))}" y1="${n(y(low))}" x2="${n(x(high))}" y2="${n(y(high))}" stroke="${INK}" stroke-dasharray="4 2"/>`);
  for (const point of seeds) parts.push(`<circle cx="${n(x(point.x))}" cy="${n(y(point.y))}" r="1.8" fill="${colourOf(point.policy)}" fill-opacity="0.55"/>`);
  for (const point of means) parts.push(`<circle cx="${n(x(point.x))}" cy="${n(y(point.y))}" r="4" fill="${colourOf(point.policy)}"/>`);
  // Names at the right edge, in the kernel's order, pushed apart where they would lie on each other.
  let last = Number.NEGATIVE_INFINITY;
  for (const point of [...means].sort((a, b) => b.y - a.y)) {
    const at = Math.max(y(point.y) + 3, last + LINE);
    last = at;
    parts.push(text(x(high) + 8, at, `${point.policy}${point.policy === RR ? " = 1" : ""}`, `fill="${colourOf(point.policy)}"`));
  }
  parts.push(text(EDGE.left + SIZE / 2, height - 6, "simulator", 'text-anchor="middle"'), text(6, 12, "kernel"));
  return frame(width, height, `order of the policies on ${cell.mix}`, parts.join(""));
}
