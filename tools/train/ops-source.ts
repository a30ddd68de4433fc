// The examples of tools/mind/questions as the trainer takes them: several questions about each state, any of them by its index.
import { Random } from "../jobs/random.js";
import { askIn, FITTING, targetOf, worldOf } from "../mind/questions/examples.js";
import { type IntentTemplates, TEMPLATES } from "../mind/questions/templates.js";
import { makeState, SITUATIONS, type Situation } from "../mind/questions/world/make.js";
import type { Words } from "../mind/words.js";
import type { Example, Question, Source, Split } from "./ops-data.js";

/** Questions about one state. */
const QUESTIONS = 8;
/** Share of an intent's questions that are asked where they fit, the rest anywhere: as in tools/mind/questions/examples.ts. */
const FIT = 0.6;

/** In training, every second question loses each of its words with this probability, but for what the answer repeats: no single word is to be relied on. */
const LOST = 0.12;

function thin(question: string, slots: Readonly<Record<string, string>>, random: Random): string {
  const kept = new Set(Object.values(slots).flatMap((value) => value.toLowerCase().split(" ")));
  const words = question.split(" ");
  const left = words.filter((word) => /\d/.test(word) || kept.has(word.toLowerCase().replace(/[.?!,]+$/, "")) || random.unit() >= LOST);
  return left.length > 0 ? left.join(" ") : question;
}

/** Of a training's first states so many have MANY exercises, the later ones FEW. */
const EARLY = 12_000;
const MANY = 4;
const FEW = 1;
/** Indices of a training begin at a multiple of this (ops-learn.ts). */
const INDICES = 100_000_000;

/**
 * Exercises in copying, which answers need all the time and which are learnt late where they are one word among many: the numbers of named processes
 * (`= tree hello`), or what a question names (`# kill 12 please`).
 */
function exercise(state: string, question: string, slots: readonly string[], random: Random): Question | null {
  if (slots.length > 0 && random.unit() < 0.5) return { question: `# ${question}`, answer: slots.join(" "), area: "exercise" };
  const named = [...state.matchAll(/@([^@ !]*?):?(\d+)(?= |@|!|$)/g)].map(([, name, pid]) => ({ name: name as string, pid: pid as string }));
  const single = named.filter(({ name }) => name !== "" && named.filter((other) => other.name === name).length === 1);
  if (single.length === 0) return null;
  const picked = Array.from({ length: random.whole(1, 3) }, () => random.pick(single));
  return { question: `= ${picked.map(({ name }) => name).join(" ")}`, answer: picked.map(({ pid }) => pid).join(" "), area: "exercise" };
}

/** Intents of a split by how often each is asked in a situation, as sums. */
class Odds {
  readonly #among: readonly IntentTemplates[];
  readonly #sums: number[] = [];

  constructor(split: Split, situation: Situation) {
    this.#among = TEMPLATES.filter((t) => t.of[split].length > 0);
    let sum = 0;
    for (const { intent } of this.#among) {
      const fitting = FITTING[intent.name];
      const often = !fitting ? 1 : 1 - FIT + (fitting.includes(situation) ? (FIT * SITUATIONS.length) / fitting.length : 0);
      sum += (intent.weight ?? 1) * often;
      this.#sums.push(sum);
    }
  }
  get sum(): number {
    return this.#sums.at(-1) as number;
  }
  draw(random: Random): IntentTemplates {
    const at = random.unit() * this.sum;
    return this.#among[this.#sums.findIndex((sum) => at < sum)] as IntentTemplates;
  }
}

/** Questions about simulated states; a situation comes as often as its questions are asked. */
export function questionSource(words: Words): Source {
  const odds = new Map<Split, { of: Map<Situation, Odds>; sums: number[] }>();
  const oddsOf = (split: Split) => {
    let known = odds.get(split);
    if (!known) {
      const of = new Map(SITUATIONS.map((situation) => [situation, new Odds(split, situation)]));
      let sum = 0;
      known = { of, sums: SITUATIONS.map((situation) => (sum += (of.get(situation) as Odds).sum)) };
      odds.set(split, known);
    }
    return known;
  };
  return {
    name: "tools/mind/questions",
    example(split: Split, index: number): Example {
      const random = new Random(`ops/${split}/${index}`);
      const { of, sums } = oddsOf(split);
      const at = random.unit() * (sums.at(-1) as number);
      const situation = SITUATIONS[sums.findIndex((sum) => at < sum)] as Situation;
      const state = makeState(situation, split, random);
      const encoded = words.encode(state);
      const world = worldOf(state, encoded, situation);
      const questions: Question[] = [];
      const exercises: Question[] = [];
      const wanted = split === "train" ? (index % INDICES < EARLY ? MANY : FEW) : 0;
      while (questions.length < QUESTIONS) {
        const templates = (of.get(situation) as Odds).draw(random);
        const result = askIn(world, templates, split, random);
        if (!result) continue;
        const question = split === "train" && random.unit() < 0.5 ? thin(result.question, result.asked.slots, random) : result.question;
        questions.push({ question, answer: targetOf(result.asked).trimEnd(), also: result.asked.accepted.slice(1), area: templates.intent.area });
        const more = exercises.length < wanted ? exercise(encoded, result.question, Object.values(result.asked.slots), random) : null;
        if (more) exercises.push(more);
      }
      return { state: encoded, questions: [...questions, ...exercises] };
    },
  };
}
