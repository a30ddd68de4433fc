// Reclaim under V8, in kernel.wasm itself: what lies compressed comes back byte for byte, offered pages go and written ones stay,
// growers are slowed down, the score kills whom it should, and no frame is lost in a storm of all of it.
import { join } from "node:path";
import { expect, test } from "vitest";
import { Control, LAYOUT, PAGE_BYTES, ReclaimCause, Rung, Status, Topic, USER_LINEAR_VA } from "../abi/index.js";
import { ROOT } from "../lib/index.js";
import { type Action, type Script, SimKernel } from "./kernel.js";

const wasm = join(ROOT, "build/wasm/kernel.wasm");
const LINEAR = BigInt(USER_LINEAR_VA);
const SECOND = 1_000_000_000n;
const MEBIBYTE = 1 << 20;

/** [0, 1), xorshift: a page of noise is made for each write. */
function seeded(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e37_79b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

type Steps<T = void> = Generator<Action, T, bigint>;

/** Contents of page `page` of writer `seed` in version `version`: a third compressible, a third one word repeated, a third noise. */
function fillPage(frame: Uint8Array, seed: number, page: number, version: number): void {
  const rng = seeded(seed * 1_000_003 + page * 31 + version);
  const kind = (page + version) % 3;
  if (kind === 1) {
    new BigUint64Array(frame.buffer).fill(BigInt(page * 7 + version));
    return;
  }
  const words = new Uint32Array(frame.buffer);
  for (let i = 0; i < words.length; i++) words[i] = kind === 0 && i % 4 !== 0 ? page + version : Math.floor(rng() * 2 ** 32);
}

/** A process that can see its own pages, as ring 3 does. */
class Body {
  constructor(
    readonly kernel: () => SimKernel,
    readonly slot: number,
  ) {}

  frame(page: number): Uint8Array {
    const frame = this.find(page);
    if (!frame) throw new Error(`page ${page} of slot ${this.slot} is not mapped`);
    return frame;
  }

  find(page: number): Uint8Array | undefined {
    return this.kernel().pageOf(this.slot, LINEAR + BigInt(page * PAGE_BYTES));
  }

  *write(page: number, seed: number, version: number): Steps {
    yield { touch: page * PAGE_BYTES };
    fillPage(this.frame(page), seed, page, version);
  }

  *check(page: number, seed: number, version: number): Steps {
    yield { touch: page * PAGE_BYTES, write: false };
    const wanted = new Uint8Array(PAGE_BYTES);
    fillPage(wanted, seed, page, version);
    if (Buffer.compare(this.frame(page), wanted) !== 0) throw new Error(`page ${page} of slot ${this.slot} does not hold what was written`);
  }

  *checkZero(page: number): Steps {
    yield { touch: page * PAGE_BYTES, write: false };
    expect(this.frame(page).every((byte) => byte === 0)).toBe(true);
  }

  *spawn(name: string): Steps<bigint> {
    const text = new TextEncoder().encode(`${name}\0`);
    yield { touch: 0 };
    this.frame(0).set(text);
    return yield { call: "spawn", args: [LINEAR, text.length, 0] };
  }

  *wait(): Steps<{ pid: number; reason: number; status: number }> {
    yield { touch: 0 };
    const answer = yield { call: "wait", args: [0, 0, LINEAR] };
    const view = new DataView(this.frame(0).buffer);
    const { reason, status } = LAYOUT.ExitInfo.fields;
    return { pid: Number(answer), reason: view.getUint32(reason.offset, true), status: view.getInt32(status.offset, true) };
  }

  /** Rows of a topic, their numbers by name. */
  *rows(topic: number, layout: keyof typeof LAYOUT, start = 0n): Steps<Record<string, number>[]> {
    yield { touch: 0 };
    const bytes = Number(yield { call: "query", args: [topic, start, LINEAR, PAGE_BYTES] });
    expect(bytes).toBeGreaterThanOrEqual(0);
    const view = new DataView(this.frame(0).slice().buffer);
    const rows: Record<string, number>[] = [];
    for (let at = 0; at < bytes; at += LAYOUT[layout].bytes) {
      const row: Record<string, number> = {};
      for (const [name, f] of Object.entries(LAYOUT[layout].fields)) {
        if (f.count !== 1) continue;
        if (f.type === "u64" || f.type === "i64") row[name] = Number(f.type === "u64" ? view.getBigUint64(at + f.offset, true) : view.getBigInt64(at + f.offset, true));
        else if (f.type === "u32" || f.type === "i32") row[name] = f.type === "u32" ? view.getUint32(at + f.offset, true) : view.getInt32(at + f.offset, true);
      }
      rows.push(row);
    }
    return rows;
  }

  *row(topic: number, layout: keyof typeof LAYOUT): Steps<Record<string, number>> {
    return (yield* this.rows(topic, layout))[0] as Record<string, number>;
  }

  *process(pid: number): Steps<Record<string, number>> {
    return (yield* this.rows(Topic.Processes, "ProcessRow")).find((row) => row["pid"] === pid) as Record<string, number>;
  }

  *rung(rung: number): Steps<Record<string, number>> {
    return (yield* this.rows(Topic.Ladder, "LadderRow")).find((row) => row["rung"] === rung) as Record<string, number>;
  }

  *healthy(): Steps {
    expect(yield { call: "control", args: [Control.SelfCheck] }).toBe(0n);
  }
}

interface Setting {
  memory?: number;
  commandLine?: string;
  programs?: Record<string, (body: Body) => Steps>;
}

/** Plays a shell to its end, which must be a power off with 0. */
function play(shell: (body: Body) => Steps, setting: Setting = {}): SimKernel {
  let kernel: SimKernel | undefined;
  const scripted =
    (steps: (body: Body) => Steps): Script =>
    (process) =>
      steps(new Body(() => kernel as SimKernel, process.slot));
  const programs: Record<string, { script: Script; maximumPages: number }> = {
    shell: {
      maximumPages: 1 << 18,
      script: scripted(function* (body) {
        yield* shell(body);
        yield { call: "control", args: [Control.PowerOff, 0] };
      }),
    },
  };
  for (const [name, steps] of Object.entries(setting.programs ?? {})) programs[name] = { maximumPages: 1 << 18, script: scripted(steps) };
  kernel = new SimKernel({ wasm, memoryBytes: setting.memory ?? 16 * MEBIBYTE, commandLine: setting.commandLine ?? "console=machine seed=1 junk=1", programs });
  expect(kernel.run(3600n * SECOND)).toBe(0);
  return kernel;
}

const limit = (name: number, value: number): Action => ({ call: "control", args: [Control.LadderLimit, name, value] });
const sleep = (ns: bigint): Action => ({ call: "sleep", args: [ns] });

// Indices of kernel/reclaim/policy.ts.
const COMPACTIONS = 0;
const THROTTLES = 1;
const THROTTLE_MS = 2;
const POOL_PPM = 11;
const LEAST_GAIN = 15;
const GRACE_MS = 16;
const TARGET_PPM = 12;
const DEMAND_MS = 13;
const THROTTLE_GROWERS = 5;
const THROTTLE_BELOW_PPM = 23;

test("what was compressed comes back byte for byte, and the pool is empty then", () => {
  play(function* (body) {
    yield { call: "memory_limit", args: [64 * MEBIBYTE] };
    const pages = 1500;
    for (let page = 1; page <= pages; page++) yield* body.write(page, 1, 0);
    const before = yield* body.row(Topic.Memory, "MemoryRow");
    const gained = yield { call: "control", args: [Control.Reclaim, 2000] };
    const pool = yield* body.row(Topic.Zpool, "ZpoolRow");
    const memory = yield* body.row(Topic.Memory, "MemoryRow");
    expect(pool["pages"]).toBeGreaterThan(900);
    expect(pool["sameFilled"]).toBeGreaterThan(450);
    expect(pool["refused"]).toBeGreaterThan(450);
    expect(pool["poolPages"]).toBeLessThan(300);
    expect(Number(gained)).toBeGreaterThan(500);
    expect(memory["freePages"]).toBeGreaterThan((before["freePages"] as number) + 600);
    expect(memory["compressedPages"]).toBe(pool["pages"]);
    yield* body.healthy();
    // Compaction moves the pool's frames too.
    expect(yield { call: "control", args: [Control.Compact, 10, 0, LINEAR, PAGE_BYTES] }).toBe(0n);
    yield* body.healthy();
    for (let page = 1; page <= pages; page++) yield* body.check(page, 1, 0);
    const after = yield* body.row(Topic.Zpool, "ZpoolRow");
    expect(after["pages"]).toBeLessThan(3);
    expect(after["restored"]).toBeGreaterThan(900);
    yield* body.healthy();
  });
});

test("pages that shrink to just over half share frames all the same", () => {
  play(function* (body) {
    yield { call: "memory_limit", args: [64 * MEBIBYTE] };
    const pages = 600;
    const half = (page: number) => {
      const rng = seeded(page);
      return Uint8Array.from({ length: PAGE_BYTES }, (_, i) => (i < PAGE_BYTES / 2 ? Math.floor(rng() * 256) : page));
    };
    for (let page = 1; page <= pages; page++) {
      yield { touch: page * PAGE_BYTES };
      body.frame(page).set(half(page));
    }
    yield { call: "control", args: [Control.Reclaim, 2000] };
    const pool = yield* body.row(Topic.Zpool, "ZpoolRow");
    expect(pool["pages"]).toBeGreaterThan(590);
    // 33 granules of 64 a page: frames that held one page each would gain nothing.
    expect(pool["poolPages"]).toBeLessThan((pool["pages"] as number) * 0.54);
    for (let page = 1; page <= pages; page++) {
      yield { touch: page * PAGE_BYTES, write: false };
      expect(Buffer.compare(body.frame(page), half(page))).toBe(0);
    }
    yield* body.healthy();
  });
});

test("incompressible pages are refused once, and tried again when they were written", () => {
  play(function* (body) {
    yield { call: "memory_limit", args: [8 * MEBIBYTE] };
    for (let page = 2; page < 302; page += 3) yield* body.write(page, 1, 0);
    for (let i = 0; i < 3; i++) yield { call: "control", args: [Control.Reclaim, 2000] };
    const refused = (yield* body.row(Topic.Zpool, "ZpoolRow"))["refused"] as number;
    expect(refused).toBe(100);
    yield { call: "control", args: [Control.Reclaim, 2000] };
    expect((yield* body.row(Topic.Zpool, "ZpoolRow"))["refused"]).toBe(refused);
    // Written again, found so by the age scan, and cold.
    yield { call: "control", args: [Control.LadderLimit, 10, 1_000_000] };
    for (let page = 2; page < 302; page += 3) yield* body.write(page, 1, 0);
    yield sleep(5n * SECOND);
    yield { call: "control", args: [Control.Reclaim, 2000] };
    expect((yield* body.row(Topic.Zpool, "ZpoolRow"))["refused"]).toBe(2 * refused);
    yield* body.healthy();
  });
});

test("offered pages vanish where memory is wanted, written ones stay, compressed ones go at once", () => {
  play(function* (body) {
    yield { call: "memory_limit", args: [8 * MEBIBYTE] };
    for (let page = 1; page <= 400; page++) yield* body.write(page, 1, 0);
    expect(yield { call: "memory_offer", args: [LINEAR + 4096n, 5] }).toBe(-1n);
    expect(yield { call: "memory_offer", args: [LINEAR, 64n << 30n] }).toBe(-5n);
    expect(yield { call: "memory_offer", args: [LINEAR + 4096n, 300 * PAGE_BYTES] }).toBe(300n);
    expect((yield* body.row(Topic.Memory, "MemoryRow"))["offeredPages"]).toBe(300);
    for (let page = 1; page <= 100; page++) yield* body.write(page, 1, 1);
    // A read does not take an offer back.
    for (let page = 101; page <= 110; page++) yield { touch: page * PAGE_BYTES, write: false };
    yield { call: "control", args: [Control.Reclaim, 2000] };
    const memory = yield* body.row(Topic.Memory, "MemoryRow");
    expect(memory["offeredPages"]).toBe(0);
    for (let page = 1; page <= 100; page++) yield* body.check(page, 1, 1);
    for (let page = 101; page <= 300; page++) yield* body.checkZero(page);
    for (let page = 301; page <= 400; page++) yield* body.check(page, 1, 0);
    const drop = yield* body.rung(Rung.Drop);
    expect(drop["frames"]).toBe(200);
    for (let i = 0; i < 3; i++) yield { call: "control", args: [Control.Reclaim, 2000] };
    const compressed = (yield* body.row(Topic.Zpool, "ZpoolRow"))["pages"] as number;
    expect(compressed).toBeGreaterThan(100);
    yield { call: "memory_offer", args: [LINEAR + 4096n, 400 * PAGE_BYTES] };
    expect((yield* body.row(Topic.Zpool, "ZpoolRow"))["pages"]).toBeLessThan(3);
    yield* body.healthy();
  });
});

/** A process that fills `pages` pages that shrink well, then waits for ever. */
const holder = (pages: number) =>
  function* (body: Body): Steps {
    yield { call: "memory_limit", args: [1 << 29] };
    for (let page = 0; page < pages; page++) yield* body.write(page, 2, page % 3 === 2 ? 1 : 0);
    yield { call: "exit", args: [7] };
  };

/** Takes pages that shrink, or noise, until somebody ends it. */
const leaking = (noise: boolean) =>
  function* (body: Body): Steps {
    yield { call: "memory_limit", args: [1 << 29] };
    for (let page = 0; page < 1 << 16; page++) yield* body.write(page, 3, noise ? 2 - (page % 3) : 0);
  };
const leak = leaking(true);

test("a program larger than memory runs to its end where its pages shrink; with auto off it is killed", () => {
  const run = (commandLine: string) => {
    let end: { reason: number; status: number } | undefined;
    play(
      function* (body) {
        yield* body.spawn("holder");
        end = yield* body.wait();
        yield* body.healthy();
        const pool = yield* body.row(Topic.Zpool, "ZpoolRow");
        expect(pool["pages"]).toBeLessThan(3);
        if (commandLine.includes("auto=0")) expect(pool["compressed"]).toBe(0);
      },
      { commandLine, programs: { holder: holder(4600) } },
    );
    return end;
  };
  expect(run("console=machine seed=1 junk=1")).toMatchObject({ reason: 0, status: 7 });
  expect(run("console=machine seed=1 junk=1 auto=0")).toMatchObject({ reason: 2, status: 137 });
});

test("a leak ends in the kill all the same, after every rung was tried", () => {
  play(
    function* (body) {
      yield* body.row(Topic.Memory, "MemoryRow");
      yield* body.spawn("leak");
      expect(yield* body.wait()).toMatchObject({ reason: 2, status: 137 });
      const rungs = yield* body.rows(Topic.Ladder, "LadderRow");
      expect(rungs.map((row) => row["rung"])).toEqual([Rung.Drop, Rung.Compact, Rung.Compress, Rung.Throttle, Rung.Kill]);
      expect((yield* body.rung(Rung.Compress))["actions"]).toBeGreaterThan(100);
      expect((yield* body.rung(Rung.Kill))["actions"]).toBe(1);
      expect((yield* body.rung(Rung.Kill))["frames"]).toBeGreaterThan(1000);
      yield* body.healthy();
      const memory = yield* body.row(Topic.Memory, "MemoryRow");
      expect([memory["compressedPages"], memory["outOfMemory"]]).toEqual([0, 1]);
    },
    { programs: { leak: leaking(false) } },
  );
});

/** Grows by a page each `ns`, of noise or of what shrinks. */
const grower = (ns: bigint, kind = 2) =>
  function* (body: Body): Steps {
    yield { call: "memory_limit", args: [1 << 29] };
    for (let page = 0; ; page++) {
      yield* body.write(page, 4, 3 + kind - (page % 3));
      yield sleep(ns);
    }
  };

test("after a warning who grows fast is slowed down, for a time, and once", () => {
  play(
    function* (body) {
      yield limit(THROTTLE_MS, 3000);
      yield limit(THROTTLE_BELOW_PPM, 140_000);
      yield limit(POOL_PPM, 0);
      const fast = Number(yield* body.spawn("fast"));
      const creeping = Number(yield* body.spawn("creeping"));
      let seen: Record<string, number> | undefined;
      for (let i = 0; i < 400 && !seen?.["throttled"]; i++) {
        yield sleep(SECOND / 20n);
        seen = yield* body.process(fast);
      }
      expect(seen?.["throttled"]).toBe(1);
      expect((yield* body.process(creeping))["throttled"]).toBe(0);
      const resident = seen?.["residentPages"] as number;
      yield sleep(2n * SECOND);
      const later = yield* body.process(fast);
      // 1000 pages a second it wants; waits of up to half a second leave it a few.
      expect((later["residentPages"] as number) - resident).toBeLessThan(300);
      expect(later["stallNs"]).toBeGreaterThan(1e9);
      const pressure = yield* body.row(Topic.Pressure, "PressureRow");
      expect(pressure["someNs"]).toBeGreaterThan(1e9);
      for (;;) {
        const end = yield* body.wait();
        if (end.pid === fast) break;
      }
      const throttle = yield* body.rung(Rung.Throttle);
      expect(throttle["actions"]).toBe(1);
      expect(throttle["limited"]).toBe(0);
      yield* body.healthy();
    },
    { programs: { fast: grower(SECOND / 1000n), creeping: grower(SECOND / 20n) } },
  );
});

test("no more growers are slowed down in a minute than the limit says, the fastest first", () => {
  play(
    function* (body) {
      yield limit(THROTTLES, 1);
      const fast = Number(yield* body.spawn("fast"));
      yield* body.spawn("slow");
      let seen = 0;
      for (let i = 0; i < 400 && seen === 0; i++) {
        yield sleep(SECOND / 20n);
        seen = (yield* body.rung(Rung.Throttle))["actions"] as number;
      }
      expect((yield* body.process(fast))["throttled"]).toBe(1);
      yield* body.wait();
      const throttle = yield* body.rung(Rung.Throttle);
      expect(throttle["actions"]).toBe(1);
      expect(throttle["limited"]).toBeGreaterThan(0);
      expect(throttle["lastMinute"]).toBe(1);
      yield* body.healthy();
    },
    { programs: { fast: grower(SECOND / 1000n), slow: grower(SECOND / 200n) } },
  );
});

test("a throttle ends at once where a person protects its process, slows nobody down, or lets the kernel no longer act", () => {
  const actions = [
    (pid: number): Action => ({ call: "control", args: [Control.Protect, pid, 1] }),
    (): Action => limit(THROTTLE_GROWERS, 0),
    (): Action => ({ call: "control", args: [Control.CrashAuto, 0] }),
  ];
  for (const action of actions)
    play(
      function* (body) {
        const fast = Number(yield* body.spawn("fast"));
        for (let i = 0; i < 2000 && (yield* body.process(fast))["throttled"] === 0; i++) yield sleep(SECOND / 100n);
        expect((yield* body.process(fast))["throttled"]).toBe(1);
        expect(yield action(fast)).toBe(0n);
        yield sleep(SECOND / 5n);
        expect((yield* body.process(fast))["throttled"]).toBe(0);
      },
      { programs: { fast: grower(SECOND / 500n) } },
    );
});

test("who takes the last twentieth in less than a second is slowed down in it, too", () => {
  play(
    function* (body) {
      const fast = Number(yield* body.spawn("fast"));
      const managed = (yield* body.row(Topic.Memory, "MemoryRow"))["managedPages"] as number;
      let free = managed;
      while ((yield* body.process(fast))["throttled"] === 0 && free > 0) {
        yield sleep(SECOND / 100n);
        free = (yield* body.row(Topic.Memory, "MemoryRow"))["freePages"] as number;
      }
      expect(free / managed).toBeGreaterThan(0.01);
      // Well behind the moment at which it would have had everything.
      yield sleep(SECOND / 2n);
      expect((yield* body.rung(Rung.Kill))["actions"]).toBe(0);
    },
    { programs: { fast: grower(SECOND / 500n) } },
  );
});

test("where a warning finds nothing to compress, the grower is slowed down while a little is still free, until something can be", () => {
  play(
    function* (body) {
      const fast = Number(yield* body.spawn("fast"));
      const managed = (yield* body.row(Topic.Memory, "MemoryRow"))["managedPages"] as number;
      let free: number | undefined;
      for (let i = 0; i < 400 && free === undefined; i++) {
        yield sleep(SECOND / 20n);
        if ((yield* body.process(fast))["throttled"] === 1) free = ((yield* body.row(Topic.Memory, "MemoryRow"))["freePages"] as number) / managed;
      }
      expect(free).toBeGreaterThan(0.03);
      expect(free).toBeLessThan(0.05);
      expect((yield* body.rung(Rung.Compress))["actions"]).toBe(0);
      // Its pages have got cold meanwhile: they are compressed, and it goes on long before its minute is over.
      yield sleep((3n * SECOND) / 2n);
      expect((yield* body.rung(Rung.Compress))["actions"]).toBeGreaterThan(0);
      expect((yield* body.process(fast))["throttled"]).toBe(0);
      yield* body.healthy();
    },
    { programs: { fast: grower(SECOND / 1000n, 0) } },
  );
});

test("a program starts though no frame is free: the ladder finds some, and nobody is killed for it", () => {
  const started = (commandLine: string) => {
    const answers: number[] = [];
    play(
      function* (body) {
        // No warning takes anything: memory runs down to nothing.
        yield limit(TARGET_PPM, 0);
        yield limit(DEMAND_MS, 0);
        yield { call: "memory_limit", args: [64 * MEBIBYTE] };
        for (let page = 1, free = 1000; free > 0; page++) {
          yield* body.write(page, 1, 0);
          if (free < 500 || page % 256 === 0) free = (yield* body.row(Topic.Memory, "MemoryRow"))["freePages"] as number;
        }
        // What tables are spare is used up after some.
        while (answers.length < 40 && (answers.at(-1) ?? 0) >= 0) answers.push(Number(yield* body.spawn("idle")));
        expect((yield* body.rung(Rung.Kill))["actions"]).toBe(0);
        yield* body.healthy();
      },
      {
        commandLine,
        programs: {
          *idle() {
            yield sleep(3600n * SECOND);
          },
        },
      },
    );
    return answers;
  };
  expect(started("console=machine seed=1 junk=1 auto=0").at(-1)).toBe(Status.NoMemory);
  const answers = started("console=machine seed=1 junk=1");
  expect(answers.length).toBe(40);
  expect(Math.min(...answers)).toBeGreaterThan(0);
});

test("the score spares the adjusted, the protected and the reserve, unless nothing else is left", () => {
  function* still(body: Body): Steps {
    yield { call: "memory_limit", args: [1 << 29] };
    for (let page = 0; page < 700; page++) yield* body.write(page, 4, 2 - (page % 3));
    yield sleep(3600n * SECOND);
  }
  play(
    function* (body) {
      yield limit(POOL_PPM, 0);
      yield limit(GRACE_MS, 0);
      const [never, guarded, kept, first] = [yield* body.spawn("still"), yield* body.spawn("still"), yield* body.spawn("still"), yield* body.spawn("still")];
      yield sleep(SECOND);
      const adjust = (pid: bigint, points: bigint): Action => ({ call: "control", args: [Control.OomScoreAdjust, pid, BigInt.asUintN(64, points)] });
      expect(yield adjust(never, -1000n)).toBe(0n);
      expect(yield adjust(never, -1001n)).toBe(-5n);
      expect(yield adjust(999n, 0n)).toBe(-3n);
      expect(yield { call: "control", args: [Control.Protect, guarded, 1] }).toBe(0n);
      expect(yield { call: "control", args: [Control.Reserve, kept, 2000] }).toBe(0n);
      expect(yield { call: "control", args: [Control.Reserve, kept, 1n << 40n] }).toBe(-5n);
      expect(yield adjust(first, 1000n)).toBe(0n);
      expect((yield* body.process(Number(never)))["score"]).toBe(0);
      expect((yield* body.process(Number(guarded)))["score"]).toBe(0);
      expect((yield* body.process(Number(first)))["score"]).toBeGreaterThan(1000);
      const leaking = yield* body.spawn("leak");
      yield adjust(leaking, -900n);
      const killed: number[] = [];
      for (let i = 0; i < 3; i++) {
        const end = yield* body.wait();
        expect(end.reason).toBe(2);
        killed.push(end.pid);
        // The leak comes again until only what may never be killed is left.
        if (end.pid === Number(leaking)) yield adjust(yield* body.spawn("leak"), -1000n);
      }
      expect(killed[0]).toBe(Number(first));
      expect(killed[1]).toBe(Number(leaking));
      expect(killed[2]).toBe(Number(kept));
      yield* body.healthy();
    },
    { programs: { still, leak } },
  );
});

test("a reserve keeps pages from being compressed", () => {
  function* still(body: Body): Steps {
    yield { call: "memory_limit", args: [1 << 29] };
    for (let page = 0; page < 600; page++) yield* body.write(page, 4, page % 3 === 2 ? 1 : 0);
    yield sleep(3600n * SECOND);
  }
  play(
    function* (body) {
      const [kept, other] = [yield* body.spawn("still"), yield* body.spawn("still")];
      yield { call: "control", args: [Control.Reserve, kept, 500] };
      yield sleep(2n * SECOND);
      for (let i = 0; i < 3; i++) yield { call: "control", args: [Control.Reclaim, 3000] };
      expect((yield* body.process(Number(kept)))["residentPages"]).toBe(500);
      expect((yield* body.process(Number(other)))["residentPages"]).toBeLessThan(3);
      yield* body.healthy();
    },
    { programs: { still } },
  );
});

test("order and numbers are checked and used", () => {
  play(function* (body) {
    const order = function* (...rungs: number[]): Steps<bigint> {
      yield { touch: 0 };
      body.frame(0).set(rungs);
      return yield { call: "control", args: [Control.LadderOrder, 0, 0, LINEAR, rungs.length] };
    };
    expect(yield* order(Rung.Compress, Rung.Kill)).toBe(0n);
    const rows = yield* body.rows(Topic.Ladder, "LadderRow");
    expect(rows.map((row) => row["rung"])).toEqual([Rung.Compress, Rung.Kill, Rung.Drop, Rung.Compact, Rung.Throttle]);
    expect(rows.map((row) => row["position"])).toEqual([0, 1, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff]);
    for (const wrong of [[], [Rung.Kill, Rung.Drop], [Rung.Drop, Rung.Drop, Rung.Kill], [9, Rung.Kill], [0, 1, 2, 3, 0, 4]]) {
      expect(yield* order(...wrong)).toBe(wrong.length === 0 ? -5n : -1n);
    }
    expect(yield limit(COMPACTIONS, 61)).toBe(-5n);
    expect(yield limit(999, 1)).toBe(-3n);
    expect(yield limit(LEAST_GAIN, 32)).toBe(0n);
    const limits = yield* body.rows(Topic.LadderLimits, "LadderLimitRow");
    expect(limits[LEAST_GAIN]).toMatchObject({ value: 32, standard: 16 });
    expect(limits[COMPACTIONS]).toMatchObject({ value: 6, standard: 6, least: 0, most: 60 });
    expect(yield { call: "control", args: [Control.Reclaim, 0] }).toBe(-5n);
  });
});

test("a run is traced from its cause to its end", () => {
  const kernel = play(function* (body) {
    for (let page = 1; page < 16; page++) yield* body.write(page, 1, 1);
    yield { call: "control", args: [Control.Reclaim, 500] };
    yield { call: "control", args: [Control.Reclaim, 500] };
    const events = (yield* body.rows(Topic.Trace, "TraceRow")).filter((row) => (row["event"] as number) >= 18);
    expect(events[0]).toMatchObject({ event: 18, a: ReclaimCause.Asked });
    expect(events.some((row) => row["event"] === 19 && row["a"] === Rung.Compress)).toBe(true);
    // The last one is the page that the answer was written to, or the end.
    expect(events.filter((row) => row["event"] === 20).length).toBe(2);
  });
  expect(kernel.console).toBe("");
});

/** A process that does everything at random to its pages and checks what it reads. */
const storm = (seed: number) =>
  function* (body: Body): Steps {
    const rng = seeded(seed);
    const below = (n: number) => Math.floor(rng() * n);
    const pages = 900;
    // What each page must hold: a version, 0 zeros, or either after an offer.
    const held = new Map<number, { version: number; offered: boolean }>();
    yield { call: "memory_limit", args: [32 * MEBIBYTE] };
    for (let i = 0; i < 2500; i++) {
      const page = below(pages);
      const what = rng();
      if (what < 0.55) {
        const version = below(1000);
        yield* body.write(page, seed, version);
        held.set(page, { version, offered: false });
      } else if (what < 0.85) {
        const was = held.get(page);
        if (!was) yield* body.checkZero(page);
        else if (!was.offered) yield* body.check(page, seed, was.version);
        else {
          yield { touch: page * PAGE_BYTES, write: false };
          const frame = body.frame(page);
          if (!frame.every((byte) => byte === 0)) yield* body.check(page, seed, was.version);
        }
      } else if (what < 0.9) {
        const count = 1 + below(20);
        yield { call: "memory_release", args: [LINEAR + BigInt(page * PAGE_BYTES), count * PAGE_BYTES] };
        for (let at = page; at < page + count; at++) held.delete(at);
      } else if (what < 0.95) {
        const count = 1 + below(20);
        yield { call: "memory_offer", args: [LINEAR + BigInt(page * PAGE_BYTES), count * PAGE_BYTES] };
        for (let at = page; at < page + count; at++) {
          const was = held.get(at);
          if (was) held.set(at, { ...was, offered: true });
        }
      } else yield sleep(BigInt(below(50)) * 1_000_000n);
    }
  };

test.each([1, 2, 3])("a storm of everything keeps every byte and every frame (seed %i)", (seed) => {
  const programs: Setting["programs"] = {};
  for (let i = 0; i < 5; i++) programs[`storm${i}`] = storm(seed * 10 + i);
  play(
    function* (body) {
      for (let round = 0; round < 2; round++) {
        for (let i = 0; i < 5; i++) yield* body.spawn(`storm${i}`);
        for (let i = 0; i < 5; ) {
          const asked = yield { call: "control", args: [Control.Reclaim, 50] };
          expect(asked === -4n || asked >= 0n).toBe(true);
          if (i === 2) yield { call: "control", args: [Control.Compact, 9, 0, LINEAR, PAGE_BYTES] };
          yield* body.healthy();
          yield sleep(SECOND / 20n);
          const ended = yield { call: "wait", args: [0, 1, LINEAR] };
          if (ended > 0n) i++;
        }
      }
      const pool = yield* body.row(Topic.Zpool, "ZpoolRow");
      expect(pool["compressed"]).toBeGreaterThan(1000);
      expect(pool["restored"]).toBeGreaterThan(500);
      expect(pool["pages"]).toBeLessThan(5);
      yield* body.healthy();
      const memory = yield* body.row(Topic.Memory, "MemoryRow");
      expect(memory["offeredPages"]).toBe(0);
      expect(memory["userPages"]).toBeLessThan(5);
    },
    { programs, memory: 14 * MEBIBYTE },
  );
});
