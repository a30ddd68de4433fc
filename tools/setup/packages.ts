// What the project needs of the system, and what each package manager calls it. A table; it installs nothing (setup.ts).
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../lib/index.js";

export type Manager = "apt" | "dnf" | "pacman" | "apk" | "brew";

/** Reasons to need something: to build, to boot, to make and boot an ISO, to compile the user programs that are written in C. */
export type Purpose = "build" | "qemu" | "iso" | "programs";

export interface Need {
  /** What is missing, in a person's words. */
  name: string;
  purpose: Purpose;
  /** Whether it is there. */
  present: () => boolean;
  packages: Record<Manager, readonly string[]>;
}

const program = (name: string) => () => findProgram(name) !== undefined;
const anyFile = (...paths: string[]) => paths.some(existsSync);

/** Images of the UEFI firmware, by where the distributions put them. */
export const UEFI_FIRMWARE = [
  "/usr/share/OVMF/OVMF_CODE.fd",
  "/usr/share/OVMF/OVMF_CODE_4M.fd",
  "/usr/share/edk2/ovmf/OVMF_CODE.fd",
  "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
  "/usr/share/edk2/x64/OVMF_CODE.fd",
  "/usr/share/edk2-ovmf/x64/OVMF_CODE.fd",
  "/usr/share/OVMF/OVMF.fd",
  "/opt/homebrew/share/qemu/edk2-x86_64-code.fd",
  "/usr/local/share/qemu/edk2-x86_64-code.fd",
] as const;

/** The C library's headers: the hosted tier is an ordinary Linux process. */
function hostHeaders(): boolean {
  return process.platform === "darwin" || anyFile("/usr/include/stdio.h");
}

/** brew's compiler for x86-64 ELF carries a prefix; elsewhere the machine's own gcc does. */
const compiler = () => (process.platform === "darwin" ? program("x86_64-elf-gcc")() : program("gcc")());

/** A wasi-sdk of the user's own has everything that the packages for `programs` have. */
const sdkOr = (present: () => boolean) => () => Boolean(process.env["WASI_SDK_PATH"]) || present();

const WASI_HEADERS = ["/usr/include/wasm32-wasi", "/usr/wasm32-wasi", "/usr/share/wasi-sysroot", "/opt/homebrew/share/wasi-sysroot", "/usr/local/share/wasi-sysroot"] as const;

/** clang's runtime library for wasm32, in any version of it. Other distributions put it elsewhere; there the compiler is asked. */
function wasmRuntime(): boolean {
  if (!existsSync("/etc/debian_version")) return true;
  const versions = readdirSync("/usr/lib").filter((name) => name.startsWith("llvm-"));
  const folders = versions.map((name) => join("/usr/lib", name, "lib", "clang")).filter(existsSync);
  return folders.some((folder) => readdirSync(folder).some((name) => existsSync(join(folder, name, "lib", "wasi", "libclang_rt.builtins-wasm32.a"))));
}

