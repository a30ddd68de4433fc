// The leave-one-family-out table of the report: what `npm run train -- memory` found when it trained the committed weights. Read, not
// worked out; in the report of a policy that was trained.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../lib/index.js";
import type { Block } from "../common/document.js";
import { share } from "./summary.js";
import { seconds, shareText } from "./text.js";

const fileOf = (policy: string) => `models/memory-${policy}-left-out.json`;

export interface LeftOutRates {
  foreseeable: number;
  hits: number;
  clear: number;
  falsePositives: number;
  medianLeadMs: number;
  excused: number;
  indistinguishable: number;
}

export interface LeaveOneOut {
  command: string;
  overall: LeftOutRates;
  families: { family: string; rates?: LeftOutRates }[];
}

export function leaveOneOutTable({ command, overall, families }: LeaveOneOut): Block[] {
  const row = (name: string, r: LeftOutRates | undefined) =>
    r === undefined
      ? [name, "-", "-", "-", "-"]
      : [name, shareText(share(r.hits, r.foreseeable)), shareText(share(r.falsePositives, r.clear)), seconds(r.medianLeadMs), `${r.excused}/${r.indistinguishable}`];
  return [
    { kind: "heading", text: "Leave one family out" },
    {
      kind: "paragraph",
      text: `Not of the episodes above, but of the families of training and validation: each is judged by a model that never saw it, with a threshold chosen on the others; in the last row with the one threshold that the weights have. Found by ${command}.`,
    },
    {
      kind: "table",
      head: ["left out", "recall of foreseeable OOMs", "false positives", "median lead", "alarms among the indistinguishable"],
      rows: [...families.map(({ family, rates }) => row(family, rates)), row("all", overall)],
    },
  ];
}

/** The table of the committed weights; nothing where the report is about another policy. */
export function leaveOneOutBlocks(policy: string): Block[] {
  const path = join(ROOT, fileOf(policy));
  return existsSync(path) ? leaveOneOutTable(JSON.parse(readFileSync(path, "utf8")) as LeaveOneOut) : [];
}
