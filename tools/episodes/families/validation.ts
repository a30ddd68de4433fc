// The families on which architecture, stopping and the alarm threshold are chosen. None is in the training or the test set.
import { type Family, finish } from "./plan.js";

/** Stages that start one after another, each growing while the ones before still do; early ones end before the last has grown. */
const pipeline: Family = (plan) => {
  const stages = plan.draw.whole(2, 5);
  const growMs = plan.peakPages / plan.rate;
  for (let stage = 0; stage < stages; stage++) {
    const most = (plan.peakPages / stages) * plan.draw.between(0.95, 1);
    const actor = plan.actor(plan.startMs + (growMs * stage) / (2 * stages), most);
    actor.ramp(most, ((2 * plan.rate) / stages) * plan.draw.between(0.7, 1.3));
    finish(plan, actor);
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

export const VALIDATION: Record<string, Family> = { pipeline, churn, leakysaw };
