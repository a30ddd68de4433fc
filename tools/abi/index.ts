// The interface table's surface: the generated files, and whether they are up to date.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { emitHost, emitLayouts, emitNn, emitNumbers, emitSys } from "./emit-as.js";
import { emitEventNames, emitGlue, emitHeader, emitNnHeader } from "./emit-c.js";
import { emitDocs } from "./emit-docs.js";
import { emitTypeScript } from "./emit-ts.js";

export * from "./generated.js";
export { abiHash, HOST_CALLS, LAYOUTS, NN_CALLS, POLICY_EXPORTS, SYS_CALLS } from "./table.js";

/** Path inside the repository → its text. */
export function generatedFiles(): Map<string, string> {
  return new Map([
    ["hostshim-c/abi/abi.h", emitHeader()],
    ["hostshim-c/abi/nn.h", emitNnHeader()],
    ["hostshim-c/abi/event_names.inc", emitEventNames()],
    ["hostshim-c/user/sys_glue.c", emitGlue()],
    ["kernel-as/abi/numbers.ts", emitNumbers()],
    ["kernel-as/abi/layouts.ts", emitLayouts()],
    ["kernel-as/abi/host.ts", emitHost()],
    ["kernel-as/abi/nn.ts", emitNn()],
    ["kernel-as/abi/sys.ts", emitSys()],
    ["tools/abi/generated.ts", emitTypeScript()],
    ["docs/abi.md", emitDocs()],
  ]);
}

/** Names of generated files that differ from the table. */
export function staleFiles(root: string): string[] {
  return [...generatedFiles()].filter(([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== text).map(([path]) => path);
}

/** Writes the generated files that differ; returns their names. */
export function writeGenerated(root: string): string[] {
  const stale = staleFiles(root);
  const files = generatedFiles();
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), files.get(path) as string);
  }
  return stale;
}
