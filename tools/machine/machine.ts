// Machine: a booted kernel behind its machine console. The only way by which tests and tools touch a kernel; nothing here builds
// (tools/build) or installs (tools/setup). Every wait has a deadline, and QEMU ends with the Machine or with this process.
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import type { z } from "zod";
import { KERNEL_ELF, KernelPanic, LOGS, MachineGone, TimeLimit, UnexpectedAnswer, UsageError } from "../lib/index.js";
import {
  chooseAccel,
  gdbLine,
  initrdOf,
  kernelCommandLine,
  type MachineOptionsInput,
  parseMachineOptions,
  type QemuExit,
  QemuProcess,
  qemuArguments,
  Tail,
} from "../qemu/index.js";
import { EpitaphScanner, type FrameEvent, FrameParser, Newlines } from "../serial/index.js";

/** Hang detectors, not performance targets. */
export const BOOT_DEADLINE_MS = 60_000;
export const ISO_BOOT_DEADLINE_MS = 240_000;
export const COMMAND_DEADLINE_MS = 60_000;
const POWEROFF_DEADLINE_MS = 5_000;
/** A panicked kernel leaves QEMU at once; one that cannot is ended after this. */
const EPITAPH_GRACE_MS = 2_000;
/** After a command's time limit: how long Ctrl-C may take to bring the shell back. */
const INTERRUPT_GRACE_MS = 3_000;
const KEPT_OUTPUT_BYTES = 64 << 20;
const CTRL_C = 0x03;
const SHOWN_CHARS = 400;

export interface BootOptions extends MachineOptionsInput {
  /** The image for direct boot; build/ganglion.elf if absent. */
  kernel?: string;
  /** The ISO for --boot grub and limine, made with kernelCommandLine(options, true) inside. */
  iso?: string;
  /** Until the shell is up. */
  bootDeadlineMs?: number;
  /** For run() calls that name none. */
  commandDeadlineMs?: number;
  /** Lines that the shell finds in the kernel command line and runs before it is ready: no byte's arrival decides anything, so
   * a run on the virtual clock repeats to the byte. Results are in `scriptResults`. */
  script?: string[];
  /** Sees the script's output as it comes. */
  onOutput?: (bytes: Uint8Array) => void;
}

export interface RunOptions {
  deadlineMs?: number;
  /** Sees the command's output as it comes. */
  onOutput?: (bytes: Uint8Array) => void;
}

export interface RunResult {
  output: string;
  /** Of the line's last command. */
  status: number;
  /** How many of the line's commands failed. */
  failures: number;
}

interface Waiter {
  id: string | undefined;
  /** The shell has started on it: what comes from here on is its output. */
  begun: boolean;
  chunks: Uint8Array[];
  bytes: number;
  onOutput: ((bytes: Uint8Array) => void) | undefined;
  settle: (result: RunResult) => void;
  reject: (error: unknown) => void;
}

let machines = 0;

export class Machine {
  /** Every byte of the serial line since power on. */
  readonly log: string;
  /** Which accelerator, and why. */
  readonly accelLine: string;
  /** From QEMU's start to the shell, as this process saw it. */
  bootMs = Number.NaN;
  /** What the lines of BootOptions.script printed. */
  readonly scriptResults: RunResult[] = [];
  readonly #qemu: QemuProcess;
  readonly #commandDeadlineMs: number;
  readonly #frames = new FrameParser();
  readonly #epitaph = new EpitaphScanner();
  readonly #newlines = new Newlines();
  #waiter: Waiter | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #sequence = 0;
  #failure: Error | undefined;

  private constructor(qemu: QemuProcess, log: string, accelLine: string, commandDeadlineMs: number) {
    this.#qemu = qemu;
    this.log = log;
    this.accelLine = accelLine;
    this.#commandDeadlineMs = commandDeadlineMs;
    const take = (chunk: Buffer) => this.#take(this.#frames.push(chunk));
    qemu.child.stdout?.on("data", take);
    const tail = qemu.child.stdout ? undefined : new Tail(log, take);
    void qemu.ended.then((exit) => {
      tail?.stop();
      this.#ended(exit);
    });
  }

