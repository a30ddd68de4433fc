// Options, the argument table, and the proof guest in a real QEMU.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { DEBUG_EXIT_PANIC } from "../abi/generated.js";
import { UsageError } from "../lib/index.js";
import {
  chooseAccel,
  exitStatusOf,
  FLOOR_BYTE,
  floorKernel,
  kernelCommandLine,
  parseMachineOptions,
  proofKernel,
  prove,
  pvhElf,
  type QemuPlan,
  QemuProcess,
  qemuArguments,
} from "./index.js";

const HANG_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), "ganglion-qemu-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kernelFile = (name: string, bytes: Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

const plan: QemuPlan = { accel: "tcg", clock: "real", mem: 512, boot: "direct", firmware: "bios", gdb: false, kernel: "k.elf", commandLine: "", console: "pipe", reboot: false };
const line = (change: Partial<QemuPlan>) => qemuArguments({ ...plan, ...change }).join(" ");

describe("options", () => {
  test("the defaults are the documented ones", () => {
    expect(parseMachineOptions({})).toEqual({ accel: "auto", clock: "real", mem: 512, boot: "direct", firmware: "bios", append: "", gdb: false });
  });

  test.each([
    ["512M", 512],
    ["2G", 2048],
    ["8", 8],
    ["1gib", 1024],
  ])("--mem %s is %i MiB", (mem, mib) => expect(parseMachineOptions({ mem }).mem).toBe(mib));

  test.each([
    [{ mem: "0" }, "--mem 0 is not valid", "512M"],
    [{ mem: "lots" }, "--mem lots", "512M"],
    [{ accel: "hvf" }, "--accel hvf", "auto, kvm, tcg"],
    [{ clock: "virtual", accel: "kvm" }, "--accel kvm", "auto or tcg"],
    [{ firmware: "uefi" }, "--firmware uefi", "--boot direct"],
    [{ seed: "-1" }, "--seed -1", "18446744073709551615"],
    [{ seed: "18446744073709551616" }, "--seed 18446744073709551616", "whole number"],
    [{ initrd: "/no/such/file" }, "--initrd /no/such/file", "a file that exists"],
    [{ policyEngine: "v8" }, "--policy-engine v8", "aot, wasm3"],
    [{ timeout: "soon" }, "--timeout soon", "seconds"],
    [{ append: "a\nb" }, "--append", "printable"],
  ])("%o is refused with what is expected", (input, given, expected) => {
    const parse = () => parseMachineOptions(input);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(given);
    expect(parse).toThrow(expected);
  });

  test("what the kernel is told; words appended by hand come last", () => {
    const options = parseMachineOptions({ seed: "7", policyEngine: "wasm3", append: " junk=1 " });
    expect(kernelCommandLine(options, true)).toBe("console=machine seed=7 policy_engine=wasm3 junk=1");
    expect(kernelCommandLine(parseMachineOptions({}), false)).toBe("");
  });
});

describe("arguments", () => {
  test("direct boot is a microvm with nothing that was not asked for", () => {
    expect(line({ commandLine: "seed=1", initrd: "a,b.tar" })).toBe(
      "-nodefaults -no-user-config -display none -M microvm,acpi=off -accel tcg -cpu max -m 512M -chardev stdio,id=console,signal=off -serial chardev:console " +
        "-device isa-debug-exit,iobase=0xf4,iosize=4 -no-reboot -kernel k.elf -append seed=1 -initrd a,,b.tar",
    );
  });

  test("each option changes its own arguments", () => {
    expect(line({ clock: "virtual" })).toContain("-icount shift=0,sleep=off -rtc base=2026-01-01T00:00:00,clock=vm");
    expect(line({ gdb: true })).toMatch(/-s -S$/);
    expect(line({ reboot: true })).not.toContain("-no-reboot");
    expect(line({ boot: "grub", iso: "g.iso" })).toMatch(/-M q35 .*-cdrom g\.iso -boot d$/);
    expect(line({ log: "a,b.log" })).toContain("logfile=a,,b.log,logappend=off");
    expect(line({ console: "terminal" })).toContain("stdio,id=console,signal=off,mux=on");
    expect(line({ console: "terminal" })).toContain("-mon chardev=console,mode=readline");
  });
});

describe("a real QEMU", () => {
  test("the proof guest is at most 200 bytes of code", () => {
    expect(proofKernel().length - pvhElf(new Uint8Array(0)).length).toBeLessThanOrEqual(200);
  });

  test(
    "the proof passes where it must: TCG runs SSE in ring 0 at its full speed",
    async () => {
      expect(await prove("tcg", HANG_MS)).toMatchObject({ works: true });
    },
    HANG_MS,
  );

  test(
    "a proof that hangs is ended at its deadline",
    async () => {
      expect(await prove("tcg", 1)).toMatchObject({ works: false, why: expect.stringContaining("did not finish") });
    },
    HANG_MS,
  );

  test(
    "auto says what it chose and why, and remembers it",
    async () => {
      const first = await chooseAccel({ accel: "auto", clock: "real" }, folder);
      const second = await chooseAccel({ accel: "auto", clock: "real" }, folder);
      expect(second.accel).toBe(first.accel);
      expect(first.line).toMatch(/^accelerator: (kvm|tcg) \(.+\)$/);
      if (!/\/dev\/kvm/.test(first.line)) expect(second.line).toMatch(/; remembered\)$/);
      expect((await chooseAccel({ accel: "auto", clock: "virtual" }, folder)).accel).toBe("tcg");
    },
    HANG_MS,
  );

  test(
    "the serial line is piped and logged, and the debug exit has a meaning",
    async () => {
      const log = join(folder, "floor.log");
      const qemu = QemuProcess.start(qemuArguments({ ...plan, mem: 32, kernel: kernelFile("floor.elf", floorKernel()), log }));
      let seen = "";
      qemu.child.stdout?.on("data", (chunk: Buffer) => {
        seen += chunk.toString("latin1");
      });
      expect(await qemu.endsWithin(HANG_MS)).toMatchObject({ ending: "off", status: 33 });
      expect(seen).toBe(String.fromCharCode(FLOOR_BYTE));
      expect(readFileSync(log, "latin1")).toBe(seen);
      expect(exitStatusOf(DEBUG_EXIT_PANIC)).toBe(37);
    },
    HANG_MS,
  );
});
