// Questions as tokens: what the trainer learns from, group by group, each drawn from its own seed, so that any part of a training can be made again.
import type { Vocabulary } from "./bpe-vocabulary.js";
import type { Branch, Group } from "./ops-batch.js";

/** A question about a state and the line that answers it. */
export interface Question {
  question: string;
  /** `<cause> | <command>` or `unsure | <need>`, without the end of the line. */
  answer: string;
  /** Other lines that are right too. */
  also?: readonly string[];
  /** What it is about, for the figures. */
  area: string;
  /** The state's text where this question has another one: the encoder keeps what it names. */
  state?: string;
}

/** A state and what is asked about it. */
export interface Example {
  state: string;
  questions: readonly Question[];
}

export type Split = "train" | "validation";

/** Tokens of state and question together: kernel-as/mind/ask.ts. */
export const PROMPT_TOKENS = 96;

/** Where examples come from: the same split and index, the same example. */
export interface Source {
  readonly name: string;
  example(split: Split, index: number): Example;
}

/** What stands before the answer (docs/decisions/0008-the-mind.md). */
export function promptOf(state: string, question: string): string {
  return `${state}\n? ${question}\n> `;
}

/** Tokens of a prompt, as the engine feeds them. */
export function promptTokens(vocabulary: Vocabulary, state: string, question: string): number[] {
  return [vocabulary.bos, ...vocabulary.encode(promptOf(state, question))];
}

/** Tokens of an answer, its end of line and the end. */
export function answerTokens(vocabulary: Vocabulary, answer: string): number[] {
  return [...vocabulary.encode(`${answer}\n`), vocabulary.eos];
}

/**
 * The example without those questions that are longer than a prompt may be, or with their answer than the context: the mind would shorten the state for
 * them, which the source does by itself now and then.
 */
export function fitting(vocabulary: Vocabulary, example: Example, context: number): Example {
  const fits = ({ question, answer, state = example.state }: Question) => {
    const tokens = promptTokens(vocabulary, state, question).length;
    return tokens <= PROMPT_TOKENS && tokens + answerTokens(vocabulary, answer).length <= context;
  };
  return { ...example, questions: example.questions.filter(fits) };
}

/** An example parted so that all questions of a part have one text of the state. */
export function byState({ state, questions }: Example): Example[] {
  const texts = [...new Set(questions.map((one) => one.state ?? state))];
  return texts.map((text) => ({ state: text, questions: questions.filter((one) => (one.state ?? state) === text) }));
}

/** A part of an example in tokens, at least one question; what all prompts have in common of the state is its prefix. */
export function groupOf(vocabulary: Vocabulary, { state, questions }: Example): Group {
  const whole = questions.map(({ question, answer }) => ({ prompt: promptTokens(vocabulary, state, question), answer: answerTokens(vocabulary, answer) }));
  const first = whole[0]?.prompt ?? [];
  const most = vocabulary.encode(`${state}\n`).length + 1;
  let shared = 1;
  while (shared < most && whole.every(({ prompt }) => shared < prompt.length - 1 && prompt[shared] === first[shared])) shared++;
  return {
    prefix: first.slice(0, shared),
    branches: whole.map(({ prompt, answer }): Branch => ({ tokens: [...prompt.slice(shared), ...answer], answerFrom: prompt.length - shared })),
  };
}
