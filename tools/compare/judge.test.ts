// The judge on outcomes made by hand, and the two systems that run under Node on one program, where the build has it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { wasiWasm } from "../build/index.js";
import { ROOT } from "../lib/index.js";
import { differences, standsAlone } from "./judge.js";
import { nodeWasi } from "./node-wasi.js";
import { BOX, contentOf, type Exit, fileRow, type Outcome } from "./types.js";
import { wasmer } from "./wasmer.js";

const outcome = (stdout: string, exit: Exit = 0, tree: [string, string][] = []): Outcome => ({
  stdout: contentOf(Buffer.from(stdout)),
  stderr: contentOf(Buffer.from("")),
  exit,
  tree: new Map(tree),
});
const rows = (...outcomes: [Outcome, Outcome, Outcome?]) => differences(...outcomes).map(({ what, verdict }) => `${what}: ${verdict}`);

test("equal outcomes differ in nothing", () => expect(rows(outcome("a\n"), outcome("a\n"), outcome("a\n"))).toEqual([]));

test("who stands alone, line by line", () => {
  expect(rows(outcome("a\nX\nc\n"), outcome("a\nb\nc\n"), outcome("a\nb\nc\n"))).toEqual(["stdout line 2: @wasmer/wasi alone"]);
  expect(rows(outcome("a\nb\n"), outcome("a\nX\n"), outcome("a\nb\n"))).toEqual(["stdout line 2: node:wasi alone"]);
  expect(rows(outcome("a\n"), outcome("a\n"), outcome("X\n"))).toEqual(["stdout line 1: kernel alone"]);
  expect(rows(outcome("a"), outcome("b"), outcome("c"))).toEqual(["stdout line 1: all differ"]);
  expect(rows(outcome("a\nb\nc"), outcome("a"), outcome("a"))).toEqual(["stdout line 2: @wasmer/wasi alone", "stdout line 3: @wasmer/wasi alone"]);
});

test("statuses, traps and files", () => {
  expect(rows(outcome("", 3), outcome("", 3), outcome("", "trap"))).toEqual(["exit: kernel alone"]);
  const file = fileRow(contentOf(Buffer.from("x")));
  expect(rows(outcome("", 0, [["f", file]]), outcome("", 0, [["f", file]]), outcome("", 0, []))).toEqual(["tree: f: kernel alone"]);
  expect(differences(outcome("", 1), outcome("", 2), outcome("", 3)).every(standsAlone)).toBe(true);
});

test("bytes that are no text are compared as a whole", () => {
  expect(rows(outcome("\0a"), outcome("\0b"))).toEqual(["stdout: not run in the kernel"]);
});

const sort = join(ROOT, wasiWasm({ name: "sort" }));
test.skipIf(!existsSync(sort))("node:wasi and @wasmer/wasi run a C program of the build alike", async () => {
  const item = { name: "sort", program: "sort", args: ["-r", `${BOX}/in`], files: { in: Buffer.from("b\na\nc\n") } };
  const [node, other] = await Promise.all([(await nodeWasi()).run(item), (await wasmer()).run(item)]);
  expect(node.stdout.text).toBe("c\nb\na\n");
  expect(differences(other, node)).toEqual([]);
});
