// Episodes in the booted kernel and in the simulator: first alarm and OOM agree within a beat. Ring-3 programs play them here, on the
// virtual clock; under V8 the same kernel.wasm serves the same faults, on a machine that begins as the booted one was.
import { beforeAll, expect, test } from "vitest";
import { LAYOUT } from "../tools/abi/index.js";
import { parseEpisode } from "../tools/episodes/index.js";
import { policyFile } from "../tools/eval/memory/agree.js";
import { agreement, runInKernel, runInSimulator } from "../tools/eval/memory/kernel-run.js";
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

const ops = [
  { tMs: 1500, op: "alloc", pages: 3000 },
  { tMs: 1500, op: "touch", pages: 3000 },
];
const quiet = parseEpisode(JSON.stringify({ id: "quiet", family: "test", totalPages: 16_384, beatMs: 100, processes: [{ pid: 1, startMs: 1050, ops }] }));

test.each(["linear", "boosted"])("%s: the simulator begins with the machine that was booted, page by page", async (name) => {
  const file = policyFile(name);
  const run = await runInKernel(quiet, file);
  let first: DataView | undefined;
  runInSimulator(quiet, run, engine, Policy.fromFile(name, file.path), (input) => {
    first ??= new DataView(input.slice(-LAYOUT.MemorySample.bytes).buffer);
  });
  const { fields } = LAYOUT.MemorySample;
  const seen = (field: keyof typeof fields) => first?.getUint32(fields[field].offset, true);
  expect(seen("freePages")).toBe(run.freePages);
  expect(seen("managedPages")).toBe(run.managedPages);
  expect(seen("userPages")).toBe(run.start.userPages);
  expect(seen("committedPages")).toBe(run.start.reservedPages);
  expect(seen("fragmentationPpm")).toBe(run.fragmentationPpm);
  expect(run.start.interpreted === undefined).toBe(name === "linear");
});
