// The executed part: set-ups in the booted kernel, questions about the states that they are in, and each accepted command run on a machine booted anew with the
// same script. All lines stand in the kernel command line and run on the virtual clock, so the second machine is in the state of the first.
import { performance } from "node:perf_hooks";
import { Random } from "../../jobs/random.js";
import type { Progress } from "../../lib/index.js";
import { MachineGone, TimeLimit } from "../../lib/index.js";
import { Machine, type RunResult } from "../../machine/index.js";
import { askIn, worldOf } from "../../mind/questions/examples.js";
import { TEMPLATES } from "../../mind/questions/templates.js";
import type { Words } from "../../mind/words.js";
import { type Effect, effectOf, extraOf } from "./effects.js";
import { judge, matches } from "./judge.js";
import { compare, type Evaluation, type Rated } from "./main.js";
import { OBSERVE_LINES, type Observed, observed, parseLook } from "./observe.js";
import type { MindOptions } from "./options.js";
import { figuresOf } from "./score.js";
import { type SetUp, setUps } from "./setups.js";
import type { Answer, Answerer, Judgement, Query } from "./types.js";

const QUESTIONS = 3;
/** For a whole machine: a hang detector. */
const DEADLINE_MS = 150_000;
/** Commands that change nothing are not run: the parser took them, and they are of the list. */
const CHANGES =
  /^(kill|renice|run|nice|stress|poweroff|reboot|trace clear|memctl (compact|protect|reclaim|hold|limits \S+ \S|ladder \S)|schedctl (policy \S|transformer (on|off|freeze|learn|reset)|shadow o|set-lr|reset|explain (every|off))|crashctl (tune|auto|reset)|modctl (swap|load|unload|fallback))/;

/** Boots the set-up with more lines behind its own; their results, or "ended" where the machine ended. */
async function play(setUp: SetUp, lines: readonly string[]): Promise<RunResult[] | "ended"> {
  try {
    const machine = await Machine.boot({
      accel: "tcg",
      clock: "virtual",
      seed: setUp.seed,
      mem: setUp.memory,
      script: [...setUp.lines, ...lines],
      // a program that reads what is typed finds its end
      append: "typing=0",
      bootDeadlineMs: DEADLINE_MS,
    });
    try {
      return machine.scriptResults.slice(setUp.lines.length);
    } finally {
      await machine.kill();
    }
  } catch (error) {
    if (error instanceof MachineGone) return "ended";
    throw error;
  }
}

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

interface Asked {
  setUp: SetUp;
  before: Observed;
  query: Query;
}

export async function runExecuted(options: MindOptions, words: Words, answerers: readonly Answerer[], progress: Progress): Promise<Evaluation> {
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
  const answers: Answer[][] = [];
  for (const answerer of answerers) {
    progress.phase(answerer.name);
    const list: Answer[] = [];
    for (const { query } of asked) list.push(await answerer.answer(query));
    answers.push(list);
    progress.done();
  }
  progress.phase("commands");
  const effects = new Map<string, Effect>();
  const wanted = asked.flatMap(({ query }, i) => {
    const commands = new Set(answers.map((list) => (list[i] as Answer).command).filter((command) => CHANGES.test(command) && matches(command, query.accepted)));
    return [...commands].map((command) => ({ i, command }));
  });
  for (const [n, { i, command }] of wanted.entries()) {
    const { setUp, before } = asked[i] as Asked;
    progress.step(`${n + 1} of ${wanted.length}: ${setUp.id}: ${command}`);
    effects.set(`${i} ${command}`, await execute(setUp, command, before));
  }
  progress.done();
  const rated: Rated[] = answerers.map((answerer, a) => {
    const judgements: Judgement[] = asked.map(({ query }, i) => {
      const answer = (answers[a] as Answer[])[i] as Answer;
      return judge(query, answer, effects.get(`${i} ${answer.command}`));
    });
    return { name: answerer.name, about: answerer.about, judgements, figures: figuresOf(judgements) };
  });
  return {
    options,
    source: "states of the booted kernel, commands run there",
    rated,
    comparisons: compare(rated),
    ran: { setUps: machines.length, commands: wanted.length, seconds: (performance.now() - started) / 1000 },
  };
}
