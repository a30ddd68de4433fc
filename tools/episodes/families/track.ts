// What one process wants over time, as a row of levels, a beat each: drawn at random from a grammar of phases. A level is a number of
// pages before the family scales it. Not the processes that follow it (drawn.ts).
import { BEAT_MS } from "../protocol.js";
import type { Draw } from "./draw.js";

/** Longest track, and longest episode of tracks. */
export const MOST_BEATS = 6_000;
/** Phases of one track, repeats aside. */
const MOST_PHASES = 6;
/** Phases inside a repeat. */
const MOST_REPEATED = 3;

/** What the phases of a track are drawn for. */
export interface TrackPlan {
  /** Level to which the track tends. */
  peak: number;
  /** Usual growth, levels per millisecond. */
  rate: number;
  /** Usual length of a hold, ms. */
  holdMs: number;
}

type Phase = (track: Track) => void;

/** Levels so far, and the pen that adds to them. */
class Track {
  readonly levels: number[] = [];
  level = 0;

  constructor(
    readonly draw: Draw,
    readonly plan: TrackPlan,
  ) {}

  get full(): boolean {
    return this.levels.length >= MOST_BEATS;
  }

  /** Follow a curve from now on: the level after each share 0 … 1 of the time. */
  curve(ms: number, levelAt: (share: number) => number): void {
    const beats = Math.max(Math.round(ms / BEAT_MS), 1);
    for (let beat = 1; beat <= beats && !this.full; beat++) {
      this.level = Math.max(levelAt(beat / beats), 0);
      this.levels.push(this.level);
    }
  }

  hold(ms: number): void {
    const { level } = this;
    this.curve(ms, () => level);
  }
}

/** How the time of a way from 0 to 1 passes: evenly, ever faster, ever slower, or slow at both ends. */
function drawCurve(draw: Draw): (share: number) => number {
  const kind = draw.whole(0, 5);
  if (kind <= 1) return (share) => share;
  if (kind === 2) {
    const power = draw.log(1.3, 5);
    return (share) => share ** power;
  }
  if (kind === 3) {
    const power = draw.log(1.3, 5);
    return (share) => 1 - (1 - share) ** power;
  }
  if (kind === 4) {
    const bend = draw.log(0.5, 6) * (draw.chance(0.5) ? 1 : -1);
    return (share) => Math.expm1(bend * share) / Math.expm1(bend);
  }
  return (share) => share * share * (3 - 2 * share);
}

/** A way up, in one go or in steps. */
function drawRise(draw: Draw): Phase {
  const part = draw.between(0.1, 1);
  const pace = draw.log(0.3, 3);
  const curve = drawCurve(draw);
  const steps = draw.chance(0.3) ? draw.whole(2, 16) : 0;
  const quick = draw.between(0.05, 0.6);
  return (track) => {
    const from = track.level;
    const by = (track.plan.peak - from) * part * draw.between(0.8, 1.2);
    if (by <= 0) return;
    const ms = by / (track.plan.rate * pace);
    const stairs = (share: number) => {
      const at = share * steps;
      return (Math.floor(at) + Math.min((at - Math.floor(at)) / quick, 1)) / steps;
    };
    track.curve(ms, (share) => from + by * curve(steps > 0 ? Math.min(stairs(share), 1) : share));
  };
}

/** A way up that loses most of its pace, and creeps on. */
function drawStop(draw: Draw): Phase {
  const part = draw.between(0.5, 1);
  const creep = draw.chance(0.4) ? 0 : draw.log(0.01, 0.3);
  const ms = draw.log(2_000, 30_000);
  return (track) => {
    const from = track.level;
    const by = (track.plan.peak - from) * part;
    if (by > 0) track.curve(by / track.plan.rate, (share) => from + by * share);
    const { level } = track;
    track.curve(ms, (share) => level + track.plan.rate * creep * ms * share);
  };
}

function drawHold(draw: Draw): Phase {
  const part = draw.log(0.02, 1);
  return (track) => track.hold(Math.max(track.plan.holdMs * part * draw.between(0.7, 1.3), BEAT_MS));
}

function drawPause(draw: Draw): Phase {
  const ms = draw.log(200, 9_000);
  return (track) => track.hold(ms * draw.between(0.6, 1.4));
}

