// The parts of the training of `ops` that need no process: options, packing, examples, the log's figures.
import { describe, expect, test } from "vitest";
import { UsageError } from "../lib/index.js";
import { recordedStates } from "../mind/questions/world/recorded.js";
import { openWords } from "../mind/words.js";
import { Vocabulary } from "./bpe-vocabulary.js";
import { inRoom, pack, sizeOf } from "./ops-batch.js";
import type { LogLine } from "./ops-checkpoint.js";
import { answerTokens, fitting, groupOf, promptOf, promptTokens } from "./ops-data.js";
import { parseOpsOptions } from "./ops-options.js";
import { curveSvg, lineText, logText } from "./ops-report.js";
import { questionSource } from "./ops-source.js";

const bytes = new Vocabulary([]);
const example = {
  state: "a f3",
  questions: [
    { question: "what", answer: "look | ps", area: "observe" },
    { question: "why", answer: "calm | ps", area: "diagnose" },
  ],
};

describe("options", () => {
  test("have defaults and bounds, and say what is wrong", () => {
    expect(parseOpsOptions([])).toMatchObject({ seed: 1, steps: 0, minutes: 35, resume: false, dryRun: false, width: 128 });
    for (const wrong of [
      ["--seed", "0"],
      ["--seed", "1.5"],
      ["--minutes", "x"],
      ["--steps", "3", "--minutes", "3"],
      ["--heads", "3"],
      ["--kv-heads", "3"],
      ["--hidden", "100"],
      ["--nonsense"],
      ["--vocabulary", "100"],
    ])
      expect(() => parseOpsOptions(wrong), wrong.join(" ")).toThrow(UsageError);
  });
});

describe("a group", () => {
  test("has in its prefix what all of its prompts begin with, of the state alone", () => {
    const group = groupOf(bytes, example);
    expect(bytes.decode(group.prefix)).toBe("a f3\n");
    expect(group.prefix[0]).toBe(bytes.bos);
    for (const [i, { question, answer }] of example.questions.entries()) {
      const branch = group.branches[i];
      expect([...group.prefix, ...(branch?.tokens ?? [])]).toEqual([...promptTokens(bytes, example.state, question), ...answerTokens(bytes, answer)]);
      expect(bytes.decode((branch?.tokens ?? []).slice(branch?.answerFrom))).toBe(`${answer}\n`);
    }
    expect(promptOf("a", "b")).toBe("a\n? b\n> ");
  });

  test("leaves out a question that is longer than the context", () => {
    const most = promptTokens(bytes, example.state, "what").length + answerTokens(bytes, "look | ps").length;
    expect(fitting(bytes, example, most).questions).toHaveLength(2);
    expect(fitting(bytes, example, most - 1).questions.map(({ question }) => question)).toEqual(["why"]);
  });
});

describe("a batch", () => {
  const group = groupOf(bytes, example);
  test("has every row's target after it, and weights on the answers", () => {
    const { bytes: packed, rows, weight } = pack([group, group], { state: 0, question: 0 });
    const [countRows, segments, answered] = [0, 4, 8].map((at) => packed.readInt32LE(at)) as [number, number, number];
    expect([countRows, segments]).toEqual([rows, 6]);
    expect(rows).toBe(2 * sizeOf(group).rows);
    expect(answered).toBe(weight);
    expect(weight).toBe(2 * example.questions.reduce((sum, { answer }) => sum + answerTokens(bytes, answer).length, 0));
    // The second group's questions see the second group's state.
    const segment = (i: number) => [0, 4, 8, 12].map((at) => packed.readInt32LE(16 + 16 * i + at));
    expect(segment(4).slice(2)).toEqual([rows / 2, group.prefix.length]);
  });
  test("is cut where the room ends, and too large a group is told", () => {
    const one = sizeOf(group);
    const lists = [...inRoom([group, group, group], { rows: 2 * one.rows, scores: 10 * one.scores, answered: 1000 })];
    expect(lists.map((list) => list.length)).toEqual([2, 1]);
    expect(() => [...inRoom([group], { rows: one.rows - 1, scores: 10_000, answered: 1000 })]).toThrow("no room");
  });
});

