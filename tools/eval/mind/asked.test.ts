import { describe, expect, test } from "vitest";
import { openTable } from "../../mind/table.js";
import { agreementOf, agreementText, differing, type Pair } from "./agreement.js";
import { batches, heard, inferLine } from "./asked.js";
import { parseQueries } from "./queries.js";
import { setUps } from "./setups.js";
import type { Answer, Query } from "./types.js";

const SAID = {
  question: "why?",
  cause: "leak",
  command: "kill 3",
  abstains: false,
  confidencePpm: 900_000,
  tokens: 6,
  firstNs: 1e8,
  totalNs: 1.2e8,
  state: "a us4 f38",
  fate: "waits",
};
const line = (more: object = {}) => JSON.stringify({ ...SAID, ...more });
const takes = () => true;

describe("a line that asks", () => {
  test.each(["why?", "it's mine", "--json", "-9", "a; poweroff", "a | b > /tmp/c &", '"quoted" \\ $? * `x` # no', "''", "was frißt speicher? 内存", "x\ty"])(
    "%s is one word to the shell",
    async (question) => {
      expect((await openTable()).judge(inferLine(question))).toBe("");
    },
  );

  test("the lines of a set-up fit into the kernel command line, in more machines where they are long", () => {
    const [setUp] = setUps(1);
    if (!setUp) throw new Error("no set-up");
    const lines = [inferLine("why?"), inferLine("内存为什么越来越少".repeat(21)), inferLine("why not?")];
    const groups = batches(setUp, lines);
    expect(groups.flat()).toEqual(lines);
    expect(groups.length).toBeGreaterThan(1);
    expect(batches(setUp, [inferLine("why?"), inferLine("why not?")]).length).toBe(1);
  });
});

describe("what was heard", () => {
  test("an answer", () => {
    expect(heard("why?", line(), takes)).toEqual({
      answer: { command: "kill 3", cause: "leak", confidence: 0.9, abstains: false, parses: true, timing: { firstTokenMs: 100, totalMs: 120, tokens: 6 } },
      stateText: "a us4 f38",
      fault: "",
    });
    expect(heard("why?", line(), () => false).answer.parses).toBe(false);
    expect(heard("why?", line({ fate: "refused" }), takes).answer.abstains).toBe(true);
  });

  test("none", () => {
    expect(heard("why?", '{"error":"there is no mind on board","status":1}\n', takes)).toMatchObject({
      fault: "there is no mind on board",
      answer: { command: "", abstains: true },
    });
    expect(heard("why?", "out of memory\n", takes).fault).toBe("no JSON: out of memory");
  });

  test("another question than was asked is an error of the quoting", () => {
    expect(() => heard("why not?", line(), takes)).toThrow(/asked "why not\?", the shell heard "why\?"/);
  });
});

describe("both beside each other", () => {
  test("fields that only one has, by their tags", () => {
    expect([...differing("a us4 f38 dm6/rr q2@stress3 mm74 gm6@shell1", "a us4 f37/rr q2 b9@stress3 mm75 gm6@shell1!oom3")].sort()).toEqual(["!oom", "@stress", "b", "dm", "f"]);
    expect(differing("a us4@x3 c1", "a us4@x3 c1").size).toBe(0);
    expect([...differing("a/rr q1", "a/mlfq q1")]).toEqual(["/rr", "/mlfq"]);
  });

  test("figures", () => {
    const state = { managedKib: 1000, freeKib: 500, processes: [{ pid: 3, name: "leaky" }] };
    const query = parseQueries(JSON.stringify({ question: "why?", state, accepted: ["kill 3"] }), "f")[0] as Query;
    const { answer } = heard("why?", line(), takes);
    const other: Answer = { ...answer, command: "ps" };
    const pair = (more: Partial<Pair>): Pair => ({ query, hosted: answer, hostedText: SAID.state, kernel: heard("why?", line(), takes), replayed: answer, ...more });
    const agreement = agreementOf([
      pair({}),
      pair({ hosted: other }),
      pair({ hosted: other, hostedText: "a us4 f40" }),
      pair({ replayed: other }),
      pair({ kernel: heard("why?", "gone", takes), replayed: undefined }),
    ]);
    expect(agreement).toMatchObject({
      questions: 5,
      faults: ["no JSON: gone"],
      sameText: 3,
      sameAnswer: 2,
      sameOfSameText: 2,
      sameReplayed: 3,
      fields: [{ field: "f", texts: 1 }],
    });
    expect(agreementText(agreement)).toContain("4 of 5 questions were answered");
  });
});
