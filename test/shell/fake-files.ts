// Files, descriptors and pipes of the fake kernel: a tree in memory, "/" read only and "/tmp" writable with a limit. A pipe holds everything
// that is written: processes here run one after the other, so nobody could wait for room. It proves nothing about the real kernel.
import { FileType, Open, Status } from "../../tools/abi/generated.js";
import { encodeRow, type Row } from "./rows.js";

export interface Inode {
  id: number;
  device: number;
  type: number;
  bytes: Uint8Array;
  entries: Map<string, Inode>;
  target: string;
  links: number;
  modifiedNs: bigint;
}

interface Pipe {
  chunks: Uint8Array[];
  readers: number;
  writers: number;
}

export interface OpenFile {
  inode?: Inode;
  pipe?: Pipe;
  /** bit set as Open */
  flags: number;
  position: number;
  references: number;
}

/** What a process has of files. */
export interface Holder {
  descriptors: Map<number, OpenFile>;
  /** descriptors of the console that are open */
  console: Set<number>;
}

const NEVER = 0xffff_ffff_ffff_ffffn;
const OPEN = Open as Record<string, number> & typeof Open;

export class FakeFiles {
  root: Inode;
  tmp: Inode;
  /** most bytes that /tmp holds */
  limit = 1 << 20;
  nowNs = () => 1_700_000_000_000_000_000n;
  private nextId = 1;

  constructor() {
    this.root = this.make(FileType.Directory, 1);
    this.tmp = this.make(FileType.Directory, 2);
    this.root.entries.set("tmp", this.tmp);
  }

  private make(type: number, device: number): Inode {
    return { id: this.nextId++, device, type, bytes: new Uint8Array(), entries: new Map(), target: "", links: 1, modifiedNs: this.nowNs() };
  }

  /** Puts a file where a test wants one; folders are made. */
  put(path: string, content: string | Uint8Array): Inode {
    const parts = path.split("/").filter(Boolean);
    let at = this.root;
    for (const part of parts.slice(0, -1)) {
      const next = at.entries.get(part) ?? this.make(FileType.Directory, at.device);
      at.entries.set(part, next);
      at = next;
    }
    const file = this.make(FileType.Regular, at.device);
    file.bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    at.entries.set(parts.at(-1) as string, file);
    return file;
  }

  /** Contents of a file as text; undefined where there is none. */
  text(path: string): string | undefined {
    const found = this.resolve(path, true);
    return typeof found === "number" || found.type !== FileType.Regular ? undefined : new TextDecoder().decode(found.bytes);
  }

  used(at = this.tmp): number {
    return at.bytes.length + [...at.entries.values()].reduce((sum, inode) => sum + this.used(inode), 0);
  }

  resolve(path: string, follow: boolean, depth = 0): Inode | number {
    const trail: Inode[] = [this.root];
    const parts = path.split("/").filter((part) => part !== "" && part !== ".");
    for (const [i, part] of parts.entries()) {
      const folder = trail.at(-1) as Inode;
      if (folder.type !== FileType.Directory) return Status.NotDirectory;
      if (part === "..") {
        if (trail.length > 1) trail.pop();
        continue;
      }
      if (part.length > 255) return Status.NameTooLong;
      const next = folder.entries.get(part);
      if (!next) return Status.NotFound;
      if (next.type === FileType.Link && (i < parts.length - 1 || follow)) {
        if (depth > 8) return Status.Loop;
        const base = parts.slice(0, i).join("/");
        const rest = parts.slice(i + 1).join("/");
        return this.resolve(`${next.target.startsWith("/") ? next.target : `${base}/${next.target}`}/${rest}`, follow, depth + 1);
      }
      trail.push(next);
    }
    const last = trail.at(-1) as Inode;
    return path.endsWith("/") && last.type !== FileType.Directory ? Status.NotDirectory : last;
  }

  /** The folder that holds a path's last part. */
  private parentOf(path: string): { folder: Inode; name: string } | number {
    const trimmed = path.replace(/\/+$/, "");
    const at = trimmed.lastIndexOf("/");
    const name = trimmed.slice(at + 1);
    const folder = this.resolve(trimmed.slice(0, at + 1) || "/", true);
    if (typeof folder === "number") return folder;
    if (folder.type !== FileType.Directory) return Status.NotDirectory;
    return name === "" || name === "." || name === ".." ? Status.Invalid : { folder, name };
  }

