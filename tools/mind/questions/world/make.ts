// Simulated states: a machine of some size in one of many situations, with others in the background. What holds is only what the numbers
// say (facts.ts reads them); a situation only makes some numbers likelier.
import type { Random } from "../../../jobs/random.js";
import { MACHINES, type Split } from "../split.js";
import { programName } from "./names.js";
import type { Process, State } from "./types.js";

export const SITUATIONS = [
  "quiet",
  "leak",
  "leak-slow",
  "growers",
  "fragmented",
  "low",
  "warned",
  "hog",
  "crowd",
  "starving",
  "throttled",
  "niced",
  "stalled",
  "killed",
  "crashed",
  "ejected",
  "programs",
  "workers",
  "leak-and-hog",
  "fragmented-low",
] as const;
export type Situation = (typeof SITUATIONS)[number];

const POLICIES = ["fallback", "fallback", "fallback", "rr", "mlfq", "las", "eevdf", "fifo", "sjf_history", "transformer"];

const whole = Math.round;
const share = (random: Random, low: number, high: number) => whole(random.between(low, high) * 1_000_000);

class Making {
  readonly processes: Process[] = [];
  readonly state: State;
  #pid: number;
  readonly random: Random;
  readonly split: Split;
  #busyPpm = 0;

  constructor(split: Split, random: Random) {
    this.split = split;
    this.random = random;
    const managedKib = random.pick(MACHINES[split]);
    const uptimeMs = whole(random.logBetween(2500, 12_000_000));
    this.state = {
      version: 1,
      uptimeMs,
      managedKib,
      freeKib: whole(managedKib * random.between(0.45, 0.97)),
      freeKibPerSecond: 0,
      largestKib: 4096,
      fragmentationPpm: random.unit() < 0.5 ? share(random, 0, 0.09) : share(random, 0.1, 0.42),
      compressedKib: 0,
      poolKib: 0,
      offeredKib: random.unit() < 0.08 ? whole(random.logBetween(16, 2000)) : 0,
      failures: 0,
      pressurePpm: 0,
      stalledPpm: 0,
      risk: "normal",
      confidencePpm: 0,
      exhaustionMs: -1,
      abstained: uptimeMs < 3000 || random.unit() < 0.03,
      automatic: random.unit() < 0.9,
      ready: random.whole(0, 2),
      switchesPerSecond: whole(random.logBetween(5, 900)),
      busyPpm: 0,
      faultsPerSecond: random.unit() < 0.5 ? random.whole(0, 9) : random.whole(10, 400),
      syscallsPerSecond: whole(random.logBetween(10, 4000)),
      filesKib: random.unit() < 0.15 ? whole(random.logBetween(40, 9000)) : 0,
      processCount: 0,
      policy: random.pick(POLICIES),
      processes: [],
      events: [],
    };
    this.add({ pid: 1, name: "shell", residentKib: random.whole(220, 420), cpuPpm: share(random, 0, 0.02), guarded: true, doing: "running" });
    this.add({ pid: 2, name: "learner", residentKib: random.unit() < 0.7 ? 12 : random.whole(12, 900), cpuPpm: share(random, 0, 0.01), nice: 19, guarded: random.unit() < 0.5 });
    if (random.unit() < 0.7) this.add({ pid: 3, name: "mind", residentKib: random.whole(600, 9000), cpuPpm: share(random, 0, 0.05), guarded: true });
    this.#pid = random.unit() < 0.6 ? random.whole(3, 12) : random.unit() < 0.9 ? random.whole(4, 160) : random.whole(100, 950);
    if (this.#pid <= 3) this.#pid = 3;
  }

  /** A process with the next free pid, or the one given. */
  add(given: Partial<Process>): Process {
    const pid = given.pid ?? this.nextPid();
    const process: Process = {
      name: "",
      residentKib: 0,
      compressedKib: 0,
      growthKibPerSecond: 0,
      cpuPpm: 0,
      nice: 0,
      guarded: false,
      doing: "blocked",
      waitMs: 0,
      ageMs: 0,
      ...given,
      pid,
    };
    process.name = given.name ?? programName(this.split, this.random);
    process.ageMs = whole(this.state.uptimeMs * (pid < 4 ? 0.999 : this.random.between(0.02, 0.9)));
    this.processes.push(process);
    return process;
  }

  nextPid(): number {
    this.#pid += this.random.unit() < 0.65 ? 1 : this.random.whole(2, 9);
    return this.#pid;
  }

  /** Somebody ordinary: some memory, little else. */
  bystander(given: Partial<Process> = {}): Process {
    const r = this.random;
    return this.add({
      residentKib: whole(r.logBetween(60, Math.max(200, this.state.managedKib * 0.06))),
      cpuPpm: r.unit() < 0.6 ? share(r, 0, 0.01) : share(r, 0.01, 0.12),
      nice: r.unit() < 0.08 ? r.pick([-10, -5, 5, 10, 15]) : 0,
      guarded: r.unit() < 0.05,
      doing: r.unit() < 0.25 ? "ready" : "blocked",
      ...given,
    });
  }

  bystanders(low: number, high: number): void {
    for (let left = this.random.whole(low, high); left > 0; left--) this.bystander();
  }

  /** Grows: `fraction` of the machine a second. */
  grower(low: number, high: number, given: Partial<Process> = {}): Process {
    const r = this.random;
    const rate = Math.max(700, whole(this.state.managedKib * r.logBetween(low, high)));
    return this.add({
      ...(r.unit() < 0.45 ? { name: "stress" } : {}),
      residentKib: whole(this.state.managedKib * r.logBetween(0.006, 0.5)),
      growthKibPerSecond: rate,
      cpuPpm: share(r, 0.002, 0.14),
      doing: r.pick(["ready", "blocked", "running"]),
      ...given,
    });
  }

  hog(given: Partial<Process> = {}): Process {
    const r = this.random;
    return this.add({
      residentKib: whole(r.logBetween(60, 6000)),
      cpuPpm: share(r, 0.62, 0.99),
      doing: r.unit() < 0.6 ? "running" : "ready",
      ...(r.unit() < 0.3 ? { name: "primes" } : {}),
      ...given,
    });
  }

  /** Free memory as a share of the machine. */
  free(low: number, high: number): void {
    this.state.freeKib = whole(this.state.managedKib * this.random.between(low, high));
  }

  /** A line in the background: its shell waits beside what it started. */
  backgroundShell(): void {
    this.add({ name: "shell", residentKib: this.random.whole(228, 264) });
  }

  /** Makes the sums agree with the processes. */
  finish(): State {
    const { state, processes, random } = this;
    const growth = processes.reduce((sum, p) => sum + p.growthKibPerSecond, 0);
    state.freeKibPerSecond = whole(-growth * random.between(0.85, 1.1) + random.between(-40, 40));
    const resident = processes.reduce((sum, p) => sum + p.residentKib, 0);
    const most = state.managedKib * 0.98 - resident;
    if (state.freeKib > most) state.freeKib = whole(Math.max(most, state.managedKib * 0.01));
    const room = state.managedKib * 0.97 - state.freeKib;
    if (resident > room) for (const p of processes) p.residentKib = Math.max(8, whole((p.residentKib * room) / resident));
    if (state.fragmentationPpm < 400_000) state.largestKib = Math.min(4096, 2 ** Math.floor(Math.log2(Math.max(4, state.freeKib * 0.5))));
    if (growth > 600 && !state.abstained) {
      state.exhaustionMs = Math.max(200, whole((state.freeKib / growth) * 1000 * random.between(0.85, 1.15)));
      if (state.exhaustionMs > 60_000) state.exhaustionMs = -1;
    }
    const seconds = state.exhaustionMs < 0 ? 99 : state.exhaustionMs / 1000;
    const freeShare = state.freeKib / state.managedKib;
    state.risk = state.abstained ? "normal" : seconds < 3.5 ? "critical" : seconds < 7 ? "warning" : seconds < 12 || freeShare < 0.06 ? "elevated" : "normal";
    this.#busyPpm = Math.min(
      1_000_000,
      processes.reduce((sum, p) => sum + p.cpuPpm, 0),
    );
    if (this.#busyPpm === 1_000_000) {
      const sum = processes.reduce((total, p) => total + p.cpuPpm, 0);
      for (const p of processes) p.cpuPpm = whole((p.cpuPpm / sum) * 995_000);
    }
    state.busyPpm = this.#busyPpm;
    state.ready = Math.max(state.ready, processes.filter((p) => p.doing === "ready" || p.doing === "running").length);
    state.processCount = processes.length + (random.unit() < 0.1 ? 1 : 0);
    state.faultsPerSecond += whole(growth / 4);
    state.processes = processes;
    return state;
  }
}

