// One job a file: a source of more than 500 lines is split. Tests, tables and generated files are exempt.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesOf } from "./layers.js";

const LINE_LIMIT = 500;
const FOLDERS = ["boot", "hostshim-c", "kernel-as", "tools", "test-qemu"];
const SOURCE = /\.(ts|mjs|c|h|S|ld)$/;
const TEST = /\.(test|spec)\.ts$/;
/** Tables, and generated files. */
const EXEMPT = [/^tools\/abi\//, /\/abi\//, /^hostshim-c\/user\/sys_glue\.c$/, /\.table\.ts$/];

/** Every source that is too long. */
export function checkSizes(root: string): string[] {
  return FOLDERS.flatMap((folder) => filesOf(root, folder))
    .filter((path) => SOURCE.test(path) && !TEST.test(path) && !EXEMPT.some((pattern) => pattern.test(path)))
    .map((path) => ({ path, lines: readFileSync(join(root, path), "utf8").split("\n").length - 1 }))
    .filter(({ lines }) => lines > LINE_LIMIT)
    .map(({ path, lines }) => `${path}: ${lines} lines, at most ${LINE_LIMIT}: split it`);
}
