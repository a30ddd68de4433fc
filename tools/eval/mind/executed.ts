// The executed part: set-ups in the booted kernel, questions about the states that they are in, and each accepted command run on a machine booted anew with the
// same script. All lines stand in the kernel command line and run on the virtual clock, so the second machine is in the state of the first. The model of the image is asked
// there, too, by llmctl infer.
import { performance } from "node:perf_hooks";
import { Random } from "../../jobs/random.js";
import type { Progress } from "../../lib/index.js";
import { MachineGone, TimeLimit } from "../../lib/index.js";
import type { RunResult } from "../../machine/index.js";
import { askIn, worldOf } from "../../mind/questions/examples.js";
import { TEMPLATES } from "../../mind/questions/templates.js";
import type { Words } from "../../mind/words.js";
import { type Agreement, agreementOf, type Pair } from "./agreement.js";
import { askInKernel, type Heard } from "./asked.js";
import { type Effect, effectOf, extraOf } from "./effects.js";
import { judge, matches } from "./judge.js";
import { compare, type Evaluation, type Rated } from "./main.js";
import type { ModelAnswerer } from "./model.js";
import { OBSERVE_LINES, type Observed, observed, parseLook } from "./observe.js";
import type { MindOptions } from "./options.js";
import { DEADLINE_MS, play } from "./play.js";
import { figuresOf } from "./score.js";
import { type SetUp, setUps } from "./setups.js";
import type { Answer, Answerer, Judgement, Query } from "./types.js";

const QUESTIONS = 3;
/** Commands that change nothing are not run: the parser took them, and they are of the list. */
const CHANGES =
  /^(kill|renice|run|nice|stress|poweroff|reboot|trace clear|memctl (compact|protect|reclaim|hold|limits \S+ \S|ladder \S)|schedctl (policy \S|transformer (on|off|freeze|learn|reset)|shadow o|set-lr|reset|explain (every|off))|crashctl (tune|auto|reset)|modctl (swap|load|unload|fallback))/;

/** Questions about an observed state: the first asks for a change where one can be drawn, the others for anything. */
function questionsOf(setUp: SetUp, { state }: Observed, words: Words): Query[] {
  const encoded = words.encode(state);
  const world = worldOf(state, encoded, setUp.kind);
  const random = new Random(`mind/executed/2/${setUp.id}`);
  const among = TEMPLATES.filter((t) => t.of.test.length > 0);
  const queries: Query[] = [];
  const kinds = new Set<string>();
  for (let tries = 0; queries.length < QUESTIONS && tries < 1000; tries++) {
    const templates = random.pick(among);
    const { intent } = templates;
    if (kinds.has(intent.name) || random.unit() > (intent.weight ?? 1) / 4) continue;
    const result = askIn(world, templates, "test", random);
    if (!result) continue;
    const { asked } = result;
    const changes = asked.accepted[0] !== undefined && CHANGES.test(asked.accepted[0]);
    if (queries.length === 0 && !(changes && (intent.area === "diagnose" || tries > 300)) && tries < 600) continue;
    kinds.add(intent.name);
    queries.push({
      id: `${setUp.id}.${queries.length}`,
      group: setUp.id,
      question: result.question,
      state,
      accepted: asked.accepted,
      tolerated: asked.tolerated ?? [],
      cause: asked.accepted.length > 0 ? asked.cause : "unsure",
      kind: intent.name,
      area: intent.area,
    });
  }
  return queries;
}

/** Runs a command after the set-up and looks again. One that does not end has not done it. */
async function execute(setUp: SetUp, command: string, before: Observed): Promise<Effect> {
  try {
    return await executeNow(setUp, command, before);
  } catch (error) {
    if (error instanceof TimeLimit) return { ok: false, seen: `did not end within ${DEADLINE_MS / 1000} s` };
    throw error;
  }
}

async function executeNow(setUp: SetUp, command: string, before: Observed): Promise<Effect> {
  // the two looks of the first machine took this long, and nothing else
  const results = await play(setUp, [OBSERVE_LINES[1] as string, command, "sleep 0.5", extraOf(command), OBSERVE_LINES[0] as string]);
  if (results === "ended") return effectOf(command, { status: 0, output: "", ended: true, extra: "", before: before.look, after: undefined });
  const [ran, , extra, look] = results.slice(1) as [RunResult, RunResult, RunResult, RunResult];
  return effectOf(command, { status: ran.status, output: ran.output, ended: false, extra: extra.output, before: before.look, after: parseLook(look.output) });
}

