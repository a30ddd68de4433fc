// What a validation ends in, and the one fault that ended it. Not the reader and no rule of the format: every part of the
// validator notes here what it found. The first fault stays.

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

let verdict: Verdict = Verdict.Ok;
let text: string = "";
let used: u32 = 0;

export function verdictReset(): void {
  verdict = Verdict.Ok;
  text = "";
  used = 0;
}
export function verdictOf(): Verdict {
  return verdict;
}
export function verdictText(): string {
  return text;
}
/** Whether a fault was noted. */
export function broken(): bool {
  return verdict !== Verdict.Ok;
}
/** Note a fault, unless one was before. `why`: a literal. Returns whether this was the first. */
export function note(kind: Verdict, why: string): bool {
  if (verdict !== Verdict.Ok) return false;
  verdict = kind;
  text = why;
  return true;
}

export function uses(bits: u32): void {
  used |= bits;
}
export function usedFeatures(): u32 {
  return used;
}
