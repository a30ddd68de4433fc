// Files of the initrd mapped into linear memory, in kernel.wasm under V8: their bytes, their frames, and everything that must not happen to them.
import { pack } from "tar-stream";
import { expect, test } from "vitest";
import { Control, ExitReason, Open, PAGE_BYTES, Topic, USER_LINEAR_VA } from "../abi/index.js";
import { CALL_PAGES, type FileCalls, type Run, statusName } from "./file-calls.js";
import { run } from "./file-machine.js";
import { INITRD_PFN } from "./machine-state.js";

const WASM_PAGE = 65_536;
const BIG = Uint8Array.from({ length: 300_001 }, (_, i) => (i * 31 + (i >> 8)) & 255);
const SMALL = new TextEncoder().encode("small\n");

async function archive(): Promise<Uint8Array> {
  const tar = pack();
  const parts: Buffer[] = [];
  const done = (async () => {
    for await (const part of tar) parts.push(part as Buffer);
  })();
  tar.entry({ name: "models/big" }, Buffer.from(BIG));
  tar.entry({ name: "models/small" }, Buffer.from(SMALL));
  tar.entry({ name: "models/empty" }, "");
  tar.finalize();
  await done;
  return new Uint8Array(Buffer.concat(parts));
}
const INITRD = await archive();

/** Maps a path: the offset and the new size of linear memory, or a Status and 0. */
function* map(c: FileCalls, path: string): Run<[number, number]> {
  const descriptor = yield* c.open(path, Open.Read);
  const answer = yield { call: "file_map", args: [descriptor] };
  yield* c.close(descriptor);
  return answer < 0n ? [Number(answer), 0] : [Number(answer & 0xffffffffn), Number(answer >> 32n)];
}

