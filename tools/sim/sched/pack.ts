// A list of jobs as arrays of numbers, as the simulator's memory has them: made once, played through every policy. Pure.
import { aloneMsOf, DEFAULT_PAGES, type Job } from "../../jobs/index.js";

const NS_PER_MS = 1e6;

export interface PackedJobs {
  count: number;
  /** ns */
  arrivals: Float64Array;
  /** processor time and waits on an empty machine, ns */
  alone: Float64Array;
  images: BigUint64Array;
  nices: Int32Array;
  pages: Uint32Array;
  /** index of each job's first segment, and one behind the last job's */
  firsts: Uint32Array;
  /** ns; > 0 on the processor, < 0 a wait */
  segments: Float64Array;
  /** processor time asked for, ns */
  work: number;
  labels: (string | undefined)[];
}

/** Pack a list, its jobs by arrival. */
export function packJobs(jobs: readonly Job[]): PackedJobs {
  const count = jobs.length;
  const packed: PackedJobs = {
    count,
    arrivals: new Float64Array(count),
    alone: new Float64Array(count),
    images: new BigUint64Array(count),
    nices: new Int32Array(count),
    pages: new Uint32Array(count),
    firsts: new Uint32Array(count + 1),
    segments: new Float64Array(jobs.reduce((sum, job) => sum + job.segments.length, 0)),
    work: 0,
    labels: jobs.map((job) => job.label),
  };
  const images = new Map<string, bigint>();
  let at = 0;
  jobs.forEach((job, i) => {
    packed.arrivals[i] = Math.round(job.arrivalMs * NS_PER_MS);
    packed.alone[i] = Math.round(aloneMsOf(job) * NS_PER_MS);
    let image = images.get(job.image);
    if (image === undefined) {
      image = BigInt(`0x${job.image}`);
      images.set(job.image, image);
    }
    packed.images[i] = image;
    packed.nices[i] = job.priority ?? 0;
    packed.pages[i] = job.pages ?? DEFAULT_PAGES;
    packed.firsts[i] = at;
    for (const segment of job.segments) {
      const ns = Math.round(("cpuMs" in segment ? segment.cpuMs : segment.ioMs) * NS_PER_MS);
      packed.segments[at++] = "cpuMs" in segment ? ns : -ns;
      if ("cpuMs" in segment) packed.work += ns;
    }
  });
  packed.firsts[count] = at;
  return packed;
}
