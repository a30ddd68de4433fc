// One QEMU process: started, watched, ended, and its exit status given a meaning. Not what is said on its console (tools/machine).
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { DEBUG_EXIT_FAILED, DEBUG_EXIT_OK, DEBUG_EXIT_PANIC } from "../abi/generated.js";
import { findProgram, guard, QemuMissing } from "../lib/index.js";

export const QEMU = "qemu-system-x86_64";

/** isa-debug-exit ends QEMU with (value << 1) | 1. */
export const exitStatusOf = (debugExit: number) => (debugExit << 1) | 1;

/** How a machine ended. `closed`: QEMU's own quit (Ctrl-A X, reboot without restart). `gone`: anything else. */
export type Ending = "off" | "failed" | "panic" | "closed" | "gone";

const ENDINGS = new Map<number, Ending>([
  [exitStatusOf(DEBUG_EXIT_OK), "off"],
  [exitStatusOf(DEBUG_EXIT_FAILED), "failed"],
  [exitStatusOf(DEBUG_EXIT_PANIC), "panic"],
  [0, "closed"],
]);

export interface QemuExit {
  status: number | null;
  signal: NodeJS.Signals | null;
  ending: Ending;
  /** What QEMU itself said on stderr. */
  stderr: string;
}

const KEPT_STDERR_CHARS = 64 << 10;

/** The path of QEMU. @throws QemuMissing */
export function findQemu(): string {
  const path = findProgram(QEMU);
  if (!path) throw new QemuMissing(`${QEMU} is not on the PATH`, { hint: "npm run qemu, which installs it where it may and says how elsewhere" });
  return path;
}

export class QemuProcess {
  readonly child: ChildProcess;
  /** Settles when QEMU has ended and its pipes are empty; never rejects. */
  readonly ended: Promise<QemuExit>;
  #exit: QemuExit | undefined;
  #stderr = "";

  private constructor(args: readonly string[], terminal: boolean, outputFile: number | undefined) {
    // With the terminal it must stay in our process group, else the terminal would stop it.
    const stdio: StdioOptions = terminal ? ["inherit", "inherit", "pipe"] : ["pipe", outputFile ?? "pipe", "pipe"];
    this.child = spawn(findQemu(), args, { detached: !terminal, stdio });
    guard(this.child, !terminal);
    this.child.stdin?.on("error", () => {}); // QEMU may end while we write; its exit tells
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      if (this.#stderr.length < KEPT_STDERR_CHARS) this.#stderr += text;
    });
    this.ended = new Promise((settle) => {
      const finish = (status: number | null, signal: NodeJS.Signals | null) => {
        this.#exit ??= { status, signal, ending: (status === null ? undefined : ENDINGS.get(status)) ?? "gone", stderr: this.#stderr.trim() };
        settle(this.#exit);
      };
      this.child.once("error", (error) => {
        this.#stderr += String(error);
        finish(null, null);
      });
      this.child.once("close", finish);
    });
  }

  /**
   * Starts QEMU.
   * @param outputFile descriptor that its stdout goes to instead of a pipe
   * @throws QemuMissing
   */
  static start(args: readonly string[], console: "terminal" | "pipe" = "pipe", outputFile?: number): QemuProcess {
    return new QemuProcess(args, console === "terminal", outputFile);
  }

  /** How it ended, once it has. */
  get exit(): QemuExit | undefined {
    return this.#exit;
  }

  /** Ends it now, and waits until it is gone. */
  async kill(): Promise<QemuExit> {
    if (!this.#exit) this.child.kill("SIGKILL");
    return this.ended;
  }

  /** Waits for its end; kills it at the deadline. Returns undefined where it had to. */
  async endsWithin(deadlineMs: number): Promise<QemuExit | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((settle) => {
      timer = setTimeout(() => settle(undefined), deadlineMs);
    });
    const exit = await Promise.race([this.ended, late]);
    clearTimeout(timer);
    if (!exit) await this.kill();
    return exit;
  }
}
