// Surface of tools/jobs: the job format, job files, and seeded lists of jobs.
export { formatJob, JobFileError, parseJob, readJobs, writeJobs } from "./file.js";
export { FIRST_SEED, imageOf, jobsOfMix, type ListOptions, MIXES, type Mix, mixNamed } from "./mixes.js";
export { aloneMsOf, cpuMsOf, DEFAULT_PAGES, Job, loadOf, Segment } from "./types.js";
