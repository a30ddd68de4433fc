// Baseline 2: the nearest of the training questions by TF-IDF, whose command is refilled with this question's numbers and this state's processes.
// Salton and Buckley 1988 for the weights (1 + ln tf) × ln(N ÷ df), cosine.

import { type Calibration, calibrated, fitCalibration } from "../../mind/calibrate.js";
import { examples } from "../../mind/questions/examples.js";
import { bareName } from "../../mind/questions/intents/pick.js";
import { isOpen } from "../../mind/questions/world/facts.js";
import type { State } from "../../mind/questions/world/types.js";
import type { Words } from "../../mind/words.js";
import { matches } from "./judge.js";
import { read } from "./keyword.js";
import type { Answer, Answerer, Query } from "./types.js";

const TRAINING_QUESTIONS = 20_000;
const SEED = 1;

interface Known {
  question: string;
  target: string;
  state: State;
}

/** Words of a question, and pairs of neighbours; numbers and the names of processes are one word each. */
function terms(question: string, state: State): string[] {
  const names = new Set(state.processes.filter(isOpen).map((p) => bareName(p.name)));
  const words = (question.toLowerCase().match(/[a-z_-]+|\/\w*|\d[\d.]*/g) ?? []).map((word) => (/^\d/.test(word) ? "#" : names.has(word) ? "@" : word));
  return [...words, ...words.slice(1).map((word, i) => `${words[i]} ${word}`)];
}

export class Nearest {
  readonly #known: Known[] = [];
  readonly #inverse = new Map<string, number>();
  readonly #index = new Map<string, { at: number; weight: number }[]>();

  constructor(words: Words, count = TRAINING_QUESTIONS) {
    const documents: string[][] = [];
    const seen = new Set<string>();
    for (const { question, target, state } of examples(words, SEED, count, "train")) {
      const list = terms(question, state);
      const key = `${list.join(" ")}|${target}`;
      if (seen.has(key)) continue;
      seen.add(key);
      this.#known.push({ question, target, state });
      documents.push(list);
    }
    for (const list of documents) for (const term of new Set(list)) this.#inverse.set(term, (this.#inverse.get(term) ?? 0) + 1);
    for (const [term, df] of this.#inverse) this.#inverse.set(term, Math.log(documents.length / df));
    documents.forEach((list, at) => {
      for (const [term, weight] of this.#vector(list)) {
        const rows = this.#index.get(term) ?? [];
        rows.push({ at, weight });
        this.#index.set(term, rows);
      }
    });
  }

  get size(): number {
    return this.#known.length;
  }

  #vector(list: readonly string[]): Map<string, number> {
    const counts = new Map<string, number>();
    for (const term of list) if (this.#inverse.has(term)) counts.set(term, (counts.get(term) ?? 0) + 1);
    let length = 0;
    for (const [term, count] of counts) {
      const weight = (1 + Math.log(count)) * (this.#inverse.get(term) as number);
      counts.set(term, weight);
      length += weight * weight;
    }
    const norm = Math.sqrt(length) || 1;
    for (const [term, weight] of counts) counts.set(term, weight / norm);
    return counts;
  }

  /** The command of the nearest question, refilled; its cosine. */
  answer(query: Query): { command: string; cosine: number; cause: string } {
    const scores = new Map<number, number>();
    for (const [term, weight] of this.#vector(terms(query.question, query.state)))
      for (const row of this.#index.get(term) ?? []) scores.set(row.at, (scores.get(row.at) ?? 0) + weight * row.weight);
    let [best, cosine] = [-1, 0];
    for (const [at, score] of scores) if (score > cosine) [best, cosine] = [at, score];
    const known = this.#known[best];
    if (!known) return { command: "", cosine: 0, cause: "unsure" };
    const [cause, tail] = known.target.trim().split(" | ") as [string, string];
    return { command: cause === "unsure" ? "" : refill(tail, known, query), cosine, cause };
  }
}

/** The neighbour's command with what this question and this state have in place of what its own had. */
export function refill(command: string, known: Known, query: Query): string {
  const [theirs, ours] = [read({ ...query, question: known.question, state: known.state }), read(query)];
  const suspects = (state: State) =>
    state.processes
      .filter(isOpen)
      .toSorted((a, b) => b.growthKibPerSecond / (state.managedKib / 60) + b.cpuPpm / 1e6 - (a.growthKibPerSecond / (state.managedKib / 60) + a.cpuPpm / 1e6));
  return command
    .split(" ")
    .map((word) => {
      if (word === theirs.size && ours.size) return ours.size;
      if (word === theirs.policy && ours.policy) return ours.policy;
      if (word === theirs.program && ours.program) return ours.program;
      if (word === `${theirs.percent}%` && ours.percent) return `${ours.percent}%`;
      if (word === theirs.decimal && ours.decimal) return ours.decimal;
      if (!/^-?\d+$/.test(word)) return word;
      const place = theirs.numbers.indexOf(word);
      if (place >= 0) return ours.numbers[place] ?? word;
      const process = known.state.processes.find((p) => p.pid === Number(word));
      if (!process) return word;
      if (theirs.process === process && ours.process) return String(ours.process.pid);
      return String(suspects(query.state)[0]?.pid ?? word);
    })
    .join(" ");
}

/** The baseline with its confidence fitted on validation's questions, as the model's is. */
export function nearestQuestion(words: Words, validation: readonly Query[], parses: (query: Query, command: string) => boolean): Answerer {
  const nearest = new Nearest(words);
  const judged = validation.map((query) => {
    const { command, cosine } = nearest.answer(query);
    const answerable = query.accepted.length > 0;
    return { probability: cosine, right: answerable ? matches(command, query.accepted) : command === "" || matches(command, query.tolerated), answerable, offered: command !== "" };
  });
  const calibration: Calibration = fitCalibration(judged);
  return {
    name: "nearest question",
    about: `TF-IDF over ${nearest.size} training questions, command refilled`,
    async answer(query): Promise<Answer> {
      const { command, cosine, cause } = nearest.answer(query);
      const confidence = calibrated(cosine, calibration);
      return { command, cause, confidence, abstains: command === "" || confidence < calibration.threshold, parses: command === "" || parses(query, command) };
    },
  };
}
