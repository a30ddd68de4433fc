// What the transformer reads of a task: a SchedTask row as numbers of about −1…1, and what the histories of its image and of all images say about
// the time that its request will still take. Shared by the policy, the learner and the trainer, so that what is learnt is what is asked. Pure.
// FEATURES_VERSION (ml/sched-shape.ts) names this file's meaning.
import { SchedTask } from "../../abi/layouts";
import { lnOf, log2Of } from "../../ml/exponential";
import { get, put } from "../../ml/linear";
import { ModelRow, ROW_FEATURES, ROW_OVERALL, ROW_OWN } from "../../ml/sched-model";
import { BINS, SCALARS } from "../../ml/sched-shape";
import { overallBins, overallRequests } from "./transformer-overall";

/** Upper end of bin 0, us; each bin is twice as wide as the one before (SCHED_BINS). */
export const FIRST_US: f64 = 250.0;
/** Where the last bin, which has no end, is taken to end: 4.096 s … 16.384 s. */
export const LAST_US: f64 = 16_384_000.0;
/** Requests after which the history counts as much as knowing nothing. */
const DOUBT: f64 = 1.0;
/** More requests than this add no trust: the history is smoothed over as many. */
const MOST_REQUESTS: f64 = 64.0;

/** Lower end of a bin, us. */
export function binFromUs(bin: i32): f64 {
  return bin == 0 ? 0.0 : FIRST_US * 0.5 * <f64>(1 << bin);
}

/** Upper end of a bin, us. */
export function binToUs(bin: i32): f64 {
  return bin == BINS - 1 ? LAST_US : FIRST_US * <f64>(1 << bin);
}

/** The bin of a processor time. */
export function binOf(us: f64): i32 {
  let bin = 0;
  while (bin < BINS - 1 && us >= binToUs(bin)) bin++;
  return bin;
}

/** The share of its time that processor time `us` takes on a logarithmic scale: −1 for nothing, 1 for 4 s. */
function scaledTime(us: f64): f32 {
  return <f32>(log2Of(1.0 + us * (1.0 / 64.0)) * 0.125 - 1.0);
}

function scaledCount(count: u32): f32 {
  return <f32>(log2Of(1.0 + <f64>count) * 0.2 - 1.0);
}

function shareOf(part: f64, rest: f64): f32 {
  const whole = part + rest;
  return whole > 0.0 ? <f32>(part / whole) : 0.0;
}

/**
 * Spread the history of whole requests over the bins of what is left after `us`: each bin's mass is even within it, and what is below `us` is
 * out. Where nothing of the history is as long, what is left is taken to be even between nothing and twice what was had.
 * @param bins (BINS) u32, ppm
 * @param out (BINS) f32, sums to 1
 * @returns mean of what is left, us
 */
export function conditionHistory(bins: usize, us: f64, out: usize): f64 {
  if (us == 0.0) return wholeHistory(bins, out);
  memory.fill(out, 0, <usize>BINS * 4);
  let total: f64 = 0.0;
  let mean: f64 = 0.0;
  for (let b = 0; b < BINS; b++) {
    const mass = <f64>load<u32>(bins + ((<usize>b) << 2));
    const to = binToUs(b);
    if (mass == 0.0 || to <= us) continue;
    const from = max(binFromUs(b), us);
    const left = (mass * (to - from)) / (to - binFromUs(b));
    spread(from - us, to - us, left, out);
    total += left;
    mean += left * (0.5 * (from + to) - us);
  }
  if (!(total > 0.0)) {
    total = 1.0;
    mean = max(us, FIRST_US);
    spread(0.0, 2.0 * mean, 1.0, out);
  }
  for (let b = 0; b < BINS; b++) put<f32>(out, b, <f32>(<f64>get<f32>(out, b) / total));
  return mean / total;
}

// Nothing was had yet: what is left is the whole.
function wholeHistory(bins: usize, out: usize): f64 {
  let total: f64 = 0.0;
  let mean: f64 = 0.0;
  let from: f64 = 0.0;
  let to: f64 = FIRST_US;
  for (let b = 0; b < BINS; b++) {
    const mass = <f64>load<u32>(bins + ((<usize>b) << 2));
    total += mass;
    mean += mass * 0.5 * (from + to);
    from = to;
    to = b == BINS - 2 ? LAST_US : to + to;
  }
  if (total == 0.0) {
    memory.fill(out, 0, <usize>BINS * 4);
    spread(0.0, 2.0 * FIRST_US, 1.0, out);
    return FIRST_US;
  }
  const share = 1.0 / total;
  for (let b = 0; b < BINS; b++) put<f32>(out, b, <f32>(<f64>load<u32>(bins + ((<usize>b) << 2)) * share));
  return mean * share;
}

// Adds `mass`, even over [from, to), to the bins that it lies in.
function spread(from: f64, to: f64, mass: f64, out: usize): void {
  const density = mass / (to - from);
  for (let b = binOf(from); b < BINS; b++) {
    const low = max(from, binFromUs(b));
    const high = b == BINS - 1 ? to : min(to, binToUs(b));
    if (high <= low) return;
    put<f32>(out, b, get<f32>(out, b) + <f32>(density * (high - low)));
  }
}

