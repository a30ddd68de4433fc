// vitest's own JSON report, read and counted. It runs nothing (main.ts).
import { z } from "zod";

const ReportSchema = z.object({
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

export interface Summary {
  passed: number;
  failed: number;
  /** `file: test` of what did not run. */
  skipped: string[];
  failures: string[];
}

/**
 * Counts a report.
 * @param text the JSON, or undefined where the runner wrote none
 * @param status the runner's exit status
 * @param root cut off the file names
 * @returns at least one failure whenever the runner was not content: a file that cannot load or a crash counts as one
 */
export function summarize(text: string | undefined, status: number | null, root: string): Summary {
  const summary: Summary = { passed: 0, failed: 0, skipped: [], failures: [] };
  const fail = (name: string) => {
    summary.failed++;
    summary.failures.push(name);
  };
  let report: z.output<typeof ReportSchema>;
  try {
    report = ReportSchema.parse(JSON.parse(text ?? ""));
  } catch {
    fail(`the test runner wrote no report (status ${status})`);
    return summary;
  }
  for (const file of report.testResults) {
    const name = file.name.startsWith(`${root}/`) ? file.name.slice(root.length + 1) : file.name;
    let failedHere = 0;
    for (const test of file.assertionResults) {
      const full = `${name}: ${test.fullName.trim()}`;
      if (test.status === "passed") summary.passed++;
      else if (test.status === "failed") {
        failedHere++;
        fail(full);
      } else summary.skipped.push(full);
    }
    if (file.status === "failed" && failedHere === 0) fail(`${name}: ${file.message?.split("\n")[0] || "could not be loaded"}`);
  }
  if (summary.failed === 0 && (status !== 0 || !report.success)) fail(`the test runner ended with status ${status}`);
  if (summary.failed === 0 && summary.passed === 0) fail("no test ran");
  return summary;
}
