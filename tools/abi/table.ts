// THE interface table: every number, structure and call that crosses a boundary, and its hash.
import { createHash } from "node:crypto";
import { CONSTANTS } from "./constants.js";
import { ENUMS } from "./enums.js";
import { HOST_CALLS } from "./host-calls.js";
import { LAYOUTS } from "./layouts.js";
import { NN_CALLS } from "./nn-calls.js";
import { KERNEL_EXPORTS, POLICY_EXPORTS, WEIGHTS_EXPORTS } from "./policy.js";
import { SYS_CALLS } from "./sys-calls.js";
import type { Field, FieldType, Layout } from "./types.js";

export { CONSTANTS, ENUMS, HOST_CALLS, KERNEL_EXPORTS, LAYOUTS, NN_CALLS, POLICY_EXPORTS, SYS_CALLS, WEIGHTS_EXPORTS };

export const FIELD_BYTES: Record<FieldType, number> = { u8: 1, u16: 2, u32: 4, i32: 4, u64: 8, i64: 8, f64: 8 };

export interface PlacedField extends Field {
  offset: number;
}

/** Fields with their natural-alignment offsets, and the size. Throws where a layout would need padding. */
export function placeFields(layout: Layout): { fields: PlacedField[]; bytes: number } {
  let offset = 0;
  const fields: PlacedField[] = [];
  for (const f of layout.fields) {
    const size = FIELD_BYTES[f.type];
    if (offset % size !== 0) throw new Error(`${layout.name}.${f.name} is not naturally aligned at ${offset}`);
    fields.push({ ...f, offset });
    offset += size * f.count;
  }
  if (offset % 8 !== 0) throw new Error(`${layout.name} has ${offset} bytes, not a multiple of 8`);
  return { fields, bytes: offset };
}

/** System call number of each call: its position in the table, from 1. */
export function sysNumbers(): Map<string, number> {
  const numbers = new Map<string, number>();
  let next = 1;
  for (const family of SYS_CALLS) for (const call of family.calls) numbers.set(call.name, next++);
  return numbers;
}

/** First 63 bits of SHA-256 over the table without its prose: what both sides compare at start. */
export function abiHash(): bigint {
  const withoutProse = JSON.stringify(
    [
      CONSTANTS,
      ENUMS.map((e) => [e.name, Object.entries(e.members).map(([member, [value]]) => [member, value])]),
      LAYOUTS,
      HOST_CALLS,
      SYS_CALLS,
      POLICY_EXPORTS,
      KERNEL_EXPORTS,
      WEIGHTS_EXPORTS,
    ],
    (key, value) => (key === "doc" || key === "returnsDoc" || key === "faults" ? undefined : typeof value === "bigint" ? String(value) : value),
  );
  return createHash("sha256").update(withoutProse).digest().readBigUInt64BE(0) >> 1n;
}

/** Size in bytes of a layout by name. */
export function layoutBytes(name: string): number {
  const layout = LAYOUTS.find((candidate) => candidate.name === name);
  if (!layout) throw new Error(`no layout named ${name}`);
  return placeFields(layout).bytes;
}
