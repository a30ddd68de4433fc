// The kernel's part of weights over a real module under V8: written whole or not at all, taken over by one call, kept, returned to; what the
// module refuses changes nothing, and nothing leaks. The shim's part: weights.hosted.test.ts.
import { createHash } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Engine, Event, LAYOUT, ModuleKind, ModuleState, Status } from "../abi/generated.js";
import { meterModule } from "../build/meter.js";
import { compileHarness } from "../sim/harness.js";
import { PolicyHost } from "../sim/modules.js";
import { Rng } from "../sim/rng.js";
import { badWeights, HEAD_BYTES, WEIGHTS_SIZE, weightsOf } from "./weights-data.js";

interface Registry {
  memory: WebAssembly.Memory;
  textAt(): number;
  rowAt(): number;
  faultAt(): number;
  answerAt(): number;
  start(archiveBytes: bigint, engine: number): number;
  startKind(kind: number, bytes: number): number;
  activeId(kind: number): number;
  swap(bytes: number): number;
  unload(bytes: number): number;
  shadowSet(bytes: number): number;
  shadowId(): number;
  decideSched(fuel: bigint): number;
  fillRow(index: number): number;
  readWeights(id: number, offset: number, count: number): number;
  writeWeights(id: number, offset: number, count: number): number;
  commitWeights(id: number, version: number, nowNs: bigint): number;
  confirmWeights(id: number): void;
  revertWeights(id: number, which: number): number;
  fillWeights(id: number): void;
}

const CHUNK = 512;
const FUEL = 1_000_000n;
const OWN = 0;
const GOOD = 1;

let wasm: Uint8Array<ArrayBuffer>;
let policy: Uint8Array<ArrayBuffer>;
let linear: Uint8Array<ArrayBuffer>;
let r: Registry;
let host: PolicyHost;
let frames: Map<number, number>;
let refused = false;
let events: [number, bigint, bigint][];
let id: number;

beforeAll(() => {
  wasm = compileHarness("registry", "kernel-as/kernel/module/registry.harness.ts");
  const compiled = (name: string, entry: string, target: string) =>
    Uint8Array.from(meterModule(compileHarness(name, entry, ["--config", "asconfig.json", "--target", target])).wasm);
  policy = compiled("sched-weights", "kernel-as/policy/testing/sched_weights.ts", "sched-policy");
  linear = compiled("linear-metered", "kernel-as/policy/memory/linear.ts", "policy");
}, 120_000);

beforeEach(() => {
  frames = new Map();
  refused = false;
  events = [];
  const builtin = (name: string, bytes: Uint8Array<ArrayBuffer>, kind: number) => ({ name, bytes, kind, sha256: createHash("sha256").update(bytes).digest() });
  host = new PolicyHost({ memory: () => r.memory, builtins: [builtin("linear", linear, ModuleKind.Memory), builtin("sched_weights", policy, ModuleKind.Sched)] });
  let now = 0n;
  let next = 100;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), {
    host: { ...host.hostCalls(), time_now_ns: () => (now += 500n) },
    test: {
      arena_alloc: (order: number) => {
        if (refused) return Status.NoMemory;
        const pfn = next;
        next += 1 << order;
        frames.set(pfn, order);
        return pfn;
      },
      arena_free: (pfn: number, order: number) => {
        expect(frames.get(pfn)).toBe(order);
        frames.delete(pfn);
      },
      event: (kind: number, a: bigint, b: bigint) => events.push([kind, a, b]),
    },
  });
  r = instance.exports as unknown as Registry;
  expect(r.start(0n, Engine.Aot)).toBe(Status.Ok);
  id = r.startKind(ModuleKind.Sched, give("sched_weights"));
  expect(id).toBeGreaterThan(0);
});

function give(text: string): number {
  const bytes = new TextEncoder().encode(text);
  new Uint8Array(r.memory.buffer).set(bytes, r.textAt());
  return bytes.length;
}
const text = (at: number, capacity: number) => new TextDecoder().decode(new Uint8Array(r.memory.buffer, at, capacity)).replace(/\0.*/s, "");
const fault = () => text(r.faultAt(), 96);

