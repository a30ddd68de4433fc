// Figures of a list of judgements, as docs/evidence/mind-protocol.md defines them. Pure.
import { bootstrap, type Interval, quantile, wilson } from "../common/statistics.js";
import type { Judgement } from "./types.js";

export const BINS = 10;
const RESAMPLES = 2000;

export interface Rate {
  hits: number;
  of: number;
  share: number;
  /** 95 %, by drawing whole states */
  interval: Interval;
}

export interface Bin {
  low: number;
  high: number;
  count: number;
  /** mean confidence, and share of right answers */
  confidence: number;
  right: number;
}

export interface Figures {
  questions: number;
  states: number;
  /** commands offered ÷ questions that have a right command */
  actionable: Rate;
  /** right ÷ all: a right command, or abstaining where that is right */
  right: Rate;
  /** right commands ÷ questions that have one */
  rightCommands: Rate;
  /** right commands ÷ commands offered */
  precision: Rate;
  /** abstained ÷ questions where that is right */
  heldBack: Rate;
  /** abstained ÷ all */
  abstained: Rate;
  /** commands that the shell's parser takes ÷ commands */
  parses: Rate;
  causes: Rate;
  /** expected calibration error over BINS bins of equal width */
  ece: number;
  bins: Bin[];
  firstTokenMs: { median: number; p95: number } | undefined;
  answerMs: { median: number; p95: number } | undefined;
  tokensPerSecond: number | undefined;
}

/** @param judgements of one answerer; groups are drawn whole for the intervals */
export function figuresOf(judgements: readonly Judgement[]): Figures {
  const groups = [...new Set(judgements.map((j) => j.query.group))];
  const answerable = (j: Judgement) => j.query.accepted.length > 0;
  const offered = (j: Judgement) => j.verdict === "right" || j.verdict === "wrong" || j.verdict === "rash";
  const rate = (among: (j: Judgement) => boolean, hit: (j: Judgement) => boolean) => rateOf(judgements, among, hit);
  const times = judgements.flatMap((j) => j.answer.timing ?? []);
  const spread = (values: number[]) => (values.length === 0 ? undefined : { median: quantile(values, 0.5) as number, p95: quantile(values, 0.95) as number });
  const bins = binsOf(judgements);
  const decoding = times.filter((t) => t.tokens > 1 && t.totalMs > t.firstTokenMs);
  return {
    questions: judgements.length,
    states: groups.length,
    actionable: rate(answerable, offered),
    right: rate(
      () => true,
      (j) => j.verdict === "right" || j.verdict === "held back",
    ),
    rightCommands: rate(answerable, (j) => j.verdict === "right"),
    precision: rate(offered, (j) => j.verdict === "right"),
    heldBack: rate(
      (j) => !answerable(j),
      (j) => j.verdict === "held back",
    ),
    abstained: rate(
      () => true,
      (j) => j.answer.abstains || j.answer.command === "",
    ),
    parses: rate(
      (j) => j.answer.command !== "",
      (j) => j.answer.parses,
    ),
    causes: rate(
      (j) => j.causeRight !== undefined,
      (j) => j.causeRight === true,
    ),
    ece: bins.reduce((sum, bin) => sum + (bin.count / judgements.length) * Math.abs(bin.confidence - bin.right), 0),
    bins,
    firstTokenMs: spread(times.map((t) => t.firstTokenMs)),
    answerMs: spread(times.map((t) => t.totalMs)),
    tokensPerSecond:
      decoding.length === 0 ? undefined : (1000 * decoding.reduce((sum, t) => sum + t.tokens - 1, 0)) / decoding.reduce((sum, t) => sum + t.totalMs - t.firstTokenMs, 0),
  };
}

/** Wilson's interval where no unit has more than one question, else a bootstrap that draws units whole. */
function rateOf(judgements: readonly Judgement[], among: (j: Judgement) => boolean, hit: (j: Judgement) => boolean): Rate {
  const chosen = judgements.filter(among);
  const hits = chosen.filter(hit).length;
  const units = new Map<string, { hits: number; of: number }>();
  for (const j of chosen) {
    const unit = units.get(j.query.group) ?? { hits: 0, of: 0 };
    unit.of++;
    if (hit(j)) unit.hits++;
    units.set(j.query.group, unit);
  }
  const list = [...units.values()];
  const share = chosen.length === 0 ? Number.NaN : hits / chosen.length;
  if (list.length === chosen.length || hits === 0 || hits === chosen.length) return { hits, of: chosen.length, share, interval: wilson(hits, chosen.length) };
  const drawn = bootstrap(
    [list.map((_, i) => i)],
    (sample) => {
      let [of, got] = [0, 0];
      for (const i of sample) {
        of += list[i]?.of ?? 0;
        got += list[i]?.hits ?? 0;
      }
      return of === 0 ? undefined : got / of;
    },
    RESAMPLES,
  );
  return { hits, of: chosen.length, share, interval: drawn ?? wilson(hits, chosen.length) };
}

function binsOf(judgements: readonly Judgement[]): Bin[] {
  const bins = Array.from({ length: BINS }, (_, i) => ({ low: i / BINS, high: (i + 1) / BINS, of: [] as Judgement[] }));
  for (const j of judgements) bins[Math.min(BINS - 1, Math.max(0, Math.floor(j.answer.confidence * BINS)))]?.of.push(j);
  const mean = (list: Judgement[], value: (j: Judgement) => number) => (list.length === 0 ? 0 : list.reduce((sum, j) => sum + value(j), 0) / list.length);
  return bins.map(({ low, high, of }) => ({ low, high, count: of.length, confidence: mean(of, (j) => j.answer.confidence), right: mean(of, (j) => (j.correct ? 1 : 0)) }));
}
