// The checks find what they are for, and the repository obeys them.
import { expect, test } from "vitest";
import { ROOT } from "../lib/index.js";
import { HOUSES, type House } from "./arrows.js";
import { checkCircles, circlesAmong } from "./circles.js";
import { brokenArrows, checkLayers, importsOf } from "./layers.js";
import { floatInstruction } from "./products.js";
import { checkSizes } from "./sizes.js";

const house = (root: string) => HOUSES.find((candidate) => candidate.root === root) as House;

/** The samples spell import as @, so that this file's own text stays clean. */
const source = (text: string) => text.replaceAll("@", "import");

test("every way to import is seen; comments and strings elsewhere are not", () => {
  const text = `@ { a } from "../a/index.js"; @ type { B } from '../b';
    @@ * from "./c.js";
    @ "../d.js";
    const e = await @("../e/index.js");
    // @ { x } from "../x";
    /* @ "../y" */
    const s = "no @";`
    .replaceAll("@@", "export")
    .replaceAll("@", "import");
  expect(importsOf(text, "typescript")).toEqual(["../a/index.js", "../b", "./c.js", "../d.js", "../e/index.js"]);
  expect(importsOf('#include "base/fmt.h"\n  # include "x.h"\n#include <stdint.h>\n// #include "no.h"\n', "c")).toEqual(["base/fmt.h", "x.h"]);
});

test("an arrow upward is found, and the finding says what is allowed", () => {
  expect(brokenArrows(ROOT, house("tools"), "tools/serial/x.ts", source('@ { Machine } from "../machine/index.js";'))).toEqual([
    "tools/serial/x.ts: tools/serial → tools/machine is not an arrow of the house; allowed: abi, lib",
  ]);
  expect(brokenArrows(ROOT, house("kernel-as"), "kernel-as/lib/x.ts", source('@ { f } from "../kernel/mm/buddy";'))[0]).toContain("kernel-as/lib → kernel-as/kernel");
  expect(brokenArrows(ROOT, house("test-qemu"), "test-qemu/x.test.ts", source('@ { QemuProcess } from "../tools/qemu/index.js";'))[0]).toContain("allowed: tools/machine");
  expect(brokenArrows(ROOT, house("tools"), "tools/new/x.ts", "")[0]).toContain("arrows.ts");
});

test("a circle of files is found; the kernel has none", () => {
  const texts: Record<string, string> = { "k/a.ts": '@ { b } from "./b";', "k/b.ts": '@ { c } from "./c/index";', "k/c/index.ts": '@ "../a";', "k/d.ts": '@ { a } from "./a";' };
  const read = (file: string) => source(texts[file] as string);
  expect(circlesAmong(Object.keys(texts), read)).toEqual(["a circle of imports: k/a.ts → k/b.ts → k/c/index.ts → k/a.ts"]);
  expect(circlesAmong(["k/a.ts", "k/b.ts", "k/d.ts"], read)).toEqual([]);
  expect(checkCircles(ROOT)).toEqual([]);
});

test("an arrow of the house is silent", () => {
  expect(brokenArrows(ROOT, house("tools"), "tools/machine/x.ts", source('@ { a } from "../serial/index.js"; @ { b } from "./y.js"; @ { z } from "zod";'))).toEqual([]);
  expect(brokenArrows(ROOT, house("test-qemu"), "test-qemu/x.test.ts", source('@ { Machine } from "../tools/machine/index.js";'))).toEqual([]);
});

test("the arrows have no cycle", () => {
  for (const { root, arrows } of HOUSES) {
    const visit = (room: string, path: string[]): void => {
      if (path.includes(room)) throw new Error(`${root}: ${[...path, room].join(" → ")}`);
      for (const next of arrows[room] ?? []) if (next !== "*") visit(next, [...path, room]);
    };
    for (const room of Object.keys(arrows)) visit(room, []);
  }
});

test("the repository obeys its layers and sizes", () => {
  expect(checkLayers(ROOT)).toEqual([]);
  expect(checkSizes(ROOT)).toEqual([]);
});

test.each([
  " 00009c: 43 00 00 80 3f             | f32.const 0x1p+0",
  " 0000a1: 04 7c                      |   local[0..3] type=f64",
  " 0000a3: aa                         | i32.trunc_f64_s",
  " 0000a3: fc 02                      | i32.trunc_sat_f64_s",
  " 0000a3: bd                         | i64.reinterpret_f64",
  " 0000a4: fd 0f                      | i8x16.splat",
])("%s is no integer instruction", (line) => expect(floatInstruction(line)).toBeDefined());

test.each([
  " 00009c: 42 b3 e6 cc 99 b3 e6 cc 19 | i64.const 1844674407370955161",
  " 0000a1: 06 7f                      |   local[0..5] type=i32",
  " 0000a3: a7                         | i32.wrap_i64",
  " 0000a4: fc 0a 00 00                | memory.copy",
  "000123 func[7] <kernel/f32>:",
])("%s is one", (line) => expect(floatInstruction(line)).toBeUndefined());