describe("questions", () => {
  test("about recorded states are among them, and those of training and of validation share no boot", async () => {
    const all = recordedStates();
    const boots = (split: "train" | "validation") => new Set(all.filter((one) => one.split === split).map((one) => one.boot));
    expect([...boots("train")].filter((boot) => boots("validation").has(boot))).toEqual([]);
    const source = questionSource(await openWords());
    for (const split of ["train", "validation"] as const) {
      const seen = Array.from({ length: 150 }, (_, i) => source.example(split, i)).filter(({ questions }) => questions.some(({ area }) => area === "recorded"));
      expect(seen.length, split).toBeGreaterThan(5);
      expect(seen.length, split).toBeLessThan(40);
    }
  });

  test("are the same for the same index, and exercises are only trained on", async () => {
    const source = questionSource(await openWords());
    expect(source.example("train", 5)).toEqual(source.example("train", 5));
    expect(source.example("train", 5)).not.toEqual(source.example("train", 6));
    const areas = (split: "train" | "validation", from: number) =>
      new Set(Array.from({ length: 40 }, (_, i) => source.example(split, from + i)).flatMap(({ questions }) => questions.map(({ area }) => area)));
    expect(areas("train", 0)).toContain("exercise");
    expect(areas("validation", 0)).not.toContain("exercise");
    // What an exercise repeats stands in its question, each word of it.
    const exercises = Array.from({ length: 400 }, (_, i) => source.example("train", i))
      .flatMap(({ state, questions }) => questions.map((one) => ({ state, ...one })))
      .filter(({ area }) => area === "exercise");
    const repeats = exercises.filter(({ question }) => question.startsWith("#"));
    expect(repeats.length).toBeGreaterThan(200);
    for (const { question, answer } of repeats) for (const word of answer.split(" ")) expect(question.toLowerCase()).toContain(word.toLowerCase());
    // Which processes are there: the state's text for such a question says it.
    const present = exercises.filter(({ question }) => question.startsWith("~"));
    expect(present.length).toBeGreaterThan(50);
    for (const { state, question, answer } of present) {
      const processes = [...state.matchAll(/@([^@ !]*?):?(\d+)((?: [a-zA-Z]+\d*)*)(?=@|!|$)/g)].map(([, name, pid, rest]) => ({ name, pid, guarded: / P\b/.test(rest ?? "") }));
      question
        .slice(2)
        .split(" ")
        .forEach((word, i) => {
          const found = processes.filter(({ name, pid }) => name === word || pid === word);
          const sign = answer.split(" ")[i];
          if (sign === "-") expect(found, question + state).toEqual([]);
          else if (found.length > 0) expect(sign, question + state).toBe(found[0]?.guarded ? "P" : "+");
        });
    }
  });
});

describe("the report", () => {
  const validation = { questions: 10, right: 0.5, command: 0.6, loss: 0.9, byArea: { observe: 0.5 } };
  const log: LogLine[] = [
    { step: 20, seconds: 3, rate: 0.001, loss: 5, norm: 1, tokensPerSecond: 9000 },
    { step: 40, seconds: 6, rate: 0.001, loss: 1.25, norm: 1, tokensPerSecond: 9000, validation },
  ];
  test("says where the training is", () => {
    expect(lineText(log[1] as LogLine, 100, 300)).toBe(
      "step 40 of 100, loss 1.2500, rate 1.0e-3, 9000 tokens/s, 5 min left, held out: 50.0 % right, 60.0 % of commands, loss 0.900",
    );
    expect(
      logText(log)
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(log);
  });
  test("draws both losses and the share that is right", () => {
    const svg = curveSvg(log, "ops");
    expect(svg.match(/<path /g)?.length).toBeGreaterThan(4);
    expect(svg).not.toContain("NaN");
    expect(curveSvg([], "nothing yet")).not.toContain("NaN");
  });
});
