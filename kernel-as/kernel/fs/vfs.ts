// The mount table, and every operation on a node handed to the file system that it belongs to: the tree of the initrd, read only, at /,
// and the files in memory at /tmp. A node is a number (node.ts). Paths are resolve.ts; who may do what with a descriptor is sys/files.ts.
// None of these operations waits today; a file system on a disk would answer WAITS from the system call that asks.
import { FileStat, MountRow } from "../../abi/layouts";
import { FileType, PAGE_BYTES, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { nameSetLiteral } from "../../lib/bytes";
import { bootInfo, optionNumber } from "../boot";
import * as tree from "./initrd-tree";
import { indexOf, Mount, mountOf, NO_NODE, nodeOf } from "./node";
import * as ramfs from "./ramfs";

const MOUNTS: u32 = 2;
/** Pages of memory for each inode of the files in memory; and the fewest and most. */
const PAGES_PER_INODE: u64 = 32;
const INODES_LEAST: u64 = 256;
const INODES_MOST: u64 = 8192;

const arena = changetype<Arena>(memory.data(24, 8));
/** The folder that /tmp covers. */
let covered: i32 = NO_NODE;

/** Builds both file systems; takes memory of its own. Ok, or NoMemory. */
export function initVfs(): i32 {
  const status = tree.initTree(bootInfo.initrdBytes);
  if (status < 0) return status;
  const pages = bootInfo.ramBytes / PAGE_BYTES;
  const inodes = <u32>min<u64>(max<u64>(pages / PAGES_PER_INODE, INODES_LEAST), INODES_MOST);
  const limit = optionNumber("tmp_limit", bootInfo.ramBytes / 4) / PAGE_BYTES;
  const bytes = ramfs.ramfsBytes(inodes);
  const start = (<usize>memory.size()) << 16;
  if (memory.grow(<i32>((bytes + 0xffff) >> 16)) < 0) return Status.NoMemory;
  arena.init(start, bytes);
  ramfs.initRamfs(arena, inodes, <u32>min<u64>(limit, 0xffffffff));
  store<u32>(name, 0x706d74); // "tmp"
  covered = vfsLookup(rootNode(), name, 3);
  return Status.Ok;
}

const name: usize = memory.data(4, 4);

/** The root of all paths. */
export function rootNode(): i32 {
  return nodeOf(Mount.Initrd, 0);
}

/** What is mounted on a node, or the node itself. */
export function mountedOn(node: i32): i32 {
  return node == covered ? nodeOf(Mount.Ramfs, 0) : node;
}

/** Whether a node is the root of a mount. */
export function isMountRoot(node: i32): bool {
  return indexOf(node) == 0;
}

/** The directory above one; above a mount's root the one above what it covers; the root is above itself. */
export function vfsParent(node: i32): i32 {
  const from = node == nodeOf(Mount.Ramfs, 0) ? covered : node;
  const index = indexOf(from);
  return nodeOf(mountOf(from), mountOf(from) == Mount.Initrd ? tree.treeParent(index) : ramfs.ramfsParent(index));
}

export function vfsWritable(node: i32): bool {
  return mountOf(node) == Mount.Ramfs;
}

export function vfsType(node: i32): u32 {
  return mountOf(node) == Mount.Initrd ? tree.treeType(indexOf(node)) : ramfs.ramfsType(indexOf(node));
}

export function vfsSize(node: i32): u64 {
  return mountOf(node) == Mount.Initrd ? tree.treeSize(indexOf(node)) : ramfs.ramfsSize(indexOf(node));
}

/** The node of a name in a directory, mounts not crossed, or NotFound. */
export function vfsLookup(directory: i32, text: usize, bytes: u32): i32 {
  const mount = mountOf(directory);
  const index = mount == Mount.Initrd ? tree.treeLookup(indexOf(directory), text, bytes) : ramfs.ramfsLookup(indexOf(directory), text, bytes);
  return index < 0 ? index : nodeOf(mount, index);
}

export function vfsStat(node: i32, out: FileStat): void {
  if (mountOf(node) == Mount.Initrd) tree.treeStat(indexOf(node), out);
  else ramfs.ramfsStat(indexOf(node), out);
  out.device = mountOf(node) + 1;
}

/** Copies a link's target; its length. */
export function vfsLink(node: i32, to: usize, capacity: u32): i32 {
  if (mountOf(node) == Mount.Initrd) return tree.treeLink(indexOf(node), to, capacity);
  return ramfs.ramfsRead(indexOf(node), 0, to, capacity);
}

/** Where a regular file of the initrd begins in the archive, or Unsupported. */
export function vfsPlace(node: i32): i64 {
  if (mountOf(node) != Mount.Initrd || vfsType(node) != FileType.Regular) return Status.Unsupported;
  return tree.treePlace(indexOf(node));
}

/** Copies bytes of a regular file; fewer at its end, 0 past it. */
export function vfsRead(node: i32, offset: u64, to: usize, count: u32): i32 {
  if (mountOf(node) == Mount.Initrd) return tree.treeRead(indexOf(node), offset, to, count);
  return ramfs.ramfsRead(indexOf(node), offset, to, count);
}

export function vfsWrite(node: i32, offset: u64, from: usize, count: u32): i32 {
  return vfsWritable(node) ? ramfs.ramfsWrite(indexOf(node), offset, from, count) : Status.ReadOnly;
}

/** Ok; Again: cut, and vfsTrim gives back the rest; FileTooBig, ReadOnly. */
export function vfsResize(node: i32, bytes: u64, most: u32): i32 {
  return vfsWritable(node) ? ramfs.ramfsResize(indexOf(node), bytes, most) : Status.ReadOnly;
}

export function vfsTrim(node: i32, most: u32): bool {
  return !vfsWritable(node) || ramfs.ramfsTrim(indexOf(node), most);
}

export function vfsTimes(node: i32, accessedNs: u64, modifiedNs: u64): i32 {
  if (!vfsWritable(node)) return Status.ReadOnly;
  ramfs.ramfsTimes(indexOf(node), accessedNs, modifiedNs);
  return Status.Ok;
}

/** Somebody has it open: it stays when its last name goes. */
export function vfsHold(node: i32): void {
  if (vfsWritable(node)) ramfs.ramfsHold(indexOf(node));
}

export function vfsRelease(node: i32): void {
  if (vfsWritable(node)) ramfs.ramfsRelease(indexOf(node));
}

/** Whole DirectoryRows of a directory. Bytes filled; 0 at the end. */
export function vfsList(node: i32, cookie: u64, to: usize, room: u32): u32 {
  if (mountOf(node) == Mount.Initrd) return tree.treeList(indexOf(node), cookie, to, room);
  return ramfs.ramfsList(indexOf(node), cookie, to, room);
}

// ---- changes of the tree; the caller has looked the names up

export function vfsCreate(directory: i32, text: usize, bytes: u32, type: u32): i32 {
  if (!vfsWritable(directory)) return Status.ReadOnly;
  const index = ramfs.ramfsCreate(indexOf(directory), text, bytes, type);
  return index < 0 ? index : nodeOf(Mount.Ramfs, index);
}

/** A second name for a file of the same mount that is not a directory. */
export function vfsAddName(directory: i32, text: usize, bytes: u32, node: i32): i32 {
  if (mountOf(directory) != mountOf(node)) return Status.CrossDevice;
  return vfsWritable(directory) ? ramfs.ramfsLink(indexOf(directory), text, bytes, indexOf(node)) : Status.ReadOnly;
}

/** Removes the name of `node`: an empty directory or anything else, as asked. */
export function vfsRemove(directory: i32, text: usize, bytes: u32, node: i32, wantDirectory: bool): i32 {
  const isDirectory = vfsType(node) == FileType.Directory;
  if (isDirectory && !wantDirectory) return Status.IsDirectory;
  if (!isDirectory && wantDirectory) return Status.NotDirectory;
  if (!vfsWritable(directory)) return Status.ReadOnly;
  if (isDirectory && !ramfs.ramfsIsEmpty(indexOf(node))) return Status.NotEmpty;
  ramfs.ramfsRemove(indexOf(directory), text, bytes);
  return Status.Ok;
}

/** Moves the name of `node`; `there` is what the new name leads to now, or NO_NODE. */
export function vfsRename(fromDirectory: i32, from: usize, fromBytes: u32, node: i32, toDirectory: i32, to: usize, toBytes: u32, there: i32): i32 {
  if (mountOf(fromDirectory) != mountOf(toDirectory)) return Status.CrossDevice;
  if (!vfsWritable(toDirectory)) return Status.ReadOnly;
  const isDirectory = vfsType(node) == FileType.Directory;
  if (isDirectory && ramfs.ramfsIsInside(indexOf(toDirectory), indexOf(node))) return Status.Invalid;
  if (there != NO_NODE && there != node) {
    if (vfsType(there) == FileType.Directory) {
      if (!isDirectory) return Status.IsDirectory;
      if (!ramfs.ramfsIsEmpty(indexOf(there))) return Status.NotEmpty;
    } else if (isDirectory) return Status.NotDirectory;
  }
  return ramfs.ramfsRename(indexOf(fromDirectory), from, fromBytes, indexOf(toDirectory), to, toBytes);
}

// ---- what is mounted

/** 1, or −1 past the table. */
export function fillMountRow(index: u32, at: usize): i32 {
  if (index >= MOUNTS) return -1;
  const row = changetype<MountRow>(at);
  if (index == Mount.Initrd) {
    nameSetLiteral(at, 32, "/");
    nameSetLiteral(at + 32, 16, "initrd");
    row.limitBytes = tree.treeBytes();
    row.usedBytes = tree.treeBytes();
    row.files = tree.treeFiles();
    row.fileLimit = tree.treeFiles();
    return 1;
  }
  nameSetLiteral(at, 32, "/tmp");
  nameSetLiteral(at + 32, 16, "ramfs");
  row.writable = 1;
  row.limitBytes = <u64>ramfs.pageLimit() * PAGE_BYTES;
  row.usedBytes = <u64>ramfs.pagesUsed() * PAGE_BYTES;
  row.files = ramfs.inodesUsed();
  row.fileLimit = ramfs.inodeLimit();
  return 1;
}
