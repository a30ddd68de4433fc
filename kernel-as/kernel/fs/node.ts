// The name of a file inside the kernel: which mount, and which of its inodes. Bottom of this folder.

/** No file. */
export const NO_NODE: i32 = -1;

/** The mounts, in the order of the table in vfs.ts. */
export const enum Mount {
  Initrd = 0,
  Ramfs = 1,
}

const INDEX_BITS: u32 = 24;

/** The node of inode `index` of a mount. */
export function nodeOf(mount: u32, index: u32): i32 {
  return <i32>((mount << INDEX_BITS) | index);
}

export function mountOf(node: i32): u32 {
  return <u32>node >> INDEX_BITS;
}

export function indexOf(node: i32): u32 {
  return <u32>node & ((1 << INDEX_BITS) - 1);
}
