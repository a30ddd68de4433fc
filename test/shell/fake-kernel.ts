// The kernel as a ring-3 program sees it, played in TypeScript: console, clock, processes, topics. A test sets what it answers.
// It proves nothing about the real kernel; the booted tests do.
import { Control, ExitReason, LAYOUT, Status, Topic } from "../../tools/abi/generated.js";
import { fileCalls } from "./fake-calls.js";
import { FakeFiles, type OpenFile } from "./fake-files.js";
import { encodeRow, type LayoutName, type Row } from "./rows.js";

/** The program waits for input that the test did not give. */
export class WaitsForInput extends Error {}
/** The program ended. */
export class Exited extends Error {
  constructor(
    readonly status: number,
    readonly trapped: boolean,
  ) {
    super(`exit ${status}`);
  }
}

export interface Child {
  pid: number;
  parent: number;
  argv: string[];
  /** uptime when it ends by itself; Infinity never */
  endsNs: number;
  status: number;
  reason: number;
  peakPages: number;
  reaped: boolean;
  /** how it was started by launch: its descriptors are its own until it ran */
  launched?: Launched;
}

export interface Launched {
  program: string;
  environment: string[];
  directories: string[];
  memoryMaxBytes: bigint;
  reserveBytes: bigint;
  cpuPpm: number;
  oomScoreAdjust: number;
  nice: number;
  process: FakeProcess;
}

/** What the fake kernel keeps of a process that runs here: its memory, its descriptors, what it was told. */
export class FakeProcess {
  memory!: WebAssembly.Memory;
  descriptors = new Map<number, OpenFile>();
  /** descriptors of the console that are open */
  console = new Set([0, 1, 2]);
  ran = false;
  constructor(
    public pid: number,
    public args: string[],
    public environment: string[] = [],
  ) {}

  bytes(at: number, n: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at >>> 0, n >>> 0);
  }
  text(at: number, n: number): string {
    return new TextDecoder().decode(this.bytes(at, n));
  }
}

const LAYOUT_OF = {
  [Topic.System]: "SystemRow",
  [Topic.Memory]: "MemoryRow",
  [Topic.Orders]: "OrderRow",
  [Topic.Processes]: "ProcessRow",
  [Topic.Trace]: "TraceRow",
  [Topic.Modules]: "ModuleRow",
  [Topic.Prediction]: "PredictionRow",
  [Topic.History]: "HistoryRow",
  [Topic.Counters]: "CounterRow",
  [Topic.Histograms]: "HistogramRow",
  [Topic.Programs]: "ProgramInfo",
  [Topic.Accuracy]: "AccuracyRow",
  [Topic.Zpool]: "ZpoolRow",
  [Topic.Pressure]: "PressureRow",
  [Topic.Ladder]: "LadderRow",
  [Topic.LadderLimits]: "LadderLimitRow",
  [Topic.Mounts]: "MountRow",
  [Topic.Tasks]: "TaskRow",
  [Topic.Sched]: "SchedRow",
  [Topic.Decisions]: "DecisionRow",
  [Topic.Candidates]: "CandidateRow",
  [Topic.Images]: "ImageRow",
  [Topic.Shadow]: "ShadowRow",
  [Topic.Weights]: "WeightsRow",
  [Topic.Learner]: "LearnerRow",
} as Record<number, LayoutName>;

export interface ControlCall {
  operation: number;
  a: bigint;
  b: bigint;
  text: string;
  bytes: Uint8Array;
}

export class FakeKernel {
  output: number[] = [];
  input: number[] = [];
  /** what a foreground process reads from the console; then its end */
  typed: number[] = [];
  nowNs = 5_000_000;
  interrupt = false;
  /** uptimes at which Ctrl-C is typed, in order */
  ctrlCAt: number[] = [];
  files = new FakeFiles();
  /** the shell under test */
  readonly shell = new FakeProcess(1, ["shell"]);
  /** programs that a launch runs, by name; they run when they are waited for, in the order of their launch. The answer is a status */
  programs: Record<string, (child: Child, process: FakeProcess, kernel: FakeKernel) => number> = {};
  commandLine = "";
  log = "[    0.000100] boot: 131072 frames\n[    0.000200] shell: pid 1\n";
  rows: Partial<Record<number, Row[]>> = {};
  /** the decision whose candidates stand in the rows */
  candidatesOf = 0n;
  children: Child[] = [];
  controls: ControlCall[] = [];
  /** answers of control, by operation; the bytes go into the caller's span */
  answers: Partial<Record<number, (call: ControlCall) => number | { result: number; out: Uint8Array }>> = {};
  /** what a new process does */
  onSpawn: (child: Child) => void = () => {};
  spawnError = 0;
  /** what was put there last; 0 nothing is */
  foreground = 0;
  inForeground: number[] = [];
  released = 0;
  private nextPid = 10;

  get args(): string[] {
    return this.shell.args;
  }
  set args(words: string[]) {
    this.shell.args = words;
  }