/** Bytes that are mapped at an offset, each page touched first. */
function* bytesAt(c: FileCalls, offset: number, count: number): Run<Uint8Array> {
  for (let at = offset & ~(PAGE_BYTES - 1); at < offset + count; at += PAGE_BYTES) yield { touch: at, write: false };
  return c.take(offset, count);
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

function* memory(c: FileCalls): Run<Record<string, bigint>> {
  return yield* c.query(Topic.Memory, "MemoryRow");
}

test("a mapped file is the initrd's own frames at the end of linear memory", () => {
  run(
    function* (c, kernel) {
      yield* c.close(yield* c.open("/models/big", Open.Read));
      const free = (yield* memory(c))["userPages"];
      const [offset, pages] = yield* map(c, "/models/big");
      expect(offset % 512).toBe(0);
      // The process begins with 32 pages of 4 KiB: two of 64.
      expect(offset).toBeGreaterThanOrEqual(CALL_PAGES * PAGE_BYTES);
      expect(pages).toBe(Math.ceil((offset + BIG.length) / WASM_PAGE));
      expect(same(yield* bytesAt(c, offset, BIG.length), BIG)).toBe(true);
      expect((yield* memory(c))["userPages"]).toBe(free);
      expect(kernel.pageOf(c.slot, c.va(offset))).toBe(kernel.frames.at(INITRD_PFN + Math.floor(INITRD.indexOf(BIG[1] as number, 512) / PAGE_BYTES)));
      expect(statusName((yield* map(c, "/models/small"))[0])).toBe("Busy");
      // The kernel reads from there, and does not write there.
      const out = yield* c.open("/tmp/copy", Open.Write | Open.Create);
      expect(Number(yield { call: "fd_write", args: [out, c.va(offset), 5000] })).toBe(5000);
      yield* c.close(out);
      expect(same((yield* c.load("/tmp/copy")) as Uint8Array, BIG.subarray(0, 5000))).toBe(true);
      const back = yield* c.open("/tmp/copy", Open.Read);
      expect(statusName(Number(yield { call: "fd_read", args: [back, c.va(offset), 10] }))).toBe("Fault");
      // Nor does it give its frames away.
      const page = BigInt(USER_LINEAR_VA) + BigInt(offset & ~(PAGE_BYTES - 1));
      expect(statusName(Number(yield { call: "memory_release", args: [page, BigInt(PAGE_BYTES)] }))).toBe("Denied");
      expect(statusName(Number(yield { call: "memory_offer", args: [page, BigInt(PAGE_BYTES)] }))).toBe("Denied");
      yield { call: "control", args: [Control.Reclaim, 64] };
      yield { call: "control", args: [Control.Compact, 4, 0, c.va(8192), 4096] };
      expect(same(yield* bytesAt(c, offset, BIG.length), BIG)).toBe(true);
    },
    {},
    { initrd: INITRD },
  );
});

test("linear memory grows on behind it, and its place is used again", () => {
  run(
    function* (c) {
      const [offset, pages] = yield* map(c, "/models/big");
      const grown = pages + 2;
      expect(statusName(Number(yield { call: "memory_limit", args: [BigInt(grown * WASM_PAGE)] }))).toBe("Ok");
      yield { touch: (grown - 1) * WASM_PAGE };
      expect(same(yield* bytesAt(c, offset, 1000), BIG.subarray(0, 1000))).toBe(true);
      const touched = Number(yield { call: "file_unmap" });
      expect(touched).toBeGreaterThan(0);
      expect(statusName(Number(yield { call: "file_unmap" }))).toBe("NotFound");
      const tables = (yield* memory(c))["tablePages"];
      const user = (yield* memory(c))["userPages"];
      for (let i = 0; i < 20; i++) {
        const [again, size] = yield* map(c, i % 2 ? "/models/big" : "/models/small");
        expect(again & ~(WASM_PAGE - 1)).toBe(offset & ~(WASM_PAGE - 1));
        expect(size).toBe(grown);
        const file = i % 2 ? BIG : SMALL;
        expect(same(yield* bytesAt(c, again, file.length), file)).toBe(true);
        expect(Number(yield { call: "file_unmap" })).toBeGreaterThan(0);
      }
      expect((yield* memory(c))["tablePages"]).toBe(tables);
      expect((yield* memory(c))["userPages"]).toBe(user);
    },
    {},
    { initrd: INITRD },
  );
});

test("a larger file than before takes a new place, and the old one is ordinary memory", () => {
  run(
    function* (c) {
      const [small, before] = yield* map(c, "/models/small");
      yield { call: "file_unmap" };
      yield { call: "memory_limit", args: [BigInt((before + 1) * WASM_PAGE)] };
      const [big, after] = yield* map(c, "/models/big");
      expect(big).toBeGreaterThanOrEqual((before + 1) * WASM_PAGE);
      expect(after * WASM_PAGE).toBeGreaterThanOrEqual(big + BIG.length);
      yield { touch: small };
      expect(c.take(small, 4)).toEqual(new Uint8Array(4));
      expect(same(yield* bytesAt(c, big, 100), BIG.subarray(0, 100))).toBe(true);
    },
    {},
    { initrd: INITRD },
  );
});

test("who writes there, or touches what is not mapped there, ends; the frames stay", () => {
  run(
    function* (c) {
      yield* c.wait(yield* c.launch({ program: "idle" }));
      const before = yield* memory(c);
      for (const program of ["writes", "beyond", "unmapped"]) {
        const pid = yield* c.launch({ program });
        expect(yield* c.wait(pid), program).toMatchObject({ status: 139, reason: ExitReason.Fault });
      }
      const after = yield* memory(c);
      expect(after["freePages"]).toBe(before["freePages"]);
      const [offset] = yield* map(c, "/models/big");
      expect(same(yield* bytesAt(c, offset, BIG.length), BIG)).toBe(true);
    },
    {
      *idle() {},
      *writes(c) {
        const [offset] = yield* map(c, "/models/big");
        yield { touch: offset, write: false };
        yield { touch: offset };
      },
      *beyond(c) {
        const [offset, pages] = yield* map(c, "/models/big");
        yield { touch: offset, write: false };
        yield { touch: pages * WASM_PAGE - 1, write: false };
      },
      *unmapped(c) {
        const [offset] = yield* map(c, "/models/big");
        yield { touch: offset, write: false };
        yield { call: "file_unmap" };
        yield { touch: offset, write: false };
      },
    },
    { initrd: INITRD },
  );
});

test("what cannot be mapped is said, and a limit holds", () => {
  run(
    function* (c) {
      expect(statusName((yield* map(c, "/models/empty"))[0])).toBe("Invalid");
      expect(statusName((yield* map(c, "/models"))[0])).toBe("Unsupported");
      yield* c.save("/tmp/x", "x");
      expect(statusName((yield* map(c, "/tmp/x"))[0])).toBe("Unsupported");
      expect(statusName((yield* map(c, "/none"))[0])).toBe("BadDescriptor");
      const [from, to] = yield* c.pipe();
      expect(statusName(Number(yield { call: "file_map", args: [from] }))).toBe("Unsupported");
      expect(statusName(Number(yield { call: "file_map", args: [to] }))).toBe("BadDescriptor");
      expect(statusName(Number(yield { call: "file_map", args: [1] }))).toBe("Unsupported");
      const pid = yield* c.launch({ program: "limited", memoryMaxBytes: 3 * WASM_PAGE });
      expect(yield* c.wait(pid)).toMatchObject({ status: 0, reason: ExitReason.Exited });
    },
    {
      // The file does not count, memory of its own does.
      *limited(c) {
        const [offset, pages] = yield* map(c, "/models/big");
        expect(offset).toBeGreaterThan(0);
        expect(statusName(Number(yield { call: "memory_limit", args: [BigInt((pages + 1) * WASM_PAGE)] }))).toBe("Ok");
        expect(statusName(Number(yield { call: "memory_limit", args: [BigInt((pages + 2) * WASM_PAGE)] }))).toBe("NoMemory");
      },
    },
    { initrd: INITRD },
  );
});
