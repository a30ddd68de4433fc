// npm run build [TARGET …]: builds what is stale and says what it did.
import { BuildFailed, build, type Target } from "./index.js";

try {
  const targets = process.argv.slice(2) as Target[];
  const ran = await build(targets.length > 0 ? targets : ["image"], { onProgress: (name, done, total) => console.log(`[${String(done).padStart(3)}/${total}] ${name}`) });
  console.log(ran.length === 0 ? "build: up to date" : `build: ${ran.length} steps`);
} catch (error) {
  if (!(error instanceof BuildFailed)) throw error;
  console.error(`build failed: ${error.message}`);
  process.exitCode = 1;
}
