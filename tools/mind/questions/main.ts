// npx tsx tools/mind/questions/main.ts [--split train] [--seed 1] [--count 20000] [--show 20] [--jsonl]: looks at the data of `ops`.
import { parseArgs } from "node:util";
import { ExitCode, runCommand, UsageError } from "../../lib/index.js";
import { openWords } from "../words.js";
import { examples, promptOf } from "./examples.js";
import { countExpansions } from "./phrase.js";
import { SPLITS, type Split } from "./split.js";
import { TEMPLATES } from "./templates.js";

const USAGE = `npx tsx tools/mind/questions/main.ts [--split train|validation|test] [--seed N] [--count N] [--show N] [--jsonl]
  statistics of the examples that the seed makes; --show prints some, --jsonl prints all as lines of JSON and nothing else.`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      split: { type: "string", default: "train" },
      seed: { type: "string", default: "1" },
      count: { type: "string", default: "20000" },
      show: { type: "string", default: "0" },
      jsonl: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return ExitCode.Ok;
  }
  const split = SPLITS.find((name) => name === values.split);
  const [seed, count, show] = [values.seed, values.count, values.show].map(Number) as [number, number, number];
  if (!split || ![seed, count, show].every((n) => Number.isSafeInteger(n) && n >= 0)) throw new UsageError("wrong options", { hint: USAGE });
  const words = await openWords();
  if (values.jsonl) {
    for (const example of examples(words, seed, count, split)) process.stdout.write(`${JSON.stringify(example)}\n`);
    return ExitCode.Ok;
  }
  report(words, seed, count, split, show);
  return ExitCode.Ok;
});

function report(words: Awaited<ReturnType<typeof openWords>>, seed: number, count: number, split: Split, show: number): void {
  const started = performance.now();
  const byIntent = new Map<string, number>();
  const byCause = new Map<string, number>();
  const byCommand = new Map<string, number>();
  const questions = new Set<string>();
  const bump = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  let promptBytes = 0;
  let pieces = 0;
  let shown = 0;
  for (const example of examples(words, seed, count, split)) {
    bump(byIntent, example.intent);
    bump(byCause, example.cause);
    bump(
      byCommand,
      example.target
        .split(" | ")[1]
        ?.replaceAll(/-?\d[\d.]*[MK%]?/g, "N")
        .trim() ?? "",
    );
    questions.add(example.question);
    promptBytes += Buffer.byteLength(promptOf(example));
    pieces += words.pieces;
    if (shown++ < show) console.log(`${promptOf(example)}${example.target}   [${example.intent}, ${example.situation}]`);
  }
  const seconds = (performance.now() - started) / 1000;
  const sorted = (map: Map<string, number>) => [...map].sort((a, b) => b[1] - a[1]).map(([name, n]) => `${name} ${n}`);
  const templates = (of: Split) => TEMPLATES.reduce((sum, t) => sum + t.of[of].length, 0);
  const texts = TEMPLATES.reduce((sum, t) => sum + t.of.train.reduce((inner, phrase) => inner + countExpansions(phrase.nodes), 0), 0);
  console.log(`${TEMPLATES.length} intents; templates: train ${templates("train")} (${texts} texts), validation ${templates("validation")}, test ${templates("test")}`);
  console.log(`${count} examples of ${split}, seed ${seed}: ${Math.round(count / seconds)} a second, ${questions.size} different questions`);
  console.log(`mean prompt ${(promptBytes / count).toFixed(0)} bytes, state ${(pieces / count).toFixed(1)} pieces`);
  console.log(`causes: ${sorted(byCause).join(", ")}`);
  console.log(`commands: ${byCommand.size}; ${sorted(byCommand).slice(0, 40).join(", ")}`);
  console.log(`rarest intents: ${sorted(byIntent).slice(-12).join(", ")}`);
}
