// `npm run eval -- cycles`: a user program is started and ends, thousands of times, in one booted machine; every frame must be back.
// Fails where one is not. The short form is in test-qemu/hostile.test.ts.
import { parseArgs } from "node:util";
import { z } from "zod";
import { ExitCode, type Progress, UsageError } from "../lib/index.js";
import { Machine } from "../machine/index.js";

export const CYCLES_USAGE = `npm run eval -- cycles [--cycles 10000] [--program hello] [--mem 64M] [--json]
  starts a program of /bin and waits for its end, so many times, in one booted machine, and counts the frames before and after.`;

const CHUNK = 100;
/** A hang detector for a chunk. */
const CHUNK_DEADLINE_MS = 120_000;
const WARM_UP = 3;

const memory = z.looseObject({ freePages: z.number() });
const processes = z.looseObject({ processes: z.array(z.looseObject({ command: z.string(), residentPages: z.number(), tablePages: z.number() })) });

interface Options {
  cycles: number;
  program: string;
  mem: string;
  json: boolean;
}

function options(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        cycles: { type: "string", default: "10000" },
        program: { type: "string", default: "hello" },
        mem: { type: "string", default: "64M" },
        json: { type: "boolean", default: false },
      },
    });
    const cycles = Number(values.cycles);
    if (!Number.isSafeInteger(cycles) || cycles < 1) throw new UsageError(`--cycles ${values.cycles} is not a whole number from 1 on`, { hint: CYCLES_USAGE });
    if (!/^[\w.-]+$/.test(values.program)) throw new UsageError(`--program ${values.program} is not the name of a program of /bin`, { hint: CYCLES_USAGE });
    return { cycles, program: values.program, mem: values.mem, json: values.json };
  } catch (cause) {
    throw cause instanceof UsageError ? cause : new UsageError((cause as Error).message, { hint: CYCLES_USAGE, cause });
  }
}

/** Frames that are free, and those of the shell: what is in neither was lost. */
async function frames(machine: Machine): Promise<{ free: number; shell: number }> {
  const { freePages } = await machine.ask("memctl status --json", memory);
  const { processes: list } = await machine.ask("ps --json", processes);
  return { free: freePages, shell: list.reduce((sum, { residentPages, tablePages }) => sum + residentPages + tablePages, 0) };
}

/** Runs and prints. Failed where a run failed, a frame is gone, or memctl check finds one that is not accounted for. */
export async function main(args: string[], progress: Progress): Promise<number> {
  const { cycles, program, mem, json } = options(args);
  progress.phase("cycles");
  await using machine = await Machine.boot({ accel: "tcg", mem, seed: 1 });
  const once = await machine.run(`repeat ${WARM_UP} run /bin/${program}.wasm > /tmp/out`);
  if (once.status !== 0) throw new UsageError(`run /bin/${program}.wasm ended with ${once.status}: ${once.output.trim()}`, { hint: "a program that needs no arguments" });
  const before = await frames(machine);
  let failures = 0;
  const started = performance.now();
  for (let done = 0; done < cycles; done += CHUNK) {
    const { status } = await machine.run(`repeat ${Math.min(CHUNK, cycles - done)} run /bin/${program}.wasm > /tmp/out`, { deadlineMs: CHUNK_DEADLINE_MS });
    if (status !== 0) failures++;
    progress.step(`${Math.min(cycles, done + CHUNK)} of ${cycles}`);
  }
  const seconds = (performance.now() - started) / 1000;
  const after = await frames(machine);
  const check = await machine.run("memctl check");
  progress.done();
  const lost = before.free + before.shell - after.free - after.shell;
  const result = { program, cycles, failedChunks: failures, before, after, lostFrames: lost, accounted: check.status === 0, seconds, msPerCycle: (seconds * 1000) / cycles };
  if (json) console.log(JSON.stringify(result));
  else {
    console.log(
      `${cycles} × run /bin/${program}.wasm: ${failures === 0 ? "all exited with 0" : `${failures} of the chunks of ${CHUNK} had a failure`}, ${result.msPerCycle.toFixed(1)} ms each`,
    );
    console.log(`free frames ${before.free} before, ${after.free} after; the shell's ${before.shell} and ${after.shell}; lost: ${lost}`);
    console.log(check.output.trim());
  }
  return failures === 0 && lost <= 0 && result.accounted ? ExitCode.Ok : ExitCode.Failed;
}
