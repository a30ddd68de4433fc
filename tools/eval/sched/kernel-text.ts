// The booted kernel's evaluation as lines for the terminal and as a report. Pure.
import type { Block, Document } from "../common/document.js";
import { table } from "../common/table.js";
import { orderSvg } from "./kernel-svg.js";
import { agreementText, BENCH_HEAD, benchRows, CELL_HEAD, kernelCellName, kernelCellRows, kernelTargets, kindsOf, OVERALL_HEAD, overallKernelRows } from "./kernel-tables.js";
import { KERNEL_SWITCH_NS, type KernelEvaluation, policiesOf, RR } from "./kernel-types.js";

const TARGET_HEAD = ["policy", "what", "target", "found", "reached"];

/** What was run, in a few sentences. */
function ranText({ cells, left }: KernelEvaluation): string {
  const seeds = cells[0]?.lists.length ?? 0;
  const jobs = [...new Set(cells.flatMap((cell) => cell.lists.map((list) => list.results[0]?.kernel.jobs ?? 0)))];
  return [
    `${cells.length} mixes, ${seeds} ${seeds === 1 ? "list" : "seeds"} each, ${jobs.join(", ")} jobs a list, ${policiesOf(cells).length} policies: a process for each job in the booted kernel, on the virtual clock, where an instruction takes a nanosecond.`,
    `The simulator ran the same lists with ${KERNEL_SWITCH_NS} ns for a switch, for a decision what it took the kernel in the mean, and footprints that are known from the first turn on; "its own way" is as in its own evaluation, with footprints from the start and decisions that take no time.`,
    left.length > 0 ? `Not in the kernel: ${left.join(", ")}.` : "",
  ].join(" ");
}

const CELL_CAPTION =
  "Means over the seeds. Gap closed: from rr to the simulator's oracle. \"No job's time\": processor time that went into starting and ending processes, the kernel and its decisions. Late: jobs that were made after their time.";
const OVERALL_CAPTION = "each seed's mean over the mixes of the ratio to rr − 1; 95 % intervals over the seeds, Student's t. Negative is better.";
const BENCH_CAPTION = "Wake-up test: from the wake to the first instruction. Message test: 4 groups of 5 senders and 5 receivers.";

/** Everything, for the terminal. */
export function kernelText(evaluation: KernelEvaluation): string {
  const { cells, seconds } = evaluation;
  return [
    ranText(evaluation),
    "",
    ...cells.flatMap((cell) => [kernelCellName(cell), table([CELL_HEAD, ...kernelCellRows(cell)]), agreementText(cell), ""]),
    ...kindsOf(cells).flatMap(({ kind, cells: some }) => [`${kind}, over the mixes`, table([OVERALL_HEAD, ...overallKernelRows(some)]), ""]),
    table([BENCH_HEAD, ...benchRows(evaluation)]),
    "",
    table([TARGET_HEAD, ...kernelTargets(cells).map((t) => [t.policy, t.what, t.target, t.found, t.reached ? "yes" : "NO"])]),
    `${seconds.toFixed(0)} s`,
  ].join("\n");
}

/** Everything, as a report. */
export function kernelDocument(evaluation: KernelEvaluation, command: string, commit: string): Document {
  const { cells, seconds } = evaluation;
  const blocks: Block[] = [
    { kind: "paragraph", text: `Commit ${commit}. Command: ${command}. ${seconds.toFixed(0)} s.` },
    { kind: "paragraph", text: `${ranText(evaluation)} The rules: docs/evidence/sched-protocol.md.` },
    { kind: "heading", text: "Targets" },
    { kind: "table", head: TARGET_HEAD, rows: kernelTargets(cells).map((t) => [t.policy, t.what, t.target, t.found, t.reached ? "yes" : "NO"]) },
    { kind: "heading", text: "Overall" },
  ];
  for (const { kind, cells: some } of kindsOf(cells)) {
    const rows = overallKernelRows(some);
    if (rows.length > 0) blocks.push({ kind: "table", head: OVERALL_HEAD, rows, caption: `${kind}: ${OVERALL_CAPTION}` });
  }
  if (policiesOf(cells).includes(RR))
    blocks.push({
      kind: "pictures",
      columns: 2,
      pictures: cells.map((cell) => ({
        name: `order-${kernelCellName(cell).replaceAll(/[^a-z0-9]+/gi, "-")}`,
        svg: orderSvg(cell),
        caption: `${kernelCellName(cell)}: mean response over rr's in the simulator and in the kernel. On the line they agree; each dot is a policy, each small one a seed.`,
      })),
    });
  for (const cell of cells)
    blocks.push(
      { kind: "heading", text: kernelCellName(cell) },
      { kind: "table", head: CELL_HEAD, rows: kernelCellRows(cell), caption: CELL_CAPTION },
      { kind: "paragraph", text: `Kernel and simulator: ${agreementText(cell)}.` },
    );
  blocks.push({ kind: "heading", text: "Wake-up and message test" }, { kind: "table", head: BENCH_HEAD, rows: benchRows(evaluation), caption: BENCH_CAPTION });
  return { title: "Schedulers in the booted kernel", blocks };
}
