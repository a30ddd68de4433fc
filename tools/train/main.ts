// npm run train -- memory|sched|ops [options]: trains the learned policies and the mind's model. What it writes is committed; npm test does not train.
import { build } from "../build/index.js";
import { ExitCode, Progress, runCommand, UsageError } from "../lib/index.js";
import { ensureSystem } from "../setup/index.js";
import { OPS_USAGE, parseOpsOptions } from "./ops-options.js";
import { parseTrainOptions, USAGE } from "./options.js";
import { parseSchedTrainOptions, SCHED_USAGE } from "./sched-options.js";

// What can be trained: its options are checked first, then everything is built, then it begins.
const TRAININGS = {
  memory: (args: string[]) => {
    const options = parseTrainOptions(args);
    return async (progress: Progress) => (await import("./memory.js")).trainMemory(options, progress);
  },
  ops: (args: string[]) => {
    const options = parseOpsOptions(args);
    return async (progress: Progress) => {
      const [{ finishOps, trainOps }, { questionSource }, { openWords }] = await Promise.all([import("./ops.js"), import("./ops-source.js"), import("../mind/words.js")]);
      const words = await openWords();
      const trained = await trainOps(options, questionSource(words), progress);
      if (!options.dryRun) await finishOps(trained, words, progress);
    };
  },
  sched: (args: string[]) => {
    const options = parseSchedTrainOptions(args);
    return async (progress: Progress) => (await import("./sched.js")).trainSched(options, progress);
  },
};

await runCommand(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined || name === "--help" || args.includes("--help")) {
    console.log(`${USAGE}\n${SCHED_USAGE}\n${OPS_USAGE}`);
    return name === undefined ? ExitCode.Usage : ExitCode.Ok;
  }
  if (!Object.hasOwn(TRAININGS, name)) throw new UsageError(`nothing to train: ${name}`, { hint: Object.keys(TRAININGS).join(", ") });
  const train = TRAININGS[name as keyof typeof TRAININGS](args);
  const progress = new Progress();
  await ensureSystem(["build"]);
  // ops builds what it needs itself.
  if (name !== "ops") {
    progress.phase("build");
    await build(["sim"], { onProgress: (text) => progress.step(text) });
    progress.done();
  }
  await train(progress);
  return ExitCode.Ok;
});
