// Where the build finds and puts things.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { ROOT } from "../lib/index.js";

export { ROOT };

/** Files below a folder of the repository with one of the endings, sorted, relative to the repository. */
export function filesBelow(folder: string, endings: string[]): string[] {
  const found: string[] = [];
  const walk = (path: string) => {
    for (const entry of readdirSync(join(ROOT, path), { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) walk(child);
      else if (endings.some((ending) => entry.name.endsWith(ending))) found.push(child);
    }
  };
  if (existsSync(join(ROOT, folder))) walk(folder);
  return found.sort();
}

/** An AssemblyScript entry and every file that it imports, directly or not, relative to the repository. */
export function moduleClosure(entry: string): string[] {
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(join(ROOT, path), "utf8");
    for (const match of text.matchAll(/(?:from|import)\s+"(\.[^"]+)"/g)) {
      const target = normalize(join(dirname(path), match[1] as string));
      const file = [`${target}.ts`, join(target, "index.ts"), target].find((candidate) => candidate.endsWith(".ts") && existsSync(join(ROOT, candidate)));
      if (file) visit(file);
    }
  };
  visit(entry);
  return [...seen].sort();
}
