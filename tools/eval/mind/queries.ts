// Files of questions (docs/mind-evaluation.md): one JSON a line, checked once, with the number of the line and what is wrong with it. And the held-out
// questions that are made from a seed.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { ToolError } from "../../lib/index.js";
import { examples } from "../../mind/questions/examples.js";
import { stateSchema } from "../../mind/state.js";
import type { Words } from "../../mind/words.js";
import type { Query } from "./types.js";

/** A queries file is not as documented, or cannot be read. */
export class QueriesError extends ToolError {
  override readonly name = "QueriesError";
  override readonly code = "GANGLION_QUERIES";
}

const MOST_QUERIES = 100_000;
const MOST_BYTES = 256 << 20;

const command = z
  .string()
  .min(1)
  .max(1000)
  .refine((text) => !/[\n|]/.test(text), { message: "a command is one line without a bar" });

const querySchema = z
  .strictObject({
    id: z.string().min(1).max(100).optional(),
    group: z.string().min(1).max(100).optional(),
    question: z
      .string()
      .min(1)
      .max(1000)
      .refine((text) => !text.includes("\n"), { message: "a question is one line" }),
    state: stateSchema,
    accepted: z.array(command).max(100).optional(),
    tolerated: z.array(command).max(100).default([]),
    abstain: z.literal(true).optional(),
    cause: z.string().max(20).optional(),
    kind: z.string().max(100).default("file"),
    area: z.string().max(20).default("other"),
  })
  .refine((q) => (q.abstain === true) !== (q.accepted?.length ?? 0) > 0, { message: 'either "accepted" with a command, or "abstain": true' });

/** @throws QueriesError with the line's number and the reason */
export function parseQueries(text: string, file: string): Query[] {
  const queries: Query[] = [];
  const ids = new Map<string, number>();
  text.split("\n").forEach((line, i) => {
    if (line.trim() === "") return;
    const at = `${file}:${i + 1}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw new QueriesError(`${at}: no JSON: ${(cause as Error).message}`, { hint: "one JSON object a line", cause });
    }
    const parsed = querySchema.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new QueriesError(`${at}: ${issue?.path.join(".") || "the object"}: ${issue?.message}`, { hint: "docs/mind-evaluation.md describes the fields" });
    }
    const { id = `${i + 1}`, group, accepted = [], tolerated, question, state, cause, kind, area } = parsed.data;
    const before = ids.get(id);
    if (before !== undefined) throw new QueriesError(`${at}: the id ${id} is that of line ${before}, too`);
    ids.set(id, i + 1);
    if (queries.length >= MOST_QUERIES) throw new QueriesError(`${at}: more than ${MOST_QUERIES} questions`);
    queries.push({ id, group: group ?? id, question, state, accepted, tolerated, cause, kind, area });
  });
  if (queries.length === 0) throw new QueriesError(`${file}: no question in it`, { hint: "one JSON object a line" });
  return queries;
}

export function readQueries(file: string): Query[] {
  let text: Buffer;
  try {
    text = readFileSync(file);
  } catch (cause) {
    throw new QueriesError(`${file} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? cause}`, { cause });
  }
  if (text.length > MOST_BYTES) throw new QueriesError(`${file} has ${text.length} bytes, at most ${MOST_BYTES}`);
  return parseQueries(text.toString("utf8"), file);
}

/** A line of a queries file. */
export function formatQuery(query: Query): string {
  const { accepted, tolerated, cause, ...rest } = query;
  return JSON.stringify({
    ...rest,
    ...(accepted.length > 0 ? { accepted } : { abstain: true }),
    ...(tolerated.length > 0 ? { tolerated } : {}),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Questions of a split: `perState` about each of `states` simulated states. */
export function madeQueries(words: Words, split: "validation" | "test", seed: number, states: number, perState: number): Query[] {
  const queries: Query[] = [];
  for (const e of examples(words, seed, states * perState, split, { perState })) {
    const group = `${split}-${seed}-${Math.floor(queries.length / perState)}`;
    queries.push({
      id: `${group}.${queries.length % perState}`,
      group,
      question: e.question,
      state: e.state,
      accepted: e.accepted,
      tolerated: e.tolerated,
      cause: e.accepted.length > 0 ? e.cause : "unsure",
      kind: e.intent,
      area: e.area,
    });
  }
  return queries;
}
