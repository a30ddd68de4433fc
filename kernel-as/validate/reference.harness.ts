// Exports the validator for tools/reference, which holds it against V8. In no image.
// Memory: the module under test ends where memory ends, so that a read past its end traps; the arena has a guard pattern behind it.
import { Arena } from "../lib/arena";
import { validateFault, validateFunctions, validateModule, validateNesting, validateOffset, validateRoom, validateUses } from "./module";

const PAGES: i32 = 320;
const END: usize = 320 << 16;
const ARENA: usize = 16 << 16;
const GUARD: u64 = 0xa5a5_5a5a_c3c3_3c3c;

const arena: Arena = changetype<Arena>(memory.data(offsetof<Arena>(), 8));
let start: usize = 0;
let total: u32 = 0;

/** Room for `bytes` bytes under test; returns where they go. */
export function place(bytes: u32): usize {
  if (memory.size() < PAGES) memory.grow(PAGES - memory.size());
  start = END - bytes;
  total = bytes;
  return start;
}
/** Validate with an arena of exactly validateRoom's size, or of `room` bytes where that is not 0. Traps where the guard was hit. */
export function validate(nesting: u32, room: u32): i32 {
  const bytes = room === 0 ? validateRoom(total, nesting) : room;
  if (ARENA + bytes + 8 > start) unreachable();
  arena.init(ARENA, bytes);
  store<u64>(ARENA + bytes, GUARD);
  const verdict = validateModule(start, total, nesting, arena);
  if (load<u64>(ARENA + bytes) !== GUARD) unreachable();
  return verdict;
}
export function taken(): u32 {
  return <u32>arena.used();
}
export function fault(): string {
  return validateFault();
}
export function offset(): u32 {
  return validateOffset();
}
export function nesting(): u32 {
  return validateNesting();
}
export function used(): u32 {
  return validateUses();
}
export function functions(): u32 {
  return validateFunctions();
}
