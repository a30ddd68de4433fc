// A job list as the ring-3 program `jobs` reads it: the layout is drawn in kernel-as/user/jobs/list.ts. Pure.
import { UsageError } from "../../lib/index.js";

const MAGIC = 0x424f4a47;
const HEAD_BYTES = 16;
const ROW_BYTES = 40;
const SEGMENT_BYTES = 8;
const WAITS = 1n << 63n;
const NS_PER_MS = 1e6;
/** The coordinator's own is −10, and a child may be 19 less important than that. */
const MOST_NICE = 9;
/** As in kernel-as/user/jobs/coordinator.ts. */
const MOST_JOBS = 20_000;
/** Frames that a process of `jobs` has of its own when it begins its first segment; it touches the rest of what the list says. */
export const OWN_PAGES = 6;

/** What of a job counts here; jobs of tools/jobs are such. */
export interface GuestJob {
  arrivalMs: number;
  /** 16 hex digits */
  image: string;
  segments: readonly ({ cpuMs: number } | { ioMs: number })[];
  priority?: number | undefined;
  pages?: number | undefined;
}

/**
 * The file.
 * @throws UsageError where the guest cannot play the list
 * @param defaultPages frames of a job that does not say how many
 */
export function guestJobs(jobs: readonly GuestJob[], defaultPages: number): Uint8Array {
  if (jobs.length === 0 || jobs.length > MOST_JOBS) throw new UsageError(`${jobs.length} jobs are none for the booted kernel`, { expected: `1 to ${MOST_JOBS}` });
  const nice = jobs.find((job) => (job.priority ?? 0) > MOST_NICE);
  if (nice) throw new UsageError(`priority ${nice.priority} cannot be had in the booted kernel`, { expected: `at most ${MOST_NICE} with --in kernel` });
  const segments = jobs.reduce((sum, job) => sum + job.segments.length, 0);
  const bytes = new Uint8Array(HEAD_BYTES + jobs.length * ROW_BYTES + segments * SEGMENT_BYTES);
  const view = new DataView(bytes.buffer);
  const ns = (ms: number) => BigInt(Math.round(ms * NS_PER_MS));
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, jobs.length, true);
  let at = HEAD_BYTES + jobs.length * ROW_BYTES;
  jobs.forEach((job, index) => {
    const row = HEAD_BYTES + index * ROW_BYTES;
    view.setBigUint64(row, ns(job.arrivalMs), true);
    view.setBigUint64(row + 8, BigInt(`0x${job.image}`), true);
    view.setBigUint64(row + 16, BigInt(at), true);
    view.setUint32(row + 24, job.segments.length, true);
    view.setInt32(row + 28, job.priority ?? 0, true);
    view.setUint32(row + 32, Math.max((job.pages ?? defaultPages) - OWN_PAGES, 0), true);
    for (const segment of job.segments) {
      view.setBigUint64(at, "cpuMs" in segment ? ns(segment.cpuMs) : ns(segment.ioMs) | WAITS, true);
      at += SEGMENT_BYTES;
    }
  });
  return bytes;
}
