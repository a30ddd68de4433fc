// Whom a question means: read without a model, and held to whatever a model says.
import { afterAll, describe, expect, test } from "vitest";
import { Decider } from "./deciding.js";
import { formatGguf } from "./gguf.js";
import { ModelHost } from "./host.js";
import { smallModel } from "./small-model.js";
import type { StateInput } from "./state.js";
import { openTable } from "./table.js";
import { openWords } from "./words.js";

const words = await openWords();
const table = await openTable();

const STATE: StateInput = {
  managedKib: 121_856,
  freeKib: 46_000,
  processes: [
    { pid: 1, name: "shell", guarded: true },
    { pid: 5, name: "leaky", residentKib: 70_000, growthKibPerSecond: 6000 },
    { pid: 7, name: "stress" },
    { pid: 8, name: "stress" },
    { pid: 12, name: "sort" },
  ],
  events: [{ happened: "oom", pid: 31, agoMs: 4000 }],
};

describe("a question that names a process that there is not", () => {
  test.each([
    ["kill process 99", "no process 99; ps lists them"],
    ["Kill PID 99.", "no process 99; ps lists them"],
    ["kill 99", "no process 99; ps lists them"],
    ["pid=99 must go", "no process 99; ps lists them"],
    ["what is pid99 doing?", "no process 99; ps lists them"],
    ["end the process with the number 99, please", "no process 99; ps lists them"],
    ["kill process 99 or 5", "no process 99; ps lists them"],
    ["stop 5, 12 and 99", "no process 99; ps lists them"],
    ["kill -9 99", "no process 99; ps lists them"],
    ["kill -TERM 5 99", "no process 99; ps lists them"],
    ["protect task #99", "no process 99; ps lists them"],
    ["kill process 4294967297", "no process 4294967297; ps lists them"],
    ["kill process 18446744073709551621", "no process 18446744073709551621; ps lists them"],
    ["kill process 99999999999999999999999999", "no process 99999999999999999999; ps lists them"],
    ["kill 0", "no process 0; ps lists them"],
    ["kill the process called Firefox", "no process is called firefox; ps lists them"],
    ["stop the program named 'fire\u009bfox'", "no process is called fire-fox; ps lists them"],
  ])("%s", (question, why) => {
    words.set(STATE);
    expect(words.ask(question)).toBe(why);
  });

  test.each([
    ["kill primes", "no process is called primes; ps lists them"],
    ["please stop Tree now", "no process is called tree; ps lists them"],
  ])("a program that does not run: %s", (question, why) => {
    words.set(STATE);
    words.grammar(table.text());
    expect(words.ask(question)).toBe(why);
  });

  test.each([
    "run the program primes",
    "kill process 5",
    "stop 7 and 8",
    "kill the process called sort",
    "kill process 31", // the events tell of it
    "why was process 31 killed?",
    "protect 64 MiB of memory for process 5",
    "the last 10 events",
    "kill 2 MB",
    "wait 99 seconds",
    "end 50 % of the load",
    "stop 2 processes",
    "kill the 2 largest processes",
    "give process 5 priority 3",
    "set the nice value of process 5 to 10",
    "kill -9 5",
    "the process is called by whom?",
    "process 5's nice",
    "at 12:30 stop everything",
    "approve 3",
    "memory of process sort",
    "",
    "内存 99",
  ])("not so: %s", (question) => {
    words.set(STATE);
    expect(words.ask(question)).toBe("");
  });
});

