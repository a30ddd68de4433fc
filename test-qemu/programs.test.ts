// User programs of the build in the booted kernel: the same cases as in @wasmer/wasi and node:wasi, and a folder of the user's.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planWasi, WASI_PROGRAMS } from "../tools/build/index.js";
import { availableCases, type CaseResult, compare, EXPLANATIONS, explanationOf, standsAlone } from "../tools/compare/index.js";
import { Machine } from "../tools/machine/index.js";

const missing = new Map((await planWasi()).skipped.map(({ name, reason }) => [name, reason]));
const { cases } = await availableCases();

describe("programs of the build", () => {
  let results: CaseResult[] = [];
  beforeAll(async () => {
    results = await compare(cases, true);
  });

  for (const { name } of WASI_PROGRAMS) {
    const reason = missing.get(name);
    test.skipIf(reason !== undefined)(`${name} does what it does elsewhere${reason ? ` (not built here: ${reason})` : ""}`, () => {
      const mine = results.filter(({ item }) => item.program === name);
      expect(mine.length).toBeGreaterThan(0);
      const alone = mine.flatMap(({ item, differences }) =>
        differences.filter((row) => standsAlone(row) && !explanationOf(item, row, EXPLANATIONS)).map((row) => ({ case: item.name, ...row })),
      );
      expect(alone).toEqual([]);
    });
  }
});

test.skipIf(missing.has("args"))("a variable that is set twice, or that the shell sets, is there once, the last one", async () => {
  await using machine = await Machine.boot({ accel: "tcg" });
  const { output } = await machine.run("run --env A=1 --env PWD=/tmp --env A=2 args");
  expect(output.match(/variable .*/g)).toEqual(['variable "A=2"', 'variable "HOME=/tmp"', 'variable "PWD=/tmp"']);
});

describe("--files", () => {
  const folder = mkdtempSync(join(tmpdir(), "ganglion-handed-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("a folder is there at /files, read only, with its links, empty files and long names", async () => {
    const long = `${"a-long-name-".repeat(15)}.txt`;
    mkdirSync(join(folder, "deep", "er"), { recursive: true });
    writeFileSync(join(folder, "deep", "er", long), "deep\n");
    writeFileSync(join(folder, "empty"), "");
    writeFileSync(join(folder, "grün.txt"), "green\n");
    symlinkSync("deep/er", join(folder, "link"));
    await using machine = await Machine.boot({ accel: "tcg", files: folder });
    const output = async (command: string) => (await machine.run(command)).output;
    expect((await output("ls -R -1 /files")).match(/\S+/g)).toEqual(expect.arrayContaining(["deep", "empty", "grün.txt", "link", "er", long]));
    expect(await output(`cat /files/link/${long} /files/empty /files/grün.txt`)).toBe("deep\ngreen\n");
    for (const wrong of ["touch /files/new", "rm /files/empty", "echo x > /files/grün.txt", "mv /files/deep /files/d"]) {
      expect((await machine.run(wrong)).status, wrong).not.toBe(0);
    }
    expect((await machine.run("memctl check")).status).toBe(0);
  });
});
