// The report of npm run eval -- mind-reference, and the bounds that it judges by.
import { cpus } from "node:os";
import type { Figures, LogitRow } from "./figures.js";
import { ANSWER_TOKENS, OTHERS, PAGE_TOKENS, PAGES, QUESTIONS } from "./logits.js";

const MOST_OFF_F32 = 0.02;
const LEAST_AGREEMENT = 0.99;
/** Of the positions: what sampling some hundreds of them may differ by. */
const OWN_SLACK = 0.03;

const percent = (count: number, of: number) => (of === 0 ? "-" : `${((count / of) * 100).toFixed(2)} %`);

/** The report as Markdown. */
export function report({ tokens, logits, seed, commits }: Figures): string {
  const rows = (cells: (row: LogitRow) => string[]) => logits.map((row) => `| ${[row.type, row.text, ...cells(row)].join(" | ")} |`).join("\n");
  return `# The engine against llama.cpp

\`npm run eval -- mind-reference\`, seed ${seed}, on ${cpus()[0]?.model.trim() ?? "?"}. llama.cpp is the library of npm's node-llama-cpp 3.22.1 (its release v0.5.0), one thread, cache in f32, no
flash attention. The model is SmolLM2-135M-Instruct as published (Q4_1, embedding Q8_0), the other types are made from it by \`npm run models -- requantise\`.

## Tokens
Seeded lines (tools/mind/texts.ts): letters of twenty scripts, numbers, signs, emoji, odd spaces, code; one line in eight with broken UTF-8; in one of three special tokens are parsed. The first four
are SmolLM2's vocabulary with each pre-tokenizer, the last one its texts as SentencePiece pieces. Commit ${commits.tokens}.

| tokenizer | lines | of them broken UTF-8 | tokens | lines that differ |
|---|---|---|---|---|
${tokens.map((row) => `| ${row.tokenizer} | ${row.lines} | ${row.broken} | ${row.tokens} | ${row.different} |`).join("\n")}

## Logits
Pages: the first ${PAGE_TOKENS} tokens of ${PAGES.length} of this repository's pages. Answers: what llama.cpp itself writes, greedily, one token at a time, to ${QUESTIONS.length} questions of a person in the model's chat
template, at most ${ANSWER_TOKENS} tokens each, written anew for each Q type; all engines then read its tokens. Each position's 49152 logits are compared. Commit ${commits.logits}.

| weights | text | positions | same first token | greatest difference | mean difference |
|---|---|---|---|---|---|
${rows((row) => [`${row.positions}`, percent(row.same, row.positions), row.most.toPrecision(3), row.mean.toPrecision(3)])}

llama.cpp against itself: its best kernels for this processor, and its kernels ${OTHERS.join(" and ")}; and its best kernels with all tokens at once against the tokens that it had written one at a time.

| weights | text | ${OTHERS.map((kernels) => `${kernels}: same first token | mean difference`).join(" | ")} | one at a time: same token |
|---|---|${OTHERS.map(() => "---|---").join("|")}|---|
${rows((row) => [...row.own.flatMap(({ same, mean }) => [percent(same, row.positions), mean.toPrecision(3)]), row.alone === undefined ? "-" : percent(row.alone, row.positions)])}

Where it is not a toss-up: the **noise** is what the lead of llama.cpp's first token over its second changes by from its best kernels to its others, in 99 of 100 cases. Positions with a greater lead:

| weights | text | noise | positions above it | of all | same first token there |
|---|---|---|---|---|---|
${rows((row) => [row.noise.toPrecision(3), `${row.clear}`, percent(row.clear, row.positions), percent(row.clearSame, row.clear)])}

Bounds: F32 at most ${MOST_OFF_F32}; F32 and F16 at least ${LEAST_AGREEMENT * 100} % the same first token; Q types at most ${OWN_SLACK * 100} points fewer than the worse pair of llama.cpp's own kernels, and at least ${LEAST_AGREEMENT * 100} % where the lead is above the noise; no line that differs. For F16
llama.cpp rounds activations to f16, which the mind does not.

For Q types both round activations to int8 before each product, by the same rule: blocks of 32, x × (127 ÷ greatest), to the nearest even, the scale kept as f16; llama.cpp does so where it has AVX2, without it it rounds halves up. The integer
products are then equal. What differs is the order in which f32 numbers are added, in the products and in the norm, the softmax and the attention, and for Q4_1 that llama.cpp keeps scale × sum as f16. Where two sums differ in their last bit, now and then
an activation falls to the other side of a rounding, and through thirty layers everything after it is rounded differently. So two correct programs agree no more often than llama.cpp does with itself on another processor, or on this one with the tokens given
otherwise. 99 % of all positions is out of reach for whoever does not add in the very order of one of llama.cpp's kernels, llama.cpp included; where its lead is above its own noise, the agreement is what the last table says.
`;
}

/** Whether a row keeps the bounds. */
export function isClose({ type, most, same, own, positions, clear, clearSame }: LogitRow): boolean {
  if (type === "F32" && !(most <= MOST_OFF_F32)) return false;
  if (type === "F32" || type === "F16") return same >= positions * LEAST_AGREEMENT;
  const worst = Math.min(...own.map((one) => one.same));
  return same >= worst - positions * OWN_SLACK && clear > 0 && clearSame >= clear * LEAST_AGREEMENT;
}
