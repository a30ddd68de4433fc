// The public job format: work that arrives at one processor over time, one JSON object a line. This file is the schema and what each
// field means; reading and writing files is file.ts. Not a schedule: when a job runs is what a policy decides.
import { z } from "zod";

/** Longest segment, and latest arrival: a day. */
const LONGEST_MS = 24 * 3600 * 1000;
/** Shortest segment that asks for anything: a microsecond. */
const SHORTEST_MS = 0.001;
/** Most segments of one job. */
const SEGMENTS = 10_000;
/** Most frames that a job can say it holds: 1 TiB. */
const PAGES = 2 ** 28;

const duration = z.number().min(SHORTEST_MS).max(LONGEST_MS);

export const Segment = z.union([
  /** Wants the processor for so many milliseconds. */
  z.strictObject({ cpuMs: duration }),
  /** Waits for something else for so many milliseconds; any number of jobs can wait at once. */
  z.strictObject({ ioMs: duration }),
]);

export const Job = z
  .strictObject({
    /** Milliseconds since the list began; not before the job of the line above. */
    arrivalMs: z.number().min(0).max(LONGEST_MS),
    /** Content hash of the program, 16 lower-case hex digits, not all 0. Jobs of one program share it: all that a policy knows of it. */
    image: z.string().regex(/^[0-9a-f]{16}$/, "must be 16 hex digits in lower case"),
    /** What it does, in order: the first and the last on the processor. */
    segments: z.array(Segment).min(1).max(SEGMENTS),
    /** Nice value, lower is more important; 0 where it is absent. */
    priority: z.int().min(-20).max(19).optional(),
    /** Frames of 4 KiB that it holds from its start; 64 where it is absent. */
    pages: z.int().min(0).max(PAGES).optional(),
    /** A word for reports; no policy sees it. */
    label: z.string().min(1).max(80).optional(),
  })
  .superRefine((job, context) => {
    const say = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
    if (/^0+$/.test(job.image)) say(["image"], "must not be all zeros: that is no program");
    const ends = [0, job.segments.length - 1];
    for (const at of ends) {
      const segment = job.segments[at];
      if (segment && !("cpuMs" in segment)) {
        say(["segments", at], `a job ${at === 0 ? "begins" : "ends"} on the processor: the ${at === 0 ? "first" : "last"} segment must be {"cpuMs"}`);
        return;
      }
    }
  });

export type Segment = z.infer<typeof Segment>;
export type Job = z.infer<typeof Job>;

/** Frames of a job that does not say how many. */
export const DEFAULT_PAGES = 64;

/** Processor time that a job asks for, in milliseconds. */
export function cpuMsOf(job: Job): number {
  let sum = 0;
  for (const segment of job.segments) if ("cpuMs" in segment) sum += segment.cpuMs;
  return sum;
}

/** How long a job takes on an empty machine, in milliseconds: processor time and waits. */
export function aloneMsOf(job: Job): number {
  let sum = 0;
  for (const segment of job.segments) sum += "cpuMs" in segment ? segment.cpuMs : segment.ioMs;
  return sum;
}

/** Load of a list: processor time asked for ÷ time from the first arrival to the last. */
export function loadOf(jobs: readonly Job[]): number {
  const span = (jobs.at(-1)?.arrivalMs ?? 0) - (jobs[0]?.arrivalMs ?? 0);
  let sum = 0;
  for (const job of jobs) sum += cpuMsOf(job);
  return span > 0 ? sum / span : Number.POSITIVE_INFINITY;
}
