// npm run models -- add NAME | list | remove NAME | requantise MODEL TYPE [FILE]: the mind's models in build/models.
import { relative } from "node:path";
import { ExitCode, Progress, ROOT, runCommand, UsageError } from "../lib/index.js";
import { addModel, listModels, PUBLISHED, removeModel, requantiseModel } from "../mind/models.js";

const USAGE = `Usage: npm run models -- COMMAND

  add NAME                       bring a published model into build/models, its hash checked
  list [--json]                  the models that are there
  remove NAME                    delete one
  requantise MODEL TYPE [FILE]   write it with weights of another type: F32, F16, Q8_0, Q4_0, Q4_1

${Object.entries(PUBLISHED)
  .map(([name, { text }]) => `  ${name.padEnd(10)} ${text}`)
  .join("\n")}

Any other GGUF file of the llama architecture: npm run qemu -- --model FILE. See docs/models.md.`;

const shown = (path: string) => (relative(ROOT, path).startsWith("..") ? path : relative(ROOT, path));

await runCommand(async () => {
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined || command === "--help" || command === "-h") {
    console.log(USAGE);
    return command === undefined ? ExitCode.Usage : ExitCode.Ok;
  }
  const counts: Record<string, [number, number]> = { add: [1, 1], list: [0, 1], remove: [1, 1], requantise: [2, 3] };
  const count = counts[command];
  if (!count || args.length < count[0] || args.length > count[1])
    throw new UsageError(count ? `${command} with ${args.length} words` : `no command ${command}`, { hint: "npm run models -- --help" });
  const [first = "", second = "", third] = args;
  if (command === "add") {
    const progress = new Progress();
    progress.phase(`model ${first}`);
    const path = await addModel(first, (text) => progress.step(text)).finally(() => progress.done());
    console.log(shown(path));
  } else if (command === "list") {
    if (args.length > 0 && first !== "--json") throw new UsageError(`list knows no ${first}`, { hint: "npm run models -- --help" });
    const rows = listModels();
    if (first === "--json") console.log(JSON.stringify(rows));
    else if (rows.length === 0) console.log("no models; npm run models -- add smollm2");
    else for (const { name, bytes, text } of rows) console.log(`${name.padEnd(20)} ${(bytes / 1e6).toFixed(1).padStart(7)} MB  ${text}`);
  } else if (command === "remove") {
    removeModel(first);
  } else {
    console.log(shown(requantiseModel(first, second, third)));
  }
  return ExitCode.Ok;
});
