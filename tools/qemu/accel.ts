// Chooses the accelerator. `auto` believes KVM only after a tiny guest ran SSE and a timed loop in ring 0: some hosts open
// /dev/kvm, yet emulate ring 0 at about 1 µs an instruction and die of an SSE instruction there. The answer is remembered in the
// user's cache folder, until host kernel, boot, processor or QEMU change.
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { cacheFolder } from "../lib/index.js";
import type { MachineOptions } from "./options.js";
import { exitStatusOf, findQemu, QemuProcess } from "./process.js";
import { Proof, proofKernel } from "./tiny.js";

const PROOF_DEADLINE_MS = 3000;
const KVM_DEVICE = "/dev/kvm";

export interface AccelChoice {
  accel: "kvm" | "tcg";
  /** One line for a person: what and why. */
  line: string;
}

const RememberedSchema = z.object({ key: z.string(), works: z.boolean(), why: z.string() });
type Verdict = Pick<z.output<typeof RememberedSchema>, "works" | "why">;

/** Changes whenever the answer might. QEMU's size and date stand for its version: asking it costs more than the boot. */
function hostKey(qemu: string): string {
  const { size, mtimeMs } = statSync(qemu);
  const bootId = "/proc/sys/kernel/random/boot_id";
  const boot = existsSync(bootId) ? readFileSync(bootId, "utf8").trim() : "";
  return [release(), boot, cpus()[0]?.model ?? "", qemu, size, Math.round(mtimeMs)].join("|");
}

/** Runs the proof under an accelerator; TCG passes it too, which is how the proof itself is tested. */
export async function prove(accel: "kvm" | "tcg", deadlineMs = PROOF_DEADLINE_MS): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), "ganglion-proof-"));
  try {
    const kernel = join(folder, "proof.elf");
    writeFileSync(kernel, proofKernel());
    const args = ["-nodefaults", "-no-user-config", "-display", "none", "-M", "microvm,acpi=off", "-accel", accel, "-cpu", "max", "-m", "32M"];
    const qemu = QemuProcess.start([...args, "-no-reboot", "-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-kernel", kernel]);
    const exit = await qemu.endsWithin(deadlineMs);
    if (!exit) return { works: false, why: `the proof guest did not finish within ${deadlineMs / 1000} s` };
    if (exit.status === exitStatusOf(Proof.Native)) return { works: true, why: "the proof guest ran natively, SSE in ring 0 included" };
    if (exit.status === exitStatusOf(Proof.Emulated)) return { works: false, why: "this host emulates ring 0, thousands of times slower" };
    if (exit.status === exitStatusOf(Proof.Wrong)) return { works: false, why: "SSE in ring 0 computes wrongly there" };
    return { works: false, why: exit.stderr.split("\n")[0] || `the proof guest ended with ${exit.signal ?? `status ${exit.status}`}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function recall(path: string, key: string): Verdict | undefined {
  try {
    const remembered = RememberedSchema.parse(JSON.parse(readFileSync(path, "utf8")));
    return remembered.key === key ? remembered : undefined;
  } catch {
    return undefined; // none yet, or not ours: prove again
  }
}

function remember(path: string, key: string, verdict: Verdict): void {
  try {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, `${JSON.stringify({ key, ...verdict })}\n`);
  } catch {
    // a read-only home costs one proof a start
  }
}

function deviceRefusal(): string | undefined {
  if (!existsSync(KVM_DEVICE)) return `there is no ${KVM_DEVICE}`;
  try {
    accessSync(KVM_DEVICE, constants.R_OK | constants.W_OK);
    return undefined;
  } catch {
    return `no permission to open ${KVM_DEVICE}`;
  }
}

/**
 * Decides between KVM and TCG.
 * @param folder where the answer is remembered
 */
export async function chooseAccel(options: Pick<MachineOptions, "accel" | "clock">, folder = cacheFolder()): Promise<AccelChoice> {
  if (options.clock === "virtual") return { accel: "tcg", line: "accelerator: tcg (the virtual clock counts instructions)" };
  if (options.accel !== "auto") return { accel: options.accel, line: `accelerator: ${options.accel} (asked for)` };
  const refusal = deviceRefusal();
  if (refusal) return { accel: "tcg", line: `accelerator: tcg (${refusal})` };
  const path = join(folder, "accelerator.json");
  const key = hostKey(findQemu());
  const remembered = recall(path, key);
  const verdict = remembered ?? (await prove("kvm"));
  if (!remembered) remember(path, key, verdict);
  const accel = verdict.works ? "kvm" : "tcg";
  return { accel, line: `accelerator: ${accel} (${verdict.works ? "" : "KVM failed its proof: "}${verdict.why}${remembered ? "; remembered" : ""})` };
}
