// Machine against the real kernel: deadlines, queueing, answers that are not what they promise, an end that nobody asked for.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { Machine, MachineGone, TimeLimit, UnexpectedAnswer } from "../tools/machine/index.js";

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1 });
});
afterAll(() => machine.close());

test("a command past its deadline is interrupted, and the shell goes on", async () => {
  await expect(machine.run("sleep 1000", { deadlineMs: 500 })).rejects.toBeInstanceOf(TimeLimit);
  expect(await machine.run("echo on")).toEqual({ output: "on\n", status: 0, failures: 0 });
});

test("calls queue up, each with its own output", async () => {
  const answers = await Promise.all(["echo one", "false; true", "echo 'zwei €'"].map((line) => machine.run(line)));
  expect(answers).toEqual([
    { output: "one\n", status: 0, failures: 0 },
    { output: "", status: 0, failures: 1 },
    { output: "zwei €\n", status: 0, failures: 0 },
  ]);
});

test("output is seen as it comes, and is whole at the end", async () => {
  const seen: Uint8Array[] = [];
  const { output } = await machine.run("help", { onOutput: (bytes) => seen.push(bytes) });
  expect(Buffer.concat(seen).toString()).toBe(output);
});

test("an answer is checked", async () => {
  expect(await machine.ask("uptime --json", z.looseObject({}))).toBeTypeOf("object");
  await expect(machine.ask("echo no json", z.object({}))).rejects.toBeInstanceOf(UnexpectedAnswer);
  await expect(machine.ask("uptime --json", z.object({ nothingLikeThis: z.string() }))).rejects.toThrow("nothingLikeThis");
  await expect(machine.ask("false", z.object({}))).rejects.toThrow("status 1");
});

test("a line with a line end in it is refused before it is sent", () => {
  expect(() => machine.run("echo a\npoweroff")).toThrow("line ends");
});

test("after QEMU is gone every call says so", async () => {
  const other = await Machine.boot({ accel: "tcg", mem: "64M", seed: 1 });
  process.kill(other.pid as number, "SIGKILL");
  await expect(other.run("sleep 1000")).rejects.toMatchObject({ code: "GANGLION_MACHINE_GONE", ending: "gone", message: expect.stringContaining("SIGKILL") });
  await expect(other.run("echo on")).rejects.toBeInstanceOf(MachineGone);
  await expect(other.sendRaw("x")).rejects.toBeInstanceOf(MachineGone);
  expect((await other.close()).signal).toBe("SIGKILL");
});
