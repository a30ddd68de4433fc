// The families that the network learns from. Each takes a plan and adds its processes; the protocol names them.
import { closeTo, type Family, finish, type Plan } from "./plan.js";

/** One program that never gives back, until it stops. */
const leak: Family = (plan) => {
  const actor = plan.actor(plan.startMs, plan.peakPages);
  actor.ramp(plan.peakPages, plan.rate);
  finish(plan, actor);
};

/** Several programs that fill what they set out to fill, side by side, each at its own pace. */
const arena: Family = (plan) => {
  const count = plan.processes;
  const shares = splitOf(plan, count);
  for (const share of shares) {
    const actor = plan.actor(plan.startMs + plan.draw.between(0, 3_000), plan.peakPages * share);
    actor.ramp(plan.peakPages * share, plan.rate * share * plan.draw.between(0.8, 1.25));
    finish(plan, actor);
  }
};

/** A garbage collector: it fills, collects, fills again. Meant to run out, what lives grows tooth by tooth. */
const sawtooth: Family = (plan) => {
  const actor = plan.actor(plan.startMs, plan.peakPages);
  const teeth = plan.draw.whole(3, 10);
  const height = plan.peakPages * plan.draw.between(0.25, 0.7);
  const rate = Math.max(plan.rate, height / 30_000);
  for (let tooth = 0; tooth < teeth; tooth++) {
    const part = (tooth + 1) / teeth;
    const peak = plan.intent === "over" ? height + (plan.peakPages - height) * part : plan.peakPages * (1 - plan.draw.between(0, 0.03));
    actor.ramp(peak, rate);
    actor.hold(plan.draw.between(0, 600));
    if (tooth < teeth - 1 || plan.intent !== "over") actor.set(peak - height * plan.draw.between(0.85, 1));
  }
  finish(plan, actor, 0.3);
};

/** A cache: it grows ever slower towards its size. */
const cache: Family = (plan) => {
  const actor = plan.actor(plan.startMs, plan.peakPages);
  // Three time constants lie between empty and nearly full; the rate is that of the beginning.
  const tau = plan.peakPages / plan.rate / 1.5;
  actor.follow(Math.min(5 * tau, 600_000), (ms) => plan.peakPages * (1 - Math.exp(-ms / tau)));
  actor.set(plan.peakPages);
  finish(plan, actor);
};

/** Steps up with pauses between them. */
const staircase: Family = (plan) => {
  const actor = plan.actor(plan.startMs, plan.peakPages);
  const steps = plan.draw.whole(4, 20);
  const pauseMs = plan.draw.log(500, 8_000);
  for (let step = 1; step <= steps; step++) {
    actor.ramp((plan.peakPages * step) / steps, plan.rate * 2);
    actor.hold(pauseMs * plan.draw.between(0.7, 1.3));
  }
  finish(plan, actor);
};

/** Bursts of children that fill, live for a while and end. Meant to run out, each burst is bigger than the one before. */
const forkburst: Family = (plan) => {
  const bursts = plan.draw.whole(2, 5);
  let startMs = plan.startMs;
  for (let burst = 1; burst <= bursts; burst++) {
    const size = plan.intent === "over" ? plan.peakPages * (0.5 + (0.5 * burst) / bursts) : plan.peakPages * plan.draw.between(0.9, 1);
    const children = Math.max(plan.processes, 2);
    let endMs = startMs;
    for (let child = 0; child < children; child++) {
      const actor = plan.actor(startMs + plan.draw.between(0, 1_000), size / children);
      actor.ramp(size / children, plan.rate / children);
      actor.hold(plan.draw.between(500, 3_000));
      endMs = Math.max(endMs, actor.nowMs);
    }
    // All end together, as a job's workers do.
    for (const actor of plan.actors.slice(-children)) {
      actor.waitUntil(endMs);
      actor.exit();
    }
    startMs = endMs + plan.draw.between(500, 8_000);
  }
};

