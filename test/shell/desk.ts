// A shell on a played kernel, with believable rows in every topic. For the tests here.
import { Control, Topic } from "../../tools/abi/generated.js";
import { type Child, FakeKernel, type FakeProcess, Program } from "./fake-kernel.js";
import { compileProgram } from "./program.js";
import { encodeRow, type Row } from "./rows.js";
import { schedRows } from "./sched-rows.js";

export const PROMPT = "ganglion> ";

let compiled: WebAssembly.Module | undefined;

export function shellModule(): WebAssembly.Module {
  compiled ??= compileProgram("shell/main.ts", "shell", "program");
  return compiled;
}

export function believableRows(): Partial<Record<number, Row[]>> {
  return {
    ...schedRows(),
    [Topic.System]: [
      { uptimeNs: 5_000_000n, tscHz: 1_000_000_000n, ramBytes: 512n << 20n, imageBytes: 900_000n, features: 9n, seed: 7n, loader: 1, processes: 2, policyEngine: 1 },
    ],
    [Topic.Memory]: [
      {
        totalPages: 131072n,
        managedPages: 100000n,
        freePages: 60000n,
        userPages: 30000n,
        tablePages: 200n,
        kernelPages: 9800n,
        movablePages: 30000n,
        largestFreePages: 32768n,
        allocations: 12345n,
        frees: 2345n,
        failures: 3n,
        fragmentationPpm: 453866,
        junkFill: 1,
      },
    ],
    [Topic.Orders]: Array.from({ length: 11 }, (_, order): Row => ({ zone: order % 2, order, freeBlocks: BigInt(order * 3), failures: BigInt(order === 10 ? 4 : 0) })),
    [Topic.Trace]: Array.from(
      { length: 300 },
      (_, i): Row => ({ sequence: BigInt(i + 100), timeNs: BigInt(i) * 1_000_000n, event: (i % 17) + 1, pid: i % 3, a: BigInt(i), b: BigInt(i * 2) }),
    ),
    [Topic.Modules]: [
      { id: 1, kind: 1, state: 1, engine: 1, calls: 100n, nsTotal: 500_000n, fuelLast: 4000n, bytes: 3210, name: "memory-trend", sha256: new Uint8Array(32).fill(0xab) },
      { id: 2, kind: 1, state: 2, engine: 2, calls: 3n, errors: 1n, lastError: -15, bytes: 500, name: "looper", reason: "used up its fuel" },
    ],
    [Topic.Prediction]: [
      {
        timeNs: 4_900_000n,
        beats: 49n,
        confidencePpm: 834_567,
        risk: 2,
        freePages: 60000,
        largestFreePages: 32768,
        fragmentationPpm: 453866,
        recentFailures: 2,
        timeToExhaustionMs: 12_345n,
        advice: 3,
        thresholdPpm: 800_000,
        automatic: 1,
        samples: 49,
        slopePagesPerSecond: -2000n,
        factorsPpm: [1, 2, 3, 4],
      },
    ],
    [Topic.History]: Array.from(
      { length: 30 },
      (_, i): Row => ({
        sequence: BigInt(i),
        timeNs: BigInt(i) * 1_000_000_000n,
        confidencePpm: 100_000 + i,
        risk: i % 4,
        outcome: i % 6,
        leadMs: i % 6 === 1 ? 7500n : -1n,
        timeToExhaustionMs: -1n,
      }),
    ),
    [Topic.Accuracy]: [{ truePositives: 5n, trueNegatives: 20n, falsePositives: 1n, falseNegatives: 2n, acted: 1n, open: 1n }],
    [Topic.Counters]: [
      { name: "mm.allocations", value: 12345n },
      { name: "sched.switches", value: 99n },
    ],
    [Topic.Histograms]: [{ name: "fault.ns", count: 10n, sum: 10_000n, maximum: 4000n, buckets: [0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 3, 1, 1] }],
    [Topic.Zpool]: [
      {
        pages: 1000n,
        sameFilled: 100n,
        poolPages: 400n,
        limitPages: 2000n,
        capacityPages: 8000n,
        storedBytes: 1_500_000n,
        compressed: 1200n,
        restored: 200n,
        compressNs: 12_000_000n,
        restoreNs: 800_000n,
        dropped: 5n,
        refused: 7n,
        full: 1n,
      },
    ],
    [Topic.Pressure]: [{ someNs: 2_500_000_000n, fullNs: 100_000_000n, someAverage10Ppm: 123_456, fullAverage10Ppm: 10_000, stalled: 2 }],
    [Topic.Ladder]: [
      { rung: 0, position: 0, runs: 3n, actions: 50n, frames: 50n, ns: 1_000_000n, lastNs: 4_000_000_000n, perMinute: 0xffff_ffff },
      { rung: 1, position: 1, runs: 2n, actions: 2n, ns: 3_000_000n, lastNs: 4_000_000_000n, perMinute: 6, lastMinute: 2, limited: 1n },
      { rung: 4, position: 2, perMinute: 0xffff_ffff },
      { rung: 2, position: 0xffff_ffff, perMinute: 0xffff_ffff },
      { rung: 3, position: 0xffff_ffff, perMinute: 20 },
    ],
    [Topic.LadderLimits]: [
      { name: "compactions-per-minute", value: 6n, standard: 6n, least: 0n, most: 60n },
      { name: "throttles-per-minute", value: 20n, standard: 20n, least: 0n, most: 600n },
    ],
    [Topic.Mounts]: [
      { path: "/", type: "initrd", writable: 0, limitBytes: 3n << 20n, usedBytes: 3n << 20n, files: 40n },
      { path: "/tmp", type: "ramfs", writable: 1, limitBytes: 128n << 20n, usedBytes: 32n << 20n, files: 7n, fileLimit: 4096n },
    ],
    [Topic.Programs]: [{ name: "shell" }, { name: "spec" }, { name: "stress" }],
  };
}

