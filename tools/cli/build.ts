// npm run build [TARGET …]: builds what is stale and says what it did.
import { build, type Target } from "../build/index.js";
import { ExitCode, Progress, runCommand } from "../lib/index.js";
import { ensureSystem } from "../setup/index.js";
import { ensurePrograms, tellSkipped } from "./prepare.js";

await runCommand(async () => {
  await ensureSystem(["build"]);
  const asked = process.argv.slice(2) as Target[];
  const targets: Target[] = asked.length > 0 ? asked : ["image", "initrd"];
  const withPrograms = targets.includes("initrd");
  const lacking = withPrograms ? await ensurePrograms(new Progress()) : "";
  const ran = await build(targets, { onProgress: (text) => console.log(text) });
  if (withPrograms) await tellSkipped(lacking);
  console.log(ran.length === 0 ? "build: up to date" : `build: ${ran.length} steps`);
  return ExitCode.Ok;
});
