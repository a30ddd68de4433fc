// From a path to a node: component by component, through mounts and symbolic links. With a base directory a path never leaves it
// (Escapes), whether by "..", by being absolute or by a link that does; without one (the root) ".." stays at the root.
import { FileType, NAME_BYTES, PATH_BYTES, Status } from "../../abi/numbers";
import { copy, getU8, setU8 } from "../../lib/bytes";
import { PATH_LINKS } from "../limits";
import { NO_NODE } from "./node";
import { mountedOn, rootNode, vfsLink, vfsLookup, vfsParent, vfsType } from "./vfs";

/** What the last part of a path was. */
export const enum Last {
  Name = 0,
  /** "." or nothing: the directory itself */
  Self = 1,
  /** ".." */
  Above = 2,
}

/** The answer of resolve. */
@unmanaged
export class Found {
  /** the directory that holds the last part; meaningless where `last` is not Name */
  directory: i32;
  /** what it leads to, mounts crossed; NO_NODE where the last name is not there */
  node: i32;
  /** Last */
  last: u32;
  /** 1: a slash stands after the last part */
  slash: u32;
  nameBytes: u32;
  /** NAME_BYTES + 1 bytes of the last name follow */
  reserved: u32;
}

export const FOUND_BYTES: u32 = <u32>offsetof<Found>() + NAME_BYTES + 1;

/** Where the last name of a Found lies. */
export function foundName(found: Found): usize {
  return changetype<usize>(found) + offsetof<Found>();
}

// A path grows where a link is put into it: link / rest.
const TEXT_BYTES: u32 = 4096;
const text: usize = memory.data(4096);
const target: usize = memory.data(1025);
if (PATH_BYTES != 1024) ERROR("a buffer is stale");

const SLASH: u32 = 0x2f;
const DOT: u32 = 0x2e;

/** Where callers put the path before they call resolve; PATH_BYTES long. */
export function pathText(): usize {
  return text;
}

/**
 * Resolves the `bytes` bytes in pathText.
 * @param base directory that the path starts at and never leaves; NO_NODE: it starts at the root
 * @param follow whether a symbolic link at the end is followed
 * Ok and fills `found`, also where only the last name is missing. NotFound, NotDirectory, Escapes, Loop, NameTooLong, Invalid (a NUL).
 */
export function resolve(base: i32, bytes: u32, follow: bool, found: Found): i32 {
  if (bytes == 0) return Status.NotFound;
  const confined = base != NO_NODE;
  for (let i: u32 = 0; i < bytes; i++) if (getU8(text + i) == 0) return Status.Invalid;
  if (confined && getU8(text) == SLASH) return Status.Escapes;
  const start = confined ? base : rootNode();
  let current = start;
  let links: u32 = 0;
  let at = text;
  let end = text + bytes;
  found.last = Last.Self;
  found.slash = 0;
  found.nameBytes = 0;
  found.node = current;
  while (true) {
    while (at < end && getU8(at) == SLASH) at++;
    if (at == end) return Status.Ok;
    const part = at;
    while (at < end && getU8(at) != SLASH) at++;
    const count = <u32>(at - part);
    const slash = at < end;
    while (at < end && getU8(at) == SLASH) at++;
    const last = at == end;
    if (count > NAME_BYTES) return Status.NameTooLong;
    if (vfsType(current) != FileType.Directory) return Status.NotDirectory;
    found.slash = slash ? 1 : 0;
    if (count == 1 && getU8(part) == DOT) {
      found.last = Last.Self;
      found.node = current;
      continue;
    }
    if (count == 2 && getU8(part) == DOT && getU8(part + 1) == DOT) {
      if (current != start) current = vfsParent(current);
      else if (confined) return Status.Escapes;
      found.last = Last.Above;
      found.node = current;
      continue;
    }
    const child = vfsLookup(current, part, count);
    if (child < 0 && (child != Status.NotFound || !last)) return child;
    const node = child < 0 ? NO_NODE : mountedOn(child);
    if (node != NO_NODE && vfsType(node) == FileType.Link && (!last || follow || slash)) {
      if (++links > PATH_LINKS) return Status.Loop;
      const length = <u32>vfsLink(node, target, PATH_BYTES);
      const rest = <u32>(end - at);
      if (length + 1 + rest > TEXT_BYTES) return Status.NameTooLong;
      const absolute = length > 0 && getU8(target) == SLASH;
      if (absolute && confined) return Status.Escapes;
      copy(text + length + 1, at, rest);
      copy(text, target, length);
      if (rest > 0 || slash) setU8(text + length, SLASH);
      at = text;
      end = text + length + (rest > 0 || slash ? 1 + rest : 0);
      if (absolute) current = start;
      // A link to nothing leads nowhere, not to where it lies.
      if (length == 0) return Status.NotFound;
      found.last = Last.Self;
      found.node = current;
      continue;
    }
    if (last) {
      if (slash && node != NO_NODE && vfsType(node) != FileType.Directory) return Status.NotDirectory;
      found.last = Last.Name;
      found.directory = current;
      found.node = node;
      found.nameBytes = count;
      copy(foundName(found), part, count);
      return Status.Ok;
    }
    current = node;
  }
}