function write(bytes: Uint8Array, from = 0): number {
  for (let at = from; at < bytes.length; at += CHUNK) {
    const part = bytes.subarray(at, at + CHUNK);
    new Uint8Array(r.memory.buffer).set(part, r.textAt());
    const status = r.writeWeights(id, at, part.length);
    if (status < 0) return status;
  }
  return Status.Ok;
}
function read(): Uint8Array {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const got = r.readWeights(id, at, CHUNK);
    expect(got).toBeGreaterThanOrEqual(0);
    if (got === 0) return Buffer.concat(parts);
    parts.push(Buffer.from(new Uint8Array(r.memory.buffer, r.textAt(), got)));
    at += got;
  }
}
const put = (bytes: Uint8Array, version: number) => {
  const status = write(bytes);
  return status < 0 ? status : r.commitWeights(id, version, 5n);
};
/** What the policy decides by now: the first weight, and the version. */
function inUse(): [number, number] {
  expect(r.decideSched(FUEL)).toBe(0);
  const view = new DataView(r.memory.buffer, r.answerAt());
  return [view.getUint32(LAYOUT.SchedDecision.fields.slot.offset, true), Number(view.getBigUint64(LAYOUT.SchedDecision.fields.quantumNs.offset, true)) - 1_000_000];
}
function row(): Record<string, number> {
  r.fillWeights(id);
  const view = new DataView(r.memory.buffer, r.rowAt());
  return Object.fromEntries(
    Object.entries(LAYOUT.WeightsRow.fields).map(([name, field]) => [
      name,
      field.type === "u64" ? Number(view.getBigUint64(field.offset, true)) : view.getUint32(field.offset, true),
    ]),
  );
}
function stateOf(name: string): { state: number; lastError: number; reason: string } | undefined {
  for (let i = 0; r.fillRow(i) >= 0; i++) {
    if (r.fillRow(i) === 0) continue;
    const at = r.rowAt();
    const f = LAYOUT.ModuleRow.fields;
    if (text(at + f.name.offset, 32) !== name) continue;
    const view = new DataView(r.memory.buffer);
    return { state: view.getUint32(at + f.state.offset, true), lastError: view.getInt32(at + f.lastError.offset, true), reason: text(at + f.reason.offset, 96) };
  }
  return undefined;
}

describe("weights", () => {
  it("are read back as they were written, and used from the next decision on", () => {
    expect(inUse()).toEqual([7, 0]);
    const first = weightsOf(41);
    expect(write(first)).toBe(Status.Ok);
    expect(inUse()).toEqual([7, 0]);
    expect(frames.size).toBe(0);
    expect(r.commitWeights(id, 3, 77n)).toBe(Status.Ok);
    expect(inUse()).toEqual([41, 3]);
    expect(Buffer.from(read()).equals(Buffer.from(first))).toBe(true);
    expect(row()).toMatchObject({ moduleId: id, bytes: WEIGHTS_SIZE, version: 3, goodVersion: 0, commits: 1, refused: 0, committedNs: 77 });
    expect(events.filter(([kind]) => kind === Event.WeightsCommit)).toEqual([[Event.WeightsCommit, BigInt(id), 3n]]);
  });

  it("outlive a swap to another policy and back", () => {
    put(weightsOf(41), 3);
    expect(r.swap(give("roundrobin"))).toBe(0);
    expect(r.swap(give("sched_weights"))).toBe(id);
    expect(inUse()).toEqual([41, 3]);
  });

  it.each(badWeights())("that are %s are refused, and nothing changes", (_, bytes) => {
    put(weightsOf(41), 3);
    const before = read();
    expect(put(bytes, 4)).toBe(Status.BadAnswer);
    expect(fault()).toMatch(/refuses the weights: policy_weights_commit returned -\d/);
    expect(inUse()).toEqual([41, 3]);
    expect(Buffer.from(read()).equals(Buffer.from(before))).toBe(true);
    expect(row()).toMatchObject({ version: 3, commits: 1, refused: 1 });
    expect(put(weightsOf(42), 4)).toBe(Status.Ok);
    expect(inUse()).toEqual([42, 4]);
  });

  it("that are truncated, or not written at all, are not committed", () => {
    expect([r.commitWeights(id, 1, 0n), fault()]).toEqual([Status.Invalid, "no weights were written"]);
    const rng = new Rng(5);
    for (const cut of [1, HEAD_BYTES, CHUNK, WEIGHTS_SIZE - 1, ...Array.from({ length: 20 }, () => 1 + Math.floor(rng.next() * (WEIGHTS_SIZE - 1)))]) {
      expect(write(weightsOf(41).subarray(0, cut))).toBe(Status.Ok);
      expect([r.commitWeights(id, 1, 0n), fault()]).toEqual([Status.Invalid, "not all of the weights were written"]);
    }
    // What was written before does not count a second time.
    expect(put(weightsOf(41), 1)).toBe(Status.Ok);
    expect(r.commitWeights(id, 2, 0n)).toBe(Status.Invalid);
    expect(inUse()).toEqual([41, 1]);
    expect(row()).toMatchObject({ refused: 26, commits: 1 });
  });

  it("are written from the start on and never past the end", () => {
    expect([r.writeWeights(id, 4, 4), fault()]).toEqual([Status.Range, expect.stringMatching(/without gaps/)]);
    expect(write(weightsOf(41))).toBe(Status.Ok);
    for (const [offset, count] of [
      [WEIGHTS_SIZE, 1],
      [WEIGHTS_SIZE - 1, 2],
      [0, WEIGHTS_SIZE + 1],
      [0xffff_ffff, 2],
      [1, 0xffff_ffff],
    ] as const)
      expect(r.writeWeights(id, offset, count), `${offset} ${count}`).toBe(Status.Range);
    expect(r.readWeights(id, WEIGHTS_SIZE, 8)).toBe(0);
    expect(r.readWeights(id, WEIGHTS_SIZE - 3, 8)).toBe(3);
    expect(r.readWeights(id, 0xffff_ffff, 8)).toBe(0);
    expect(r.commitWeights(id, 9, 0n)).toBe(Status.Ok);
  });

  it("have a version from 1 on", () => {
    write(weightsOf(41));
    for (const version of [0, 0x8000_0000, 0xffff_ffff]) expect(r.commitWeights(id, version, 0n)).toBe(Status.Range);
    expect(r.commitWeights(id, 0x7fff_ffff, 0n)).toBe(Status.Ok);
  });

  it("are there only where a module has such", () => {
    const memory = r.startKind(ModuleKind.Memory, give("linear"));
    for (const [module, status] of [
      [memory, Status.Unsupported],
      [0, Status.NotFound],
      [99, Status.NotFound],
    ] as const) {
      expect(r.readWeights(module, 0, 8)).toBe(status);
      expect(r.writeWeights(module, 0, 8)).toBe(status);
      expect(r.commitWeights(module, 1, 0n)).toBe(status);
      expect(r.revertWeights(module, OWN)).toBe(status);
    }
  });

  it("are returned to: the last good ones, and the module's own", () => {
    const own = Buffer.from(read());
    expect(r.revertWeights(id, GOOD)).toBe(0);
    put(weightsOf(41), 1);
    r.confirmWeights(id);
    put(weightsOf(42), 2);
    expect(row()).toMatchObject({ version: 2, goodVersion: 1 });
    expect(r.revertWeights(id, GOOD)).toBe(1);
    expect(inUse()).toEqual([41, 1]);
    expect(Buffer.from(read()).equals(Buffer.from(weightsOf(41)))).toBe(true);
    put(weightsOf(43), 3);
    expect(r.revertWeights(id, OWN)).toBe(0);
    expect(inUse()).toEqual([7, 0]);
    expect(Buffer.from(read()).equals(own)).toBe(true);
    expect(row()).toMatchObject({ version: 0, goodVersion: 0, commits: 3 });
    expect(events.filter(([kind]) => kind === Event.WeightsRevert).map(([, , version]) => version)).toEqual([1n, 0n]);
  });

  it("go with the module: frames come back, and opened again it has its own", () => {
    for (let round = 0; round < 3; round++) {
      expect(write(weightsOf(41).subarray(0, 700))).toBe(Status.Ok);
      expect(put(weightsOf(41 + round), 1)).toBe(Status.Ok);
      expect(frames.size).toBe(1);
      write(weightsOf(50).subarray(0, 700)); // unloaded in the middle
      expect(r.unload(give("sched_weights"))).toBe(Status.Ok);
      expect([host.instances.size, frames.size]).toEqual([0, 0]);
      expect(r.swap(give("sched_weights"))).toBe(id);
      expect(inUse()).toEqual([7, 0]);
      expect(r.commitWeights(id, 5, 0n)).toBe(Status.Invalid);
      expect(row()).toMatchObject({ version: 0, goodVersion: 0 });
    }
  });

  it("are not committed where no frames can keep those before", () => {
    refused = true;
    expect([put(weightsOf(41), 1), fault()]).toEqual([Status.NoMemory, "no contiguous frames to keep its weights"]);
    expect(inUse()).toEqual([7, 0]);
    refused = false;
    expect(put(weightsOf(41), 1)).toBe(Status.Ok);
  });

  it("of a module that is not open are its own; it is opened", () => {
    r.unload(give("sched_weights"));
    expect(r.readWeights(id, HEAD_BYTES, 4)).toBe(4);
    expect(new DataView(r.memory.buffer).getFloat32(r.textAt(), true)).toBe(7);
  });
});

