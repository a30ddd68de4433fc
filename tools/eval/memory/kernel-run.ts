// npm run eval -- memory --in kernel: an episode in the booted kernel on the virtual clock, played by the ring-3 program `replay`, and
// held against the same episode in the simulator: alarms and the OOM must agree within a beat. Only through tools/machine.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { BEAT_MS, type Episode } from "../../episodes/index.js";
import { BUILD, UnexpectedAnswer } from "../../lib/index.js";
import { Machine } from "../../machine/index.js";
import { guestEpisode } from "./guest-episode.js";
import type { PolicyFile } from "./options.js";

/** Hang detector for one episode of up to ten virtual minutes. */
const RUN_DEADLINE_MS = 600_000;
/** Room beside the managed frames: the image, and the initial ramdisk with what goes along. */
const ROOM_MIB = 96;
const modulesRow = z.looseObject({ modules: z.array(z.looseObject({ name: z.string(), kind: z.string(), state: z.string(), calls: z.number(), nsTotal: z.number() })) });

export interface KernelRun {
  /** times of the episode at which the kernel began to warn */
  alarmsMs: number[];
  oomMs: number | undefined;
  /** at the episode's time 0 */
  freePages: number;
  managedPages: number;
  policy: string;
  /** what a decision of the policy took, on average */
  decideNs: number;
}

/** Beginnings of warnings, and the first OOM, in the kernel's log; seconds of uptime. */
export function readLog(log: string): { warnings: number[]; oom: number | undefined } {
  const times = (what: RegExp) => [...log.matchAll(what)].map((match) => Number(match[1]));
  return { warnings: times(/^\[\s*(\d+\.\d+)\] memory may run out:/gm), oom: times(/^\[\s*(\d+\.\d+)\] out of memory:/gm)[0] };
}

/** Play one episode with actions off. */
export async function runInKernel(episode: Episode, policy: PolicyFile, seed = 1): Promise<KernelRun> {
  mkdirSync(join(BUILD, "eval"), { recursive: true });
  const folder = mkdtempSync(join(BUILD, "eval", "guest-"));
  try {
    writeFileSync(join(folder, "episode.bin"), guestEpisode(episode));
    copyFileSync(policy.path, join(folder, basename(policy.path)));
    const script = [
      `modctl swap ${policy.name} || modctl load files/${basename(policy.path)} && modctl swap ${policy.name}`,
      "run replay /files/episode.bin",
      "modctl list --json",
      "dmesg",
    ];
    const machine = await Machine.boot({
      accel: "tcg",
      clock: "virtual",
      mem: `${Math.ceil(episode.totalPages / 256) + ROOM_MIB}M`,
      seed,
      files: folder,
      append: `auto=0 learner=0 frames=${episode.totalPages}`,
      script,
      bootDeadlineMs: RUN_DEADLINE_MS,
    });
    try {
      const [swap, played, modules, log] = machine.scriptResults.map((result) => result.output) as [string, string, string, string];
      const module = modulesRow.parse(JSON.parse(modules)).modules.find((row) => row.kind === "memory" && row.state === "active");
      const active = module?.name;
      if (module === undefined || active !== policy.name) throw new UnexpectedAnswer(`${policy.name} does not decide: ${active} does: ${swap.trim()}`, { log: machine.log });
      const zero = /zero (\d+) free (\d+) managed (\d+)/.exec(played);
      if (!zero) throw new UnexpectedAnswer(`the program replay did not begin: ${played.trim().slice(0, 200)}`, { log: machine.log });
      const zeroMs = Number(zero[1]) / 1e6;
      const { warnings, oom } = readLog(log);
      const oomMs = oom === undefined ? undefined : oom * 1000 - zeroMs;
      return {
        alarmsMs: warnings.map((s) => s * 1000 - zeroMs).filter((ms) => ms >= 0 && (oomMs === undefined || ms <= oomMs)),
        oomMs,
        freePages: Number(zero[2]),
        managedPages: Number(zero[3]),
        policy: policy.name,
        decideNs: module.calls === 0 ? 0 : module.nsTotal / module.calls,
      };
    } finally {
      await machine.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface Agreement {
  id: string;
  sim: { alarmMs: number | undefined; oomMs: number | undefined };
  kernel: { alarmMs: number | undefined; oomMs: number | undefined };
  /** both alarm, or neither does; within a beat; and the same of the OOM */
  agree: boolean;
}

/** The log has the time after the decision, the simulator the time of the beat. */
const LOG_LATE_MS = 1;
const near = (a: number | undefined, b: number | undefined) => (a === undefined || b === undefined ? a === b : Math.abs(a - b) <= BEAT_MS + LOG_LATE_MS);

/** Whether the booted kernel and the simulator say the same of an episode. */
export function agreement(id: string, sim: Agreement["sim"], run: KernelRun): Agreement {
  const kernel = { alarmMs: run.alarmsMs[0], oomMs: run.oomMs };
  return { id, sim, kernel, agree: near(sim.alarmMs, kernel.alarmMs) && near(sim.oomMs, kernel.oomMs) };
}
