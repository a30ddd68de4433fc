// The table as a C header, and the ring-3 glue between a program's imports and the syscall instruction.
import { GENERATED, snake, upperSnake } from "./names.js";
import { abiHash, CONSTANTS, ENUMS, HOST_CALLS, LAYOUTS, layoutBytes, NN_CALLS, placeFields, SYS_CALLS, sysNumbers } from "./table.js";
import type { Argument, Call, FieldType } from "./types.js";

const C_FIELD: Record<FieldType, string> = { u8: "uint8_t", u16: "uint16_t", u32: "uint32_t", i32: "int32_t", u64: "uint64_t", i64: "int64_t", f64: "double" };

// wasm2c passes every 32-bit value as u32 and every 64-bit one as u64.
function cType(argument: Argument): string {
  if (argument.type === "f32") return "float";
  return argument.type === "i64" || argument.type === "u64" ? "uint64_t" : "uint32_t";
}

function cReturn(call: Call): string {
  return { status: "uint32_t", i64: "uint64_t", none: "void", never: "void" }[call.returns];
}

function prototype(module: string, call: Call): string {
  const args = call.args.map((argument) => `${cType(argument)} ${snake(argument.name)}`);
  return `${cReturn(call)} w2c_${module}_${call.name}(struct w2c_${module} *${module}${args.map((text) => `, ${text}`).join("")})`;
}

/** hostshim-c/abi/abi.h */
export function emitHeader(): string {
  const out = [`// ${GENERATED}`, "#ifndef GANGLION_ABI_H", "#define GANGLION_ABI_H", "", "#include <stddef.h>", "#include <stdint.h>", ""];
  out.push(`#define ABI_HASH 0x${abiHash().toString(16)}ULL`, "");
  for (const constant of CONSTANTS) out.push(`#define ${constant.name} 0x${constant.value.toString(16)}ULL // ${constant.doc}`);
  for (const e of ENUMS) {
    out.push("", `// ${e.doc}`, "enum {");
    for (const [member, [value, doc]] of Object.entries(e.members)) out.push(`  ${upperSnake(e.name)}_${upperSnake(member)} = ${value},${doc ? ` // ${doc}` : ""}`);
    out.push("};");
  }
  for (const layout of LAYOUTS) {
    const { fields, bytes } = placeFields(layout);
    out.push("", `// ${layout.doc}`, "// (no f64 field here may be touched by ring-0 code: it has no floating point)", "typedef struct {");
    if (!fields.some((f) => f.type === "f64")) out.splice(-2, 1);
    for (const f of fields) out.push(`  ${C_FIELD[f.type]} ${snake(f.name)}${f.count > 1 ? `[${f.count}]` : ""};${f.doc ? ` // ${f.doc}` : ""}`);
    out.push(`} ${snake(layout.name)}_t;`, `_Static_assert(sizeof(${snake(layout.name)}_t) == ${bytes}, "${layout.name}");`);
  }
  out.push("", "// System call numbers.", "enum {");
  for (const [name, number] of sysNumbers()) out.push(`  SYS_${name.toUpperCase()} = ${number},`);
  out.push("};", "", "// Host calls, as wasm2c calls them.", "struct w2c_host;");
  for (const family of HOST_CALLS) {
    out.push("", `// ${family.family}: ${family.doc}`);
    for (const call of family.calls) out.push(`${prototype("host", call)};`);
  }
  out.push("", "#endif", "");
  return out.join("\n");
}

/** hostshim-c/abi/nn.h */
export function emitNnHeader(): string {
  const out = [
    `// ${GENERATED}`,
    '// Import module "nn", as wasm2c calls it. Who defines them: hostshim-c/user/nn.',
    "#ifndef GANGLION_ABI_NN_H",
    "#define GANGLION_ABI_NN_H",
    "",
    "#include <stdint.h>",
    "",
    "struct w2c_nn;",
  ];
  for (const family of NN_CALLS) {
    out.push("", `// ${family.family}: ${family.doc}`);
    for (const call of family.calls) out.push(`// ${call.doc}`, `${prototype("nn", call)};`);
  }
  out.push("", "#endif", "");
  return out.join("\n");
}

function glueBody(call: Call, number: number): string[] {
  const body: string[] = [];
  const values: string[] = [];
  call.args.forEach((argument, i) => {
    const name = snake(argument.name);
    if (argument.type === "ptr") {
      const next = call.args[i + 1];
      const bytes = argument.layout ? `${layoutBytes(argument.layout)}u` : snake((next as Argument).name);
      body.push(`  if (!user_span_ok(${name}, ${bytes})) return (uint64_t)(int64_t)STATUS_RANGE;`);
      values.push(`user_span_va(${name})`);
    } else if (argument.type === "i32") values.push(`(uint64_t)(int64_t)(int32_t)${name}`);
    else values.push(name);
  });
  while (values.length < 6) values.push("0");
  const invoke = `user_syscall(${number}, ${values.join(", ")})`;
  body.push("  (void)sys;");
  if (call.returns === "never") body.push(`  ${invoke};`, "  __builtin_unreachable();");
  else body.push(`  return ${call.grows ? `user_grown(${invoke})` : invoke};`);
  return body;
}

/** hostshim-c/user/sys_glue.c */
export function emitGlue(): string {
  const numbers = sysNumbers();
  const out = [`// ${GENERATED}`, '// Each import of module "sys": spans checked against linear memory, offsets made addresses, then syscall.', '#include "user/user.h"', ""];
  for (const family of SYS_CALLS)
    for (const call of family.calls) out.push(`${prototype("sys", call)};`, `${prototype("sys", call)} {`, ...glueBody(call, numbers.get(call.name) as number), "}", "");
  return out.join("\n");
}

/** hostshim-c/abi/event_names.inc: initialisers of an array indexed by Event. */
export function emitEventNames(): string {
  const events = ENUMS.find((e) => e.name === "Event");
  return [`// ${GENERATED}`, ...Object.entries(events?.members ?? {}).map(([member, [value]]) => `[${value}] = "${member}",`), ""].join("\n");
}
