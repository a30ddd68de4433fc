// The read-only tree of the initrd: an index of its USTAR archive in kernel memory, made once at boot. What lies in a file stays in
// the archive. Not the mount table (vfs.ts). A damaged archive gives an empty tree and a line in the log.
import { initrd_read } from "../../abi/host";
import { DIRECTORY_ROW_BYTES, DirectoryRow, FileStat } from "../../abi/layouts";
import { FileType, PATH_BYTES, Status } from "../../abi/numbers";
import { copy, equal, getU8 } from "../../lib/bytes";
import { TREE_ENTRIES, TREE_NAME_BYTES } from "../limits";
import { UstarEntry, UstarKind, ustarEntry, ustarFault, ustarLink, ustarPath } from "../module/ustar";
import { say, sayEnd, sayNumber } from "../obs";

/** One file or folder; row 0 is the root. Links are rows, 0 none. */
@unmanaged
class Row {
  parent: u32;
  firstChild: u32;
  nextSibling: u32;
  hashNext: u32;
  type: u32;
  nameAt: u32;
  nameBytes: u32;
  hash: u32;
  /** where a file's bytes lie in the archive; where a link's target lies among the names */
  dataAt: u64;
  bytes: u64;
  modifiedNs: u64;
}

const entry = changetype<UstarEntry>(memory.data(offsetof<UstarEntry>(), 8));
const path: usize = memory.data(1024);
const target: usize = memory.data(1024);
if (PATH_BYTES != 1024) ERROR("a buffer is stale");

let rows: usize = 0;
let rowLimit: u32 = 0;
let rowCount: u32 = 0;
let names: usize = 0;
let nameLimit: u32 = 0;
let nameUsed: u32 = 0;
let buckets: usize = 0;
let bucketMask: u32 = 0;
let archiveBytes: u64 = 0;
let fault: string = "";

function rowAt(index: u32): Row {
  return changetype<Row>(rows + <usize>index * offsetof<Row>());
}

/** Files and folders. */
export function treeFiles(): u32 {
  return rowCount;
}

export function treeBytes(): u64 {
  return archiveBytes;
}

/** Builds the index. Takes memory of its own. Ok, or NoMemory. */
export function initTree(initrdBytes: u64): i32 {
  archiveBytes = initrdBytes;
  let wanted: u32 = 2;
  let nameBytes: u32 = 8;
  let status = measure(initrdBytes);
  if (status == Status.Ok) {
    wanted += rowLimit;
    nameBytes += nameLimit;
  }
  let bucketCount: u32 = 16;
  while (bucketCount < wanted) bucketCount <<= 1;
  const bytes = wanted * <u32>offsetof<Row>() + bucketCount * 4 + nameBytes;
  const start = (<usize>memory.size()) << 16;
  if (memory.grow(<i32>((bytes + 0xffff) >> 16)) < 0) return Status.NoMemory;
  rows = start;
  rowLimit = wanted;
  buckets = rows + <usize>wanted * offsetof<Row>();
  bucketMask = bucketCount - 1;
  names = buckets + ((<usize>bucketCount) << 2);
  nameLimit = nameBytes;
  begin();
  if (status == Status.Ok) status = index(initrdBytes);
  if (status < 0) {
    say("the initrd is damaged at byte ");
    sayNumber(entry.at);
    say(": ");
    say(fault);
    say("; its file tree is empty");
    sayEnd();
    begin();
  }
  sortAll();
  return Status.Ok;
}

// An empty tree: the root, and the folder that /tmp is mounted on.
function begin(): void {
  memory.fill(rows, 0, <usize>rowLimit * offsetof<Row>());
  memory.fill(buckets, 0, (<usize>bucketMask + 1) << 2);
  nameUsed = 0;
  rowCount = 1;
  rowAt(0).type = FileType.Directory;
  store<u32>(path, 0x706d74); // "tmp"
  place(path, 3, FileType.Directory);
}

function broken(why: string): i32 {
  fault = why;
  return Status.Corrupt;
}

function readArchive(offset: u64, buffer: usize, count: u32): i32 {
  return initrd_read(offset, buffer, count);
}

// First pass: most rows and bytes of names that the archive can need, in rowLimit and nameLimit.
function measure(bytes: u64): i32 {
  rowLimit = 0;
  nameLimit = 0;
  if (bytes == 0) return Status.Ok;
  let at: u64 = 0;
  while (true) {
    const status = ustarEntry(readArchive, bytes, at, entry);
    if (status == Status.NotFound) return Status.Ok;
    if (status < 0) return broken(ustarFault());
    const length = ustarPath(path, PATH_BYTES);
    if (length < 0) return broken("a path is too long");
    rowLimit++;
    for (let i: i32 = 0; i < length; i++) if (getU8(path + i) == 0x2f) rowLimit++;
    const link = entry.kind == UstarKind.Link ? ustarLink(target, PATH_BYTES) : 0;
    if (link < 0) return broken("the target of a link is too long");
    nameLimit += length + link;
    if (rowLimit > TREE_ENTRIES) return broken("it has too many files");
    if (nameLimit > TREE_NAME_BYTES) return broken("its names are too long");
    at = entry.next;
  }
}

