// Machine against guests that never become a kernel, in a real QEMU. The kernel itself: test-qemu.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pvhElf } from "../qemu/index.js";
import { Machine, TimeLimit } from "./index.js";

const HANG_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), "ganglion-machine-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kernelFile = (name: string, bytes: Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

test(
  "a guest that never speaks meets the boot deadline, and its QEMU is gone",
  async () => {
    const silent = kernelFile("silent.elf", pvhElf(Uint8Array.of(0xf4, 0xeb, 0xfd)));
    const boot = Machine.boot({ accel: "tcg", mem: "32M", kernel: silent, initrd: "none", bootDeadlineMs: 300, log: join(folder, "silent.log") });
    await expect(boot).rejects.toBeInstanceOf(TimeLimit);
  },
  HANG_MS,
);

test(
  "a QEMU that ends before the shell is a clear error",
  async () => {
    const boot = Machine.boot({ accel: "tcg", mem: "32M", kernel: kernelFile("no.elf", Buffer.from("no kernel")), initrd: "none", log: join(folder, "no.log") });
    await expect(boot).rejects.toMatchObject({ code: "GANGLION_MACHINE_GONE", ending: "gone", message: expect.stringContaining("QEMU ended unexpectedly") });
  },
  HANG_MS,
);
