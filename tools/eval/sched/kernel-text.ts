// The figures of the booted kernel's evaluation as lines for a person. Pure.
import { table } from "../common/table.js";
import { cellMean, KERNEL_SWITCH_NS, type KernelCell, type KernelEvaluation, type KernelResult, mean } from "./kernel-types.js";

const RR = "rr";
const fixed = (value: number, digits = 1) => (Number.isFinite(value) ? value.toFixed(digits) : "–");
const signed = (value: number, digits = 1) => (Number.isFinite(value) ? `${value > 0 ? "+" : ""}${value.toFixed(digits)}` : "–");
const us = (ns: number) => fixed(ns / 1000, 2);

const policiesOf = (cell: KernelCell) => (cell.lists[0]?.results ?? []).map(({ policy }) => policy);
const overheadMs = (result: KernelResult) => (result.kernel.switches * KERNEL_SWITCH_NS) / 1e6;

/** Against rr, list by list: the mean of the ratios − 1 in percent; NaN where rr did not run. */
export function toRrPct(cells: readonly KernelCell[], policy: string, of: (result: KernelResult) => number): number {
  const ratios = cells.flatMap(({ lists }) =>
    lists.flatMap(({ results }) => {
      const [own, rr] = [policy, RR].map((name) => results.find((result) => result.policy === name));
      return own && rr ? [Math.log(of(own) / of(rr))] : [];
    }),
  );
  return ratios.length === 0 ? Number.NaN : (Math.exp(mean(ratios)) - 1) * 100;
}

const HEAD = [
  "policy",
  "sim ms",
  "kernel ms",
  "differ %",
  "to rr %",
  "p99 ms",
  "worst slowdown",
  "switches sim",
  "kernel",
  "switching ms",
  "to rr %",
  "deciding ms",
  "decision p50 us",
  "p99",
  "late",
];

function cellRows(cell: KernelCell): string[][] {
  return policiesOf(cell).map((policy) => {
    const of = (what: (result: KernelResult) => number) => cellMean(cell, policy, what);
    const [simMs, kernelMs] = [of((r) => r.sim.meanResponseMs), of((r) => r.kernel.meanResponseMs)];
    return [
      policy,
      fixed(simMs, 2),
      fixed(kernelMs, 2),
      signed((kernelMs / simMs - 1) * 100),
      signed(toRrPct([cell], policy, (r) => r.kernel.meanResponseMs)),
      fixed(of((r) => r.kernel.p99ResponseMs)),
      fixed(of((r) => r.kernel.worstSlowdown)),
      fixed(
        of((r) => r.sim.switches),
        0,
      ),
      fixed(
        of((r) => r.kernel.switches),
        0,
      ),
      fixed(of(overheadMs), 2),
      signed(toRrPct([cell], policy, overheadMs)),
      fixed(
        of((r) => r.decisionsMs),
        2,
      ),
      us(of((r) => r.decisionP50Ns)),
      us(of((r) => r.decisionP99Ns)),
      fixed(of((r) => r.late)),
    ];
  });
}

function agreementLine({ agreement: a }: KernelCell): string {
  const order = a.sameOrder
    ? "simulator and kernel order the policies alike"
    : `not the same order: ${a.swapped.map((s) => `${s.better} before ${s.worse} by ${fixed(s.simPct, 2)} % in the simulator, behind by ${fixed(s.kernelPct, 2)} % in the kernel`).join("; ")}`;
  return `${order}; Kendall's tau ${fixed(a.tau, 3)}; mean responses differ by ${signed(a.meanPct)} % in the mean, ${signed(a.mostPct)} % at most`;
}

function overall(cells: readonly KernelCell[]): string[] {
  const policies = policiesOf(cells[0] as KernelCell).filter((policy) => policy !== RR);
  if (!policiesOf(cells[0] as KernelCell).includes(RR)) return [];
  const rows = policies.map((policy) => [
    policy,
    signed(toRrPct(cells, policy, (r) => r.kernel.meanResponseMs)),
    signed(toRrPct(cells, policy, (r) => r.sim.meanResponseMs)),
    signed(toRrPct(cells, policy, overheadMs)),
    signed(toRrPct(cells, policy, (r) => overheadMs(r) + r.decisionsMs)),
  ]);
  return [
    "all lists, against rr, %: targets of the kernel are a mean response of −15 and a switch overhead of −20",
    table([["policy", "mean response", "… in the simulator", "switch overhead", "with decisions"], ...rows]),
  ];
}

function benchLines({ benches }: KernelEvaluation): string[] {
  if (benches.length === 0) return [];
  const ms = (ns: number) => fixed(ns / 1e6, 3);
  return [
    "wake-up test (from wake to run, ms) and message test",
    table([
      ["policy", "wakes", "mean", "50 %", "99 %", "99.9 %", "most", "messages ms", "us each", "switches"],
      ...benches.map(({ policy, wakes: w, messages: m }) => [
        policy,
        String(w.wakes),
        ms(w.meanNs),
        ms(w.p50Ns),
        ms(w.p99Ns),
        ms(w.p999Ns),
        ms(w.mostNs),
        ms(m.tookNs),
        us(m.messageNs),
        String(m.switches),
      ]),
    ]),
    "",
  ];
}

/** Everything. */
export function kernelText(evaluation: KernelEvaluation): string {
  const { cells, left, seconds } = evaluation;
  const lists = cells.reduce((sum, cell) => sum + cell.lists.length, 0);
  const alike = cells.filter((cell) => cell.agreement.sameOrder).length;
  return [
    `${lists} lists, booted kernel on the virtual clock with real processes; a switch counts ${KERNEL_SWITCH_NS} ns${left.length > 0 ? `; only in the simulator: ${left.join(", ")}` : ""}`,
    "",
    ...cells.flatMap((cell) => [
      `${cell.mix}, load ${cell.load ?? "of the file"}, ${cell.lists.length} seeds, ${cell.lists[0]?.results[0]?.kernel.jobs ?? 0} jobs: mean response`,
      table([HEAD, ...cellRows(cell)]),
      agreementLine(cell),
      "",
    ]),
    ...overall(cells),
    "",
    ...benchLines(evaluation),
    `same order in ${alike} of ${cells.length} cells; ${seconds.toFixed(0)} s`,
  ].join("\n");
}
