// The module registry over real wasm modules under V8: each way to load, swap, fall back and be ejected, and that every handle
// and arena comes back.
import { createHash } from "node:crypto";
import binaryen from "binaryen";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ABI_HASH, Engine, Event, LAYOUT, ModuleKind, ModuleState, Risk, Status } from "../abi/generated.js";
import { compileHarness } from "../sim/harness.js";
import { PolicyHost } from "../sim/modules.js";

interface Registry {
  memory: WebAssembly.Memory;
  textAt(): number;
  rowAt(): number;
  faultAt(): number;
  start(archiveBytes: bigint, engine: number): number;
  load(bytes: number): number;
  offeredAt(): number;
  approve(): number;
  offer(bytes: number): number;
  swap(bytes: number): number;
  startKind(kind: number, bytes: number): number;
  activeId(kind: number): number;
  decideSched(fuel: bigint): number;
  answerAt(): number;
  shadowSet(bytes: number): number;
  shadowId(): number;
  shadowDecide(fuel: bigint): number;
  shadowFail(status: number): void;
  unload(bytes: number): number;
  fallback(bytes: number): number;
  eject(kind: number, status: number): void;
  fillRow(index: number): number;
  sample(nowNs: bigint, free: number, managed: number): void;
  decide(nowNs: bigint, fuel: bigint): number;
}

interface Row {
  id: number;
  kind: number;
  state: number;
  engine: number;
  calls: number;
  errors: number;
  lastError: number;
  bytes: number;
  name: string;
  reason: string;
}

const NONE = new Uint8Array(32);
const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

/** A policy in text: `decide` is the body of policy_decide; the output lies at 64, the input at 1024. */
function policyText(decide: string, extra = "", abi = ABI_HASH, kind: number = ModuleKind.Memory, outputBytes = 64): Uint8Array<ArrayBuffer> {
  const text = `(module ${extra}
    (memory (export "memory") 1 1)
    (global $fuel (export "fuel") (mut i64) (i64.const 0))
    (func (export "policy_kind") (result i32) (i32.const ${kind}))
    (func (export "policy_abi") (result i64) (i64.const ${BigInt.asIntN(64, abi)}))
    (func (export "policy_input") (result i32) (i32.const 1024))
    (func (export "policy_input_capacity") (result i32) (i32.const 8192))
    (func (export "policy_output") (result i32) (i32.const 64))
    (func (export "policy_output_bytes") (result i32) (i32.const ${outputBytes}))
    (func (export "policy_reset") (param i32) (result i32) (i32.const 0))
    (func (export "policy_decide") (param i32) (result i32) ${decide}))`;
  const module = binaryen.parseText(text);
  module.setFeatures(binaryen.Features.All);
  const bytes = Uint8Array.from(module.emitBinary());
  module.dispose();
  return bytes;
}

const calm = policyText("(f64.store (i32.const 64) (f64.const 0.25)) (f64.store (i32.const 72) (f64.const -1)) (i32.const 0)");
const alarmed = policyText("(f64.store (i32.const 64) (f64.const 0.95)) (f64.store (i32.const 72) (f64.const -1)) (i32.const 0)");
const trapping = policyText("(unreachable)");
const looping = policyText(
  "(loop $l (global.set $fuel (i64.sub (global.get $fuel) (i64.const 1))) (if (i64.lt_s (global.get $fuel) (i64.const 0)) (then (unreachable))) (br $l)) (i32.const 0)",
);
const nan = policyText("(f64.store (i32.const 64) (f64.div (f64.const 0) (f64.const 0))) (i32.const 0)");
const negative = policyText("(i32.const -1)");
const stranger = policyText("(i32.const 0)", "", ABI_HASH ^ 1n);
const wrongKind = policyText("(i32.const 0)", "", ABI_HASH, ModuleKind.Sched);
/** Scheduling policies: their decision is 472 bytes at 64; `slot` stands for what they decide. */
const schedText = (decide: string) => policyText(decide, "", ABI_HASH, ModuleKind.Sched, LAYOUT.SchedDecision.bytes);
const first = schedText("(i32.store (i32.const 64) (i32.const 11)) (i32.const 0)");
const second = schedText("(i32.store (i32.const 64) (i32.const 22)) (i32.const 0)");
const failing = schedText("(unreachable)");
const importing = policyText("(i32.const 0)", '(import "host" "power_off" (func (param i32)))');
const deep = policyText(`${"(if (local.get 0) (then ".repeat(70)}${"))".repeat(70)} (i32.const 0)`);
const large = new Uint8Array(300_000);
const files: [string, Uint8Array][] = [
  ["policies/calm.wasm", calm],
  ["policies/alarmed.wasm", alarmed],
  ["policies/trapping.wasm", trapping],
  ["policies/looping.wasm", looping],
  ["policies/nan.wasm", nan],
  ["policies/negative.wasm", negative],
  ["policies/stranger.wasm", stranger],
  ["policies/wrong-kind.wasm", wrongKind],
  ["policies/first.wasm", first],
  ["policies/second.wasm", second],
  ["policies/failing.wasm", failing],
  ["policies/importing.wasm", importing],
  ["policies/deep.wasm", deep],
  ["policies/text.wasm", new TextEncoder().encode("this is no module")],
  ["policies/large.wasm", large],
  ["policies/a-name-that-is-longer-than-31-bytes.wasm", calm],
  ["policies/unknown.wasm", policyText("(i32.const 0) (drop) (i32.const 0)")],
];

