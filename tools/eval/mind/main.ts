// npm run eval -- mind: held-out questions to models and baselines, judged by the protocol; prints tables and writes a report.
import { writeFileSync } from "node:fs";
import type { Progress } from "../../lib/index.js";
import { type CommandTable, openTable } from "../../mind/table.js";
import { openWords, type Words } from "../../mind/words.js";
import { commitText, writeReport } from "../common/report-files.js";
import { mcnemar } from "../common/statistics.js";
import { table as printed } from "../common/table.js";
import { agreementText } from "./agreement.js";
import { type Both, runExecuted } from "./executed.js";
import { judge } from "./judge.js";
import { keywordRules } from "./keyword.js";
import { modelAnswerer, parsesIn } from "./model.js";
import { nearestQuestion } from "./nearest.js";
import { type MindOptions, parseMindOptions } from "./options.js";
import { formatQuery, madeQueries, readQueries } from "./queries.js";
import { documentOf } from "./report.js";
import { type Figures, figuresOf } from "./score.js";
import { FIGURES_HEAD, figuresRow } from "./text.js";
import type { Answer, Answerer, Judgement, Query } from "./types.js";

/** Validation questions that fit the baselines' confidence: other seeds than those that the trainer measures with. */
const FITTED = { seed: 7_000_001, states: 300, perState: 3 };

export interface Rated {
  name: string;
  about: string;
  judgements: Judgement[];
  figures: Figures;
}

export interface Comparison {
  subject: string;
  rival: string;
  onlySubject: number;
  onlyRival: number;
  p: number;
}

export interface Evaluation {
  options: MindOptions;
  /** where the questions come from, in words */
  source: string;
  rated: Rated[];
  comparisons: Comparison[];
  /** set-ups in the booted kernel, and commands that were run */
  ran?: { setUps: number; commands: number; seconds: number };
  /** the hosted engine beside the mind in the kernel */
  both?: Both;
}

export async function main(args: string[], progress: Progress): Promise<void> {
  const options = parseMindOptions(args);
  const words = await openWords();
  const own = options.where === "kernel" ? undefined : queriesOf(options, words);
  if (options.write !== undefined && own) {
    writeFileSync(options.write, own.map((query) => `${formatQuery(query)}\n`).join(""));
    console.log(`${own.length} questions in ${options.write}`);
    return;
  }
  const table = await openTable();
  const answerers = await answerersOf(options, words, table);
  try {
    const evaluation = own
      ? await simulated(options, own, answerers, progress)
      : await runExecuted(options, words, answerers, (query, command) => parsesIn(table, query, command), progress);
    await show(evaluation, args);
  } finally {
    for (const answerer of answerers) await answerer.close?.();
  }
}

function queriesOf(options: MindOptions, words: Words): Query[] {
  return options.queries === undefined ? madeQueries(words, options.split, options.seed, options.states, options.perState) : readQueries(options.queries);
}

/** Models first, then the baselines. */
async function answerersOf(options: MindOptions, words: Words, table: CommandTable): Promise<Answerer[]> {
  const opened: Answerer[] = [];
  try {
    for (const model of options.models) {
      opened.push(await modelAnswerer({ model, on: options.on, grammar: true }, table));
      if (options.noGrammar) opened.push(await modelAnswerer({ model, on: options.on, grammar: false }, table));
    }
  } catch (error) {
    for (const answerer of opened) await answerer.close?.();
    throw error;
  }
  const validation = madeQueries(words, "validation", FITTED.seed, FITTED.states, FITTED.perState);
  const keyword = keywordRules(0.5, (query, command) => parsesIn(table, query, command));
  const judged = await Promise.all(validation.map(async (query) => judge(query, await keyword.answer(query))));
  const share = judged.filter((j) => j.correct).length / judged.length;
  return [
    ...opened,
    keywordRules(share, (query, command) => parsesIn(table, query, command)),
    nearestQuestion(words, validation, (query, command) => parsesIn(table, query, command)),
  ];
}

async function simulated(options: MindOptions, queries: Query[], answerers: readonly Answerer[], progress: Progress): Promise<Evaluation> {
  const rated: Rated[] = [];
  for (const answerer of answerers) {
    progress.phase(answerer.name);
    const judgements: Judgement[] = [];
    for (const query of queries) {
      judgements.push(judge(query, await answerer.answer(query)));
      if (judgements.length % 20 === 0) progress.step(`${judgements.length} of ${queries.length}`);
    }
    rated.push({ name: answerer.name, about: answerer.about, judgements, figures: figuresOf(judgements) });
    progress.done();
  }
  const source = options.queries ?? `simulated states, split ${options.split}, seed ${options.seed}`;
  return { options, source, rated, comparisons: compare(rated) };
}

/** Each model against each baseline: questions that only one of them got right. */
export function compare(rated: readonly Rated[]): Comparison[] {
  const baselines = rated.slice(-2);
  const good = (j: Judgement) => j.verdict === "right" || j.verdict === "held back";
  return rated.slice(0, -2).flatMap((subject) =>
    baselines.map((rival) => {
      const pairs = subject.judgements.map((j, i) => [good(j), good(rival.judgements[i] as Judgement)]);
      const onlySubject = pairs.filter(([a, b]) => a && !b).length;
      const onlyRival = pairs.filter(([a, b]) => !a && b).length;
      return { subject: subject.name, rival: rival.name, onlySubject, onlyRival, p: mcnemar(onlySubject, onlyRival) };
    }),
  );
}

async function show(evaluation: Evaluation, args: string[]): Promise<void> {
  const { options, rated, comparisons, source, ran, both } = evaluation;
  const json = {
    source,
    ran,
    answerers: rated.map(({ name, about, figures }) => ({ name, about, ...figures })),
    comparisons,
    ...(both
      ? {
          inKernel: {
            ...both.agreement,
            states: both.pairs.map(({ query, hostedText, kernel }) => ({ id: query.id, hosted: hostedText, kernel: kernel.stateText, fault: kernel.fault })),
          },
        }
      : {}),
    answers: rated.map(({ name, judgements }) => ({
      name,
      list: judgements.map(({ query, answer, verdict, causeRight, executed }) => ({
        id: query.id,
        kind: query.kind,
        question: query.question,
        accepted: query.accepted,
        ...answer,
        verdict,
        causeRight,
        executed,
      })),
    })),
  };
  if (options.report !== undefined) writeReport(options.report, documentOf(evaluation, `npm run eval -- mind ${args.join(" ")}`, await commitText()), json);
  if (options.json) console.log(JSON.stringify(json));
  else {
    console.log(`${rated[0]?.figures.questions} questions about ${rated[0]?.figures.states} states: ${source}`);
    if (ran) console.log(`${ran.setUps} set-ups in the booted kernel, ${ran.commands} commands run, ${ran.seconds.toFixed(0)} s`);
    console.log(printed([FIGURES_HEAD, ...rated.map(figuresRow)]));
    if (both) console.log(agreementText(both.agreement));
    for (const c of comparisons) console.log(`${c.subject} against ${c.rival}: only it ${c.onlySubject}, only the rival ${c.onlyRival}, p ${c.p.toPrecision(2)}`);
  }
}

export type { Answer };
