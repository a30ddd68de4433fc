// Processes that open, write, pipe and wait, and are killed at any moment, on kernel.wasm under V8: the self check stays clean and nothing
// is left of them.
import { expect, test } from "vitest";
import { Control, FileType, Open, Topic } from "../abi/index.js";
import type { FileCalls, Run } from "./file-calls.js";
import { run } from "./file-machine.js";
import { Rng } from "./rng.js";

const MS = 1_000_000n;
const ROUNDS = 400;

// A process that does file calls for ever, some of which wait.
function* busy(c: FileCalls, rng: Rng): Run<void> {
  const open: number[] = [];
  for (;;) {
    const kind = rng.next();
    const path = `/tmp/${Math.floor(rng.next() * 20)}`;
    const some = open[Math.floor(rng.next() * open.length)] ?? 1;
    if (kind < 0.2) {
      const made = yield* c.open(path, Open.Read | Open.Write | Open.Create);
      if (made >= 0) open.push(made);
    } else if (kind < 0.3 && open.length < 50) open.push(...(yield* c.pipe()));
    else if (kind < 0.5) yield* c.write(some, new Uint8Array(Math.floor(rng.next() * 60_000)));
    else if (kind < 0.6) yield* c.read(some, 5000);
    else if (kind < 0.7) yield* c.remove(path);
    else if (kind < 0.75) yield { call: "fd_resize", args: [some, Math.floor(rng.next() * 3_000_000)] };
    else if (kind < 0.8) yield* c.poll([{ descriptor: some, kind: 1 }], 3n * MS);
    else if (kind < 0.9 && open.length > 0) yield* c.close(open.splice(open.indexOf(some), 1)[0] as number);
    else if (kind < 0.95) yield { call: "sleep", args: [MS] };
    else if (open.length > 40) for (const one of open.splice(0)) yield* c.close(one);
  }
}

function* emptyTmp(c: FileCalls): Run<void> {
  const entries = yield* c.list("/tmp");
  for (const entry of entries as { name: string; type: number }[]) yield* c.remove(`/tmp/${entry.name}`, entry.type === FileType.Directory);
}

test(`${ROUNDS * 2} processes are killed in the middle of file calls, and nothing is left of them`, () => {
  const rng = new Rng(11);
  run(
    function* (c) {
      const before = yield* c.query(Topic.Memory, "MemoryRow");
      const alive: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const [from, to] = yield* c.pipe();
        // Both ends of a pipe go to two of them, so that a death is seen at the other end.
        alive.push(yield* c.launch({ program: "busy", descriptors: [from, to] }), yield* c.launch({ program: "busy", descriptors: [from, to] }));
        yield* c.close(from);
        yield* c.close(to);
        yield { call: "sleep", args: [BigInt(Math.floor(rng.next() * 3_000_000))] };
        while (alive.length > 12) {
          const pid = alive.splice(Math.floor(rng.next() * alive.length), 1)[0] as number;
          expect(yield { call: "kill", args: [pid, 137] }).toBe(0n);
          expect((yield* c.wait(pid)).status).toBe(137);
        }
        if (round % 50 === 49) expect(yield { call: "control", args: [Control.SelfCheck] }).toBe(0n);
      }
      for (const pid of alive) {
        expect(yield { call: "kill", args: [pid, 137] }).toBe(0n);
        yield* c.wait(pid);
      }
      yield* emptyTmp(c);
      yield { call: "sleep", args: [100n * MS] };
      expect((yield* c.query(Topic.Memory, "MemoryRow"))["filePages"]).toBe(before["filePages"]);
      expect(yield* c.query(Topic.Mounts, "MountRow", 1n)).toMatchObject({ usedBytes: 0n, files: 1n });
    },
    { busy: (c) => busy(c, rng) },
    { memoryBytes: 32 << 20, commandLine: "console=machine seed=1 auto=0" },
  );
});
