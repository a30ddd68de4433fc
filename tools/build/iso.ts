// Bootable ISO images, BIOS and UEFI in one: the image, the initrd and the kernel command line behind GRUB or Limine.
// An option of a boot (seed, script, …) lies inside, so each set of options is an image of its own.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUILD, findProgram, lock, ROOT, SetupFailed } from "../lib/index.js";
import { command } from "./command.js";
import { IMAGE } from "./image.js";

export type Loader = "grub" | "limine";

export interface IsoOptions {
  loader: Loader;
  commandLine: string;
  /** A file; none where absent. */
  initrd?: string | undefined;
}

const KEPT_IMAGES = 8;

/** Files that Limine's own tree must hold for an ISO. */
/** Longest wait for another process that makes the same image. A hang detector. */
const LOCK_DEADLINE_MS = 5 * 60_000;
const LIMINE_FILES = ["limine-bios.sys", "limine-bios-cd.bin", "limine-uefi-cd.bin", "BOOTX64.EFI"];
const LIMINE_PLACES = ["/usr/share/limine", "/usr/local/share/limine", "/opt/homebrew/share/limine"];

/** Where Limine's files lie: LIMINE_DIR, else where packages put them; undefined where it is not installed. */
export function findLimine(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const places = env["LIMINE_DIR"] ? [env["LIMINE_DIR"]] : LIMINE_PLACES;
  return places.find((place) => LIMINE_FILES.every((file) => existsSync(join(place, file))));
}

/**
 * Makes the ISO and returns its path. The same options give the same path, and nothing is done where it is there already.
 * @throws SetupFailed where a tool is missing; BuildFailed
 */
export async function buildIso(options: IsoOptions): Promise<string> {
  const inputs = [join(ROOT, IMAGE), ...(options.initrd ? [options.initrd] : [])];
  const digest = createHash("sha256").update(`${options.loader}\0${options.commandLine}`);
  for (const input of inputs) digest.update(readFileSync(input));
  const name = `${options.loader}-${digest.digest("hex").slice(0, 16)}`;
  const iso = join(BUILD, "iso", `${name}.iso`);
  const release = await lock(`${iso}.lock`, LOCK_DEADLINE_MS);
  try {
    return existsSync(iso) ? iso : await makeIso(options, name, iso);
  } finally {
    release();
  }
}

async function makeIso(options: IsoOptions, name: string, iso: string): Promise<string> {
  const tree = join(BUILD, "iso", name);
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(join(tree, "boot"), { recursive: true });
  copyFileSync(join(ROOT, IMAGE), join(tree, "boot/ganglion.elf"));
  if (options.initrd) copyFileSync(options.initrd, join(tree, "boot/initrd.tar"));
  try {
    if (options.loader === "grub") await grubIso(tree, iso, options);
    else await limineIso(tree, iso, options);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
  prune(join(BUILD, "iso"));
  return iso;
}

/** Removes all but the newest images: each change of the kernel or an option makes a new one of 21 MB. */
function prune(folder: string): void {
  const images = readdirSync(folder)
    .filter((name) => name.endsWith(".iso"))
    .map((name) => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of images.slice(KEPT_IMAGES)) rmSync(path, { force: true });
}

function need(program: string): string {
  const path = findProgram(program);
  if (!path)
    throw new SetupFailed(`${program} is missing`, { expected: "the packages for ISO images", hint: "npm run iso, which installs them where it may and says how elsewhere" });
  return path;
}

/** GRUB splits a line into words as a shell does; single quotes keep one as it is. */
function grubWords(commandLine: string): string {
  const words = commandLine.split(/\s+/).filter(Boolean);
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

async function grubIso(tree: string, iso: string, options: IsoOptions): Promise<void> {
  const lines = ["set timeout=0", "menuentry ganglion {", `  multiboot2 /boot/ganglion.elf ${grubWords(options.commandLine)}`];
  if (options.initrd) lines.push("  module2 /boot/initrd.tar initrd");
  lines.push("}", "");
  mkdirSync(join(tree, "boot/grub"), { recursive: true });
  writeFileSync(join(tree, "boot/grub/grub.cfg"), lines.join("\n"));
  const partial = `${iso}.part`;
  need("xorriso");
  await command(need("grub-mkrescue"), ["-o", partial, tree]);
  renameSync(partial, iso);
}

async function limineIso(tree: string, iso: string, options: IsoOptions): Promise<void> {
  const limine = findLimine();
  if (!limine) throw new SetupFailed("Limine is not installed", { expected: `a folder with ${LIMINE_FILES.join(", ")}`, hint: "LIMINE_DIR=folder, or --boot grub" });
  // Limine 8 says kernel_path, later ones path.
  const lines = ["timeout: 0", "serial: no", "/ganglion", "    protocol: limine", "    kernel_path: boot():/boot/ganglion.elf", "    path: boot():/boot/ganglion.elf"];
  if (options.commandLine) lines.push(`    cmdline: ${options.commandLine}`);
  if (options.initrd) lines.push("    module_path: boot():/boot/initrd.tar");
  writeFileSync(join(tree, "limine.conf"), `${lines.join("\n")}\n`);
  mkdirSync(join(tree, "EFI/BOOT"), { recursive: true });
  for (const file of LIMINE_FILES) copyFileSync(join(limine, file), join(tree, file === "BOOTX64.EFI" ? "EFI/BOOT" : "boot", file));
  const partial = `${iso}.part`;
  const bios = ["-b", "boot/limine-bios-cd.bin", "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table"];
  const uefi = ["--efi-boot", "boot/limine-uefi-cd.bin", "-efi-boot-part", "--efi-boot-image", "--protective-msdos-label"];
  await command(need("xorriso"), ["-as", "mkisofs", "-quiet", ...bios, ...uefi, "-o", partial, tree]);
  renameSync(partial, iso);
}
