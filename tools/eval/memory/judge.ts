// One replayed episode, judged by the protocol: ceilings, verdicts of every policy and rule, and a picture of it. Pure.
import { AHEAD_MS, committedAt, demandOf, type Episode, foreseeable, indistinguishableFromMs, judgeAlarm, SEEN_MS, STRICT_SEEN_MS, type Verdict } from "../../episodes/index.js";
import type { Beats, Replay } from "../../sim/record.js";
import { RULES } from "./rivals.js";

/** Points of a picture at the most. */
const PICTURE_POINTS = 360;

export interface Judged {
  name: string;
  alarmMs: number | undefined;
  verdict: Verdict;
  leadMs: number | undefined;
  abstainedBeats: number;
  /** first answer that the kernel refused */
  fault: string | undefined;
}

export interface Picture {
  timeMs: number[];
  freePages: number[];
  /** of the first policy; empty where it was not kept */
  confidence: number[];
}

export interface EpisodeResult {
  id: string;
  family: string;
  totalPages: number;
  processes: number;
  endMs: number;
  oomMs: number | undefined;
  /** only where it ran out */
  foreseeable: boolean | undefined;
  /** the same by the stricter ceiling: growth seen for a second counts */
  foreseeableStrictly: boolean | undefined;
  /** only where it did not: when it began to look like one that does; undefined never */
  indistinguishableMs: number | undefined;
  /** which of AHEAD_MS: where it ran out, those at which that is foreseeable; else those at which it is not to be told from one that does */
  aheadMs: number[];
  /** pages free at the least */
  leastFreePages: number;
  judged: Judged[];
  picture: Picture;
}

/** touched + free at the beat of least free memory. */
function capacityOf(beats: Beats, touchedAt: (ms: number) => number): { capacity: number; least: number } {
  let at = 0;
  for (let i = 1; i < beats.count; i++) if ((beats.freePages[i] as number) < (beats.freePages[at] as number)) at = i;
  const least = beats.freePages[at] ?? 0;
  return { capacity: touchedAt(beats.timeMs[at] ?? 0) + least, least };
}

function pictureOf(replay: Replay): Picture {
  const { beats } = replay;
  const step = Math.max(1, Math.ceil(beats.count / PICTURE_POINTS));
  const picture: Picture = { timeMs: [], freePages: [], confidence: [] };
  const confidence = replay.tracks[0]?.confidence;
  for (let i = 0; i < beats.count; i += step) {
    picture.timeMs.push(Math.round(beats.timeMs[i] as number));
    picture.freePages.push(beats.freePages[i] as number);
    // The highest of the step: an alarm between two points must be seen.
    if (confidence) picture.confidence.push(Math.round(Math.max(...confidence.subarray(i, Math.min(i + step, beats.count))) * 1000) / 1000);
  }
  return picture;
}

/** Judge one replay, actions off. */
export function judge(episode: Episode, replay: Replay): EpisodeResult {
  const { beats, oomMs } = replay;
  const demand = demandOf(episode);
  const touchedAt = (ms: number) => demand.touched[Math.min(Math.floor(ms / 100), demand.touched.length - 1)] ?? 0;
  const { capacity, least } = capacityOf(beats, touchedAt);
  const judged = (name: string, alarmMs: number | undefined, abstainedBeats: number, fault: string | undefined): Judged => {
    const verdict = judgeAlarm(alarmMs, oomMs, alarmMs !== undefined && committedAt(episode, demand, alarmMs));
    return { name, alarmMs, verdict, leadMs: verdict === "hit" ? (oomMs as number) - (alarmMs as number) : undefined, abstainedBeats, fault };
  };
  return {
    id: episode.id,
    family: episode.family,
    totalPages: episode.totalPages,
    processes: episode.processes.length,
    endMs: replay.endMs,
    oomMs,
    foreseeable: oomMs === undefined ? undefined : foreseeable(demand, oomMs),
    foreseeableStrictly: oomMs === undefined ? undefined : foreseeable(demand, oomMs, STRICT_SEEN_MS),
    indistinguishableMs: oomMs === undefined ? indistinguishableFromMs(demand, capacity) : undefined,
    aheadMs: AHEAD_MS.filter((ms) => (oomMs === undefined ? indistinguishableFromMs(demand, capacity, ms) !== undefined : foreseeable(demand, oomMs, SEEN_MS, ms))),
    leastFreePages: least,
    judged: [
      ...replay.tracks.map((track) => judged(track.name, track.alarmsMs[0], track.abstainedBeats, track.fault)),
      ...Object.entries(RULES).map(([name, rule]) => judged(name, rule(beats, replay.managedPages), 0, undefined)),
    ],
    picture: pictureOf(replay),
  };
}
