// The part of `npm run bench -- policies` that is about scheduling: what one decision costs with 8, 32 and 128 tasks ready and in two other
// streams, in ns, compiled as in the image and interpreted by wasm3, through the shim's own host calls. A decision is told what changed since
// the last one; after a swap it is told everything, which is shown apart. The time of a decision is the median of its rounds: what is left
// differs by what was to be decided.
import { performance } from "node:perf_hooks";
import { ModuleKind } from "../abi/index.js";
import { policies } from "../build/policies.js";
import { ToolError } from "../lib/index.js";
import { type Request, timeHosted } from "../reference/policy-engines.js";
import { SCHED_FUEL } from "../reference/sched-policies.js";
import { median } from "./median.js";
import { decisionsOf, listStream, readyStream, type Stream, shortStream, type Turn } from "./sched-stream.js";

const ENGINES = ["aot", "wasm3"] as const;
type TimedEngine = (typeof ENGINES)[number];
const WARM = 200;
const DECISIONS = 2000;
const ROUNDS = { aot: 7, wasm3: 3 };
/** Of the streams: enough for the decisions that are measured. */
const JOBS = 2500;
/** The streams, and what p99 of the learned one, compiled, may be. */
const STREAMS: readonly { stream: Stream; targetNs?: number }[] = [
  { stream: readyStream(8, JOBS) },
  { stream: readyStream(32, JOBS), targetNs: 20_000 },
  { stream: readyStream(128, JOBS), targetNs: 50_000 },
  { stream: listStream(JOBS) },
  { stream: shortStream(32, JOBS), targetNs: 20_000 },
];
const BASE = "rr";

/** Quantiles over the decisions of a stream, ns. */
export interface DecisionTime {
  p50: number;
  p99: number;
  /** of single measurements: an interruption counts */
  p99Single: number;
  /** median of decisions after a swap; NaN where there was none */
  snapshot: number;
}

export interface SchedPolicyTime {
  name: string;
  stream: string;
  /** undefined: the stream has none */
  targetNs: number | undefined;
  /** tasks ready and rows told at a decision, means */
  ready: number;
  rows: number;
  aot: DecisionTime;
  wasm3: DecisionTime;
  /** most metering points of one decision, and after a swap */
  fuel: number;
  snapshotFuel: number;
  /** of its median to that of rr, compiled, same run */
  toBase: number;
}

interface Contest {
  name: string;
  stream: string;
  targetNs: number | undefined;
  turns: Turn[];
  /** of each engine, of each turn: ns of each round */
  ns: Record<TimedEngine, number[][]>;
  fuel: number;
  snapshotFuel: number;
}

const quantile = (values: readonly number[], share: number) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.max(Math.ceil(sorted.length * share) - 1, 0), sorted.length - 1)] as number;
};
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

async function round(program: string, engine: TimedEngine, contest: Contest): Promise<void> {
  const requests: Request[] = contest.turns.flatMap((turn) => turn.inputs.map((input) => ({ input, fuel: SCHED_FUEL })));
  const answers = await timeHosted(program, engine, contest.name, [{ reset: 1, fuel: SCHED_FUEL }, ...requests]);
  let at = 2; // behind those of open and reset
  for (const [i, turn] of contest.turns.entries()) {
    let [ns, fuel] = [0, 0];
    for (const _ of turn.inputs) {
      const answer = answers[at++];
      if (!answer || answer.status < 0) throw new ToolError(`${contest.name} on ${engine}, ${contest.stream}, decision ${i}: status ${answer?.status}: ${answer?.text}`);
      ns += answer.ns;
      fuel += Number(answer.fuelUsed);
    }
    if (turn.snapshot) contest.snapshotFuel = Math.max(contest.snapshotFuel, fuel);
    else contest.fuel = Math.max(contest.fuel, fuel);
    contest.ns[engine][i] = [...(contest.ns[engine][i] ?? []), ns];
  }
}

