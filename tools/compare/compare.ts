// Runs cases in every system and judges them. Prints nothing: main.ts and the booted test do.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { planWasi, SAMPLE_PICTURE } from "../build/index.js";
import { ROOT } from "../lib/index.js";
import { allCases } from "./cases.js";
import { differences } from "./judge.js";
import { kernel } from "./kernel.js";
import { nodeWasi } from "./node-wasi.js";
import type { CaseResult } from "./report.js";
import type { Case, Runner } from "./types.js";
import { wasmer } from "./wasmer.js";

/** The cases of the programs that this machine's build has, and the programs that it has not. */
export async function availableCases(): Promise<{ cases: Case[]; skipped: string[] }> {
  const { programs, skipped } = await planWasi();
  const picture = join(ROOT, SAMPLE_PICTURE);
  const sample = existsSync(picture) ? readFileSync(picture) : undefined;
  return { cases: allCases(new Set(programs.map((program) => program.name)), sample), skipped: skipped.map(({ name, reason }) => `${name}: ${reason}`) };
}

/** Every case in every system; `withKernel` boots a machine. */
export async function compare(cases: readonly Case[], withKernel: boolean, onCase: (item: Case, index: number) => void = () => {}): Promise<CaseResult[]> {
  const runners: Runner[] = [await wasmer(), await nodeWasi()];
  if (withKernel) runners.push(await kernel(cases));
  const [first, second, third] = runners as [Runner, Runner, Runner?];
  const results: CaseResult[] = [];
  try {
    for (const [index, item] of cases.entries()) {
      onCase(item, index);
      results.push({ item, differences: differences(await first.run(item), await second.run(item), await third?.run(item)) });
    }
  } finally {
    await Promise.all(runners.map((runner) => runner.close()));
  }
  return results;
}
