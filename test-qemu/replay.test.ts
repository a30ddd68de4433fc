// Episodes in the booted kernel and in the simulator: first alarm and OOM agree within a beat. Ring-3 programs play them here, on the
// virtual clock; under V8 the same kernel.wasm serves the same faults.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type Agreement, agreement, runInKernel } from "../tools/eval/memory/kernel-run.js";
import { episodeOf } from "../tools/eval/memory/tasks.js";
import { ROOT } from "../tools/lib/index.js";
import { Engine } from "../tools/sim/fast.js";
import { Policy } from "../tools/sim/policies.js";
import { replay } from "../tools/sim/replay.js";

const path = join(ROOT, "build/policies/linear.wasm");
let engine: Engine;
let policy: Policy;
beforeAll(() => {
  engine = new Engine(ROOT);
  policy = new Policy("linear", new Uint8Array(readFileSync(path)));
});

async function both(seed: number): Promise<Agreement> {
  const episode = episodeOf({ seed });
  const run = await runInKernel(episode, { name: "linear", path });
  expect(run.managedPages).toBe(episode.totalPages);
  // What the booted kernel has in use before the episode begins, the simulator has too, within a few pages.
  expect(episode.totalPages - run.freePages).toBeLessThan(200);
  const sim = replay(episode, { engine, champion: policy, shadows: [policy], usedPages: run.managedPages - run.freePages });
  return agreement(episode.id, { alarmMs: sim.tracks[0]?.alarmsMs[0], oomMs: sim.oomMs }, run);
}

// One that runs out after a minute and more with five processes, one of thirteen processes, one that does not run out, and one so slow that
// the three pages that a learner takes when it first wakes would be two beats.
test.each([2_000_003, 2_000_002, 2_000_008, 3_000_007])("seed %d: the booted kernel and the simulator agree within a beat", async (seed) => {
  const result = await both(seed);
  expect(result.agree, JSON.stringify(result)).toBe(true);
});
