// `npm run bench -- policies`: what one decision of each policy costs, in ns and in fuel: compiled, as the kernel runs it, and interpreted by
// wasm3. The shim's own host calls as a Linux process. Here those of memory, on inputs of a replayed episode, in processor time; scheduling is in
// sched-policies.ts. Speed is printed, never judged; an answer that the kernel would refuse fails.
import { join } from "node:path";
import { buildPolicyHost } from "../build/hosted.js";
import { seededEpisode } from "../episodes/index.js";
import { ROOT, ToolError } from "../lib/index.js";
import { timeHosted } from "../reference/policy-engines.js";
import { Engine, Policy, replay } from "../sim/index.js";
import { median } from "./median.js";
import { formatSchedPolicies, runSchedPolicies, type SchedPolicyTime } from "./sched-policies.js";

const POLICIES = ["boosted", "neural", "slope", "linear"];
const ENGINES = ["aot", "wasm3"] as const;
/** Of a validation family: its last beats, with full windows. */
const EPISODE_SEED = 1_000_001;
const INPUTS = 20;
const TIMES = { aot: 5_000, wasm3: 200 };
const ROUNDS = 7;
/** What the kernel gives (kernel-as/kernel/limits.ts). */
const FUEL = 200_000n;
const TARGET_NS = 20_000;

export interface PolicyTime {
  name: string;
  ns: { aot: number; wasm3: number };
  /** most fuel of the inputs */
  fuel: number;
}

export interface PolicyTimes {
  memory: PolicyTime[];
  sched: SchedPolicyTime[];
}

/** Measures. Throws ToolError where a decision fails. */
export async function runPoliciesBench({ onProgress }: { onProgress?: (text: string) => void } = {}): Promise<PolicyTimes> {
  onProgress?.("build");
  const program = await buildPolicyHost("plain");
  return { sched: await runSchedPolicies(program, onProgress), memory: await memoryPolicies(program, onProgress) };
}

async function memoryPolicies(program: string, onProgress?: (text: string) => void): Promise<PolicyTime[]> {
  const inputs: Uint8Array[] = [];
  const champion = Policy.fromFile("slope", join(ROOT, "build/policies/slope.wasm"));
  replay(seededEpisode("validation", EPISODE_SEED), { engine: new Engine(ROOT), champion, onBeat: (input) => inputs.push(input.slice()) });
  const chosen = inputs.slice(-INPUTS);
  const found: PolicyTime[] = [];
  for (const name of POLICIES) {
    const ns = { aot: 0, wasm3: 0 };
    let fuel = 0;
    for (const engine of ENGINES) {
      const rounds: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        onProgress?.(`${name}, ${engine}: round ${round + 1} of ${ROUNDS}`);
        const answers = await timeHosted(
          program,
          engine,
          name,
          chosen.flatMap((input) => [
            { input, fuel: FUEL },
            { times: TIMES[engine], fuel: FUEL },
          ]),
        );
        const bad = answers.find((answer) => answer.status < 0);
        if (bad) throw new ToolError(`${name} on ${engine} answered status ${bad.status}: ${bad.text}`);
        // The first answer is open's; then a decision and its time, in turns.
        for (let i = 1; i < answers.length; i += 2) fuel = Math.max(fuel, Number(answers[i]?.fuelUsed));
        rounds.push(median(answers.filter((_, i) => i > 0 && i % 2 === 0).map((answer) => Number(answer.fuelUsed))));
      }
      ns[engine] = median(rounds);
    }
    found.push({ name, ns, fuel });
  }
  return found;
}

/** The figures as lines for a person. */
export function formatPoliciesBench({ memory, sched }: PolicyTimes): string {
  const row = (...cells: string[]) =>
    `${(cells[0] as string).padEnd(10)}${cells
      .slice(1)
      .map((cell) => cell.padStart(14))
      .join("")}`; // prettier-ignore
  return [
    formatSchedPolicies(sched),
    `ns of processor time of a memory policy for a decision with a full window, medians of ${ROUNDS} rounds and ${INPUTS} beats (target ≤ ${TARGET_NS} compiled); fuel of ${FUEL}`,
    row("policy", "compiled ns", "wasm3 ns", "fuel"),
    ...memory.map(({ name, ns, fuel }) => row(name, ns.aot.toFixed(0), ns.wasm3.toFixed(0), String(fuel))),
  ].join("\n");
}
