// npm test [-- NAME]: set-up, build, every tier, and a last line that counts. NAME is part of a file's path, else of a test's name.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { prepare } from "../cli/prepare.js";
import { BUILD, describe, ExitCode, exec, guard, ROOT, runCommand } from "../lib/index.js";
import { ensureSystem } from "../setup/index.js";
import { type Summary, summarize } from "./report.js";

const VITEST = join(ROOT, "node_modules", "vitest", "vitest.mjs");
const REPORT = join(BUILD, "test", "report.json");

interface Selection {
  /** vitest's arguments. */
  args: string[];
  /** Tests were picked by name: that the others did not run says nothing. */
  byName: boolean;
}

/** What was asked: options as they are, a name as a file filter or a test filter. */
async function select(words: string[]): Promise<Selection> {
  const names = words.filter((word) => !word.startsWith("-"));
  const options = words.filter((word) => word.startsWith("-"));
  if (names.length === 0) return { args: options, byName: false };
  const { stdout } = await exec(process.execPath, [VITEST, "list", "--filesOnly"], { cwd: ROOT, allowFailure: true });
  const files = names.filter((name) => stdout.includes(name));
  const tests = names.filter((name) => !files.includes(name));
  return { args: [...options, ...files, ...(tests.length > 0 ? ["-t", tests.join("|")] : [])], byName: tests.length > 0 };
}

async function runTests(words: string[]): Promise<Summary> {
  rmSync(REPORT, { force: true });
  mkdirSync(dirname(REPORT), { recursive: true });
  const { args: picked, byName } = await select(words);
  const args = [VITEST, "run", "--passWithNoTests=false", "--reporter=default", "--reporter=json", `--outputFile.json=${REPORT}`, ...picked];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
  guard(child, false);
  const [status] = (await once(child, "exit")) as [number | null];
  const summary = summarize(existsSync(REPORT) ? readFileSync(REPORT, "utf8") : undefined, status, ROOT);
  return byName ? { ...summary, skipped: [] } : summary;
}

await runCommand(async () => {
  let summary: Summary;
  try {
    await prepare(["build", "qemu"], ["image", "initrd", "sim"]);
    // Without the loaders' tools their tests skip themselves, by name.
    await ensureSystem(["iso"]).catch((error: unknown) => console.log(`ISO boots are skipped: ${describe(error)}`));
    summary = await runTests(process.argv.slice(2));
  } catch (error) {
    console.log(describe(error));
    summary = { passed: 0, failed: 1, skipped: [], failures: ["set-up and build"] };
  }
  for (const name of summary.skipped) console.log(`skipped: ${name}`);
  for (const name of summary.failures) console.log(`failed: ${name}`);
  console.log(`${summary.passed} passed, ${summary.failed} failed`);
  return summary.failed === 0 ? ExitCode.Ok : ExitCode.Failed;
});