/** The model that the build puts on board: the only one that a machine of little memory has room for. */
const ON_BOARD = "ops";
const ABOUT_KERNEL = "the mind in the booted kernel, which reads the state itself; times are of the virtual clock, a millisecond is a million instructions";

interface Row {
  name: string;
  about: string;
  answers: Answer[];
}

/** What the hosted engine and the mind in the kernel said. */
export interface Both {
  pairs: Pair[];
  agreement: Agreement;
}

interface Asked {
  setUp: SetUp;
  before: Observed;
  query: Query;
}

/** @param parses what the shell's parser takes, with pids that the state has */
export async function runExecuted(
  options: MindOptions,
  words: Words,
  answerers: readonly Answerer[],
  parses: (query: Query, command: string) => boolean,
  progress: Progress,
): Promise<Evaluation> {
  const started = performance.now();
  const machines = setUps(options.setUps);
  const asked: Asked[] = [];
  progress.phase("set-ups");
  for (const [i, setUp] of machines.entries()) {
    progress.step(`${i + 1} of ${machines.length}: ${setUp.id}`);
    const results = await play(setUp, OBSERVE_LINES);
    if (results === "ended") throw new MachineGone(`the set-up ${setUp.id} ended its machine`, "gone");
    const before = observed(results.map((result) => result.output));
    for (const query of questionsOf(setUp, before, words)) asked.push({ setUp, before, query });
  }
  progress.done();
  const rows: Row[] = [];
  let both: Both | undefined;
  for (const answerer of answerers) {
    progress.phase(answerer.name);
    const list: Answer[] = [];
    for (const { query } of asked) list.push(await answerer.answer(query));
    rows.push({ name: answerer.name, about: answerer.about, answers: list });
    progress.done();
    if (answerer.name !== ON_BOARD) continue;
    const heard = await askAll(asked, parses, progress);
    rows.push({ name: `${ON_BOARD}, asked by llmctl infer in the kernel`, about: ABOUT_KERNEL, answers: heard.map(({ answer }) => answer) });
    both = await compareBoth(answerer as ModelAnswerer, asked, list, heard);
  }
  progress.phase("commands");
  const effects = new Map<string, Effect>();
  const wanted = asked.flatMap(({ query }, i) => {
    const commands = new Set(rows.map(({ answers }) => (answers[i] as Answer).command).filter((command) => CHANGES.test(command) && matches(command, query.accepted)));
    return [...commands].map((command) => ({ i, command }));
  });
  for (const [n, { i, command }] of wanted.entries()) {
    const { setUp, before } = asked[i] as Asked;
    progress.step(`${n + 1} of ${wanted.length}: ${setUp.id}: ${command}`);
    effects.set(`${i} ${command}`, await execute(setUp, command, before));
  }
  progress.done();
  const rated: Rated[] = rows.map(({ name, about, answers }) => {
    const judgements: Judgement[] = asked.map(({ query }, i) => {
      const answer = answers[i] as Answer;
      return judge(query, answer, effects.get(`${i} ${answer.command}`));
    });
    return { name, about, judgements, figures: figuresOf(judgements) };
  });
  return {
    options,
    source: "states of the booted kernel, commands run there",
    rated,
    comparisons: compare(rated),
    ran: { setUps: machines.length, commands: wanted.length, seconds: (performance.now() - started) / 1000 },
    ...(both ? { both } : {}),
  };
}

/** The questions of each set-up to the mind in a machine of its lines. */
async function askAll(asked: readonly Asked[], parses: (query: Query, command: string) => boolean, progress: Progress): Promise<Heard[]> {
  progress.phase("llmctl infer");
  const heard: Heard[] = [];
  while (heard.length < asked.length) {
    const { setUp } = asked[heard.length] as Asked;
    const queries = asked.filter((one) => one.setUp === setUp).map(({ query }) => query);
    progress.step(`${heard.length + 1} of ${asked.length}: ${setUp.id}`);
    heard.push(...(await askInKernel(setUp, queries, parses)));
  }
  progress.done();
  return heard;
}

/** The hosted answers beside those of the kernel, and the hosted engine once more with what the kernel's had read. */
async function compareBoth(model: ModelAnswerer, asked: readonly Asked[], hosted: readonly Answer[], heard: readonly Heard[]): Promise<Both> {
  const pairs: Pair[] = [];
  for (const [i, { query }] of asked.entries()) {
    const kernel = heard[i] as Heard;
    const replayed = kernel.fault === "" ? await model.answerAfter(query, kernel.stateText) : undefined;
    pairs.push({ query, hosted: hosted[i] as Answer, hostedText: await model.stateText(query), kernel, replayed });
  }
  return { pairs, agreement: agreementOf(pairs) };
}
