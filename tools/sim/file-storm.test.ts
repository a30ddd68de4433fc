// A storm of random file calls on kernel.wasm under V8, each answer held against a plain model; then the tree is compared, removed, and
// nothing may be left.
import { expect, test } from "vitest";
import { FileType, Open, Topic } from "../abi/index.js";
import type { FileCalls, Run } from "./file-calls.js";
import { run } from "./file-machine.js";
import { FileModel, type ModelNode } from "./file-model.js";
import { Rng } from "./rng.js";

const STEPS = 3000;
const MS = 1_000_000n;
const NAMES = ["a", "b", "c", "dd", "x".repeat(24), "y".repeat(25), "z".repeat(255)];

function pathOf(rng: Rng): string[] {
  const depth = 1 + Math.floor(rng.next() * 3);
  return Array.from({ length: depth }, () => rng.pick(NAMES));
}

const text = (path: string[]) => `/tmp/${path.join("/")}`;

function noise(rng: Rng, most: number): Uint8Array {
  const bytes = new Uint8Array(Math.floor(rng.next() * most));
  const start = Math.floor(rng.next() * 251);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (start + i * 7 + (i >> 8)) & 255;
  return bytes;
}

/** Open files of the storm: they live on when their names go. */
interface Held {
  descriptor: number;
  node: ModelNode;
}

function* step(c: FileCalls, rng: Rng, model: FileModel, held: Held[]): Run<void> {
  const path = pathOf(rng);
  const said = (what: string) => `${what} ${text(path)}`;
  const kind = rng.next();
  if (kind < 0.16) expect([said("mkdir"), yield* c.mkdir(text(path))]).toEqual([said("mkdir"), model.mkdir(path)]);
  else if (kind < 0.36) {
    const bytes = noise(rng, rng.next() < 0.1 ? 200_000 : 9000);
    expect([said("save"), yield* c.save(text(path), bytes)]).toEqual([said("save"), model.save(path, bytes)]);
  } else if (kind < 0.52) {
    const directory = rng.next() < 0.5;
    expect([said("remove"), yield* c.remove(text(path), directory)]).toEqual([said("remove"), model.remove(path, directory)]);
  } else if (kind < 0.62) {
    const to = pathOf(rng);
    expect([said("link"), to, yield* c.two("link", text(path), text(to))]).toEqual([said("link"), to, model.link(path, to)]);
  } else if (kind < 0.76) {
    const to = pathOf(rng);
    // A folder does not sink deeper, so that no path becomes too long.
    if (to.length > path.length && typeof model.find(path) !== "number") return;
    expect([said("rename"), to, yield* c.two("rename", text(path), text(to))]).toEqual([said("rename"), to, model.rename(path, to)]);
  } else if (kind < 0.84) {
    const node = model.find(path);
    if (typeof node === "number" || node.type !== FileType.Regular || held.length > 20) return;
    const descriptor = yield* c.open(text(path), Open.Read | Open.Write);
    expect(descriptor).toBeGreaterThan(2);
    held.push({ descriptor, node });
  } else if (held.length > 0) yield* useHeld(c, rng, model, held);
}

function* useHeld(c: FileCalls, rng: Rng, model: FileModel, held: Held[]): Run<void> {
  const at = Math.floor(rng.next() * held.length);
  const { descriptor, node } = held[at] as Held;
  const kind = rng.next();
  if (kind < 0.2) {
    held.splice(at, 1);
    expect(yield* c.close(descriptor)).toBe(0);
  } else if (kind < 0.5) {
    const offset = Math.floor(rng.next() * 50_000);
    const bytes = noise(rng, 9000);
    expect(yield* c.write(descriptor, bytes, BigInt(offset))).toBe(bytes.length);
    if (bytes.length > 0) model.write(node, offset, bytes);
  } else if (kind < 0.7) {
    const size = Math.floor(rng.next() * 60_000);
    expect(yield { call: "fd_resize", args: [descriptor, size] }).toBe(0n);
    model.resize(node, size);
  } else {
    const offset = Math.floor(rng.next() * 60_000);
    const got = yield* c.read(descriptor, 20_000, BigInt(offset));
    expect(Buffer.compare(got as Uint8Array, node.bytes.subarray(offset, offset + 20_000))).toBe(0);
  }
}

function* compareTree(c: FileCalls, model: FileModel): Run<void> {
  for (const { path, node } of model.walk()) {
    const stat = yield* c.stat(text(path));
    expect(stat).toMatchObject({ type: BigInt(node.type) });
    if (node.type === FileType.Directory) expect(yield* c.names(text(path))).toEqual([...node.children.keys()].sort());
    else {
      expect(stat).toMatchObject({ links: BigInt(node.links), bytes: BigInt(node.bytes.length) });
      const content = (yield* c.load(text(path))) as Uint8Array;
      expect(Buffer.compare(content, node.bytes)).toBe(0);
    }
  }
}

for (const seed of [1, 2, 3])
  test(`${STEPS} random file calls do what the model does, and nothing leaks (seed ${seed})`, () => {
    run(
      function* (c) {
        const rng = new Rng(seed);
        const model = new FileModel();
        const held: Held[] = [];
        const before = yield* c.query(Topic.Memory, "MemoryRow");
        for (let i = 0; i < STEPS; i++) {
          yield* step(c, rng, model, held);
          if (i % 1000 === 999) yield* compareTree(c, model);
        }
        for (const { descriptor } of held) expect(yield* c.close(descriptor)).toBe(0);
        const all = [...model.walk()].reverse();
        for (const { path, node } of all) expect(yield* c.remove(text(path), node.type === FileType.Directory)).toBe(0);
        yield { call: "sleep", args: [100n * MS] };
        const after = yield* c.query(Topic.Memory, "MemoryRow");
        expect(after["filePages"]).toBe(before["filePages"]);
        expect(yield* c.query(Topic.Mounts, "MountRow", 1n)).toMatchObject({ usedBytes: 0n, files: 1n });
        expect(yield* c.stat("/tmp")).toMatchObject({ links: 2n });
      },
      {},
      { memoryBytes: 64 << 20 },
    );
  });
