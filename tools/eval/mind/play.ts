// A set-up's machine, booted: its lines and more behind them, on the virtual clock, out of the kernel command line, so that a second machine of the same lines is in
// the state of the first.
import { INITRD_TAR, MachineGone } from "../../lib/index.js";
import { Machine, type RunResult } from "../../machine/index.js";
import type { SetUp } from "./setups.js";

/** For a whole machine: a hang detector. */
export const DEADLINE_MS = 150_000;

/** Boots the set-up with more lines behind its own; their results, or "ended" where the machine ended. The mind and `ops` are on board, whatever the memory. */
export async function play(setUp: SetUp, lines: readonly string[]): Promise<RunResult[] | "ended"> {
  try {
    const machine = await Machine.boot({
      accel: "tcg",
      clock: "virtual",
      seed: setUp.seed,
      mem: setUp.memory,
      initrd: INITRD_TAR,
      script: [...setUp.lines, ...lines],
      // a program that reads what is typed finds its end
      append: "typing=0",
      bootDeadlineMs: DEADLINE_MS,
    });
    try {
      return machine.scriptResults.slice(setUp.lines.length);
    } finally {
      await machine.kill();
    }
  } catch (error) {
    if (error instanceof MachineGone) return "ended";
    throw error;
  }
}
