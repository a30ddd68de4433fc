// The files of a report, and the commit that it is of.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exec, ROOT } from "../../lib/index.js";
import { type Document, picturesOf, toHtml, toMarkdown } from "./document.js";

/** The commit that was run, and whether anything differs from it. */
export async function commitText(): Promise<string> {
  const git = async (...args: string[]) => (await exec("git", args, { cwd: ROOT, allowFailure: true })).stdout.trim();
  const commit = (await git("rev-parse", "--short=12", "HEAD")) || "unknown";
  const changed = await git("status", "--porcelain", "--untracked-files=no", "--", "kernel-as", "tools", "hostshim-c", "models");
  return changed ? `${commit} with local changes` : commit;
}

/** Write report.html, report.md, the pictures and results.json into a folder. */
export function writeReport(folder: string, document: Document, json: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "report.html"), toHtml(document));
  writeFileSync(join(folder, "report.md"), toMarkdown(document));
  for (const [name, svg] of picturesOf(document)) writeFileSync(join(folder, name), svg);
  writeFileSync(join(folder, "results.json"), `${JSON.stringify(json)}\n`);
}
