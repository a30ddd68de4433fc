// Specs of the module loader's pure parts: SHA-256, the archive reader and the scanner, on inputs made here. Against node:crypto,
// tar and V8 they are held by tools/reference.
import { Status } from "../../abi/numbers";
import { copy } from "../../lib/bytes";
import { Rng } from "../../lib/rng";
import { Sha256 } from "../../lib/sha256";
import { ascii, room, spec } from "../../spec/harness";
import { Scan, scanFault, scanModule } from "./scan";
import { UstarEntry, ustarFind } from "./ustar";

let bytesAt: usize = 0;
let byteCount: u32 = 0;

function readBytes(offset: u64, buffer: usize, count: u32): i32 {
  if (offset > byteCount) return 0;
  const gets = min(count, byteCount - <u32>offset);
  copy(buffer, bytesAt + <usize>offset, gets);
  return gets;
}

// ---- a writer for test modules

function put(byte: u32): void {
  store<u8>(bytesAt + byteCount, <u8>byte);
  byteCount++;
}
function puts(hex: string): void {
  for (let i = 0; i < hex.length; i += 2) put(<u32>parseInt(hex.substr(i, 2), 16));
}
function hexIs(at: usize, count: u32, hex: string): bool {
  for (let i: u32 = 0; i < count; i++) if (load<u8>(at + i) != <u8>parseInt(hex.substr(i * 2, 2), 16)) return false;
  return true;
}
function head(): void {
  bytesAt = room(65_536);
  byteCount = 0;
  puts("0061736d01000000" + "010401600000"); // magic, version, one type () → ()
}
// One function with this body and a memory of one page.
function body(hex: string): void {
  puts("03020100" + "050401010101");
  const bytes = <u32>(hex.length / 2) + 1;
  assert(bytes < 120, "one byte of length");
  put(0x0a);
  put(bytes + 2);
  put(1);
  put(bytes);
  put(0);
  puts(hex);
}
function scan(nesting: u32 = 64, permitted: u64 = 0): i32 {
  return scanModule(readBytes, 0, byteCount, permitted, nesting, changetype<Scan>(room(offsetof<Scan>())));
}

function header(at: usize, name: string, bytes: u32): void {
  copy(at, ascii(name), name.length);
  for (let i: u32 = 0; i < 11; i++) store<u8>(at + 124 + i, <u8>(0x30 + ((bytes >> (30 - 3 * i)) & 7)));
  store<u8>(at + 156, 0x30);
  copy(at + 257, ascii("ustar"), 5);
  memory.fill(at + 148, 0x20, 8);
  let sum: u32 = 0;
  for (let i: usize = 0; i < 512; i++) sum += load<u8>(at + i);
  for (let i: u32 = 0; i < 6; i++) store<u8>(at + 148 + i, <u8>(0x30 + ((sum >> (15 - 3 * i)) & 7)));
  store<u8>(at + 154, 0);
}

export function moduleSpecs(): void {
  spec("lib/sha256/known-answers", () => {
    // FIPS 180-4's own examples, and a million times "a".
    const hash = changetype<Sha256>(room(offsetof<Sha256>()));
    const out = room(32);
    hash.begin();
    hash.finish(out);
    assert(hexIs(out, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), "nothing");
    hash.begin();
    hash.add(ascii("abc"), 3);
    hash.finish(out);
    assert(hexIs(out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), "abc");
    hash.begin();
    hash.add(ascii("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), 56);
    hash.finish(out);
    assert(hexIs(out, 32, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"), "two blocks");
    const letters = room(1000);
    memory.fill(letters, 0x61, 1000);
    hash.begin();
    for (let i = 0; i < 1000; i++) hash.add(letters, 1000);
    hash.finish(out);
    assert(hexIs(out, 32, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"), "a million");
  });

  spec("kernel/module/scan-depth-imports-memory", () => {
    head();
    body("0b");
    assert(scan() == Status.Ok, "the least module");
    head();
    body("024003400440" + "0b0b0b" + "0b");
    assert(scan() == Status.Ok && scan(3) == Status.Ok && scan(2) == Status.TooDeep, "three deep");
    head();
    body("418080808007" + "410b" + "0b");
    assert(scan() == Status.Ok, "an immediate that looks like end");
    head();
    puts("021201" + "04686f7374" + "09706f7765725f6f6666" + "0000"); // host.power_off
    body("0b");
    assert(scan() == Status.BadImport && scan(64, u64.MAX_VALUE) == Status.BadImport, "no record permits that");
    head();
    puts("020d01" + "03656e76" + "0561626f7274" + "0000"); // env.abort
    body("0b");
    assert(scan() == Status.BadImport && scan(64, 1) == Status.Ok, "a trap may be permitted");
    head();
    puts("0503010001");
    assert(scan() == Status.Range, "memory that can grow");
    head();
    assert(scan() == Status.Range && scanFault().length > 0, "no memory");
  });

  spec("kernel/module/scan-survives-damage", () => {
    const rng = changetype<Rng>(room(32));
    rng.seed(3);
    head();
    puts("020d01" + "03656e76" + "0561626f7274" + "0000");
    body("0240410020000d00" + "fc0a0000" + "440102030405060708" + "1a1a1a1a0b" + "0e02000000" + "0b");
    const good = room(byteCount);
    const length = byteCount;
    copy(good, bytesAt, length);
    for (let cut: u32 = 0; cut < length; cut++) {
      byteCount = cut;
      assert(scan(64, 1) < 0, "every truncation is refused");
    }
    for (let round = 0; round < 30_000; round++) {
      byteCount = length;
      copy(bytesAt, good, length);
      for (let k = rng.below(3) + 1; k > 0; k--) store<u8>(bytesAt + rng.below(length), <u8>rng.next());
      const status = scan(64, 1);
      assert(status == Status.Ok || status == Status.Corrupt || status == Status.TooDeep || status == Status.BadImport || status == Status.Range, "an answer");
    }
  });

  spec("kernel/module/ustar-finds-and-refuses", () => {
    const entry = changetype<UstarEntry>(room(offsetof<UstarEntry>()));
    bytesAt = room(8192);
    header(bytesAt, "a/first", 600);
    header(bytesAt + 1536, "second", 512);
    byteCount = 1536 + 1024 + 1024;
    assert(ustarFind(readBytes, byteCount, ascii("a/first"), 7, entry) == Status.Ok && entry.dataAt == 512 && entry.bytes == 600, "the first");
    assert(ustarFind(readBytes, byteCount, ascii("/second"), 7, entry) == Status.Ok && entry.dataAt == 2048, "the second");
    assert(ustarFind(readBytes, byteCount, ascii("third"), 5, entry) == Status.NotFound, "none");
    for (byteCount = 0; byteCount < 3584; byteCount += 128) {
      const status = ustarFind(readBytes, byteCount, ascii("second"), 6, entry);
      assert(status == (byteCount == 0 ? Status.NotFound : byteCount < 2560 ? Status.Corrupt : Status.Ok), "cut");
    }
    byteCount = 3584;
    store<u8>(bytesAt + 3, load<u8>(bytesAt + 3) ^ 1);
    assert(ustarFind(readBytes, byteCount, ascii("second"), 6, entry) == Status.Corrupt, "a checksum that is wrong");
  });
}
