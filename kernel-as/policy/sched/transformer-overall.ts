// How long requests took, whatever their image: what is known where an image has no history of its own, and where all images are alike. The
// policy and the learner each keep one from the requests that they see end. Pure.
import { BINS } from "../../ml/sched-shape";

/** All bins together, once a request has ended. */
const WHOLE: u32 = 1_000_000_000;
/** Smoothing: a plain mean of the first so many, then 1 ÷ as much. */
const MOST: u32 = 512;

const SHARES: usize = memory.data(64, 16);
if (BINS != 16) ERROR("the room of the bins is stale");

let requests: u32 = 0;

export function forgetOverall(): void {
  memory.fill(SHARES, 0, 64);
  requests = 0;
}

/** Requests that have ended, at most as many as are remembered. */
export function overallRequests(): u32 {
  return requests;
}

/** Shares of the bins, (BINS) u32 of any unit. */
export function overallBins(): usize {
  return SHARES;
}

/** A request ended after so much processor time. Bins as SCHED_BINS. */
export function addOverall(serviceNs: u64): void {
  let hit: u32 = 0;
  while (hit < <u32>BINS - 1 && serviceNs >= (<u64>250_000) << hit) hit++;
  if (requests < MOST) requests++;
  let others: u32 = 0;
  for (let bin: u32 = 0; bin < <u32>BINS; bin++) {
    if (bin == hit) continue;
    const at = SHARES + ((<usize>bin) << 2);
    const before = load<u32>(at);
    const share = before - before / requests;
    store<u32>(at, share);
    others += share;
  }
  store<u32>(SHARES + ((<usize>hit) << 2), WHOLE - others);
}
