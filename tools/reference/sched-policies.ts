// Scheduling policies under V8, for their tests: built when stale, one instance each, asked with the bytes that the kernel would send.
import { LAYOUT } from "../abi/index.js";
import { runGraph } from "../build/graph.js";
import { meteredWasm, policies, policySteps } from "../build/policies.js";
import { Policy } from "../sim/policies.js";
import type { Ask, SchedMachine } from "./sched-machine.js";

/** What the kernel gives a scheduling policy for one decision, in points. */
export const SCHED_FUEL = 2_000_000n;

/** Build the scheduling policies. Returns the names of those in kernel-as/policy/sched. */
export async function buildSchedPolicies(): Promise<string[]> {
  const list = policies().filter((policy) => /\/sched\/|\/bad_sched/.test(policy.entry));
  await runGraph(policySteps(list), { jobs: 1 });
  return list.filter((policy) => policy.entry.includes("/sched/")).map((policy) => policy.name);
}

/** A policy's instance, reset. */
export function openSched(name: string): Policy {
  const policy = Policy.fromFile(name, meteredWasm({ name, entry: "", kind: 0, builtIn: false }));
  if (policy.outputBytes !== LAYOUT.SchedDecision.bytes) throw new Error(`${name} is no scheduling policy`);
  policy.reset();
  return policy;
}

/** Ask it, and remember the most fuel that a call took. */
export function asking(policy: Policy, seen: { fuel: bigint } = { fuel: 0n }): Ask {
  return (input) => {
    const status = policy.decide(input, SCHED_FUEL);
    if (policy.fuelUsed > seen.fuel) seen.fuel = policy.fuelUsed;
    return status < 0 ? status : policy.decision();
  };
}

/** A histogram with all its weight on some bins. */
export const binsOf = (chances: Record<number, number>) => Array.from({ length: 16 }, (_, bin) => Math.round((chances[bin] ?? 0) * 1e6));

/** Ask and run, `turns` times, and say who ran: each turn to its end. */
export function turns(machine: SchedMachine, count: number): number[] {
  return Array.from({ length: count }, () => {
    const { slot, quantumNs } = machine.decide();
    machine.run(quantumNs);
    return slot;
  });
}