function timeOf({ turns, ns }: Contest, engine: TimedEngine): DecisionTime {
  const times = ns[engine].map((rounds, i) => ({ rounds, snapshot: (turns[i] as Turn).snapshot })).slice(WARM);
  const counted = times.filter(({ snapshot }) => !snapshot).map(({ rounds }) => rounds);
  const snapshots = times.filter(({ snapshot }) => snapshot).map(({ rounds }) => median(rounds));
  const medians = counted.map(median);
  return {
    p50: quantile(medians, 0.5),
    p99: quantile(medians, 0.99),
    p99Single: quantile(counted.flat(), 0.99),
    snapshot: snapshots.length > 0 ? median(snapshots) : Number.NaN,
  };
}

/** Measures. `program` is the built policy-host. Throws ToolError where a decision fails. */
export async function runSchedPolicies(program: string, onProgress?: (text: string) => void): Promise<SchedPolicyTime[]> {
  const names = policies()
    .filter(({ kind, entry, evaluationOnly }) => kind === ModuleKind.Sched && entry.includes("/sched/") && !evaluationOnly)
    .map(({ name }) => name);
  const contests = STREAMS.flatMap(({ stream, targetNs }) =>
    names.map((name): Contest => {
      onProgress?.(`${name}: ${stream.name}`);
      return { name, stream: stream.name, targetNs, turns: decisionsOf(name, stream, WARM + DECISIONS), ns: { aot: [], wasm3: [] }, fuel: 0, snapshotFuel: 0 };
    }),
  );
  const began = performance.now();
  for (const engine of ENGINES)
    for (let i = 0; i < ROUNDS[engine]; i++)
      for (const contest of contests) {
        onProgress?.(`${engine}, round ${i + 1} of ${ROUNDS[engine]}: ${contest.name}, ${contest.stream}, ${((performance.now() - began) / 1000).toFixed(0)} s`);
        await round(program, engine, contest);
      }
  return contests.map((contest) => {
    const base = contests.find(({ name, stream }) => name === BASE && stream === contest.stream) as Contest;
    const aot = timeOf(contest, "aot");
    const told = contest.turns.filter(({ snapshot }) => !snapshot);
    return {
      name: contest.name,
      stream: contest.stream,
      targetNs: contest.targetNs,
      ready: meanOf(told.map(({ ready }) => ready)),
      rows: meanOf(told.map(({ rows }) => rows)),
      aot,
      wasm3: timeOf(contest, "wasm3"),
      fuel: contest.fuel,
      snapshotFuel: contest.snapshotFuel,
      toBase: aot.p50 / timeOf(base, "aot").p50,
    };
  });
}

const HEAD = ["policy", "ready", "rows", "p50", "p99", "p99 single", `÷ ${BASE}`, "swap", "wasm3 p50", "p99", "swap", "fuel", "fuel swap"];

/** The figures as lines for a person. */
export function formatSchedPolicies(found: readonly SchedPolicyTime[]): string {
  const us = (ns: number) => (Number.isFinite(ns) ? (ns / 1000).toFixed(2) : "–");
  const line = ([first = "", ...cells]: string[]) => `${first.padEnd(12)}${cells.map((cell) => cell.padStart(11)).join("")}`;
  const rowOf = (one: SchedPolicyTime) => [
    one.name,
    one.ready.toFixed(1),
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
    one.snapshotFuel > 0 ? String(one.snapshotFuel) : "–",
  ];
  const streams = [...new Set(found.map(({ stream }) => stream))];
  return streams
    .flatMap((stream) => {
      const some = found.filter((one) => one.stream === stream);
      const target = some[0]?.targetNs;
      const title = `us of one scheduling decision, ${stream}: ${DECISIONS} decisions, each the median of ${ROUNDS.aot} rounds (wasm3 ${ROUNDS.wasm3})`;
      return [target === undefined ? title : `${title}; target for the transformer: p99 ≤ ${us(target)}`, line(HEAD), ...some.map((one) => line(rowOf(one))), ""];
    })
    .join("\n");
}
