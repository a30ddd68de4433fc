// npm run bench -- [NAME …] [--json]: measures and prints. It never passes or fails on this machine's speed, only on a wrong answer.
import { parseArgs } from "node:util";
import { prepare, type Target } from "../cli/prepare.js";
import { ExitCode, Progress, runCommand, UsageError } from "../lib/index.js";
import type { Purpose } from "../setup/index.js";

type OnProgress = (text: string) => void;

interface Bench {
  purposes: readonly Purpose[];
  targets: Target[];
  /** Measures; `json` is the whole result, `text` the lines for a person. */
  run(onProgress: OnProgress): Promise<{ json: unknown; text: string }>;
}

const BENCHES: Record<string, Bench> = {
  boot: {
    purposes: ["build", "qemu"],
    targets: ["image", "initrd"],
    run: async (onProgress) => {
      const { formatBootBench, runBootBench } = await import("./boot.js");
      const json = await runBootBench({ onProgress });
      return { json, text: formatBootBench(json) };
    },
  },
  validator: {
    purposes: ["build", "qemu"],
    targets: ["image", "initrd"],
    run: async (onProgress) => {
      const { formatValidatorBench, runValidatorBench } = await import("./validator.js");
      const json = await runValidatorBench({ onProgress });
      return { json, text: formatValidatorBench(json) };
    },
  },
  engines: {
    purposes: ["build"],
    targets: [],
    run: async (onProgress) => {
      const { formatEnginesBench, runEnginesBench } = await import("./engines.js");
      const json = await runEnginesBench({ onProgress });
      return { json, text: formatEnginesBench(json) };
    },
  },
  programs: {
    purposes: ["build", "qemu"],
    targets: ["image", "initrd"],
    run: async (onProgress) => {
      const [{ formatProgramsBench, runProgramsBench }, { planWasi }] = await Promise.all([import("./programs.js"), import("../build/index.js")]);
      const names = new Set((await planWasi()).programs.map(({ name }) => name));
      const json = await runProgramsBench({ onProgress, present: (program) => names.has(program) });
      return { json, text: formatProgramsBench(json) };
    },
  },
  reclaim: {
    purposes: ["build", "qemu"],
    targets: ["image", "initrd"],
    run: async (onProgress) => {
      const { formatReclaimBench, runReclaimBench } = await import("./reclaim.js");
      const json = await runReclaimBench({ onProgress });
      return { json, text: formatReclaimBench(json) };
    },
  },
  switch: {
    purposes: ["build", "qemu"],
    targets: ["image", "initrd"],
    run: async (onProgress) => {
      const { formatSwitchBench, runSwitchBench } = await import("./switch.js");
      const json = await runSwitchBench({ onProgress });
      return { json, text: formatSwitchBench(json) };
    },
  },
  nn: {
    purposes: ["build", "qemu"],
    targets: ["image", "test-image"],
    run: async (onProgress) => {
      const { formatNnBench, runNnBench } = await import("./nn.js");
      const json = await runNnBench({ onProgress });
      return { json, text: formatNnBench(json) };
    },
  },
  policies: {
    purposes: ["build"],
    targets: ["sim"],
    run: async (onProgress) => {
      const { formatPoliciesBench, runPoliciesBench } = await import("./policies.js");
      const json = await runPoliciesBench({ onProgress });
      return { json, text: formatPoliciesBench(json) };
    },
  },
  llm: {
    purposes: ["build", "qemu"],
    targets: ["image", "initrd"],
    run: async (onProgress) => {
      const [{ formatLlmBench, runLlmBench }, { llamaFolder }, { formatLlmBootedBench, runLlmBootedBench }, { chooseAccel }] = await Promise.all([
        import("./llm.js"),
        import("../reference/llama.js"),
        import("./llm-booted.js"),
        import("../qemu/index.js"),
      ]);
      const hosted = await runLlmBench({ onProgress, llama: llamaFolder() !== undefined });
      const proven = (await chooseAccel({ accel: "auto", clock: "real" })).accel === "kvm";
      const booted = [await runLlmBootedBench({ onProgress, accelerator: "tcg" })];
      if (proven) booted.push(await runLlmBootedBench({ onProgress, accelerator: "kvm" }));
      return { json: { hosted, booted }, text: [formatLlmBench(hosted), ...booted.map(formatLlmBootedBench)].join("\n\n") };
    },
  },
  allocator: {
    purposes: ["build"],
    targets: [],
    run: async (onProgress) => {
      const { formatAllocatorBench, runAllocatorBench } = await import("./allocator.js");
      const json = await runAllocatorBench({ onProgress });
      return { json, text: formatAllocatorBench(json) };
    },
  },
};

await runCommand(async () => {
  let parsed: ReturnType<typeof parse>;
  const parse = () => parseArgs({ allowPositionals: true, options: { json: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } } });
  try {
    parsed = parse();
  } catch (cause) {
    throw new UsageError((cause as Error).message, { hint: "npm run bench -- --help", cause });
  }
  const { values, positionals } = parsed;
  const all = Object.keys(BENCHES);
  if (values.help) {
    console.log(`Usage: npm run bench -- [${all.join("|")}] [--json]\n\nMeasures what is named, else everything. --json prints one line of JSON.`);
    return ExitCode.Ok;
  }
  const unknown = positionals.find((name) => !all.includes(name));
  if (unknown) throw new UsageError(`there is no bench named ${unknown}`, { expected: `one of ${all.join(", ")}` });
  const names = positionals.length > 0 ? positionals : all;
  const progress = new Progress();
  const results: Record<string, unknown> = {};
  for (const name of names) {
    const bench = BENCHES[name] as Bench;
    await prepare(bench.purposes, bench.targets, progress);
    progress.phase(name);
    const { json, text } = await bench.run((step) => progress.step(step)).finally(() => progress.done());
    results[name] = json;
    if (!values.json) console.log(`${name}\n${text.replace(/^(?=.)/gm, "  ")}\n`);
  }
  if (values.json) console.log(JSON.stringify(results));
  return ExitCode.Ok;
});
