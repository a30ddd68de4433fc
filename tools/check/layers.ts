// Nothing imports upward: compares every import and #include with the arrows. It reads text, it does not compile.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { HOUSES, type House, SPEC_HARNESS } from "./arrows.js";

const IMPORT = /(?:^|[\s;}])(?:import|export)\s[^;"']*?from\s*["']([^"']+)["']|(?:^|[\s;])import\s*["']([^"']+)["']|\bimport\s*\(\s*["']([^"']+)["']\s*\)/g;
const INCLUDE = /^[ \t]*#[ \t]*include[ \t]+"([^"]+)"/gm;
const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|[\s;{}])\/\/[^\n]*/g;

/** Every file below a folder, relative to the root, sorted. */
export function filesOf(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !path.includes("node_modules/"))
    .sort();
}

/** What a file's text imports, as written. */
export function importsOf(text: string, language: House["language"]): string[] {
  if (language === "c") return [...text.matchAll(INCLUDE)].map((match) => match[1] as string);
  return [...text.replaceAll(COMMENT, "").matchAll(IMPORT)].map((match) => (match[1] ?? match[2] ?? match[3]) as string);
}

/** The repository path that an import leads to, or undefined where it leads out of the repository or to a product. */
function target(root: string, house: House, file: string, name: string): string | undefined {
  if (house.language === "typescript") return name.startsWith(".") ? normalize(join(dirname(file), name)) : undefined;
  return [normalize(join(dirname(file), name)), normalize(join(house.root, name)), normalize(name)].find((path) => existsSync(join(root, path)));
}

function roomOf(path: string): string {
  const parts = path.split("/");
  return parts.length > 2 ? (parts[1] as string) : "";
}

/** What is wrong in one file; each finding names the file, the arrow and what is allowed. */
export function brokenArrows(root: string, house: House, file: string, text: string): string[] {
  const room = roomOf(file);
  const allowed = house.arrows[room];
  const outside = house.outside?.[room] ?? [];
  const found: string[] = [];
  const say = (to: string) =>
    found.push(`${file}: ${house.root}${room && `/${room}`} → ${to} is not an arrow of the house; allowed: ${[...(allowed ?? []), ...outside].join(", ") || "nothing"}`);
  if (room !== "" && !allowed) return [`${file}: the room ${house.root}/${room} is not in tools/check/arrows.ts`];
  for (const name of importsOf(text, house.language)) {
    const path = target(root, house, file, name);
    if (path === undefined) continue;
    const [top, second] = path.split("/");
    if (top !== house.root) {
      const place = house.language === "c" && top !== "boot" ? undefined : `${top}/${second}`;
      if (place && !outside.includes(place) && !(house.language === "c" && top === "boot")) say(place);
      continue;
    }
    const to = roomOf(path.includes(".") ? path : `${path}/index`);
    const spec = file.endsWith(".spec.ts") && path.startsWith(SPEC_HARNESS);
    if (to !== room && !spec && !allowed?.includes(to) && !allowed?.includes("*")) say(`${house.root}/${to}`);
  }
  return found;
}

/** Every broken arrow of the repository. */
export function checkLayers(root: string): string[] {
  return HOUSES.flatMap((house) =>
    filesOf(root, house.root)
      .filter((file) => (house.language === "c" ? /\.[chS]$/ : /\.ts$/).test(file))
      .flatMap((file) => brokenArrows(root, house, file, readFileSync(join(root, file), "utf8"))),
  );
}
