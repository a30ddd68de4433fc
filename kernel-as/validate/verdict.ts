// What a validation ends in, and what a valid module uses. The fault that ends one is the reader's to keep (lib/module-reader).
export { broken } from "../lib/module-reader";

/** The numbers are those of Status in the interface table, which this folder does not import; tools/reference compares them. */
export enum Verdict {
  Ok = 0,
  /** the arena is too small */
  NoMemory = -2,
  /** a proposal or a feature that this machine's engines do not run */
  Unsupported = -8,
  /** malformed or invalid */
  Corrupt = -9,
  /** blocks nest deeper than the caller allows, or the operand stack is deeper than OPERANDS */
  TooDeep = -16,
}

/** Bits of what a module uses beyond the first version of WebAssembly; wasm3 does not run the first two. */
export const USES_REFERENCES: u32 = 1; // externref, several tables, ref.*, table.get/set/size/grow/fill, typed select
export const USES_SEGMENTS: u32 = 2; // passive segments: memory.init, data.drop, table.init, elem.drop, table.copy
export const USES_MULTI_VALUE: u32 = 4; // a type with more than one result, or a block with parameters

let used: u32 = 0;

export function usesNothing(): void {
  used = 0;
}
export function uses(bits: u32): void {
  used |= bits;
}
export function usedFeatures(): u32 {
  return used;
}