export const COMPACTED = { order: 9, status: 0, moved: 700, leastPossible: 512, largestBeforePages: 256, largestAfterPages: 512, elapsedNs: 3_000_000n };

/** A second shell, to its end. Its status. */
function runShell(_child: Child, process: FakeProcess, kernel: FakeKernel): number {
  const program = new Program(shellModule(), kernel, process);
  program.run();
  if (!program.exit) throw new Error(`${process.args.join(" ")} waits for ever`);
  return program.exit.status;
}

export interface DeskOptions {
  /** second shells run when they are waited for: stages of pipelines, commands that read the console */
  stages?: boolean;
  commandLine?: string;
  args?: string[];
  prepare?: (kernel: FakeKernel) => void;
}

/** Starts a shell; what it printed at its start waits in `take()`. */
export function desk(options: DeskOptions = {}): { kernel: FakeKernel; shell: Program } {
  const kernel = new FakeKernel();
  kernel.commandLine = options.commandLine ?? "seed=7";
  kernel.args = options.args ?? ["shell"];
  kernel.rows = believableRows();
  kernel.answers[Control.Compact] = () => ({ result: 0, out: encodeRow("CompactResult", COMPACTED) });
  kernel.answers[Control.HoldFrames] = (call) => Number(call.a);
  if (options.stages) kernel.programs.shell = runShell;
  options.prepare?.(kernel);
  return { kernel, shell: new Program(shellModule(), kernel) };
}

export interface Answer {
  output: string;
  status: number;
  failures: number;
}

/** A shell in machine mode: each call runs a line. */
export function machine(options: DeskOptions = {}): { kernel: FakeKernel; shell: Program; ask(line: string): Answer } {
  const made = desk({ ...options, commandLine: "console=machine seed=7" });
  made.shell.run();
  const ready = made.shell.take();
  if (ready !== "\x1eready\x1e") throw new Error(`no ready mark: ${JSON.stringify(ready)}`);
  let id = 0;
  return {
    ...made,
    ask(line: string): Answer {
      id++;
      const text = made.shell.type(`${id} ${line}\n`);
      const [before, begin, output, end, after] = text.split("\x1e");
      const [mark, answered, status, failures] = end?.split(";") ?? [];
      if (before !== "" || begin !== `b;${id}` || mark !== "e" || answered !== String(id) || after !== "") throw new Error(`bad marks: ${JSON.stringify(text)}`);
      return { output: output as string, status: Number(status), failures: Number(failures) };
    },
  };
}
