// The committed model of the mind: its file is what the manifest says, within its limits, and it answers under the grammar.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ROOT } from "../lib/index.js";
import { Decider } from "../mind/deciding.js";
import { parseGguf, scalarOf } from "../mind/gguf.js";
import { ModelHost } from "../mind/host.js";
import type { StateInput } from "../mind/state.js";
import { openTable } from "../mind/table.js";
import { openWords } from "../mind/words.js";
import { MANIFEST_FILE, sha256 } from "./model.js";
import { matches } from "./ops-calibrate.js";
import { OPS_CURVE_FILE, OPS_LOG_FILE, OPS_MODEL_FILE } from "./ops-files.js";

const bytes = readFileSync(join(ROOT, OPS_MODEL_FILE));
const content = parseGguf(bytes);
const { models } = JSON.parse(readFileSync(join(ROOT, MANIFEST_FILE), "utf8")) as { models: { name: string; [key: string]: unknown }[] };
const entry = models.find(({ name }) => name === "ops");

describe("models/ops.gguf", () => {
  test("is the file of the manifest, within its limits", () => {
    expect(entry).toMatchObject({ file: OPS_MODEL_FILE, sha256: sha256(bytes), bytes: bytes.length, log: OPS_LOG_FILE, curve: OPS_CURVE_FILE });
    expect(bytes.length).toBeLessThan(4 << 20);
    const weights = content.tensors.filter(({ name }) => name !== "token_embd.weight").reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
    expect(weights).toBe(entry?.["parametersWithoutEmbedding"]);
    expect(weights).toBeLessThan(1_500_000);
  });

  test("says what its probabilities are worth", () => {
    for (const key of ["bias", "scale", "threshold"]) expect(Number.isFinite(scalarOf(content.metadata, `ganglion.calibration.${key}`))).toBe(true);
  });

  test("has its log, line by line, up to the last step", () => {
    const lines = readFileSync(join(ROOT, OPS_LOG_FILE), "utf8").trimEnd().split("\n");
    const last = JSON.parse(lines.at(-1) as string) as { step: number; validation?: unknown };
    expect(entry).toMatchObject({ measured: { steps: last.step } });
    expect(last.validation).toBeDefined();
  });
});

describe("an answer", async () => {
  const host = await ModelHost.v8();
  afterAll(() => host.close());
  const words = await openWords();
  const table = (await openTable()).text();
  /** A shell and two programs: crypto, which works, and tree. */
  const stateOf = (first: number, second: number): StateInput => ({
    managedKib: 121_856,
    freeKib: 60_000,
    uptimeMs: 90_000,
    processes: [
      { pid: 1, name: "shell", guarded: true },
      { pid: first, name: "crypto", residentKib: 9000, cpuPpm: 300_000 },
      { pid: second, name: "tree", residentKib: 4000, cpuPpm: 100_000 },
    ],
  });
  const STATES = Array.from({ length: 9 }, (_, i) => ({ pids: [5 + 3 * i, 14 + 4 * i] as const, absent: 99 - 7 * i }));
  const ASKED = ["kill process", "kill pid", "end process", "stop task"];

  test("ends the process that it was asked to end, by its number, and says when there is none", async () => {
    await host.loadBytes(bytes, 256);
    const decider = await Decider.open(host, words, table);
    let right = 0;
    let offered = 0;
    try {
      for (const { pids, absent } of STATES)
        for (const asked of ASKED) {
          for (const pid of pids) {
            const { command, calibrated, confidence, abstains, sentence } = await decider.ask(stateOf(...pids), `${asked} ${pid}`);
            expect(command, `${asked} ${pid}`).not.toMatch(new RegExp(`^kill (?!${pid}$)`));
            expect(calibrated).toBe(true);
            expect(confidence).toBeGreaterThan(0);
            expect(confidence).toBeLessThan(1);
            if (command === `kill ${pid}`) {
              right++;
              expect(sentence).toContain("as you asked");
            }
            if (!abstains) offered++;
          }
          expect(await decider.ask(stateOf(...pids), `${asked} ${absent}`)).toMatchObject({ command: "", abstains: true, sentence: `no process ${absent}; ps lists them` });
        }
    } finally {
      await decider.close();
    }
    // Seen: all 72, above the threshold; the model alone has 49 and names another process in 36 of 36 questions about an absent one (models/ops.md).
    expect({ right, offered }).toEqual({ right: 72, offered: 72 });
  });

  test("takes nothing for a pid that is none", async () => {
    await host.loadBytes(bytes, 256);
    const decider = await Decider.open(host, words, table);
    try {
      const ask = (question: string) => decider.ask(stateOf(2, 9), question);
      for (const [question, why] of [
        ["kill process 4294967297", "no process 4294967297; ps lists them"],
        ["kill 0", "no process 0; ps lists them"],
        ["kill process 99 or 2", "no process 99; ps lists them"],
        ["renice 5 99", "no process 99; ps lists them"],
        ["kill process 1", "process 1 is protected: nobody may end or change it"],
        ["kill the process called firefox", "no process is called firefox; ps lists them"],
        ["kill primes", "no process is called primes; ps lists them"],
        ["is process 2 still alive?", "not sure: say more of what is wrong or what should be done"],
      ] as const)
        expect(await ask(question), question).toMatchObject({ command: "", abstains: true, sentence: why });
      for (const question of ["kill -5", "kill 2 MB", "kill firefox"]) expect((await ask(question)).command, question).not.toMatch(/^kill/);
      expect((await ask("kill crypto")).command).toBe("kill 2");
    } finally {
      await decider.close();
    }
  });
});

test("patterns of commands are matched word by word", () => {
  expect(matches("dmesg --tail 5", ["ps", "dmesg --tail *"])).toBe(true);
  expect(matches("dmesg --tail", ["dmesg --tail *"])).toBe(false);
  expect(matches("ps -l", ["ps"])).toBe(false);
});
