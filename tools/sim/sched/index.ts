// Surface of the simulator of schedulers.
export { type Figures, figuresOf, ratioQuantile, responsesMs, SLOWDOWN_SHARES, sortedQuantile } from "./figures.js";
export { addHistogram, emptyHistogram, histogramQuantile, type TimeHistogram } from "./histogram.js";
export { type PackedJobs, packJobs } from "./pack.js";
export { NoSchedPolicy, SchedPolicy } from "./policy.js";
export { DEFAULT_SWITCH_NS, type DecisionRecord, type EndedJob, type Outcome, type RunOptions, runJobs, VoidRun } from "./run.js";
