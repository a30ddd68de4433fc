// Files as the shell's commands see them: paths relative to the session's directory, what is known of a path, the names of a directory,
// and the words for what went wrong. Every call here is one system call or a bounded row of them; long work is a frame elsewhere.
import { DIRECTORY_ROW_BYTES, DirectoryRow, FileStat } from "../abi/layouts";
import { FileType, Open, PATH_BYTES, Status } from "../abi/numbers";
import * as sys from "../abi/sys";
import { statusText } from "./report";
import { session } from "./session";

const STAT: usize = memory.data(56, 8);
const LIST: usize = memory.data(4096, 8);
const LIST_BYTES: u32 = 4096;
const LINK: usize = memory.data(1024, 8);
const LINK_BYTES: u32 = 1024;
/** Bytes that one step of a command reads or writes. */
export const CHUNK_BYTES: i32 = 65536;

let chunkBytes: StaticArray<u8> | null = null;

/** The buffer that commands read into, one chunk at a time. Made at its first use. */
export function chunk(): usize {
  let bytes = chunkBytes;
  if (!bytes) {
    bytes = new StaticArray<u8>(CHUNK_BYTES);
    chunkBytes = bytes;
  }
  return changetype<usize>(bytes);
}

/** A path from the root on. */
export function absolute(path: string): string {
  if (path.startsWith("/")) return path;
  return session.directory == "/" ? "/" + path : session.directory + "/" + path;
}

/** The same path without empty parts, `.` and `..`; it begins with `/`. Symbolic links are not looked at. */
export function normalize(path: string): string {
  const parts = absolute(path).split("/");
  const kept: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] == "" || parts[i] == ".") continue;
    if (parts[i] != "..") kept.push(parts[i]);
    else if (kept.length > 0) kept.pop();
  }
  return "/" + kept.join("/");
}

/** What follows the last `/`; of a path that ends with `/`, the name before it. */
export function nameOf(path: string): string {
  let end = path.length;
  while (end > 1 && path.charCodeAt(end - 1) == 47) end--;
  const at = path.lastIndexOf("/", end - 1);
  return at >= 0 && end > 1 ? path.substring(at + 1, end) : path.substring(0, end);
}

/** `folder` and a name in it. */
export function inside(folder: string, name: string): string {
  return folder.endsWith("/") ? folder + name : folder + "/" + name;
}

/** A path as the kernel takes it; empty where it names nothing. */
class Path {
  private bytes: ArrayBuffer;

  constructor(path: string) {
    this.bytes = String.UTF8.encode(path == "" ? "" : absolute(path));
  }
  get at(): usize {
    return changetype<usize>(this.bytes);
  }
  get length(): u32 {
    return this.bytes.byteLength as u32;
  }
  /** What is wrong before the kernel is asked; 0 nothing. */
  get wrong(): i64 {
    if (this.length == 0) return Status.NotFound;
    return this.length > PATH_BYTES ? Status.NameTooLong : 0;
  }
}

/** Opens a path. A descriptor, or a Status. */
export function openPath(path: string, flags: u32): i64 {
  const p = new Path(path);
  return p.wrong < 0 ? p.wrong : sys.open(-1, p.at, p.length, flags);
}

/** What is known of a file, copied out of the kernel's row. */
export class FileInfo {
  type: FileType = FileType.Unknown;
  device: u64 = 0;
  inode: u64 = 0;
  links: u32 = 0;
  bytes: u64 = 0;
  accessedNs: u64 = 0;
  modifiedNs: u64 = 0;
  changedNs: u64 = 0;

  get isDirectory(): bool {
    return this.type == FileType.Directory;
  }
  isSame(other: FileInfo): bool {
    return this.device == other.device && this.inode == other.inode;
  }
}

function infoAt(row: usize): FileInfo {
  const stat = changetype<FileStat>(row);
  const info = new FileInfo();
  info.type = stat.type as FileType;
  info.device = stat.device;
  info.inode = stat.inode;
  info.links = stat.links;
  info.bytes = stat.bytes;
  info.accessedNs = stat.accessedNs;
  info.modifiedNs = stat.modifiedNs;
  info.changedNs = stat.changedNs;
  return info;
}

/** What the last `statPath`, `listNames` or `readLink` that gave nothing was told. */
export let fault: i64 = 0;

