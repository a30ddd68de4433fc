// What the scheduler counts, and the times of decisions as a histogram with bins of a quarter of a doubling.
import { SCHED_ROW_BYTES, SCHED_ROW_LATENCY, SchedRow } from "../../abi/layouts";
import { STARVE_NS } from "../limits";

const LATENCY_BINS: u32 = 64;
const LATENCY_LEAST_LOG2: u32 = 8;
const MOST_SLOWDOWN_MILLI: u64 = 1_000_000;
/** A shorter request counts as one of this length, so that its slowdown means something. */
const LEAST_SERVICE_NS: u64 = 1000;

/** The counts, in the form in which they are read. */
export const totals = changetype<SchedRow>(memory.data(424, 8));
if (SCHED_ROW_BYTES !== 424) ERROR("the row of counts is stale");

export function initCounters(): void {
  memory.fill(changetype<usize>(totals), 0, SCHED_ROW_BYTES);
  totals.starveNs = STARVE_NS;
}

/** Bin of a decision's time: bin b from 256 × 2^(b ÷ 4) ns on, 0 below. */
export function latencyBin(ns: u64): u32 {
  if (ns < 1 << LATENCY_LEAST_LOG2) return 0;
  const log2 = 63 - <u32>clz<u64>(ns);
  // The ten bits behind the first one tell the quarter: 2^(1/4), 2^(2/4), 2^(3/4) in 1024ths.
  const mantissa = <u32>(log2 >= 10 ? ns >> (log2 - 10) : ns << (10 - log2));
  const quarter: u32 = mantissa >= 1722 ? 3 : mantissa >= 1448 ? 2 : mantissa >= 1218 ? 1 : 0;
  return min<u32>(LATENCY_BINS - 1, (log2 - LATENCY_LEAST_LOG2) * 4 + quarter);
}

/** A decision took so long. */
export function countLatency(ns: u64): void {
  const at = changetype<usize>(totals) + SCHED_ROW_LATENCY + (latencyBin(ns) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** A request ended. */
export function countRequest(serviceNs: u64, responseNs: u64): void {
  totals.requests++;
  totals.serviceNs += serviceNs;
  totals.responseNs += responseNs;
  const service = max<u64>(serviceNs, LEAST_SERVICE_NS);
  const slowdown = responseNs > service * 1000 ? MOST_SLOWDOWN_MILLI : (responseNs * 1000) / service;
  totals.slowdownMilli += min<u64>(slowdown, MOST_SLOWDOWN_MILLI);
}
