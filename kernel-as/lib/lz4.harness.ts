// lz4.ts as a module of its own, for the reference test and the bench: room for pages, one call a block, and loops over many pages
// so that a timing is the codec's and not the boundary's. Not part of the kernel.
import { LZ4_TABLE_BYTES, lz4Compress, lz4Decompress } from "./lz4";

const PAGE: u32 = 4096;
/** As kernel/limits.ts: above it a page stays where it is. */
const MOST: u32 = 3072;
const table: usize = memory.data(4096, 8);
if (LZ4_TABLE_BYTES !== 4096) ERROR("the table is stale");

/** Room for bytes; never given back. */
export function scratch(bytes: usize): usize {
  return heap.alloc(bytes);
}

export function compress(from: usize, count: u32, to: usize, capacity: u32): u32 {
  return lz4Compress(from, count, to, capacity, table);
}

export function decompress(from: usize, count: u32, to: usize, capacity: u32): i32 {
  return lz4Decompress(from, count, to, capacity);
}

/** Compresses each page of `from` into its own page of `to`; its size, 0 refused, goes to `sizes` (u32). Returns the sum of sizes. */
export function compressPages(from: usize, pages: u32, to: usize, sizes: usize): u32 {
  let sum: u32 = 0;
  for (let page: u32 = 0; page < pages; page++) {
    const size = lz4Compress(from + page * PAGE, PAGE, to + page * PAGE, MOST, table);
    store<u32>(sizes + (page << 2), size);
    sum += size;
  }
  return sum;
}

/** Decompresses every page that was not refused. Returns how many came back whole. */
export function decompressPages(from: usize, pages: u32, to: usize, sizes: usize): u32 {
  let whole: u32 = 0;
  for (let page: u32 = 0; page < pages; page++) {
    const size = load<u32>(sizes + (page << 2));
    if (size !== 0 && lz4Decompress(from + page * PAGE, size, to + page * PAGE, PAGE) === <i32>PAGE) whole++;
  }
  return whole;
}
