// npm run eval -- mind-reference: the mind's engine against llama.cpp on SmolLM2: tokens of seeded text (tokens.ts), and logits in every weight type (logits.ts).
// Fails where a bound is broken. Writes docs/evidence/mind-reference.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ExitCode, type ExitStatus, type Progress, ROOT, UsageError } from "../../lib/index.js";
import { readGguf, writeGguf } from "../../mind/gguf.js";
import { findModel, MODELS } from "../../mind/models.js";
import type { WeightType } from "../../mind/quantise.js";
import { requantise } from "../../mind/requantise.js";
import { someTexts } from "../../mind/texts.js";
import { commitText } from "../common/report-files.js";
import { type Figures, figures, type LogitRow, type TokenRow } from "./figures.js";
import { compareLogits } from "./logits.js";
import { isClose, report } from "./report.js";
import { asPieces, bare, compareTokens, staleDigests } from "./tokens.js";

export const MIND_REFERENCE_USAGE = `npm run eval -- mind-reference [--part tokens|logits] [--lines 10000] [--seed 1] [--report DIR] [--json]
  the mind's engine against llama.cpp (npm's node-llama-cpp): tokens of seeded lines in five tokenizers, logits of SmolLM2 in five weight types. --part does one of them, and keeps
  the other one's figures of the report.`;

const TYPES: WeightType[] = ["F32", "F16", "Q8_0", "Q4_0", "Q4_1"];

/** The part of the last report's figures that this run does not make. @throws UsageError where it has another form than now's */
function keptFigures(path: string, part: string, seed: number): Figures {
  const none: Figures = { seed, commits: { tokens: "", logits: "" }, tokens: [], logits: [] };
  if (part === "" || !existsSync(path)) return none;
  const read = figures.safeParse({ ...(JSON.parse(readFileSync(path, "utf8")) as object), [part]: [] });
  if (!read.success) throw new UsageError(`${path} has another form than figures have now`, { hint: "leave --part out" });
  return read.data;
}

/** Runs it. Failed where a bound is broken. */
export async function main(args: string[], progress: Progress): Promise<ExitStatus> {
  let values: { lines: string; seed: string; report: string; json: boolean; part: string };
  try {
    ({ values } = parseArgs({
      args,
      options: {
        lines: { type: "string", default: "10000" },
        seed: { type: "string", default: "1" },
        report: { type: "string", default: join(ROOT, "docs", "evidence", "mind-reference") },
        json: { type: "boolean", default: false },
        part: { type: "string", default: "" },
      },
    }));
  } catch (cause) {
    throw new UsageError((cause as Error).message, { hint: MIND_REFERENCE_USAGE, cause });
  }
  const [lines, seed] = [Number(values.lines), Number(values.seed)];
  if (!Number.isInteger(lines) || lines < 1 || !Number.isInteger(seed)) throw new UsageError("--lines and --seed are whole numbers", { hint: MIND_REFERENCE_USAGE });
  if (!["", "tokens", "logits"].includes(values.part)) throw new UsageError(`--part ${values.part} is none`, { hint: MIND_REFERENCE_USAGE });
  const kept = join(values.report, "figures.json");
  const before = keptFigures(kept, values.part, seed);
  const folder = join(MODELS, "reference");
  mkdirSync(folder, { recursive: true });
  const published = findModel("smollm2");
  const source = readGguf(published);
  const tell = (text: string) => progress.step(text);
  progress.phase("llama.cpp");

  const tokens: TokenRow[] = values.part === "logits" ? before.tokens : [];
  const texts = someTexts(lines, seed);
  for (const pre of values.part === "logits" ? [] : ["smollm", "gpt-2", "llama-bpe", "default", "SentencePiece"]) {
    const path = join(folder, `tokenizer-${pre}.gguf`);
    writeGguf(path, pre === "SentencePiece" ? asPieces(source) : bare(source, pre));
    tokens.push(await compareTokens(pre, path, texts, tell));
  }
  const stale = values.part === "logits" ? [] : await staleDigests(join(folder, "small.gguf"), tell);
  const logits: LogitRow[] = values.part === "tokens" ? before.logits : [];
  for (const type of values.part === "tokens" ? [] : TYPES) {
    const path = type === "Q4_1" ? published : join(folder, `smollm2-${type.toLowerCase()}.gguf`);
    tell(`${type}: weights`);
    if (!existsSync(path)) writeGguf(path, requantise(source, type));
    logits.push(...(await compareLogits(type, path, tell)));
  }
  progress.done();

  const commit = await commitText();
  const commits = { tokens: values.part === "logits" ? before.commits.tokens : commit, logits: values.part === "tokens" ? before.commits.logits : commit };
  const all: Figures = { seed, commits, tokens, logits };
  const text = report(all);
  mkdirSync(values.report, { recursive: true });
  writeFileSync(join(values.report, "README.md"), text);
  writeFileSync(kept, `${JSON.stringify(all, undefined, 1)}\n`);
  console.log(values.json ? JSON.stringify({ tokens, logits }) : text);
  for (const { tokenizer, first } of tokens) if (first) console.log(`${tokenizer} differs first at ${first}`);
  for (const name of stale) console.log(`${name}: the hash in tools/mind/token-digest.ts is not what llama.cpp makes`);
  const good = stale.length === 0 && tokens.every(({ different }) => different === 0) && logits.length > 0 && logits.every(isClose);
  return good ? ExitCode.Ok : ExitCode.Failed;
}
