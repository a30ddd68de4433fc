// The two ceilings of the protocol, computed from the future: OOMs that nobody could see five seconds ahead, and episodes that
// stop so short of an OOM that nobody could tell. They depend on the episode and its replay, on no policy. Pure.
import { at, type Demand, eachBeat } from "./demand.js";
import { BEAT_MS, HORIZON_MS, LEAD_MS, RECENT_MS, SEEN_MS } from "./protocol.js";

/** The two lines of the second rule look back this far; the shorter one must exist in full. */
const LINES_MS = [10_000, 30_000] as const;

/**
 * Whether an OOM at `oomMs` could be seen at oomMs − aheadMs. The demand must reach HORIZON_MS beyond the OOM where it has that much.
 * @param seenMs how long growth must have been there (STRICT_SEEN_MS: the stricter ceiling)
 */
export function foreseeable(demand: Demand, oomMs: number, seenMs = SEEN_MS, aheadMs = LEAD_MS): boolean {
  const nowMs = oomMs - aheadMs;
  if (nowMs < 0) return false;
  const capacity = at(demand.touched, oomMs);
  return staysEnough(demand, nowMs, capacity, seenMs) || linesReach(demand, nowMs, capacity);
}

// What is left without the growth of runs that were not there for `seenMs`: a process is kept at what it had when the first of
// them began.
function staysEnough(demand: Demand, nowMs: number, capacity: number, seenMs: number): boolean {
  const first = Math.ceil(nowMs / BEAT_MS);
  const beats = Math.min(Math.floor((nowMs + HORIZON_MS) / BEAT_MS) + 1, demand.touched.length);
  const seen = new Float64Array(beats);
  for (const { steps, growth } of demand.processes) {
    const fromMs = growth.find((g) => g.runStartMs > nowMs - seenMs)?.runStartMs ?? Number.POSITIVE_INFINITY;
    let most = 0;
    for (const step of steps) if (step.tMs < fromMs) most = step.touched;
    eachBeat(steps, beats, (beat, step) => {
      seen[beat] = (seen[beat] as number) + (step.tMs < fromMs ? step.touched : Math.min(step.touched, most));
    });
  }
  return seen.some((pages, beat) => beat >= first && pages >= capacity);
}

function linesReach(demand: Demand, nowMs: number, capacity: number): boolean {
  if (nowMs < LINES_MS[0]) return false;
  const room = capacity - at(demand.touched, nowMs);
  return LINES_MS.every((backMs) => {
    const slope = slopePerMs(demand.touched, Math.max(nowMs - backMs, 0), nowMs);
    return slope > 0 && room / slope <= HORIZON_MS;
  });
}

function slopePerMs(series: Float64Array, fromMs: number, toMs: number): number {
  const from = Math.ceil(fromMs / BEAT_MS);
  const to = Math.min(Math.floor(toMs / BEAT_MS), series.length - 1);
  const count = to - from + 1;
  const meanX = (from + to) / 2;
  let meanY = 0;
  for (let i = from; i <= to; i++) meanY += (series[i] as number) / count;
  let xy = 0;
  let xx = 0;
  for (let i = from; i <= to; i++) {
    xy += (i - meanX) * ((series[i] as number) - meanY);
    xx += (i - meanX) ** 2;
  }
  return xx === 0 ? 0 : xy / xx / BEAT_MS;
}

/**
 * The first time at which an episode that does not run out stands just short of it, as one that does would: less is left than was
 * taken in the last aheadMs, and the taking goes on. undefined: it never does.
 * @param capacityPages touched + free at the beat of least free memory, as replayed
 * @param aheadMs a twin that goes on is this far from its OOM, or less
 */
export function indistinguishableFromMs(demand: Demand, capacityPages: number, aheadMs = LEAD_MS): number | undefined {
  const { touched, reserved } = demand;
  const back = aheadMs / BEAT_MS;
  const recent = RECENT_MS / BEAT_MS;
  const reserving = new Float64Array(touched.length);
  for (const { growth } of demand.processes)
    for (const { tMs, pages, reserving: goesOn } of growth) {
      const beat = Math.ceil(tMs / BEAT_MS);
      if (goesOn) reserving[beat] = (reserving[beat] as number) + pages;
    }
  let grew = 0;
  for (let beat = 1; beat < touched.length; beat++) {
    grew += reserving[beat] as number;
    if (beat > back) grew -= reserving[beat - back] as number;
    if (beat < recent) continue;
    const now = touched[beat] as number;
    const rose = now - (touched[Math.max(beat - back, 0)] as number);
    const lately = now - (touched[beat - recent] as number);
    // Processes that promised once, and less than there is, have shown that they fit.
    const counted = (reserved[beat] as number) > capacityPages ? rose : Math.min(rose, grew);
    if (counted > 0 && capacityPages - now <= counted && lately * (aheadMs / RECENT_MS) >= counted / 2) return beat * BEAT_MS;
  }
  return undefined;
}
