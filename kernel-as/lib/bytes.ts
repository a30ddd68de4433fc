// The one place of raw loads and stores: typed access, copies, comparison, NUL-padded names in fixed fields.
// Not a string library and not bounds-checked: the caller owns every span it passes. Pure: no host call, no managed object.
// WebAssembly is little-endian and allows unaligned access, so the plain accessors read little-endian fields anywhere.

export function getU8(at: usize): u32 {
  return load<u8>(at);
}
export function getU16(at: usize): u32 {
  return load<u16>(at);
}
export function getU32(at: usize): u32 {
  return load<u32>(at);
}
export function getI32(at: usize): i32 {
  return load<i32>(at);
}
export function getU64(at: usize): u64 {
  return load<u64>(at);
}
export function setU8(at: usize, value: u32): void {
  store<u8>(at, <u8>value);
}
export function setU16(at: usize, value: u32): void {
  store<u16>(at, <u16>value);
}
export function setU32(at: usize, value: u32): void {
  store<u32>(at, value);
}
export function setI32(at: usize, value: i32): void {
  store<i32>(at, value);
}
export function setU64(at: usize, value: u64): void {
  store<u64>(at, value);
}

/** Big-endian u16, as network headers and hash inputs have it. */
export function getU16Be(at: usize): u32 {
  return (getU8(at) << 8) | getU8(at + 1);
}
/** Big-endian u32. */
export function getU32Be(at: usize): u32 {
  return <u32>bswap<u32>(load<u32>(at));
}
/** Big-endian u64. */
export function getU64Be(at: usize): u64 {
  return bswap<u64>(load<u64>(at));
}
/** Big-endian u32. */
export function setU32Be(at: usize, value: u32): void {
  store<u32>(at, bswap<u32>(value));
}
/** Big-endian u64. */
export function setU64Be(at: usize, value: u64): void {
  store<u64>(at, bswap<u64>(value));
}

/** Copy `count` bytes; the spans may overlap. */
export function copy(to: usize, from: usize, count: usize): void {
  memory.copy(to, from, count);
}

/** Set `count` bytes to the low byte of `value`. */
export function fill(at: usize, value: u32, count: usize): void {
  memory.fill(at, <u8>value, count);
}

/** Compare as unsigned bytes: < 0, 0 or > 0. */
export function compare(a: usize, b: usize, count: usize): i32 {
  for (let i: usize = 0; i < count; i++) {
    const difference = <i32>load<u8>(a + i) - <i32>load<u8>(b + i);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether two spans hold the same bytes. */
export function equal(a: usize, b: usize, count: usize): bool {
  return compare(a, b, count) === 0;
}

/** Index of the first byte equal to `value`, or −1. */
export function indexOf(at: usize, count: usize, value: u32): i32 {
  for (let i: usize = 0; i < count; i++) if (getU8(at + i) === value) return <i32>i;
  return -1;
}

// ---- names: ASCII in a field of fixed size, NUL padded; a name that fills the whole field has no NUL.

/** Bytes of the name in a field of `capacity` bytes. */
export function nameLength(field: usize, capacity: usize): usize {
  for (let i: usize = 0; i < capacity; i++) if (getU8(field + i) === 0) return i;
  return capacity;
}

/** Write `count` bytes as a name: cut to the field, the rest NUL. */
export function nameSet(field: usize, capacity: usize, text: usize, count: usize): void {
  const used = count < capacity ? count : capacity;
  copy(field, text, used);
  fill(field + used, 0, capacity - used);
}

/** Whether the field holds exactly these bytes. */
export function nameIs(field: usize, capacity: usize, text: usize, count: usize): bool {
  return nameLength(field, capacity) === count && equal(field, text, count);
}

// ---- string literals: AssemblyScript keeps them as static UTF-16; reading one allocates nothing. Only ASCII is meant.

export function literalByte(text: string, index: i32): u32 {
  return load<u16>(changetype<usize>(text) + ((<usize>index) << 1));
}

/** Write a literal's characters as bytes; returns how many. The caller has room for `text.length`. */
export function literalCopy(to: usize, text: string): usize {
  const count = text.length;
  for (let i = 0; i < count; i++) setU8(to + i, literalByte(text, i));
  return count;
}

/** Write a literal as a name: cut to the field, the rest NUL. */
export function nameSetLiteral(field: usize, capacity: usize, text: string): void {
  const length = <usize>text.length;
  const used = length < capacity ? length : capacity;
  for (let i: usize = 0; i < used; i++) setU8(field + i, literalByte(text, <i32>i));
  fill(field + used, 0, capacity - used);
}

/** Whether `count` bytes are exactly this literal. */
export function isLiteral(at: usize, count: usize, text: string): bool {
  if (count !== <usize>text.length) return false;
  for (let i: usize = 0; i < count; i++) if (getU8(at + i) !== literalByte(text, <i32>i)) return false;
  return true;
}

/** Whether `count` bytes begin with this literal. */
export function startsWithLiteral(at: usize, count: usize, text: string): bool {
  return count >= <usize>text.length && isLiteral(at, text.length, text);
}

/** Whether the field's name is exactly this literal. */
export function nameIsLiteral(field: usize, capacity: usize, text: string): bool {
  return isLiteral(field, nameLength(field, capacity), text);
}
