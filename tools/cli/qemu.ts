// npm run qemu: builds what is stale, boots it, and gives the shell to a person, or runs commands and prints what they print.
// Parsing, progress and exit statuses only; machines are tools/machine, arguments tools/qemu.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { Command } from "commander";
import { atExit, EXIT_CODE_TEXT, ExitCode, KERNEL_ELF, KERNEL_TEST_ELF, KernelPanic, LOGS, MachineGone, runCommand, TimeLimit, tryLock, UsageError } from "../lib/index.js";
import { type BootOptions, Machine } from "../machine/index.js";
import { chooseAccel, gdbLine, initrdOf, kernelCommandLine, type MachineOptions, parseMachineOptions, QemuProcess, qemuArguments } from "../qemu/index.js";
import { EpitaphScanner } from "../serial/index.js";
import { prepare } from "./prepare.js";

const EXEC_TIMEOUT_S = 120;
/** With a debugger attached time means nothing. */
const GDB_TIMEOUT_S = 86_400;

const exitTable = (Object.keys(ExitCode) as (keyof typeof ExitCode)[]).map((name) => `  ${String(ExitCode[name]).padStart(3)}  ${EXIT_CODE_TEXT[name]}`).join("\n");

const HELP_TAIL = `
Keys: Ctrl-A X leaves, Ctrl-C interrupts the running command, Tab completes, Up and Down walk the history.

Exit status:
${exitTable}

Examples:
  npm run qemu
  npm run qemu -- --exec "memctl status; crashctl status --json"
  npm run qemu -- --files . --exec "wc /files/README.md"
  npm run qemu -- --model smollm2.gguf --exec "llmctl ask What is a page fault?"
  npm run qemu -- --clock virtual --seed 7 --exec "stress leak --seconds 5; crashctl history"`;

function commandLine(): Command {
  return new Command("npm run qemu --")
    .description("Build what is stale, boot it in QEMU, and open a shell on its serial console.")
    .option("--exec <commands>", "run these, print only what they print, power off")
    .option("--accel <auto|kvm|tcg>", "what runs the guest's code; auto proves KVM before it trusts it", "auto")
    .option("--clock <real|virtual>", "virtual: one instruction is one nanosecond, same seed same bytes", "real")
    .option("--mem <size>", "memory of the machine", "512M")
    .option("--boot <direct|grub|limine>", "how the image gets to memory", "direct")
    .option("--firmware <bios|uefi>", "for --boot grub and limine", "bios")
    .option("--append <words>", 'more for the kernel\'s command line: "key=value …"')
    .option("--initrd <file>", "USTAR file with modules, or none; the build's own if absent")
    .option("--files <dir>", "a folder of yours: the machine finds it at /files, read only")
    .option("--model <file>", "a GGUF model of yours: the machine finds it in /models, and the mind asks it where no other is named")
    .option("--seed <number>", "seeds every random choice in the kernel")
    .option("--policy-engine <aot|wasm3>", "what runs the built-in policies")
    .option("--test-image", "an image with the program spec and every test policy on board")
    .option("--timeout <seconds>", `end it after this long (default with --exec: ${EXEC_TIMEOUT_S}, else none)`)
    .option("--log <file>", "keep every byte of the serial line here (default: build/log/qemu.log)")
    .option("--gdb", "wait for gdb on port 1234 before the first instruction")
    .addHelpText("after", HELP_TAIL)
    .allowExcessArguments(false)
    .showHelpAfterError("(--help shows every option)")
    .exitOverride();
}

/** The ISO for this boot; its command line and initrd are inside it. */
async function makeIso(options: MachineOptions, machineConsole: boolean): Promise<string | undefined> {
  if (options.boot === "direct") return undefined;
  const { buildIso } = await import("../build/index.js");
  return buildIso({ loader: options.boot, commandLine: kernelCommandLine(options, machineConsole), initrd: await initrdOf(options) });
}

async function runLines(lines: string[], asked: MachineOptions, kernel: string, log: string): Promise<number> {
  // What comes on the line are commands; a program that reads the console finds its end. --append wins.
  const options = { ...asked, append: `typing=0 ${asked.append}`.trim() };
  const endMs = performance.now() + (options.timeout ?? (options.gdb ? GDB_TIMEOUT_S : EXEC_TIMEOUT_S)) * 1000;
  const left = () => Math.max(1, Math.round(endMs - performance.now()));
  const { timeout: _, seed, mem, ...rest } = options;
  const boot: BootOptions = { ...rest, kernel, mem: `${mem}M`, log, bootDeadlineMs: left() };
  if (seed !== undefined) boot.seed = seed;
  const iso = await makeIso(options, true);
  if (iso) boot.iso = iso;
  const onOutput = (bytes: Uint8Array) => process.stdout.write(bytes);
  // On the virtual clock the moment at which a typed byte arrives would differ from run to run.
  const script = options.clock === "virtual" ? lines : [];
  const machine = await Machine.boot({ ...boot, script, onOutput });
  let failures = machine.scriptResults.reduce((sum, result) => sum + result.failures, 0);
  try {
    for (const line of script.length > 0 ? [] : lines) failures += (await machine.run(line, { deadlineMs: left(), onOutput })).failures;
  } catch (error) {
    if (!(error instanceof MachineGone) || error.ending === "gone") throw error;
    if (error.ending === "failed") failures++; // a command powered the machine off, and said so
  } finally {
    await machine.close();
  }
  return failures === 0 ? ExitCode.Ok : ExitCode.Failed;
}

