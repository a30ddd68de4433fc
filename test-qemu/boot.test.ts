// Ways in and ways out: the loaders, the epitaph, power off, reboot, the second engine's options, the specs inside ring 3.
import { expect, test } from "vitest";
import { build, buildIso, findLimine, TEST_IMAGE } from "../tools/build/index.js";
import { KernelPanic, Machine } from "../tools/machine/index.js";

const COMMAND_LINE = "console=machine seed=1";

for (const firmware of ["bios", "uefi"] as const) {
  test(`the GRUB ISO boots through ${firmware}`, async () => {
    const iso = await buildIso({ loader: "grub", commandLine: COMMAND_LINE, initrd: "build/initrd.tar" });
    await using machine = await Machine.boot({ accel: "tcg", boot: "grub", firmware, iso, mem: "256M" });
    const version = await machine.run("version");
    expect(version.output).toMatch(/Multiboot2/i);
    expect((await machine.run("memctl check")).status).toBe(0);
  });

  test.skipIf(!findLimine())(`the Limine ISO boots through ${firmware}`, async () => {
    const iso = await buildIso({ loader: "limine", commandLine: COMMAND_LINE, initrd: "build/initrd.tar" });
    await using machine = await Machine.boot({ accel: "tcg", boot: "limine", firmware, iso, mem: "256M" });
    expect((await machine.run("version")).output).toMatch(/Limine/i);
    expect((await machine.run("memctl check")).status).toBe(0);
  });
}

test("PVH says so, and protects its pages", async () => {
  await using machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1 });
  expect((await machine.run("version")).output).toMatch(/PVH/i);
});

test("a panic prints an epitaph with a backtrace and the last trace rows", async () => {
  const machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1 });
  expect((await machine.run("panic")).status).not.toBe(0);
  const error = await machine.run("panic --yes").then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(KernelPanic);
  const { epitaph } = error as KernelPanic;
  expect(epitaph).toContain("GANGLION PANIC");
  expect(epitaph).toMatch(/kernel\.wasm: /);
  expect(epitaph).toMatch(/trace rows/);
  expect((await machine.waitForEnd()).ending).toBe("panic");
});

test("poweroff and reboot end the machine", async () => {
  const first = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1 });
  await first.run("poweroff").catch(() => {});
  expect((await first.waitForEnd()).ending).toBe("off");
  const second = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1 });
  await second.run("reboot").catch(() => {});
  expect((await second.waitForEnd()).ending).toBe("closed");
});

test("killing QEMU is a clean error", async () => {
  const machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1 });
  const running = machine.run("sleep 60");
  const failed = expect(running).rejects.toThrow(/QEMU/);
  await machine.kill();
  await failed;
});

test("the specs hold inside the booted kernel", async () => {
  await build(["test-image"]);
  await using machine = await Machine.boot({ accel: "tcg", mem: "128M", seed: 1, kernel: TEST_IMAGE });
  const { output, status } = await machine.run("spec all", { deadlineMs: 240_000 });
  expect(output).toMatch(/^\d+ passed, 0 failed$/m);
  expect(status).toBe(0);
});
