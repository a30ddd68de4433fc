// Specs of the validator, for the booted kernel and V8: modules written here, each rule's own refusal, and seeded damage that it must
// outlive. That it agrees with V8 is shown by tools/reference.
import { Arena } from "../lib/arena";
import { Rng } from "../lib/rng";
import { room, spec } from "../spec/harness";
import { validateFault, validateModule, validateNesting, validateOffset, validateRoom } from "./module";
import { Verdict } from "./verdict";

const NESTING: u32 = 64;
// (i32) → i32: a loop that counts down to zero and a table of two branches.
const BODY: string = "01017f" + "0240" + "0340" + "2000" + "45" + "0d01" + "2000" + "4101" + "6b" + "2100" + "2001" + "4101" + "6a" + "2101" + "0c00" + "0b" + "0b" + "2001" + "0b";

let at: usize = 0;
let count: u32 = 0;

function puts(hex: string): void {
  for (let i = 0; i < hex.length; i += 2) store<u8>(at + count++, <u8>parseInt(hex.substr(i, 2), 16));
}
function head(): void {
  at = room(4096);
  count = 0;
  puts("0061736d01000000" + "010601" + "60017f017f");
}
function body(hex: string): void {
  const bytes = <u32>hex.length / 2;
  assert(bytes < 120, "one byte of length");
  puts("03020100" + "0503010001");
  store<u8>(at + count++, 0x0a);
  store<u8>(at + count++, <u8>(bytes + 2));
  store<u8>(at + count++, 1);
  store<u8>(at + count++, <u8>bytes);
  puts(hex);
}
function verdict(bytes: u32): Verdict {
  const arena = changetype<Arena>(room(offsetof<Arena>()));
  const size = validateRoom(bytes, NESTING);
  arena.init(room(size), size);
  return validateModule(at, bytes, NESTING, arena);
}
function refused(hex: string, kind: Verdict, why: string): void {
  head();
  body(hex);
  assert(verdict(count) == kind, hex);
  assert(validateFault() == why, validateFault());
}

export function validateSpecs(): void {
  spec("validate/accepts-a-function", () => {
    head();
    body(BODY);
    assert(verdict(count) == Verdict.Ok, validateFault());
    assert(validateNesting() == 2, "block and loop");
    assert(validateFault().length == 0, "no fault");
  });

  spec("validate/refuses-every-rule-by-name", () => {
    refused("00" + "0b", Verdict.Corrupt, "an operand is missing");
    refused("00" + "4200" + "0b", Verdict.Corrupt, "an operand has another type");
    refused("00" + "4100" + "4100" + "0b", Verdict.Corrupt, "operands are left over");
    refused("00" + "2001" + "0b", Verdict.Corrupt, "no such local variable");
    refused("00" + "2000" + "0c01" + "0b", Verdict.Corrupt, "no such label");
    refused("00" + "2000" + "280300" + "0b", Verdict.Corrupt, "an alignment is larger than the access");
    refused("00" + "2000" + "1001" + "0b", Verdict.Corrupt, "no such function");
    refused("00" + "05" + "0b", Verdict.Corrupt, "an operand is missing");
    refused("00" + "fd0c" + "0b", Verdict.Unsupported, "vectors");
    refused("00" + "2000" + "0b" + "01", Verdict.Corrupt, "a section or body is longer than what it holds");
  });

  spec("validate/what-is-never-reached-needs-no-operands", () => {
    // unreachable, then add, br_if, select and drop of what is not there
    head();
    body("00" + "00" + "6a" + "0d00" + "1b" + "1a" + "0b");
    assert(verdict(count) == Verdict.Ok, validateFault());
    // what is there is still checked
    refused("00" + "00" + "4200" + "6a" + "0b", Verdict.Corrupt, "an operand has another type");
    refused("00" + "00" + "4100" + "4100" + "0b", Verdict.Corrupt, "operands are left over");
  });

  spec("validate/a-fault-says-where", () => {
    head();
    const before = count;
    puts("ff00");
    assert(verdict(count) == Verdict.Corrupt, "no such section");
    assert(validateOffset() > before && validateOffset() <= count, "behind what came before");
  });

  spec("validate/a-cut-or-damaged-module-is-outlived", () => {
    head();
    body(BODY);
    const whole = count;
    const arena = changetype<Arena>(room(offsetof<Arena>()));
    const size = validateRoom(whole, NESTING);
    const memory = room(size);
    const rng = changetype<Rng>(room(offsetof<Rng>()));
    rng.seed(7);
    for (let cut: u32 = 0; cut < whole; cut++) {
      arena.init(memory, size);
      const got = validateModule(at, cut, NESTING, arena);
      assert((got == Verdict.Ok) == (cut == 8 || cut == 16), "only whole sections without a function are a module");
    }
    let accepted = 0;
    for (let i = 0; i < 2000; i++) {
      const place = at + rng.below(whole);
      const before: u8 = load<u8>(place);
      store<u8>(place, before ^ ((<u8>1) << (<u8>rng.below(8))));
      arena.init(memory, size);
      const got = validateModule(at, whole, NESTING, arena);
      assert(got != Verdict.NoMemory && validateOffset() <= whole, "within its bounds");
      if (got == Verdict.Ok) accepted++;
      store<u8>(place, before);
    }
    assert(accepted > 0 && accepted < 1000, "some damage is harmless, most is not");
  });
}
