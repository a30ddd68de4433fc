// Files, pipes, console input and limits in the booted kernel, with real programs. The calls one by one are tools/sim/file-faults.test.ts.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { Machine } from "../tools/machine/index.js";

const INITRD = "build/initrd.tar";
const folder = mkdtempSync(join(tmpdir(), "ganglion-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const memory = z.looseObject({ filePages: z.number(), freePages: z.number() });

test("a big file is copied, piped and removed; /tmp keeps to its limit; every frame comes back", async () => {
  await using machine = await Machine.boot({ accel: "tcg", mem: "128M", append: "tmp_limit=8388608" });
  const output = async (command: string) => (await machine.run(command)).output;

  const before = await machine.ask("memctl status --json", memory);
  expect((await machine.run("cat /bin/*.wasm > /tmp/all")).status).toBe(0);
  const sums = (await output("sha256sum /tmp/all")).split(" ")[0];
  expect(await output("cat /tmp/all | cat | sha256sum")).toContain(sums);
  const held = await machine.ask("memctl status --json", memory);
  expect(held.filePages).toBeGreaterThan(100);
  for (let i = 0; i < 12; i++) await machine.run(`cp /tmp/all /tmp/copy${i}`);
  expect((await machine.run("cp /tmp/all /tmp/last")).status).not.toBe(0);
  expect((await machine.run("rm -r /tmp/all /tmp/last")).status).toBe(0);
  for (let i = 0; i < 12; i++) await machine.run(`rm /tmp/copy${i}`);
  await machine.run("sleep 0.2");
  const after = await machine.ask("memctl status --json", memory);
  expect(after.filePages).toBe(before.filePages);
  expect(Math.abs(before.freePages - after.freePages)).toBeLessThan(64);
  expect((await machine.run("memctl check")).status).toBe(0);
});

test("a program reads what is typed, line by line, to its end; Ctrl-C ends it instead", async () => {
  await using machine = await Machine.boot({ accel: "tcg" });
  // What is typed before the command is there would be the shell's.
  const typed = async (then: () => Promise<void>) => {
    let said = "";
    let typing: Promise<void> | undefined;
    const onOutput = (bytes: Uint8Array) => {
      said += new TextDecoder().decode(bytes);
      if (said.includes("ready")) typing ??= then();
    };
    const result = await machine.run("echo ready; sort", { onOutput });
    await typing;
    return { ...result, output: result.output.replaceAll("\r", "") };
  };
  const sorted = await typed(() => machine.sendRaw("pear\rapple\rfixg\x7f\r\x04"));
  expect(sorted.output).toBe("ready\napple\nfix\npear\n");
  const ended = await typed(async () => {
    await machine.sendRaw("never\r");
    await machine.interrupt();
  });
  expect(ended.status).toBe(130);
  expect(ended.output).not.toContain("never");
  expect((await machine.run("echo alive")).output).toContain("alive");
});

test("a processor limit takes its share of virtual time, and a memory limit ends only its process", async () => {
  await using machine = await Machine.boot({ accel: "tcg", clock: "virtual", mem: "128M" });
  // In one line: while it waits for the next one, virtual time leaps.
  const line = "uptime --json; run primes 200000; uptime --json; run --cpu 20% primes 200000; uptime --json";
  const { output, status } = await machine.run(line);
  expect(status).toBe(0);
  const times = [...output.matchAll(/"uptimeNs":(\d+)/g)].map((match) => Number(match[1]));
  expect(times.length).toBe(3);
  const [started, alone, limited] = times as [number, number, number];
  expect((limited - alone) / (alone - started)).toBeGreaterThan(4);
  expect((limited - alone) / (alone - started)).toBeLessThan(6);
  expect((await machine.run("run --mem 64K primes 1000")).status).not.toBe(0);
  expect((await machine.run("echo alive")).output).toContain("alive");
  expect((await machine.run("memctl check")).status).toBe(0);
});

test("an archive that is cut in half is refused as a whole, and the machine is up", async () => {
  const half = join(folder, "half.tar");
  const whole = readFileSync(INITRD);
  writeFileSync(half, whole.subarray(0, Math.floor(whole.length / 2) + 100));
  await using machine = await Machine.boot({ accel: "tcg", initrd: half });
  expect((await machine.run("dmesg")).output).toMatch(/initrd is damaged at byte \d+: .*file tree is empty/);
  expect((await machine.run("ls /")).output.trim()).toBe("tmp");
  expect((await machine.run("echo x > /tmp/x")).status).toBe(0);
  expect((await machine.run("cat /tmp/x")).output).toBe("x\n");
});
