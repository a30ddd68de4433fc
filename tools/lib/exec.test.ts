// Programs run for real: output, failure, deadline, and no strays however the parent ends.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { exec, findProgram, ProgramFailed, ROOT, TimeLimit } from "./index.js";

const HANG_MS = 20_000;
const folder = mkdtempSync(join(tmpdir(), "ganglion-exec-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whether a process that may be a zombie of ours still runs. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function goneWithin(pid: number, deadlineMs: number): Promise<boolean> {
  const end = Date.now() + deadlineMs;
  while (runs(pid) && Date.now() < end) await new Promise((done) => setTimeout(done, 5));
  return !runs(pid);
}

describe("exec", () => {
  test("keeps stdout and stderr, hands over stdin and arguments untouched", async () => {
    const result = await exec("sh", ["-c", 'cat; echo "$1"; echo oops >&2', "sh", "a b;$c"], { input: "in\n" });
    expect(result.stdout).toBe("in\na b;$c\n");
    expect(result.output).toContain("oops");
  });

  test("a failure carries the status and what was said", async () => {
    const error = await exec("sh", ["-c", "echo because; exit 3"]).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(ProgramFailed);
    expect(error).toMatchObject({ status: 3, code: "GANGLION_PROGRAM_FAILED", message: expect.stringContaining("because") });
    expect((await exec("sh", ["-c", "exit 3"], { allowFailure: true })).status).toBe(3);
  });

  test("a program that does not exist is a clear error", async () => {
    await expect(exec("no-such-program-here", [])).rejects.toThrow("could not be started");
    expect(findProgram("no-such-program-here")).toBeUndefined();
  });

  test("the deadline ends the whole process group", async () => {
    const pidFile = join(folder, "grandchild");
    const run = exec("sh", ["-c", `sleep 1000 & echo $! > ${pidFile}; wait`], { deadlineMs: 300 });
    await expect(run).rejects.toBeInstanceOf(TimeLimit);
    expect(await goneWithin(Number(readFileSync(pidFile, "utf8")), HANG_MS)).toBe(true);
  });
});

describe("no stray process is left when the tool", () => {
  const script = join(folder, "parent.ts");
  writeFileSync(
    script,
    `import { exec } from ${JSON.stringify(pathToFileURL(join(ROOT, "tools/lib/index.ts")).href)};
    exec("sh", ["-c", "sleep 1000 & echo $!; wait"], { onOutput: (text) => console.log(text.trim()) }).catch(() => {});
    process.on("message", () => { throw new Error("uncaught"); });`,
  );

  test.each(["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL", "an error"] as const)(
    "ends by %s",
    async (how) => {
      const parent = spawn(process.execPath, ["--import", "tsx", script], { cwd: ROOT, stdio: ["ignore", "pipe", "ignore", "ipc"] });
      const [first] = (await once(parent.stdout as NonNullable<typeof parent.stdout>, "data")) as [Buffer];
      const pid = Number(first.toString());
      expect(runs(pid)).toBe(true);
      if (how === "an error") parent.send("throw");
      else parent.kill(how);
      await once(parent, "exit");
      expect(await goneWithin(pid, HANG_MS)).toBe(true);
    },
    HANG_MS * 2,
  );
});
