// Brings the machine to where the project can build and boot: finds what is missing, and installs it where that may be done
// without asking (apt, as root or with passwordless sudo). The npm packages are tools/bootstrap.mjs's business.
import { exec, findProgram, ProgramFailed, Progress, QemuMissing, SetupFailed } from "../lib/index.js";
import { findManager, installLine, NEEDS, type Need, type Purpose, packagesFor } from "./packages.js";

export { findManager, installLine, type Manager, NEEDS, type Need, type Purpose, packagesFor, UEFI_FIRMWARE } from "./packages.js";

const INSTALL_DEADLINE_MS = 15 * 60_000;

/** What is missing for these purposes. File look-ups only: a fraction of a millisecond where all is there. */
export function missing(purposes: readonly Purpose[]): Need[] {
  return NEEDS.filter((need) => purposes.includes(need.purpose) && !need.present());
}

/** The words before apt-get: none for root, sudo where it asks for no password, undefined where we may not install. */
async function privilege(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  if (!findProgram("sudo")) return undefined;
  const answer = await exec("sudo", ["-n", "true"], { allowFailure: true, deadlineMs: 10_000 });
  return answer.status === 0 ? ["sudo", "-n"] : undefined;
}

async function aptInstall(packages: string[], before: string[], progress: Progress): Promise<void> {
  const apt = async (args: string[]) => {
    const words = [...before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", ...args];
    await exec(words[0] as string, words.slice(1), { deadlineMs: INSTALL_DEADLINE_MS, onOutput: (text) => progress.step(text.trim().split("\n").at(-1) ?? "") });
  };
  const install = ["install", "-y", "--no-install-recommends", ...packages];
  // A first update may fail for one dead source while the others have what we need, so its failure alone decides nothing.
  await apt(["update"]).catch(() => {});
  try {
    await apt(install);
  } catch {
    await apt(["update"]).catch(() => {});
    await apt(install);
  }
}

/**
 * Makes sure that what these purposes need is installed.
 * @throws QemuMissing or SetupFailed, whose text is the one line to run
 */
export async function ensureSystem(purposes: readonly Purpose[], progress: Progress = new Progress()): Promise<void> {
  let needs = missing(purposes);
  if (needs.length === 0) return;
  const names = needs.map((need) => need.name).join(", ");
  const manager = findManager();
  let cause: unknown;
  if (manager === "apt") {
    const before = await privilege();
    if (before) {
      const packages = packagesFor(needs, "apt");
      progress.phase(`installing ${packages.join(" ")}`);
      try {
        await aptInstall(packages, before, progress);
      } catch (error) {
        cause = error;
      }
      progress.done();
      needs = missing(purposes);
      if (needs.length === 0) return;
    }
  }
  const line = manager ? installLine(needs, manager, process.getuid?.() === 0) : undefined;
  const tail = cause instanceof ProgramFailed ? `\n${cause.output.trim().split("\n").slice(-8).join("\n")}` : "";
  const hint = line ?? `install these with your system's package manager: ${needs.map((need) => need.name).join(", ")}`;
  const Failure = needs.some((need) => need.purpose === "qemu") ? QemuMissing : SetupFailed;
  throw new Failure(cause ? `${names}: missing, and apt-get could not install it${tail}` : `missing on this machine: ${names}`, { hint, cause });
}