/**
 * Fill a row of the model from a task's row.
 * @param task as the kernel tells it, or the head of a CandidateRow
 * @param sinceNs processor time that it has had since that row was written
 * @param past it stands for a request that has ended, and attainedNs is how long it was
 * @param row ModelRow; its observation (ROW_FITS) is left as it is
 */
export function fillModelRow(task: SchedTask, sinceNs: u64, past: bool, row: usize): void {
  const head = changetype<ModelRow>(row);
  head.image = task.image;
  head.sinceNs = task.requestSinceNs;
  head.parent = task.parent;
  head.pages = task.footprintPages;
  head.past = past ? 1 : 0;
  const f = row + ROW_FEATURES;
  const attained = <f64>(task.attainedNs + sinceNs) * 1e-3;
  const own = <f64>task.requestMeanUs;
  const mean = <f64>task.imageMeanUs;
  const deviation = <f64>task.imageDeviationUs;
  put<f32>(f, 0, scaledTime(attained));
  put<f32>(f, 1, attained == 0.0 ? 1.0 : 0.0);
  put<f32>(f, 2, scaledTime(<f64>(task.burstNs + sinceNs) * 1e-3));
  put<f32>(f, 3, scaledTime(<f64>task.burstMeanUs));
  put<f32>(f, 4, scaledTime(<f64>task.burstDeviationUs));
  put<f32>(f, 5, scaledCount(task.requests));
  put<f32>(f, 6, scaledTime(own));
  put<f32>(f, 7, task.requests == 0 ? 1.0 : 0.0);
  put<f32>(f, 8, scaledTime(mean));
  put<f32>(f, 9, scaledTime(deviation));
  put<f32>(f, 10, scaledTime(<f64>task.imageBurstUs));
  put<f32>(f, 11, scaledCount(task.imageRequests));
  put<f32>(f, 12, task.imageRequests == 0 ? 1.0 : 0.0);
  put<f32>(f, 13, shareOf(deviation, mean));
  put<f32>(f, 14, <f32>(<f64>task.blockedPpm * 1e-6));
  put<f32>(f, 15, scaledCount(task.footprintPages));
  // Not task.faultsPerSecond: no list that it is trained on has faults, so what it would make of them would be chance.
  put<f32>(f, 16, scaledCount(0));
  put<f32>(f, 17, shareOf(attained, mean));
  put<f32>(f, 18, shareOf(attained, own));
  put<f32>(f, 19, scaledCount(task.bursts));
  put<f32>(f, 20, past ? 1.0 : 0.0);
  put<f32>(f, 21, scaledTime(max(mean - attained, 0.0)));
  put<f32>(f, 22, scaledTime(max(attained - mean, 0.0)));
  const distance = (attained - mean) / (deviation + 1.0);
  put<f32>(f, 23, <f32>(distance / (1.0 + abs(distance))));
  put<f32>(f, 25, scaledCount(task.deadlineMisses));
  const shares = f + ((<usize>SCALARS) << 2);
  put<f32>(f, 24, scaledTime(conditionHistory(changetype<usize>(task) + offsetof<SchedTask>("imageBins0"), attained, shares)));
  const known = min(<f64>task.imageRequests, MOST_REQUESTS);
  const trust = known / (known + DOUBT);
  const seen = overallRequests();
  const overall = row + ROW_OVERALL;
  put<f32>(f, 26, scaledTime(conditionHistory(overallBins(), attained, overall)));
  const trustOverall = <f64>seen / (<f64>seen + DOUBT);
  let apart: f64 = 0.0;
  let further: f64 = 0.0;
  for (let b = 0; b < BINS; b++) {
    const own = trust * <f64>get<f32>(shares, b) + (1.0 - trust) * (1.0 / <f64>BINS) + 1e-4;
    const all = trustOverall * <f64>get<f32>(overall, b) + (1.0 - trustOverall) * (1.0 / <f64>BINS) + 1e-4;
    const lnOwn = lnOf(own);
    const lnAll = lnOf(all);
    put<f32>(row + ROW_OWN, b, <f32>lnOwn);
    put<f32>(overall, b, <f32>lnAll);
    apart += abs(own - all);
    further += own * (lnOwn - lnAll);
  }
  // How the two histories differ: total variation, and relative entropy; and how much there is to compare.
  put<f32>(f, 27, <f32>apart - <f32>1.0);
  put<f32>(f, 28, <f32>(further / (1.0 + abs(further))));
  put<f32>(f, 29, <f32>((known * further) / (8.0 + known * abs(further))));
  put<f32>(f, 30, scaledCount(seen));
  put<f32>(f, 31, 0.0);
}

/** What a remaining time of `ns` says about the bins: the one that it lies in; with `atLeast`, that one from there on and all above. */
export function fitsOf(ns: u64, atLeast: bool, fits: usize): void {
  memory.fill(fits, 0, <usize>BINS * 4);
  const us = <f64>ns * 1e-3;
  const bin = binOf(us);
  if (!atLeast) {
    put<f32>(fits, bin, 1.0);
    return;
  }
  const to = binToUs(bin);
  put<f32>(fits, bin, us < to ? <f32>((to - us) / (to - binFromUs(bin))) : 0.5);
  for (let b = bin + 1; b < BINS; b++) put<f32>(fits, b, 1.0);
}
