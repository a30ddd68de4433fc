// The templates of each intent, parsed, in three parts: training's (the intent's own, more.table.ts, third.table.ts), validation's, the test's (test.table.ts, test-second.table.ts).
import { INTENTS, type Intent } from "./intents/index.js";
import { MORE } from "./intents/more.table.js";
import { TEST } from "./intents/test.table.js";
import { TEST_SECOND } from "./intents/test-second.table.js";
import { THIRD } from "./intents/third.table.js";
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

export const TEMPLATES: readonly IntentTemplates[] = INTENTS.map((intent) => ({
  intent,
  of: {
    train: [...lines(intent.train), ...lines(MORE[intent.name] ?? ""), ...lines(THIRD[intent.name] ?? "")].map((line) => parsePhrase(line, SYNONYMS)),
    validation: lines(intent.held).map((line) => parsePhrase(line, {})),
    test: [...lines(TEST[intent.name] ?? ""), ...lines(TEST_SECOND[intent.name] ?? "")].map((line) => parsePhrase(line, {})),
  },
}));
