// kernel.wasm under V8: processes come and go, memory runs out, and every frame stays accounted for.
import { join } from "node:path";
import { expect, test } from "vitest";
import { Control, LAYOUT, PAGE_BYTES, Topic, USER_LINEAR_VA } from "../abi/index.js";
import { ROOT } from "../lib/index.js";
import { type Action, type Script, SimKernel } from "./kernel.js";

const wasm = join(ROOT, "build/wasm/kernel.wasm");
const LINEAR = BigInt(USER_LINEAR_VA);
const MEMORY = 16 << 20;
const SECOND = 1_000_000_000n;

/** A machine whose shell is the given script; `leak` touches pages for ever, `sleeper` sleeps for ever. */
function machine(shell: Script, commandLine = "console=machine seed=1 junk=1"): SimKernel {
  function* leak(): Generator<Action, void, bigint> {
    yield { call: "memory_limit", args: [1 << 30] };
    for (let page = 0; ; page++) yield { touch: page * PAGE_BYTES };
  }
  function* sleeper(): Generator<Action, void, bigint> {
    yield { touch: 0 };
    yield { call: "sleep", args: [3600n * SECOND] };
  }
  function* quick(): Generator<Action, void, bigint> {
    yield { touch: 0 };
    yield { call: "exit", args: [7] };
  }
  return new SimKernel({
    wasm,
    memoryBytes: MEMORY,
    commandLine,
    programs: { shell: { script: shell }, leak: { script: leak }, sleeper: { script: sleeper }, quick: { script: quick } },
  });
}

/** What a script needs to call the kernel with bytes: a scratch page of its linear memory, reached through the simulator. */
class Desk {
  kernel: SimKernel | undefined;

  *put(bytes: Uint8Array): Generator<Action, void, bigint> {
    yield { touch: 0 };
    this.frame().set(bytes);
  }

  frame(): Uint8Array {
    const kernel = this.kernel as SimKernel;
    const pfn = kernel.spaces[0]?.pages.get(Number(LINEAR >> 12n))?.pfn;
    if (pfn === undefined) throw new Error("the scratch page is not mapped");
    return kernel.frames.at(pfn);
  }

  *spawn(...argv: string[]): Generator<Action, bigint, bigint> {
    const text = new TextEncoder().encode(`${argv.join("\0")}\0`);
    yield* this.put(text);
    return yield { call: "spawn", args: [LINEAR, text.length, 0] };
  }

  *wait(pid = 0n): Generator<Action, { pid: bigint; status: number; reason: number }, bigint> {
    yield { touch: 0 };
    const answer = yield { call: "wait", args: [pid, 0, LINEAR] };
    const view = new DataView(this.frame().buffer);
    const fields = LAYOUT.ExitInfo.fields;
    return { pid: answer, status: view.getInt32(fields.status.offset, true), reason: view.getUint32(fields.reason.offset, true) };
  }

  *memory(): Generator<Action, Record<string, bigint>, bigint> {
    yield { touch: 0 };
    yield { call: "query", args: [Topic.Memory, 0, LINEAR, PAGE_BYTES] };
    const view = new DataView(this.frame().buffer);
    const row: Record<string, bigint> = {};
    for (const [name, f] of Object.entries(LAYOUT.MemoryRow.fields)) if (f.type === "u64") row[name] = view.getBigUint64(f.offset, true);
    return row;
  }
}

/** Runs a shell script to its end; it must end by powering off with 0. */
function runShell(body: (desk: Desk) => Generator<Action, void, bigint>, limit = 600n * SECOND): SimKernel {
  const desk = new Desk();
  const kernel = machine(function* () {
    yield* body(desk);
    yield { call: "control", args: [Control.PowerOff, 0] };
  });
  desk.kernel = kernel;
  expect(kernel.run(limit)).toBe(0);
  return kernel;
}

test("a child's exit status reaches its parent", () => {
  runShell(function* (desk) {
    const pid = yield* desk.spawn("quick");
    expect(pid).toBeGreaterThan(1n);
    expect(yield* desk.wait(pid)).toEqual({ pid, status: 7, reason: 0 });
    expect(yield { call: "wait", args: [pid, 0, LINEAR] }).toBe(-3n);
  });
});

test("a leak ends in the out-of-memory killer, and every frame comes back", () => {
  runShell(function* (desk) {
    yield* desk.memory();
    const before = yield* desk.memory();
    const pid = yield* desk.spawn("leak");
    expect(yield* desk.wait(pid)).toEqual({ pid, status: 137, reason: 2 });
    const after = yield* desk.memory();
    expect(after["outOfMemory"]).toBe(1n);
    expect(after["userPages"]).toBe(before["userPages"]);
    expect((after["freePages"] as bigint) + (after["tablePages"] as bigint)).toBe((before["freePages"] as bigint) + (before["tablePages"] as bigint));
    expect(yield { call: "control", args: [Control.SelfCheck] }).toBe(0n);
  });
});

