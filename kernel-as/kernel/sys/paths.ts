// System calls on paths: open, what is known, and every change of the tree. How a path is walked is fs/resolve.ts; what a file system
// does is behind fs/vfs.ts. The order of the checks is the order of the faults in the table.
import { FileType, Open, PATH_BYTES, Status } from "../../abi/numbers";
import { addDescriptor, descriptorOpen, hasFreeDescriptor } from "../fs/descriptors";
import { NO_NODE } from "../fs/node";
import { dropReference, OpenKind, openAt, openNode } from "../fs/open-files";
import { FOUND_BYTES, Found, foundName, Last, pathText, resolve } from "../fs/resolve";
import { isMountRoot, vfsAddName, vfsCreate, vfsLink, vfsRemove, vfsRename, vfsResize, vfsTimes, vfsType, vfsWritable, vfsWrite } from "../fs/vfs";
import { REAP_FRAMES } from "../limits";
import { copyIn, copyOut } from "../mm/usercopy";
import { keptFlags, statNode } from "./files";

const first = changetype<Found>(memory.data(280, 8));
const second = changetype<Found>(memory.data(280, 8));
const target: usize = memory.data(1024);
if (FOUND_BYTES > 280 || PATH_BYTES != 1024) ERROR("a buffer is stale");

const FROM_ROOT: i32 = -1;
const ALL_FLAGS: u32 = 511;

// Walks a path of a process. As resolve, or BadDescriptor, NotDirectory, Fault.
function find(slot: i32, directory: i32, va: u64, bytes: u32, follow: bool, found: Found): i32 {
  let base = NO_NODE;
  if (directory != FROM_ROOT) {
    const index = descriptorOpen(slot, directory);
    if (index < 0) return index;
    const open = openAt(index);
    if (open.kind != OpenKind.Node || vfsType(open.target) != FileType.Directory) return Status.NotDirectory;
    base = open.target;
  }
  if (bytes > PATH_BYTES) return Status.NameTooLong;
  const status = copyIn(slot, va, pathText(), bytes);
  return status < 0 ? status : resolve(base, bytes, follow, found);
}

// As find, and what the path leads to must be there.
function findNode(slot: i32, directory: i32, va: u64, bytes: u32, follow: bool): i32 {
  const status = find(slot, directory, va, bytes, follow, first);
  if (status < 0) return status;
  return first.node == NO_NODE ? Status.NotFound : first.node;
}

export function sysOpen(slot: i32, directory: i32, va: u64, bytes: u32, flags: u32): i64 {
  if ((flags & ~ALL_FLAGS) != 0 || (flags & (Open.Create | Open.Directory)) == (<u32>Open.Create | Open.Directory)) return Status.Invalid;
  const exclusive = (flags & (Open.Create | Open.Exclusive)) == (<u32>Open.Create | Open.Exclusive);
  const status = find(slot, directory, va, bytes, (flags & Open.NoFollow) == 0 && !exclusive, first);
  if (status < 0) return status;
  if (!hasFreeDescriptor(slot)) return Status.TooManyOpen;
  let node = first.node;
  if (node != NO_NODE) {
    const refused = exclusive ? Status.Exists : prepare(node, flags);
    if (refused < 0) return refused;
  } else {
    if ((flags & Open.Create) == 0) return Status.NotFound;
    if (first.slash != 0) return Status.IsDirectory;
    node = vfsCreate(first.directory, foundName(first), first.nameBytes, FileType.Regular);
    if (node < 0) return node;
  }
  const index = openNode(node, keptFlags(flags));
  if (index < 0) return index;
  const descriptor = addDescriptor(slot, index);
  if (descriptor < 0) dropReference(index);
  return descriptor;
}

// Whether a file that is there may be opened so; empties it where that is asked.
function prepare(node: i32, flags: u32): i32 {
  const type = vfsType(node);
  const changes = (flags & (Open.Write | Open.Truncate)) != 0;
  if (type == FileType.Link) return Status.Loop;
  if (type == FileType.Directory) return changes || (flags & Open.Create) != 0 ? Status.IsDirectory : Status.Ok;
  if ((flags & Open.Directory) != 0) return Status.NotDirectory;
  if (changes && !vfsWritable(node)) return Status.ReadOnly;
  return (flags & Open.Truncate) != 0 ? vfsResize(node, 0, REAP_FRAMES) : Status.Ok;
}