  private writable(inode: Inode): boolean {
    return inode.device === 2;
  }

  private lowest(holder: Holder): number {
    let n = 0;
    while (holder.descriptors.has(n) || holder.console.has(n)) n++;
    return n;
  }
  private add(holder: Holder, file: OpenFile): number {
    const n = this.lowest(holder);
    if (n >= 64) return Status.TooManyOpen;
    holder.descriptors.set(n, file);
    return n;
  }

  open(holder: Holder, path: string, flags: number): number {
    const writes = (flags & OPEN.Write) !== 0;
    let found = this.resolve(path, (flags & OPEN.NoFollow) === 0);
    if (found === Status.NotFound && flags & OPEN.Create) {
      const parent = this.parentOf(path);
      if (typeof parent === "number") return parent;
      if (!this.writable(parent.folder)) return Status.ReadOnly;
      found = this.make(FileType.Regular, 2);
      parent.folder.entries.set(parent.name, found);
    } else if (typeof found !== "number" && flags & OPEN.Exclusive) return Status.Exists;
    if (typeof found === "number") return found;
    if (flags & OPEN.Directory && found.type !== FileType.Directory) return Status.NotDirectory;
    if (writes && found.type === FileType.Directory) return Status.IsDirectory;
    if (writes && !this.writable(found)) return Status.ReadOnly;
    if (flags & OPEN.Truncate) found.bytes = new Uint8Array();
    return this.add(holder, { inode: found, flags, position: 0, references: 1 });
  }

  private release(file: OpenFile): void {
    if (--file.references > 0 || !file.pipe) return;
    if (file.flags & OPEN.Write) file.pipe.writers--;
    else file.pipe.readers--;
  }

  close(holder: Holder, descriptor: number): number {
    const file = holder.descriptors.get(descriptor);
    if (!file) return Status.BadDescriptor;
    holder.descriptors.delete(descriptor);
    this.release(file);
    return 0;
  }
  closeAll(holder: Holder): void {
    for (const descriptor of [...holder.descriptors.keys()]) this.close(holder, descriptor);
  }

  pipe(holder: Holder): bigint {
    const pipe: Pipe = { chunks: [], readers: 1, writers: 1 };
    const reader = this.add(holder, { pipe, flags: OPEN.Read, position: 0, references: 1 });
    const writer = this.add(holder, { pipe, flags: OPEN.Write, position: 0, references: 1 });
    return BigInt(reader) | (BigInt(writer) << 32n);
  }

  /** Bytes, or a Status. */
  read(file: OpenFile, capacity: number): Uint8Array | number {
    if (!(file.flags & OPEN.Read)) return Status.BadDescriptor;
    if (file.pipe) {
      const first = file.pipe.chunks[0];
      if (!first) return new Uint8Array();
      file.pipe.chunks[0] = first.subarray(capacity);
      if (file.pipe.chunks[0].length === 0) file.pipe.chunks.shift();
      return first.subarray(0, capacity);
    }
    const inode = file.inode as Inode;
    if (inode.type === FileType.Directory) return Status.IsDirectory;
    const out = inode.bytes.subarray(file.position, file.position + capacity);
    file.position += out.length;
    return out;
  }

  write(file: OpenFile, bytes: Uint8Array): number {
    if (!(file.flags & OPEN.Write)) return Status.BadDescriptor;
    if (file.pipe) {
      if (file.pipe.readers === 0) return Status.BrokenPipe;
      file.pipe.chunks.push(bytes.slice());
      return bytes.length;
    }
    const inode = file.inode as Inode;
    if (file.flags & OPEN.Append) file.position = inode.bytes.length;
    const end = Math.max(inode.bytes.length, file.position + bytes.length);
    if (this.used() - inode.bytes.length + end > this.limit) return Status.NoSpace;
    const grown = new Uint8Array(end);
    grown.set(inode.bytes);
    grown.set(bytes, file.position);
    inode.bytes = grown;
    file.position += bytes.length;
    inode.modifiedNs = this.nowNs();
    return bytes.length;
  }

  seek(file: OpenFile, offset: bigint, whence: number): bigint {
    if (!file.inode) return BigInt(Status.NotSeekable);
    const to = Number(offset) + (whence === 0 ? 0 : whence === 1 ? file.position : file.inode.bytes.length);
    if (to < 0) return BigInt(Status.Invalid);
    file.position = to;
    return BigInt(to);
  }

