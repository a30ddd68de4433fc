// The same questions to the hosted engine and to the mind in the booted kernel: how often both say the same, and what the states that they read differ in. Pure.
import type { Block } from "../common/document.js";
import type { Heard } from "./asked.js";
import type { Answer, Query } from "./types.js";

/** A question with what both read and said. */
export interface Pair {
  query: Query;
  hosted: Answer;
  /** the state as the hosted engine read it */
  hostedText: string;
  kernel: Heard;
  /** the hosted engine with the text that the mind in the kernel read */
  replayed: Answer | undefined;
}

export interface Agreement {
  questions: number;
  /** reasons why the kernel gave no answer */
  faults: string[];
  /** of the answered ones: both read the same text, and gave the same command or none */
  sameText: number;
  sameAnswer: number;
  /** … of those with the same text */
  sameOfSameText: number;
  /** the hosted engine says the same where it reads the kernel's text */
  sameReplayed: number;
  /** what stands in one text and not in the other: fields by their tag, and in how many texts */
  fields: { field: string; texts: number }[];
}

/** What was offered: a command, or nothing. */
const offered = (answer: Answer) => (answer.abstains ? "" : answer.command);
const same = (a: Answer, b: Answer | undefined) => b !== undefined && a.command === b.command && a.abstains === b.abstains && a.cause === b.cause;

/** `f38` → `f`; a process by its name */
const fieldsOf = (text: string) => text.split(/ (?=[a-z])|(?=[@!/])/).map((field) => field.trim());
const tagOf = (field: string) => (field.startsWith("@") ? /^@[a-z_-]+/.exec(field)?.[0] : /^[!/]?[a-z]+/.exec(field)?.[0]) ?? field;

/** Tags of the fields that only one of two texts has. */
export function differing(a: string, b: string): Set<string> {
  const [left, right] = [machineAndProcesses(a), machineAndProcesses(b)];
  return new Set([...left.filter((field) => !right.includes(field)), ...right.filter((field) => !left.includes(field))].map(tagOf));
}

// A process is one field with everything behind it.
function machineAndProcesses(text: string): string[] {
  const [machine = "", ...rest] = text.split(/(?=[@!])/);
  return [...fieldsOf(machine), ...rest.map((part) => part.trim())].filter(Boolean);
}

export function agreementOf(pairs: readonly Pair[]): Agreement {
  const answered = pairs.filter(({ kernel }) => kernel.fault === "");
  const equal = answered.filter(({ hostedText, kernel }) => hostedText === kernel.stateText);
  const counts = new Map<string, number>();
  for (const { hostedText, kernel } of answered) for (const tag of differing(hostedText, kernel.stateText)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return {
    questions: pairs.length,
    faults: pairs.flatMap(({ kernel }) => (kernel.fault === "" ? [] : [kernel.fault])),
    sameText: equal.length,
    sameAnswer: answered.filter(({ hosted, kernel }) => same(hosted, kernel.answer)).length,
    sameOfSameText: equal.filter(({ hosted, kernel }) => same(hosted, kernel.answer)).length,
    sameReplayed: answered.filter(({ kernel, replayed }) => same(kernel.answer, replayed)).length,
    fields: [...counts].map(([field, texts]) => ({ field, texts })).sort((x, y) => y.texts - x.texts),
  };
}

const FIELDS_SHOWN = 12;
const PAIRS_SHOWN = 40;

/** One paragraph of figures, for a terminal and the report. */
export function agreementText(a: Agreement): string {
  const answered = a.questions - a.faults.length;
  const faults = a.faults.length === 0 ? "" : ` ${a.faults.length} were not answered: ${[...new Set(a.faults)].join("; ")}.`;
  return (
    `${answered} of ${a.questions} questions were answered by llmctl infer in the kernel.${faults} ` +
    `The same answer as hosted: ${a.sameAnswer}. Both read the states some time apart; the text of the state was the same in ${a.sameText}, of which ${a.sameOfSameText} had the same answer. ` +
    `Hosted, with the text that the mind in the kernel had read: the same answer in ${a.sameReplayed} of ${answered}.`
  );
}

/** The report's part. */
export function agreementBlocks(a: Agreement, pairs: readonly Pair[]): Block[] {
  const different = pairs.filter(({ hosted, kernel }) => kernel.fault === "" && !same(hosted, kernel.answer));
  return [
    { kind: "heading", text: "Asked in the kernel, and hosted" },
    { kind: "paragraph", text: `${agreementText(a)} Times in the kernel are of the virtual clock: a millisecond is a million instructions.` },
    {
      kind: "table",
      caption: "In how many questions a field of the state differed (docs/mind-state.md), a process by its name",
      head: ["field", "questions"],
      rows: a.fields.slice(0, FIELDS_SHOWN).map(({ field, texts }) => [field, String(texts)]),
    },
    {
      kind: "table",
      caption: `${different.length} answers that differ; ${Math.min(different.length, PAIRS_SHOWN)} are shown`,
      head: ["question", "hosted", "in the kernel", "accepted"],
      rows: different
        .slice(0, PAIRS_SHOWN)
        .map(({ query, hosted, kernel }) => [query.question, offered(hosted) || "unsure", offered(kernel.answer) || "unsure", query.accepted[0] ?? "abstain"]),
    },
  ];
}
