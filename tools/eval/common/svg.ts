// What every picture of a report is made of: colours, text, a frame, round steps. Text and shapes, no script. Pure.

export const INK = "#1d2430";
const GREY = "#7a8594";
export const GRID = "#e6eaef";
const FONT = `font-family="system-ui, 'DejaVu Sans', sans-serif"`;

/** A number in an attribute. */
export const n = (value: number) => (Math.round(value * 100) / 100).toString();

/** Words at a place, grey where `more` gives no colour. */
export const text = (x: number, y: number, words: string, more = "") => `<text x="${n(x)}" y="${n(y)}" ${more.includes("fill=") ? "" : `fill="${GREY}"`} ${more}>${words}</text>`;

export function frame(width: number, height: number, title: string, body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" ${FONT} font-size="10"><title>${title}</title>${body}</svg>`;
}

/** A round step that makes about `wanted` of them. */
export function niceStep(range: number, wanted: number): number {
  const raw = range / Math.max(wanted, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  return ([1, 2, 5, 10].find((m) => m * power >= raw) as number) * power;
}
