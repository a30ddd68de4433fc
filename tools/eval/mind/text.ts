// Figures as cells of tables. Pure.
import type { Rated } from "./main.js";
import type { Rate } from "./score.js";

const percent = (share: number) => (Number.isNaN(share) ? "-" : `${(share * 100).toFixed(1)} %`);

/** `83.1 % (79.0 … 86.8)` */
export function rateText(rate: Rate): string {
  if (rate.of === 0) return "-";
  return `${percent(rate.share)} (${(rate.interval.low * 100).toFixed(1)} … ${(rate.interval.high * 100).toFixed(1)})`;
}

export const FIGURES_HEAD = [
  "",
  "right",
  "right commands",
  "actionable",
  "precision",
  "held back",
  "abstained",
  "parses",
  "cause right",
  "ECE",
  "first token ms",
  "answer ms",
  "tokens/s",
];

export function figuresRow({ name, figures: f }: Rated): string[] {
  const ms = (time: { median: number } | undefined) => (time ? time.median.toFixed(1) : "-");
  return [
    name,
    rateText(f.right),
    rateText(f.rightCommands),
    rateText(f.actionable),
    percent(f.precision.share),
    percent(f.heldBack.share),
    percent(f.abstained.share),
    percent(f.parses.share),
    percent(f.causes.share),
    f.ece.toFixed(3),
    ms(f.firstTokenMs),
    ms(f.answerMs),
    f.tokensPerSecond?.toFixed(0) ?? "-",
  ];
}
