// Questions asked as a person asks them: `llmctl infer --json` typed in the booted kernel, in a machine of the set-up's lines. The mind there reads the state itself,
// with its own encoder and its own engine; what it says is judged by the rules of everybody else.
import { z } from "zod";
import { OBSERVE_LINES } from "./observe.js";
import { play } from "./play.js";
import type { SetUp } from "./setups.js";
import type { Answer, Query } from "./types.js";

/** Bytes that the script may have in the kernel command line, which the shim cuts at 2048. */
const SCRIPT_BYTES = 1900;
const NS_PER_MS = 1e6;
const PPM = 1e6;

/** What `llmctl infer --json` prints, as far as it is looked at. */
const said = z.object({
  question: z.string(),
  cause: z.string(),
  command: z.string(),
  abstains: z.boolean(),
  confidencePpm: z.number(),
  tokens: z.number(),
  firstNs: z.number(),
  totalNs: z.number(),
  state: z.string(),
  fate: z.string(),
});

export interface Heard {
  /** times are of the virtual clock: a millisecond is a million instructions */
  answer: Answer;
  /** the state as the mind's encoder wrote it; "" where there is no answer */
  stateText: string;
  /** why there is no answer; "" where there is one */
  fault: string;
}

/** A question as it can be typed: in one line, single spaces, no control characters. The mind makes the same of it. */
const typed = (question: string) => question.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();

/** A shell line that asks, whatever the question: one quoted word behind the end of the options. */
export function inferLine(question: string): string {
  return `llmctl infer --json -- '${typed(question).replaceAll("'", "'\\''")}'`;
}

const NOTHING: Answer = { command: "", cause: "", confidence: 0, abstains: true, parses: true };
const unanswered = (fault: string): Heard => ({ answer: NOTHING, stateText: "", fault });

/** An answer out of what a line printed. @param parses what the shell's parser takes @throws Error where the question did not come through as it was asked: quoting is wrong */
export function heard(question: string, output: string, parses: (command: string) => boolean): Heard {
  let printed: unknown;
  try {
    printed = JSON.parse(output);
  } catch {
    return unanswered(`no JSON: ${output.trim().slice(0, 120)}`);
  }
  const parsed = said.safeParse(printed);
  if (!parsed.success) {
    const { error } = z.object({ error: z.string() }).catch({ error: "an answer of another form" }).parse(printed);
    return unanswered(error);
  }
  const { data } = parsed;
  if (data.question !== typed(question)) throw new Error(`asked ${JSON.stringify(question)}, the shell heard ${JSON.stringify(data.question)}`);
  return {
    answer: {
      command: data.command,
      cause: data.cause,
      confidence: data.confidencePpm / PPM,
      // what the shell would not run whoever approves is not offered
      abstains: data.abstains || data.fate === "refused",
      parses: data.command === "" || parses(data.command),
      timing: { firstTokenMs: data.firstNs / NS_PER_MS, totalMs: data.totalNs / NS_PER_MS, tokens: data.tokens },
    },
    stateText: data.state,
    fault: "",
  };
}

/** The questions in groups whose lines fit into the kernel command line together. */
export function batches(setUp: SetUp, lines: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    if (last && encodeURIComponent([...setUp.lines, WAIT, ...last, line].join("\n")).length <= SCRIPT_BYTES) last.push(line);
    else groups.push([line]);
  }
  return groups;
}

/** The two looks of the first machine took this long. */
const WAIT = OBSERVE_LINES[1] as string;

/** Asks the questions about one set-up, one after the other, in a machine of its lines (in more where the lines are too long for one). */
export async function askInKernel(setUp: SetUp, queries: readonly Query[], parses: (query: Query, command: string) => boolean): Promise<Heard[]> {
  const all: Heard[] = [];
  for (const lines of batches(
    setUp,
    queries.map((query) => inferLine(query.question)),
  )) {
    const results = await play(setUp, [WAIT, ...lines]);
    for (let i = 0; i < lines.length; i++) {
      const query = queries[all.length] as Query;
      all.push(results === "ended" ? unanswered("the machine ended") : heard(query.question, results[i + 1]?.output ?? "", (command) => parses(query, command)));
    }
  }
  return all;
}
