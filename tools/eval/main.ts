// npm run eval -- NAME [options]: evaluations of policies in the booted kernel. They print figures; they pass or fail nothing.
import { build } from "../build/index.js";
import { ExitCode, Progress, runCommand, UsageError } from "../lib/index.js";
import { VALIDATOR_USAGE } from "../reference/mutations.js";
import { ensureSystem } from "../setup/index.js";

const USAGE = `npm run eval -- memory-stress [--runs 40] [--seed 100000] [--policy-engine aot|wasm3] [--keep] [--json]
  seeded stress runs in the booted kernel on the virtual clock, half of them into an OOM: recall at five seconds' lead,
  false-positive episodes, median lead of the memory policy's warnings. --keep keeps each run's beats in build/eval.

${VALIDATOR_USAGE}`;

await runCommand(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || name === "--help" || args.includes("--help")) {
    console.log(USAGE);
    return name === undefined ? ExitCode.Usage : ExitCode.Ok;
  }
  if (name === "validator") {
    await ensureSystem(["build"]);
    const progress = new Progress();
    progress.phase("build");
    await build(["initrd"], { onProgress: (text) => progress.step(text) });
    progress.done();
    const { main } = await import("../reference/mutations.js");
    return main(args, progress);
  }
  if (name !== "memory-stress") throw new UsageError(`no evaluation ${name}`, { hint: "memory-stress or validator" });
  await ensureSystem(["build", "qemu"]);
  await build(["image"], { onProgress: (text) => process.stderr.write(`${text}\n`) });
  const { main } = await import("./memory-stress.js");
  await main(args);
  return ExitCode.Ok;
});
