// Writes build/c/aot_table.c: a row for each policy that is compiled into the image (hostshim-c/wasm/module.h), its metered
// bytes for wasm3, and the record of modules. The policies' C comes from wasm2c; this file only names it.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BuildFailed } from "./command.js";
import { checkIdentity } from "./identity.js";
import { inspectModule } from "./meter.js";
import { ROOT } from "./places.js";
import { meteredWasm, type Policy } from "./policies.js";

export interface AotPolicy {
  /** ≤ 31 bytes of [a-z0-9_], starting with a letter. */
  name: string;
  /** Metered wasm, relative to the repository. */
  wasm: string;
  kind: number;
}

/** Module name that wasm2c gets for a policy, so part of its C names and its file in build/c. No _: wasm2c doubles it. */
export function policyUnit(name: string): string {
  return `policy_${name}`.replace(/_+(.)/g, (_, letter: string) => letter.toUpperCase());
}

const EXPORTS = [
  ["KIND", "policy_kind"],
  ["ABI", "policy_abi"],
  ["INPUT", "policy_input"],
  ["INPUT_CAPACITY", "policy_input_capacity"],
  ["OUTPUT", "policy_output"],
  ["OUTPUT_BYTES", "policy_output_bytes"],
  ["RESET", "policy_reset"],
  ["DECIDE", "policy_decide"],
] as const;
/** Of a policy with weights; the metering pass holds that they are there all or none. */
const WEIGHTS = [
  ["WEIGHTS_BYTES", "policy_weights_bytes"],
  ["WEIGHTS_ACTIVE", "policy_weights_active"],
  ["WEIGHTS_STAGING", "policy_weights_staging"],
  ["WEIGHTS_COMMIT", "policy_weights_commit"],
] as const;
const TAKES_ARGUMENT = ["policy_reset", "policy_decide", "policy_weights_commit"];

const hasWeights = (wasm: Uint8Array) => inspectModule(wasm).exports.some(({ name }) => name === "policy_weights_commit");

/** The text of aot_table.c; `record` is a file of ModuleRecord rows, relative to the repository. */
export function aotTable(policies: AotPolicy[], record: string): string {
  const wasm = policies.map((policy) => readFileSync(join(ROOT, policy.wasm)));
  for (const [i, policy] of policies.entries()) {
    if (!/^[a-z][a-z0-9_]{0,30}$/.test(policy.name) || policy.name.includes("__")) throw new BuildFailed(`${policy.name}: a policy's name is 1 to 31 of a–z, 0–9 and single _`);
    checkIdentity(policy, wasm[i] as Uint8Array);
  }
  return [
    "// Written by tools/build/aot-table.ts.",
    '#include "wasm/module.h"',
    ...policies.map((policy) => `#include "${policyUnit(policy.name)}.h"`),
    "",
    "#define BYTES(name, path) \\",
    '  __asm__(".section .rodata.modules, \\"a\\"\\n.balign 16\\n.globl " #name "_start, " #name "_end\\n" #name "_start:\\n.incbin \\"" path "\\"\\n" #name "_end:\\n.previous\\n"); \\',
    "  extern const uint8_t name##_start[], name##_end[]",
    "",
    `BYTES(module_record, "${record}");`,
    ...policies.flatMap((policy, i) => instanceOf(policy, hasWeights(wasm[i] as Uint8Array))),
    "",
    "const aot_row_t aot_table[] = {",
    ...policies.map((policy, i) => row(policy, wasm[i] as Uint8Array)),
    ...(policies.length === 0 ? ["  {0},"] : []),
    "};",
    `const uint32_t aot_table_rows = ${policies.length};`,
    "",
  ].join("\n");
}

function instanceOf(policy: AotPolicy, weights: boolean): string[] {
  const unit = policyUnit(policy.name);
  const call = (name: string) => `w2c_${unit}_${name}(&${unit}${TAKES_ARGUMENT.includes(name) ? ", argument" : ""})`;
  return [
    "",
    `BYTES(${unit}_wasm, "${policy.wasm}");`,
    `static w2c_${unit} ${unit};`,
    `static void ${unit}_instantiate(void) { wasm2c_${unit}_instantiate(&${unit}); }`,
    `static void ${unit}_release(void) { wasm2c_${unit}_free(&${unit}); }`,
    `static void *${unit}_memory(void) { return w2c_${unit}_memory(&${unit}); }`,
    `static uint64_t *${unit}_fuel(void) { return w2c_${unit}_fuel(&${unit}); }`,
    `static uint32_t *${unit}_depth(void) { return w2c_${unit}_depth(&${unit}); }`,
    `static uint64_t ${unit}_call(module_export_t which, uint32_t argument) {`,
    "  switch (which) {",
    ...[...EXPORTS, ...(weights ? WEIGHTS : [])].map(([label, name]) => `    case MODULE_${label}: return ${call(name)};`),
    "    default: return 0;",
    "  }",
    "}",
  ];
}

function row(policy: AotPolicy, wasm: Uint8Array): string {
  const unit = policyUnit(policy.name);
  const hash = [...createHash("sha256").update(wasm).digest()].map((byte) => `0x${byte.toString(16).padStart(2, "0")}`).join(", ");
  return `  {"${policy.name}", {${hash}}, ${policy.kind}, ${inspectModule(wasm).memoryPages}, ${hasWeights(wasm)}, ${unit}_wasm_start, ${unit}_wasm_end, ${unit}_instantiate, ${unit}_release, ${unit}_call, ${unit}_memory, ${unit}_fuel, ${unit}_depth},`;
}

/** Write the table to `output`, relative to the repository. */
export function writeAotTable(policies: AotPolicy[], record: string, output: string): void {
  writeFileSync(join(ROOT, output), aotTable(policies, record));
}

export function aotPolicy(policy: Policy): AotPolicy {
  return { name: policy.name, wasm: meteredWasm(policy), kind: policy.kind };
}