/** The terminal's settings back as they were, however QEMU ends. */
function keepTerminal(): () => void {
  const saved = spawnSync("stty", ["-g"], { stdio: ["inherit", "pipe", "ignore"] });
  if (saved.status !== 0) return () => {};
  const restore = () => void spawnSync("stty", [saved.stdout.toString().trim()], { stdio: ["inherit", "ignore", "ignore"] });
  const forget = atExit(restore);
  return () => {
    forget();
    restore();
  };
}

function epitaphIn(log: string): string {
  const scanner = new EpitaphScanner();
  scanner.push(readFileSync(log));
  return scanner.epitaph ?? "";
}

async function interactive(options: MachineOptions, kernel: string, log: string): Promise<number> {
  const iso = await makeIso(options, false);
  const plan = {
    ...options,
    accel: options.accel as "kvm" | "tcg",
    kernel,
    iso,
    commandLine: kernelCommandLine(options, false),
    initrd: await initrdOf(options),
    log,
    console: "terminal",
    reboot: true,
  } as const;
  process.stderr.write(options.gdb ? `waiting for gdb: ${gdbLine(kernel)}\n` : "Ctrl-A X leaves, Ctrl-C interrupts a command\n");
  const restore = keepTerminal();
  try {
    const qemu = QemuProcess.start(qemuArguments(plan), "terminal");
    const exit = options.timeout === undefined ? await qemu.ended : await qemu.endsWithin(options.timeout * 1000);
    if (!exit) throw new TimeLimit(`the time limit of ${options.timeout} s passed`, { log });
    if (exit.ending === "panic") throw new KernelPanic(epitaphIn(log), { log, seen: true });
    if (exit.ending === "gone") throw new MachineGone(`QEMU ended with ${exit.signal ?? `status ${exit.status}`}${exit.stderr ? `: ${exit.stderr}` : ""}`, "gone", { log });
    return exit.ending === "failed" ? ExitCode.Failed : ExitCode.Ok;
  } finally {
    restore();
  }
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** The log file of this run: the one named, else qemu.log, or one of its own while another run writes that. */
function takeLog(named: string | undefined): { log: string; release: () => void } {
  if (named !== undefined) return { log: resolve(named), release: () => {} };
  const log = join(LOGS, "qemu.log");
  const release = tryLock(`${log}.lock`);
  return release ? { log, release } : { log: join(LOGS, `qemu-${process.pid}.log`), release: () => {} };
}

async function main(): Promise<number> {
  const { exec, testImage, ...given } = commandLine().parse().opts<{ exec?: string; testImage?: true } & Record<string, unknown>>();
  const options = parseMachineOptions(given);
  if (testImage && options.boot !== "direct") throw new UsageError(`--test-image with --boot ${options.boot}`, { expected: "--boot direct", hint: "leave --boot away" });
  // Commands in a pipe are a script: the same as --exec, a line at a time.
  const script = exec ?? (process.stdin.isTTY ? undefined : await readAll(process.stdin));
  const lines = script?.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (lines?.length === 0) {
    throw new UsageError(exec === undefined ? "no terminal to open a shell on, and no commands on stdin" : "--exec got no command", {
      expected: "a terminal, or commands",
      hint: 'npm run qemu -- --exec "help"',
    });
  }
  await prepare(options.boot === "direct" ? ["build", "qemu"] : ["build", "qemu", "iso"], [testImage ? "test-image" : "image", "initrd"]);
  const choice = await chooseAccel(options);
  if (options.accel === "auto") process.stderr.write(`${choice.line}\n`);
  const { log, release } = takeLog(options.log);
  mkdirSync(dirname(log), { recursive: true });
  const decided: MachineOptions = { ...options, accel: choice.accel };
  try {
    const kernel = testImage ? KERNEL_TEST_ELF : KERNEL_ELF;
    return await (lines ? runLines(lines, decided, kernel, log) : interactive(decided, kernel, log));
  } finally {
    release();
  }
}

await runCommand(main);
