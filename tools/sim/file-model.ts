// A plain model of the files in memory: what each call must answer and what the tree must then look like. For the storm test; it knows
// nothing of frames. Paths are absolute below /tmp, without links on the way: those are tested apart.
import { FileType, Status } from "../abi/index.js";

export interface ModelNode {
  type: number;
  bytes: Uint8Array;
  children: Map<string, ModelNode>;
  links: number;
}

function make(type: number): ModelNode {
  return { type, bytes: new Uint8Array(), children: new Map(), links: 1 };
}

export class FileModel {
  readonly root = make(FileType.Directory);

  /** The node of a path given as names, or a Status. */
  find(path: string[]): ModelNode | number {
    let node = this.root;
    for (const name of path) {
      if (node.type !== FileType.Directory) return Status.NotDirectory;
      const child = node.children.get(name);
      if (!child) return Status.NotFound;
      node = child;
    }
    return node;
  }

  private parent(path: string[]): ModelNode | number {
    const parent = this.find(path.slice(0, -1));
    if (typeof parent === "number") return parent;
    return parent.type === FileType.Directory ? parent : Status.NotDirectory;
  }

  mkdir(path: string[]): number {
    const parent = this.parent(path);
    if (typeof parent === "number") return parent;
    const name = path.at(-1) as string;
    if (parent.children.has(name)) return Status.Exists;
    parent.children.set(name, make(FileType.Directory));
    return 0;
  }

  save(path: string[], bytes: Uint8Array): number {
    const parent = this.parent(path);
    if (typeof parent === "number") return parent;
    const name = path.at(-1) as string;
    const there = parent.children.get(name);
    if (there?.type === FileType.Directory) return Status.IsDirectory;
    const node = there ?? make(FileType.Regular);
    node.bytes = bytes;
    parent.children.set(name, node);
    return 0;
  }

  write(node: ModelNode, offset: number, bytes: Uint8Array): void {
    const size = Math.max(node.bytes.length, offset + bytes.length);
    this.resize(node, size);
    node.bytes.set(bytes, offset);
  }

  resize(node: ModelNode, size: number): void {
    const bytes = new Uint8Array(size);
    bytes.set(node.bytes.subarray(0, size));
    node.bytes = bytes;
  }

  remove(path: string[], wantDirectory: boolean): number {
    const parent = this.parent(path);
    if (typeof parent === "number") return parent;
    const name = path.at(-1) as string;
    const node = parent.children.get(name);
    if (!node) return Status.NotFound;
    const isDirectory = node.type === FileType.Directory;
    if (isDirectory && !wantDirectory) return Status.IsDirectory;
    if (!isDirectory && wantDirectory) return Status.NotDirectory;
    if (node.children.size > 0) return Status.NotEmpty;
    parent.children.delete(name);
    node.links--;
    return 0;
  }

  link(from: string[], to: string[]): number {
    const node = this.find(from);
    if (typeof node === "number") return node;
    if (node.type === FileType.Directory) return Status.Denied;
    const parent = this.parent(to);
    if (typeof parent === "number") return parent;
    const name = to.at(-1) as string;
    if (parent.children.has(name)) return Status.Exists;
    parent.children.set(name, node);
    node.links++;
    return 0;
  }

  rename(from: string[], to: string[]): number {
    const node = this.find(from);
    if (typeof node === "number") return node;
    const parent = this.parent(to);
    if (typeof parent === "number") return parent;
    const isDirectory = node.type === FileType.Directory;
    if (isDirectory && to.length > from.length - 1 && from.every((name, i) => to[i] === name) && to.length > from.length) return Status.Invalid;
    const name = to.at(-1) as string;
    const there = parent.children.get(name);
    if (there && there !== node) {
      if (there.type === FileType.Directory) {
        if (!isDirectory) return Status.IsDirectory;
        if (there.children.size > 0) return Status.NotEmpty;
      } else if (isDirectory) return Status.NotDirectory;
      there.links--;
    }
    if (there === node) return 0;
    (this.parent(from) as ModelNode).children.delete(from.at(-1) as string);
    parent.children.set(name, node);
    return 0;
  }

  /** Every path with what it is, depth first. */
  *walk(node = this.root, path: string[] = []): Generator<{ path: string[]; node: ModelNode }> {
    for (const [name, child] of node.children) {
      const here = [...path, name];
      yield { path: here, node: child };
      if (child.type === FileType.Directory) yield* this.walk(child, here);
    }
  }
}