function tar(entries: [string, Uint8Array][]): Uint8Array {
  const blocks = entries.flatMap(([path, bytes]) => {
    const head = Buffer.alloc(512);
    head.write(path, 0, "latin1");
    head.write("0000644\0", 100);
    head.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
    head.write("        0", 148);
    head.write("ustar\x0000", 257, "latin1");
    const sum = head.reduce((a, b) => a + b, 0);
    head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    return [head, Buffer.from(bytes), Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const recordedSched = [first, second, failing];
const recorded = [calm, alarmed, trapping, looping, nan, negative, stranger, wrongKind, importing, ...recordedSched];
const record = Buffer.concat(
  recorded.map((bytes) => {
    const row = Buffer.alloc(48);
    sha(bytes).copy(row);
    row.writeUInt32LE(recordedSched.includes(bytes) ? ModuleKind.Sched : ModuleKind.Memory, 32);
    row.writeUInt32LE(64, 36);
    return row;
  }),
);

let wasm: Uint8Array<ArrayBuffer>;
let linear: Uint8Array<ArrayBuffer>;
let r: Registry;
let host: PolicyHost;
let arenas: Map<number, number>;
let arenaRefused = false;
let events: [number, bigint, bigint][];

beforeAll(() => {
  wasm = compileHarness("registry", "kernel-as/kernel/module/registry.harness.ts");
  linear = compileHarness("linear", "kernel-as/policy/memory/linear.ts", ["--config", "asconfig.json", "--target", "policy"]);
  const module = binaryen.readBinary(linear);
  module.setFeatures(binaryen.Features.All);
  module.addGlobal("fuel", binaryen.i64, true, module.i64.const(0n));
  module.addGlobalExport("fuel", "fuel");
  linear = Uint8Array.from(module.emitBinary());
  module.dispose();
}, 180_000);

function boot(options: { engine?: number; initrd?: Uint8Array } = {}): void {
  const initrd = options.initrd ?? tar(files);
  arenas = new Map();
  arenaRefused = false;
  events = [];
  let now = 0n;
  host = new PolicyHost({ memory: () => r.memory, builtins: [{ name: "linear", bytes: linear, sha256: sha(linear) }], initrd, record });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), {
    host: { ...host.hostCalls(), time_now_ns: () => (now += 500n) },
    test: {
      arena_alloc: (order: number) => {
        if (arenaRefused) return Status.NoMemory;
        const pfn = 1000 + events.length * 4096 + arenas.size;
        arenas.set(pfn, order);
        return pfn;
      },
      arena_free: (pfn: number, order: number) => {
        expect(arenas.get(pfn)).toBe(order);
        arenas.delete(pfn);
      },
      event: (kind: number, a: bigint, b: bigint) => events.push([kind, a, b]),
    },
  });
  r = instance.exports as unknown as Registry;
  expect(r.start(BigInt(initrd.length), options.engine ?? Engine.Aot)).toBe(Status.Ok);
}

beforeEach(() => boot());

function give(text: string): number {
  const bytes = new TextEncoder().encode(text);
  new Uint8Array(r.memory.buffer).set(bytes, r.textAt());
  return bytes.length;
}
const load = (path: string) => r.load(give(path));
const swap = (name: string) => r.swap(give(name));
const unload = (name: string) => r.unload(give(name));
const text = (at: number, capacity: number) => new TextDecoder().decode(new Uint8Array(r.memory.buffer, at, capacity)).replace(/\0.*/s, "");
const fault = () => text(r.faultAt(), 96);

function rows(): Row[] {
  const found: Row[] = [];
  for (let i = 0; r.fillRow(i) >= 0; i++) {
    if (r.fillRow(i) === 0) continue;
    const at = r.rowAt();
    const view = new DataView(r.memory.buffer);
    const f = LAYOUT.ModuleRow.fields;
    found.push({
      id: view.getUint32(at + f.id.offset, true),
      kind: view.getUint32(at + f.kind.offset, true),
      state: view.getUint32(at + f.state.offset, true),
      engine: view.getUint32(at + f.engine.offset, true),
      calls: Number(view.getBigUint64(at + f.calls.offset, true)),
      errors: Number(view.getBigUint64(at + f.errors.offset, true)),
      lastError: view.getInt32(at + f.lastError.offset, true),
      bytes: view.getUint32(at + f.bytes.offset, true),
      name: text(at + f.name.offset, 32),
      reason: text(at + f.reason.offset, 96),
    });
  }
  return found;
}
const rowOf = (name: string) => rows().find((row) => row.name === name) as Row;
const activeName = (kind: number = ModuleKind.Memory) => rows().find((row) => row.kind === kind && row.state === ModuleState.Active)?.name;
let time = 0n;
const decide = (fuel = 200_000n) => {
  time += 100_000_000n;
  r.sample(time, 50_000, 100_000);
  return r.decide(time, fuel);
};

describe("at the start", () => {
  it("knows the fallbacks and the built-ins, and the fallbacks decide", () => {
    expect(rows().map((row) => [row.name, row.state, row.engine])).toEqual([
      ["fallback", ModuleState.Active, Engine.Fallback],
      ["roundrobin", ModuleState.Active, Engine.Fallback],
      ["linear", ModuleState.Available, Engine.Aot],
    ]);
    for (let i = 0; i < 20; i++) expect(decide()).toBe(Risk.Normal);
    expect(rowOf("fallback").calls).toBe(20);
    expect(host.instances.size).toBe(0);
  });

  it.each([Engine.Aot, Engine.Wasm3])("opens the built-in on engine %i and it decides", (engine) => {
    boot({ engine });
    expect(r.startKind(ModuleKind.Memory, give("linear"))).toBe(rowOf("linear").id);
    expect(arenas.size).toBe(engine === Engine.Wasm3 ? 1 : 0);
    for (let i = 0; i < 20; i++) expect(decide()).toBe(Risk.Normal);
    expect(rowOf("linear")).toMatchObject({ calls: 20, errors: 0, state: ModuleState.Active, engine });
    expect(unload("linear")).toBe(Status.Ok);
    expect(activeName()).toBe("fallback");
    expect([host.instances.size, arenas.size]).toEqual([0, 0]);
    expect(rowOf("linear").state).toBe(ModuleState.Available);
  });
});

describe("load", () => {
  it("loads, swaps in, swaps back and unloads; nothing leaks", () => {
    const id = load("/policies/calm.wasm");
    expect(id).toBeGreaterThan(0);
    expect(rowOf("calm")).toMatchObject({ id, engine: Engine.Wasm3, state: ModuleState.Available, bytes: calm.length });
    expect(load("policies/alarmed.wasm")).toBe(id + 1);
    expect(swap("calm")).toBe(id);
    expect(decide()).toBe(Risk.Normal);
    expect(swap("alarmed")).toBe(id + 1);
    expect(decide()).toBe(Risk.Critical);
    expect(rowOf("calm").state).toBe(ModuleState.Available);
    expect(r.fallback(give("memory"))).toBe(Status.Ok);
    expect(activeName()).toBe("fallback");
    expect(unload("calm")).toBe(Status.Ok);
    expect(unload("alarmed")).toBe(Status.Ok);
    expect(rows()).toHaveLength(3);
    expect([host.instances.size, arenas.size]).toEqual([0, 0]);
    expect(events.filter(([kind]) => kind === Event.ModuleLoad)).toHaveLength(2);
    expect(events.filter(([kind]) => kind === Event.ModuleUnload)).toHaveLength(2);
  });

  it.each([
    ["policies/none.wasm", Status.NotFound, "no such file in the initrd"],
    ["policies/text.wasm", Status.Corrupt, "not a WebAssembly module"],
    ["policies/large.wasm", Status.Range, "the module is larger than 256 KiB"],
    ["policies/a-name-that-is-longer-than-31-bytes.wasm", Status.Range, "its name is longer than 31 bytes"],
    ["policies/importing.wasm", Status.BadImport, "it imports what it may not"],
    ["policies/deep.wasm", Status.TooDeep, "it nests too deeply"],
    ["policies/unknown.wasm", Status.Unrecorded, "its hash is not in the build's record"],
    ["policies/stranger.wasm", Status.Unsupported, "it was built for another ABI"],
    ["policies/wrong-kind.wasm", Status.Unsupported, "its kind is not the recorded one"],
  ])("refuses %s with its own error", (path, status, why) => {
    expect(load(path)).toBe(status);
    expect(fault()).toBe(why);
    expect(rows()).toHaveLength(3);
    expect([host.instances.size, arenas.size]).toEqual([0, 0]);
  });

  it("refuses a taken name, a full table and a machine without frames", () => {
    expect(load("policies/calm.wasm")).toBeGreaterThan(0);
    expect(load("policies/calm.wasm")).toBe(Status.Exists);
    arenaRefused = true;
    expect(load("policies/alarmed.wasm")).toBe(Status.NoMemory);
    expect(fault()).toBe("no contiguous frames for its arena");
    arenaRefused = false;
    expect(load("policies/alarmed.wasm")).toBeGreaterThan(0);
  });

  it("says so where the initrd is missing, cut or garbage", () => {
    boot({ initrd: new Uint8Array() });
    expect([load("policies/calm.wasm"), fault()]).toEqual([Status.NotFound, "there is no initrd"]);
    boot({ initrd: tar(files).subarray(0, 700) });
    expect([load("policies/calm.wasm"), fault()]).toEqual([Status.Corrupt, "a file reaches past the end of the archive"]);
    boot({ initrd: new Uint8Array(4096).fill(0x41) });
    expect([load("policies/calm.wasm"), fault()]).toEqual([Status.Corrupt, "not a USTAR archive"]);
  });
});

describe("a module that was validated in ring 3", () => {
  const aborting = policyText("(call $abort (i32.const 1)) (i32.const 0)", '(import "env" "abort" (func $abort (param i32)))');
  const approve = (name: string, bytes: Uint8Array, nesting = 0) => {
    const at = r.textAt();
    const { fields, bytes: size } = LAYOUT.ModuleApproval;
    const row = new Uint8Array(r.memory.buffer, at, size).fill(0);
    row.set(new TextEncoder().encode(name), fields.name.offset);
    row.set(sha(bytes), fields.sha256.offset);
    new DataView(r.memory.buffer).setUint32(at + fields.nesting.offset, nesting, true);
    return r.approve();
  };
  const offer = (bytes: Uint8Array) => {
    new Uint8Array(r.memory.buffer).set(bytes, r.offeredAt());
    return r.offer(bytes.length);
  };
  const nothingHeld = () => {
    expect(rows()).toHaveLength(3);
    expect([host.instances.size, arenas.size]).toEqual([0, 0]);
  };
  const unknown = (files.find(([path]) => path === "policies/unknown.wasm") as [string, Uint8Array])[1];

  it("is loaded, decides, is ejected and opened again from the copy of its bytes, and goes with all it held", () => {
    expect(approve("mine", alarmed)).toBe(Status.Ok);
    const id = offer(alarmed);
    expect(id).toBeGreaterThan(0);
    expect(rowOf("mine")).toMatchObject({ kind: ModuleKind.Memory, engine: Engine.Wasm3, bytes: alarmed.length });
    expect(arenas.size).toBe(2);
    new Uint8Array(r.memory.buffer, r.offeredAt(), alarmed.length).fill(0);
    expect(swap("mine")).toBe(id);
    expect(decide()).toBe(Risk.Critical);
    r.eject(ModuleKind.Memory, Status.Trap);
    expect(activeName()).toBe("fallback");
    expect(arenas.size).toBe(1);
    expect(swap("mine")).toBe(id);
    expect(decide()).toBe(Risk.Critical);
    expect(unload("mine")).toBe(Status.Ok);
    nothingHeld();
  });

  it("needs an approval of just these bytes, and uses it up", () => {
    expect([offer(unknown), fault()]).toEqual([Status.Unrecorded, "no module was approved"]);
    expect(approve("mine", calm)).toBe(Status.Ok);
    expect([offer(unknown), fault()]).toEqual([Status.Unrecorded, "these are not the bytes that were approved"]);
    expect([offer(calm), fault()]).toEqual([Status.Unrecorded, "no module was approved"]);
    nothingHeld();
    expect([approve("linear", unknown), fault()]).toEqual([Status.Exists, "a module of this name is known already"]);
    expect(approve("", unknown)).toBe(Status.Invalid);
    expect(approve("x".repeat(32), unknown)).toBe(Status.Range);
    expect(approve("mine", unknown, 65)).toBe(Status.TooDeep);
    expect(offer(unknown)).toBe(Status.Unrecorded);
    nothingHeld();
  });

  it("is still held to what a policy may be", () => {
    const cases: [Uint8Array, number, number, RegExp][] = [
      [importing, 0, Status.BadImport, /imports what it may not/],
      [deep, 64, Status.TooDeep, /nests too deeply/],
      [policyText("(i32.const 0)").map((byte, i) => (i === 4 ? 2 : byte)), 0, Status.Corrupt, /version 1/],
      [stranger, 0, Status.Unsupported, /another ABI/],
      [policyText("(i32.const 0)", "", ABI_HASH, 9), 0, Status.Unsupported, /no policy of this kernel/],
    ];
    for (const [bytes, nesting, status, words] of cases) {
      expect(approve("mine", bytes, nesting)).toBe(Status.Ok);
      expect([offer(bytes), fault()]).toEqual([status, expect.stringMatching(words)]);
      nothingHeld();
    }
    expect(approve("mine", calm)).toBe(Status.Ok);
    expect([r.offer(300_000), fault()]).toEqual([Status.Range, "the module is larger than 256 KiB"]);
    expect(approve("mine", calm)).toBe(Status.Ok);
    expect(r.offer(0)).toBe(Status.Range);
    expect(approve("mine", calm)).toBe(Status.Ok);
    expect([r.offer(9000), fault()]).toEqual([Status.Fault, "its bytes cannot be read"]);
    arenaRefused = true;
    expect(approve("mine", calm)).toBe(Status.Ok);
    expect([offer(calm), fault()]).toEqual([Status.NoMemory, "no contiguous frames for its bytes"]);
    arenaRefused = false;
    nothingHeld();
    // A trap by import is permitted: V8 here has no such function, the booted machine has.
    expect(approve("mine", aborting)).toBe(Status.Ok);
    expect(offer(aborting)).not.toBe(Status.BadImport);
  });
});

describe("misbehaviour", () => {
  it.each([
    ["trapping", Status.Trap, /unreachable/],
    ["looping", Status.OutOfFuel, /out of fuel/],
    ["nan", Status.BadAnswer, /confidence is not a finite number/],
    ["negative", Status.Invalid, /no decision/],
  ])("ejects %s to the fallback and keeps the reason", (name, status, reason) => {
    const id = load(`policies/${name}.wasm`);
    expect(swap(name)).toBe(id);
    for (let i = 0; i < 10; i++) expect(decide()).toBe(Risk.Normal);
    expect(rowOf(name)).toMatchObject({ state: ModuleState.Ejected, lastError: status, errors: 1, calls: 1 });
    expect(rowOf(name).reason).toMatch(reason);
    expect(activeName()).toBe("fallback");
    expect(events.filter(([kind, a, b]) => kind === Event.PolicyEject && a === BigInt(id) && BigInt.asIntN(32, b) === BigInt(status))).toHaveLength(1);
    expect([host.instances.size, arenas.size]).toEqual([0, 0]);
    // It may be tried again, and goes the same way.
    expect(swap(name)).toBe(id);
    expect(rowOf(name).lastError).toBe(0);
    decide();
    expect(rowOf(name).state).toBe(ModuleState.Ejected);
    expect(unload(name)).toBe(Status.Ok);
  });

  it("leaves the deciding module where the new one cannot be opened", () => {
    load("policies/calm.wasm");
    swap("calm");
    load("policies/trapping.wasm");
    unload("trapping");
    expect(swap("trapping")).toBe(Status.NotFound);
    expect(swap("nothing")).toBe(Status.NotFound);
    expect(activeName()).toBe("calm");
    expect(r.fallback(give("nothing"))).toBe(Status.NotFound);
    expect(unload("fallback")).toBe(Status.Denied);
    expect(unload("calm")).toBe(Status.Ok);
    expect(activeName()).toBe("fallback");
    r.eject(ModuleKind.Memory, Status.Trap);
    expect(activeName()).toBe("fallback");
  });

  it("lists a hash of zeros for the fallbacks only", () => {
    expect(r.fillRow(0)).toBe(1);
    const at = r.rowAt() + LAYOUT.ModuleRow.fields.sha256.offset;
    expect(new Uint8Array(r.memory.buffer, at, 32)).toEqual(NONE);
    expect(r.fillRow(1)).toBe(1);
    expect(new Uint8Array(r.memory.buffer, at, 32)).toEqual(NONE);
    expect(r.fillRow(2)).toBe(1);
    expect(Buffer.from(new Uint8Array(r.memory.buffer, at, 32)).equals(sha(linear))).toBe(true);
    expect(r.fillRow(99)).toBe(-1);
  });
});

describe("two kinds of policy", () => {
  const SCHED = ModuleKind.Sched;
  const chosen = () => new DataView(r.memory.buffer).getUint32(r.answerAt(), true);
  const loadAll = () => ["first", "second", "failing"].map((name) => load(`policies/${name}.wasm`));

  it("have a fallback each; a swap of the one leaves the other", () => {
    const [id] = loadAll();
    expect(load("policies/calm.wasm")).toBeGreaterThan(0);
    expect([r.activeId(SCHED), r.decideSched(1000n)]).toEqual([0, Status.Unsupported]);
    expect(rowOf("roundrobin").calls).toBe(1);
    expect(swap("first")).toBe(id);
    expect([activeName(SCHED), activeName(), r.activeId(SCHED)]).toEqual(["first", "fallback", id]);
    expect([r.decideSched(1000n), chosen()]).toEqual([0, 11]);
    swap("calm");
    expect([activeName(SCHED), activeName()]).toEqual(["first", "calm"]);
    expect(r.fallback(give("sched"))).toBe(Status.Ok);
    expect([activeName(SCHED), activeName()]).toEqual(["roundrobin", "calm"]);
    swap("first");
    // A fallback is swapped in by its name; it is that of its own kind.
    expect(swap("fallback")).toBe(0);
    expect([activeName(SCHED), activeName()]).toEqual(["first", "fallback"]);
    expect(swap("roundrobin")).toBe(0);
    expect(activeName(SCHED)).toBe("roundrobin");
    for (const name of ["fallback", "roundrobin"]) expect([unload(name), fault()]).toEqual([Status.Denied, "the fallback cannot be unloaded"]);
    const swaps = events.filter(([kind]) => kind === Event.PolicySwap).map(([, a, b]) => [Number(a), Number(b)]);
    expect(swaps.slice(0, 3)).toEqual([
      [SCHED, id],
      [ModuleKind.Memory, rowOf("calm").id],
      [SCHED, 0],
    ]);
  });

  it("eject alone", () => {
    loadAll();
    load("policies/calm.wasm");
    swap("calm");
    swap("failing");
    expect(r.decideSched(1000n)).toBe(Status.Trap);
    r.eject(SCHED, Status.Trap);
    expect(rowOf("failing")).toMatchObject({ state: ModuleState.Ejected, lastError: Status.Trap, errors: 1, kind: SCHED });
    expect([activeName(SCHED), activeName()]).toEqual(["roundrobin", "calm"]);
  });

  it("start by name, and only as what they are", () => {
    loadAll();
    load("policies/calm.wasm");
    expect([r.startKind(SCHED, give("calm")), fault()]).toEqual([Status.Invalid, "it is of another kind"]);
    expect([r.startKind(SCHED, give("nothing")), fault()]).toEqual([Status.NotFound, "no module of this name"]);
    expect(r.startKind(SCHED, give("roundrobin"))).toBe(0);
    expect(r.startKind(SCHED, give("second"))).toBe(rowOf("second").id);
    expect(activeName(SCHED)).toBe("second");
  });

  it("have a shadow that is asked and never decides", () => {
    const [one, two] = loadAll();
    expect([r.shadowId(), r.shadowDecide(1000n)]).toEqual([0, Status.Unsupported]);
    swap("first");
    expect(r.shadowSet(give("second"))).toBe(two);
    expect([r.shadowId(), rowOf("second").state]).toEqual([two, ModuleState.Shadow]);
    expect([r.shadowDecide(1000n), chosen()]).toEqual([0, 22]);
    expect([r.decideSched(1000n), chosen()]).toEqual([0, 11]);
    expect(rowOf("second").calls).toBe(1);
    expect([swap("second"), fault()]).toEqual([Status.Busy, expect.stringMatching(/shadow off/)]);
    expect([r.shadowSet(give("first")), fault()]).toEqual([Status.Busy, expect.stringMatching(/its own shadow/)]);
    expect([r.shadowSet(give("linear")), fault()]).toEqual([Status.Invalid, expect.stringMatching(/only a sched policy/)]);
    expect(r.shadowSet(give("roundrobin"))).toBe(Status.Denied);
    expect(r.shadowSet(give("nothing"))).toBe(Status.NotFound);
    expect(r.shadowId()).toBe(two);
    expect(r.shadowSet(0)).toBe(0);
    expect([r.shadowId(), rowOf("second").state]).toEqual([0, ModuleState.Available]);
    expect(swap("second")).toBe(two);
    expect(r.shadowSet(give("first"))).toBe(one);
    expect(unload("first")).toBe(Status.Ok);
    expect(r.shadowId()).toBe(0);
    for (const name of ["second", "failing"]) unload(name);
    expect([host.instances.size, arenas.size]).toEqual([0, 0]);
  });

  it("take a shadow off that fails, and keep why", () => {
    const [one, , bad] = loadAll();
    swap("first");
    expect(r.shadowSet(give("failing"))).toBe(bad);
    expect(r.shadowDecide(1000n)).toBe(Status.Trap);
    expect(r.shadowId()).toBe(0);
    expect(rowOf("failing")).toMatchObject({ state: ModuleState.Ejected, lastError: Status.Trap, errors: 1, reason: expect.stringMatching(/unreachable/) });
    expect(events.filter(([kind, a, b]) => kind === Event.ShadowOff && a === BigInt(bad as number) && BigInt.asIntN(32, b) === BigInt(Status.Trap))).toHaveLength(1);
    expect(events.filter(([kind]) => kind === Event.PolicyEject)).toHaveLength(0);
    expect(r.activeId(SCHED)).toBe(one);
    // An answer that makes no sense is the scheduler's to find.
    r.shadowSet(give("second"));
    r.shadowFail(Status.BadAnswer);
    expect(rowOf("second")).toMatchObject({ state: ModuleState.Ejected, lastError: Status.BadAnswer, reason: "as the test asked" });
    // It may be tried again.
    expect(r.shadowSet(give("second"))).toBeGreaterThan(0);
    expect(rowOf("second")).toMatchObject({ state: ModuleState.Shadow, lastError: 0, reason: "" });
  });
});
