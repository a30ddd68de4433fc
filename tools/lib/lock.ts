// One holder at a time among the processes of this machine, by a file that names its holder's pid. Not for threads, not over a network.
import { linkSync, mkdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { performance } from "node:perf_hooks";
import { threadId } from "node:worker_threads";
import { TimeLimit } from "./errors.js";

const POLL_MS = 50;

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it lives and is another user's
  }
}

function holderOf(path: string): number | undefined {
  try {
    return Number(readFileSync(path, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Takes the lock if nobody who lives has it; a holder that was killed has lost it.
 * @param path the lock file; its folder is made
 * @returns gives it back; undefined where another process (or this one) has it
 */
export function tryLock(path: string): (() => void) | undefined {
  mkdirSync(dirname(path), { recursive: true });
  // Written aside and linked into place: a lock file is never seen empty.
  const mine = `${path}.${process.pid}.${threadId}`;
  writeFileSync(mine, String(process.pid));
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        linkSync(mine, path);
        return () => {
          if (holderOf(path) === process.pid) rmSync(path, { force: true });
        };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = holderOf(path);
      if (holder !== undefined && alive(holder)) return undefined;
      rmSync(path, { force: true });
    }
    return undefined;
  } finally {
    unlinkSync(mine);
  }
}

/**
 * Takes the lock, waiting for whoever has it.
 * @param onWait told once, with the holder's pid, where it has to wait
 * @throws TimeLimit
 */
export async function lock(path: string, deadlineMs: number, onWait: (holder: number | undefined) => void = () => {}): Promise<() => void> {
  const end = performance.now() + deadlineMs;
  for (let waits = 0; ; waits++) {
    const release = tryLock(path);
    if (release) return release;
    if (waits === 0) onWait(holderOf(path));
    if (performance.now() > end) {
      throw new TimeLimit(`process ${holderOf(path) ?? "?"} still holds ${path} after ${deadlineMs / 1000} s`, { hint: "end it, or remove the file if it is none of ours" });
    }
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}
