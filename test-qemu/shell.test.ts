// The shell over the serial line of the booted kernel: commands, statuses, jobs, Ctrl-C.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { Machine } from "../tools/machine/index.js";

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1 });
});

afterAll(async () => {
  const exit = await machine.close();
  expect(exit.ending).toBe("off");
});

test("echo and statuses", async () => {
  expect(await machine.run("echo one 'two  three'")).toEqual({ output: "one two  three\n", status: 0, failures: 0 });
  expect((await machine.run("false; echo $?")).output).toBe("1\n");
  expect(await machine.run("false; true")).toMatchObject({ status: 0, failures: 1 });
  expect((await machine.run("# only words")).status).toBe(0);
});

test("an unknown command", async () => {
  const answer = await machine.run("frobnicate --now");
  expect(answer.output).toContain("unknown command: frobnicate");
  expect(answer.status).toBe(127);
});

test("every command has help", async () => {
  const { output } = await machine.run("help");
  for (const name of [
    "version",
    "uptime",
    "dmesg",
    "ps",
    "kill",
    "free",
    "memctl",
    "trace",
    "modctl",
    "stress",
    "crashctl",
    "repeat",
    "watch",
    "sleep",
    "poweroff",
    "reboot",
    "panic",
    "jobs",
    "wait",
  ]) {
    expect(output).toContain(name);
    const help = await machine.run(`${name} --help`);
    expect(help.status, name).toBe(0);
    expect(help.output, name).toContain(name);
  }
});

test("memory as JSON adds up", async () => {
  const row = await machine.ask(
    "memctl status --json",
    z.looseObject({ managedPages: z.number(), freePages: z.number(), userPages: z.number(), tablePages: z.number(), kernelPages: z.number() }),
  );
  expect(row.freePages + row.userPages + row.tablePages + row.kernelPages).toBe(row.managedPages);
  expect(row.managedPages).toBeGreaterThan(10_000);
  expect((await machine.run("memctl check")).status).toBe(0);
});

test("the shell itself is in ps, and cannot be killed", async () => {
  expect((await machine.run("ps")).output).toContain("shell");
  const refused = await machine.run("kill 1");
  expect(refused.status).not.toBe(0);
  expect((await machine.run("kill 4242")).status).not.toBe(0);
});

test("a background job, its end, and a kill", async () => {
  await machine.run("sleep 3600 &");
  expect((await machine.run("jobs")).output).toContain("sleep 3600");
  const { output } = await machine.run("ps");
  const pid = /^\s*(\d+).*sleep 3600/m.exec(output)?.[1];
  expect(pid).toBeDefined();
  expect((await machine.run(`kill ${pid}`)).status).toBe(0);
  expect((await machine.run(`wait ${pid}`)).status).toBe(137);
});

test("Ctrl-C ends a running command with status 130", async () => {
  const running = machine.run("sleep 3600");
  await new Promise((resolve) => setTimeout(resolve, 300));
  await machine.interrupt();
  expect((await running).status).toBe(130);
  expect((await machine.run("echo alive")).output).toBe("alive\n");
});

test("the log and the trace have rows", async () => {
  expect((await machine.run("trace 10")).output).toMatch(/Spawn|Switch|Syscall|Fault|RequestEnd/i);
  expect((await machine.run("dmesg")).output).toContain("loader PVH");
});

test("starts and ends leave no frame behind", async () => {
  const shape = z.looseObject({ freePages: z.number(), tablePages: z.number() });
  await machine.run("sleep 0 & wait");
  const before = await machine.ask("memctl status --json", shape);
  await machine.run("repeat 50 'sleep 0 & wait'");
  const after = await machine.ask("memctl status --json", shape);
  // The shell itself may hold a little more than before; 50 lost processes would be hundreds of frames.
  expect(before.freePages + before.tablePages - after.freePages - after.tablePages).toBeLessThan(16);
  expect((await machine.run("memctl check")).status).toBe(0);
});

test("numbers past 64 bits are refused, not wrapped", async () => {
  for (const number of ["18446744073709551616", "36893488147419103233", "99999999999999999999999999"]) {
    const { output, status } = await machine.run(`stress leak --seed ${number} --seconds 0.1`);
    expect(output).toContain("must be 0 to 4294967295");
    expect(status).toBe(2);
  }
});

test("a shell that may not read the console ends instead of waiting", async () => {
  expect(await machine.run("run shell", { deadlineMs: 10_000 })).toMatchObject({ output: "Usage: shell -c LINE\n", status: 2 });
});

test("as many processes as there may be; the next one is told why; nothing is lost", async () => {
  const { output } = await machine.run("repeat 140 'sleep 1000 &'");
  expect(output).toContain("there are 128 processes already");
  expect((await machine.run("repeat 1 'stress plateau --workers 2'")).output).toContain("there are 128 processes already");
  const { processes } = await machine.ask("ps --json", z.looseObject({ processes: z.array(z.looseObject({ pid: z.number() })) }));
  expect(processes.length).toBe(128);
  const jobs = processes.filter(({ pid }) => pid !== 1).map(({ pid }) => pid);
  expect(await machine.run(`kill ${jobs.join(" ")}`)).toMatchObject({ status: 0 });
  await machine.run("wait");
  expect((await machine.run("memctl check")).status).toBe(0);
});

test("dmesg tells how the machine was started", async () => {
  const { output } = await machine.run("dmesg");
  expect(output).toMatch(/\] loader PVH, interface 0x[0-9a-f]+, time-stamp counter \d+ MHz\n/);
  expect(output).toMatch(/\] memory 0x[0-9a-f]+ \+ 0x[0-9a-f]+ image\n/);
  expect(output).toMatch(/\] \d+ frames managed, the movable zone begins at frame \d+\n/);
  expect(output).toMatch(/ programs in the image, \d+ bytes of initrd, seed 1\n/);
  const other = await Machine.boot({ accel: "tcg", mem: "64M", append: "junk=1 foo=bar loose seed=zz" });
  const said = (await other.run("dmesg")).output;
  await other.close();
  expect(said).toContain("kernel command line: foo=bar is not a key of this kernel");
  expect(said).toContain("kernel command line: loose is not a key of this kernel");
  expect(said).toContain("kernel command line: seed=zz is not a number");
  expect(said).not.toContain("kernel command line: junk=1");
});
