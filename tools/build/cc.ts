// C and assembler → objects → linked files.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.js";
import type { Step } from "./graph.js";
import { filesBelow, ROOT } from "./places.js";

let headers: string[] | undefined;

/** Every header of the shim: each object depends on all of them. They are few, and small. */
function shimHeaders(): string[] {
  headers ??= filesBelow("hostshim-c", [".h", ".inc"]);
  return headers;
}

/** Compiles one C or assembler file to build/obj/GROUP/….o. `extra` names generated files that it includes. */
export function compileObject(group: string, source: string, flags: string[], extra: string[] = []): Step {
  const output = objectPath(group, source);
  return {
    name: `cc ${output.slice("build/obj/".length)}`,
    inputs: [source, ...shimHeaders(), ...extra],
    outputs: [output],
    key: flags.join(" "),
    run: async () => {
      await command("gcc", [...flags, "-c", source, "-o", output]);
    },
  };
}

export function objectPath(group: string, source: string): string {
  return `build/obj/${group}/${source.replaceAll("/", "_").replace(/\.(c|S)$/, ".o")}`;
}

/** Links objects with a linker script. */
export function link(name: string, objects: string[], script: string, output: string, extra: string[] = []): Step {
  return {
    name: `ld ${name}`,
    inputs: [...objects, script],
    outputs: [output],
    key: extra.join(" "),
    run: async () => {
      await command("ld", [
        "-nostdlib",
        "-static",
        "-z",
        "max-page-size=4096",
        "-z",
        "noexecstack",
        "--no-warn-rwx-segments",
        "--build-id=none",
        "-T",
        script,
        ...extra,
        "-o",
        output,
        ...objects,
      ]);
    },
  };
}

export function sourcesIn(folders: string[]): string[] {
  return folders.filter((folder) => existsSync(join(ROOT, folder))).flatMap((folder) => filesBelow(folder, [".c", ".S"]));
}
