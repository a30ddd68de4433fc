// The file system in memory: what the mount table asks of it. Inodes, names and pages are the files beside this one. It waits for
// nothing; a full table or memory is NoSpace and changes nothing.
import { frame_read, frame_write } from "../../../abi/host";
import { FileStat } from "../../../abi/layouts";
import { FileType, PAGE_BYTES, Status } from "../../../abi/numbers";
import { Arena } from "../../../lib/arena";
import { wallNs } from "../../clock";
import { addEntry, entryAt, entryBytes, findEntry, initEntries, listEntries, removeEntry } from "./entries";
import { giveInode, Inode, initInodes, inodeAt, inodeBytes, takeInode } from "./inodes";
import { discard, dropAll, ensureFrame, FILE_BYTES, frameOf, setPageLimit, trimPages } from "./pages";

export { verifyRamfs } from "./check";
export { inodeLimit, inodesUsed } from "./inodes";
export { discardStep, pageLimit, pagesUsed } from "./pages";

const TIME_KEPT: u64 = u64.MAX_VALUE;
const zeros: usize = memory.data(4096, 8);

function entriesFor(inodes: u32): u32 {
  return inodes + (inodes >> 1);
}

/** Bytes that initRamfs takes of the arena. */
export function ramfsBytes(inodes: u32): u32 {
  return inodeBytes(inodes) + entryBytes(entriesFor(inodes)) + 64;
}

/** An empty file system with so many inodes and at most so many pages. */
export function initRamfs(arena: Arena, inodes: u32, pages: u32): void {
  initInodes(arena, inodes);
  initEntries(arena, entriesFor(inodes));
  setPageLimit(pages);
}

function touch(inode: Inode): void {
  const now = wallNs();
  inode.modifiedNs = now;
  inode.changedNs = now;
}

/** Inode of a name, or NotFound. */
export function ramfsLookup(directory: u32, name: usize, bytes: u32): i32 {
  const row = findEntry(directory, name, bytes);
  return row == 0 ? Status.NotFound : <i32>entryAt(row).inode;
}

export function ramfsParent(index: u32): u32 {
  return inodeAt(index).parent;
}

export function ramfsType(index: u32): u32 {
  return inodeAt(index).type;
}

export function ramfsSize(index: u32): u64 {
  return inodeAt(index).bytes;
}

export function ramfsStat(index: u32, out: FileStat): void {
  const inode = inodeAt(index);
  out.inode = index + 1;
  out.type = inode.type;
  out.links = inode.links;
  out.bytes = inode.bytes;
  out.accessedNs = inode.accessedNs;
  out.modifiedNs = inode.modifiedNs;
  out.changedNs = inode.changedNs;
}

export function ramfsHold(index: u32): void {
  inodeAt(index).opens++;
}

export function ramfsRelease(index: u32): void {
  const inode = inodeAt(index);
  inode.opens--;
  if (inode.opens == 0 && inode.links == 0) discard(index);
}

/** ~0 leaves a time as it is. */
export function ramfsTimes(index: u32, accessedNs: u64, modifiedNs: u64): void {
  const inode = inodeAt(index);
  if (accessedNs != TIME_KEPT) inode.accessedNs = accessedNs;
  if (modifiedNs != TIME_KEPT) inode.modifiedNs = modifiedNs;
  inode.changedNs = wallNs();
}

// ---- bytes

/** Copies bytes of a file; fewer at its end, 0 past it. */
export function ramfsRead(index: u32, offset: u64, to: usize, count: u32): i32 {
  const inode = inodeAt(index);
  inode.accessedNs = wallNs();
  if (offset >= inode.bytes) return 0;
  const bytes = <u32>min<u64>(inode.bytes - offset, count);
  for (let done: u32 = 0; done < bytes; ) {
    const at = offset + done;
    const inPage = <u32>(at & (PAGE_BYTES - 1));
    const part = min<u32>(bytes - done, PAGE_BYTES - inPage);
    const frame = frameOf(inode, <u32>(at >> 12));
    if (frame == 0) memory.fill(to + done, 0, part);
    else frame_read(frame - 1, inPage, to + done, part);
    done += part;
  }
  return bytes;
}

/** Writes bytes; fewer where it is full on the way. FileTooBig or NoSpace where none could be written. */
export function ramfsWrite(index: u32, offset: u64, from: usize, count: u32): i32 {
  if (count == 0) return 0;
  if (offset >= FILE_BYTES) return Status.FileTooBig;
  const inode = inodeAt(index);
  const bytes = <u32>min<u64>(FILE_BYTES - offset, count);
  if (offset > inode.bytes) forgetStale(inode);
  let done: u32 = 0;
  while (done < bytes) {
    const at = offset + done;
    const inPage = <u32>(at & (PAGE_BYTES - 1));
    const part = min<u32>(bytes - done, PAGE_BYTES - inPage);
    const frame = ensureFrame(inode, <u32>(at >> 12));
    if (frame == 0) break;
    frame_write(frame - 1, inPage, from + done, part);
    done += part;
  }
  if (done == 0) return Status.NoSpace;
  if (offset + done > inode.bytes) inode.bytes = offset + done;
  touch(inode);
  return done;
}

function pagesOf(bytes: u64): u32 {
  return <u32>((bytes + (PAGE_BYTES - 1)) >> 12);
}

