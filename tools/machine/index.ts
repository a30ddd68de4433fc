// The surface of tools/machine: a booted kernel, and the errors that it may throw.
export { KernelPanic, MachineGone, TimeLimit, UnexpectedAnswer } from "../lib/index.js";
export { BOOT_DEADLINE_MS, type BootOptions, COMMAND_DEADLINE_MS, ISO_BOOT_DEADLINE_MS, Machine, type RunOptions, type RunResult } from "./machine.js";
