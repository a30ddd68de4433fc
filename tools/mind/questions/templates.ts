// The templates of each intent, parsed, in three parts: training's own, and the held-out ones, of which each third is validation's.
import { INTENTS, type Intent } from "./intents/index.js";
import { type Phrase, parsePhrase } from "./phrase.js";
import type { Split } from "./split.js";
import { SYNONYMS } from "./synonyms.js";

export interface IntentTemplates {
  intent: Intent;
  of: Readonly<Record<Split, readonly Phrase[]>>;
}

const lines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

export const TEMPLATES: readonly IntentTemplates[] = INTENTS.map((intent) => {
  const held = lines(intent.held).map((line) => parsePhrase(line, {}));
  return {
    intent,
    of: {
      train: lines(intent.train).map((line) => parsePhrase(line, SYNONYMS)),
      validation: held.filter((_, i) => i % 3 === 2),
      test: held.filter((_, i) => i % 3 !== 2),
    },
  };
});