  /**
   * Starts QEMU and waits until the shell is ready for commands.
   * @throws UsageError, QemuMissing, KernelPanic, TimeLimit, MachineGone
   */
  static async boot(options: BootOptions = {}): Promise<Machine> {
    const { kernel = KERNEL_ELF, iso, bootDeadlineMs, commandDeadlineMs = COMMAND_DEADLINE_MS, script = [], onOutput, ...input } = options;
    const parsed = parseMachineOptions(input);
    if (parsed.boot !== "direct" && !iso) throw new UsageError(`--boot ${parsed.boot} needs an ISO`, { hint: "npm run iso" });
    const choice = await chooseAccel(parsed);
    const log = resolve(parsed.log ?? join(LOGS, `machine-${process.pid}-${++machines}.log`));
    mkdirSync(dirname(log), { recursive: true });
    const commandLine = kernelCommandLine(parsed, true, script);
    // On the virtual clock the console goes to the log file itself and is read from there: see Tail.
    const virtual = parsed.clock === "virtual";
    const output = virtual ? openSync(log, "w") : undefined;
    const plan = {
      ...parsed,
      accel: choice.accel,
      kernel,
      iso,
      commandLine,
      initrd: await initrdOf(parsed),
      log: virtual ? undefined : log,
      console: "pipe",
      reboot: false,
    } as const;
    const deadlineMs = bootDeadlineMs ?? (parsed.boot === "direct" ? BOOT_DEADLINE_MS : ISO_BOOT_DEADLINE_MS) + script.length * commandDeadlineMs;
    const started = performance.now();
    const qemu = QemuProcess.start(qemuArguments(plan), "pipe", output);
    if (output !== undefined) closeSync(output);
    const machine = new Machine(qemu, log, choice.line, commandDeadlineMs);
    if (parsed.gdb) process.stderr.write(`waiting for gdb: ${gdbLine(kernel)}\n`);
    try {
      await machine.#wait(undefined, parsed.gdb ? undefined : deadlineMs, "the shell did not come up", onOutput);
    } catch (error) {
      await machine.kill();
      throw error;
    }
    machine.bootMs = performance.now() - started;
    return machine;
  }