export function sysPathStat(slot: i32, directory: i32, va: u64, bytes: u32, follow: u32, out: u64): i64 {
  const node = findNode(slot, directory, va, bytes, follow != 0);
  return node < 0 ? node : statNode(slot, node, out);
}

export function sysPathTimes(slot: i32, directory: i32, va: u64, bytes: u32, follow: u32, accessedNs: u64, modifiedNs: u64): i64 {
  const node = findNode(slot, directory, va, bytes, follow != 0);
  return node < 0 ? node : vfsTimes(node, accessedNs, modifiedNs);
}

export function sysMakeDirectory(slot: i32, directory: i32, va: u64, bytes: u32): i64 {
  const status = find(slot, directory, va, bytes, false, first);
  if (status < 0) return status;
  if (first.node != NO_NODE) return Status.Exists;
  const node = vfsCreate(first.directory, foundName(first), first.nameBytes, FileType.Directory);
  return node < 0 ? node : Status.Ok;
}

export function sysRemove(slot: i32, directory: i32, va: u64, bytes: u32, isDirectory: u32): i64 {
  const status = find(slot, directory, va, bytes, false, first);
  if (status < 0) return status;
  if (first.node == NO_NODE) return Status.NotFound;
  if (isMountRoot(first.node)) return Status.Busy;
  if (first.last != Last.Name) return first.last == Last.Self ? Status.Invalid : Status.NotEmpty;
  return vfsRemove(first.directory, foundName(first), first.nameBytes, first.node, isDirectory != 0);
}

export function sysRename(slot: i32, fromDirectory: i32, from: u64, fromBytes: u32, toDirectory: i32, to: u64, toBytes: u32): i64 {
  let status = find(slot, fromDirectory, from, fromBytes, false, first);
  if (status < 0) return status;
  const node = first.node;
  if (node == NO_NODE) return Status.NotFound;
  if (first.last != Last.Name || isMountRoot(node)) return Status.Busy;
  status = find(slot, toDirectory, to, toBytes, false, second);
  if (status < 0) return status;
  if (second.last != Last.Name || (second.node != NO_NODE && isMountRoot(second.node))) return Status.Busy;
  if (second.slash != 0 && vfsType(node) != FileType.Directory) return Status.NotDirectory;
  return vfsRename(first.directory, foundName(first), first.nameBytes, node, second.directory, foundName(second), second.nameBytes, second.node);
}

export function sysLink(slot: i32, fromDirectory: i32, from: u64, fromBytes: u32, toDirectory: i32, to: u64, toBytes: u32): i64 {
  const node = findNode(slot, fromDirectory, from, fromBytes, false);
  if (node < 0) return node;
  if (vfsType(node) == FileType.Directory) return Status.Denied;
  const status = find(slot, toDirectory, to, toBytes, false, second);
  if (status < 0) return status;
  if (second.node != NO_NODE) return Status.Exists;
  if (second.slash != 0) return Status.NotFound;
  return vfsAddName(second.directory, foundName(second), second.nameBytes, node);
}

export function sysSymlink(slot: i32, from: u64, fromBytes: u32, directory: i32, va: u64, bytes: u32): i64 {
  if (fromBytes == 0) return Status.Invalid;
  if (fromBytes > PATH_BYTES) return Status.NameTooLong;
  let status = find(slot, directory, va, bytes, false, first);
  if (status < 0) return status;
  if (first.node != NO_NODE) return Status.Exists;
  if (first.slash != 0) return Status.NotFound;
  status = copyIn(slot, from, target, fromBytes);
  if (status < 0) return status;
  for (let i: u32 = 0; i < fromBytes; i++) if (load<u8>(target + i) == 0) return Status.Invalid;
  const node = vfsCreate(first.directory, foundName(first), first.nameBytes, FileType.Link);
  if (node < 0) return node;
  const written = vfsWrite(node, 0, target, fromBytes);
  if (written == <i32>fromBytes) return Status.Ok;
  vfsRemove(first.directory, foundName(first), first.nameBytes, node, false);
  return written < 0 ? written : Status.NoSpace;
}

export function sysReadlink(slot: i32, directory: i32, va: u64, bytes: u32, out: u64, capacity: u32): i64 {
  const node = findNode(slot, directory, va, bytes, false);
  if (node < 0) return node;
  if (vfsType(node) != FileType.Link) return Status.Invalid;
  const length = vfsLink(node, target, min<u32>(capacity, PATH_BYTES));
  if (length <= 0) return length;
  const status = copyOut(slot, out, target, length);
  return status < 0 ? status : length;
}
