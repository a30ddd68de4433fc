// The table as a reference page.
import { GENERATED } from "./names.js";
import { CONSTANTS, ENUMS, HOST_CALLS, KERNEL_EXPORTS, LAYOUTS, NN_CALLS, POLICY_EXPORTS, placeFields, SYS_CALLS, sysNumbers, WEIGHTS_EXPORTS } from "./table.js";
import type { Call, CallFamily } from "./types.js";

const RETURN_TYPE: Record<Call["returns"], string> = { status: "i32", i64: "i64", none: "nothing", never: "does not return" };

function callSection(call: Call, number?: number): string[] {
  const out = [`#### ${call.name}${number === undefined ? "" : ` (${number})`}`, "", call.doc, ""];
  if (call.args.length > 0) {
    out.push("| argument | type | meaning |", "|---|---|---|");
    for (const x of call.args) out.push(`| ${x.name} | ${x.type}${x.layout ? ` → ${x.layout}` : ""} | ${x.doc} |`);
    out.push("");
  }
  out.push(`Returns ${RETURN_TYPE[call.returns]}${call.returnsDoc ? `: ${call.returnsDoc}` : ""}.`, "");
  const faults = Object.entries(call.faults);
  if (faults.length > 0) {
    out.push("| fault | cause |", "|---|---|", ...faults.map(([status, cause]) => `| ${status} | ${cause} |`), "");
  }
  return out;
}

function families(list: CallFamily[], numbers?: Map<string, number>): string[] {
  return list.flatMap((family) => [`### ${family.family}`, "", family.doc, "", ...family.calls.flatMap((call) => callSection(call, numbers?.get(call.name)))]);
}

/** docs/abi.md */
export function emitDocs(): string {
  const out = [
    "# The interface table",
    "",
    `${GENERATED}`,
    "",
    "A span is a `ptr` with the `len` after it. A status is an i32 (system calls: i64): ≥ 0 a value, < 0 a Status.",
    "",
  ];
  out.push("## Host calls", "", "What kernel.wasm may ask of the shim (import module `host`).", "", ...families(HOST_CALLS));
  out.push(
    "## System calls",
    "",
    "What a ring-3 program may ask of the kernel (import module `sys`). Number in rax, arguments in rdi, rsi, rdx, r10, r8, r9, result in rax.",
    "",
    ...families(SYS_CALLS, sysNumbers()),
  );
  out.push(
    "## Vector kernels",
    "",
    "What a program that links them may call (import module `nn`): [mind kernels](mind-kernels.md). Offsets in linear memory. A span that leaves it, and counts that make no sense, trap.",
    "",
    ...families(NN_CALLS),
  );
  out.push(
    "## Policy modules",
    "",
    "What a policy exports. It imports nothing.",
    "",
    "| export | signature | meaning |",
    "|---|---|---|",
    ...POLICY_EXPORTS.map((x) => `| ${x.name} | ${x.signature} | ${x.doc} |`),
    "",
    "A policy with weights that can be replaced while it runs exports these, too; all of them or none.",
    "",
    "| export | signature | meaning |",
    "|---|---|---|",
    ...WEIGHTS_EXPORTS.map((x) => `| ${x.name} | ${x.signature} | ${x.doc} |`),
    "",
  );
  out.push(
    "## kernel.wasm",
    "",
    "What kernel.wasm exports to the shim.",
    "",
    "| export | signature | meaning |",
    "|---|---|---|",
    ...KERNEL_EXPORTS.map((x) => `| ${x.name} | ${x.signature} | ${x.doc} |`),
    "",
  );
  out.push("## Constants", "", "| name | value | meaning |", "|---|---|---|", ...CONSTANTS.map((c) => `| ${c.name} | 0x${c.value.toString(16)} | ${c.doc} |`), "");
  out.push("## Enumerations", "");
  for (const e of ENUMS)
    out.push(`### ${e.name}`, "", e.doc, "", "| member | value | meaning |", "|---|---|---|", ...Object.entries(e.members).map(([m, [v, d]]) => `| ${m} | ${v} | ${d} |`), "");
  out.push("## Layouts", "", "Little-endian, naturally aligned.", "");
  for (const layout of LAYOUTS) {
    const { fields, bytes } = placeFields(layout);
    out.push(`### ${layout.name} (${bytes} bytes)`, "", layout.doc, "", "| offset | field | type | meaning |", "|---|---|---|---|");
    for (const f of fields) out.push(`| ${f.offset} | ${f.name} | ${f.type}${f.count > 1 ? `[${f.count}]` : ""} | ${f.doc} |`);
    out.push("");
  }
  return out.join("\n");
}
