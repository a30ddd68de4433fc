// npm run train -- memory [options]: trains the learned policies. What it writes is committed; npm test does not train.
import { build } from "../build/index.js";
import { ExitCode, Progress, runCommand, UsageError } from "../lib/index.js";
import { ensureSystem } from "../setup/index.js";
import { parseTrainOptions, USAGE } from "./options.js";

await runCommand(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || name === "--help" || args.includes("--help")) {
    console.log(USAGE);
    return name === undefined ? ExitCode.Usage : ExitCode.Ok;
  }
  if (name !== "memory") throw new UsageError(`nothing to train: ${name}`, { hint: "memory" });
  const options = parseTrainOptions(args);
  const progress = new Progress();
  await ensureSystem(["build"]);
  progress.phase("build");
  await build(["sim"], { onProgress: (text) => progress.step(text) });
  progress.done();
  const { trainMemory } = await import("./memory.js");
  await trainMemory(options, progress);
  return ExitCode.Ok;
});
