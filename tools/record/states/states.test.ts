// The committed file of recorded states, and the situations that it comes from.
import { describe, expect, test } from "vitest";
import { setUps } from "../../eval/mind/setups.js";
import { MACHINES } from "../../mind/questions/split.js";
import { factsOf } from "../../mind/questions/world/facts.js";
import { formatRecorded, parseRecorded, RecordedUnusable, recordedStates } from "../../mind/questions/world/recorded.js";
import { openWords, STATE_PIECES } from "../../mind/words.js";
import { linesOf, parseStatesOptions } from "./main.js";
import { MEMORIES, situations } from "./situations.js";

const SCRIPT_BYTES = 1950;

describe("situations", () => {
  test("are the same for a seed, others for another, and short enough for the kernel command line", () => {
    expect(situations(1, 60)).toEqual(situations(1, 60));
    expect(situations(1, 60)).not.toEqual(situations(2, 60));
    for (const situation of situations(1, 500)) expect(encodeURIComponent(linesOf(situation).join("\n")).length, situation.id).toBeLessThan(SCRIPT_BYTES);
  });

  test("none is one of the evaluation's set-ups: no size of machine, no line that starts a program, no name", () => {
    const evaluated = setUps(1000);
    const sizes = new Set(evaluated.map(({ memory }) => memory));
    for (const memory of [...MEMORIES.train, ...MEMORIES.validation]) expect(sizes).not.toContain(memory);
    expect(MEMORIES.train.filter((memory) => (MEMORIES.validation as readonly string[]).includes(memory))).toEqual([]);
    // To wait on a machine where nothing was started is no situation of its own.
    const starts = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("sleep"));
    const scripts = new Set(evaluated.map(({ lines }) => starts(lines).join("\n")).filter((script) => script !== ""));
    const names = new Set(evaluated.flatMap(({ lines }) => lines.flatMap((line) => [...line.matchAll(/\/tmp\/(\w+)\.wasm/g)].map((match) => match[1] as string))));
    expect(names.size).toBeGreaterThan(3);
    for (const { lines } of situations(1, 1000)) {
      expect(scripts).not.toContain(starts(lines).join("\n"));
      for (const name of names) expect(lines.join("\n")).not.toContain(`/${name}.wasm`);
    }
  });

  test("options: a mistake is told", () => {
    expect(parseStatesOptions([])).toMatchObject({ seed: 1 });
    for (const wrong of [["--boots", "0"], ["--seed", "x"], ["--nonsense"]]) expect(() => parseStatesOptions(wrong), wrong.join(" ")).toThrow();
  });
});

describe("the committed states", () => {
  const states = recordedStates();

  test("some hundreds, of every kind of trouble", () => {
    expect(states.length).toBeGreaterThan(200);
    const facts = states.map(({ state }) => factsOf(state));
    for (const fact of ["grower", "hog", "short", "fragmented", "stalled", "oom", "crowd", "warned"] as const)
      expect(facts.filter((one) => one[fact]).length, fact).toBeGreaterThanOrEqual(4);
    expect(facts.filter((one) => one.throttled.length > 0).length).toBeGreaterThanOrEqual(4);
    expect(facts.filter((one) => !one.grower && !one.hog && !one.short && !one.fragmented && !one.stalled).length).toBeGreaterThan(20);
  });

  test("come from the seed's boots, whole boots to one part, on machines that the evaluation has not", () => {
    const { command } = parseRecorded(formatRecorded(states, "x"));
    expect(command).toBe("x");
    const boots = new Map(situations(1, 1000).map((situation) => [situation.id, situation]));
    for (const { boot, split, state } of states) {
      expect(boots.get(boot)?.split, boot).toBe(split);
      expect([...MACHINES.test, ...MACHINES.validation]).not.toContain(state.managedKib);
    }
    const sizes = (split: "train" | "validation") => new Set(states.filter((one) => one.split === split).map(({ state }) => state.managedKib));
    for (const size of sizes("validation")) expect(sizes("train")).not.toContain(size);
  });

  test("encode within the limit", async () => {
    const words = await openWords();
    for (const { state } of states) {
      expect(words.encode(state)).toMatch(/^a /);
      expect(words.pieces).toBeLessThanOrEqual(STATE_PIECES);
    }
  });

  test("written and read again they are the same; a cut or foreign file is told", () => {
    expect(parseRecorded(formatRecorded(states, "c")).states).toEqual(states);
    const text = formatRecorded(states.slice(0, 3), "c");
    expect(() => parseRecorded(text.split("\n").slice(0, 3).join("\n"))).toThrow(/says 3/);
    expect(() => parseRecorded(text.replace('"managedKib"', '"managed"'))).toThrow(RecordedUnusable);
    expect(() => parseRecorded("")).toThrow(RecordedUnusable);
  });
});
