// The part of `npm run bench -- policies` that is about scheduling: what one decision costs with 8, 32 and 128 tasks ready, in ns, compiled as in
// the image and interpreted by wasm3, through the shim's own host calls. A decision is told what changed since the last one; after a swap it
// is told everything, which is shown apart. The time of a decision is the median of its rounds: what is left differs by what was to be decided.
import { performance } from "node:perf_hooks";
import { ModuleKind } from "../abi/index.js";
import { policies } from "../build/policies.js";
import { jobsOfMix } from "../jobs/index.js";
import { ToolError } from "../lib/index.js";
import { type Request, timeHosted } from "../reference/policy-engines.js";
import { asking, openSched, SCHED_FUEL } from "../reference/sched-policies.js";
import { Rng } from "../sim/rng.js";
import { median } from "./median.js";
import { schedStream, simulatedStream, type Turn } from "./sched-stream.js";

const READY = [8, 32, 128] as const;
const ENGINES = ["aot", "wasm3"] as const;
const WARM = 200;
const DECISIONS = 2000;
const SNAPSHOTS = 20;
const ROUNDS = { aot: 7, wasm3: 3 };
const SEED = 1;
/** p99 of the learned one, compiled, in ns, by tasks ready (issue: 20 us at 32, 50 us at 128). */
const TARGETS: Record<number, number> = { 32: 20_000, 128: 50_000 };
const BASE = "rr";
/** A list of a training mix beside the streams of so many ready tasks: how many are ready there depends on the policy. */
const LIST = { mix: "train-blend", load: 0.9, seed: 1, jobs: 1500 };

/** Quantiles over the decisions of a stream, ns. */
export interface DecisionTime {
  p50: number;
  p99: number;
  /** of single measurements: an interruption counts */
  p99Single: number;
  /** mean of decisions after a swap */
  snapshot: number;
}

export interface SchedPolicyTime {
  name: string;
  /** of the stream; undefined: the list */
  ready: number | undefined;
  /** mean of those that were ready */
  meanReady: number;
  /** rows that a decision was told, mean */
  rows: number;
  aot: DecisionTime;
  wasm3: DecisionTime;
  /** most metering points of one call, and after a swap */
  fuel: number;
  snapshotFuel: number;
  /** of its median to that of rr, compiled, same run */
  toBase: number;
}

const quantile = (values: readonly number[], share: number) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.max(Math.ceil(sorted.length * share) - 1, 0), sorted.length - 1)] as number;
};

interface Contest {
  name: string;
  ready: number | undefined;
  turns: Turn[];
  /** of each engine, of each turn: ns of each round */
  ns: Record<(typeof ENGINES)[number], number[][]>;
  fuel: number;
  snapshotFuel: number;
}

async function round(program: string, engine: (typeof ENGINES)[number], contest: Contest): Promise<void> {
  const turns = contest.turns.filter((turn, i) => i < WARM + DECISIONS || turn.snapshot);
  const requests: Request[] = turns.flatMap((turn) => turn.inputs.map((input) => ({ input, fuel: SCHED_FUEL })));
  const answers = await timeHosted(program, engine, contest.name, [{ reset: 1, fuel: SCHED_FUEL }, ...requests]);
  let at = 2; // behind those of open and reset
  for (const [i, turn] of turns.entries()) {
    let ns = 0;
    for (const _ of turn.inputs) {
      const answer = answers[at++];
      if (!answer || answer.status < 0) throw new ToolError(`${contest.name} on ${engine}, ${contest.ready ?? LIST.mix}, decision ${i}: status ${answer?.status}: ${answer?.text}`);
      ns += answer.ns;
      const fuel = Number(answer.fuelUsed);
      if (turn.snapshot) contest.snapshotFuel = Math.max(contest.snapshotFuel, fuel);
      else contest.fuel = Math.max(contest.fuel, fuel);
    }
    contest.ns[engine][i] = [...(contest.ns[engine][i] ?? []), ns];
  }
}

