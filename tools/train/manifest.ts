// models/manifest.json: what weights there are, where from, and what was measured when they were made.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lib/index.js";
import { MANIFEST_FILE } from "./model.js";

export interface ManifestEntry {
  name: string;
  [figure: string]: unknown;
}

/** Put an entry in, in place of the one of that name; the others stay as they are. */
export function writeManifestEntry(entry: ManifestEntry): void {
  const path = join(ROOT, MANIFEST_FILE);
  const { models } = JSON.parse(readFileSync(path, "utf8")) as { models: ManifestEntry[] };
  const at = models.findIndex(({ name }) => name === entry.name);
  if (at < 0) models.push(entry);
  else models[at] = entry;
  writeFileSync(path, `${JSON.stringify({ models }, undefined, 2)}\n`);
}
