// Rewrites wasm2c's FORCE_READ macros. Not a C parser: two asserted replacements of exact text.
// wasm2c keeps every load alive so that an unused out-of-bounds load still traps. That costs 2–8 %.
import { replaceOnce } from "./_replace.js";

const INT = '#define FORCE_READ_INT(var) __asm__("" ::"r"(var));';
const FLOAT = '#else\n#define FORCE_READ_FLOAT(var) __asm__("" ::"r"(var));';

/** For kernel.wasm and programs: an unused load may go, and with it its trap. */
export function relaxLoads(c: string): string {
  const once = replaceOnce(c, INT, "#define FORCE_READ_INT(var)", "wasm2c FORCE_READ_INT");
  return replaceOnce(once, FLOAT, "#else\n#define FORCE_READ_FLOAT(var)", "wasm2c FORCE_READ_FLOAT");
}

/** For policies: every load traps as in V8, and a float stays in its vector register instead of moving to a general one. */
export function keepLoads(c: string): string {
  return replaceOnce(c, FLOAT, '#else\n#define FORCE_READ_FLOAT(var) __asm__("" ::"x"(var));', "wasm2c FORCE_READ_FLOAT");
}
