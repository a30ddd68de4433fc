// npm run record -- states: states of booted kernels for the training of `ops`: QEMU under TCG, virtual clock, so that the same seed gives the same file.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "../../build/index.js";
import { OBSERVE_LINES, observed } from "../../eval/mind/observe.js";
import { MachineGone, type Progress, UsageError } from "../../lib/index.js";
import { Machine } from "../../machine/index.js";
import { formatRecorded, RECORDED_FILE, type Recorded } from "../../mind/questions/world/recorded.js";
import { type Situation, situations } from "./situations.js";

export const STATES_USAGE = `npm run record -- states [--seed N] [--boots N] [--out FILE.jsonl]
  boots the kernel with seeded scripts of shell lines, reads its state twice a boot, and writes the states that \`ops\` is trained on (default ${RECORDED_FILE}).`;

const BOOTS = 123;
const MOST_BOOTS = 2000;
/** For a whole machine: a hang detector. */
const DEADLINE_MS = 150_000;
const [LOOK, PAUSE, , EVENTS] = OBSERVE_LINES as [string, string, string, string];

/** @throws UsageError */
export function parseStatesOptions(args: string[]): { seed: number; boots: number; out: string } {
  let values: { seed: string; boots: string; out: string };
  try {
    const text = (value: string) => ({ type: "string", default: value }) as const;
    ({ values } = parseArgs({ args, options: { seed: text("1"), boots: text(String(BOOTS)), out: text(RECORDED_FILE) } }));
  } catch (error) {
    throw new UsageError((error as Error).message, { hint: STATES_USAGE });
  }
  const number = (name: "seed" | "boots", most: number) => {
    const value = Number(values[name]);
    if (!Number.isSafeInteger(value) || value < 1 || value > most) throw new UsageError(`--${name} ${values[name]} makes no sense`, { expected: `1 to ${most}` });
    return value;
  };
  return { seed: number("seed", 1000), boots: number("boots", MOST_BOOTS), out: values.out };
}

/** Shell lines of a boot: the situation's, two looks half a second apart, a while, two more, and what happened. */
export function linesOf({ lines, apart }: Situation): string[] {
  return [...lines, LOOK, PAUSE, LOOK, `sleep ${apart}`, LOOK, PAUSE, LOOK, EVENTS];
}

/** The states of a boot; none where the machine ended. */
async function record(situation: Situation): Promise<Recorded[]> {
  const { id, split, memory, seed, lines } = situation;
  try {
    const machine = await Machine.boot({
      accel: "tcg",
      clock: "virtual",
      seed,
      mem: memory,
      script: linesOf(situation),
      // a program that reads what is typed finds its end
      append: "typing=0",
      bootDeadlineMs: DEADLINE_MS,
    });
    try {
      // What background jobs say comes between: the looks' lines are JSON.
      const seen = machine.scriptResults.slice(lines.length).map(({ output }) =>
        output
          .split("\n")
          .filter((line) => line.startsWith("{"))
          .join("\n"),
      );
      const [a, , b, , c, , d, events] = seen as [string, string, string, string, string, string, string, string];
      return [
        [a, "", b, events],
        [c, "", d, events],
      ].map((outputs) => ({ boot: id, split, state: observed(outputs).state }));
    } finally {
      await machine.kill();
    }
  } catch (error) {
    if (error instanceof MachineGone) return [];
    throw error;
  }
}

export async function recordStates(args: string[], progress: Progress): Promise<void> {
  const { seed, boots, out } = parseStatesOptions(args);
  const states: Recorded[] = [];
  progress.phase("build");
  await build(["image", "initrd"], { onProgress: (text) => progress.step(text) });
  progress.phase("recording");
  for (const [i, situation] of situations(seed, boots).entries()) {
    progress.step(`${i + 1} of ${boots}: ${situation.memory}, ${situation.lines.join("; ")}`);
    states.push(...(await record(situation)));
  }
  progress.done();
  const text = formatRecorded(states, `npm run record -- states --seed ${seed} --boots ${boots}`);
  writeFileSync(resolve(out), text);
  console.log(`${out}: ${states.length} states of ${new Set(states.map((s) => s.boot)).size} boots, ${Buffer.byteLength(text)} bytes`);
}
