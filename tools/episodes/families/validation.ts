// The families on which architecture, stopping and the alarm threshold are chosen. None is in the training or the test set.
import { type Family, finish } from "./plan.js";

/** A queue that is not served: the growth itself grows. */
const surge: Family = (plan) => {
  const actor = plan.actor(plan.startMs, plan.peakPages);
  const doubleMs = plan.draw.log(2_000, 30_000);
  let rate = plan.rate / 8;
  while (actor.touched < plan.peakPages) {
    const next = Math.min(actor.touched + Math.max(rate * 500, 1), plan.peakPages);
    actor.ramp(next, rate);
    rate = Math.min(rate * 2 ** (500 / doubleMs), plan.rate * 4);
  }
  finish(plan, actor);
};

/** Jobs one after another, each with its own size; the biggest comes last or in between. */
const batch: Family = (plan) => {
  const jobs = plan.draw.whole(2, 5);
  const biggest = plan.intent === "over" ? jobs - 1 : plan.draw.whole(0, jobs - 1);
  let startMs = plan.startMs;
  for (let job = 0; job < jobs; job++) {
    const peak = job === biggest ? plan.peakPages : plan.peakPages * plan.draw.between(0.3, 0.8);
    const actor = plan.actor(startMs, peak);
    actor.ramp(peak, plan.rate * plan.draw.between(0.6, 1.6));
    actor.hold((plan.holdMs / jobs) * plan.draw.between(0.5, 1.5));
    if (job < jobs - 1) actor.exit();
    startMs = actor.nowMs + plan.draw.between(500, 5_000);
  }
};

/** Several programs that take and give back all the time, around a mean that drifts. */
const churn: Family = (plan) => {
  const count = Math.min(plan.processes, 5);
  const most = plan.peakPages / count;
  const riseMs = Math.min(plan.peakPages / plan.rate, 300_000);
  for (let i = 0; i < count; i++) {
    const actor = plan.actor(plan.startMs + plan.draw.between(0, 1_000), most);
    const wobble = plan.draw.between(0.02, 0.12);
    const periodMs = plan.draw.between(1_500, 9_000);
    const phase = plan.draw.between(0, 6.28);
    actor.follow(riseMs, (ms) => most * (1 - wobble) * (ms / riseMs) * (1 + (wobble / (1 - wobble)) * Math.sin(ms / (periodMs / 6.28) + phase)));
    actor.follow(plan.holdMs, (ms) => most * (1 - wobble + wobble * Math.sin((riseMs + ms) / (periodMs / 6.28) + phase)));
  }
};

/** A collector's teeth over another program's leak. */
const leakysaw: Family = (plan) => {
  const height = plan.peakPages * plan.draw.between(0.2, 0.5);
  const leaked = plan.peakPages - height;
  const leakMs = Math.min(leaked / plan.rate, 400_000);
  const leaker = plan.actor(plan.startMs, leaked);
  leaker.ramp(leaked, leaked / leakMs);
  const saw = plan.actor(plan.startMs + 500, height);
  const toothMs = plan.draw.between(2_000, 12_000);
  const endMs = leaker.nowMs + Math.min(plan.holdMs, 40_000);
  while (saw.nowMs < endMs) {
    saw.ramp(height * plan.draw.between(0.95, 1), height / toothMs);
    saw.set(height * plan.draw.between(0.05, 0.2));
  }
  leaker.waitUntil(endMs);
};

export const VALIDATION: Record<string, Family> = { surge, batch, churn, leakysaw };
