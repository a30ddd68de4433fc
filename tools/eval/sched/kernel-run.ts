// npm run eval -- sched --in kernel: a list of jobs in the booted kernel on the virtual clock, a real process for each, played by the ring-3
// program `jobs`; and the kernel's own account of what the scheduler did meanwhile. One boot for each run. Only through tools/machine.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { BUILD, UnexpectedAnswer } from "../../lib/index.js";
import { Machine } from "../../machine/index.js";
import { type GuestJob, guestJobs } from "./guest-jobs.js";

/** Hang detector for one list. */
const RUN_DEADLINE_MS = 600_000;
/** Room beside the pages of jobs: the image, the initial ramdisk, page tables and stacks of 116 processes. */
const ROOM_MIB = 192;
/** As many as live at once in kernel-as/user/jobs/coordinator.ts. */
export const MOST_LIVE = 116;
const PAGES_PER_MIB = 256;
const NS_PER_MS = 1e6;
const LEAST_BIN_NS = 256;
const BINS_PER_DOUBLING = 4;

/** A policy by name; with a path where it is a file and no module of the image. The kernel's own round robin: `fallback`. */
export interface KernelPolicy {
  name: string;
  path?: string;
}

/** What one list came to. */
export interface KernelJobs {
  /** Of each job, in the order of the list, since the list's time 0. */
  startMs: Float64Array;
  endMs: Float64Array;
  cpuMs: Float64Array;
  /** Jobs that were made after their time, for want of a process slot or of a turn for their maker, and by how much. */
  late: number;
  lateMeanMs: number;
  lateMostMs: number;
  held: number;
  /** What the scheduler counted from time 0 to the end of the last job. */
  timeMs: number;
  idleMs: number;
  decisions: number;
  single: number;
  switches: number;
  voluntary: number;
  involuntary: number;
  preemptions: number;
  rescues: number;
  ejections: number;
  /** Decisions by the time that they took: the bin's lower end in ns, and how many. */
  latency: { ns: number; count: number }[];
}

/** A run, and what it took. */
export interface KernelRun extends KernelJobs {
  policy: string;
  wallMs: number;
}

const moduleList = z.looseObject({ modules: z.array(z.looseObject({ name: z.string(), kind: z.string(), state: z.string() })) });

/** The numbers of a line of names and numbers that begins with `first`. */
function pairs(text: string, first: string): Map<string, number> | undefined {
  const line = text.split("\n").find((one) => one.startsWith(`${first} `));
  if (line === undefined) return undefined;
  const words = line.trim().split(" ");
  const all = new Map<string, number>();
  // The line's own name has a number behind it, or none.
  for (let i = words.length % 2; i + 1 < words.length; i += 2) all.set(words[i] as string, Number(words[i + 1]));
  return all;
}

/**
 * Read what `jobs FILE --rows` printed. Pure.
 * @throws UnexpectedAnswer where a job is missing
 */
export function readKernelJobs(text: string, jobs: number, log?: string): KernelJobs {
  const summary = pairs(text, "jobs");
  const sched = pairs(text, "sched");
  const wrong = (why: string) => new UnexpectedAnswer(`the program jobs: ${why}: ${text.trim().slice(0, 200)}`, { expected: "every job to its end", ...(log ? { log } : {}) });
  if (!summary || !sched) throw wrong("no summary");
  const of = (from: Map<string, number>, name: string) => from.get(name) ?? Number.NaN;
  if (of(summary, "jobs") !== jobs || of(summary, "finished") !== jobs || of(summary, "failed") !== 0)
    throw wrong(`${of(summary, "finished")} of ${jobs} jobs ended well, ${of(summary, "failed")} failed`);
  const row = () => new Float64Array(jobs).fill(Number.NaN);
  const [startMs, endMs, cpuMs] = [row(), row(), row()];
  for (const match of text.matchAll(/^job (\d+) start (\d+) end (\d+) cpu (\d+)$/gm)) {
    const [index, ...ns] = match.slice(1).map(Number) as [number, number, number, number];
    for (const [i, to] of [startMs, endMs, cpuMs].entries()) to[index] = (ns[i] as number) / NS_PER_MS;
  }
  if (endMs.some(Number.isNaN)) throw wrong("a job has no line");
  const latency = [...(/^latency(.*)$/m.exec(text)?.[1] ?? "").matchAll(/(\d+):(\d+)/g)].map(([, bin, count]) => ({
    ns: LEAST_BIN_NS * 2 ** (Number(bin) / BINS_PER_DOUBLING),
    count: Number(count),
  }));
  return {
    startMs,
    endMs,
    cpuMs,
    late: of(summary, "late"),
    lateMeanMs: of(summary, "lateMeanNs") / NS_PER_MS,
    lateMostMs: of(summary, "lateMostNs") / NS_PER_MS,
    held: of(summary, "held"),
    timeMs: of(sched, "timeNs") / NS_PER_MS,
    idleMs: of(sched, "idleNs") / NS_PER_MS,
    decisions: of(sched, "decisions"),
    single: of(sched, "single"),
    switches: of(sched, "switches"),
    voluntary: of(sched, "voluntary"),
    involuntary: of(sched, "involuntary"),
    preemptions: of(sched, "preemptions"),
    rescues: of(sched, "rescues"),
    ejections: of(sched, "ejections"),
    latency,
  };
}

