import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openWords } from "../../mind/words.js";
import { judge, matches } from "./judge.js";
import { keywordAnswer } from "./keyword.js";
import { PER_STATE, TEST_SEED, TEST_STATES } from "./options.js";
import { formatQuery, madeQueries, parseQueries, QueriesError } from "./queries.js";
import { targetRows } from "./report.js";
import { figuresOf } from "./score.js";
import type { Answer, Query } from "./types.js";

const words = await openWords();
/** docs/evidence/mind-protocol.md: the questions that the figures are of. */
const FROZEN = "4d42d3fd672e30248b66115ab1fc7d7855ea5ad78342cccba734fc2a9e8e6996";

const LINE = { question: "stop the leak", state: { managedKib: 1000, freeKib: 500, processes: [{ pid: 3, name: "leaky" }] }, accepted: ["kill 3"] };
const query = (more: Partial<Query> = {}): Query => ({ ...(parseQueries(JSON.stringify(LINE), "f")[0] as Query), ...more });
const answer = (more: Partial<Answer> = {}): Answer => ({ command: "kill 3", cause: "leak", confidence: 0.9, abstains: false, parses: true, ...more });

describe("the held-out questions", () => {
  test("are those of the protocol", () => {
    const text = madeQueries(words, "test", TEST_SEED, TEST_STATES, PER_STATE).map((q) => `${formatQuery(q)}\n`);
    expect(createHash("sha256").update(text.join("")).digest("hex")).toBe(FROZEN);
  });

  test("come back from their file as they were", () => {
    const made = madeQueries(words, "validation", 3, 10, 3);
    expect(parseQueries(made.map(formatQuery).join("\n"), "f")).toEqual(made);
  });
});

describe("files of questions", () => {
  const good = JSON.stringify(LINE);
  test.each([
    ["not json", "no JSON"],
    [JSON.stringify({ ...LINE, accepted: undefined }), "accepted"],
    [JSON.stringify({ ...LINE, abstain: true }), "accepted"],
    [JSON.stringify({ ...LINE, question: "a\nb" }), "one line"],
    [JSON.stringify({ ...LINE, accepted: ["a | b"] }), "without a bar"],
    [JSON.stringify({ ...LINE, state: { managedKib: 10, freeKib: 20 } }), "freeKib"],
    [JSON.stringify({ ...LINE, colour: "red" }), "colour"],
    [JSON.stringify({ ...LINE, state: { ...LINE.state, policy: 7 } }), "policy"],
  ])("a mistake is told with its line: %s", (line, reason) => {
    expect(() => parseQueries(`${good}\n\n${line}`, "q.jsonl")).toThrow(QueriesError);
    expect(() => parseQueries(`${good}\n\n${line}`, "q.jsonl")).toThrow(new RegExp(`^q\\.jsonl:3: .*${reason}`));
  });

  test("two of one id, and none at all", () => {
    expect(() => parseQueries(`${JSON.stringify({ ...LINE, id: "x" })}\n${JSON.stringify({ ...LINE, id: "x" })}`, "q")).toThrow(/q:2: the id x is that of line 1/);
    expect(() => parseQueries("\n", "q")).toThrow(/no question/);
  });
});

describe("verdicts", () => {
  test("a word * is any one word", () => {
    expect(matches("memctl reclaim 12M", ["memctl reclaim *"])).toBe(true);
    expect(matches("memctl reclaim", ["memctl reclaim *"])).toBe(false);
    expect(matches("kill 3 4", ["kill 3"])).toBe(false);
  });

  test.each([
    [query(), answer(), "right", true],
    [query(), answer({ command: "kill 4" }), "wrong", false],
    [query(), answer({ abstains: true }), "silent", true],
    [query(), answer({ command: "", cause: "unsure", abstains: true }), "silent", false],
    [query(), answer({ parses: false }), "silent", false],
    [query({ accepted: [] }), answer({ command: "", abstains: true }), "held back", true],
    [query({ accepted: [] }), answer(), "rash", false],
    [query({ accepted: [], tolerated: ["ps"] }), answer({ command: "ps" }), "held back", true],
  ] as const)("%#", (q, a, verdict, correct) => {
    expect(judge(q, a)).toMatchObject({ verdict, correct });
  });

  test("a command that did not do it is wrong", () => {
    expect(judge(query(), answer(), { ok: false, seen: "pid 3 is still there" }).verdict).toBe("wrong");
  });
});

describe("figures", () => {
  test("rates and calibration of a list made by hand", () => {
    const list = [
      judge(query({ group: "a" }), answer({ confidence: 0.95 })),
      judge(query({ group: "a" }), answer({ command: "kill 4", confidence: 0.55 })),
      judge(query({ group: "b" }), answer({ confidence: 0.2, abstains: true })),
      judge(query({ group: "b", accepted: [] }), answer({ command: "", cause: "unsure", abstains: true, confidence: 0.85 })),
    ];
    const f = figuresOf(list);
    expect([f.actionable.hits, f.actionable.of]).toEqual([2, 3]);
    expect([f.right.hits, f.right.of]).toEqual([2, 4]);
    expect([f.precision.hits, f.precision.of]).toEqual([1, 2]);
    expect([f.heldBack.hits, f.heldBack.of]).toEqual([1, 1]);
    // |0.95−1| + |0.55−0| + |0.2−1| + |0.85−1|, a quarter each
    expect(f.ece).toBeCloseTo((0.05 + 0.55 + 0.8 + 0.15) / 4, 6);
    expect(f.states).toBe(2);
  });

  test("who never wrote a command has not reached that all parse", () => {
    const silent = [judge(query(), answer({ command: "", cause: "unsure", abstains: true }))];
    const rows = (judgements: typeof silent) => targetRows({ name: "x", about: "", judgements, figures: figuresOf(judgements) });
    expect(rows(silent).at(-1)).toEqual(["commands that parse", "no command", "all", "NO"]);
    expect(rows([judge(query(), answer())]).at(-1)).toEqual(["commands that parse", "100.0 %", "all", "yes"]);
  });
});

describe("keyword rules", () => {
  const state = {
    ...LINE.state,
    processes: [
      { pid: 3, name: "leaky", growthKibPerSecond: 5000 },
      { pid: 7, name: "calc", cpuPpm: 900_000 },
    ],
  };
  const ask = (question: string) => keywordAnswer(parseQueries(JSON.stringify({ ...LINE, question, state }), "f")[0] as Query);
  test.each([
    ["please kill process 7", "kill 7"],
    ["set calc to nice five", "renice 5 7"],
    ["kill whatever is leaking memory", "kill 3"],
    ["use the multilevel feedback queue", "schedctl policy mlfq"],
    ["show me the last 30 events", "trace 30"],
    ["please reclaim 16 MB", "memctl reclaim 16M"],
    ["kill 99", ""],
    ["tell me a joke", ""],
  ])("%s → %s", (question, command) => expect(ask(question)).toBe(command));
});
