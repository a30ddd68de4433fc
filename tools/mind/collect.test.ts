// The State as the service makes it, from rows as the kernel answers them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Event, ExitReason, ProcessState, Risk, Status, TaskState, Topic } from "../abi/index.js";
import { runGraph } from "../build/graph.js";
import { compileWasm } from "../build/wasm.js";
import { ROOT } from "../lib/index.js";
import { kernelRow } from "./kernel-rows.js";
import { type State, stateSchema } from "./state.js";

interface Exports {
  memory: WebAssembly.Memory;
  harness_sample(): void;
  harness_forget(): void;
  harness_collect(): number;
  harness_text(): number;
  harness_json(): number;
}

const step = compileWasm("mind-collect", "kernel-as/mind/state/collect.harness.ts", "words");
await runGraph([step], { jobs: 1 });
const module = new WebAssembly.Module(readFileSync(join(ROOT, step.outputs[0] as string)));
const MS = 1_000_000;

/** A kernel that answers what `topics` says. */
class Machine {
  nowNs = 5000 * MS;
  slept: number[] = [];
  topics = new Map<number, Buffer[]>();
  readonly #exports: Exports;

  constructor() {
    const sys = {
      time_now: () => BigInt(this.nowNs),
      sleep: (ns: bigint) => {
        this.slept.push(Number(ns));
        this.nowNs += Number(ns);
        this.advance(Number(ns));
        return 0n;
      },
      query: (topic: number, start: bigint, buffer: number, capacity: number) => {
        const all = this.topics.get(topic);
        if (!all) return BigInt(Status.NotFound);
        const rows = topic === Topic.Trace ? all.filter((one) => one.readBigUInt64LE(0) >= start) : all.slice(Number(start));
        let used = 0;
        for (const one of rows) {
          if (used + one.length > capacity) break;
          one.copy(Buffer.from(this.#exports.memory.buffer), buffer + used);
          used += one.length;
        }
        return BigInt(used);
      },
    };
    this.#exports = new WebAssembly.Instance(module, { sys }).exports as unknown as Exports;
  }

  /** What happens while the program sleeps. */
  advance: (ns: number) => void = () => {};

  sample(): void {
    this.#exports.harness_sample();
  }
  forget(): void {
    this.#exports.harness_forget();
  }
  collect(): State | undefined {
    if (!this.#exports.harness_collect()) return undefined;
    const bytes = this.#exports.harness_json();
    return stateSchema.parse(JSON.parse(Buffer.from(this.#exports.memory.buffer, this.#exports.harness_text(), bytes).toString()));
  }

  set(freePages: number, { switches = 100, idleNs = 0, faults = 10, cpuNs = 0 } = {}): void {
    this.topics.set(Topic.Memory, [
      kernelRow("MemoryRow", { managedPages: 30_464, freePages, largestFreePages: 512, fragmentationPpm: 250_000, compressedPages: 10, filePages: 2 }),
    ]);
    this.topics.set(Topic.Sched, [kernelRow("SchedRow", { switches, idleNs, moduleId: 3, ready: 2 })]);
    this.topics.set(Topic.Counters, [kernelRow("CounterRow", { name: "syscalls", value: 7 }), kernelRow("CounterRow", { name: "page_faults", value: faults })]);
    this.topics.set(Topic.Modules, [kernelRow("ModuleRow", { id: 1, name: "linear" }), kernelRow("ModuleRow", { id: 3, name: "eevdf" })]);
    this.topics.set(Topic.Tasks, [
      kernelRow("TaskRow", { pid: 1 }),
      kernelRow("TaskRow", { pid: 3, nice: -5, userNs: cpuNs, systemNs: 0, state: TaskState.Ready, readySinceNs: 3000 * MS }),
    ]);
    this.topics.set(Topic.Processes, [
      kernelRow("ProcessRow", { pid: 1, command: "shell", flags: 1, state: ProcessState.Reading, residentPages: 50 }),
      kernelRow("ProcessRow", { pid: 3, command: "/bin/Hog.wasm 7", state: ProcessState.Ready, residentPages: 2560, growthPagesPerSecond: 256, startedNs: 1000 * MS }),
      kernelRow("ProcessRow", { pid: 4, command: "gone", state: ProcessState.Zombie }),
    ]);
  }
}

describe("the State from the kernel's rows", () => {
  test("rates come from two samples at least 100 ms apart; it waits for what is missing", () => {
    const machine = new Machine();
    machine.set(20_000);
    machine.advance = (ns) => {
      expect(ns).toBe(100 * MS);
      machine.set(19_500, { switches: 120, idleNs: 25 * MS, faults: 60, cpuNs: 50 * MS });
    };
    const state = machine.collect() as State;
    expect(machine.slept).toEqual([100 * MS]);
    expect(state).toMatchObject({
      uptimeMs: 5100,
      managedKib: 121_856,
      freeKib: 78_000,
      freeKibPerSecond: -20_000,
      largestKib: 2048,
      fragmentationPpm: 250_000,
      compressedKib: 40,
      filesKib: 8,
      switchesPerSecond: 200,
      busyPpm: 750_000,
      faultsPerSecond: 500,
      policy: "eevdf",
      ready: 2,
      processCount: 3,
      abstained: true,
    });
    expect(state.processes).toEqual([
      { pid: 1, name: "shell", residentKib: 200, compressedKib: 0, growthKibPerSecond: 0, cpuPpm: 0, nice: 0, guarded: true, doing: "blocked", waitMs: 0, ageMs: 5100 },
      {
        pid: 3,
        name: "hog",
        residentKib: 10_240,
        compressedKib: 0,
        growthKibPerSecond: 1024,
        cpuPpm: 500_000,
        nice: -5,
        guarded: false,
        doing: "ready",
        waitMs: 2100,
        ageMs: 4100,
      },
    ]);
  });

  test("a program that samples while it waits does not wait when it is asked; a sample that is too old counts for nothing", () => {
    const machine = new Machine();
    machine.set(20_000);
    machine.sample();
    machine.nowNs += 1000 * MS;
    machine.set(19_000);
    expect(machine.collect()?.freeKibPerSecond).toBe(-4000);
    expect(machine.slept).toEqual([]);
    machine.nowNs += 60_000 * MS;
    machine.set(1000);
    expect(machine.collect()?.freeKibPerSecond).toBe(0);
    expect(machine.slept).toEqual([100 * MS]);
  });

  test("what was sampled while the mind worked is in no rate: a fresh tenth of a second counts", () => {
    const machine = new Machine();
    machine.set(20_000);
    machine.sample();
    machine.nowNs += 1000 * MS;
    machine.set(19_000);
    machine.forget();
    expect(machine.collect()?.freeKibPerSecond).toBe(0);
    expect(machine.slept).toEqual([100 * MS]);
  });

  test("the predictor's word; events, each kind with each pid once, newest first", () => {
    const machine = new Machine();
    machine.set(20_000);
    machine.topics.set(Topic.Prediction, [kernelRow("PredictionRow", { risk: Risk.Warning, confidencePpm: 801_000, timeToExhaustionMs: 5939, recentFailures: 2, automatic: 1 })]);
    const event = (sequence: number, ms: number, kind: number, pid: number, a = 0) => kernelRow("TraceRow", { sequence, timeNs: ms * MS, event: kind, pid, a });
    machine.topics.set(Topic.Trace, [
      event(0, 1000, Event.Throttle, 3),
      event(1, 1100, Event.Switch, 9),
      event(2, 1200, Event.OutOfMemory, 8),
      event(3, 1300, Event.Exit, 8, ExitReason.OutOfMemory),
      event(4, 1400, Event.Exit, 9, ExitReason.Trap),
      event(5, 2000, Event.Throttle, 3),
    ]);
    const state = machine.collect();
    expect(state).toMatchObject({ risk: "warning", confidencePpm: 801_000, exhaustionMs: 5939, failures: 2, automatic: true, abstained: false });
    expect(state?.events).toEqual([
      { happened: "throttle", pid: 3, agoMs: 3100 },
      { happened: "crash", pid: 9, agoMs: 3700 },
      { happened: "oom", pid: 8, agoMs: 3900 },
    ]);
  });

  test("a kernel that does not answer is no State", () => {
    expect(new Machine().collect()).toBeUndefined();
  });
});
