// The simulator of schedulers on lists small enough to be worked out by hand, what must hold on larger ones, and what happens to policies
// that fail. The kernel's core and the policies are the real ones.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LAYOUT } from "../../abi/index.js";
import { type Job, jobsOfMix, type Segment } from "../../jobs/index.js";
import { BUILD } from "../../lib/index.js";
import { figuresOf, ratioQuantile, responsesMs, sortedQuantile } from "./figures.js";
import { addHistogram, countTime, emptyHistogram, histogramQuantile } from "./histogram.js";
import { packJobs } from "./pack.js";
import { NoSchedPolicy, SchedPolicy } from "./policy.js";
import { type Outcome, runJobs, VoidRun } from "./run.js";

const path = (name: string) => join(BUILD, `policies/${name}.wasm`);
const policy = (name: string) => SchedPolicy.fromFile(name, path(name));
const ALL = ["fifo", "rr", "mlfq", "las", "eevdf", "sjf_history", "gittins", "oracle_srpt", "transformer"].filter((name) => existsSync(path(name)));

const job = (arrivalMs: number, segments: Segment[], image = "00000000000000aa"): Job => ({ arrivalMs, image, segments });
const THREE = [job(0, [{ cpuMs: 30 }]), job(5, [{ cpuMs: 10 }]), job(6, [{ cpuMs: 4 }])];
const ends = (name: string, jobs: readonly Job[], switchNs = 0) => [...runJobs({ policy: policy(name), jobs: packJobs(jobs), switchNs }).endMs];

describe("by hand", () => {
  test("first come, first served", () => {
    expect(ends("fifo", THREE)).toEqual([30, 40, 44]);
    // Two switches of a millisecond each.
    expect(ends("fifo", THREE, 1_000_000)).toEqual([30, 41, 46]);
  });

  test("round robin with a quantum of 10 ms", () => {
    // Nobody is asked while the first is alone: its quantum counts from 5. 0–15 first, 15–25 second (done), 25–29 third (done), 29–44 first.
    expect(ends("rr", THREE)).toEqual([44, 25, 29]);
  });

  test("shortest remaining processor time first", () => {
    // 0–5 first, 5–6 second, 6–10 third (done), 10–19 second (done), 19–44 first.
    expect(ends("oracle_srpt", THREE)).toEqual([44, 19, 10]);
  });

  test("waits cost nobody else anything", () => {
    const waiting = [job(0, [{ cpuMs: 2 }, { ioMs: 10 }, { cpuMs: 3 }]), job(1, [{ cpuMs: 6 }]), job(100, [{ cpuMs: 1 }, { ioMs: 2 }, { ioMs: 3 }, { cpuMs: 1 }, { cpuMs: 2 }])];
    // 0–2 first, 2–8 second, the first is back at 12; the third alone: 1 + 5 + 3.
    expect(ends("fifo", waiting)).toEqual([15, 8, 109]);
  });

  test("the figures", () => {
    const jobs = packJobs(THREE);
    const outcome = runJobs({ policy: policy("fifo"), jobs, switchNs: 1_000_000 });
    expect([...responsesMs(jobs, outcome)]).toEqual([30, 36, 40]);
    const figures = figuresOf(jobs, outcome);
    expect(figures.meanResponseMs).toBeCloseTo(106 / 3, 9);
    // Slowdowns 1, 3.6, 10.
    expect(figures.meanSlowdown).toBeCloseTo(14.6 / 3, 9);
    expect(figures.worstSlowdown).toBe(10);
    expect(figures.fairness).toBeCloseTo(14.6 ** 2 / (3 * (1 + 3.6 ** 2 + 100)), 9);
    expect(figures.p99ResponseMs).toBeCloseTo(36 + 0.98 * 4, 9);
    expect(figures.makespanMs).toBe(46);
    expect(figures.switches).toBe(2);
    expect(figures.switchShare).toBeCloseTo(2 / 46, 9);
    expect(figures.longestWaitMs).toBeCloseTo(35, 6);
    expect(ratioQuantile(new Float64Array([2, 9, 4]), new Float64Array([2, 3, 1]), 0.5)).toBe(3);
    expect(sortedQuantile(new Float64Array([1, 2, 4]), 1)).toBe(4);
  });

  test("times in bins", () => {
    const [some, others] = [emptyHistogram(), emptyHistogram()];
    for (let i = 0; i < 99; i++) countTime(some, 1000);
    countTime(others, 1e6);
    addHistogram(some, others);
    expect(histogramQuantile(some, 0.5)).toBeGreaterThan(940);
    expect(histogramQuantile(some, 0.5)).toBeLessThan(1060);
    expect(histogramQuantile(some, 1)).toBeGreaterThan(9e5);
    expect(histogramQuantile(emptyHistogram(), 0.5)).toBeUndefined();
  });
});

