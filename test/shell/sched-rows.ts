// A scheduler in the middle of its work, as the topics about it would tell: three tasks, a policy that learns, a shadow, one decision.
import { Event, Topic } from "../../tools/abi/generated.js";
import type { Row } from "./rows.js";

const shell: Row = {
  slot: 0,
  pid: 1,
  parent: 0,
  state: 3,
  image: 0x1111_2222_3333_4444n,
  burstMeanUs: 300,
  blockedPpm: 990_000,
  requests: 40,
  requestMeanUs: 700,
  imageRequests: 41,
  imageMeanUs: 705,
};
const short: Row = {
  slot: 4,
  pid: 12,
  parent: 1,
  state: 2,
  nice: -5,
  image: 0xabc0_0000_0000_0001n,
  attainedNs: 1_000_000n,
  burstMeanUs: 900,
  imageRequests: 7,
  imageMeanUs: 4000,
};
const long: Row = { slot: 5, pid: 13, parent: 1, state: 1, image: 0xdef0_0000_0000_0002n, attainedNs: 80_000_000n, waitedNs: 5_000_000n, imageMeanUs: 900_000 };

/** Latencies in bins 16 (4096 ns on) and 24 (16384 ns on): 98 and 2 of 100. */
const latency = Array.from({ length: 64 }, (_, bin) => (bin === 16 ? 98 : bin === 24 ? 2 : 0));

export function schedRows(): Partial<Record<number, Row[]>> {
  return {
    [Topic.Tasks]: [
      { ...shell, userNs: 30_000_000n, systemNs: 10_000_000n, readyNs: 2_000_000n, blockedNs: 4_000_000_000n, voluntary: 400n, involuntary: 3n, command: "shell" },
      { ...short, userNs: 1_000_000n, systemNs: 500_000n, voluntary: 1n, command: "sort words" },
      { ...long, userNs: 80_000_000n, involuntary: 20n, command: "primes" },
    ],
    [Topic.Sched]: [
      {
        timeNs: 10_000_000_000n,
        decisions: 100n,
        single: 900n,
        switches: 500n,
        voluntary: 420n,
        involuntary: 80n,
        preemptions: 30n,
        rescues: 1n,
        requests: 50n,
        responseNs: 5_000_000_000n,
        serviceNs: 1_000_000_000n,
        slowdownMilli: 150_000n,
        idleNs: 2_500_000_000n,
        moduleId: 6,
        ready: 2,
        explainEvery: 8,
        learnMode: 1,
        ratePpb: 500_000,
        quantumUs: 4000,
        starveNs: 3_000_000_000n,
        latency,
      },
    ],
    [Topic.Decisions]: [
      { sequence: 70n, timeNs: 5_000_000n, moduleId: 0, slot: 5, pid: 13, before: 1, quantumNs: 10_000_000n, ended: 0, ready: 2, candidates: 2, tookNs: 800 },
      {
        sequence: 78n,
        timeNs: 6_000_000n,
        moduleId: 6,
        slot: 4,
        pid: 12,
        before: 13,
        quantumNs: 4_000_000n,
        ranNs: 1_500_000n,
        ended: 2,
        ready: 3,
        candidates: 2,
        tookNs: 7300,
        shadowPid: 13,
        version: 3,
      },
    ],
    [Topic.Candidates]: [
      { ...short, score: 0.75, attention: 0.625, remainingNs: 3_000_000 },
      { ...long, score: -1.5, attention: 0.375, remainingNs: 700_000_000 },
    ],
    [Topic.Images]: [
      { image: 0xabc0_0000_0000_0001n, lastNs: 4_000_000_000n, requests: 7, meanUs: 4000, deviationUs: 500, burstUs: 900, bins: [0, 0, 0, 0, 200_000, 800_000] },
      { image: 0x9999_0000_0000_0009n, lastNs: 1_000_000_000n, requests: 1, meanUs: 100, bins: [1_000_000] },
    ],
    [Topic.Shadow]: [{ moduleId: 5, decisions: 200n, agreed: 150n, pairs: 20n, gainNs: -40_000_000n, shadowShorter: 5n, nsTotal: 400_000n }],
    [Topic.Weights]: [
      {
        moduleId: 6,
        bytes: 9000,
        version: 3,
        goodVersion: 2,
        commits: 3n,
        refused: 1n,
        rollbacks: 1n,
        judged: 12,
        onTrial: 1,
        beforeMilli: 1250,
        sinceMilli: 1100,
        committedNs: 9_000_000_000n,
      },
    ],
    [Topic.Learner]: [
      {
        timeNs: 9_500_000_000n,
        decisions: 300n,
        examples: 250n,
        steps: 16n,
        published: 3n,
        lost: 2n,
        loss: 1.23456,
        baseLoss: 1.5,
        gradientNorm: 0.25,
        rate: 0.0005,
        cpuNs: 95_000_000n,
        pid: 2,
        mode: 1,
      },
    ],
  };
}

/** Modules of the kind that decides which task runs. */
export const SCHED_MODULES: Row[] = [
  { id: 5, kind: 2, state: 0, engine: 1, name: "sjf_history" },
  { id: 6, kind: 2, state: 1, engine: 1, calls: 100n, nsTotal: 500_000n, name: "transformer" },
  { id: 7, kind: 2, state: 2, engine: 2, calls: 9n, errors: 1n, lastError: -15, name: "greedy", reason: "used up its fuel" },
];

/** The request of pid 12 ended 4 ms after the decision 78. */
export const REQUEST_END: Row = { sequence: 9000n, timeNs: 10_000_000n, event: Event.RequestEnd, pid: 12, a: 5_000_000n, b: 9_000_000n };
