// The table as TypeScript: what host tools and tests read rows and numbers with.
import { GENERATED } from "./names.js";
import { abiHash, CONSTANTS, ENUMS, LAYOUTS, placeFields, sysNumbers } from "./table.js";

/** tools/abi/generated.ts */
export function emitTypeScript(): string {
  const out = [`// ${GENERATED}`, "", `export const ABI_HASH = 0x${abiHash().toString(16)}n;`];
  for (const c of CONSTANTS) out.push(`/** ${c.doc} */`, `export const ${c.name} = ${c.value <= 0xffff_ffff_ffffn ? `0x${c.value.toString(16)}` : `0x${c.value.toString(16)}n`};`);
  for (const e of ENUMS) {
    out.push("", `/** ${e.doc} */`, `export const ${e.name} = {`);
    for (const [member, [value]] of Object.entries(e.members)) out.push(`  ${member}: ${value},`);
    out.push("} as const;");
  }
  out.push("", "/** Byte size and field offsets of each shared layout. */", "export const LAYOUT = {");
  for (const layout of LAYOUTS) {
    const { fields, bytes } = placeFields(layout);
    out.push(`  ${layout.name}: {`, `    bytes: ${bytes},`, "    fields: {");
    for (const f of fields) out.push(`      ${f.name}: { offset: ${f.offset}, type: "${f.type}", count: ${f.count} },`);
    out.push("    },", "  },");
  }
  out.push("} as const;", "", "/** System call numbers. */", "export const SYS = {");
  for (const [name, number] of sysNumbers()) out.push(`  ${name}: ${number},`);
  out.push("} as const;", "");
  return out.join("\n");
}
