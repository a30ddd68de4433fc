// Every AssemblyScript spec as a test of its own, under V8. The booted kernel runs the same wasm (test-qemu).
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../lib/index.js";
import { compileSpecs, runSpecs } from "./program.js";

const module = await compileSpecs();
const names = runSpecs(module, ["list"]).output.split("\n").filter(Boolean);

describe("specs under V8", () => {
  test.each(names)("%s", (name) => {
    const { status, output } = runSpecs(module, ["--one", name]);
    expect(output).toBe("");
    expect(status).toBe(0);
  });
});

describe("the spec program", () => {
  test("runs a folder of specs, each in a process of its own, and counts", () => {
    const below = names.filter((name) => name.startsWith("lib/ring/"));
    const { status, output } = runSpecs(module, ["lib/ring"]);
    expect(output).toBe(`${below.map((name) => `ok ${name}\n`).join("")}${below.length} passed, 0 failed\n`);
    expect(status).toBe(0);
  });

  test("says what it does not know", () => {
    expect(runSpecs(module, ["no/such"])).toEqual({ status: 2, output: "spec: no spec named no/such\n" });
    expect(runSpecs(module, ["--one", "no/such"]).status).toBe(2);
  });

  test("shows where an assert failed, counts it, and ends with status 1", () => {
    const { status, output } = runSpecs(module, [".fails"]);
    expect(output).toMatch(/^abort: it always fails at kernel-as\/spec\/harness\.spec\.ts:\d+:\d+\nFAILED \.fails: exit status 134\n0 passed, 1 failed\n$/);
    expect(status).toBe(1);
  });

  test("knows every spec file", () => {
    const table = readFileSync(join(ROOT, "kernel-as/spec/table.ts"), "utf8");
    const files = readdirSync(join(ROOT, "kernel-as"), { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".spec.ts"));
    expect(files.length).toBeGreaterThan(0);
    for (const path of files) expect(table).toContain(`"../${path.replace(/\.ts$/, "")}"`);
  });
});
