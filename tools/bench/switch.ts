// npm run bench -- switch: what a switch between two ring-3 processes costs. Counted in instructions on the virtual clock, for each policy of the
// build that schedules; then in time, under TCG and, where KVM was proven, in cycles, in turns with the same measurements of Linux processes
// on one processor of this machine. `yield` is two processes that give their turns away, `pipe` a byte to and fro; `alone` and `loop` are
// the same calls without another process, so that what the switch adds can be told from the calls. Prints, never judges speed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { command } from "../build/command.js";
import { exec, ROOT, ToolError } from "../lib/index.js";
import { Machine } from "../machine/index.js";
import { chooseAccel } from "../qemu/index.js";
import { median } from "./median.js";

const ROUNDS = 9;
const COUNT = 5000;
const MODES = ["yield", "alone", "pipe", "loop"] as const;
type Mode = (typeof MODES)[number];

const answer = z.object({ rounds: z.number(), tookNs: z.number(), switches: z.number(), cycles: z.number().optional() });
const modules = z.looseObject({ modules: z.array(z.looseObject({ name: z.string(), kind: z.string(), state: z.string() })) });
const system = z.looseObject({ tscHz: z.number() });
type Answer = z.output<typeof answer>;

/** One way to measure, on one side. */
export interface SwitchRow {
  mode: Mode;
  /** Of a round: two switches, or the calls alone. */
  roundNs: number;
  /** Switches that the kernel counted in a round. */
  switchesPerRound: number;
  /** Time-stamp counter's, where it counts the processor's own. */
  roundCycles?: number;
}

export interface SwitchBench {
  count: number;
  /** Virtual clock: 1 ns is one instruction; by policy. The kernel's fallback first. */
  instructions: { policy: string; rows: SwitchRow[] }[];
  /** Medians of the rounds, in turns: one accelerator after another, and Linux. */
  rounds: number;
  timed: { side: string; rows: SwitchRow[] }[];
  kvm: string;
}

/** A round of each side in nanoseconds, and the switches in it. */
function rowOf(mode: Mode, answers: readonly Answer[], hz?: number): SwitchRow {
  const first = answers[0] as Answer;
  const roundNs = median(answers.map(({ tookNs, rounds }) => tookNs / rounds));
  const cycles = hz !== undefined ? (roundNs * hz) / 1e9 : first.cycles === undefined ? undefined : median(answers.map(({ cycles = 0, rounds }) => cycles / rounds));
  return { mode, roundNs, switchesPerRound: median(answers.map(({ switches, rounds }) => switches / rounds)), ...(cycles === undefined ? {} : { roundCycles: cycles }) };
}

const bench = (mode: Mode, count: number) => `run switchbench ${mode} ${count} --json`;

/** Policies of kind sched that are there, the fallback first. */
async function policiesOf(machine: Machine): Promise<string[]> {
  const { modules: all } = await machine.ask("modctl list --json", modules);
  return all.filter(({ kind }) => kind === "sched").map(({ name }) => name);
}

async function countInstructions(count: number, onProgress: (text: string) => void): Promise<SwitchBench["instructions"]> {
  await using machine = await Machine.boot({ accel: "tcg", clock: "virtual", seed: 1 });
  const names = await policiesOf(machine);
  const results: SwitchBench["instructions"] = [];
  for (const policy of names.length > 0 ? names : ["round robin"]) {
    onProgress(policy);
    if (names.length > 0) {
      const swap = await machine.run(`modctl swap ${policy}`);
      if (swap.status !== 0) throw new ToolError(`modctl swap ${policy}: ${swap.output.trim()}`, { log: machine.log });
    }
    const rows: SwitchRow[] = [];
    for (const mode of MODES) {
      // Twice: the first brings in what the second touches.
      await machine.run(bench(mode, 64));
      rows.push(rowOf(mode, [await machine.ask(bench(mode, count), answer)]));
    }
    results.push({ policy, rows });
  }
  return results;
}

interface Side {
  side: string;
  measure(mode: Mode): Promise<Answer>;
  hz?: number;
}

async function measureInTurns(sides: readonly Side[], rounds: number, onProgress: (text: string) => void): Promise<SwitchBench["timed"]> {
  const found = sides.map(() => MODES.map((): Answer[] => []));
  for (let round = 0; round < rounds; round++) {
    onProgress(`round ${round + 1} of ${rounds}`);
    for (const [s, side] of sides.entries()) for (const [m, mode] of MODES.entries()) found[s]?.[m]?.push(await side.measure(mode));
  }
  return sides.map(({ side, hz }, s) => ({ side, rows: MODES.map((mode, m) => rowOf(mode, found[s]?.[m] as Answer[], hz)) }));
}