/** A state of a situation. The same stream of numbers makes the same one. */
export function makeState(situation: Situation, split: Split, random: Random): State {
  const m = new Making(split, random);
  const s = m.state;
  if (random.unit() < 0.35) for (let left = random.whole(1, 2); left > 0; left--) m.backgroundShell();
  switch (situation) {
    case "quiet":
      m.bystanders(0, 3);
      break;
    case "leak":
      m.bystanders(0, 3);
      m.grower(0.012, 0.12);
      m.bystanders(0, 2);
      m.free(0.12, 0.9);
      break;
    case "leak-slow":
      m.bystanders(0, 3);
      m.grower(0.003, 0.012);
      m.free(0.3, 0.97);
      break;
    case "growers": {
      m.bystanders(0, 2);
      const first = m.grower(0.02, 0.1);
      for (let left = random.whole(1, 2); left > 0; left--) {
        const other = m.grower(0.004, 0.012);
        other.growthKibPerSecond = Math.min(other.growthKibPerSecond, whole(first.growthKibPerSecond * 0.6));
      }
      m.free(0.15, 0.7);
      break;
    }
    case "fragmented":
      m.bystanders(1, 4);
      m.free(0.2, 0.7);
      s.fragmentationPpm = share(random, 0.55, 0.98);
      s.largestKib = random.pick([4, 8, 16, 32, 64, 128, 256, 512]);
      s.failures = random.unit() < 0.3 ? random.whole(1, 40) : 0;
      break;
    case "low":
    case "fragmented-low":
      m.bystanders(1, 4);
      m.bystander({ residentKib: whole(s.managedKib * random.between(0.2, 0.6)) });
      m.free(0.015, 0.1);
      if (random.unit() < 0.5) s.compressedKib = whole(s.managedKib * random.between(0.01, 0.3));
      if (situation === "fragmented-low") {
        s.fragmentationPpm = share(random, 0.55, 0.98);
        s.largestKib = random.pick([4, 8, 16, 32, 64, 128]);
      }
      break;
    case "warned":
      m.bystanders(0, 3);
      m.grower(0.04, 0.15);
      m.free(0.05, 0.25);
      s.abstained = false;
      if (random.unit() < 0.4) s.events.push({ happened: random.pick(["reclaim", "compact"]), pid: 0, agoMs: random.whole(100, 4000) });
      break;
    case "hog":
      m.bystanders(0, 3);
      m.hog();
      m.bystanders(0, 2);
      break;
    case "crowd":
      for (let left = random.whole(4, 8); left > 0; left--)
        m.bystander({ cpuPpm: share(random, 0.09, 0.2), doing: random.unit() < 0.9 ? "ready" : "running", waitMs: random.unit() < 0.3 ? random.whole(10, 900) : 0 });
      s.ready = random.whole(6, 14);
      s.switchesPerSecond = whole(random.logBetween(90, 4000));
      break;
    case "starving":
      m.bystanders(0, 2);
      m.hog({ cpuPpm: share(random, 0.7, 0.95), nice: random.pick([0, 0, -5, -10]) });
      m.add({ residentKib: whole(random.logBetween(80, 3000)), doing: "ready", waitMs: random.whole(2500, 60_000), nice: random.pick([0, 0, 5, 10, 19]) });
      break;
    case "throttled":
      m.bystanders(0, 3);
      m.grower(0.01, 0.06, { doing: "throttled" });
      m.free(0.01, 0.12);
      s.pressurePpm = share(random, 0.08, 0.6);
      s.compressedKib = whole(s.managedKib * random.between(0.02, 0.3));
      s.events.push({ happened: "throttle", pid: m.processes.at(-1)?.pid ?? 0, agoMs: random.whole(50, 3000) });
      break;
    case "niced":
      m.bystanders(0, 2);
      m.bystander({ nice: random.pick([-15, -10, -5, 5, 8, 10, 12, 15]), cpuPpm: share(random, 0.02, 0.5) });
      m.bystanders(0, 1);
      for (const p of m.processes.slice(0, -1)) if (p.pid > 3 && p !== m.processes.at(-1)) p.nice = m.processes.find((q) => q.nice !== 0 && q.pid > 3) === p ? p.nice : 0;
      break;
    case "stalled":
      m.bystanders(1, 3);
      m.bystander({ residentKib: whole(s.managedKib * random.between(0.3, 0.7)), cpuPpm: share(random, 0.05, 0.3), doing: random.pick(["ready", "starved"]) });
      m.free(0.005, 0.06);
      s.pressurePpm = share(random, 0.15, 0.95);
      s.stalledPpm = whole(s.pressurePpm * random.between(0.2, 0.9));
      s.compressedKib = whole(s.managedKib * random.between(0.1, 0.6));
      break;
    case "killed":
      m.bystanders(0, 4);
      s.events.push({ happened: "oom", pid: m.nextPid(), agoMs: random.whole(200, 50_000) });
      if (random.unit() < 0.5) s.events.push({ happened: "reclaim", pid: 0, agoMs: random.whole(300, 55_000) });
      break;
    case "crashed":
      m.bystanders(0, 4);
      s.events.push({ happened: "crash", pid: m.nextPid(), agoMs: random.whole(200, 50_000) });
      break;
    case "ejected":
      m.bystanders(0, 4);
      s.policy = "fallback";
      s.events.push({ happened: "eject", pid: 0, agoMs: random.whole(200, 50_000) });
      break;
    case "programs":
      m.bystanders(2, 6);
      break;
    case "workers": {
      const workers = random.whole(2, 5);
      const rate = s.managedKib * random.logBetween(0.004, 0.03);
      for (let left = workers; left > 0; left--) m.grower(0.004, 0.03, { name: "stress", growthKibPerSecond: Math.max(600, whole(rate * random.between(0.9, 1.1))) });
      m.bystanders(0, 2);
      m.free(0.15, 0.7);
      break;
    }
    case "leak-and-hog":
      m.bystanders(0, 2);
      m.grower(0.012, 0.08);
      m.hog();
      m.free(0.12, 0.7);
      break;
  }
  s.poolKib = whole(s.compressedKib * random.between(0.25, 0.7));
  return m.finish();
}
