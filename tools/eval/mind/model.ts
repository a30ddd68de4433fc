// A model as an answerer: hosted or under V8, held to the grammar as in the service, or (for comparison) free.

import { basename } from "node:path";
import { performance } from "node:perf_hooks";
import { Decider, QuestionTooLong } from "../../mind/deciding.js";
import { ModelHost } from "../../mind/host.js";
import { findModel } from "../../mind/models.js";
import type { CommandTable } from "../../mind/table.js";
import { openWords, type Words } from "../../mind/words.js";
import type { Answer, Answerer, Query } from "./types.js";

const CONTEXT_TOKENS = 512;
/** A line of an answer is never longer. */
const ANSWER_TOKENS = 96;
/** Models with fewer words than this are ours: they read the state as `ops` does. Others read it in English. */
const OPS_VOCABULARY = 8192;
const MS_PER_NS = 1e-6;

export interface ModelOptions {
  /** name or file */
  model: string;
  on: "hosted" | "v8";
  grammar: boolean;
}

export interface ModelAnswerer extends Answerer {
  /** The state's text as the prompt of `ops` has it; "" where the question is too long. */
  stateText(query: Query): Promise<string>;
  /** The answer of `ops` where the state was read as this text, elsewhere: what names may stand in the command is the query's state. */
  answerAfter(query: Query, stateText: string): Promise<Answer>;
  close(): Promise<void>;
}

/** Opens a model; close() it. @throws MindFailed and what findModel throws */
export async function modelAnswerer(options: ModelOptions, table: CommandTable): Promise<ModelAnswerer> {
  const words = await openWords();
  const path = findModel(options.model);
  const host = options.on === "v8" ? await ModelHost.v8() : await ModelHost.hosted();
  try {
    await host.load(path, CONTEXT_TOKENS);
    const decider = await Decider.open(host, words, table.text());
    const small = host.present.sizes.vocabulary < OPS_VOCABULARY;
    const name = basename(path, ".gguf");
    return {
      name: options.grammar ? name : `${name}, no grammar`,
      about: `${options.on}, ${options.grammar ? "held to the grammar" : "greedy, its first line"}, state ${small ? "as `ops` reads it" : "in words"}`,
      answer: async (query) => {
        try {
          const prompt = await decider.prompt(query.state, query.question);
          return await (options.grammar ? held(host, decider, query, prompt) : free(host, words, table, query, prompt));
        } catch (error) {
          if (error instanceof QuestionTooLong) return REFUSED;
          throw error;
        }
      },
      stateText: async (query) => {
        try {
          return (await host.detokenize(await decider.prompt(query.state, query.question))).split(ASKS)[0] as string;
        } catch (error) {
          if (error instanceof QuestionTooLong) return "";
          throw error;
        }
      },
      answerAfter: async (query, stateText) => {
        const { addBos, bos } = host.present;
        const prompt = await host.tokenize(`${stateText}${ASKS}${query.question.replaceAll(/\s+/g, " ").trim()}\n> `);
        return held(host, decider, query, addBos ? [bos, ...prompt] : prompt);
      },
      close: async () => {
        await decider.close();
        await host.close();
      },
    };
  } catch (error) {
    await host.close();
    throw error;
  }
}

/** What parts state and question in a prompt of `ops` (kernel-as/mind/ask.ts). */
const ASKS = "\n? ";
/** A question that is refused for its length. */
const REFUSED: Answer = { command: "", cause: "", confidence: 0.5, abstains: true, parses: true };

async function held(host: ModelHost, decider: Decider, query: Query, prompt: number[]): Promise<Answer> {
  const started = performance.now();
  await host.feed(prompt.slice(await host.prefix(prompt)));
  const firstTokenMs = performance.now() - started;
  const decision = await decider.decide(query.state, query.question, prompt);
  return {
    command: decision.command,
    cause: decision.cause,
    confidence: decision.confidence,
    abstains: decision.abstains,
    parses: true,
    timing: { firstTokenMs, totalMs: performance.now() - started, tokens: decision.tokens },
  };
}

/** Without the grammar there is no probability under it: confidence is that of nothing known, one for every answer. */
async function free(host: ModelHost, words: Words, table: CommandTable, query: Query, prompt: number[]): Promise<Answer> {
  const started = performance.now();
  await host.feed(prompt.slice(await host.prefix(prompt)));
  const firstTokenMs = performance.now() - started;
  const { text, tokens, ns } = await host.generate(prompt, ANSWER_TOKENS);
  const line = (text.split("\n")[0] as string).trim();
  const [cause = "", command = ""] = line.split(" | ");
  words.set(query.state);
  const unsure = cause === "unsure";
  return {
    command: unsure ? "" : command,
    cause,
    confidence: 0.5,
    abstains: unsure || command === "",
    parses: unsure || parsesIn(table, query, command),
    timing: { firstTokenMs, totalMs: firstTokenMs + ns * MS_PER_NS, tokens: tokens.length },
  };
}

/** What the shell's parser takes, with pids that the state has. */
export function parsesIn(table: CommandTable, query: Query, command: string): boolean {
  if (command === "" || table.judge(command) !== "") return false;
  const pids = /^(?:kill(?: -\w+)?|renice -?\d+|memctl protect(?: --[a-z-]+(?: -?\d+[A-Z]?)?)*) ([\d ]+)$/.exec(command)?.[1];
  return pids === undefined || pids.split(" ").every((pid) => query.state.processes.some((p) => p.pid === Number(pid)));
}
