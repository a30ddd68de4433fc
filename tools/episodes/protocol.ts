// The protocol's constants and its verdict on an alarm, as docs/evidence/memory-protocol.md has them. Pure. The ceilings are
// ceilings.ts; counting and statistics over many episodes are the evaluation's.

/** A hit is the first alarm at least this long before the OOM … */
export const LEAD_MS = 5_000;
/** … and at most this long, unless the demand was committed. */
export const HORIZON_MS = 60_000;
/** Growth must have been there for this long to be told from a burst: the same five seconds in both ceilings. */
export const SEEN_MS = 5_000;
/** A stricter ceiling, shown beside it: growth that was there for a second counts as seen. */
export const STRICT_SEEN_MS = 1_000;
/** How far ahead OOMs are foreseeable at all, and what that costs, is shown for these. */
export const AHEAD_MS = [5_000, 6_000, 7_000, 8_000, 9_000, 10_000, 12_000, 15_000, 20_000, 30_000, 60_000] as const;
/** Growth goes on where it was there in the last second. */
export const RECENT_MS = 1_000;
/** Confidence of WARNING. */
export const ALARM_CONFIDENCE = 0.8;
export const BEAT_MS = 100;

export type Verdict = "hit" | "early" | "late" | "missed" | "quiet" | "false";

/**
 * What a policy's first alarm is worth.
 * @param alarmMs its time; undefined: none
 * @param oomMs when memory ran out with actions off; undefined: it did not
 * @param committed whether more was reserved at the alarm than there is
 */
export function judgeAlarm(alarmMs: number | undefined, oomMs: number | undefined, committed: boolean): Verdict {
  if (oomMs === undefined) return alarmMs === undefined ? "quiet" : "false";
  if (alarmMs === undefined || alarmMs > oomMs) return "missed";
  const leadMs = oomMs - alarmMs;
  if (leadMs < LEAD_MS) return "late";
  return leadMs <= HORIZON_MS || committed ? "hit" : "early";
}
