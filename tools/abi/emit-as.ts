// The table as AssemblyScript: constants, layouts as unmanaged classes, host and system call imports.
import { GENERATED, pascal, upperSnake } from "./names.js";
import { abiHash, CONSTANTS, ENUMS, HOST_CALLS, LAYOUTS, NN_CALLS, type PlacedField, placeFields, SYS_CALLS, sysNumbers } from "./table.js";
import type { Argument, Call, CallFamily } from "./types.js";

const AS_TYPE: Record<Argument["type"], string> = { i32: "i32", u32: "u32", i64: "i64", u64: "u64", f32: "f32", ptr: "usize", len: "u32" };
const AS_RETURN: Record<Call["returns"], string> = { status: "i32", i64: "i64", none: "void", never: "void" };

/** kernel-as/abi/numbers.ts */
export function emitNumbers(): string {
  const out = [`// ${GENERATED}`, "", `export const ABI_HASH: u64 = 0x${abiHash().toString(16)};`];
  for (const c of CONSTANTS) out.push(`/** ${c.doc} */`, `export const ${c.name}: ${c.value > 0xffff_ffffn ? "u64" : "u32"} = 0x${c.value.toString(16)};`);
  for (const e of ENUMS) {
    out.push("", `/** ${e.doc} */`, `export const enum ${e.name} {`);
    for (const [member, [value, doc]] of Object.entries(e.members)) out.push(`  /** ${doc} */`, `  ${member} = ${value},`);
    out.push("}");
  }
  out.push("", "/** System call numbers. */", "export const enum Sys {");
  for (const [name, number] of sysNumbers()) out.push(`  ${pascal(name)} = ${number},`);
  out.push("}");
  return `${out.join("\n")}\n`;
}

// AssemblyScript has no inline arrays: an array becomes numbered words, and a constant tells where it starts.
function asFields(f: PlacedField): string[] {
  if (f.count === 1) return [`  /** ${f.doc} */`, `  ${f.name}: ${f.type};`];
  const bytes = f.count * { u8: 1, u16: 2, u32: 4, i32: 4, u64: 8, i64: 8, f64: 8 }[f.type];
  const word = bytes % 8 === 0 && f.offset % 8 === 0 ? "u64" : "u32";
  const words = bytes / (word === "u64" ? 8 : 4);
  return [`  /** ${f.count} × ${f.type}: ${f.doc} */`, ...Array.from({ length: words }, (_, i) => `  ${f.name}${i}: ${word};`)];
}

/** kernel-as/abi/layouts.ts */
export function emitLayouts(): string {
  const out = [`// ${GENERATED}`];
  for (const layout of LAYOUTS) {
    const { fields, bytes } = placeFields(layout);
    out.push("", `/** ${layout.doc} */`, "@unmanaged", `export class ${layout.name} {`, ...fields.flatMap(asFields), "}");
    out.push(`export const ${upperSnake(layout.name)}_BYTES: u32 = ${bytes};`);
    for (const f of fields) if (f.count > 1) out.push(`export const ${upperSnake(layout.name)}_${upperSnake(f.name)}: usize = ${f.offset};`);
    out.push(`if (offsetof<${layout.name}>() != ${bytes}) ERROR("${layout.name} must have ${bytes} bytes");`);
  }
  return `${out.join("\n")}\n`;
}

function emitImports(module: string, families: CallFamily[]): string {
  const out = [`// ${GENERATED}`];
  for (const family of families) {
    out.push("", `// ${family.family}: ${family.doc}`);
    for (const call of family.calls) {
      const faults = Object.entries(call.faults).map(([status, cause]) => `${status}: ${cause}`);
      out.push(`/** ${[call.doc, call.returnsDoc && `Returns ${call.returnsDoc}.`, ...faults].filter(Boolean).join(" ")} */`);
      out.push(`@external("${module}", "${call.name}")`);
      out.push(`export declare function ${call.name}(${call.args.map((x) => `${x.name}: ${AS_TYPE[x.type]}`).join(", ")}): ${AS_RETURN[call.returns]};`);
    }
  }
  return `${out.join("\n")}\n`;
}

/** kernel-as/abi/host.ts */
export function emitHost(): string {
  return emitImports("host", HOST_CALLS);
}

/** kernel-as/abi/nn.ts */
export function emitNn(): string {
  return emitImports("nn", NN_CALLS);
}

/** kernel-as/abi/sys.ts */
export function emitSys(): string {
  return emitImports("sys", SYS_CALLS);
}
