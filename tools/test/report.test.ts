// The last line of npm test counts what really happened.
import { expect, test } from "vitest";
import { summarize } from "./report.js";

const file = (name: string, status: string, tests: Record<string, string>, message?: string) => ({
  name: `/repo/${name}`,
  status,
  message,
  assertionResults: Object.entries(tests).map(([fullName, state]) => ({ fullName, status: state })),
});
const report = (success: boolean, ...testResults: unknown[]) => JSON.stringify({ success, testResults });

test("passed, failed and skipped are told apart, by name", () => {
  const text = report(false, file("a.test.ts", "failed", { one: "passed", two: "failed", three: "skipped", four: "todo" }));
  expect(summarize(text, 1, "/repo")).toEqual({ passed: 1, failed: 1, skipped: ["a.test.ts: three", "a.test.ts: four"], failures: ["a.test.ts: two"] });
});

test("a file that cannot be loaded is a failure", () => {
  const text = report(false, file("a.test.ts", "passed", { one: "passed" }), file("b.test.ts", "failed", {}, "SyntaxError: x\n at"));
  expect(summarize(text, 1, "/repo")).toMatchObject({ passed: 1, failed: 1, failures: ["b.test.ts: SyntaxError: x"] });
});

test("a runner that is not content never counts as success", () => {
  const good = report(true, file("a.test.ts", "passed", { one: "passed" }));
  expect(summarize(good, 0, "/repo").failed).toBe(0);
  expect(summarize(good, 1, "/repo").failed).toBe(1);
  expect(summarize(good, null, "/repo").failed).toBe(1);
  expect(summarize(undefined, 0, "/repo").failed).toBe(1);
  expect(summarize("{", 0, "/repo").failed).toBe(1);
  expect(summarize(report(true), 0, "/repo").failed).toBe(1);
});
