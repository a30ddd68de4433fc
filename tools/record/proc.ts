// What the live machine's /proc says about processes' memory: anonymous pages of each, and how much there is in all. Linux only.
// Not the recording (recording.ts). `root` is /proc, or a folder of the same form for tests.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const KIB_PER_PAGE = 4;

export interface ProcessMemory {
  pid: number;
  parent: number;
  /** pages that it has written and nobody else backs: anonymous and shared memory */
  pages: number;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // it ended meanwhile, or is another user's
  }
}

const kib = (text: string, name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0);

/** One process; undefined where there is none, or it is a kernel thread. */
export function readProcess(root: string, pid: number): ProcessMemory | undefined {
  const status = read(join(root, String(pid), "status"));
  if (status === undefined || !/^VmRSS:/m.test(status)) return undefined;
  const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  return { pid, parent, pages: Math.round((kib(status, "RssAnon") + kib(status, "RssShmem")) / KIB_PER_PAGE) };
}

export function allPids(root: string): number[] {
  return readdirSync(root)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Pages that programs could take without pushing anything out that is in use: MemAvailable. */
export function availablePages(root: string): number {
  const text = read(join(root, "meminfo"));
  return text === undefined ? 0 : Math.round(kib(text, "MemAvailable") / KIB_PER_PAGE);
}

/** The processes asked for: one and all that it started, or all. */
export function watched(root: string, pid: number | undefined): ProcessMemory[] {
  const all = allPids(root).flatMap((one) => readProcess(root, one) ?? []);
  if (pid === undefined) return all;
  const wanted = new Set([pid]);
  for (let before = 0; before !== wanted.size; ) {
    before = wanted.size;
    for (const one of all) if (wanted.has(one.parent)) wanted.add(one.pid);
  }
  return all.filter((one) => wanted.has(one.pid));
}