/** Measures. The image must be built. */
export async function runSwitchBench(options: { rounds?: number; count?: number; onProgress?: (text: string) => void } = {}): Promise<SwitchBench> {
  const { rounds = ROUNDS, count = COUNT, onProgress = () => {} } = options;
  const folder = mkdtempSync(join(tmpdir(), "ganglion-switch-"));
  const opened: Machine[] = [];
  try {
    const binary = join(folder, "linux");
    await command("gcc", ["-O2", "-o", binary, join(ROOT, "tools/bench/switch/linux.c")]);
    const instructions = await countInstructions(count, onProgress);
    const choice = await chooseAccel({ accel: "auto", clock: "real" });
    const sides: Side[] = [{ side: "Linux", measure: async (mode) => answer.parse(JSON.parse((await exec(binary, [mode, String(count)])).stdout)) }];
    for (const accel of choice.accel === "kvm" ? (["tcg", "kvm"] as const) : (["tcg"] as const)) {
      const machine = await Machine.boot({ accel });
      opened.push(machine);
      const measure = (mode: Mode) => machine.ask(bench(mode, count), answer);
      if (accel === "tcg") sides.push({ side: "Ganglion, TCG", measure });
      else sides.push({ side: "Ganglion, KVM", measure, hz: (await machine.ask("version --json", system)).tscHz });
    }
    return { count, instructions, rounds, timed: await measureInTurns(sides, rounds, onProgress), kvm: choice.line };
  } finally {
    for (const machine of opened) await machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const rowNamed = (rows: readonly SwitchRow[], mode: Mode) => rows.find((row) => row.mode === mode) as SwitchRow;

/** Of two processes that only yield: time of one yield, and of the switch that follows where the policy lets the other run. */
export function yieldNs(rows: readonly SwitchRow[]): number {
  return rowNamed(rows, "yield").roundNs / 2;
}

/** What a switch adds to a byte through a pipe: half of a round to and fro, less a write and a read without another process. */
export function pipeSwitchNs(rows: readonly SwitchRow[]): number {
  const row = rowNamed(rows, "pipe");
  return row.switchesPerRound > 0 ? (row.roundNs - 2 * rowNamed(rows, "loop").roundNs) / row.switchesPerRound : Number.NaN;
}

/** The figures as lines for a person. */
export function formatSwitchBench(result: SwitchBench): string {
  const cell = (value: number, unit: string) => (Number.isFinite(value) ? `${value.toFixed(0)} ${unit}` : "none").padStart(14);
  const columns = (rows: readonly SwitchRow[], unit: string) =>
    [yieldNs(rows), rowNamed(rows, "alone").roundNs, rowNamed(rows, "pipe").roundNs, rowNamed(rows, "loop").roundNs, pipeSwitchNs(rows)]
      .map((value) => cell(value, unit))
      .concat([rowNamed(rows, "yield"), rowNamed(rows, "pipe")].map((row) => row.switchesPerRound.toFixed(2).padStart(10)))
      .join("");
  const head = (first: string) =>
    `${first.padEnd(16)}${["yield + switch", "yield alone", "byte to & fro", "write + read", "switch in it"].map((name) => name.padStart(14)).join("")}${["switches", "…"].map((name) => name.padStart(10)).join("")}`;
  const linux = result.timed.find(({ side }) => side === "Linux")?.rows ?? [];
  const ratios = result.timed
    .filter(({ side }) => side !== "Linux")
    .map(({ side, rows }) => {
      const ratio = (mode: Mode) => (rowNamed(rows, mode).roundNs / rowNamed(linux, mode).roundNs).toFixed(2);
      return `${side} ÷ Linux: yield + switch ${(yieldNs(rows) / yieldNs(linux)).toFixed(2)}, byte to and fro ${ratio("pipe")}, write + read ${ratio("loop")}`;
    });
  const cycles = result.timed.flatMap(({ side, rows }) => {
    const row = rowNamed(rows, "yield");
    return row.roundCycles === undefined ? [] : [`${side}: ${(row.roundCycles / 2).toFixed(0)} cycles of the time-stamp counter for yield + switch`];
  });
  return [
    `instructions on the virtual clock, ${result.count} rounds; last: switches in a round of yield and of pipe, 2 where each lets the other run`,
    head("policy"),
    ...result.instructions.map(({ policy, rows }) => `${policy.padEnd(16)}${columns(rows, "")}`),
    `time on this machine, medians of ${result.rounds} rounds in turns; the policy that the image starts with`,
    head(""),
    ...result.timed.map(({ side, rows }) => `${side.padEnd(16)}${columns(rows, "ns")}`),
    ...ratios,
    ...cycles,
    result.kvm,
  ].join("\n");
}