/** Fill, let go, fill again: to the same kind of height, or at last beyond what there is. */
const refill: Family = (plan) => {
  const actor = plan.actor(plan.startMs, plan.peakPages);
  const fills = plan.draw.whole(1, 3);
  for (let fill = 1; fill <= fills; fill++) {
    const peak = fill === fills ? plan.peakPages : closeTo(plan, plan.draw.between(0.5, 0.95));
    actor.ramp(peak, plan.rate * plan.draw.between(0.7, 1.4));
    if (fill === fills) break;
    actor.hold(plan.holdMs / fills);
    actor.set(peak * plan.draw.between(0.05, 0.4));
    actor.hold(plan.draw.between(1_000, 10_000));
  }
  finish(plan, actor);
};

/** Programs that read in portion after portion: a quick piece, work, the next. */
const chunks: Family = (plan) => {
  const count = plan.draw.whole(1, 4);
  const portion = plan.peakPages / count / plan.draw.whole(5, 30);
  for (let i = 0; i < count; i++) {
    const actor = plan.actor(plan.startMs + plan.draw.between(0, 2_000), plan.peakPages / count);
    const most = plan.peakPages / count;
    const cycleMs = (portion * count) / plan.rate;
    for (let pages = portion; pages < most + portion; pages += portion) {
      const beganMs = actor.nowMs;
      actor.ramp(Math.min(pages, most), (3 * portion) / Math.max(cycleMs, 100));
      actor.waitUntil(beganMs + cycleMs * plan.draw.between(0.8, 1.2));
    }
    finish(plan, actor);
  }
};

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

/** A table that doubles: the new one is filled from the old one, which is then given back. */
const rehash: Family = (plan) => {
  const actor = plan.actor(plan.startMs, plan.peakPages);
  const rest = plan.actor(plan.startMs, plan.peakPages * 0.1);
  rest.ramp(plan.peakPages * 0.1, plan.rate);
  // While it copies, both tables stand: 1 and 2 parts of the last three.
  const last = (plan.peakPages * 0.9) / 1.5;
  for (let size = last / 2 ** plan.draw.whole(2, 4); size <= last; size *= 2) {
    actor.ramp(size * 1.5, plan.rate * 2);
    if (size === last && plan.intent === "over") break;
    actor.set(size);
    // Inserts fill it until it has to double again.
    actor.hold(Math.min((size / plan.rate) * plan.draw.between(0.5, 2), 60_000));
  }
  rest.waitUntil(actor.nowMs);
  finish(plan, actor, 0.5);
};

/** Load that goes up and down in straight pieces of any length, around a level that rises to the peak and stays. */
const swing: Family = (plan) => {
  const count = Math.min(plan.processes, 4);
  const riseMs = Math.min(plan.peakPages / plan.rate, 300_000);
  for (let i = 0; i < count; i++) {
    const most = plan.peakPages / count;
    const depth = plan.draw.between(0.02, 0.2);
    const actor = plan.actor(plan.startMs + plan.draw.between(0, 1_500), most);
    const endMs = actor.nowMs + riseMs + plan.holdMs;
    const beganMs = actor.nowMs;
    while (actor.nowMs < endMs) {
      const pieceMs = plan.draw.log(400, 6_000);
      const level = most * Math.min((actor.nowMs + pieceMs - beganMs) / riseMs, 1) * (1 - depth * plan.draw.next());
      actor.ramp(level, Math.max(Math.abs(level - actor.touched) / pieceMs, 0.02));
      actor.wait(plan.draw.between(0, 300));
    }
  }
};

/** Shares of a whole for `count` processes, none of them nothing. */
function splitOf(plan: Plan, count: number): number[] {
  const parts = Array.from({ length: count }, () => plan.draw.between(0.3, 1));
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.map((part) => part / sum);
}

export const TRAIN: Record<string, Family> = { leak, arena, sawtooth, cache, staircase, forkburst, refill, chunks, surge, batch, rehash, swing };
