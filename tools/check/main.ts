// npm run check: the house's rules. One line for each, findings below it, exit status 1 if there are any.
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { staleFiles } from "../abi/index.js";
import { prepare } from "../cli/prepare.js";
import { ExitCode, exec, ROOT, runCommand } from "../lib/index.js";
import { checkCircles } from "./circles.js";
import { checkLayers } from "./layers.js";
import { checkImageSize, checkIntegersOnly } from "./products.js";
import { checkSizes } from "./sizes.js";

type Check = { name: string; run: () => string[] | Promise<string[]> };

/** A program's own words, where it is not content. */
async function program(...args: string[]): Promise<string[]> {
  const { status, output } = await exec(process.execPath, args, { cwd: ROOT, allowFailure: true });
  return status === 0 ? [] : [output.trim() || `ended with status ${status}`];
}

const CHECKS: readonly Check[] = [
  { name: "layers", run: () => [...checkLayers(ROOT), ...checkCircles(ROOT)] },
  { name: "sizes", run: () => checkSizes(ROOT) },
  { name: "generated files", run: () => staleFiles(ROOT).map((path) => `${path} differs from the interface table: npm run abi`) },
  { name: "types", run: () => program(join("node_modules", "typescript", "bin", "tsc"), "-p", ".") },
  { name: "lint and format", run: () => program(join("node_modules", "@biomejs", "biome", "bin", "biome"), "check", "--colors=off", "--diagnostic-level=error", ".") },
  { name: "kernel.wasm integers only", run: () => checkIntegersOnly(ROOT) },
  { name: "image size", run: () => checkImageSize() },
];

await runCommand(async () => {
  let failed = 0;
  const needsBuild = (name: string) => name === "kernel.wasm integers only" || name === "image size";
  let built = false;
  for (const check of CHECKS) {
    if (needsBuild(check.name) && !built) {
      await prepare(["build"], ["image"]);
      built = true;
    }
    const started = performance.now();
    const findings = await check.run();
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    console.log(`${findings.length === 0 ? "ok  " : "FAIL"} ${check.name} (${seconds} s)`);
    for (const finding of findings) console.log(finding.replace(/^/gm, "     "));
    if (findings.length > 0) failed++;
  }
  console.log(failed === 0 ? `${CHECKS.length} checks passed` : `${failed} of ${CHECKS.length} checks failed`);
  return failed === 0 ? ExitCode.Ok : ExitCode.Failed;
});
