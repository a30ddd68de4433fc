// No stray processes: whatever started here dies with this process, however it dies. Not a process runner (exec.ts).
// Three nets: 'exit' handlers (normal end, uncaught error), signal handlers, and for SIGKILL a small shell in its own session
// that holds the read end of a pipe; when this process is gone the pipe closes and the shell kills what is still listed.
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import type { Writable } from "node:stream";
import { ExitCode } from "./errors.js";

/** A pid, or a negative process group. */
type Target = number;

const WATCHDOG = `
trap '' INT TERM HUP
list=' '
while read -r op target; do
  if [ "$op" = + ]; then list="$list$target "; else list="\${list%% $target *} \${list#* $target }"; fi
done
for target in $list; do kill -s KILL -- "$target" 2>/dev/null; done
`;

const targets = new Set<Target>();
const beforeExit = new Set<() => void>();
let watchdog: Writable | undefined;
let installed = false;

function killAll(): void {
  for (const target of targets) {
    try {
      process.kill(target, "SIGKILL");
    } catch {
      // already gone
    }
  }
  targets.clear();
  for (const action of beforeExit) action();
  beforeExit.clear();
}

function install(): void {
  if (installed) return;
  installed = true;
  process.on("exit", killAll);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      killAll();
      process.exit(signal === "SIGINT" ? ExitCode.Interrupted : 128 + constants.signals[signal]);
    });
  }
  const shell = spawn("sh", ["-c", WATCHDOG], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  shell.on("error", () => {}); // no shell: the first two nets still hold
  shell.unref();
  watchdog = shell.stdin;
  watchdog.on("error", () => {});
  (watchdog as Writable & { unref?: () => void }).unref?.();
}

/**
 * Ties a child to this process's life until it ends.
 * @param group the child leads its own process group (spawned detached): kill the group
 */
export function guard(child: ChildProcess, group: boolean): void {
  if (child.pid === undefined) return;
  install();
  const target = group ? -child.pid : child.pid;
  targets.add(target);
  watchdog?.write(`+ ${target}\n`);
  child.once("exit", () => {
    targets.delete(target);
    watchdog?.write(`- ${target}\n`);
  });
}

/**
 * Runs something when this process ends early or normally, such as giving the terminal its settings back.
 * @returns takes the action off the list without running it
 */
export function atExit(action: () => void): () => void {
  install();
  beforeExit.add(action);
  return () => beforeExit.delete(action);
}