// Second pass: a row for each entry.
function index(bytes: u64): i32 {
  if (bytes == 0) return Status.Ok;
  let at: u64 = 0;
  while (true) {
    let status = ustarEntry(readArchive, bytes, at, entry);
    if (status == Status.NotFound) return Status.Ok;
    if (status < 0) return broken(ustarFault());
    status = indexEntry();
    if (status < 0) return status;
    at = entry.next;
  }
}

function indexEntry(): i32 {
  const kind = entry.kind;
  if (kind == UstarKind.Other) return Status.Ok;
  const bytes = <u32>ustarPath(path, PATH_BYTES);
  const type = kind == UstarKind.Folder ? FileType.Directory : kind == UstarKind.Link ? FileType.Link : FileType.Regular;
  const made = place(path, bytes, type);
  if (made < 0) return made;
  const row = rowAt(made);
  row.modifiedNs = entry.modifiedSeconds * 1_000_000_000;
  if (kind == UstarKind.File) {
    row.dataAt = entry.dataAt;
    row.bytes = entry.bytes;
  } else if (kind == UstarKind.Link) {
    const length = ustarLink(target, PATH_BYTES);
    row.dataAt = keepName(target, length);
    row.bytes = length;
  } else if (kind == UstarKind.Same) {
    // A second name of a file that stands before it.
    const same = findPath(target, <u32>ustarLink(target, PATH_BYTES));
    if (same < 0 || rowAt(same).type != FileType.Regular) return broken("a second name leads to no file");
    row.dataAt = rowAt(same).dataAt;
    row.bytes = rowAt(same).bytes;
  }
  return Status.Ok;
}

let partAt: usize = 0;
let partBytes: u32 = 0;

// The next part of a path between slashes, "." left out. False at the end.
function nextPart(end: usize): bool {
  let at = partAt + partBytes;
  while (true) {
    while (at < end && getU8(at) == 0x2f) at++;
    partAt = at;
    while (at < end && getU8(at) != 0x2f) at++;
    partBytes = <u32>(at - partAt);
    if (partBytes != 1 || getU8(partAt) != 0x2e) return partBytes > 0;
  }
}

function isDots(): bool {
  return partBytes == 2 && getU8(partAt) == 0x2e && getU8(partAt + 1) == 0x2e;
}

// The row of a path, made with the folders above it where it is not there. The root for an empty path. Corrupt where the path makes no sense.
function place(text: usize, bytes: u32, type: u32): i32 {
  const end = text + bytes;
  let row: u32 = 0;
  partAt = text;
  partBytes = 0;
  while (nextPart(end)) {
    if (isDots()) return broken("a path has ..");
    if (partBytes > 255) return broken("a name is too long");
    if (rowAt(row).type != FileType.Directory) return broken("a file is also a folder");
    const known = treeLookup(row, partAt, partBytes);
    row = known >= 0 ? known : add(row, partAt, partBytes);
  }
  const made = rowAt(row);
  if (made.type == FileType.Directory && type != FileType.Directory && (row == 0 || made.firstChild != 0)) return broken("a file is also a folder");
  // Where a path stands twice, the later entry counts.
  if (made.firstChild == 0) made.type = type;
  return row;
}

function findPath(text: usize, bytes: u32): i32 {
  const end = text + bytes;
  let row: i32 = 0;
  partAt = text;
  partBytes = 0;
  while (row >= 0 && nextPart(end)) row = treeLookup(row, partAt, partBytes);
  return row;
}

function keepName(text: usize, bytes: u32): u32 {
  assert(nameUsed + bytes <= nameLimit, "the initrd's names do not fit");
  const at = nameUsed;
  copy(names + at, text, bytes);
  nameUsed += bytes;
  return at;
}

function add(parent: u32, name: usize, bytes: u32): u32 {
  assert(rowCount < rowLimit, "the initrd's tree does not fit");
  const index = rowCount++;
  const row = rowAt(index);
  row.type = FileType.Directory;
  row.parent = parent;
  row.nameAt = keepName(name, bytes);
  row.nameBytes = bytes;
  row.hash = hashOf(parent, name, bytes);
  const bucket = buckets + ((<usize>(row.hash & bucketMask)) << 2);
  row.hashNext = load<u32>(bucket);
  store<u32>(bucket, index);
  row.nextSibling = rowAt(parent).firstChild;
  rowAt(parent).firstChild = index;
  return index;
}

function hashOf(parent: u32, name: usize, bytes: u32): u32 {
  let hash: u32 = (0x811c9dc5 ^ parent) * 0x01000193;
  for (let i: u32 = 0; i < bytes; i++) hash = (hash ^ getU8(name + i)) * 0x01000193;
  return hash;
}

