// A thousand tasks that are ready at once, of all priorities, and some more than there are places: every policy gets them done, and the run's own
// checks hold (work conserved, nobody waits longer than the guard's bound). What a decision costs then: tools/reference/transformer.test.ts.
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Job } from "../../jobs/index.js";
import { BUILD } from "../../lib/index.js";
import { Rng } from "../rng.js";
import { packJobs, runJobs, SchedPolicy } from "./index.js";

const JOBS = 1060;
const PLACES = 1024;
const POLICIES = ["fifo", "rr", "mlfq", "las", "eevdf", "sjf_history", "gittins", "transformer"];

function crowd(): Job[] {
  const rng = new Rng(5);
  return Array.from({ length: JOBS }, () => ({
    arrivalMs: 0,
    image: (1 + Math.floor(rng.between(0, 40))).toString(16).padStart(16, "0"),
    segments: rng.next() < 0.2 ? [{ cpuMs: rng.between(0.1, 3) }, { ioMs: rng.between(1, 40) }, { cpuMs: rng.between(0.1, 3) }] : [{ cpuMs: rng.logBetween(0.2, 20) }],
    priority: Math.floor(rng.between(-20, 20)),
    pages: Math.floor(rng.logBetween(1, 5000)),
  })) as Job[];
}

describe("a thousand at once", () => {
  const jobs = packJobs(crowd());
  test.each(POLICIES)("%s", (name) => {
    const outcome = runJobs({ policy: SchedPolicy.fromFile(name, join(BUILD, "policies", `${name}.wasm`)), jobs });
    expect(outcome.mostReady).toBeGreaterThan(1000);
    expect(outcome.mostReady).toBeLessThanOrEqual(PLACES);
    expect(outcome.outside).toBe(JOBS - PLACES);
    expect(outcome.endMs.every((ms) => ms > 0)).toBe(true);
  });

  test("told everything anew in the middle, as after a swap: nobody is lost", () => {
    for (const name of ["mlfq", "transformer"]) {
      const outcome = runJobs({ policy: SchedPolicy.fromFile(name, join(BUILD, "policies", `${name}.wasm`)), jobs, swapEvery: 100 });
      expect(outcome.endMs.every((ms) => ms > 0)).toBe(true);
    }
  });

  test("fewer places: the others wait outside, in order", () => {
    const outcome = runJobs({ policy: SchedPolicy.fromFile("rr", join(BUILD, "policies/rr.wasm")), jobs, places: 100 });
    expect(outcome.mostReady).toBe(100);
    expect(outcome.outside).toBe(JOBS - 100);
  });
});