/** The shell line that makes a policy decide. */
export function chooseLine({ name, path }: KernelPolicy): string {
  if (name === FALLBACK) return "modctl fallback sched";
  // What the image has is compiled in; another file is interpreted.
  return path === undefined ? `modctl swap ${name}` : `modctl swap ${name} || modctl load files/${basename(path)} && modctl swap ${name}`;
}
export const FALLBACK = "fallback";

/**
 * Boots a machine in which a policy decides and runs lines in it.
 * @returns what each line printed
 * @throws UnexpectedAnswer where the policy does not decide before or after them: it was refused or ejected
 */
export async function runUnder(
  policy: KernelPolicy,
  lines: string[],
  options: { files?: Map<string, Uint8Array>; memMib?: number; seed?: number; kernel?: string } = {},
): Promise<{ output: string[]; log: string }> {
  mkdirSync(join(BUILD, "eval"), { recursive: true });
  const folder = mkdtempSync(join(BUILD, "eval", "guest-"));
  try {
    for (const [name, bytes] of options.files ?? []) writeFileSync(join(folder, name), bytes);
    if (policy.path !== undefined) copyFileSync(policy.path, join(folder, basename(policy.path)));
    const list = "modctl list --json";
    const machine = await Machine.boot({
      accel: "tcg",
      clock: "virtual",
      mem: `${options.memMib ?? ROOM_MIB}M`,
      seed: options.seed ?? 1,
      ...(options.kernel === undefined ? {} : { kernel: options.kernel }),
      files: folder,
      script: [chooseLine(policy), list, ...lines, list],
      bootDeadlineMs: RUN_DEADLINE_MS,
    });
    try {
      const results = machine.scriptResults;
      const [chosen, before, after] = [results[0], results[1], results.at(-1)].map((result) => result?.output ?? "") as [string, string, string];
      for (const [text, when] of [
        [before, "does not decide"],
        [after, "was ejected"],
      ] as const) {
        const active = moduleList.parse(JSON.parse(text)).modules.find((module) => module.kind === "sched" && module.state === "active")?.name;
        if (policy.name !== FALLBACK && active !== policy.name)
          throw new UnexpectedAnswer(`${policy.name} ${when}: ${active ?? "the kernel's round robin"} does: ${chosen.trim()}`, { log: machine.log });
      }
      return { output: results.slice(2, -1).map((result) => result.output), log: machine.log };
    } finally {
      await machine.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Memory that a list needs at the most, MiB. */
export function memoryOf(jobs: readonly GuestJob[], defaultPages: number): number {
  const largest = jobs
    .map((job) => job.pages ?? defaultPages)
    .sort((a, b) => b - a)
    .slice(0, MOST_LIVE);
  return ROOM_MIB + Math.ceil(largest.reduce((sum, pages) => sum + pages, 0) / PAGES_PER_MIB);
}

/** Play one list under one policy. */
export async function runInKernel(jobs: readonly GuestJob[], policy: KernelPolicy, options: { defaultPages: number; seed?: number; kernel?: string }): Promise<KernelRun> {
  const began = performance.now();
  const { output, log } = await runUnder(policy, ["run jobs /files/jobs.bin --rows"], {
    files: new Map([["jobs.bin", guestJobs(jobs, options.defaultPages)]]),
    memMib: memoryOf(jobs, options.defaultPages),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.kernel === undefined ? {} : { kernel: options.kernel }),
  });
  return { policy: policy.name, ...readKernelJobs(output[0] as string, jobs.length, log), wallMs: performance.now() - began };
}

const wakes = z.object({
  wakes: z.number(),
  workers: z.number(),
  hogs: z.number(),
  ms: z.number(),
  meanNs: z.number(),
  p50Ns: z.number(),
  p90Ns: z.number(),
  p99Ns: z.number(),
  p999Ns: z.number(),
  mostNs: z.number(),
});
const messages = z.object({ messages: z.number(), tookNs: z.number(), messageNs: z.number(), switches: z.number() });

export interface KernelBenches {
  policy: string;
  wakes: z.output<typeof wakes>;
  messages: z.output<typeof messages>;
}

/** `wakebench` and `messagebench` under one policy. */
export async function benchInKernel(policy: KernelPolicy, options: { kernel?: string } = {}): Promise<KernelBenches> {
  const { output, log } = await runUnder(policy, ["run wakebench --json", "run messagebench --json"], options);
  const read = <T extends z.ZodType>(schema: T, text: string | undefined): z.output<T> => {
    try {
      return schema.parse(JSON.parse(text ?? ""));
    } catch (cause) {
      throw new UnexpectedAnswer(`a bench under ${policy.name} answered ${text?.trim().slice(0, 200)}`, { log, cause });
    }
  };
  return { policy: policy.name, wakes: read(wakes, output[0]), messages: read(messages, output[1]) };
}
