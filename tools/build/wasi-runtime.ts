// The ring-3 program `wasi`: hostshim-c/user/wasi, wasm3 and the validator → static ELF64; and the same as a Linux process,
// build/hosted/wasi-host, over a folder (hostshim-c/hosted/wasi_host.c).

import { join } from "node:path";
import { compileObject, link, objectPath, sourcesIn } from "./cc.js";
import { command } from "./command.js";
import { hostedFlags, hostedShimFlags, hostedWasm3Flags, userFlags, userWasm3Flags } from "./flags.js";
import { runGraph, type Step } from "./graph.js";
import { filesBelow, ROOT } from "./places.js";
import { hostedValidatorObjects, hostedValidatorSteps, validatorObjects, validatorSteps } from "./validator.js";
import { compileWasm } from "./wasm.js";
import { USER_WASM3_DEFINES, USER_WASM3_HEADERS, USER_WASM3_SOURCES, userWasm3Step } from "./wasm3-user.js";

/** Its name, by which it is launched. */
export const WASI = "wasi";
const FOLDER = "hostshim-c/user/wasi";
/** The one file that knows wasm3's structures. */
const ENGINE = `${FOLDER}/engine.c`;
/** Shared by all programs: the first instruction, and copying bytes. */
const BASE = ["hostshim-c/user/entry.S", "hostshim-c/user/base.c", "hostshim-c/base/fmt.c"];

const ownSources = () => filesBelow(FOLDER, [".c"]).filter((source) => source !== ENGINE);

/** Steps that make build/programs/wasi.elf. */
export function wasiSteps(): Step[] {
  const group = `user-${WASI}`;
  const own = ownSources();
  const interpreter = [ENGINE, ...USER_WASM3_SOURCES];
  const objects = [...[...BASE, ...own, ...interpreter].map((source) => objectPath(group, source)), ...validatorObjects(group)];
  return [
    userWasm3Step(),
    ...validatorSteps(group),
    ...[...BASE, ...own].map((source) => compileObject(group, source, userFlags())),
    ...interpreter.map((source) => compileObject(group, source, [...userWasm3Flags(), ...USER_WASM3_DEFINES], USER_WASM3_HEADERS)),
    link(WASI, objects, "hostshim-c/user/user.ld", `build/programs/${WASI}.elf`, ["--strip-debug"]),
  ];
}

export type WasiHost = "plain" | "sanitized";

const HOST_FLAGS = ["-DWASI_HOSTED", "-include", "hostshim-c/hosted/wasi_places.h"];
// ASan has its shadow where the windows of ring 3 would lie. Its frames are larger: the native stack is, too. It brings its own heap.
const SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-DWASI_SANITIZED"];

export function wasiHost(variant: WasiHost): string {
  return variant === "plain" ? "build/hosted/wasi-host" : "build/hosted/wasi-host-sanitized";
}

/** Builds the Linux process; resolves with its path, relative to the repository. */
export async function buildWasiHost(variant: WasiHost): Promise<string> {
  await runGraph(wasiHostSteps(variant), { jobs: 1 });
  return wasiHost(variant);
}

/** Compiles a WASI program for tests, kernel-as/user/conformance; resolves with the file. main: right and wrong calls; storm: random ones. */
export async function buildConformance(entry: "main" | "storm" = "main"): Promise<string> {
  const name = entry === "main" ? "conformance" : entry;
  await runGraph([compileWasm(name, `kernel-as/user/conformance/${entry}.ts`, "conformance")], { jobs: 1 });
  return join(ROOT, `build/wasm/${name}.wasm`);
}

export function wasiHostSteps(variant: WasiHost): Step[] {
  const group = `hosted-wasi-${variant}`;
  const extra = [...HOST_FLAGS, ...(variant === "sanitized" ? SANITIZE : [])];
  const places = ["hostshim-c/hosted/wasi_places.h"];
  const host = sourcesIn(["hostshim-c/hosted"]).filter((source) => source.includes("/wasi_"));
  // The sanitized one has the C library's heap (hosted/wasi_heap.c), so that ASan sees every block.
  const own = [...ownSources().filter((source) => variant === "plain" || !source.endsWith("/heap.c")), "hostshim-c/base/fmt.c", "hostshim-c/wasm/rt/bits.c"];
  const interpreter = [ENGINE, ...USER_WASM3_SOURCES];
  const objects = [...[...host, ...own, ...interpreter].map((source) => objectPath(group, source)), ...hostedValidatorObjects(group)];
  return [
    userWasm3Step(),
    ...hostedValidatorSteps(group, extra),
    ...host.map((source) => compileObject(group, source, ["-D_GNU_SOURCE", ...hostedFlags(), ...extra], places)),
    ...own.map((source) => compileObject(group, source, [...hostedShimFlags(), ...extra], places)),
    ...interpreter.map((source) => compileObject(group, source, [...hostedWasm3Flags(), ...extra, ...USER_WASM3_DEFINES], [...USER_WASM3_HEADERS, ...places])),
    {
      name: `link ${wasiHost(variant)}`,
      inputs: objects,
      outputs: [wasiHost(variant)],
      key: extra.join(" "),
      run: async () => {
        await command("gcc", ["-no-pie", ...(variant === "sanitized" ? SANITIZE : []), ...objects, "-o", wasiHost(variant)]);
      },
    },
  ];
}
