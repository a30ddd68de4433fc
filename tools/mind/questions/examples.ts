// Seeded examples: a state, a question about it, and what is right. The trainer, the tokenizer and the evaluation take them from here.
import { Random } from "../../jobs/random.js";
import type { Words } from "../words.js";
import { augment, dress } from "./augment.js";
import type { Asked, Intent } from "./intents/index.js";
import { expandPhrase } from "./phrase.js";
import type { Split } from "./split.js";
import { type IntentTemplates, TEMPLATES } from "./templates.js";
import { isOpen } from "./world/facts.js";
import { makeState, SITUATIONS, type Situation } from "./world/make.js";
import type { State, World } from "./world/types.js";

export interface Example {
  split: Split;
  intent: string;
  /** observe, adjust, destroy, diagnose or refuse */
  area: string;
  /** the template of the question, as written */
  template: string;
  situation: string;
  state: State;
  /** what `ops` reads of it */
  encoded: string;
  question: string;
  cause: string;
  /** commands that are right; a word `*` stands for any. Empty: it is right to abstain */
  accepted: readonly string[];
  /** commands that are not wrong where it is right to abstain: they only look */
  tolerated: readonly string[];
  /** the answer that training aims at: `cause | command\n` or `unsure | need\n` */
  target: string;
}

/** Text of a question to `ops` (docs/decisions/0008-the-mind.md); the answer follows. */
export function promptOf(example: Pick<Example, "encoded" | "question">): string {
  return `${example.encoded}\n? ${example.question}\n> `;
}

export function worldOf(state: State, encoded: string, situation: string): World {
  const named = [...encoded.matchAll(/@[a-z0-9_-]*?[a-z_-]?:?(\d+)(?= |@|!|$)/g)].map((match) => Number(match[1]));
  const shown = named.flatMap((pid) => state.processes.find((p) => p.pid === pid) ?? []);
  const open = state.processes.filter(isOpen);
  return { state, situation, shown, open, openShown: shown.filter(isOpen) };
}

/** Splits, with the intents that each may draw from, by weight. */
class Drawing {
  readonly #among: readonly IntentTemplates[];
  readonly #sums: number[] = [];
  constructor(split: Split, areas?: readonly string[]) {
    this.#among = TEMPLATES.filter((t) => t.of[split].length > 0 && (areas === undefined || areas.includes(t.intent.area)));
    let sum = 0;
    for (const t of this.#among) {
      sum += t.intent.weight ?? 1;
      this.#sums.push(sum);
    }
  }
  draw(random: Random): IntentTemplates {
    const at = random.unit() * (this.#sums.at(-1) as number);
    return this.#among[this.#sums.findIndex((sum) => at < sum)] as IntentTemplates;
  }
}

/** A question of an intent in a world; null where it makes no sense there. */
export function askIn(
  world: World,
  templates: IntentTemplates,
  split: Split,
  random: Random,
): { question: string; template: string; asked: Asked /** values that this phrasing has */; named: string[] } | null {
  const asked = templates.intent.ask(world, random);
  if (!asked) return null;
  const phrase = random.pick(templates.of[split]);
  const plain = expandPhrase(phrase, asked.slots, random);
  const text = split === "train" ? augment(plain, Object.values(asked.slots), random) : plain;
  const named = phrase.slots.map((slot) => asked.slots[slot] as string).filter((value) => holds(plain, value));
  return { question: dress(text, random), template: phrase.text, asked, named };
}

/** Whether a value stands in a text by itself: an alternative may leave a slot out. */
function holds(text: string, value: string): boolean {
  const at = text.indexOf(value);
  return at >= 0 && !/[a-z0-9]/i.test(text[at - 1] ?? "") && !/[a-z0-9]/i.test(text[at + value.length] ?? "");
}

export function targetOf(asked: Asked): string {
  return asked.accepted.length > 0 ? `${asked.cause} | ${asked.accepted[0]}\n` : `unsure | ${asked.need ?? "detail"}\n`;
}

/** Share of an intent's questions that are asked where they fit. */
const FIT = 0.6;

/** Where a state drawn for no situation in particular would seldom fit, these are drawn as often as all. */
export const FITTING: Readonly<Record<string, readonly string[]>> = {
  "stop-leak": ["leak", "leak-slow", "growers", "warned", "leak-and-hog"],
  "memory-remedy": ["leak", "leak-slow", "growers", "warned", "low", "stalled", "leak-and-hog"],
  "memory-why": ["leak", "leak-slow", "growers", "warned", "low", "stalled"],
  "tame-hog": ["hog", "leak-and-hog"],
  "kill-hog": ["hog", "leak-and-hog"],
  "help-starving": ["starving"],
  starving: ["starving"],
  throttled: ["throttled"],
  "fragmentation-remedy": ["fragmented", "fragmented-low"],
  "fragmentation-why": ["fragmented", "fragmented-low"],
  "who-died": ["killed", "crashed"],
  "policy-trouble": ["ejected"],
  denice: ["niced"],
  responsive: ["crowd", "hog"],
  "slow-why": ["hog", "crowd", "starving", "throttled", "stalled"],
  "slow-remedy": ["hog", "crowd", "starving", "throttled", "stalled"],
};

/**
 * Examples of a split, without end where `count` is Infinity. The same seed gives the same ones.
 * @param options perState: questions about each state, 1 where absent; areas of intents, all where absent
 */
export function* examples(words: Words, seed: number, count: number, split: Split, options: { perState?: number; areas?: readonly string[] } = {}): Generator<Example> {
  const random = new Random(`mind/${split}/${seed}`);
  const drawing = new Drawing(split, options.areas);
  const perState = options.perState ?? 1;
  for (let made = 0; made < count; ) {
    // the first question's intent chooses the situation, the others are asked about the same state
    let templates = drawing.draw(random);
    const fitting = FITTING[templates.intent.name];
    const situation = (fitting && random.unit() < FIT ? random.pick(fitting) : random.pick(SITUATIONS)) as Situation;
    const state = makeState(situation, split, random);
    const encoded = words.encode(state);
    const world = worldOf(state, encoded, situation);
    for (let asked = 0; asked < perState && made < count; templates = drawing.draw(random)) {
      const result = askIn(world, templates, split, random);
      if (!result && asked === 0 && perState === 1) break;
      if (!result) continue;
      asked++;
      made++;
      yield exampleOf(result, { split, situation, state, encoded }, templates.intent);
    }
  }
}

export function exampleOf(
  result: { question: string; template: string; asked: Asked },
  where: Pick<Example, "split" | "situation" | "state" | "encoded">,
  intent: Intent,
): Example {
  const { question, template, asked } = result;
  return {
    ...where,
    intent: intent.name,
    area: intent.area,
    template,
    question,
    cause: asked.cause,
    accepted: asked.accepted,
    tolerated: asked.tolerated ?? [],
    target: targetOf(asked),
  };
}