describe("on every policy", () => {
  const lists = { desktop: packJobs(jobsOfMix("desktop", { load: 0.8, seed: 7, jobs: 1500 })), flood: packJobs(flood()) };

  // 1300 jobs at once: the table holds 1024.
  function flood(): Job[] {
    return Array.from({ length: 1300 }, (_, i) => job(i < 10 ? 0 : 1, [{ cpuMs: 1 + (i % 7) }], `00000000000000${(16 + (i % 5)).toString(16)}`));
  }

  test.each(ALL)("%s: every job ends, nobody starves, the work is conserved, twice the same", (name) => {
    const one = policy(name);
    const outcome = runJobs({ policy: one, jobs: lists.desktop });
    expect(Math.min(...responsesMs(lists.desktop, outcome).map((ms, i) => ms - (lists.desktop.alone[i] as number) / 1e6))).toBeGreaterThanOrEqual(-1e-6);
    expect(runJobs({ policy: one, jobs: lists.desktop }).endMs).toEqual(outcome.endMs);
    const full = runJobs({ policy: one, jobs: lists.flood });
    // One of the first ten has ended when the others arrive.
    expect(full.outside).toBe(275);
    expect(full.mostReady).toBe(1024);
    // Nothing idles and nothing is lost: the end is the work and the switches.
    expect(full.idleMs).toBe(0);
    expect(Math.max(...full.endMs)).toBeCloseTo((lists.flood.work + full.switches * full.switchNs) / 1e6, 6);
  });

  test.each(ALL.filter((name) => ["fifo", "las", "sjf_history", "oracle_srpt", "transformer"].includes(name)))(
    "%s: a long job among short ones without end is not forgotten",
    (name) => {
      // Short jobs take the whole processor for 20 s; whoever prefers them would leave the long one until then.
      const jobs = [job(0, [{ cpuMs: 400 }], "00000000000000bb"), ...Array.from({ length: 4000 }, (_, i) => job(i * 5, [{ cpuMs: 5 }]))];
      const { longestWaitMs, rescues } = runJobs({ policy: policy(name), jobs: packJobs(jobs) });
      // STARVE_NS and two turns of 10 ms for each that was ready before; the switches are small.
      expect(longestWaitMs).toBeLessThan(3000 + 2 * 10.1 * 200);
      if (name === "oracle_srpt") expect(rescues).toBeGreaterThan(0);
    },
  );
});

describe("what training and learning need", () => {
  const jobs = packJobs(jobsOfMix("train-programs", { load: 0.8, seed: 5, jobs: 400 }));
  const { CandidateRow, DecisionRow } = LAYOUT;

  test("records carry the candidates, and ended jobs name the requests", () => {
    const ended = new Map<string, number>();
    const seen: { key: string; attained: number; chosen: boolean }[] = [];
    let sequences: bigint[] = [];
    runJobs({
      policy: policy("rr"),
      jobs,
      explainEvery: 4,
      onRecord: ({ decision, candidates, count }) => {
        sequences = [...sequences, decision.getBigUint64(DecisionRow.fields.sequence.offset, true)];
        for (let i = 0; i < count; i++) {
          const at = i * CandidateRow.bytes;
          const pid = candidates.getUint32(at + CandidateRow.fields.pid.offset, true);
          seen.push({
            key: `${pid}/${candidates.getBigUint64(at + CandidateRow.fields.requestSinceNs.offset, true)}`,
            attained: Number(candidates.getBigUint64(at + CandidateRow.fields.attainedNs.offset, true)),
            chosen: pid === decision.getUint32(DecisionRow.fields.pid.offset, true),
          });
        }
      },
      onEnd: ({ pid, requestSinceNs, serviceNs }) => ended.set(`${pid}/${requestSinceNs}`, serviceNs),
    });
    expect(sequences.length).toBeGreaterThan(100);
    expect([...sequences].sort((a, b) => Number(a - b))).toEqual(sequences);
    expect(ended.size).toBe(400);
    expect(seen.filter((row) => row.chosen)).toHaveLength(sequences.length);
    for (const { key, attained } of seen) expect((ended.get(key) as number) - attained).toBeGreaterThan(0);
    expect([...ended.values()].reduce((sum, ns) => sum + ns, 0)).toBe(jobs.work);
  });

  test("a hook every so many jobs", () => {
    const at: number[] = [];
    const outcome = runJobs({ policy: policy("rr"), jobs, everyJobs: 150, onJobs: (done) => at.push(done) });
    expect(at).toEqual([150, 300, 400]);
    expect(outcome.endMs).toEqual(runJobs({ policy: policy("rr"), jobs }).endMs);
  });
});

describe("bad policies", () => {
  test("one of the other kind, and one that is none, are refused", () => {
    expect(() => policy("linear")).toThrow(NoSchedPolicy);
    expect(() => new SchedPolicy("nothing", new Uint8Array(8))).toThrow(/nothing is no scheduling policy/);
  });

  test("one that fails makes the run void and says why", () => {
    const good = policy("rr");
    const jobs = packJobs(THREE);
    good.ask = () => -1;
    expect(() => runJobs({ policy: good, jobs })).toThrow(VoidRun);
    const lost = policy("rr");
    lost.ask = (core, _input, _bytes, output) => {
      new DataView(core.buffer).setUint32(output, 77, true);
      return 0;
    };
    expect(() => runJobs({ policy: lost, jobs })).toThrow(/rr was ejected: .*/);
  });

  test("weights of a policy that has none", () => {
    expect(policy("rr").weights()).toBeUndefined();
    expect(() => policy("rr").setWeights(new Uint8Array(4), 1)).toThrow(/has no weights/);
  });
});

test("the surface is what docs say: an outcome is enough for figures", () => {
  const jobs = packJobs(THREE);
  const kernel: Outcome = {
    policy: "rr",
    endMs: new Float64Array([44, 20, 24]),
    switches: 3,
    switchNs: 0,
    decisions: 4,
    single: 0,
    rescues: 0,
    idleMs: 0,
    longestWaitMs: 0,
    outside: 0,
    mostReady: 3,
    decideTimes: undefined,
  };
  expect(figuresOf(jobs, kernel).meanResponseMs).toBeCloseTo((44 + 15 + 18) / 3, 9);
  expect(readFileSync(path("rr")).length).toBeGreaterThan(0);
});