  /**
   * Runs one command line in the shell. Calls queue up.
   * @throws TimeLimit (the command is interrupted; the machine ends if that does not help), KernelPanic, MachineGone
   */
  run(command: string, options: RunOptions = {}): Promise<RunResult> {
    if (/[\n\r\0]/.test(command)) throw new UsageError("a command line has no line ends or NULs", { hint: "one run() for each line" });
    const turn = this.#queue.then(() => this.#runNow(command, options));
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #runNow(command: string, options: RunOptions): Promise<RunResult> {
    if (this.#failure) throw this.#failure;
    const id = String(++this.#sequence);
    const result = this.#wait(id, options.deadlineMs ?? this.#commandDeadlineMs, `the command did not end: ${command}`, options.onOutput);
    this.#qemu.child.stdin?.write(`${id} ${command}\n`);
    return result;
  }

  /**
   * Runs a command with a --json answer and checks it.
   * @param schema what the answer must be
   * @throws UnexpectedAnswer, and what run() throws
   */
  async ask<T extends z.ZodType>(command: string, schema: T, options: RunOptions = {}): Promise<z.output<T>> {
    const { output, status } = await this.run(command, options);
    const shown = output.length > SHOWN_CHARS ? `${output.slice(0, SHOWN_CHARS)}…` : output;
    if (status !== 0) throw new UnexpectedAnswer(`${command}: status ${status}: ${shown.trim()}`, { expected: "status 0 and one line of JSON", log: this.log });
    let value: unknown;
    try {
      value = JSON.parse(output);
    } catch (cause) {
      throw new UnexpectedAnswer(`${command} answered no JSON: ${shown.trim()}`, { expected: "one line of JSON", log: this.log, cause });
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new UnexpectedAnswer(`${command}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "wrong shape"}: ${shown.trim()}`, { log: this.log, cause: parsed.error });
  }

  /** Sends bytes as they are; settles when QEMU has taken them from us. */
  async sendRaw(bytes: Uint8Array | string): Promise<void> {
    if (this.#failure) throw this.#failure;
    const stdin = this.#qemu.child.stdin;
    if (!stdin || stdin.writableEnded) throw this.#goneError(this.#qemu.exit);
    await new Promise<void>((done) => stdin.write(bytes, () => done()));
    if (this.#failure) throw this.#failure;
  }

  /** Ctrl-C. */
  interrupt(): Promise<void> {
    return this.sendRaw(Uint8Array.of(CTRL_C));
  }

  /** How QEMU ended, once it has. */
  get exit(): QemuExit | undefined {
    return this.#qemu.exit;
  }

  /** QEMU's process id, to look at it from outside. */
  get pid(): number | undefined {
    return this.#qemu.child.pid;
  }

  /** Waits for an end that a command brought about (poweroff, panic). @throws TimeLimit */
  async waitForEnd(deadlineMs = POWEROFF_DEADLINE_MS): Promise<QemuExit> {
    const exit = await this.#qemu.endsWithin(deadlineMs);
    if (!exit) throw new TimeLimit(`QEMU did not end within ${deadlineMs / 1000} s and was killed`, { log: this.log });
    return exit;
  }

  /** Powers off; kills where that does not help. Never throws, may be called twice. */
  async close(): Promise<QemuExit> {
    const idle = this.#waiter === undefined && this.#failure === undefined;
    if (idle && !this.#qemu.exit) {
      this.#failure = this.#goneError(undefined);
      this.#qemu.child.stdin?.write(`${++this.#sequence} poweroff\n`);
      const exit = await this.#qemu.endsWithin(POWEROFF_DEADLINE_MS);
      if (exit) return exit;
    }
    return this.kill();
  }

  /** Ends QEMU now. */
  kill(): Promise<QemuExit> {
    return this.#qemu.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #wait(id: string | undefined, deadlineMs: number | undefined, late: string, onOutput?: (bytes: Uint8Array) => void): Promise<RunResult> {
    if (this.#failure) return Promise.reject(this.#failure);
    let timer: NodeJS.Timeout | undefined;
    const done = new Promise<RunResult>((settle, reject) => {
      this.#waiter = { id, begun: false, chunks: [], bytes: 0, onOutput, settle, reject };
      if (deadlineMs === undefined) return;
      timer = setTimeout(() => this.#late(new TimeLimit(`${late} within ${deadlineMs / 1000} s`, { hint: "a longer time limit, or the log", log: this.log })), deadlineMs);
    });
    return done.finally(() => clearTimeout(timer));
  }

  /** The deadline of the waiter passed: Ctrl-C for a command; if the shell does not come back, the machine ends. */
  #late(error: TimeLimit): void {
    const waiter = this.#waiter;
    if (!waiter) return;
    const end = () => {
      this.#fail(error);
      void this.kill();
    };
    if (waiter.id === undefined) {
      end();
      return;
    }
    const timer = setTimeout(end, INTERRUPT_GRACE_MS);
    waiter.settle = () => {
      clearTimeout(timer);
      waiter.reject(error);
    };
    this.#qemu.child.stdin?.write(Uint8Array.of(CTRL_C));
  }

  #take(events: FrameEvent[]): void {
    for (const event of events) {
      if (event.kind === "text") {
        this.#output(this.#epitaph.push(event.bytes));
        if (this.#epitaph.complete) setTimeout(() => void this.kill(), EPITAPH_GRACE_MS).unref();
        continue;
      }
      this.#output(this.#epitaph.release()); // a mark: the kernel lives
      const waiter = this.#waiter;
      if (!waiter) continue;
      if (event.kind === "ready" && waiter.id === undefined) this.#settle({ output: "", status: 0, failures: 0 });
      else if (event.kind === "begin" && (event.id === waiter.id || waiter.id === undefined)) waiter.begun = true;
      else if (event.kind === "end" && waiter.id === undefined) this.#scriptLineEnded(waiter, event.status, event.failures);
      else if (event.kind === "end" && event.id === waiter.id) {
        this.#emit(this.#newlines.flush());
        this.#settle({ output: Buffer.concat(waiter.chunks).toString("utf8"), status: event.status, failures: event.failures });
      }
    }
  }

  #scriptLineEnded(waiter: Waiter, status: number, failures: number): void {
    this.#emit(this.#newlines.flush());
    this.scriptResults.push({ output: Buffer.concat(waiter.chunks).toString("utf8"), status, failures });
    waiter.begun = false;
    waiter.chunks.length = 0;
  }

  #output(bytes: Uint8Array): void {
    this.#emit(this.#newlines.push(bytes));
  }

  #emit(bytes: Uint8Array): void {
    const waiter = this.#waiter;
    if (!waiter?.begun || bytes.length === 0) return;
    waiter.onOutput?.(bytes);
    waiter.bytes += bytes.length;
    if (waiter.bytes <= KEPT_OUTPUT_BYTES) waiter.chunks.push(bytes);
  }

  #settle(result: RunResult): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.settle(result);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(this.#failure);
  }

  #ended(exit: QemuExit): void {
    this.#take(this.#frames.flush());
    const epitaph = this.#epitaph.epitaph;
    if (exit.ending === "panic" || this.#epitaph.complete) this.#fail(new KernelPanic(epitaph ?? "", { log: this.log }));
    else {
      this.#output(this.#epitaph.release());
      this.#fail(this.#goneError(exit));
    }
  }

  #goneError(exit: QemuExit | undefined): MachineGone {
    if (!exit) return new MachineGone("the machine was closed", "off", { log: this.log });
    const ending = exit.ending === "panic" ? "gone" : exit.ending;
    const how = exit.signal ? `signal ${exit.signal}` : `status ${exit.status}`;
    const said = exit.stderr ? `: ${exit.stderr}` : "";
    return new MachineGone(ending === "gone" ? `QEMU ended unexpectedly with ${how}${said}` : "the machine was powered off", ending, { log: this.log });
  }
}
