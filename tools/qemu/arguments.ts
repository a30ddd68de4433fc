// The one table from options to QEMU's arguments. It starts nothing (process.ts) and decides no accelerator (accel.ts).
import { existsSync } from "node:fs";
import { DEBUG_EXIT_PORT } from "../abi/generated.js";
import { SetupFailed } from "../lib/index.js";
import { UEFI_FIRMWARE } from "../setup/index.js";
import type { MachineOptions } from "./options.js";

/** Options with everything decided that the table needs. */
export interface QemuPlan extends Pick<MachineOptions, "clock" | "mem" | "boot" | "firmware" | "gdb"> {
  accel: "kvm" | "tcg";
  /** The image, for direct boot. */
  kernel: string;
  /** The ISO, for the others; its command line and initrd are inside. */
  iso?: string | undefined;
  commandLine: string;
  initrd?: string | undefined;
  /** `terminal`: the person's own, with Ctrl-A as QEMU's escape. `pipe`: every byte goes through untouched. */
  console: "terminal" | "pipe";
  /** QEMU writes every byte of the serial line here. */
  log?: string | undefined;
  /** `reboot` restarts the machine instead of ending QEMU. */
  reboot: boolean;
}

/** QEMU splits option values at commas; a doubled comma stands for itself. */
const value = (text: string) => text.replaceAll(",", ",,");

/** Firmware images that hold code and variables in one start with -bios; split ones are flash. */
const COMBINED_UEFI = ["/usr/share/ovmf/OVMF.fd", "/usr/share/qemu/OVMF.fd", "/usr/share/edk2-ovmf/OVMF.fd"];

function uefi(): string[] {
  const combined = COMBINED_UEFI.find(existsSync);
  if (combined) return ["-bios", combined];
  const code = UEFI_FIRMWARE.find(existsSync);
  if (!code) throw new SetupFailed("no UEFI firmware found", { expected: "OVMF", hint: "apt-get install ovmf, or your system's package of the same name" });
  return ["-drive", `if=pflash,format=raw,unit=0,readonly=on,file=${value(code)}`];
}

type Row = { name: string; args: (plan: QemuPlan) => string[] };

/** Order is QEMU's reading order and what the tests see. */
export const ARGUMENT_TABLE: readonly Row[] = [
  { name: "nothing by default", args: () => ["-nodefaults", "-no-user-config", "-display", "none"] },
  { name: "machine", args: (plan) => ["-M", plan.boot === "direct" ? "microvm,acpi=off" : "q35"] },
  { name: "accelerator", args: (plan) => ["-accel", plan.accel, "-cpu", "max"] },
  { name: "virtual clock", args: (plan) => (plan.clock === "virtual" ? ["-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01T00:00:00,clock=vm"] : []) },
  { name: "memory", args: (plan) => ["-m", `${plan.mem}M`] },
  {
    name: "console",
    args: (plan) => {
      const log = plan.log ? `,logfile=${value(plan.log)},logappend=off` : "";
      const terminal = plan.console === "terminal";
      const device = ["-chardev", `stdio,id=console,signal=off${terminal ? ",mux=on" : ""}${log}`, "-serial", "chardev:console"];
      return terminal ? [...device, "-mon", "chardev=console,mode=readline"] : device;
    },
  },
  { name: "debug exit", args: () => ["-device", `isa-debug-exit,iobase=0x${DEBUG_EXIT_PORT.toString(16)},iosize=4`] },
  { name: "reboot", args: (plan) => (plan.reboot ? [] : ["-no-reboot"]) },
  { name: "firmware", args: (plan) => (plan.firmware === "uefi" ? uefi() : []) },
  {
    name: "image",
    args: (plan) => {
      if (plan.boot !== "direct") return ["-cdrom", plan.iso ?? "", "-boot", "d"];
      const commandLine = plan.commandLine ? ["-append", plan.commandLine] : [];
      return ["-kernel", plan.kernel, ...commandLine, ...(plan.initrd ? ["-initrd", value(plan.initrd)] : [])];
    },
  },
  { name: "gdb", args: (plan) => (plan.gdb ? ["-s", "-S"] : []) },
];

/** QEMU's arguments for a plan. */
export function qemuArguments(plan: QemuPlan): string[] {
  return ARGUMENT_TABLE.flatMap((row) => row.args(plan));
}

/** What to type in another terminal for --gdb. */
export function gdbLine(kernel: string): string {
  return `gdb ${kernel} -ex 'target remote :1234'`;
}
