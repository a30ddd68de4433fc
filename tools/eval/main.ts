// npm run eval -- NAME [options]: evaluations of policies. They print figures; they pass or fail nothing.
import { build } from "../build/index.js";
import { ExitCode, Progress, runCommand, UsageError } from "../lib/index.js";
import { ensureSystem } from "../setup/index.js";
import { MEMORY_USAGE, parseMemoryOptions } from "./memory/options.js";

const USAGE = `${MEMORY_USAGE}

npm run eval -- memory-stress [--runs 40] [--seed 100000] [--policy-engine aot|wasm3] [--keep] [--json]
  seeded stress runs in the booted kernel on the virtual clock, half of them into an OOM: recall at five seconds' lead,
  false-positive episodes, median lead of the memory policy's warnings. --keep keeps each run's beats in build/eval.`;

await runCommand(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || name === "--help" || args.includes("--help")) {
    console.log(USAGE);
    return name === undefined ? ExitCode.Usage : ExitCode.Ok;
  }
  const progress = new Progress();
  if (name === "memory") {
    const { where } = parseMemoryOptions(args); // a mistake is told before anything is built
    await ensureSystem(["build"]);
    progress.phase("build");
    await build(where === "kernel" ? ["sim", "image", "initrd"] : ["sim"], { onProgress: (text) => progress.step(text) });
    progress.done();
    const { main } = await import("./memory/main.js");
    await main(args, progress);
    return ExitCode.Ok;
  }
  if (name !== "memory-stress") throw new UsageError(`no evaluation ${name}`, { hint: "memory or memory-stress" });
  await ensureSystem(["build", "qemu"]);
  await build(["image"], { onProgress: (text) => process.stderr.write(`${text}\n`) });
  const { main } = await import("./memory-stress.js");
  await main(args);
  return ExitCode.Ok;
});
