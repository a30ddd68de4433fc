// Machine mode: marks around each line's output, and nothing else on the line.
import { expect, test } from "vitest";
import { desk, machine } from "./desk.js";

test("no echo, no prompt, marks around the output", () => {
  const { shell } = desk({ commandLine: "seed=1 console=machine" });
  shell.run();
  expect(shell.take()).toBe("\x1eready\x1e");
  expect(shell.type("7 echo a\n")).toBe("\x1eb;7\x1ea\n\x1ee;7;0;0\x1e");
  expect(shell.type("x-1 false; true; false\n8 echo b\n")).toBe("\x1eb;x-1\x1e\x1ee;x-1;1;2\x1e\x1eb;8\x1eb\n\x1ee;8;0;0\x1e");
  expect(shell.type("9\n")).toBe("\x1eb;9\x1e\x1ee;9;0;0\x1e");
  expect(shell.type("\n\n  \n")).toBe("");
});

test("the frame mark never appears in output", () => {
  const { shell } = machine();
  expect(shell.type("1 echo a\x1eb\x00c\x1b[A\n")).toBe("\x1eb;1\x1eabc[A\n\x1ee;1;0;0\x1e");
});

test("a line that is too long is dropped with its length, not run", () => {
  const { shell } = machine();
  const long = `echo ${"x".repeat(995)}`;
  expect(shell.type(`1 ${long}\n`)).toBe(`\x1eb;1\x1e${"x".repeat(995)}\n\x1ee;1;0;0\x1e`);
  expect(shell.type(`2 ${long}yz\n`)).toBe("\x1eb;2\x1eline too long: 2 bytes dropped, not run (a line has at most 1000 bytes)\n\x1ee;2;2;1\x1e");
  expect(shell.type(`3 ${"y".repeat(1_000_000)}\n`)).toContain("line too long: 999000 bytes dropped");
});

test("Ctrl-C drops a line that is being typed", () => {
  const { shell } = machine();
  expect(shell.type("1 echo a\x032 echo b\n")).toBe("\x1eb;2\x1eb\n\x1ee;2;0;0\x1e");
});

test("Ctrl-C typed ahead ends the line before it", () => {
  const { shell } = machine();
  expect(shell.type("1 repeat 1000 true\n\x032 echo b\n")).toBe("\x1eb;1\x1e\x1ee;1;130;1\x1e\x1eb;2\x1eb\n\x1ee;2;0;0\x1e");
});

test("a script in the kernel command line runs before the shell is ready", () => {
  const script = encodeURIComponent("echo 'a ü'; false\nfrob\x01\n\necho %").replaceAll("%25", "%");
  const { shell } = desk({ commandLine: `seed=1 script=${script} console=machine` });
  shell.run();
  expect(shell.take()).toBe(
    "\x1eb;s1\x1ea ü\n\x1ee;s1;1;1\x1e\x1eb;s2\x1eunknown command: frob\ntry help\n\x1ee;s2;127;1\x1e\x1eb;s3\x1e\x1ee;s3;0;0\x1e\x1eb;s4\x1e%\n\x1ee;s4;0;0\x1e\x1eready\x1e",
  );
  expect(shell.type("1 echo b\n")).toBe("\x1eb;1\x1eb\n\x1ee;1;0;0\x1e");
});

test("finished jobs are not announced", () => {
  const { shell, kernel } = machine();
  shell.type("1 true &\n");
  kernel.nowNs += 1e9;
  expect(shell.type("2 true\n")).toBe("\x1eb;2\x1e\x1ee;2;0;0\x1e");
});