describe("the grammar has no pid but those that are meant", () => {
  const pids = (question: string) => {
    words.set(STATE);
    words.ask(question);
    const grammar = words.grammar(table.text());
    return [5, 7, 8, 12].filter((pid) => grammar.isLine(`kill ${pid}`, true));
  };
  test.each([
    ["kill process 5", [5]],
    ["kill 5 12", [5, 12]],
    ["stop pid 7 and process 12", [7, 12]],
    ["end the sort process", [12]],
    ["kill stress", [7, 8]],
    ["kill stress 8", [8]],
    ["kill the stress process 8", [8]],
    ["stop sort and 5", [5, 12]],
    ["processes 5, 7 & 8", [5, 7, 8]],
    ["what is 5 doing", [5, 7, 8, 12]],
    ["stop the leak", [5, 7, 8, 12]],
    ["kill process 1", [5, 7, 8, 12]],
  ])("%s", (question, wanted) => {
    expect(pids(question)).toEqual(wanted);
  });
  test("and all again where nothing is asked", () => {
    pids("kill process 5");
    expect(pids("")).toEqual([5, 7, 8, 12]);
  });
});

describe("as you asked", () => {
  const explain = (question: string, line: string) => {
    words.set(STATE);
    words.ask(question);
    words.grammar(table.text());
    return words.explain(line)?.split(":")[0];
  };
  test.each([
    ["kill process 5", "asked | kill 5"],
    ["give 12 nice 5", "asked | renice 5 12"],
    ["5, nice 5", "asked | renice 5 5"],
    ["end leaky and 12", "asked | kill 5 12"],
    ["power off", "asked | poweroff"],
    ["kill stress 7", "asked | kill 7"],
  ])("%s → %s", (question, line) => {
    expect(explain(question, line)).toBe("as you asked");
  });
  test.each([
    ["end the biggest process", "asked | kill 5"],
    ["set the nice value to 5", "asked | renice 5 5"],
    ["let 12 go", "asked | kill 12 5"],
    ["kill 5 MB", "asked | kill 5"],
    ["kill stress", "asked | kill 7"],
  ])("not for %s → %s", (question, line) => {
    expect(explain(question, line)).toBe("if this one is meant");
  });
});

describe("whatever a model says", async () => {
  const host = await ModelHost.v8();
  afterAll(() => host.close());
  const MODELS = Array.from({ length: 6 }, (_, seed) => smallModel({ seed: seed + 1, pre: "llama-bpe", context: 1024 }));
  test.each(MODELS)("model %#", async (model) => {
    await host.loadBytes(formatGguf(model), 1024);
    const decider = await Decider.open(host, words, table.text());
    try {
      for (const question of ["kill process 99", "give process 99 nice 5", "process 5 or 99", "kill 0"]) {
        const { line, abstains, sentence, tokens, confidence } = await decider.ask(STATE, question);
        expect({ line, abstains, tokens, confidence }).toEqual({ line: "unsure | process", abstains: true, tokens: 0, confidence: 1 });
        expect(sentence).toMatch(/^no process \d+; ps lists them$/);
      }
      for (const question of ["kill process 5", "renice process 5", "what about pid 5", "let 5 go first", "5", "kill leaky", "kill -5"]) {
        const { command, sentence, need, confidence } = await decider.ask(STATE, question);
        expect(command, question).not.toMatch(/^(kill|renice|memctl protect)\b.* (7|8|12)$/);
        if (/^(kill process|renice process|what about|kill leaky)/.test(question)) expect(need, sentence).not.toBe("process");
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
      }
      for (const question of ["is process 5 still alive?", "what is process 5 doing", "give primes more cpu"]) {
        const { cause, command } = await decider.ask(STATE, question);
        if (cause === "asked") expect(command, question).not.toMatch(/^(kill|renice|memctl protect)/);
      }
      // a measure is no pid
      expect((await decider.ask(STATE, "kill 5 MB")).command).not.toBe("kill 5");
      for (const question of ["restart process 5", "reset task 12"]) {
        const { cause, command } = await decider.ask(STATE, question);
        if (cause === "asked") expect(command, question).not.toMatch(/^(poweroff|reboot|stress|\w+ reset|trace clear|modctl unload)/);
      }
      for (const question of ["kill process 1", "protect the shell"]) {
        const { command, line } = await decider.ask(STATE, question);
        expect(command, line).not.toMatch(/^(kill|renice|memctl protect|poweroff|reboot)\b/);
      }
    } finally {
      await decider.close();
    }
  });
});
