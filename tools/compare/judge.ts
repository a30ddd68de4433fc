// Holds the outcomes of one case against each other and says who stands alone. It runs nothing and prints nothing.
import type { Content, Outcome } from "./types.js";

/** Who agrees where the three are not all equal. `kernel alone` is what must not be without an explanation. */
export type Verdict = "@wasmer/wasi alone" | "node:wasi alone" | "kernel alone" | "all differ" | "not run in the kernel";

export interface Difference {
  /** `stdout line 12`, `exit`, `tree: PATH`. */
  what: string;
  wasmer: string;
  node: string;
  kernel?: string;
  verdict: Verdict;
}

const SHOWN_CHARS = 90;
const NOTHING = "(nothing)";

function verdictOf(wasmer: string, node: string, kernel: string | undefined): Verdict | undefined {
  if (kernel === undefined) return wasmer === node ? undefined : "not run in the kernel";
  if (wasmer === node) return kernel === node ? undefined : "kernel alone";
  return kernel === node ? "@wasmer/wasi alone" : kernel === wasmer ? "node:wasi alone" : "all differ";
}

const shown = (text: string) => (text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text);

function difference(what: string, wasmer: string, node: string, kernel: string | undefined): Difference[] {
  const verdict = verdictOf(wasmer, node, kernel);
  if (!verdict) return [];
  const row = { what, wasmer: shown(wasmer), node: shown(node), verdict };
  return [kernel === undefined ? row : { ...row, kernel: shown(kernel) }];
}

const wholeOf = (content: Content) => (content.bytes === 0 ? NOTHING : `${content.bytes} bytes, SHA-256 ${content.sha256.slice(0, 12)}`);

/** Line by line where all of them are text, else as a whole. */
function streamDifferences(name: string, wasmer: Content, node: Content, kernel: Content | undefined): Difference[] {
  const all = [wasmer, node, ...(kernel ? [kernel] : [])];
  if (all.every((content) => content.sha256 === wasmer.sha256)) return [];
  if (!all.every((content) => content.text !== undefined)) return difference(name, wholeOf(wasmer), wholeOf(node), kernel && wholeOf(kernel));
  const lines = (content: Content) => (content.text ?? "").split("\n");
  const [a, b, c] = [lines(wasmer), lines(node), kernel && lines(kernel)];
  const count = Math.max(a.length, b.length, c?.length ?? 0);
  const rows: Difference[] = [];
  for (let i = 0; i < count; i++) rows.push(...difference(`${name} line ${i + 1}`, a[i] ?? NOTHING, b[i] ?? NOTHING, c && (c[i] ?? NOTHING)));
  return rows;
}

const treeRow = (outcome: Outcome, path: string) => (outcome.tree.get(path) ?? NOTHING).replace(/ ([0-9a-f]{12})[0-9a-f]{52}$/, " bytes, SHA-256 $1");

/** Everything in which they differ. Without the kernel's outcome the two others are compared. */
export function differences(wasmer: Outcome, node: Outcome, kernel?: Outcome): Difference[] {
  const paths = new Set([...wasmer.tree.keys(), ...node.tree.keys(), ...(kernel?.tree.keys() ?? [])]);
  return [
    ...difference("exit", String(wasmer.exit), String(node.exit), kernel && String(kernel.exit)),
    ...streamDifferences("stdout", wasmer.stdout, node.stdout, kernel?.stdout),
    ...streamDifferences("stderr", wasmer.stderr, node.stderr, kernel?.stderr),
    ...[...paths].sort().flatMap((path) => difference(`tree: ${path}`, treeRow(wasmer, path), treeRow(node, path), kernel && treeRow(kernel, path))),
  ];
}

/** Whether the kernel agrees with neither. */
export const standsAlone = (row: Difference): boolean => row.verdict === "kernel alone" || row.verdict === "all differ";
