// The examples of tools/mind/questions as the trainer takes them: several questions about each state, any of them by its index.
import { Random } from "../jobs/random.js";
import { askIn, FITTING, targetOf, worldOf } from "../mind/questions/examples.js";
import { absentName, absentPid, bareName } from "../mind/questions/intents/pick.js";
import { type IntentTemplates, TEMPLATES } from "../mind/questions/templates.js";
import { situationOf } from "../mind/questions/world/facts.js";
import { makeState, SITUATIONS, type Situation } from "../mind/questions/world/make.js";
import { type Recorded, recordedStates } from "../mind/questions/world/recorded.js";
import type { Process, World } from "../mind/questions/world/types.js";
import { STATE_PIECES, type Words } from "../mind/words.js";
import type { Example, Question, Source, Split } from "./ops-data.js";

/** Questions about one state. */
const QUESTIONS = 8;
/** Share of an intent's questions that are asked where they fit, the rest anywhere: as in tools/mind/questions/examples.ts. */
const FIT = 0.6;

/** Training asks what is to be refused so much more often than the other splits. */
const REFUSALS = 1.3;

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
/** Share of states that were recorded in booted kernels, and of those that are written shorter, as for a long question. */
const RECORDED_SHARE = 0.12;
const SHORT_SHARE = 0.04;
const SHORT_PIECES = [28, 66] as const;

/**
 * Exercises in copying, which answers need all the time and which are learnt late where they are one word among many: what a question names
 * (`# kill 12 please`), the numbers of named processes (`= tree hello`), or which of some processes are there (`~ tree 12 soup`: + there, - not, P guarded).
 */
function exercise(world: World, question: string, named: readonly string[], random: Random): Question | null {
  const kind = random.unit();
  // A value may have lost a word to a slip.
  const said = question.toLowerCase();
  if (named.length > 0 && kind < 0.4 && named.every((value) => said.includes(value.toLowerCase()))) return { question: `# ${question}`, answer: named.join(" "), area: "exercise" };
  const nameOf = (p: Process) => bareName(p.name);
  const single = world.shown.filter((p) => world.state.processes.filter((other) => nameOf(other) === nameOf(p)).length === 1);
  if (single.length === 0) return null;
  if (kind < 0.75) {
    const picked = Array.from({ length: random.whole(1, 3) }, () => random.pick(single));
    return { question: `= ${picked.map(nameOf).join(" ")}`, answer: picked.map(({ pid }) => pid).join(" "), area: "exercise" };
  }
  const asked = Array.from({ length: random.whole(1, 4) }, (): [string, string] => {
    if (random.unit() < 0.45) return [random.unit() < 0.5 ? absentPid(world, random) : absentName(world, "train", random), "-"];
    const p = random.pick(random.unit() < 0.7 ? single : world.state.processes);
    const byName = random.unit() < 0.5 && single.includes(p);
    return [byName ? nameOf(p) : String(p.pid), p.guarded ? "P" : "+"];
  });
  return { question: `~ ${asked.map(([text]) => text).join(" ")}`, answer: asked.map(([, sign]) => sign).join(" "), area: "exercise" };
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
      sum += (intent.weight ?? 1) * often * (split === "train" && intent.area === "refuse" ? REFUSALS : 1);
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

/** Questions about simulated states, and some recorded ones; a situation comes as often as its questions are asked. */
export function questionSource(words: Words): Source {
  const all = recordedStates();
  const recorded = new Map<Split, Recorded[]>((["train", "validation"] as const).map((split) => [split, all.filter((one) => one.split === split)]));
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
      const kept = recorded.get(split) as Recorded[];
      const seen = random.unit() < RECORDED_SHARE ? random.pick(kept) : undefined;
      const at = random.unit() * (sums.at(-1) as number);
      const situation = seen ? situationOf(seen.state) : (SITUATIONS[sums.findIndex((sum) => at < sum)] as Situation);
      const state = seen?.state ?? makeState(situation, split, random);
      const pieces = split === "train" && random.unit() < SHORT_SHARE ? random.whole(...SHORT_PIECES) : STATE_PIECES;
      const encoded = words.encode(state, pieces);
      const world = worldOf(state, encoded, situation);
      // The encoder keeps what a question names.
      const withState = (question: Question): Question => {
        const own = words.encodeAgain(pieces, question.question);
        return own === encoded ? question : { ...question, state: own };
      };
      const questions: Question[] = [];
      const exercises: Question[] = [];
      const wanted = split === "train" ? (index % INDICES < EARLY ? MANY : FEW) : 0;
      while (questions.length < QUESTIONS) {
        const templates = (of.get(situation) as Odds).draw(random);
        const result = askIn(world, templates, split, random);
        if (!result) continue;
        const question = split === "train" && random.unit() < 0.5 ? thin(result.question, result.asked.slots, random) : result.question;
        const area = seen ? "recorded" : templates.intent.area;
        questions.push(withState({ question, answer: targetOf(result.asked).trimEnd(), also: result.asked.accepted.slice(1), area }));
        const more = exercises.length < wanted ? exercise(world, result.question, result.named, random) : null;
        if (more) exercises.push(withState(more));
      }
      return { state: encoded, questions: [...questions, ...exercises] };
    },
  };
}
