// The table of packages, and the one line that a person is told to run.
import { expect, test } from "vitest";
import { findManager, installLine, type Manager, NEEDS, packagesFor } from "./index.js";

const qemu = NEEDS.filter((need) => need.purpose === "qemu");
const build = NEEDS.filter((need) => need.purpose === "build");

test.each([
  ["apt", false, "sudo apt-get install -y --no-install-recommends qemu-system-x86"],
  ["apt", true, "apt-get install -y --no-install-recommends qemu-system-x86"],
  ["dnf", false, "sudo dnf install -y qemu-system-x86"],
  ["pacman", false, "sudo pacman -S --needed --noconfirm qemu-system-x86"],
  ["apk", true, "apk add qemu-system-x86_64"],
  ["brew", false, "brew install qemu"],
] as const)("%s, root %s", (manager, root, line) => expect(installLine(qemu, manager, root)).toBe(line));

test("a package that serves two needs is named once", () => {
  const iso = NEEDS.filter((need) => need.purpose === "iso");
  expect(packagesFor(iso, "pacman").filter((name) => name === "grub")).toEqual(["grub"]);
  expect(packagesFor(build, "apt")).toEqual(["gcc", "libc6-dev", "make", "binutils"]);
});

test("the manager is the one whose program is there", () => {
  const only = (name: string) => (asked: string) => (asked === name ? `/usr/bin/${name}` : undefined);
  const found: [string, Manager][] = [
    ["apt-get", "apt"],
    ["dnf", "dnf"],
    ["pacman", "pacman"],
    ["apk", "apk"],
    ["brew", "brew"],
  ];
  for (const [program, manager] of found) expect(findManager(only(program))).toBe(manager);
  expect(findManager(() => undefined)).toBeUndefined();
});
