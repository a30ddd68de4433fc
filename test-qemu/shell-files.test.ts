// Files, pipes and redirection over the serial line of the booted kernel: real file systems, real processes, real waits.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { Machine } from "../tools/machine/index.js";

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.boot({ accel: "tcg", mem: "128M", seed: 1 });
});

afterAll(async () => {
  expect((await machine.run("memctl check")).output).toBe("every frame is accounted for\n");
  const exit = await machine.close();
  expect(exit.ending).toBe("off");
});

async function output(line: string): Promise<string> {
  return (await machine.run(line)).output;
}

test("files are made, seen, moved and removed", async () => {
  expect(await machine.run("mkdir -p /tmp/a/b; echo one > /tmp/a/x; echo two >> /tmp/a/x; cp /tmp/a/x /tmp/a/b/y; mv /tmp/a/b/y /tmp/a/b/z")).toMatchObject({
    output: "",
    failures: 0,
  });
  expect(await output("ls -R /tmp/a; cat /tmp/a/b/z")).toBe("/tmp/a:\nb\nx\n\n/tmp/a/b:\nz\none\ntwo\n");
  expect(await output("ln -s x /tmp/a/l; ln /tmp/a/x /tmp/a/h; cat /tmp/a/l; ls /tmp/a; stat /tmp/a/h")).toMatch(
    /^one\ntwo\nb\nh\nl\nx\nFile: +\/tmp\/a\/h\nType: +file\nSize: +8 bytes \(8 B\)\nLinks: +2\n/,
  );
  expect(await output("cp -r /tmp/a /tmp/c; rm -r /tmp/a; ls -R /tmp/c; rm -rf /tmp/c; ls /tmp")).toBe("/tmp/c:\nb\nh\nl\nx\n\n/tmp/c/b:\nz\n");
});

test("relative paths, globs, and what is refused", async () => {
  expect(await output("mkdir /tmp/d; cd /tmp/d; touch b a .c; echo *; pwd; cd; pwd; rm -r /tmp/d")).toBe("a b\n/tmp/d\n/\n");
  expect(await output("cat /none; echo x > /x; rm /tmp; mkdir /tmp")).toBe(
    "cat: /none: no such file\necho: /x: the file system is read only\nrm: /tmp: is a directory: use -r\nmkdir: /tmp: it exists\n",
  );
});

test("pipelines: data, statuses, errors", async () => {
  expect(await output("echo a b c | wc -w; echo hello | cat | cat | grep ell; false | true; echo $?; true | false; echo $?")).toBe("3\nhello\n0\n1\n");
  expect(await output("cat /none 2>&1 | wc -l; cat /none 2> /tmp/e | wc -l; cat /tmp/e; rm /tmp/e")).toBe("1\n0\ncat: /none: no such file\n");
  expect(await output("repeat 3 echo x | tee /tmp/t | wc -l; sha256sum < /tmp/t; rm /tmp/t")).toBe(`3\n${createHash("sha256").update("x\nx\nx\n").digest("hex")}  -\n`);
});

test("a stage whose reader leaves ends, and an endless one does not fill memory", async () => {
  const free = z.looseObject({ freePages: z.number() });
  const before = await machine.ask("memctl status --json", free);
  expect(await output("repeat 1000000 echo yes | head -n 2")).toBe("yes\nyes\n");
  const after = await machine.ask("memctl status --json", free);
  expect(before.freePages - after.freePages).toBeLessThan(64);
});

test("a large file goes through a pipe whole", async () => {
  expect(await output(`repeat 2000 echo ${"x".repeat(499)} > /tmp/big; wc -lc /tmp/big; cat /tmp/big | sha256sum; cat /tmp/big | tail -n 1 | wc -c; rm /tmp/big`)).toBe(
    `   2000 1000000 /tmp/big\n${createHash("sha256")
      .update(`${"x".repeat(499)}\n`.repeat(2000))
      .digest("hex")}  -\n500\n`,
  );
});

test("a full file system is told, and what is there stays", async () => {
  const { output: told, status } = await machine.run("repeat 40 cat /bin/* > /tmp/full");
  expect(told).toContain("cannot write: the file system is full\n");
  expect(status).toBe(1);
  expect(await output("rm /tmp/full; echo fine > /tmp/f; cat /tmp/f; rm /tmp/f")).toBe("fine\n");
});

test("a pipeline in the background, and one that is killed", async () => {
  expect(await output("cat | wc -c & wait")).toBe("0\n");
  await machine.run("sleep 1000 | cat &");
  expect(await output("ps")).toContain("sleep 1000");
  expect((await machine.run("kill %1; wait")).status).toBe(0);
  expect(await output("ps")).not.toContain("sleep 1000");
});

test("Ctrl-C ends every stage", async () => {
  const running = machine.run("sleep 1000 | cat | cat");
  await new Promise((resolve) => setTimeout(resolve, 500));
  await machine.interrupt();
  expect((await running).status).toBe(130);
  expect(await output("ps")).not.toMatch(/sleep|cat/);
});

test("repeat --json keeps the output of processes", async () => {
  const answer = await machine.ask("repeat --json 2 'echo a | cat'", z.looseObject({ runs: z.number(), output: z.string() }));
  expect(answer).toMatchObject({ runs: 2, output: "a\na\n" });
});
