// npm run bench -- programs: how long WASI programs take to be there, by the kernel's own clock: from the Spawn event of the process to its
// Exit, so reading, validating, compiling and a short run are all inside. TCG; then once on the virtual clock, where an instruction is
// 1 ns. The load of a large module is that of sqlite3, which prints its version. Prints, never judges.
import { statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { wasiWasm } from "../build/index.js";
import { ROOT, ToolError } from "../lib/index.js";
import { Machine } from "../machine/index.js";
import { median } from "./median.js";

const ROUNDS = 11;

interface Subject {
  program: string;
  command: string;
  targetMs?: number;
}

const SUBJECTS: readonly Subject[] = [
  { program: "hello", command: "hello", targetMs: 30 },
  { program: "args", command: "args" },
  { program: "minigzip", command: "minigzip < /README.md > /tmp/packed" },
  { program: "sqlite3", command: "sqlite3 -version > /tmp/version 2> /tmp/warning", targetMs: 200 },
];

export interface ProgramBench {
  program: string;
  command: string;
  moduleBytes: number;
  /** From Spawn to Exit, each round. */
  ms: number[];
  medianMs: number;
  targetMs?: number;
  /** The same on the virtual clock. */
  instructions: number;
}

const events = z.object({ rows: z.array(z.object({ timeNs: z.number(), pid: z.number() })) });

/** Nanoseconds from the last Spawn to the Exit of the same process. */
async function life(machine: Machine, command: string): Promise<number> {
  const { status, output } = await machine.run(command);
  if (status !== 0) throw new ToolError(`${command}: status ${status}: ${output.trim()}`, { log: machine.log });
  const last = async (event: string) => (await machine.ask(`trace --event ${event} --json 1`, events)).rows.at(-1);
  const [spawn, exit] = [await last("Spawn"), await last("Exit")];
  if (!spawn || !exit || spawn.pid !== exit.pid) throw new ToolError(`the trace does not show the start and the end of ${command}`, { log: machine.log });
  return exit.timeNs - spawn.timeNs;
}

/** Measures. Image and initrd must be built; programs that this machine has not are left out. */
export async function runProgramsBench(options: { rounds?: number; onProgress?: (text: string) => void; present: (program: string) => boolean }): Promise<ProgramBench[]> {
  const rounds = options.rounds ?? ROUNDS;
  const results: ProgramBench[] = [];
  await using real = await Machine.boot({ accel: "tcg" });
  await using virtual = await Machine.boot({ accel: "tcg", clock: "virtual" });
  for (const subject of SUBJECTS.filter(({ program }) => options.present(program))) {
    options.onProgress?.(subject.program);
    const ms: number[] = [];
    for (let round = 0; round < rounds; round++) ms.push((await life(real, subject.command)) / 1e6);
    const instructions = await life(virtual, subject.command);
    results.push({ ...subject, moduleBytes: statSync(join(ROOT, wasiWasm({ name: subject.program }))).size, ms, medianMs: median(ms), instructions });
  }
  return results;
}

/** The figures as lines for a person. */
export function formatProgramsBench(results: readonly ProgramBench[]): string {
  const line = (row: ProgramBench) =>
    [
      row.program.padEnd(10),
      `${(row.moduleBytes / 1024).toFixed(0)} KiB`.padStart(9),
      `${row.medianMs.toFixed(1)} ms`.padStart(11),
      `(${Math.min(...row.ms).toFixed(1)} to ${Math.max(...row.ms).toFixed(1)})`.padStart(18),
      `${(row.instructions / 1e6).toFixed(1)} million`.padStart(15),
      row.targetMs === undefined ? "" : `  target at most ${row.targetMs} ms`,
    ].join(" ");
  const rounds = results[0]?.ms.length ?? 0;
  return [
    `start to exit by the kernel's clock (TCG), medians of ${rounds} rounds; instructions on the virtual clock`,
    `program       module      median            range    instructions`,
    ...results.map(line),
  ].join("\n");
}
