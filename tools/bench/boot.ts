// npm run bench -- boot: from starting QEMU to the shell's prompt, in turns with the floor, a kernel of eight instructions in the
// same QEMU configuration. TCG, direct boot. Then the work from entry to prompt on the virtual clock, where an instruction is 1 ns.
// Prints, never judges.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { KERNEL_ELF, TimeLimit, ToolError } from "../lib/index.js";
import { FLOOR_BYTE, floorKernel, initrdFile, type QemuPlan, QemuProcess, qemuArguments } from "../qemu/index.js";
import { median } from "./median.js";

const ROUNDS = 11;
const PROMPT = "ganglion> ";
const TARGET_MS = 60;
/** A hang detector. */
const DEADLINE_MS = 30_000;

export interface BootBench {
  rounds: number;
  /** From starting QEMU to the prompt, each round. */
  promptMs: number[];
  /** From starting QEMU to the floor kernel's byte, each round. */
  floorMs: number[];
  medianPromptMs: number;
  medianFloorMs: number;
  /** What the kernel adds; target ≤ 60. */
  differenceMs: number;
  targetMs: number;
  /** From the image's entry to the prompt on the virtual clock. */
  entryToPromptInstructions: number;
}

function plan(kernel: string, clock: "real" | "virtual"): QemuPlan {
  return {
    accel: "tcg",
    clock,
    mem: 512,
    boot: "direct",
    firmware: "bios",
    gdb: false,
    kernel,
    commandLine: "",
    initrd: initrdFile(undefined, 512),
    console: "pipe",
    reboot: false,
  };
}

/** Starts QEMU, waits until `end` was printed, ends QEMU. Returns the time and what was printed. */
async function timeTo(end: string, qemuPlan: QemuPlan): Promise<{ ms: number; text: string }> {
  const args = qemuArguments(qemuPlan);
  const started = performance.now();
  const qemu = QemuProcess.start(args);
  try {
    return await new Promise((settle, reject) => {
      let text = "";
      const timer = setTimeout(() => reject(new TimeLimit(`no ${JSON.stringify(end)} within ${DEADLINE_MS / 1000} s, but ${JSON.stringify(text)}`)), DEADLINE_MS);
      qemu.child.stdout?.on("data", (chunk: Buffer) => {
        const now = performance.now();
        text += chunk.toString("latin1");
        if (!text.includes(end)) return;
        clearTimeout(timer);
        settle({ ms: now - started, text });
      });
      void qemu.ended.then((exit) => {
        clearTimeout(timer);
        reject(new ToolError(`QEMU ended with status ${exit.status} before it printed ${JSON.stringify(end)}: ${exit.stderr}`));
      });
    });
  } finally {
    await qemu.kill();
  }
}

/** The kernel's own clock when it greets, in ns. */
function greetingNs(text: string): number {
  const match = /up after ([\d.]+) (ns|µs|us|ms|s)\b/.exec(Buffer.from(text, "latin1").toString("utf8"));
  if (!match) throw new ToolError(`the kernel's greeting says no time: ${JSON.stringify(text)}`);
  const unit = { ns: 1, µs: 1e3, us: 1e3, ms: 1e6, s: 1e9 }[match[2] as "ns" | "µs" | "us" | "ms" | "s"];
  return Math.round(Number(match[1]) * unit);
}

/** Measures. The image must be built. */
export async function runBootBench(options: { rounds?: number; onProgress?: (text: string) => void } = {}): Promise<BootBench> {
  const rounds = options.rounds ?? ROUNDS;
  const folder = mkdtempSync(join(tmpdir(), "ganglion-bench-"));
  try {
    const floor = join(folder, "floor.elf");
    writeFileSync(floor, floorKernel());
    const promptMs: number[] = [];
    const floorMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      options.onProgress?.(`round ${round + 1} of ${rounds}`);
      // In turns, so that a slow moment of the machine hits both.
      floorMs.push((await timeTo(String.fromCharCode(FLOOR_BYTE), plan(floor, "real"))).ms);
      promptMs.push((await timeTo(PROMPT, plan(KERNEL_ELF, "real"))).ms);
    }
    const virtual = await timeTo(PROMPT, plan(KERNEL_ELF, "virtual"));
    const [medianPromptMs, medianFloorMs] = [median(promptMs), median(floorMs)];
    return {
      rounds,
      promptMs,
      floorMs,
      medianPromptMs,
      medianFloorMs,
      differenceMs: medianPromptMs - medianFloorMs,
      targetMs: TARGET_MS,
      entryToPromptInstructions: greetingNs(virtual.text),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The figures as lines for a person. */
export function formatBootBench(result: BootBench): string {
  const range = (values: number[]) => `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`;
  return [
    `from starting QEMU (TCG, direct boot), medians of ${result.rounds} rounds in turns`,
    `  to the shell's prompt         ${result.medianPromptMs.toFixed(1).padStart(8)} ms   (${range(result.promptMs)})`,
    `  to the floor kernel's byte    ${result.medianFloorMs.toFixed(1).padStart(8)} ms   (${range(result.floorMs)})`,
    `  difference                    ${result.differenceMs.toFixed(1).padStart(8)} ms   (target at most ${result.targetMs})`,
    `from entry to prompt on the virtual clock: ${(result.entryToPromptInstructions / 1e6).toFixed(3)} million instructions (waits count as 1 a ns)`,
  ].join("\n");
}
