// Episodes in the booted kernel and in the simulator: first alarm and OOM agree within a beat. Ring-3 programs play them here, on the
// virtual clock; under V8 the same kernel.wasm serves the same faults, on a machine that begins as the booted one was.
import { beforeAll, expect, test } from "vitest";
import { policyFile } from "../tools/eval/memory/agree.js";
import { agreement, firstSample, runInKernel, runInSimulator } from "../tools/eval/memory/kernel-run.js";
import { episodeOf } from "../tools/eval/memory/tasks.js";
import { ROOT } from "../tools/lib/index.js";
import { Engine } from "../tools/sim/fast.js";
import { Policy } from "../tools/sim/policies.js";

let engine: Engine;
beforeAll(() => {
  engine = new Engine(ROOT);
});

// `linear` is part of the image: one that runs out after a minute and more with five processes, one of thirteen processes, one that does not
// run out, and one so slow that the three pages that a learner takes when it first wakes would be two beats. `boosted` is interpreted, and
// has sharp edges: in these two it warned 3 and 12 seconds apart while the simulator took its arena for pages of a process.
test.each([
  ["linear", 2_000_003],
  ["linear", 2_000_002],
  ["linear", 2_000_008],
  ["linear", 3_000_007],
  ["boosted", 5_000_014],
  ["boosted", 5_000_015],
])("%s, seed %d: the booted kernel and the simulator agree within a beat", async (name, seed) => {
  const episode = episodeOf({ seed });
  const file = policyFile(name);
  const run = await runInKernel(episode, file);
  expect(run.managedPages).toBe(episode.totalPages);
  const result = agreement(episode.id, runInSimulator(episode, run, engine, Policy.fromFile(name, file.path)), run);
  expect(result.agree, JSON.stringify(result)).toBe(true);
});

const operations = [
  { tMs: 1500, op: "alloc" as const, pages: 3000 },
  { tMs: 1500, op: "touch" as const, pages: 3000 },
];
const quiet = { id: "quiet", family: "test", totalPages: 16_384, beatMs: 100, processes: [{ pid: 1, startMs: 1050, ops: operations }] };

test.each(["linear", "boosted"])("%s: the simulator begins with the machine that was booted, page by page", async (name) => {
  const file = policyFile(name);
  const run = await runInKernel(quiet, file);
  const { freePages, managedPages, fragmentationPpm } = run;
  const { userPages, reservedPages: committedPages } = run.start;
  expect(run.start.interpreted === undefined).toBe(name === "linear");
  expect(firstSample(quiet, run, engine, Policy.fromFile(name, file.path))).toEqual({ freePages, managedPages, fragmentationPpm, userPages, committedPages });
});
