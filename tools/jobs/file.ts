// Job files: JSON Lines, one job a line, blank lines skipped. Reads line by line, names the broken line and goes no further. The schema
// and the meaning of the fields: types.ts. Sits above tools/lib only.
import { createReadStream, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { ZodError } from "zod";
import { ExitCode, ToolError } from "../lib/index.js";
import { Job } from "./types.js";

/** Most jobs of one file: more than an evaluation can hold would take. */
const MOST_JOBS = 2_000_000;

/** A job file that cannot be read, or a line of it that is no job. */
export class JobFileError extends ToolError {
  override readonly name = "JobFileError";
  override readonly code = "GANGLION_JOBS";
  override readonly exitCode = ExitCode.Usage;
  /** The broken line, 1 the first; undefined where the file itself is the trouble. */
  readonly line: number | undefined;

  constructor(file: string, line: number | undefined, wrong: string) {
    super(line === undefined ? `${file}: ${wrong}` : `${file}, line ${line}: ${wrong}`, {
      expected:
        line === undefined ? undefined : '{"arrivalMs": 12.5, "image": "16 hex digits", "segments": [{"cpuMs": 3}, {"ioMs": 20}, {"cpuMs": 1}], "priority": 0, "pages": 64}',
      hint: line === undefined ? undefined : "correct or remove that line; docs/jobs.md describes each field. Nothing was run.",
    });
    this.line = line;
  }
}

/** Parse one line. Throws JobFileError with what is wrong first, and where in the line. */
export function parseJob(text: string, file = "job", line = 1): Job {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new JobFileError(file, line, `not JSON: ${(error as Error).message}`);
  }
  const parsed = Job.safeParse(value);
  if (!parsed.success) throw new JobFileError(file, line, firstIssue(parsed.error));
  return parsed.data;
}

type Issue = ZodError["issues"][number];

function firstIssue(error: ZodError): string {
  const first = error.issues[0];
  if (first === undefined) return "no job";
  const [issue, before] = insideUnion(first);
  const path = [...before, ...issue.path].map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : "";
  return `${path === "" ? "the job" : path.replace(/^\./, "")}: ${issue.message}${more}`;
}

// Of a segment that is neither kind: what is wrong with it as the kind that it comes nearest to. "invalid input" says nothing.
function insideUnion(issue: Issue): [Issue, PropertyKey[]] {
  if (issue.code !== "invalid_union") return [issue, []];
  const neither: Issue = { ...issue, message: 'must be {"cpuMs": number} or {"ioMs": number}, and nothing else' };
  const choice = issue.errors.find(
    (errors) => errors[0] && errors.every((e) => e.code === "too_small" || e.code === "too_big" || e.code === "invalid_type") && errors[0].path.length > 0,
  );
  const inner = choice?.[0];
  if (!inner || (inner.code === "invalid_type" && inner.message.includes("undefined"))) return [neither, []];
  return [inner as Issue, issue.path];
}

/** Every job of a file. Throws JobFileError at the first broken line, and where there is none. */
export async function readJobs(file: string): Promise<Job[]> {
  const input = createReadStream(file, { encoding: "utf8" });
  const jobs: Job[] = [];
  let line = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      line++;
      if (text.trim() === "") continue;
      const job = parseJob(text, file, line);
      const before = jobs.at(-1);
      if (before && job.arrivalMs < before.arrivalMs) throw new JobFileError(file, line, `arrivalMs: ${job.arrivalMs} is before ${before.arrivalMs}, the arrival above it`);
      if (jobs.length === MOST_JOBS) throw new JobFileError(file, line, `more than ${MOST_JOBS} jobs`);
      jobs.push(job);
    }
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw new JobFileError(file, undefined, `cannot be read: ${(error as Error).message}`);
  } finally {
    input.destroy();
  }
  if (jobs.length === 0) throw new JobFileError(file, undefined, "holds no job");
  return jobs;
}

/** One line of a job file. */
export function formatJob(job: Job): string {
  return JSON.stringify(job);
}

/** Write a job file; makes its folder. */
export function writeJobs(file: string, jobs: readonly Job[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${jobs.map(formatJob).join("\n")}\n`);
}
