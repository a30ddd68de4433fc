// What the learned policies share: an answer that says nothing yet, what a person reads beside the confidence, and the confidence that a
// model's answer stands for. Pure; writes the output buffer of exports.ts.
import { Abstained, Advice } from "../../abi/numbers";
import { decision, sample } from "./exports";
import { least, most, ramp } from "./ramp";

/** Fewer samples than this: too early to say anything. */
export const LEAST_ROWS: i32 = 8;

/** Nothing is said, for want of samples. */
export function sayNothing(): void {
  const out = decision();
  out.confidence = 0.0;
  out.timeToExhaustionMs = -1.0;
  out.exhaustion = 0.0;
  out.scarcity = 0.0;
  out.fragmentation = 0.0;
  out.failures = 0.0;
  out.slopePagesPerSecond = 0.0;
  out.advice = Advice.None;
  out.abstained = Abstained.FewSamples;
}

/** What a person reads beside the confidence; no model does. */
export function describe(rows: i32): void {
  const out = decision();
  const newest = rows - 1;
  const managed = <f64>sample(newest).managedPages;
  const free = least(<f64>sample(newest).freePages, managed);
  const first = max(newest - 20, 0);
  const ns = <i64>(sample(newest).timeNs - sample(first).timeNs);
  const slope = (free - <f64>sample(first).freePages) / least(most(<f64>ns * 1e-9, 0.001), 3600.0);
  out.slopePagesPerSecond = slope;
  out.scarcity = ramp(free / managed, 0.15, 0.02);
  out.fragmentation = least(<f64>sample(newest).fragmentationPpm * 1e-6, 1.0);
  if (slope < 0.0) {
    const seconds = free / -slope;
    out.exhaustion = 60.0 / (60.0 + seconds);
    if (seconds < 600.0) out.timeToExhaustionMs = seconds * 1000.0;
  }
}

/** Say a model's answer. One that is no number says nothing: the policy goes on abstaining. @param over its answer, less the alarm threshold */
export function sayAnswer(over: f64): void {
  if (!(over > -1e6 && over < 1e6)) return;
  const out = decision();
  out.abstained = Abstained.No;
  // 0.8 where the answer is at the alarm threshold; 1 and 0 far from it.
  out.confidence = over >= 0.0 ? 0.8 + (0.2 * over) / (1.0 + over) : 0.8 / (1.0 - over);
  out.advice = out.confidence >= 0.8 ? Advice.Reduce : out.confidence >= 0.6 ? Advice.Watch : Advice.None;
}
