// Files that import each other in a circle. Where a room is one large program, order inside it matters as much as between rooms.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { filesOf, importsOf } from "./layers.js";

/** Folders in which no file may reach itself through its imports. */
export const WITHOUT_CIRCLES = ["kernel-as/kernel"] as const;

/** One circle of files for each that is found first, as `a → b → a`; none is a good answer. `read` gives a file's text. */
export function circlesAmong(files: string[], read: (file: string) => string): string[] {
  const known = new Set(files);
  const next = (file: string) =>
    importsOf(read(file), "typescript")
      .filter((name) => name.startsWith("."))
      .map((name) => normalize(join(dirname(file), name)).replace(/\.[jt]s$/, ""))
      .flatMap((path) => [`${path}.ts`, `${path}/index.ts`].filter((candidate) => known.has(candidate)));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (file: string, trail: string[]) => {
    const at = trail.indexOf(file);
    if (at >= 0) found.push(`a circle of imports: ${[...trail.slice(at), file].join(" → ")}`);
    if (at >= 0 || done.has(file)) return;
    for (const target of next(file)) walk(target, [...trail, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  return found;
}

/** Circles in the folders that must have none. */
export function checkCircles(root: string): string[] {
  return WITHOUT_CIRCLES.filter((folder) => existsSync(join(root, folder))).flatMap((folder) => {
    const files = filesOf(root, folder).filter((file) => file.endsWith(".ts"));
    return circlesAmong(files, (file) => readFileSync(join(root, file), "utf8"));
  });
}
