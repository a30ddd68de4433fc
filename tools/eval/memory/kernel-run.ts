// npm run eval -- memory --in kernel: an episode in the booted kernel on the virtual clock, played by the ring-3 program `replay`, and
// held against the same episode in the simulator, which begins with the machine that the program found: alarms and the OOM must agree
// within a beat. Only through tools/machine.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { LAYOUT } from "../../abi/index.js";
import { BEAT_MS, type Episode } from "../../episodes/index.js";
import { BUILD, UnexpectedAnswer } from "../../lib/index.js";
import { Machine } from "../../machine/index.js";
import { EXACT_COSTS } from "../../sim/costs.js";
import type { Engine } from "../../sim/fast.js";
import { Policy } from "../../sim/policies.js";
import { type MachineStart, type Replay, type ReplayOptions, replay } from "../../sim/replay.js";
import { guestEpisode } from "./guest-episode.js";
import type { PolicyFile } from "./options.js";

/** Hang detector for one episode of up to ten virtual minutes. */
const RUN_DEADLINE_MS = 600_000;
/** Room beside the managed frames: the image, and the initial ramdisk with what goes along. */
const ROOM_MIB = 96;
const WASM_PAGE_BYTES = 65_536;
const moduleRow = z.looseObject({ name: z.string(), kind: z.string(), state: z.string(), engine: z.string(), bytes: z.number(), calls: z.number(), nsTotal: z.number() });
const modulesRow = z.looseObject({ modules: z.array(moduleRow) });

export interface KernelRun {
  /** times of the episode at which the kernel began to warn */
  alarmsMs: number[];
  oomMs: number | undefined;
  /** at the episode's time 0: free frames, all frames, how scattered the free ones are, and what the simulator needs to know of the machine to begin with the same */
  freePages: number;
  managedPages: number;
  fragmentationPpm: number;
  start: MachineStart;
  policy: string;
  /** what a decision of the policy took, on average */
  decideNs: number;
}

/** Beginnings of warnings, and the first OOM, in the kernel's log; seconds of uptime. */
export function readLog(log: string): { warnings: number[]; oom: number | undefined } {
  const times = (what: RegExp) => [...log.matchAll(what)].map((match) => Number(match[1]));
  return { warnings: times(/^\[\s*(\d+\.\d+)\] memory may run out:/gm), oom: times(/^\[\s*(\d+\.\d+)\] out of memory:/gm)[0] };
}

interface Zero extends Pick<MachineStart, "ranges" | "userPages" | "reservedPages"> {
  zeroMs: number;
  freePages: number;
  managedPages: number;
  fragmentationPpm: number;
}

/** What the program says of the machine at the episode's time 0; undefined: it did not come so far. */
export function readZero(played: string): Zero | undefined {
  const zero = /zero (\d+) free (\d+) managed (\d+) user (\d+) reserved (\d+) scattered (\d+)/.exec(played);
  if (!zero) return undefined;
  const [ns, freePages, managedPages, userPages, reservedPages, fragmentationPpm] = zero.slice(1).map(Number) as [number, number, number, number, number, number];
  const ranges = [...played.matchAll(/range (\d+) (\d+)/g)].map((row) => ({ first: Number(row[1]), pages: Number(row[2]) }));
  return { zeroMs: ns / 1e6, freePages, managedPages, ranges, userPages, reservedPages, fragmentationPpm };
}

// A policy's memory is as large from the start as it ever is.
const memoryPagesOf = (policy: PolicyFile) => Policy.fromFile(policy.name, policy.path).exports.memory.buffer.byteLength / WASM_PAGE_BYTES;

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
      const zero = readZero(played);
      if (!zero) throw new UnexpectedAnswer(`the program replay did not begin: ${played.trim().slice(0, 200)}`, { log: machine.log });
      const { zeroMs } = zero;
      const { warnings, oom } = readLog(log);
      const oomMs = oom === undefined ? undefined : oom * 1000 - zeroMs;
      return {
        alarmsMs: warnings.map((s) => s * 1000 - zeroMs).filter((ms) => ms >= 0 && (oomMs === undefined || ms <= oomMs)),
        oomMs,
        freePages: zero.freePages,
        managedPages: zero.managedPages,
        fragmentationPpm: zero.fragmentationPpm,
        start: {
          ranges: zero.ranges,
          userPages: zero.userPages,
          reservedPages: zero.reservedPages,
          interpreted: module.engine === "wasm3" ? { bytes: module.bytes, memoryPages: memoryPagesOf(policy) } : undefined,
        },
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

/** The same episode in the simulator, on the same machine: it begins as the booted one was at time 0, and waits as long for a decision. */
export function runInSimulator(episode: Episode, run: KernelRun, engine: Engine, policy: Policy, onBeat?: ReplayOptions["onBeat"]): Replay {
  const costs = { ...EXACT_COSTS, decideNs: run.decideNs };
  return replay(episode, { engine, champion: policy, shadows: [policy], start: run.start, costs, ...(onBeat ? { onBeat } : {}) });
}

/** What the simulator's kernel sees of the machine at its first beat: the same as the booted one's, where the episode takes nothing before it. */
export function firstSample(episode: Episode, run: KernelRun, engine: Engine, policy: Policy) {
  const { bytes, fields } = LAYOUT.MemorySample;
  let first: DataView | undefined;
  runInSimulator(episode, run, engine, policy, (input) => {
    first ??= new DataView(input.slice(-bytes).buffer);
  });
  const read = (field: keyof typeof fields) => first?.getUint32(fields[field].offset, true);
  return {
    freePages: read("freePages"),
    managedPages: read("managedPages"),
    fragmentationPpm: read("fragmentationPpm"),
    userPages: read("userPages"),
    committedPages: read("committedPages"),
  };
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
export function agreement(id: string, replayed: Replay, run: KernelRun): Agreement {
  const sim = { alarmMs: replayed.tracks[0]?.alarmsMs[0], oomMs: replayed.oomMs };
  const kernel = { alarmMs: run.alarmsMs[0], oomMs: run.oomMs };
  return { id, sim, kernel, agree: near(sim.alarmMs, kernel.alarmMs) && near(sim.oomMs, kernel.oomMs) };
}
