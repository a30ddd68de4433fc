// Rows of the interface table as bytes, for a kernel that is played in TypeScript.
import { LAYOUT } from "../../tools/abi/generated.js";

export type LayoutName = keyof typeof LAYOUT;
export type Value = number | bigint | string | Uint8Array | (number | bigint)[];
export type Row = Record<string, Value>;

/** Encodes a row; fields that are not given are zero. */
export function encodeRow(layout: LayoutName, row: Row): Uint8Array {
  const { bytes, fields } = LAYOUT[layout] as { bytes: number; fields: Record<string, { offset: number; type: string; count: number }> };
  const out = new Uint8Array(bytes);
  const view = new DataView(out.buffer);
  for (const [name, value] of Object.entries(row)) {
    const field = fields[name];
    if (!field) throw new Error(`${layout} has no field ${name}`);
    if (typeof value === "string") out.set(new TextEncoder().encode(value).subarray(0, field.count), field.offset);
    else if (value instanceof Uint8Array) out.set(value.subarray(0, field.count), field.offset);
    else for (const [i, v] of (Array.isArray(value) ? value : [value]).entries()) put(view, field, i, v);
  }
  return out;
}

function put(view: DataView, field: { offset: number; type: string }, index: number, value: number | bigint): void {
  if (field.type === "u64") view.setBigUint64(field.offset + 8 * index, BigInt(value), true);
  else if (field.type === "i64") view.setBigInt64(field.offset + 8 * index, BigInt(value), true);
  else if (field.type === "u32") view.setUint32(field.offset + 4 * index, Number(value), true);
  else if (field.type === "i32") view.setInt32(field.offset + 4 * index, Number(value), true);
  else if (field.type === "f64") view.setFloat64(field.offset + 8 * index, Number(value), true);
  else throw new Error(`no encoder for ${field.type}`);
}