function drawRelease(draw: Draw): Phase {
  const left = draw.between(0, 0.95);
  const ms = draw.chance(0.6) ? BEAT_MS : draw.log(200, 8_000);
  return (track) => {
    const from = track.level;
    track.curve(ms, (share) => from * (1 - share * (1 - left)));
  };
}

/** Up and down around a level that drifts. */
function drawOscillation(draw: Draw): Phase {
  const waves: ((turn: number) => number)[] = [
    (turn) => Math.sin(turn * 2 * Math.PI),
    (turn) => 1 - 4 * Math.abs(turn - 0.5),
    (turn) => 2 * turn - 1,
    (turn) => 1 - 2 * turn,
    (turn) => (turn < 0.5 ? 1 : -1),
    (turn) => (turn < 0.85 ? (2 * turn) / 0.85 - 1 : 1 - (2 * (turn - 0.85)) / 0.15),
  ];
  const wave = draw.pick(waves);
  const depth = draw.log(0.01, 0.5);
  const periodMs = draw.log(600, 25_000);
  const cycles = draw.log(1, 14);
  const drift = draw.chance(0.5) ? 0 : draw.between(-0.2, 0.6);
  const grows = draw.chance(0.3) ? draw.between(-0.6, 1.5) : 0;
  return (track) => {
    const from = Math.max(track.level, track.plan.peak * 0.1);
    const first = wave(0);
    track.curve(periodMs * cycles, (share) => {
      const turn = (share * cycles) % 1;
      return from + track.plan.peak * drift * share + from * depth * (1 + grows * share) * (wave(turn) - first);
    });
  };
}

/** Straight pieces of any length, there and back. */
function drawWander(draw: Draw): Phase {
  const pieces = draw.whole(3, 14);
  const step = draw.log(0.02, 0.3);
  const lean = draw.between(-0.2, 0.7);
  const ms = draw.log(400, 6_000);
  return (track) => {
    for (let piece = 0; piece < pieces && !track.full; piece++) {
      const from = track.level;
      const to = from + track.plan.peak * step * (draw.between(-1, 1) + lean);
      track.curve(ms * draw.log(0.4, 2.5), (share) => from + (to - from) * share);
    }
  };
}

/** A lot at once, and back. */
function drawBurst(draw: Draw): Phase {
  const part = draw.log(0.05, 0.8);
  const upMs = draw.log(100, 4_000);
  const stayMs = draw.log(100, 5_000);
  const left = draw.chance(0.5) ? 0 : draw.between(0, 0.6);
  return (track) => {
    const from = track.level;
    const by = track.plan.peak * part * draw.between(0.7, 1.3);
    track.curve(upMs, (share) => from + by * share);
    track.hold(stayMs);
    track.curve(draw.log(100, 1_000), (share) => from + by * (1 - share * (1 - left)));
  };
}

/** The same phases again and again, each time to a peak that is higher, lower or the same. */
function drawRepeat(draw: Draw): Phase {
  const phases = Array.from({ length: draw.whole(2, MOST_REPEATED) }, () => draw.pick([drawRise, drawRise, drawPause, drawRelease, drawRelease, drawBurst, drawOscillation])(draw));
  const times = draw.whole(2, 7);
  const factor = draw.chance(0.3) ? 1 : draw.log(0.85, 1.5);
  return (track) => {
    const { peak } = track.plan;
    const first = factor > 1 ? factor ** (1 - times) : 1;
    for (let time = 0; time < times && !track.full; time++) {
      track.plan.peak = peak * first * factor ** time;
      for (const phase of phases) phase(track);
    }
    track.plan.peak = peak;
  };
}

const PHASES = [drawRise, drawRise, drawRise, drawStop, drawHold, drawPause, drawRelease, drawOscillation, drawWander, drawBurst, drawRepeat, drawRepeat];

/** A process's levels, a beat each. Begins with growth. */
export function drawTrack(draw: Draw, plan: TrackPlan): number[] {
  const track = new Track(draw, { ...plan });
  draw.pick([drawRise, drawRise, drawRepeat, drawStop, drawBurst, drawWander])(draw)(track);
  const phases = draw.whole(0, MOST_PHASES - 1);
  for (let phase = 0; phase < phases && !track.full; phase++) draw.pick(PHASES)(draw)(track);
  return track.levels;
}
