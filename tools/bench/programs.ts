// npm run bench -- programs: how long WASI programs take to be there, by the kernel's own clock: from the Spawn event of the process to its
// Exit, so reading, validating, compiling and a short run are all inside. TCG; then once on the virtual clock, where an instruction is
// 1 ns. `load` is sqlite3's module with everything in it and a _start that returns at once: loading alone. Prints, never judges.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import binaryen from "binaryen";
import { z } from "zod";
import { wasiWasm } from "../build/index.js";
import { ROOT, ToolError } from "../lib/index.js";
import { Machine } from "../machine/index.js";
import { median } from "./median.js";

const ROUNDS = 11;

interface Subject {
  /** The program of the build whose module it is. */
  program: string;
  /** As the table names it. */
  name?: string;
  command: string;
  targetMs?: number;
}

const SUBJECTS: readonly Subject[] = [
  { program: "hello", command: "hello", targetMs: 30 },
  { program: "args", command: "args" },
  { program: "minigzip", command: "minigzip < /README.md > /tmp/packed" },
  { program: "sqlite3", command: "sqlite3 -version > /tmp/version 2> /tmp/warning" },
  { program: "sqlite3", name: "load", command: "run /files/load.wasm", targetMs: 200 },
];

export interface ProgramBench {
  program: string;
  name?: string;
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

/** A module with everything that the program's has, but a start that does nothing. */
function withoutStart(bytes: Uint8Array): Uint8Array {
  const module = binaryen.readBinary(bytes);
  try {
    module.addFunction("nothing", binaryen.none, binaryen.none, [], module.nop());
    module.removeExport("_start");
    module.addFunctionExport("nothing", "_start");
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

/** Measures. Image and initrd must be built; programs that this machine has not are left out. */
export async function runProgramsBench(options: { rounds?: number; onProgress?: (text: string) => void; present: (program: string) => boolean }): Promise<ProgramBench[]> {
  const files = mkdtempSync(join(tmpdir(), "ganglion-bench-"));
  try {
    const loaded = join(files, "load.wasm");
    if (options.present("sqlite3")) writeFileSync(loaded, withoutStart(readFileSync(join(ROOT, wasiWasm({ name: "sqlite3" })))));
    await using real = await Machine.boot({ accel: "tcg", files });
    await using virtual = await Machine.boot({ accel: "tcg", clock: "virtual", files });
    const results: ProgramBench[] = [];
    for (const subject of SUBJECTS.filter(({ program }) => options.present(program))) {
      options.onProgress?.(subject.name ?? subject.program);
      const ms: number[] = [];
      for (let round = 0; round < (options.rounds ?? ROUNDS); round++) ms.push((await life(real, subject.command)) / 1e6);
      const instructions = await life(virtual, subject.command);
      const file = subject.name === "load" ? loaded : join(ROOT, wasiWasm({ name: subject.program }));
      results.push({ ...subject, moduleBytes: statSync(file).size, ms, medianMs: median(ms), instructions });
    }
    return results;
  } finally {
    rmSync(files, { recursive: true, force: true });
  }
}

/** The figures as lines for a person. */
export function formatProgramsBench(results: readonly ProgramBench[]): string {
  const line = (row: ProgramBench) =>
    [
      (row.name ?? row.program).padEnd(10),
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
