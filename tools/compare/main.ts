// npm run compare [-- CASE…]: every program of the build in the booted kernel, in @wasmer/wasi and in node:wasi. Without names the report
// is written to docs/evidence/wasi-agreement.md; with names only the differences of the cases whose names contain one are printed.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { prepare } from "../cli/prepare.js";
import { ExitCode, Progress, ROOT, runCommand, UsageError } from "../lib/index.js";
import { commitOf } from "./cases.js";
import { availableCases, compare } from "./compare.js";
import { EXPLANATIONS } from "./explained.js";
import { standsAlone } from "./judge.js";
import { type CaseResult, explanationOf, report } from "./report.js";

const REPORT = "docs/evidence/wasi-agreement.md";

const wasmerVersion = (JSON.parse(readFileSync(join(ROOT, "node_modules/@wasmer/wasi/package.json"), "utf8")) as { version: string }).version;

function print(results: readonly CaseResult[]): number {
  let unexplained = 0;
  for (const { item, differences } of results) {
    console.log(`${differences.length === 0 ? "agree " : "differ"}  ${item.name}`);
    for (const row of differences) {
      const why = standsAlone(row) ? (explanationOf(item, row, EXPLANATIONS) ?? "not explained") : "";
      if (why === "not explained") unexplained++;
      console.log(`        ${row.what}: ${row.verdict}${why && `, ${why}`}`);
      for (const [name, text] of [
        ["kernel", row.kernel],
        ["@wasmer/wasi", row.wasmer],
        ["node:wasi", row.node],
      ])
        if (text !== undefined) console.log(`          ${name?.padEnd(12)} ${text}`);
    }
  }
  return unexplained;
}

await runCommand(async () => {
  const command = new Command("npm run compare --")
    .description("Run every WASI program of the build in the kernel, @wasmer/wasi and node:wasi, and say where they differ.")
    .argument("[case...]", "only cases whose names contain one of these; prints, writes no report")
    .option("--in <kernel|node>", "node: leave the kernel out", "kernel")
    .exitOverride()
    .parse();
  const where = command.opts<{ in: string }>().in;
  if (where !== "kernel" && where !== "node") throw new UsageError(`--in ${where} is not valid`, { expected: "kernel or node" });
  const progress = new Progress();
  await prepare(where === "kernel" ? ["build", "qemu"] : ["build"], where === "kernel" ? ["image", "initrd"] : ["initrd"], progress);
  const { cases, skipped } = await availableCases();
  const chosen = command.args.length === 0 ? cases : cases.filter((item) => command.args.some((word) => item.name.includes(word)));
  if (chosen.length === 0) throw new UsageError(`no case has ${command.args.join(" or ")} in its name`, { expected: cases.map((item) => item.name).join(", ") });
  progress.phase("comparing");
  const results = await compare(chosen, where === "kernel", (item, index) => progress.step(`${index + 1}/${chosen.length} ${item.name}`)).finally(() => progress.done());
  const unexplained = print(results);
  for (const line of skipped) console.log(`skipped ${line}`);
  if (command.args.length === 0 && where === "kernel") {
    const systems = ["the booted kernel (QEMU, TCG)", `@wasmer/wasi ${wasmerVersion}`, `node:wasi of Node ${process.versions.node}`];
    mkdirSync(dirname(join(ROOT, REPORT)), { recursive: true });
    writeFileSync(join(ROOT, REPORT), report(results, { command: "npm run compare", commit: commitOf(ROOT), systems, skipped, withKernel: true }, EXPLANATIONS));
    console.log(`written: ${REPORT}`);
  }
  const equal = results.filter((result) => result.differences.length === 0).length;
  console.log(`${results.length} cases, ${equal} agree in everything, ${unexplained} differences where the kernel stands alone without an explanation`);
  return unexplained === 0 ? ExitCode.Ok : ExitCode.Failed;
});