function timeOf(contest: Contest, engine: (typeof ENGINES)[number]): DecisionTime {
  const turns = contest.turns.filter((turn, i) => i < WARM + DECISIONS || turn.snapshot);
  const times = contest.ns[engine].map((rounds, i) => ({ rounds, snapshot: (turns[i] as Turn).snapshot, warm: i < WARM }));
  const counted = times.filter(({ snapshot, warm }) => !snapshot && !warm);
  const medians = counted.map(({ rounds }) => median(rounds));
  return {
    p50: quantile(medians, 0.5),
    p99: quantile(medians, 0.99),
    p99Single: quantile(
      counted.flatMap(({ rounds }) => rounds),
      0.99,
    ),
    snapshot: median(times.filter(({ snapshot, warm }) => snapshot && !warm).map(({ rounds }) => median(rounds))),
  };
}

/** Measures. `program` is the built policy-host. Throws ToolError where a decision fails. */
export async function runSchedPolicies(program: string, onProgress?: (text: string) => void): Promise<SchedPolicyTime[]> {
  const names = policies()
    .filter(({ kind, entry, evaluationOnly }) => kind === ModuleKind.Sched && entry.includes("/sched/") && !evaluationOnly)
    .map(({ name }) => name);
  const list = jobsOfMix(LIST.mix, LIST);
  const contests = [...READY, undefined].flatMap((ready) =>
    names.map((name): Contest => {
      onProgress?.(`${name}: decisions with ${ready ?? "some"} ready`);
      const turns =
        ready === undefined
          ? simulatedStream(name, list, WARM + DECISIONS)
          : schedStream({ ask: asking(openSched(name)), ready, decisions: WARM + DECISIONS, snapshots: SNAPSHOTS, rng: new Rng(SEED) });
      return { name, ready, turns, ns: { aot: [], wasm3: [] }, fuel: 0, snapshotFuel: 0 };
    }),
  );
  const began = performance.now();
  for (const engine of ENGINES)
    for (let i = 0; i < ROUNDS[engine]; i++)
      for (const contest of contests) {
        onProgress?.(`${engine}, round ${i + 1} of ${ROUNDS[engine]}: ${contest.name}, ${contest.ready ?? LIST.mix}, ${((performance.now() - began) / 1000).toFixed(0)} s`);
        await round(program, engine, contest);
      }
  return contests.map((contest) => {
    const base = contests.find(({ name, ready }) => name === BASE && ready === contest.ready) as Contest;
    const aot = timeOf(contest, "aot");
    const told = contest.turns.filter(({ snapshot }) => !snapshot);
    return {
      name: contest.name,
      ready: contest.ready,
      meanReady: told.reduce((sum, { ready }) => sum + ready, 0) / told.length,
      rows: told.reduce((sum, { rows }) => sum + rows, 0) / told.length,
      aot,
      wasm3: timeOf(contest, "wasm3"),
      fuel: contest.fuel,
      snapshotFuel: contest.snapshotFuel,
      toBase: aot.p50 / timeOf(base, "aot").p50,
    };
  });
}

/** The figures as lines for a person. */
export function formatSchedPolicies(found: readonly SchedPolicyTime[]): string {
  const us = (ns: number) => (ns / 1000).toFixed(2);
  const line = (cells: string[]) =>
    `${(cells[0] as string).padEnd(12)}${cells
      .slice(1)
      .map((cell) => cell.padStart(11))
      .join("")}`;
  const head = ["policy", "ready", "rows", "p50", "p99", "p99 single", `÷ ${BASE}`, "swap", "wasm3 p50", "p99", "swap", "fuel", "fuel swap"];
  return [...READY, undefined]
    .flatMap((ready) => {
      const target = ready === undefined ? undefined : TARGETS[ready];
      const what = ready === undefined ? `${LIST.mix}, load ${LIST.load}, as in the simulator` : `${ready} tasks ready`;
      return [
        `us of one scheduling decision, ${what}, ${DECISIONS} decisions, each the median of ${ROUNDS.aot} rounds (${ROUNDS.wasm3})${target ? `; target for the transformer: p99 ≤ ${us(target)}` : ""}`,
        line(head),
        ...found
          .filter((one) => one.ready === ready)
          .map((one) =>
            line([
              one.name,
              one.meanReady.toFixed(1),
              one.rows.toFixed(1),
              us(one.aot.p50),
              us(one.aot.p99),
              us(one.aot.p99Single),
              one.toBase.toFixed(1),
              us(one.aot.snapshot),
              us(one.wasm3.p50),
              us(one.wasm3.p99),
              us(one.wasm3.snapshot),
              String(one.fuel),
              String(one.snapshotFuel),
            ]),
          ),
        "",
      ];
    })
    .join("\n");
}
