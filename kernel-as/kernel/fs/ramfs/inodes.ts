// The inodes of the file system in memory: a table sized at boot. What their names are is entries.ts; where their bytes lie is pages.ts.
import { FileType, Status } from "../../../abi/numbers";
import { Arena } from "../../../lib/arena";
import { wallNs } from "../../clock";

/** Frames that an inode names itself; more lie behind two levels of frames full of frame numbers. */
export const DIRECT: u32 = 8;

@unmanaged
export class Inode {
  /** FileType; 0 free */
  type: u32;
  /** names; of a directory: its own, its "." and the ".." of those in it; 0: removed, kept by who has it open */
  links: u32;
  opens: u32;
  /** of a directory: the one it lies in; of a free inode or one being emptied: the next such + 1 */
  parent: u32;
  bytes: u64;
  accessedNs: u64;
  modifiedNs: u64;
  changedNs: u64;
  /** entries of a directory, oldest first; row + 1 */
  firstEntry: u32;
  lastEntry: u32;
  /** one past the last page that may have a frame */
  endPage: u32;
  /** frame numbers + 1; 0 none */
  single: u32;
  double: u32;
  direct0: u32;
  direct1: u32;
  direct2: u32;
  direct3: u32;
  direct4: u32;
  direct5: u32;
  direct6: u32;
  direct7: u32;
  reserved: u32;
}

let table: usize = 0;
let limit: u32 = 0;
let used: u32 = 0;
let firstFree: u32 = 0;

export function inodeBytes(count: u32): u32 {
  return count * <u32>offsetof<Inode>();
}

/** Makes the table; inode 0 is the root directory. */
export function initInodes(arena: Arena, count: u32): void {
  table = arena.take(inodeBytes(count));
  limit = count;
  firstFree = 0;
  for (let i = count - 1; i > 0; i--) {
    inodeAt(i).parent = firstFree;
    firstFree = i + 1;
  }
  used = 1;
  begin(0, FileType.Directory);
  inodeAt(0).links = 2;
}

export function inodeAt(index: u32): Inode {
  return changetype<Inode>(table + <usize>index * offsetof<Inode>());
}

export function inodesUsed(): u32 {
  return used;
}

export function inodeLimit(): u32 {
  return limit;
}

function begin(index: u32, type: u32): void {
  const inode = inodeAt(index);
  memory.fill(changetype<usize>(inode), 0, offsetof<Inode>());
  inode.type = type;
  const now = wallNs();
  inode.accessedNs = now;
  inode.modifiedNs = now;
  inode.changedNs = now;
}

/** A new inode without a name, or NoSpace. */
export function takeInode(type: u32): i32 {
  if (firstFree == 0) return Status.NoSpace;
  const index = firstFree - 1;
  firstFree = inodeAt(index).parent;
  used++;
  begin(index, type);
  return index;
}

/** Frees an inode that holds no frame. */
export function giveInode(index: u32): void {
  const inode = inodeAt(index);
  assert(inode.endPage == 0, "an inode with frames was freed");
  inode.type = 0;
  inode.parent = firstFree;
  firstFree = index + 1;
  used--;
}
