// The lock between processes: exclusive while its holder lives, free again when it is released or its holder was killed.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { TimeLimit } from "./errors.js";
import { lock, tryLock } from "./lock.js";

const folder = mkdtempSync(join(tmpdir(), "ganglion-lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("one holder; the next one waits until it is given back", async () => {
  const path = join(folder, "a", "lock");
  const release = tryLock(path);
  expect(release).toBeTypeOf("function");
  expect(tryLock(path)).toBeUndefined();
  let waitedFor: number | undefined;
  const second = lock(path, 10_000, (holder) => {
    waitedFor = holder;
    release?.();
  });
  (await second)();
  expect(waitedFor).toBe(process.pid);
  expect(readdirSync(dirname(path))).toEqual([]);
});

test("the lock of a process that lives is kept, that of a dead one is taken", async () => {
  const path = join(folder, "b");
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
  writeFileSync(path, String(child.pid));
  await expect(lock(path, 120)).rejects.toBeInstanceOf(TimeLimit);
  child.kill("SIGKILL");
  await once(child, "exit");
  const release = tryLock(path);
  expect(release).toBeTypeOf("function");
  release?.();
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, String(spawnSync("true").pid));
  expect(tryLock(path)).toBeTypeOf("function");
});
