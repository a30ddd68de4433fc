import { expect, test } from "vitest";
import { openTable, standardNames } from "./table.js";

const table = await openTable();
const text = table.text();
const commands = text
  .split("\n")
  .filter((line) => line.startsWith("c\t"))
  .map((line) => line.split("\t") as [string, string, string, string, string]);

test("every command is described, with its effect and whether a mind may propose it", () => {
  expect(text.startsWith("commands 1\n")).toBe(true);
  const by = new Map(commands.map(([, effect, path, flags]) => [path, `${effect} ${flags}`]));
  expect(by.get("free")).toBe("observe r");
  expect(by.get("kill")).toBe("destroy r");
  expect(by.get("renice")).toBe("adjust r");
  expect(by.get("memctl")).toBe("observe -");
  expect(by.get("memctl compact")).toBe("adjust r");
  expect(by.get("schedctl policy")).toBe("adjust ra");
  expect(by.get("run")).toBe("adjust rg");
  expect(by.get("panic")).toBe("destroy xr");
  expect(by.size).toBe(commands.length);
  expect(text).toContain("\np\t--order\tinteger\t-\t0\t10\t-\n");
  expect(text).toContain("\no\tSTATE\tchoice\tn\t-\t-\ton,off\n");
  expect(text).toContain("\no\tPID\tprocess\tnm\t-\t-\t-\n");
});

test("what runs other commands, is about the shell itself, or steers the mind is for hands only", () => {
  const byHand = new Set(commands.filter(([, , , flags]) => flags.includes("x")).map(([, , path]) => path));
  for (const path of ["repeat", "watch", "nice", "panic", "cd", "exit", "history", "jobs", "wait", "fg", "tee", "spec", "memctl hold"]) expect(byHand).toContain(path);
  for (const [, , path] of commands) if (path.startsWith("llmctl")) expect(byHand).toContain(path);
  expect(byHand.has("kill")).toBe(false);
});

test("lines without tabs, ends of line or commas in a name; each type known", () => {
  for (const line of text.trimEnd().split("\n").slice(1)) {
    const fields = line.split("\t");
    expect(fields.length, line).toBe({ c: 5, o: 7, p: 7, v: 3 }[fields[0] as "c"]);
    expect(fields.every((field) => field !== "")).toBe(true);
  }
});

test("the shell's parser judges lines", () => {
  expect(table.judge("memctl compact --order 5")).toBe("");
  expect(table.judge("memctl reclaim 25%")).toBe("");
  expect(table.judge("kill")).toMatch(/^kill: needs PID/);
  expect(table.judge("memctl compact --order 50")).toMatch(/must be 0 to 10/);
  expect(table.judge("kill 3; kill 4")).toBe("not one command");
  expect(table.judge("ls *")).toMatch(/^not plain/);
  expect(table.judge("frob")).toBe("unknown command: frob");
});

test("the names of the image are those of its policies, programs and limits", () => {
  const names = standardNames();
  expect(names.policy).toContain("transformer");
  expect(names.module).toContain("linear");
  expect(names.program).toContain("sqlite3");
  expect(names.limit).toContain("target-ppm");
  expect(names.limit.length).toBe(24);
});
