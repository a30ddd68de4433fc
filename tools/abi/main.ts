// npm run abi: writes the generated files of the interface table.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const generated = join(root, "tools/abi/generated.ts");
if (!existsSync(generated)) writeFileSync(generated, "export {};\n");
const { writeGenerated } = await import("./index.js");
const written = writeGenerated(root);
console.log(written.length === 0 ? "abi: up to date" : written.map((path) => `abi: wrote ${path}`).join("\n"));