  stat(inode: Inode): Uint8Array {
    const row: Row = { device: BigInt(inode.device), inode: BigInt(inode.id), type: inode.type, links: inode.links, bytes: BigInt(inode.bytes.length || inode.target.length) };
    return encodeRow("FileStat", { ...row, accessedNs: inode.modifiedNs, modifiedNs: inode.modifiedNs, changedNs: inode.modifiedNs });
  }

  list(file: OpenFile, cookie: number, capacity: number): Uint8Array | number {
    if (file.inode?.type !== FileType.Directory) return Status.NotDirectory;
    const out = new Uint8Array(capacity);
    let used = 0;
    const all = [...file.inode.entries];
    for (let i = cookie; i < all.length; i++) {
      const [name, inode] = all[i] as [string, Inode];
      const bytes = new TextEncoder().encode(name);
      const need = 24 + ((bytes.length + 7) & ~7);
      if (used + need > capacity) break;
      out.set(encodeRow("DirectoryRow", { next: BigInt(i + 1), inode: BigInt(inode.id), type: inode.type, nameBytes: bytes.length }), used);
      out.set(bytes, used + 24);
      used += need;
    }
    return out.subarray(0, used);
  }

  times(path: string, modifiedNs: bigint): number {
    const found = this.resolve(path, true);
    if (typeof found === "number") return found;
    if (!this.writable(found)) return Status.ReadOnly;
    if (modifiedNs !== NEVER) found.modifiedNs = modifiedNs;
    return 0;
  }

  makeDirectory(path: string): number {
    if (typeof this.resolve(path, false) !== "number") return Status.Exists;
    const parent = this.parentOf(path);
    if (typeof parent === "number") return parent;
    if (!this.writable(parent.folder)) return Status.ReadOnly;
    parent.folder.entries.set(parent.name, this.make(FileType.Directory, 2));
    return 0;
  }

  remove(path: string, directory: boolean): number {
    const found = this.resolve(path, false);
    if (typeof found === "number") return found;
    const parent = this.parentOf(path);
    if (typeof parent === "number") return parent;
    if (found === this.tmp) return Status.Busy;
    if (directory && found.type !== FileType.Directory) return Status.NotDirectory;
    if (!directory && found.type === FileType.Directory) return Status.IsDirectory;
    if (!this.writable(parent.folder)) return Status.ReadOnly;
    if (found.entries.size > 0) return Status.NotEmpty;
    parent.folder.entries.delete(parent.name);
    found.links--;
    return 0;
  }

  rename(from: string, to: string): number {
    const found = this.resolve(from, false);
    if (typeof found === "number") return found;
    const source = this.parentOf(from);
    const target = this.parentOf(to);
    if (typeof source === "number") return source;
    if (typeof target === "number") return target;
    if (source.folder.device !== target.folder.device) return Status.CrossDevice;
    if (!this.writable(source.folder)) return Status.ReadOnly;
    if (found.type === FileType.Directory && `${to}/`.startsWith(`${from}/`)) return Status.Invalid;
    const there = target.folder.entries.get(target.name);
    if (there && there.type === FileType.Directory && (found.type !== FileType.Directory || there.entries.size > 0))
      return found.type === FileType.Directory ? Status.NotEmpty : Status.IsDirectory;
    source.folder.entries.delete(source.name);
    target.folder.entries.set(target.name, found);
    return 0;
  }

  link(from: string, to: string): number {
    const found = this.resolve(from, false);
    if (typeof found === "number") return found;
    if (found.type === FileType.Directory) return Status.Denied;
    const target = this.parentOf(to);
    if (typeof target === "number") return target;
    if (target.folder.device !== found.device) return Status.CrossDevice;
    if (target.folder.entries.has(target.name)) return Status.Exists;
    target.folder.entries.set(target.name, found);
    found.links++;
    return 0;
  }

  symlink(target: string, path: string): number {
    const parent = this.parentOf(path);
    if (typeof parent === "number") return parent;
    if (!this.writable(parent.folder)) return Status.ReadOnly;
    if (parent.folder.entries.has(parent.name)) return Status.Exists;
    const link = this.make(FileType.Link, 2);
    link.target = target;
    parent.folder.entries.set(parent.name, link);
    return 0;
  }
}
