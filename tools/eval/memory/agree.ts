// --in kernel: the same episodes in the booted kernel and in the simulator, one after the other, and whether the two agree.
import { join } from "node:path";
import type { Episode } from "../../episodes/index.js";
import { type Progress, ROOT } from "../../lib/index.js";
import { Engine } from "../../sim/fast.js";
import { Policy } from "../../sim/policies.js";
import type { Block } from "../common/document.js";
import { bar } from "../common/progress-bar.js";
import { table } from "../common/table.js";
import { type Agreement, agreement, runInKernel, runInSimulator } from "./kernel-run.js";
import type { PolicyFile } from "./options.js";
import { seconds } from "./text.js";

/** Play each episode in both. The kernel is built. */
export async function agree(episodes: readonly Episode[], file: PolicyFile, progress: Progress): Promise<Agreement[]> {
  const engine = new Engine(ROOT);
  const policy = Policy.fromFile(file.name, file.path);
  const results: Agreement[] = [];
  progress.phase("episodes in the booted kernel");
  for (const episode of episodes) {
    progress.step(`${bar(results.length, episodes.length)} ${episode.id}`);
    const run = await runInKernel(episode, file);
    results.push(agreement(episode.id, runInSimulator(episode, run, engine, policy), run));
  }
  progress.done();
  return results;
}

const HEAD = ["episode", "alarm, simulator", "alarm, kernel", "OOM, simulator", "OOM, kernel", "within a beat"];
const exact = (ms: number | undefined) => (ms === undefined ? "none" : `${(ms / 1000).toFixed(3)} s`);
const row = (a: Agreement) => [a.id, exact(a.sim.alarmMs), exact(a.kernel.alarmMs), exact(a.sim.oomMs), exact(a.kernel.oomMs), a.agree ? "yes" : "NO"];

export function agreementText(results: readonly Agreement[], policy: string): string {
  const same = results.filter((r) => r.agree).length;
  return `${table([HEAD, ...results.map(row)])}\n\n${policy}: ${same} of ${results.length} episodes agree within a beat of ${seconds(100)}`;
}

export function agreementBlocks(results: readonly Agreement[], policy: string): Block[] {
  const same = results.filter((r) => r.agree).length;
  return [
    { kind: "heading", text: "The booted kernel and the simulator" },
    {
      kind: "paragraph",
      text: `The same seeded episodes, played by ring-3 programs in the booted kernel on the virtual clock. ${policy}: first alarm and OOM of ${same} of ${results.length} agree within a beat.`,
    },
    { kind: "table", head: HEAD, rows: results.map(row) },
  ];
}

/** Where the policies of the build lie. */
export const policyFile = (name: string): PolicyFile => ({ name, path: join(ROOT, "build/policies", `${name}.wasm`) });