test("200 starts and ends leave no frame behind", () => {
  runShell(function* (desk) {
    yield* desk.spawn("quick");
    yield* desk.wait();
    const before = yield* desk.memory();
    for (let i = 0; i < 200; i++) {
      const pid = yield* desk.spawn("quick");
      yield* desk.wait(pid);
    }
    const after = yield* desk.memory();
    expect(after["freePages"]).toBe(before["freePages"]);
    expect(yield { call: "control", args: [Control.SelfCheck] }).toBe(0n);
  });
});

test("kill ends a sleeper, Ctrl-C ends the foreground, and a full table refuses", () => {
  runShell(function* (desk) {
    const pid = yield* desk.spawn("sleeper");
    yield { call: "yield_now" };
    expect(yield { call: "kill", args: [pid, 137] }).toBe(0n);
    expect((yield* desk.wait(pid)).status).toBe(137);
    const second = yield* desk.spawn("sleeper");
    expect(yield { call: "control", args: [Control.Foreground, second] }).toBe(0n);
    desk.kernel?.type("\x03");
    expect((yield* desk.wait(second)).status).toBe(130);
    const pids: bigint[] = [];
    for (;;) {
      const next = yield* desk.spawn("sleeper");
      if (next < 0n) {
        expect(next).toBe(-4n);
        break;
      }
      pids.push(next);
    }
    expect(pids.length).toBeGreaterThan(64);
    for (const one of pids) {
      yield { call: "kill", args: [one, 137] };
      yield* desk.wait(one);
    }
    expect(yield { call: "control", args: [Control.SelfCheck] }).toBe(0n);
  });
});

test("bad calls get a status and change nothing", () => {
  runShell(function* (desk) {
    yield* desk.put(new TextEncoder().encode("nothing\0"));
    expect(yield { call: "spawn", args: [LINEAR, 8, 0] }).toBe(-3n);
    expect(yield { call: "spawn", args: [LINEAR, 0, 0] }).toBe(-1n);
    expect(yield { call: "spawn", args: [LINEAR, 7, 0] }).toBe(-1n);
    expect(yield { call: "write", args: [0xdead_0000_0000n, 10] }).toBe(-11n);
    expect(yield { call: "query", args: [999, 0, LINEAR, 100] }).toBe(-3n);
    expect(yield { call: "control", args: [999] }).toBe(-3n);
    expect(yield { call: "memory_limit", args: [4096] }).toBe(-1n);
    expect(yield { call: "memory_release", args: [LINEAR, 1n << 60n] }).toBe(-5n);
    expect(yield { call: "kill", args: [1, 137] }).toBe(-10n);
    expect(yield { call: "kill", args: [999, 137] }).toBe(-3n);
  });
});

test("compaction moves pages, and the pages keep what was in them", () => {
  runShell(function* (desk) {
    yield { call: "memory_limit", args: [64 << 20] };
    const pages = 2400;
    for (let page = 1; page < pages; page++) yield { touch: page * PAGE_BYTES };
    const kernel = desk.kernel as SimKernel;
    const space = kernel.spaces[0];
    const frameOf = (page: number) => kernel.frames.at(space?.pages.get(Number(LINEAR >> 12n) + page)?.pfn as number);
    for (let page = 1; page < pages; page++) frameOf(page).fill(page & 255);
    for (let page = 1; page < pages; page += 2) yield { call: "memory_release", args: [LINEAR + BigInt(page * PAGE_BYTES), PAGE_BYTES] };
    const answer = yield { call: "control", args: [Control.Compact, 9, 0, LINEAR, PAGE_BYTES] };
    expect(answer).toBe(0n);
    const view = new DataView(desk.frame().buffer);
    const fields = LAYOUT.CompactResult.fields;
    expect(view.getUint32(fields.largestAfterPages.offset, true)).toBeGreaterThanOrEqual(512);
    for (let page = 2; page < pages; page += 2) expect(frameOf(page)[17]).toBe(page & 255);
    expect(yield { call: "control", args: [Control.SelfCheck] }).toBe(0n);
  });
});

test("a service that ends starts again, and its children are its own", () => {
  let starts = 0;
  const desk = new Desk();
  const kernel = machine(function* () {
    starts++;
    if (starts === 1) {
      yield { call: "exit", args: [3] };
      return;
    }
    const pid = yield* desk.spawn("leak");
    yield* desk.wait(pid);
    expect(yield { call: "control", args: [Control.SelfCheck] }).toBe(0n);
    yield { call: "control", args: [Control.PowerOff, 0] };
  });
  desk.kernel = kernel;
  expect(kernel.run(600n * SECOND)).toBe(0);
  expect(starts).toBe(2);
});