/** What is known of a path; null where that cannot be told, and `fault` says why. */
export function statPath(path: string, follow: bool): FileInfo | null {
  const p = new Path(path);
  fault = p.wrong < 0 ? p.wrong : sys.path_stat(-1, p.at, p.length, follow ? 1 : 0, STAT);
  return fault < 0 ? null : infoAt(STAT);
}

/** What is known of an open descriptor. */
export function statDescriptor(descriptor: i32): FileInfo | null {
  fault = sys.fd_stat(descriptor, STAT);
  return fault < 0 ? null : infoAt(STAT);
}

/** Whether a path names a directory, links followed. */
export function isDirectory(path: string): bool {
  const info = statPath(path, true);
  return info ? info.isDirectory : false;
}

/** A name in a directory. */
export class Entry {
  constructor(
    public name: string,
    public type: FileType,
  ) {}
}

/** The names in a directory by name, without `.` and `..`; null where it cannot be read, and `fault` says why. */
export function listNames(path: string): Entry[] | null {
  const descriptor = openPath(path, Open.Read | Open.Directory);
  fault = descriptor;
  if (descriptor < 0) return null;
  const entries: Entry[] = [];
  let cookie: u64 = 0;
  for (;;) {
    const n = sys.list(descriptor as i32, cookie, LIST, LIST_BYTES);
    fault = n;
    if (n <= 0) break;
    for (let at: usize = 0; at + DIRECTORY_ROW_BYTES <= (n as usize); ) {
      const row = changetype<DirectoryRow>(LIST + at);
      const name = String.UTF8.decodeUnsafe(LIST + at + DIRECTORY_ROW_BYTES, row.nameBytes);
      if (name != "." && name != "..") entries.push(new Entry(name, row.type as FileType));
      cookie = row.next;
      at += DIRECTORY_ROW_BYTES + ((row.nameBytes + 7) & ~7);
    }
  }
  sys.close(descriptor as i32);
  if (fault < 0) return null;
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return entries;
}

/** Contents of a symbolic link; "" where it is none, and `fault` says why. */
export function readLink(path: string): string {
  const p = new Path(path);
  fault = p.wrong < 0 ? p.wrong : sys.readlink(-1, p.at, p.length, LINK, LINK_BYTES);
  return fault <= 0 ? "" : String.UTF8.decodeUnsafe(LINK, fault as usize);
}

export function makeDirectory(path: string): i64 {
  const p = new Path(path);
  return p.wrong < 0 ? p.wrong : sys.make_directory(-1, p.at, p.length);
}

export function removePath(path: string, directory: bool): i64 {
  const p = new Path(path);
  return p.wrong < 0 ? p.wrong : sys.remove(-1, p.at, p.length, directory ? 1 : 0);
}

export function renamePath(from: string, to: string): i64 {
  const a = new Path(from);
  const b = new Path(to);
  if (a.wrong < 0 || b.wrong < 0) return min(a.wrong, b.wrong);
  return sys.rename(-1, a.at, a.length, -1, b.at, b.length);
}

export function linkPath(from: string, to: string): i64 {
  const a = new Path(from);
  const b = new Path(to);
  if (a.wrong < 0 || b.wrong < 0) return min(a.wrong, b.wrong);
  return sys.link(-1, a.at, a.length, -1, b.at, b.length);
}

export function symlinkPath(target: string, path: string): i64 {
  const bytes = String.UTF8.encode(target);
  const p = new Path(path);
  if (bytes.byteLength == 0) return Status.NotFound;
  return p.wrong < 0 ? p.wrong : sys.symlink(changetype<usize>(bytes), bytes.byteLength as u32, -1, p.at, p.length);
}

/** Sets times; ~0 leaves one as it is. */
export function setTimes(path: string, accessedNs: u64, modifiedNs: u64): i64 {
  const p = new Path(path);
  return p.wrong < 0 ? p.wrong : sys.path_times(-1, p.at, p.length, 1, accessedNs, modifiedNs);
}

/** What is wrong with a file, in words. */
export function fileText(status: i64): string {
  switch (status as i32) {
    case Status.NotFound:
      return "no such file";
    case Status.Exists:
      return "it exists";
    case Status.NoMemory:
      return "no memory left";
    case Status.Invalid:
      return "that cannot be done with it";
    default:
      return statusText(status);
  }
}

const TYPES: string[] = ["unknown", "block", "console", "directory", "file", "5", "pipe", "link"];

export function typeText(type: FileType): string {
  return (type as u32) < (TYPES.length as u32) ? TYPES[type] : (type as u32).toString();
}
