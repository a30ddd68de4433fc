// The shapes in which the interface table is written. Data only; the emitters give them meaning.

/** A value that crosses a wasm boundary in a register. `ptr`/`len` pairs name a span of the caller's linear memory. */
export type ValueType = "i32" | "u32" | "i64" | "u64" | "f32" | "ptr" | "len";

/** A field's storage type inside a shared layout; all little-endian, naturally aligned. */
export type FieldType = "u8" | "u16" | "u32" | "i32" | "u64" | "i64" | "f64";

export interface Argument {
  name: string;
  type: ValueType;
  /** For a `ptr` without a `len`: the layout that it points to. */
  layout?: string;
  /** Unit, range and owner, in a few words. */
  doc: string;
}

export interface Call {
  name: string;
  doc: string;
  args: Argument[];
  /** `status` is an i32: ≥ 0 a value, < 0 a Status. `none` returns nothing; `never` does not return. */
  returns: "status" | "i64" | "none" | "never";
  returnsDoc: string;
  /** The answer's upper half is the new size of linear memory, which the program's glue takes off. */
  grows?: boolean;
  /** Status name → its cause. */
  faults: Record<string, string>;
}

export interface CallFamily {
  family: string;
  doc: string;
  calls: Call[];
}

export interface Field {
  name: string;
  type: FieldType;
  /** > 1 for an inline array. */
  count: number;
  doc: string;
}

export interface Layout {
  name: string;
  doc: string;
  fields: Field[];
}

/** A number with a name that both sides of a boundary need. */
export interface Constant {
  name: string;
  value: bigint;
  doc: string;
}

export interface Enumeration {
  name: string;
  doc: string;
  /** Member → [number, doc]. Append only: a number never changes its meaning. */
  members: Record<string, readonly [number, string]>;
}

/** Shorthand: `arg("ptr buffer", "where the text lies")`, `arg("ptr:ExitInfo out", "")`. */
export function arg(typed: string, doc: string): Argument {
  const match = /^(\w+)(?::(\w+))? (\w+)$/.exec(typed);
  if (!match) throw new Error(`bad argument declaration: ${typed}`);
  const [, type, layout, name] = match;
  const argument: Argument = { name: name as string, type: type as ValueType, doc };
  if (layout) argument.layout = layout;
  return argument;
}

/** Shorthand: `field("u64 basePa", "…")`, `field("u8 name[32]", "…")`. */
export function field(typed: string, doc: string): Field {
  const match = /^(\w+) (\w+)(?:\[(\d+)\])?$/.exec(typed);
  if (!match) throw new Error(`bad field declaration: ${typed}`);
  return { type: match[1] as FieldType, name: match[2] as string, count: Number(match[3] ?? 1), doc };
}
