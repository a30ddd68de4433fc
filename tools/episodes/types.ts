// The public episode format: one machine's demand for memory over time, one JSON object a line. This file is the schema and what
// each field means; reading and writing files is file.ts. Not a verdict: whether an episode runs out is found by replaying it.
//
// A process is two numbers. `reserved` is what it may use, `touched` ≤ reserved is what it has written, always from the bottom:
//
//   0 ............ touched ............ reserved
//   | has a frame  | promised, no frame |
//
//   alloc n        reserved += n. With `order` k: n pages at once as blocks of 2^k contiguous pages; one that cannot be had is a
//                  failed request, not an OOM, and its pages are missing from then on.
//   touch n        write n pages: first those between touched and reserved (each takes a frame), then, when all are touched, the
//                  ones written longest ago again (the process works; nothing grows).
//   free n         give back the top n reserved pages, and their frames where they were touched.
//   exit           the process ends and gives back everything.
//
// An operation begins at its tMs, or when the one before it in its process is done, whichever is later.
import { z } from "zod";

/** Most pages of one operation, and of a machine: 1 TiB. */
const PAGES = 2 ** 28;
/** Most operations of one process, and processes of one episode. */
const OPERATIONS = 1_000_000;
const PROCESSES = 1000;
/** Longest episode: a week. */
const LONGEST_MS = 7 * 24 * 3600 * 1000;
/** Largest block of the kernel's buddy allocator. */
const LARGEST_ORDER = 10;

const time = z.number().min(0).max(LONGEST_MS);

export const Operation = z.strictObject({
  /** Milliseconds since the episode began; never before the process's start or its operation before. */
  tMs: time,
  op: z.enum(["alloc", "free", "touch", "exit"]),
  /** 4 KiB pages; 0 or absent for exit only. */
  pages: z.int().min(0).max(PAGES).default(0),
  /** alloc only: contiguous blocks of 2^order pages. */
  order: z.int().min(0).max(LARGEST_ORDER).optional(),
});

export const EpisodeProcess = z.strictObject({
  /** The recorder's number for it; unique in its episode. The replaying kernel gives its own. */
  pid: z
    .int()
    .min(1)
    .max(2 ** 31 - 1),
  startMs: time,
  ops: z.array(Operation).max(OPERATIONS),
});

export const Episode = z
  .strictObject({
    id: z.string().min(1).max(200),
    /** Kind of demand; reports are grouped by it. */
    family: z.string().min(1).max(80),
    /** Usable memory: pages that the machine's kernel can hand out, before any process of the episode. */
    totalPages: z.int().min(1024).max(PAGES),
    /** Grid on which the author recorded or generated the demand. The kernel samples on its own beat. */
    beatMs: z.int().min(1).max(60_000),
    /** How much of the touched pages' bytes a codec of the LZ4 class can save; absent: 0, random bytes. */
    compressPct: z.number().min(0).max(100).optional(),
    /** Free for the author (a seed, drawn parameters). Nothing reads it. */
    parameters: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
    processes: z.array(EpisodeProcess).min(1).max(PROCESSES),
  })
  .superRefine((episode, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
    const seen = new Set<number>();
    for (const [p, process] of episode.processes.entries()) {
      if (seen.has(process.pid)) issue(["processes", p, "pid"], `pid ${process.pid} stands twice`);
      seen.add(process.pid);
      const wrong = wrongOperation(process);
      if (wrong) issue(["processes", p, "ops", wrong.index], wrong.message);
    }
  });

export type Operation = z.infer<typeof Operation>;
export type EpisodeProcess = z.infer<typeof EpisodeProcess>;
export type Episode = z.infer<typeof Episode>;

/** The first operation that makes no sense after those before it. */
function wrongOperation(process: EpisodeProcess): { index: number; message: string } | undefined {
  let lastMs = process.startMs;
  let reserved = 0;
  let ended = false;
  for (const [index, { tMs, op, pages, order }] of process.ops.entries()) {
    const wrong = (message: string) => ({ index, message });
    if (ended) return wrong("stands after exit");
    if (tMs < lastMs) return wrong(`tMs ${tMs} is before ${lastMs}, the start or the operation before it`);
    lastMs = tMs;
    if (op !== "exit" && pages === 0) return wrong(`${op} of 0 pages`);
    if (op !== "alloc" && order !== undefined) return wrong(`order makes sense for alloc only, not for ${op}`);
    if (order !== undefined && pages % 2 ** order !== 0) return wrong(`${pages} pages are no multiple of a block of 2^${order}`);
    if (op === "alloc") reserved += pages;
    else if (op === "touch" && reserved === 0) return wrong("touch with nothing reserved");
    else if (op === "free") {
      if (pages > reserved) return wrong(`free of ${pages} pages where ${reserved} are reserved`);
      reserved -= pages;
    } else if (op === "exit") {
      if (pages !== 0) return wrong("exit gives back everything: pages must be 0 or absent");
      ended = true;
    }
  }
  return undefined;
}

/** When the last operation begins: the end of the demand that is known. */
export function episodeEndMs(episode: Episode): number {
  let endMs = 0;
  for (const { startMs, ops } of episode.processes) endMs = Math.max(endMs, startMs, ops.at(-1)?.tMs ?? 0);
  return endMs;
}