// A file that is being cut in steps may still have frames past its end: they must not come back to light.
function forgetStale(inode: Inode): void {
  trimPages(inode, pagesOf(inode.bytes), u32.MAX_VALUE);
}

/** Cuts or extends a file, giving back at most `most` pages. Ok; Again: there is more to give back; FileTooBig. */
export function ramfsResize(index: u32, bytes: u64, most: u32): i32 {
  if (bytes > FILE_BYTES) return Status.FileTooBig;
  const inode = inodeAt(index);
  if (bytes > inode.bytes) forgetStale(inode);
  if (bytes < inode.bytes) {
    const inPage = <u32>(bytes & (PAGE_BYTES - 1));
    const frame = inPage == 0 ? 0 : frameOf(inode, <u32>(bytes >> 12));
    if (frame != 0) frame_write(frame - 1, inPage, zeros, PAGE_BYTES - inPage);
  }
  inode.bytes = bytes;
  touch(inode);
  if (bytes == 0) {
    dropAll(inode);
    return Status.Ok;
  }
  return trimPages(inode, pagesOf(bytes), most) ? Status.Ok : Status.Again;
}

/** Gives back at most `most` pages past the end of a file. True when there are no more. */
export function ramfsTrim(index: u32, most: u32): bool {
  const inode = inodeAt(index);
  return trimPages(inode, pagesOf(inode.bytes), most);
}

// ---- names. Whether a name is free, and of what kind things are, the caller has looked up (`row` of findEntry through ramfsLookup).

/** Makes a file, folder or link. Its inode, NotFound where the directory is removed, NoSpace, NameTooLong. */
export function ramfsCreate(directory: u32, name: usize, bytes: u32, type: u32): i32 {
  const parent = inodeAt(directory);
  if (parent.links == 0) return Status.NotFound;
  const made = takeInode(type);
  if (made < 0) return made;
  const row = addEntry(directory, name, bytes, made);
  if (row < 0) {
    giveInode(made);
    return row;
  }
  const inode = inodeAt(made);
  inode.links = 1;
  if (type == FileType.Directory) {
    inode.links = 2;
    inode.parent = directory;
    parent.links++;
  }
  touch(parent);
  return made;
}

/** A second name for an inode. */
export function ramfsLink(directory: u32, name: usize, bytes: u32, index: u32): i32 {
  const parent = inodeAt(directory);
  if (parent.links == 0) return Status.NotFound;
  const row = addEntry(directory, name, bytes, index);
  if (row < 0) return row;
  inodeAt(index).links++;
  inodeAt(index).changedNs = wallNs();
  touch(parent);
  return Status.Ok;
}

/** Whether nothing stands in a directory. */
export function ramfsIsEmpty(index: u32): bool {
  return inodeAt(index).firstEntry == 0;
}

/** Removes a name that is there. What it led to goes with its last name and descriptor. */
export function ramfsRemove(directory: u32, name: usize, bytes: u32): void {
  const row = findEntry(directory, name, bytes);
  const index = entryAt(row).inode;
  removeEntry(row);
  touch(inodeAt(directory));
  forgetName(directory, index);
}

function forgetName(directory: u32, index: u32): void {
  const inode = inodeAt(index);
  if (inode.type == FileType.Directory) {
    inode.links = 0;
    inodeAt(directory).links--;
  } else inode.links--;
  inode.changedNs = wallNs();
  if (inode.links == 0 && inode.opens == 0) discard(index);
}

/** Whether a directory is another one or lies below it. */
export function ramfsIsInside(index: u32, above: u32): bool {
  while (true) {
    if (index == above) return true;
    if (index == 0) return false;
    index = inodeAt(index).parent;
  }
}

/** Moves a name that is there; what the new name led to is let go. Ok, NotFound where the directory is removed, NoSpace. */
export function ramfsRename(fromDirectory: u32, from: usize, fromBytes: u32, toDirectory: u32, to: usize, toBytes: u32): i32 {
  if (inodeAt(toDirectory).links == 0) return Status.NotFound;
  const old = findEntry(fromDirectory, from, fromBytes);
  const moved = entryAt(old).inode;
  const there = findEntry(toDirectory, to, toBytes);
  if (there != 0) {
    const replaced = entryAt(there).inode;
    if (replaced == moved) return Status.Ok;
    entryAt(there).inode = moved;
    removeEntry(old);
    leaveDirectory(moved, fromDirectory, toDirectory);
    forgetName(toDirectory, replaced);
  } else {
    const row = addEntry(toDirectory, to, toBytes, moved);
    if (row < 0) return row;
    removeEntry(old);
    leaveDirectory(moved, fromDirectory, toDirectory);
  }
  touch(inodeAt(fromDirectory));
  touch(inodeAt(toDirectory));
  inodeAt(moved).changedNs = wallNs();
  return Status.Ok;
}

function leaveDirectory(index: u32, from: u32, to: u32): void {
  const inode = inodeAt(index);
  if (inode.type != FileType.Directory) return;
  inode.parent = to;
  inodeAt(from).links--;
  inodeAt(to).links++;
}

/** Whole DirectoryRows from a cookie on. Bytes filled. */
export function ramfsList(directory: u32, cookie: u64, to: usize, room: u32): u32 {
  inodeAt(directory).accessedNs = wallNs();
  return listEntries(inodeAt(directory), cookie, to, room);
}