describe("a module that fails while it checks", () => {
  const cases = [
    ["traps", weightsOf(41, { count: 0xdead }), Status.Trap],
    ["loops", weightsOf(41, { count: 0xbeef }), Status.OutOfFuel],
  ] as const;

  it.each(cases)("and %s is ejected where it decides", (_, bytes, status) => {
    expect(put(bytes, 1)).toBe(status);
    expect(r.activeId(ModuleKind.Sched)).toBe(0);
    expect(stateOf("sched_weights")).toMatchObject({ state: ModuleState.Ejected, lastError: status });
    expect([host.instances.size, frames.size]).toEqual([0, 0]);
    expect(r.swap(give("sched_weights"))).toBe(id);
    expect(inUse()).toEqual([7, 0]);
  });

  it.each(cases)("and %s is taken off where it is the shadow", (_, bytes, status) => {
    r.swap(give("roundrobin"));
    expect(r.shadowSet(give("sched_weights"))).toBe(id);
    expect(put(bytes, 1)).toBe(status);
    expect(r.shadowId()).toBe(0);
    expect(events.filter(([kind]) => kind === Event.ShadowOff)).toHaveLength(1);
    expect([host.instances.size, frames.size]).toEqual([0, 0]);
  });

  it.each(cases)("and %s is closed where it does neither", (_, bytes, status) => {
    r.swap(give("roundrobin"));
    expect(put(bytes, 1)).toBe(status);
    expect(stateOf("sched_weights")).toMatchObject({ state: ModuleState.Ejected, lastError: status });
    expect([host.instances.size, frames.size]).toEqual([0, 0]);
  });
});
