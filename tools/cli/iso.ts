// npm run iso: a bootable ISO image, BIOS and UEFI in one, for QEMU, another virtual machine, or a real one.
import { copyFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Command, Option } from "commander";
import { BUILD, ExitCode, Progress, ROOT, runCommand } from "../lib/index.js";
import { initrdOf, kernelCommandLine, parseMachineOptions } from "../qemu/index.js";
import { prepare } from "./prepare.js";

await runCommand(async () => {
  const { loader, out, ...given } = new Command("npm run iso --")
    .description("Build a bootable ISO image.")
    .addOption(new Option("--loader <grub|limine>", "what loads the kernel").choices(["grub", "limine"]).default("grub"))
    .option("--out <file>", "where to put it (default: build/ganglion-LOADER.iso)")
    .option("--append <words>", 'kernel command line: "key=value …"')
    .option("--initrd <file>", "USTAR file with modules, or none; the build's own if absent")
    .option("--files <dir>", "a folder to put into the initrd, below /files")
    .option("--model <file>", "a GGUF model to put into the initrd, in /models, as the default")
    .option("--seed <number>", "seeds every random choice in the kernel")
    .option("--policy-engine <aot|wasm3>", "what runs the built-in policies")
    .allowExcessArguments(false)
    .showHelpAfterError("(--help shows every option)")
    .exitOverride()
    .parse()
    .opts<{ loader: "grub" | "limine"; out?: string } & Record<string, unknown>>();
  const options = parseMachineOptions({ ...given, boot: loader });
  const progress = new Progress();
  await prepare(["build", "iso"], ["image", "initrd"], progress);
  const { buildIso } = await import("../build/index.js");
  progress.phase("ISO image");
  const made = await buildIso({ loader, commandLine: kernelCommandLine(options, false), initrd: await initrdOf(options) }).finally(() => progress.done());
  const file = resolve(out ?? join(BUILD, `ganglion-${loader}.iso`));
  copyFileSync(made, file);
  console.log(relative(ROOT, file).startsWith("..") ? file : relative(ROOT, file));
  return ExitCode.Ok;
});