// ---- names in order

function before(a: u32, b: u32): bool {
  const x = rowAt(a);
  const y = rowAt(b);
  const common = min<u32>(x.nameBytes, y.nameBytes);
  for (let i: u32 = 0; i < common; i++) {
    const difference = <i32>getU8(names + x.nameAt + i) - <i32>getU8(names + y.nameAt + i);
    if (difference != 0) return difference < 0;
  }
  return x.nameBytes < y.nameBytes;
}

function sortAll(): void {
  for (let i: u32 = 0; i < rowCount; i++) if (rowAt(i).firstChild != 0) rowAt(i).firstChild = sorted(rowAt(i).firstChild);
}

// Merge sort of a list of siblings, from runs of one upwards; no recursion.
function sorted(list: u32): u32 {
  let run: u32 = 1;
  while (true) {
    let rest = list;
    let tail: u32 = 0;
    let merges: u32 = 0;
    while (rest != 0) {
      merges++;
      let left = rest;
      let right = rest;
      let leftCount: u32 = 0;
      while (leftCount < run && right != 0) {
        right = rowAt(right).nextSibling;
        leftCount++;
      }
      let rightCount = run;
      while (leftCount > 0 || (rightCount > 0 && right != 0)) {
        let next: u32;
        if (leftCount > 0 && (rightCount == 0 || right == 0 || before(left, right))) {
          next = left;
          left = rowAt(left).nextSibling;
          leftCount--;
        } else {
          next = right;
          right = rowAt(right).nextSibling;
          rightCount--;
        }
        if (tail == 0) list = next;
        else rowAt(tail).nextSibling = next;
        tail = next;
      }
      rest = right;
    }
    rowAt(tail).nextSibling = 0;
    if (merges <= 1) return list;
    run <<= 1;
  }
}

// ---- what the mount table asks

/** The row of a name in a folder, or NotFound. */
export function treeLookup(directory: u32, name: usize, bytes: u32): i32 {
  const hash = hashOf(directory, name, bytes);
  let index = load<u32>(buckets + ((<usize>(hash & bucketMask)) << 2));
  while (index != 0) {
    const row = rowAt(index);
    if (row.hash == hash && row.parent == directory && row.nameBytes == bytes && equal(names + row.nameAt, name, bytes)) return index;
    index = row.hashNext;
  }
  return Status.NotFound;
}

export function treeParent(index: u32): u32 {
  return rowAt(index).parent;
}

export function treeType(index: u32): u32 {
  return rowAt(index).type;
}

export function treeSize(index: u32): u64 {
  return rowAt(index).bytes;
}

export function treeStat(index: u32, out: FileStat): void {
  const row = rowAt(index);
  out.inode = index + 1;
  out.type = row.type;
  out.links = 1;
  out.bytes = row.bytes;
  out.accessedNs = row.modifiedNs;
  out.modifiedNs = row.modifiedNs;
  out.changedNs = row.modifiedNs;
}

/** Copies the target of a link; its length. */
export function treeLink(index: u32, to: usize, capacity: u32): u32 {
  const row = rowAt(index);
  const bytes = min<u32>(<u32>row.bytes, capacity);
  copy(to, names + <usize>row.dataAt, bytes);
  return bytes;
}

/** Where a file begins in the archive. */
export function treePlace(index: u32): u64 {
  return rowAt(index).dataAt;
}

/** Copies bytes of a file; fewer at its end, 0 past it. */
export function treeRead(index: u32, offset: u64, to: usize, count: u32): i32 {
  const row = rowAt(index);
  if (offset >= row.bytes) return 0;
  const bytes = <u32>min<u64>(row.bytes - offset, count);
  return initrd_read(row.dataAt + offset, to, bytes);
}

/** Whole DirectoryRows of a folder. A cookie is the row of the next child + 1. Bytes filled. */
export function treeList(directory: u32, cookie: u64, to: usize, room: u32): u32 {
  if (cookie > rowCount) return 0;
  let index = cookie == 0 ? rowAt(directory).firstChild : <u32>cookie - 1;
  if (index == 0 || rowAt(index).parent != directory) return 0;
  let used: u32 = 0;
  while (index != 0) {
    const child = rowAt(index);
    const bytes = DIRECTORY_ROW_BYTES + ((child.nameBytes + 7) & ~7);
    if (used + bytes > room) break;
    const row = changetype<DirectoryRow>(to + used);
    memory.fill(to + used, 0, bytes);
    row.next = child.nextSibling != 0 ? child.nextSibling + 1 : rowCount + 1;
    row.inode = index + 1;
    row.type = child.type;
    row.nameBytes = child.nameBytes;
    copy(to + used + DIRECTORY_ROW_BYTES, names + child.nameAt, child.nameBytes);
    used += bytes;
    index = child.nextSibling;
  }
  return used;
}
