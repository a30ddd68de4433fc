// The committed model of the mind: its file is what the manifest says, within its limits, and it answers under the grammar.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ROOT } from "../lib/index.js";
import { Decider } from "../mind/deciding.js";
import { parseGguf, scalarOf } from "../mind/gguf.js";
import { ModelHost } from "../mind/host.js";
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
  test("repeats the number that it was asked about, or is unsure; never another one", async () => {
    await host.loadBytes(bytes, 256);
    const decider = await Decider.open(host, await openWords(), (await openTable()).text());
    let answered = 0;
    let asked = 0;
    try {
      for (let i = 0; i < 8; i++) {
        const [first, second] = [5 + 3 * i, 14 + 4 * i];
        const state = {
          managedKib: 121_856,
          freeKib: 60_000,
          uptimeMs: 90_000,
          processes: [
            { pid: 1, name: "shell", guarded: true },
            { pid: first, name: "crypto", residentKib: 9000, cpuPpm: 300_000 },
            { pid: second, name: "tree", residentKib: 4000, cpuPpm: 100_000 },
          ],
        };
        for (const pid of [first, second])
          for (const words of ["kill process", "kill pid"]) {
            const { command, calibrated, confidence } = await decider.ask(state, `${words} ${pid}`);
            expect(["", `kill ${pid}`]).toContain(command);
            expect(calibrated).toBe(true);
            expect(confidence).toBeGreaterThan(0);
            expect(confidence).toBeLessThan(1);
            asked++;
            if (command !== "") answered++;
          }
      }
    } finally {
      await decider.close();
    }
    // The present weights answer two thirds: models/ops.md.
    expect(answered).toBeGreaterThan(asked / 2);
  });
});

test("patterns of commands are matched word by word", () => {
  expect(matches("dmesg --tail 5", ["ps", "dmesg --tail *"])).toBe(true);
  expect(matches("dmesg --tail", ["dmesg --tail *"])).toBe(false);
  expect(matches("ps -l", ["ps"])).toBe(false);
});
