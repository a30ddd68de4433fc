// npm run build [TARGET …]: builds what is stale and says what it did.
import { describe, exitCodeOf } from "../lib/index.js";
import { build, type Target } from "./index.js";

try {
  const targets = process.argv.slice(2) as Target[];
  const ran = await build(targets.length > 0 ? targets : ["image", "initrd"], { onProgress: (text) => console.log(text) });
  console.log(ran.length === 0 ? "build: up to date" : `build: ${ran.length} steps`);
} catch (error) {
  console.error(describe(error));
  process.exitCode = exitCodeOf(error);
}
