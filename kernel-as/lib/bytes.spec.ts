// Specs of bytes.ts and arena.ts.
import { ascii, room, spec } from "../spec/harness";
import { Arena } from "./arena";
import * as bytes from "./bytes";

export function bytesSpecs(): void {
  spec("lib/bytes/order-of-bytes", () => {
    const at = room(16);
    bytes.setU32(at + 1, 0x0102_0304);
    assert(bytes.getU8(at + 1) == 4 && bytes.getU8(at + 4) == 1, "plain is little-endian, at any address");
    assert(bytes.getU32Be(at + 1) == 0x0403_0201, "getU32Be");
    bytes.setU32Be(at, 0xf102_0304);
    assert(bytes.getU8(at) == 0xf1 && bytes.getU16Be(at) == 0xf102 && bytes.getU32Be(at) == 0xf102_0304, "setU32Be");
    bytes.setU64Be(at, 0x0102_0304_0506_0708);
    assert(bytes.getU8(at + 7) == 8 && bytes.getU64Be(at) == 0x0102_0304_0506_0708, "64 bits");
    bytes.setU16(at, 0x1_fffe);
    assert(bytes.getU16(at) == 0xfffe, "a wider value is cut");
  });

  spec("lib/bytes/compare-and-find", () => {
    const a = ascii("same prefix A");
    const b = ascii("same prefix B");
    assert(bytes.compare(a, b, 12) == 0 && bytes.compare(a, b, 13) < 0 && bytes.compare(b, a, 13) > 0, "compare");
    store<u8>(a, 0xff);
    assert(bytes.compare(a, b, 1) > 0, "bytes compare unsigned");
    assert(bytes.indexOf(b, 13, 0x42) == 12 && bytes.indexOf(b, 12, 0x42) == -1, "indexOf stays inside");
    const overlap = ascii("abcdef");
    bytes.copy(overlap + 1, overlap, 5);
    assert(bytes.isLiteral(overlap, 6, "aabcde"), "copy of overlapping spans");
  });

  spec("lib/bytes/names", () => {
    const field = room(10);
    bytes.fill(field, 0x55, 10);
    bytes.nameSetLiteral(field, 8, "kernel");
    assert(bytes.nameLength(field, 8) == 6 && bytes.nameIsLiteral(field, 8, "kernel"), "a name shorter than its field");
    assert(bytes.getU8(field + 7) == 0 && bytes.getU8(field + 8) == 0x55, "padded to the end and not past it");
    bytes.nameSetLiteral(field, 8, "longer than it");
    assert(bytes.nameLength(field, 8) == 8 && bytes.nameIsLiteral(field, 8, "longer t"), "a name that fills the field has no NUL");
    bytes.nameSet(field, 8, ascii("abc"), 3);
    assert(bytes.nameIs(field, 8, ascii("abc"), 3) && !bytes.nameIs(field, 8, ascii("ab"), 2) && !bytes.nameIsLiteral(field, 8, "abcd"), "nameIs wants all of it");
    assert(bytes.startsWithLiteral(field, 3, "ab") && !bytes.startsWithLiteral(field, 1, "ab"), "startsWith");
  });

  spec("lib/arena/ends", () => {
    const arena = changetype<Arena>(room(offsetof<Arena>()));
    const region = room(256);
    bytes.fill(region, 0xaa, 256);
    arena.init(region, 100);
    const first = arena.take(10);
    const second = arena.take(10, 16);
    assert(first == region && second == region + 16, "aligned");
    assert(bytes.getU8(second) == 0 && bytes.getU8(second + 9) == 0 && bytes.getU8(second + 10) == 0xaa, "zeroed, and no more than asked");
    assert(arena.take(75) == 0, "what does not fit is refused");
    assert(arena.take(usize.MAX_VALUE - 4) == 0, "a size that wraps is refused");
    assert(arena.take(68) == region + 32 && arena.left() == 0 && arena.used() == 100, "the last byte can be had");
  });
}
