// The validator as a module of its own, for C programs: the build turns it into C (tools/build/validator.ts), and
// hostshim-c/user/validate hands it bytes. Not a second validator: module.ts decides. Its memory, from the bottom: data of the
// compiler, the module, the working memory of the one validation that an instance is made for.
import { Arena } from "../lib/arena";
import { nameSetLiteral } from "../lib/bytes";
import { interpreterLacks } from "./interpreter";
import { validateFault, validateFunctions, validateModule, validateNesting, validateOffset, validateRoom, validateUses } from "./module";
import { Verdict } from "./verdict";

const PAGE_SHIFT: u32 = 16;
/** VERDICT_TEXT_BYTES of hostshim-c/user/validate/validator.h */
const TEXT_BYTES: usize = 96;

const arena: Arena = changetype<Arena>(memory.data(offsetof<Arena>(), 8));
const faultText: usize = memory.data(96);

// Where the module goes: the first whole page of 4 KiB behind what the compiler laid down.
function moduleAt(): usize {
  return (__heap_base + 4095) & ~4095;
}

/** Make room for a module of `bytes` bytes; returns where its bytes go, 0 where memory cannot grow so far. */
export function place(bytes: u32, nesting: u32): usize {
  const end = <u64>moduleAt() + bytes + validateRoom(bytes, nesting) + 16;
  const pages = <u64>memory.size();
  const wanted = (end + 0xffff) >> PAGE_SHIFT;
  if (wanted > 65_536) return 0;
  if (wanted > pages && memory.grow(<i32>(wanted - pages)) < 0) return 0;
  return moduleAt();
}

/** Validate what was placed: a Verdict; Unsupported too for what is valid but wasm3 does not run. */
export function validate(bytes: u32, nesting: u32): i32 {
  const start = (moduleAt() + bytes + 15) & ~15;
  arena.init(start, validateRoom(bytes, nesting));
  const verdict = validateModule(moduleAt(), bytes, nesting, arena);
  let words = validateFault();
  if (verdict === Verdict.Ok) words = interpreterLacks(validateUses());
  nameSetLiteral(faultText, TEXT_BYTES, words);
  return verdict === Verdict.Ok && words.length > 0 ? Verdict.Unsupported : verdict;
}

/** What was wrong, NUL padded, TEXT_BYTES bytes. */
export function text(): usize {
  return faultText;
}
/** Where, in bytes from the module's start. */
export function offset(): u32 {
  return validateOffset();
}
export function nesting(): u32 {
  return validateNesting();
}
export function uses(): u32 {
  return validateUses();
}
export function functions(): u32 {
  return validateFunctions();
}
