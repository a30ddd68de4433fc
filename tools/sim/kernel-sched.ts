// Scheduling in a simulated machine, for tests of kernel.wasm: the image's policies by name, programs that compute, wait and end, rows of tasks, and what must
// hold of them at any moment. Nothing here decides who runs.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { Control, LAYOUT, ModuleKind, TaskState, Topic } from "../abi/index.js";
import { BUILD } from "../lib/index.js";
import type { FileCalls, Run } from "./file-calls.js";
import type { BuiltinPolicy } from "./modules.js";

export const MS = 1_000_000n;
export const SECOND = 1000n * MS;
/** As in kernel-as/kernel/limits.ts. */
export const STARVE_NS = 3n * SECOND;
export const RESCUE_NS = 10n * MS;

/** The policies that come with the image. */
export const POLICIES = ["rr", "mlfq", "las", "eevdf", "sjf_history", "fifo", "gittins", "transformer"] as const;

/** A row by the names of its fields, without lists. */
export type Row = Record<string, bigint>;

/** Policies as if they were compiled into the machine; `linear` is there too, as the kernel wants one for memory. */
export function builtins(names: readonly string[]): BuiltinPolicy[] {
  return ["linear", ...names].map((name) => {
    const file = join(BUILD, "policies", `${name}.wasm`);
    if (!existsSync(file)) throw new Error(`${file} is missing: npm run build -- initrd`);
    const bytes = Uint8Array.from(readFileSync(file));
    const kind = name === "linear" ? ModuleKind.Memory : ModuleKind.Sched;
    return { name, bytes, sha256: createHash("sha256").update(bytes).digest(), kind };
  });
}

const field = (row: Row, name: string): bigint => {
  const value = row[name];
  if (value === undefined) throw new Error(`no field ${name}`);
  return value;
};

/** The live tasks: one list for each query that it took. */
export function* taskPages(c: FileCalls): Run<Row[][]> {
  const pages: Row[][] = [];
  for (let start = 0n; ; ) {
    const page = yield* c.rows(Topic.Tasks, "TaskRow", start);
    const last = page.at(-1);
    if (!last) return pages;
    pages.push(page);
    start = field(last, "slot") + 1n;
  }
}

export function* tasks(c: FileCalls): Run<Row[]> {
  return (yield* taskPages(c)).flat();
}

export function* sched(c: FileCalls): Run<Row> {
  return yield* c.query(Topic.Sched, "SchedRow");
}

/** All that a task's accounts hold, ns. */
export function accounted(row: Row): bigint {
  return field(row, "userNs") + field(row, "systemNs") + field(row, "readyNs") + field(row, "blockedNs");
}

/** Longest that a ready task may wait, with so many beside it: docs/scheduling.md. */
export function waitBound(others: number): bigint {
  return STARVE_NS + 2n * RESCUE_NS * BigInt(1 + others);
}

/** No ready task has waited for longer than the guard allows. Returns the longest wait. */
export function* checkWaits(c: FileCalls): Run<bigint> {
  const all = yield* tasks(c);
  const { timeNs } = yield* sched(c);
  let longest = 0n;
  for (const row of all) {
    if (field(row, "state") !== BigInt(TaskState.Ready)) continue;
    const waited = (timeNs as bigint) - field(row, "readySinceNs");
    if (waited > longest) longest = waited;
  }
  expect(longest).toBeLessThanOrEqual(waitBound(all.length));
  return longest;
}

/** Let a policy decide; `fallback` is the kernel's own. */
export function* swapTo(c: FileCalls, name: string): Run<void> {
  const status = name === "fallback" ? yield* c.control(Control.ModuleFallback, "sched") : yield* c.control(Control.ModuleSwap, name);
  if (status < 0) throw new Error(`swap to ${name} answered ${status}`);
}

/** A module's row, with its name and reason as text. */
export function* moduleNamed(c: FileCalls, name: string): Run<{ row: Row; reason: string }> {
  const rows = yield* c.rows(Topic.Modules, "ModuleRow");
  const { fields, bytes } = LAYOUT.ModuleRow;
  for (const [i, row] of rows.entries()) {
    const at = 2 * 4096 + i * bytes;
    const text = (offset: number, count: number) => new TextDecoder().decode(c.take(at + offset, count)).replace(/\0.*$/s, "");
    if (text(fields.name.offset, 32) === name) return { row, reason: text(fields.reason.offset, 96) };
  }
  throw new Error(`no module ${name}`);
}

/** Computes `totalNs` in parts, with short waits in between where `pauseNs` says so, and exits with 0. */
export function* worker(totalNs: number, partNs: number, pauseNs = 0): Run<void> {
  for (let left = totalNs; left > 0; left -= partNs) {
    yield { compute: Math.min(partNs, left) };
    if (pauseNs > 0) yield { call: "sleep", args: [BigInt(pauseNs)] };
  }
}

/** Waits for as many children as are named; each must have ended with 0. */
export function* waitForAll(c: FileCalls, pids: readonly number[]): Run<void> {
  for (const pid of pids) expect(yield* c.wait(pid)).toMatchObject({ pid, status: 0 });
}
