// The families that the figures are made of. Nothing is tuned on them: not the network, not a threshold, not a rival.
import { closeTo, type Family, finish } from "./plan.js";

/** A server's sessions: load swells to its peak, with its ups and downs, and ebbs. */
const server: Family = (plan) => {
  const actor = plan.actor(plan.startMs, plan.peakPages);
  const riseMs = plan.peakPages / plan.rate;
  const swing = plan.draw.between(0.01, 0.06);
  const periodMs = plan.draw.between(2_000, 15_000);
  const wave = (ms: number) => swing * 0.5 * (Math.sin(ms / (periodMs / 6.28)) + Math.sin(ms / (periodMs / 16)));
  actor.follow(riseMs, (ms) => plan.peakPages * Math.max((ms / riseMs) * (1 - swing) + wave(ms) * (ms / riseMs), 0));
  actor.follow(plan.holdMs, (ms) => plan.peakPages * (1 - swing + wave(riseMs + ms)));
  if (plan.releases && plan.intent !== "over") actor.ramp(plan.peakPages * plan.draw.between(0.2, 0.6), plan.rate * 1.5);
};

/** Workers that each load their part of the data, starting one after another. */
const loader: Family = (plan) => {
  const count = plan.processes;
  const stagger = plan.draw.between(0, 2_000);
  for (let i = 0; i < count; i++) {
    const part = plan.peakPages / count;
    const actor = plan.actor(plan.startMs + stagger * i, part);
    actor.ramp(part, plan.rate / count);
    finish(plan, actor);
  }
};

/** A build: short-lived compilers, a few at a time, then one linker that grows to the peak. */
const build: Family = (plan) => {
  const jobs = plan.draw.whole(6, 24);
  const width = Math.min(plan.processes, 6);
  const job = (closeTo(plan, plan.draw.between(0.4, 0.8)) / width) * 0.9;
  const lanes = Array.from({ length: width }, () => plan.startMs);
  for (let i = 0; i < jobs; i++) {
    const lane = i % width;
    const size = job * plan.draw.between(0.3, 1);
    const actor = plan.actor(lanes[lane] as number, size);
    actor.ramp(size, Math.max(plan.rate, job / 4_000) / 2);
    actor.hold(plan.draw.between(200, 2_000));
    actor.exit();
    lanes[lane] = actor.nowMs + plan.draw.between(100, 600);
  }
  const linker = plan.actor(Math.max(...lanes) + 500, plan.peakPages);
  linker.ramp(plan.peakPages, plan.rate);
  finish(plan, linker);
};

/** A managed heap: collected when full, grown by a half when too little came back, up to its maximum. */
const heap: Family = (plan) => {
  const actor = plan.actor(plan.startMs, plan.peakPages);
  let size = plan.peakPages * plan.draw.between(0.15, 0.4);
  let live = size * plan.draw.between(0.2, 0.5);
  const growth = plan.draw.between(1.05, 1.4);
  const settled = plan.draw.whole(2, 8);
  for (let cycle = 0, full = 0; cycle < 60 && full < settled; cycle++) {
    actor.ramp(size, Math.max(plan.rate, (size - live) / 40_000));
    if (size >= plan.peakPages) {
      full++;
      if (plan.intent === "over") break;
    }
    actor.set(live * plan.draw.between(0.95, 1.05));
    actor.wait(plan.draw.between(0, 300));
    live = Math.min(live * growth, plan.peakPages * 0.75);
    if (live > size * 0.55) size = Math.min(size * 1.5, plan.peakPages);
  }
  finish(plan, actor, 0.3);
};

/** A browser: tab after tab, each fills quickly and stays; now and then one is closed. */
const tabs: Family = (plan) => {
  const count = plan.draw.whole(5, 12);
  const gapMs = plan.draw.log(800, 10_000);
  const size = plan.peakPages / count;
  let startMs = plan.startMs;
  for (let i = 0; i < count; i++) {
    if (plan.draw.chance(0.15)) {
      const passing = plan.actor(startMs, size * 0.6);
      passing.ramp(size * 0.6, plan.rate * 1.5);
      passing.hold(plan.draw.between(500, 4_000));
      passing.exit();
      startMs = passing.nowMs + 300;
    }
    const actor = plan.actor(startMs, size);
    actor.ramp(size, plan.rate * 1.5);
    startMs = actor.nowMs + gapMs * plan.draw.between(0.5, 1.5);
    actor.hold(plan.holdMs);
  }
};

/** A database: its pool fills ever slower; big sorts come and go on top of it. */
const database: Family = (plan) => {
  const sort = plan.peakPages * plan.draw.between(0.1, 0.3);
  const pool = plan.peakPages - sort;
  const keeper = plan.actor(plan.startMs, pool);
  const tau = pool / plan.rate / 1.5;
  const fillMs = Math.min(5 * tau, 500_000);
  const endMs = plan.startMs + fillMs + Math.min(plan.holdMs, 60_000);
  keeper.follow(fillMs, (ms) => pool * (1 - Math.exp(-ms / tau)));
  keeper.hold(Math.max(endMs - keeper.nowMs, 0));
  const sorter = plan.actor(plan.startMs + plan.draw.between(1_000, 6_000), sort);
  while (sorter.nowMs < endMs - 2_000) {
    const last = sorter.nowMs > endMs - 25_000;
    const size = sort * (last ? 1 : plan.draw.between(0.4, 1));
    sorter.ramp(size, Math.max(plan.rate, size / 15_000));
    sorter.hold(plan.draw.between(200, 3_000));
    sorter.set(size * 0.05);
    sorter.wait(plan.draw.between(1_000, 12_000));
  }
};

export const TEST: Record<string, Family> = { server, loader, build, heap, tabs, database };
