// What every family draws from the protocol's ranges before its own shape begins: machine, intent, levels, ramp, noise, and the
// background processes that are there from the start.
import type { Episode } from "../types.js";
import { Actor, PAGES_PER_MIB, type Reservation } from "./actor.js";
import type { Draw } from "./draw.js";

export type Intent = "over" | "plain" | "hard";

/** Pages per millisecond of one MB/s. */
const MB_PER_S = PAGES_PER_MIB / 1000;
const RAMP = { low: 0.2 * MB_PER_S, high: 64 * MB_PER_S } as const;
const LEAST_RAMP_MS = 1_000;
const MOST_RAMP_MS = 600_000;

export interface Plan {
  draw: Draw;
  intent: Intent;
  totalPages: number;
  /** Pages of the background, held all the time. */
  basePages: number;
  /** Pages that the family's own processes touch together at the most. */
  peakPages: number;
  /** Growth of all of them together, pages per millisecond. */
  rate: number;
  holdMs: number;
  /** Processes for the family to use, 1 … 12. */
  processes: number;
  noise: number;
  reservation: Reservation;
  /** Whether it releases (or holds to the end) after its peak. */
  releases: boolean;
  /** When the family's own demand begins. */
  startMs: number;
  actors: Actor[];
  /** A new process that reserves as the plan says. */
  actor(startMs: number, peakPages: number): Actor;
}

export type Family = (plan: Plan) => void;

export function drawPlan(draw: Draw, intent: Intent): Plan & { compressPct: number } {
  const totalPages = draw.pick([64, 128, 256]) * PAGES_PER_MIB;
  const level = intent === "over" ? draw.between(1, 1.3) : intent === "plain" ? draw.between(0.6, 0.9) : draw.between(0.9, 0.97);
  const basePages = Math.round(totalPages * draw.between(0.05, 0.35));
  const peakPages = Math.round(totalPages * level) - basePages;
  let rate = 0;
  do rate = draw.log(RAMP.low, RAMP.high);
  while (peakPages / rate < LEAST_RAMP_MS || peakPages / rate > MOST_RAMP_MS);
  const noise = draw.between(0, 0.3);
  const reservation = draw.pick(["grows", "chunks", "start"] as const);
  const promise = draw.between(1, 1.5);
  const actors: Actor[] = [];
  const plan: Plan & { compressPct: number } = {
    draw,
    intent,
    totalPages,
    basePages,
    peakPages,
    rate,
    holdMs: draw.log(1_000, 120_000),
    processes: draw.whole(1, 12),
    noise,
    reservation,
    releases: draw.chance(0.5),
    startMs: 0,
    actors,
    compressPct: Math.round(draw.between(0, 90)),
    actor(startMs, peak) {
      const made = new Actor(draw, { startMs, reservation, promisedPages: peak * promise, noise });
      actors.push(made);
      return made;
    },
  };
  // The background: it reserves what it uses, loads at the highest ramp and stays.
  const background = draw.whole(1, 3);
  let readyMs = 0;
  for (let i = 0; i < background; i++) {
    const pages = Math.round(basePages / background);
    const actor = new Actor(draw, { startMs: 200 * i, reservation: "grows", noise });
    actor.ramp(pages, RAMP.high / background);
    readyMs = Math.max(readyMs, actor.nowMs);
    actors.push(actor);
  }
  plan.startMs = readyMs + draw.between(3_000, 12_000);
  return plan;
}

/** Hold or release after the peak, and end. A plan that is meant to run out holds. */
export function finish(plan: Plan, actor: Actor, share = 1): void {
  if (plan.releases && plan.intent !== "over") {
    actor.hold(plan.holdMs * share * 0.3);
    actor.set(actor.touched * plan.draw.between(0.1, 0.6));
    actor.hold(plan.holdMs * share * 0.7);
  } else actor.hold(plan.holdMs * share);
}

/** Close the episode: every process that still lives exits when the last one is done. */
export function closePlan(plan: Plan & { compressPct: number }, id: string, family: string, seed: number, beatMs: number): Episode {
  const endMs = Math.max(...plan.actors.map((actor) => actor.nowMs)) + 2_000;
  const processes = plan.actors.map((actor, i) => {
    const process = actor.process(i + 1);
    if (process.ops.at(-1)?.op !== "exit") {
      actor.waitUntil(endMs);
      actor.exit();
    }
    return process;
  });
  const { intent, basePages, peakPages, rate, holdMs, noise, reservation, totalPages, compressPct } = plan;
  return {
    id,
    family,
    totalPages,
    beatMs,
    compressPct,
    parameters: {
      seed,
      intent,
      level: round((basePages + peakPages) / totalPages),
      megabytesPerSecond: round(rate / MB_PER_S),
      holdSeconds: round(holdMs / 1000),
      noise: round(noise),
      reservation,
    },
    processes,
  };
}

const round = (value: number) => Math.round(value * 1000) / 1000;

/** Pages of the family's processes at which the machine is used to this share. */
export function closeTo(plan: Plan, share: number): number {
  return Math.max(plan.totalPages * share - plan.basePages, plan.totalPages * 0.05);
}