  /** Moves the clock; true where Ctrl-C came before the end. */
  private advance(toNs: number): boolean {
    const next = this.ctrlCAt[0];
    if (next !== undefined && next <= toNs) {
      this.ctrlCAt.shift();
      this.nowNs = Math.max(this.nowNs, next);
      const alive = this.inForeground.filter((pid) => this.child(pid));
      for (const pid of alive) this.end(pid, 130, ExitReason.Killed);
      this.interrupt = alive.length === 0;
      return this.interrupt;
    }
    this.nowNs = Math.max(this.nowNs, toNs);
    return false;
  }

  child(pid: number): Child | undefined {
    return this.children.find((c) => c.pid === pid && !c.reaped);
  }

  end(pid: number, status: number, reason: number): void {
    const child = this.child(pid);
    if (child && child.endsNs > this.nowNs) Object.assign(child, { endsNs: this.nowNs, status, reason });
  }

  private topicRows(topic: number): Row[] {
    if (topic === Topic.Processes) {
      const live = this.children.filter((c) => !c.reaped);
      const me: Row = { pid: 1, parent: 0, state: 2, flags: 1, residentPages: 100, cpuNs: 3_000_000n, memoryBytes: 65536n, command: "shell" };
      return [me, ...live.map((c): Row => ({ pid: c.pid, parent: c.parent, state: c.endsNs > this.nowNs ? 1 : 7, residentPages: 5, command: c.argv.join(" ") }))];
    }
    return this.rows[topic] ?? [];
  }

  private query(process: FakeProcess, topic: number, start: bigint, at: number, capacity: number): bigint {
    const span = process.bytes(at, capacity);
    if (topic === Topic.Log || topic === Topic.CommandLine) {
      const text = new TextEncoder().encode(topic === Topic.Log ? this.log : this.commandLine).subarray(Number(start), Number(start) + capacity);
      span.set(text);
      return BigInt(text.length);
    }
    const layout = LAYOUT_OF[topic];
    if (!layout) return BigInt(Status.NotFound);
    const bytes = LAYOUT[layout].bytes;
    let rows = this.topicRows(topic);
    if (topic === Topic.Candidates) rows = start >> 8n === this.candidatesOf ? rows.slice(Number(start & 255n)) : [];
    else if (topic === Topic.Trace || topic === Topic.History || topic === Topic.Decisions) rows = rows.filter((row) => BigInt(row.sequence as number) >= start);
    else rows = rows.slice(Number(start));
    const count = Math.min(rows.length, Math.floor(capacity / bytes));
    for (let i = 0; i < count; i++) span.set(encodeRow(layout, rows[i] as Row), i * bytes);
    return BigInt(count * bytes);
  }

  /** A new process that ends in 50 ms unless the test says otherwise. */
  start(parent: number, argv: string[], launched?: Launched): Child {
    const pid = launched?.process.pid ?? this.nextPid++;
    const child: Child = { pid, parent, argv, endsNs: this.nowNs + 50_000_000, status: 0, reason: ExitReason.Exited, peakPages: 42, reaped: false };
    if (launched) child.launched = launched;
    this.children.push(child);
    this.onSpawn(child);
    return child;
  }
  takePid(): number {
    return this.nextPid++;
  }

  /** Runs what was launched and not run yet. */
  runLaunched(): void {
    for (const child of this.children) {
      const launched = child.launched;
      if (!launched || launched.process.ran) continue;
      launched.process.ran = true;
      const program = this.programs[launched.program];
      if (program) {
        const status = program(child, launched.process, this);
        if (child.reason === ExitReason.Exited) Object.assign(child, { status, endsNs: this.nowNs });
      }
      this.files.closeAll(launched.process);
    }
  }

  private wait(process: FakeProcess, pid: number, flags: number, out: number): bigint {
    if ((flags & 1) === 0) this.runLaunched();
    const mine = this.children.filter((c) => c.parent === process.pid && !c.reaped && (pid === 0 || c.pid === pid));
    if (mine.length === 0) return BigInt(Status.NotFound);
    let done = mine.find((c) => c.endsNs <= this.nowNs);
    if (!done) {
      if (flags & 1) return BigInt(Status.Again);
      if (this.interrupt) {
        this.interrupt = false;
        return BigInt(Status.Interrupted);
      }
      const first = mine.reduce((a, b) => (b.endsNs < a.endsNs ? b : a));
      if (first.endsNs === Infinity && this.ctrlCAt.length === 0) throw new Error("the shell waits for ever");
      if (this.advance(first.endsNs)) {
        this.interrupt = false;
        return BigInt(Status.Interrupted);
      }
      done = mine.find((c) => c.endsNs <= this.nowNs);
      if (!done) throw new Error("nothing ended");
    }
    done.reaped = true;
    const info = { pid: done.pid, status: done.status, reason: done.reason, peakPages: done.peakPages, cpuNs: 7_000_000n };
    process.bytes(out, 32).set(encodeRow("ExitInfo", info));
    return BigInt(done.pid);
  }

