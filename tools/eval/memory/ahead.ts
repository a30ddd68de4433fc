// How far ahead an OOM could be warned of at all, by the protocol's own rules with x seconds in place of five, and what that would cost. No
// policy is in it: it bounds them all. Pure.
import { AHEAD_MS, LEAD_MS } from "../../episodes/index.js";
import type { Block } from "../common/document.js";
import { median } from "../common/statistics.js";
import type { EpisodeResult } from "./judge.js";
import { type Share, share } from "./summary.js";
import { seconds, shareText } from "./text.js";

export interface AheadRow {
  aheadMs: number;
  /** of the foreseeable OOMs, those that are foreseeable so far ahead */
  foreseeable: Share;
  /** of the non-OOM episodes that can be told at LEAD_MS, those that cannot be told from an OOM so far ahead */
  alike: Share;
}

export interface Ahead {
  rows: AheadRow[];
  /** median over the foreseeable OOMs of the most of AHEAD_MS at which they are foreseeable: no policy's median lead over all of them is longer by more than a step */
  medianMostMs: number | undefined;
}

export function aheadOf(results: readonly EpisodeResult[]): Ahead {
  const seen = results.filter((r) => r.oomMs !== undefined && r.foreseeable === true);
  const clear = results.filter((r) => r.oomMs === undefined && r.indistinguishableMs === undefined);
  const has = (of: readonly EpisodeResult[], ms: number) => share(of.filter((r) => r.aheadMs.includes(ms)).length, of.length);
  return {
    rows: AHEAD_MS.map((aheadMs) => ({ aheadMs, foreseeable: has(seen, aheadMs), alike: has(clear, aheadMs) })),
    medianMostMs: median(seen.map((r) => Math.max(LEAD_MS, ...r.aheadMs))),
  };
}

export const AHEAD_HEAD = ["so far ahead", "foreseeable, of the foreseeable OOMs", "not to be told, of the other non-OOM episodes"];
export const aheadRows = (a: Ahead) => a.rows.map((row) => [seconds(row.aheadMs), shareText(row.foreseeable), shareText(row.alike)]);
export const aheadText = (a: Ahead) =>
  `How far ahead at all: the protocol's two rules with other seconds in place of five. Half of the foreseeable OOMs are foreseeable ${seconds(a.medianMostMs)} ahead or more: a bound of any policy's median lead. What it costs is in the last column: each of these is a false alarm of a policy that warns its twin so far ahead.`;

export function aheadBlocks(a: Ahead): Block[] {
  return [
    { kind: "heading", text: "How far ahead at all" },
    { kind: "paragraph", text: aheadText(a) },
    { kind: "table", head: AHEAD_HEAD, rows: aheadRows(a) },
  ];
}
