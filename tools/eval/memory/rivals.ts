// Rules that are no policy modules, as the protocol names them: earlyoom's and systemd-oomd's defaults. They see the beats that the
// policies see. Pure. `slope` and `linear` are modules (kernel-as/policy/memory).
import type { Beats } from "../../sim/record.js";

/** The free share at which earlyoom acts: its default -m 10. */
const EARLYOOM_SHARE = 0.1;
/** systemd-oomd: DefaultMemoryPressureLimit, over avg10, for DefaultMemoryPressureDurationSec. */
const PSI_LIMIT = 0.6;
const PSI_WINDOW_MS = 10_000;
const PSI_DURATION_MS = 30_000;

/** First beat at which a tenth or less is free. */
export function earlyoom(beats: Beats, managedPages: number): number | undefined {
  const at = beats.freePages.findIndex((free) => free <= managedPages * EARLYOOM_SHARE);
  return at < 0 ? undefined : beats.timeMs[at];
}

/** First beat at which more than 60 % of the last ten seconds were stalled, and had been so for thirty. */
export function psi(beats: Beats): number | undefined {
  let stalled = 0;
  let from = 0;
  let overSinceMs: number | undefined;
  for (let i = 0; i < beats.count; i++) {
    const now = beats.timeMs[i] as number;
    stalled += beats.stalledMs[i] as number;
    while ((beats.timeMs[from] as number) <= now - PSI_WINDOW_MS) stalled -= beats.stalledMs[from++] as number;
    if (stalled / PSI_WINDOW_MS <= PSI_LIMIT) overSinceMs = undefined;
    else {
      overSinceMs ??= now;
      if (now - overSinceMs >= PSI_DURATION_MS) return now;
    }
  }
  return undefined;
}

/** Name → rule. */
export const RULES: Record<string, (beats: Beats, managedPages: number) => number | undefined> = { earlyoom, psi };
