// Finds a C compiler for WASI: a wasi-sdk that the user names in WASI_SDK_PATH, else clang with the distribution's wasi-libc.
// It installs nothing (tools/setup does).
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../../lib/index.js";

export interface Toolchain {
  clang: string;
  /** Options that go before everything else: target and C library. */
  flags: string[];
  /** Which, for the build's stamps. */
  version: string;
}

/** Where the distributions put wasi-libc: the sysroot, and a header that is there when it is. */
const SYSROOTS: readonly [root: string, header: string][] = [
  ["/usr", "/usr/include/wasm32-wasi/stdio.h"], // Debian, Ubuntu
  ["/usr/wasm32-wasi", "/usr/wasm32-wasi/include/stdio.h"], // Fedora
  ["/usr/share/wasi-sysroot", "/usr/share/wasi-sysroot/include"], // Arch, Alpine
  ["/opt/homebrew/share/wasi-sysroot", "/opt/homebrew/share/wasi-sysroot/include"],
  ["/usr/local/share/wasi-sysroot", "/usr/local/share/wasi-sysroot/include"],
];

let found: Toolchain | string | undefined;

/** The toolchain, or what it lacks, in words. Looked for once. */
export function wasiToolchain(): Toolchain | string {
  found ??= look();
  return found;
}

function look(): Toolchain | string {
  const sdk = process.env["WASI_SDK_PATH"];
  const sysroot = sdk ? join(sdk, "share", "wasi-sysroot") : SYSROOTS.find(([, header]) => existsSync(header))?.[0];
  const clang = sdk ? join(sdk, "bin", "clang") : ["clang", "/opt/homebrew/opt/llvm/bin/clang", "/usr/local/opt/llvm/bin/clang"].map((name) => findProgram(name)).find(Boolean);
  if (!clang || !existsSync(clang)) return sdk ? `no clang below WASI_SDK_PATH (${sdk})` : "clang is missing";
  if (!sysroot || !existsSync(sysroot)) return "wasi-libc is missing";
  const run = (...args: string[]) => execFileSync(clang, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const flags = ["--target=wasm32-wasi", `--sysroot=${sysroot}`];
    const runtime = join(run("-print-resource-dir"), "lib", "wasi", "libclang_rt.builtins-wasm32.a");
    const builtins = [runtime, run(...flags, "-print-libgcc-file-name")];
    if (!builtins.some(existsSync)) return "clang's runtime library for wasm32 is missing";
    const linker = run("-print-prog-name=wasm-ld");
    if (!existsSync(linker) && !findProgram("wasm-ld")) return "wasm-ld is missing";
    return { clang, flags, version: `${run("--version").split("\n")[0]} ${sysroot}` };
  } catch (error) {
    return `clang does not run: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`;
  }
}
