// What a valid module may use that the interpreter of this machine (wasm3 0.5.0) does not run. Not validation.
import { USES_REFERENCES, USES_SEGMENTS } from "./verdict";

/** Why the interpreter cannot run a module with these USES_… bits, in words; "" where it can. */
export function interpreterLacks(uses: u32): string {
  if ((uses & USES_REFERENCES) !== 0) return "it is valid, but uses reference types or several tables, which the interpreter lacks";
  if ((uses & USES_SEGMENTS) !== 0) return "it is valid, but uses passive segments or table.copy, which the interpreter lacks";
  return "";
}