  /** Module "sys". */
  imports(process = this.shell): Record<string, (...args: never[]) => unknown> {
    return {
      ...fileCalls(this, process),
      exit: (status: number) => {
        throw new Exited(status, false);
      },
      trap: (code: number) => {
        throw new Exited(code, true);
      },
      pid: () => BigInt(process.pid),
      arguments: (at: number, capacity: number) => {
        const text = new TextEncoder().encode(process.args.map((a) => `${a}\0`).join(""));
        process.bytes(at, capacity).set(text.subarray(0, capacity));
        return BigInt(text.length);
      },
      spawn: (at: number, n: number) => {
        if (this.spawnError) return BigInt(this.spawnError);
        const argv = new TextDecoder().decode(process.bytes(at, n)).split("\0").slice(0, -1);
        return BigInt(this.start(process.pid, argv).pid);
      },
      wait: (pid: number, flags: number, out: number) => this.wait(process, pid, flags, out),
      kill: (pid: number, status: number) => {
        if (pid === 1) return BigInt(Status.Denied);
        if (!this.child(pid)) return BigInt(Status.NotFound);
        this.end(pid, status, ExitReason.Killed);
        return 0n;
      },
      time_now: () => BigInt(Math.floor(this.nowNs)),
      sleep: (ns: bigint) => {
        if (this.interrupt || this.advance(this.nowNs + Number(ns))) {
          this.interrupt = false;
          return BigInt(Status.Interrupted);
        }
        return 0n;
      },
      yield_now: () => {
        this.nowNs += 1000;
        return 0n;
      },
      random: () => 4n,
      memory_limit: () => 0n,
      memory_release: (at: number, n: number) => {
        if (at % 4096 || n % 4096) return BigInt(Status.Invalid);
        process.bytes(at, n).fill(0);
        this.released += n / 4096;
        return BigInt(n / 4096);
      },
      read: (at: number, capacity: number, _timeoutNs: bigint) => {
        if (process !== this.shell) return BigInt(Status.Denied);
        if (capacity === 0) return BigInt(Status.Invalid);
        if (this.input.length === 0) throw new WaitsForInput();
        const bytes = this.input.splice(0, capacity);
        process.bytes(at, capacity).set(bytes);
        return BigInt(bytes.length);
      },
      interrupted: () => {
        const was = this.interrupt;
        this.interrupt = false;
        return was ? 1n : 0n;
      },
      query: (topic: number, start: bigint, at: number, capacity: number) => this.query(process, topic, start, at, capacity),
      control: (operation: number, a: bigint, b: bigint, at: number, n: number) => {
        const bytes = Uint8Array.from(n > 0 ? process.bytes(at, n) : []);
        const call = { operation, a, b, text: new TextDecoder().decode(bytes), bytes };
        this.controls.push(call);
        if (operation === Control.Foreground) {
          this.foreground = Number(a);
          this.inForeground = b === 1n ? [...this.inForeground, Number(a)] : [Number(a)].filter(Boolean);
        }
        const answer = this.answers[operation]?.(call) ?? 0;
        if (typeof answer === "number") return BigInt(answer);
        process.bytes(at, n).set(answer.out);
        return BigInt(answer.result);
      },
    };
  }
}

/** A program on a fake kernel, run as the C runtime runs it: start, then step and collect. */
export class Program {
  readonly exports: { memory: WebAssembly.Memory; start(): void; step(): number; __collect(): void };
  exit: Exited | undefined;
  steps = 0;

  constructor(
    module: WebAssembly.Module,
    readonly kernel: FakeKernel,
    process = kernel.shell,
  ) {
    const calls = kernel.imports(process);
    // a call that is not played here answers as one that the kernel does not serve
    for (const wanted of WebAssembly.Module.imports(module)) calls[wanted.name] ??= () => BigInt(Status.NotFound);
    const instance = new WebAssembly.Instance(module, { sys: calls as WebAssembly.ModuleImports });
    this.exports = instance.exports as unknown as Program["exports"];
    process.memory = this.exports.memory;
    this.guard(() => this.exports.start());
  }

  /** Returns false where the program waits or ended. */
  private guard(action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      if (error instanceof Exited) this.exit = error;
      else if (!(error instanceof WaitsForInput)) throw error;
      return false;
    }
  }

  /** One step and a collection. False where it waits or ended. */
  step(): boolean {
    this.steps++;
    let more = 0;
    const alive = this.guard(() => {
      more = this.exports.step();
    });
    if (!alive) return false;
    if (more === 0) this.exit = new Exited(0, false);
    else this.exports.__collect();
    return more !== 0;
  }

  /** Steps until it waits for input or ends, at most `limit` steps. */
  run(limit = 100_000): void {
    for (let i = 0; i < limit && !this.exit; i++) if (!this.step()) return;
    if (!this.exit) throw new Error(`still busy after ${limit} steps`);
  }

  /** Takes what was written since the last call. */
  take(): string {
    return new TextDecoder().decode(new Uint8Array(this.kernel.output.splice(0)));
  }

  /** Types text and returns what came back. */
  type(text: string | Uint8Array): string {
    for (const byte of typeof text === "string" ? new TextEncoder().encode(text) : text) this.kernel.input.push(byte);
    this.run();
    return this.take();
  }
}
