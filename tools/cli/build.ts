// npm run build [TARGET …]: builds what is stale and says what it did.
import { build, type Target } from "../build/index.js";
import { ExitCode, runCommand } from "../lib/index.js";
import { ensureSystem } from "../setup/index.js";

await runCommand(async () => {
  await ensureSystem(["build"]);
  const targets = process.argv.slice(2) as Target[];
  const ran = await build(targets.length > 0 ? targets : ["image", "initrd"], { onProgress: (text) => console.log(text) });
  console.log(ran.length === 0 ? "build: up to date" : `build: ${ran.length} steps`);
  return ExitCode.Ok;
});
