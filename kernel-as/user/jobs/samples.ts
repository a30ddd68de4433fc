// Measured times, kept at the end of linear memory and sorted in place; exact percentiles, no buckets.
const BYTES: usize = 4;
const WASM_PAGE: usize = 65536;

let base: usize = 0;
let count: u32 = 0;
let room: u32 = 0;

/** Address for `more` further samples (u32 each), or 0 where memory is out. Nothing else may grow linear memory. */
export function roomFor(more: u32): usize {
  if (base == 0) base = (memory.size() as usize) << 16;
  if (count + more > room) {
    const wanted = (((count + more - room) as usize) * BYTES + WASM_PAGE - 1) / WASM_PAGE;
    if (memory.grow(<i32>wanted) < 0) return 0;
    room += <u32>((wanted * WASM_PAGE) / BYTES);
  }
  return base + (count as usize) * BYTES;
}
/** So many were written there. */
export function added(more: u32): void {
  count += more;
}
export function samples(): u32 {
  return count;
}
export function samplesAt(): usize {
  return base;
}

function get(index: u32): u32 {
  return load<u32>(base + ((index as usize) << 2));
}
function set(index: u32, value: u32): void {
  store<u32>(base + ((index as usize) << 2), value);
}

function sink(from: u32, end: u32): void {
  const value = get(from);
  let hole = from;
  for (;;) {
    let child: u32 = 2 * hole + 1;
    if (child >= end) break;
    if (child + 1 < end && get(child + 1) > get(child)) child++;
    if (get(child) <= value) break;
    set(hole, get(child));
    hole = child;
  }
  set(hole, value);
}

/** Heap sort, ascending. */
export function sortSamples(): void {
  for (let i: i32 = <i32>(count / 2) - 1; i >= 0; i--) sink(i, count);
  for (let end: u32 = count; end > 1; end--) {
    const most = get(0);
    set(0, get(end - 1));
    set(end - 1, most);
    sink(0, end - 1);
  }
}

/** Nearest-rank percentile of sorted samples, in parts per thousand; 0 where there are none. */
export function percentile(perMille: u32): u32 {
  if (count == 0) return 0;
  const rank = (<u64>count * perMille + 999) / 1000;
  return get(<u32>max<u64>(rank, 1) - 1);
}

export function mean(): u64 {
  let sum: u64 = 0;
  for (let i: u32 = 0; i < count; i++) sum += get(i);
  return count == 0 ? 0 : sum / count;
}
