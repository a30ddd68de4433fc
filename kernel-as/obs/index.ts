// What the kernel shows of itself: counters, histograms, the trace ring, the log. Allocation at init only, from one arena.
export { addCounter, count, counted, counterCount, initCounters, readCounters } from "./counters";
export { addHistogram, HISTOGRAM_BUCKETS, histogramCount, initHistograms, observe, quantile, readHistograms } from "./histograms";
export { initLog, logEnd, logOldest, logWrite, readLog } from "./log";
export { clearTrace, initTrace, readTrace, traceAt, traceOldest, traceOverwritten, traceRing, traceSequence } from "./trace";
