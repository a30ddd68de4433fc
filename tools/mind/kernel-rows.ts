// Rows as the kernel answers them, for tests that stand in for it.
import { LAYOUT } from "../abi/index.js";

type Name = keyof typeof LAYOUT;

/** A row of a layout with these fields; the others are 0. */
export function kernelRow(name: Name, values: Record<string, number | string>): Buffer {
  const layout = LAYOUT[name] as { bytes: number; fields: Record<string, { offset: number; type: string; count: number }> };
  const bytes = Buffer.alloc(layout.bytes);
  for (const [key, value] of Object.entries(values)) {
    const field = layout.fields[key];
    if (!field) throw new Error(`${name} has no ${key}`);
    if (typeof value === "string") bytes.write(value, field.offset, field.count);
    else if (field.type === "u32") bytes.writeUInt32LE(value, field.offset);
    else if (field.type === "i32") bytes.writeInt32LE(value, field.offset);
    else bytes.writeBigInt64LE(BigInt(value), field.offset);
  }
  return bytes;
}