export const NEEDS: readonly Need[] = [
  { name: "gcc", purpose: "build", present: compiler, packages: { apt: ["gcc"], dnf: ["gcc"], pacman: ["gcc"], apk: ["gcc"], brew: ["x86_64-elf-gcc"] } },
  {
    name: "C library headers",
    purpose: "build",
    present: hostHeaders,
    packages: { apt: ["libc6-dev"], dnf: ["glibc-devel", "libasan", "libubsan"], pacman: ["glibc"], apk: ["musl-dev"], brew: [] },
  },
  { name: "make", purpose: "build", present: program("make"), packages: { apt: ["make"], dnf: ["make"], pacman: ["make"], apk: ["make"], brew: ["make"] } },
  {
    name: "binutils",
    purpose: "build",
    present: () => (process.platform === "darwin" ? program("x86_64-elf-ld")() : program("ld")() && program("objcopy")()),
    packages: { apt: ["binutils"], dnf: ["binutils"], pacman: ["binutils"], apk: ["binutils"], brew: ["x86_64-elf-binutils"] },
  },
  {
    name: "qemu-system-x86_64",
    purpose: "qemu",
    present: program("qemu-system-x86_64"),
    packages: { apt: ["qemu-system-x86"], dnf: ["qemu-system-x86"], pacman: ["qemu-system-x86"], apk: ["qemu-system-x86_64"], brew: ["qemu"] },
  },
  {
    name: "grub-mkrescue",
    purpose: "iso",
    present: () => program("grub-mkrescue")() || program("grub2-mkrescue")(),
    packages: { apt: ["grub-common"], dnf: ["grub2-tools-extra"], pacman: ["grub"], apk: ["grub"], brew: ["i686-elf-grub"] },
  },
  {
    name: "GRUB for BIOS",
    purpose: "iso",
    present: () => anyFile("/usr/lib/grub/i386-pc", "/usr/share/grub/i386-pc", "/usr/lib/grub2/i386-pc"),
    packages: { apt: ["grub-pc-bin"], dnf: ["grub2-pc-modules"], pacman: ["grub"], apk: ["grub-bios"], brew: ["i686-elf-grub"] },
  },
  {
    name: "GRUB for UEFI",
    purpose: "iso",
    present: () => anyFile("/usr/lib/grub/x86_64-efi", "/usr/share/grub/x86_64-efi", "/usr/lib/grub2/x86_64-efi"),
    packages: { apt: ["grub-efi-amd64-bin"], dnf: ["grub2-efi-x64-modules"], pacman: ["grub"], apk: ["grub-efi"], brew: ["i686-elf-grub"] },
  },
  { name: "xorriso", purpose: "iso", present: program("xorriso"), packages: { apt: ["xorriso"], dnf: ["xorriso"], pacman: ["libisoburn"], apk: ["xorriso"], brew: ["xorriso"] } },
  { name: "mtools", purpose: "iso", present: program("mcopy"), packages: { apt: ["mtools"], dnf: ["mtools"], pacman: ["mtools"], apk: ["mtools"], brew: ["mtools"] } },
  {
    name: "UEFI firmware",
    purpose: "iso",
    present: () => anyFile(...UEFI_FIRMWARE),
    packages: { apt: ["ovmf"], dnf: ["edk2-ovmf"], pacman: ["edk2-ovmf"], apk: ["ovmf"], brew: ["qemu"] },
  },
  {
    name: "clang",
    purpose: "programs",
    present: sdkOr(() => program("clang")() || anyFile("/opt/homebrew/opt/llvm/bin/clang", "/usr/local/opt/llvm/bin/clang")),
    packages: { apt: ["clang"], dnf: ["clang"], pacman: ["clang"], apk: ["clang"], brew: ["llvm"] },
  },
  { name: "wasm-ld", purpose: "programs", present: sdkOr(program("wasm-ld")), packages: { apt: ["lld"], dnf: ["lld"], pacman: ["lld"], apk: ["lld"], brew: ["lld"] } },
  {
    name: "wasi-libc",
    purpose: "programs",
    present: sdkOr(() => anyFile(...WASI_HEADERS)),
    packages: { apt: ["wasi-libc"], dnf: ["wasi-libc-devel", "wasi-libc-static"], pacman: ["wasi-libc"], apk: ["wasi-libc"], brew: ["wasi-libc"] },
  },
  {
    name: "clang's runtime for wasm32",
    purpose: "programs",
    present: sdkOr(wasmRuntime),
    packages: { apt: ["libclang-rt-dev-wasm32"], dnf: [], pacman: ["wasi-compiler-rt"], apk: ["wasi-compiler-rt"], brew: ["wasi-runtimes"] },
  },
  {
    name: "bzip2",
    purpose: "programs",
    present: program("bzip2"),
    packages: { apt: ["bzip2"], dnf: ["bzip2"], pacman: ["bzip2"], apk: ["bzip2"], brew: ["bzip2"] },
  },
];

const INSTALL: Record<Manager, string> = {
  apt: "apt-get install -y --no-install-recommends",
  dnf: "dnf install -y",
  pacman: "pacman -S --needed --noconfirm",
  apk: "apk add",
  brew: "brew install",
};
const MANAGER_PROGRAM: Record<Manager, string> = { apt: "apt-get", dnf: "dnf", pacman: "pacman", apk: "apk", brew: "brew" };

/** The package manager of this machine. */
export function findManager(find: (name: string) => string | undefined = findProgram): Manager | undefined {
  return (Object.keys(MANAGER_PROGRAM) as Manager[]).find((manager) => find(MANAGER_PROGRAM[manager]));
}

/** The packages that hold these needs, each once. */
export function packagesFor(needs: readonly Need[], manager: Manager): string[] {
  return [...new Set(needs.flatMap((need) => need.packages[manager]))];
}

/** The one line that a person runs. */
export function installLine(needs: readonly Need[], manager: Manager, isRoot: boolean): string {
  const sudo = isRoot || manager === "brew" ? "" : "sudo ";
  return `${sudo}${INSTALL[manager]} ${packagesFor(needs, manager).join(" ")}`;
}
