// Runs programs: with a deadline, their output kept, no strays. Not QEMU with a live console (tools/qemu/process.ts).
import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { ProgramFailed, TimeLimit } from "./errors.js";
import { guard } from "./reaper.js";

/** Longest that a program may run when the caller says nothing. A hang detector, not a performance target. */
export const DEFAULT_DEADLINE_MS = 10 * 60_000;
const KEPT_OUTPUT_BYTES = 16 << 20;

export interface ExecOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Text or bytes for its stdin; without it stdin is empty. */
  input?: string | Uint8Array;
  deadlineMs?: number;
  /** Do not throw on a status other than 0. */
  allowFailure?: boolean;
  /** Let it write to this process's terminal instead of keeping its output. */
  inherit?: boolean;
  /** Sees output as it comes. */
  onOutput?: (chunk: string) => void;
}

export interface ExecResult {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  /** stdout and stderr, in order of arrival. */
  output: string;
}

/**
 * Runs a program to its end.
 * @param program name or path
 * @param args handed over as they are: no shell
 * @throws ProgramFailed when it cannot start or ends with another status than 0 (unless allowFailure); TimeLimit
 */
export async function exec(program: string, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  // Its own process group, so that killing it takes its children along; but a program with the terminal stays in ours.
  const group = !options.inherit;
  const settings: SpawnOptions = { cwd: options.cwd, env: options.env, detached: group, stdio: options.inherit ? "inherit" : ["pipe", "pipe", "pipe"] };
  const child = spawn(program, args, settings);
  guard(child, group);
  const all: Buffer[] = [];
  const out: Buffer[] = [];
  let kept = 0;
  const keep = (chunk: Buffer, isOut: boolean) => {
    options.onOutput?.(chunk.toString());
    kept += chunk.length;
    if (kept > KEPT_OUTPUT_BYTES) return;
    all.push(chunk);
    if (isOut) out.push(chunk);
  };
  child.stdout?.on("data", (chunk: Buffer) => keep(chunk, true));
  child.stderr?.on("data", (chunk: Buffer) => keep(chunk, false));
  child.stdin?.on("error", () => {}); // it may end before it read everything
  child.stdin?.end(options.input ?? "");
  let late = false;
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(group ? -child.pid : child.pid, "SIGKILL");
    } catch {
      // already gone
    }
  };
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, deadlineMs);
  const text = [program, ...args].join(" ");
  try {
    const [status, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
    const result = { status, signal, stdout: Buffer.concat(out).toString(), output: Buffer.concat(all).toString() };
    if (late) throw new TimeLimit(`${program} took longer than ${deadlineMs / 1000} s and was ended: ${text}`, { hint: "run it by hand to see where it hangs" });
    if (status !== 0 && !options.allowFailure) {
      const tail = result.output.trim();
      throw new ProgramFailed(`${program} ended with ${signal ?? `status ${status}`}: ${text}${tail ? `\n${tail}` : ""}`, status, result.output);
    }
    return result;
  } catch (error) {
    if (error instanceof Error && (error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new ProgramFailed(`${program} could not be started`, null, "", { expected: `${program} on the PATH`, cause: error });
    }
    throw error;
  } finally {
    clearTimeout(timer);
    if (child.exitCode === null && child.signalCode === null) kill();
  }
}
