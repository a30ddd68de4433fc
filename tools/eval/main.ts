// npm run eval -- NAME [options]: evaluations. Those of policies print figures and pass or fail nothing; `validator` and `cycles` fail
// where what they hold is not so.
import { build, type Target } from "../build/index.js";
import { ExitCode, Progress, runCommand, UsageError } from "../lib/index.js";
import { VALIDATOR_USAGE } from "../reference/mutations.js";
import { WASI_USAGE } from "../reference/wasi-fuzz.js";
import { ensureSystem, type Purpose } from "../setup/index.js";
import { CYCLES_USAGE } from "./cycles.js";
import { MEMORY_USAGE, parseMemoryOptions } from "./memory/options.js";
import { MIND_USAGE, parseMindOptions } from "./mind/options.js";
import { MIND_REFERENCE_USAGE } from "./mind-reference/main.js";
import { parseSchedOptions, SCHED_USAGE } from "./sched/options.js";

const USAGE = `${MEMORY_USAGE}

${SCHED_USAGE}

${MIND_USAGE}

npm run eval -- memory-stress [--runs 40] [--seed 100000] [--policy-engine aot|wasm3] [--keep] [--json]
  seeded stress runs in the booted kernel on the virtual clock, half of them into an OOM: recall at five seconds' lead,
  false-positive episodes, median lead of the memory policy's warnings. --keep keeps each run's beats in build/eval.

${VALIDATOR_USAGE}

${WASI_USAGE}

${CYCLES_USAGE}

${MIND_REFERENCE_USAGE}`;

await runCommand(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || name === "--help" || args.includes("--help")) {
    console.log(USAGE);
    return name === undefined ? ExitCode.Usage : ExitCode.Ok;
  }
  const progress = new Progress();
  const prepare = async (targets: Target[], purposes: Purpose[]) => {
    await ensureSystem(purposes);
    progress.phase("build");
    await build(targets, { onProgress: (text) => progress.step(text) });
    progress.done();
  };
  if (name === "memory") {
    const { where } = parseMemoryOptions(args); // a mistake is told before anything is built
    await prepare(where === "kernel" ? ["sim", "image", "initrd"] : ["sim"], ["build"]);
    const { main } = await import("./memory/main.js");
    await main(args, progress);
    return ExitCode.Ok;
  }
  if (name === "sched") {
    const { where } = parseSchedOptions(args);
    await prepare(where === "kernel" ? ["sim", "test-image", "initrd"] : ["sim"], ["build"]);
    const { main } = await import(where === "kernel" ? "./sched/kernel-main.js" : "./sched/main.js");
    await main(args, progress);
    return ExitCode.Ok;
  }
  if (name === "mind") {
    const { where } = parseMindOptions(args);
    await prepare(where === "kernel" ? ["image", "initrd"] : [], where === "kernel" ? ["build", "qemu"] : ["build"]);
    const { main } = await import("./mind/main.js");
    await main(args, progress);
    return ExitCode.Ok;
  }
  if (name === "validator") {
    await prepare(["initrd"], ["build"]);
    const { main } = await import("../reference/mutations.js");
    return main(args, progress);
  }
  if (name === "wasi") {
    await prepare(["initrd"], ["build"]);
    const { main } = await import("../reference/wasi-fuzz.js");
    return main(args, progress);
  }
  if (name === "cycles") {
    await prepare(["image", "initrd"], ["build", "qemu"]);
    const { main } = await import("./cycles.js");
    return main(args, progress);
  }
  if (name === "mind-reference") {
    await ensureSystem(["build"]);
    const { main } = await import("./mind-reference/main.js");
    return main(args, progress);
  }
  if (name !== "memory-stress") throw new UsageError(`no evaluation ${name}`, { hint: "memory, memory-stress, mind, mind-reference, sched, validator, wasi or cycles" });
  await prepare(["image"], ["build", "qemu"]);
  const { main } = await import("./memory-stress.js");
  await main(args);
  return ExitCode.Ok;
});
