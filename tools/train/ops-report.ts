// The files of a trained model beside its weights: the log, the curve as SVG, the card, the entry in the manifest. Not the weights (ops-gguf.ts).
import type { LogLine } from "./ops-checkpoint.js";

/** One JSON object a line. */
export function logText(log: readonly LogLine[]): string {
  return log.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** A line for people. */
export function lineText({ step, loss, rate, tokensPerSecond, validation }: LogLine, steps: number, left: number): string {
  const eta = left < 90 ? `${Math.round(left)} s left` : `${Math.round(left / 60)} min left`;
  const seen = validation
    ? `, held out: ${(100 * validation.right).toFixed(1)} % right, ${(100 * validation.command).toFixed(1)} % of commands, loss ${validation.loss.toFixed(3)}`
    : "";
  return `step ${step} of ${steps}, loss ${loss.toFixed(4)}, rate ${rate.toExponential(1)}, ${tokensPerSecond} tokens/s, ${eta}${seen}`;
}

const WIDTH = 720;
const HEIGHT = 360;
const EDGE = { left: 52, right: 52, top: 24, bottom: 36 };
const COLOUR = { loss: "#4477aa", held: "#66ccee", right: "#cc6677" };

/** Loss of training and of the questions held out (left axis, logarithmic), and the share of those that are right (right axis). */
export function curveSvg(log: readonly LogLine[], title: string): string {
  const held = log.filter(({ validation }) => validation);
  const steps = Math.max(1, log.at(-1)?.step ?? 1);
  const losses = [...log.map(({ loss }) => loss), ...held.map(({ validation }) => validation?.loss ?? 1)].filter((loss) => loss > 0);
  const least = 10 ** Math.floor(Math.log10(Math.min(...losses, 1)));
  const most = 10 ** Math.max(Math.ceil(Math.log10(Math.max(...losses, 1))), Math.log10(least) + 1);
  const inner = { width: WIDTH - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };
  const x = (step: number) => EDGE.left + (inner.width * step) / steps;
  const part = (y: number) => EDGE.top + inner.height * (1 - y);
  const yLoss = (loss: number) => part(Math.log(Math.max(loss, least) / least) / Math.log(most / least));
  const path = (points: [number, number][]) => points.map(([px, py], i) => `${i ? "L" : "M"}${px.toFixed(1)} ${py.toFixed(1)}`).join("");
  const draw = (points: [number, number][], colour: string) => `<path d="${path(points)}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  const text = (px: number, py: number, anchor: string, content: string, colour = "#333") =>
    `<text x="${px.toFixed(1)}" y="${py.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${content}</text>`;
  const marks: string[] = [];
  for (let loss = least; loss <= most * 1.001; loss *= 10)
    marks.push(
      `<path d="M${EDGE.left} ${yLoss(loss).toFixed(1)}H${WIDTH - EDGE.right}" stroke="#ddd"/>`,
      text(EDGE.left - 6, yLoss(loss) + 4, "end", String(Number(loss.toPrecision(1)))),
    );
  for (const share of [0, 0.25, 0.5, 0.75, 1]) marks.push(text(WIDTH - EDGE.right + 6, part(share) + 4, "start", `${100 * share} %`, COLOUR.right));
  for (const share of [0, 0.25, 0.5, 0.75, 1]) marks.push(text(x(share * steps), HEIGHT - 18, "middle", String(Math.round(share * steps))));
  const legend = [
    ["loss in training", COLOUR.loss],
    ["loss, held out", COLOUR.held],
    ["right, held out", COLOUR.right],
  ].map(([name, colour], i) => text(EDGE.left + 130 + 140 * i, HEIGHT - 4, "middle", name as string, colour));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${text(EDGE.left, 15, "start", title)}
${marks.join("\n")}
${draw(
  log.map(({ step, loss }) => [x(step), yLoss(loss)]),
  COLOUR.loss,
)}
${draw(
  held.map(({ step, validation }) => [x(step), yLoss(validation?.loss ?? 1)]),
  COLOUR.held,
)}
${draw(
  held.map(({ step, validation }) => [x(step), part(validation?.right ?? 0)]),
  COLOUR.right,
)}
${legend.join("\n")}
</svg>
`;
}
