// Weights of the policy that decides which task runs, written by a service, in kernel.wasm under V8: what is no model is refused and changes nothing; a model that
// makes requests slower is taken back by the guard. The image's engines with the same weights: tools/reference; the learner: test-qemu/sched.test.ts.
import { expect, test } from "vitest";
import { Control, Status, Topic, USER_LINEAR_VA } from "../abi/index.js";
import type { FileCalls, Run } from "./file-calls.js";
import { run } from "./file-machine.js";
import { accounted, builtins, MS, moduleNamed, type Row, sched, swapTo, tasks, worker } from "./kernel-sched.js";
import { Rng } from "./rng.js";

const OPTIONS = { policies: builtins(["rr", "transformer"]), memoryBytes: 32 << 20, commandLine: "console=machine seed=1 junk=1 auto=0 epoch=1700000000" };
/** As in kernel-as/ml/sched-shape.ts: 12 words, then f32. */
const HEAD = { magic: 0, format: 4, features: 8, width: 16, version: 32, checksum: 36, bytes: 48 };
/** Where a blob lies in the memory of who writes it, and the most of one call. */
const AT = 2 * 4096;
const PIECE = 4096;
/** Parameters of its last layer, CLASS and CLASS_BIAS. */
const ANSWER = 20 * 16 + 20;

class Blob {
  readonly view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  copy(): Blob {
    return new Blob(Uint8Array.from(this.bytes));
  }

  get parameters(): number {
    return (this.bytes.length - HEAD.bytes) / 4;
  }

  parameter(index: number): number {
    return this.view.getFloat32(HEAD.bytes + index * 4, true);
  }

  set(index: number, value: number): this {
    this.view.setFloat32(HEAD.bytes + index * 4, value, true);
    return this;
  }

  word(offset: number, value: number): this {
    this.view.setUint32(offset, value, true);
    return this;
  }

  /** FNV-1a of the parameters, as a blob that is meant to be taken has it. */
  seal(version: number): this {
    let hash = 0x811c9dc5;
    for (const byte of this.bytes.subarray(HEAD.bytes)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    return this.word(HEAD.version, version).word(HEAD.checksum, hash);
  }
}

function* control(operation: number, a: number, b: number, bytes: number): Run<number> {
  yield { touch: AT };
  const span = bytes > 0 ? [BigInt(USER_LINEAR_VA + AT), bytes] : [0, 0];
  return Number(BigInt.asIntN(64, yield { call: "control", args: [operation, a, b, ...span] }));
}

function* readAll(c: FileCalls, id: number, bytes: number): Run<Blob> {
  const all = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += PIECE) {
    const count = Math.min(PIECE, bytes - at);
    expect(yield* control(Control.WeightsRead, id, at, count)).toBe(count);
    all.set(c.take(AT, count), at);
  }
  return new Blob(all);
}

function* write(c: FileCalls, id: number, bytes: Uint8Array, from = 0): Run<number> {
  for (let at = 0; at < bytes.length; at += PIECE) {
    const part = bytes.subarray(at, at + PIECE);
    yield* c.put(AT, part);
    const status = yield* control(Control.WeightsWrite, id, from + at, part.length);
    if (status < 0) return status;
  }
  return 0;
}

const weights = (c: FileCalls): Run<Row> => c.query(Topic.Weights, "WeightsRow");

function* begin(c: FileCalls): Run<{ id: number; own: Blob }> {
  yield* swapTo(c, "transformer");
  const id = Number((yield* moduleNamed(c, "transformer")).row["id"]);
  const { bytes, version } = yield* weights(c);
  expect(version).toBe(0n);
  return { id, own: yield* readAll(c, id, Number(bytes)) };
}

test("what is no model is refused: it is counted, the weights in use stay as they are, and every task goes on", () => {
  const rng = new Rng(5);
  const random = (blob: Blob) => {
    for (let i = 0; i < blob.bytes.length; i++) blob.bytes[i] = Math.floor(rng.next() * 256);
    return blob;
  };
  const BAD: [string, (own: Blob) => Blob][] = [
    ["zeros", (own) => new Blob(new Uint8Array(own.bytes.length))],
    ["random bytes", random],
    ["random parameters under a good head", (own) => new Blob(Uint8Array.from([...own.bytes.subarray(0, HEAD.bytes), ...random(own.copy()).bytes.subarray(HEAD.bytes)]))],
    ["a NaN, sealed", (own) => own.set(17, Number.NaN).seal(1)],
    ["an infinite number, sealed", (own) => own.set(own.parameters - 1, Number.POSITIVE_INFINITY).seal(1)],
    ["a huge number, sealed", (own) => own.set(3, -1e9).seal(1)],
    [
      "NaN everywhere, sealed",
      (own) => {
        for (let i = 0; i < own.parameters; i++) own.set(i, Number.NaN);
        return own.seal(1);
      },
    ],
    ["another format", (own) => own.word(HEAD.format, own.view.getUint32(HEAD.format, true) + 1).seal(1)],
    ["other features", (own) => own.word(HEAD.features, 9).seal(1)],
    ["another shape", (own) => own.word(HEAD.width, 32).seal(1)],
    ["another magic", (own) => own.word(HEAD.magic, 0x46554747).seal(1)],
    [
      "one bit turned",
      (own) => {
        own.bytes[4000] = (own.bytes[4000] as number) ^ 1;
        return own;
      },
    ],
  ];
  run(
    function* (c) {
      const pids: number[] = [];
      for (let i = 0; i < 6; i++) pids.push(yield* c.launch({ program: "forever", image: BigInt(1 + (i % 3)) }));
      const { id, own } = yield* begin(c);
      for (const [i, [what, spoil]] of BAD.entries()) {
        const before = yield* tasks(c);
        expect(yield* write(c, id, spoil(own.copy()).bytes), what).toBe(0);
        expect(yield* control(Control.WeightsCommit, id, i + 1, 0), what).toBe(Status.BadAnswer);
        expect(yield* weights(c), what).toMatchObject({ version: 0n, commits: 0n, refused: BigInt(i + 1), rollbacks: 0n, onTrial: 0n });
        expect((yield* readAll(c, id, own.bytes.length)).bytes, what).toEqual(own.bytes);
        yield { call: "sleep", args: [300n * MS] };
        const after = new Map((yield* tasks(c)).map((row) => [row["pid"], row]));
        for (const row of before) expect(accounted(after.get(row["pid"]) as Row), what).toBeGreaterThan(accounted(row));
      }
      // Cut off: they were not written whole since the last commit.
      expect(yield* write(c, id, own.copy().set(9, 0.25).seal(1).bytes.subarray(0, 4096))).toBe(0);
      expect(yield* control(Control.WeightsCommit, id, 99, 0)).toBe(Status.Invalid);
      expect(yield* control(Control.WeightsCommit, id, 0, 0)).toBe(Status.Range);
      // Past the end, of no module, of one without weights.
      expect(yield* write(c, id, own.bytes.subarray(0, 100), own.bytes.length - 50)).toBe(Status.Range);
      expect(yield* write(c, 77, own.bytes)).toBe(Status.NotFound);
      const rr = Number((yield* moduleNamed(c, "rr")).row["id"]);
      expect(yield* write(c, rr, own.bytes)).toBeLessThan(0);
      // Only a service may.
      const outsider = yield* c.launch({ program: "outsider", argv: ["outsider", String(id)] });
      expect(yield* c.wait(outsider)).toMatchObject({ status: 0 });
      const { ejections, moduleId, decisions } = yield* sched(c);
      expect([ejections, moduleId]).toEqual([0n, BigInt(id)]);
      expect(decisions as bigint).toBeGreaterThan(50n);
      // The same with one number changed is a model: it is taken, and on trial.
      expect(yield* write(c, id, own.copy().set(9, 0.25).seal(5).bytes)).toBe(0);
      expect(yield* control(Control.WeightsCommit, id, 5, 0)).toBe(0);
      expect(yield* weights(c)).toMatchObject({ version: 5n, goodVersion: 0n, commits: 1n, onTrial: 1n });
      expect(yield* control(Control.WeightsCommit, id, 6, 0)).toBe(Status.Busy);
      expect(yield* control(Control.WeightsRevert, id, 1, 0)).toBe(0);
      expect((yield* readAll(c, id, own.bytes.length)).bytes).toEqual(own.bytes);
      for (const pid of pids) {
        yield { call: "kill", args: [pid, 137] };
        yield* c.wait(pid);
      }
    },
    {
      *forever() {
        for (;;) {
          yield { compute: 3_000_000 };
          yield { call: "sleep", args: [200_000n] };
        }
      },
      *outsider(c) {
        yield* c.put(AT, new Uint8Array(64));
        const status = yield* control(Control.WeightsWrite, 3, 0, 64);
        const commit = yield* control(Control.WeightsCommit, 3, 1, 0);
        yield { call: "exit", args: [status === Status.Denied && commit === Status.Denied ? 0 : 1] };
      },
    },
    OPTIONS,
  );
});

test("a whole model that turns the order round makes requests slower: the guard returns to the good one by itself", () => {
  const batches = function* (c: FileCalls, count: number, until?: () => Run<boolean>): Run<void> {
    for (let batch = 0; batch < count; batch++) {
      const pids: number[] = [];
      for (let i = 0; i < 3; i++) pids.push(yield* c.launch({ program: "long", image: 2n }));
      for (let i = 0; i < 9; i++) pids.push(yield* c.launch({ program: "short", image: 1n }));
      for (const pid of pids) yield* c.wait(pid);
      if (until && (yield* until())) return;
    }
  };
  run(
    function* (c) {
      const { id, own } = yield* begin(c);
      // First all of a batch arrive, then they run.
      expect(yield { call: "control", args: [Control.Nice, 1, BigInt.asUintN(64, -20n)] }).toBe(0n);
      yield* batches(c, 60);
      const before = yield* weights(c);
      expect(before["beforeMilli"] as bigint).toBeGreaterThan(0n);
      // What comes last in a model is what it answers: turned round, short is long.
      const bad = own.copy();
      for (let i = own.parameters - ANSWER; i < own.parameters; i++) bad.set(i, -own.parameter(i));
      expect(yield* write(c, id, bad.seal(1).bytes)).toBe(0);
      expect(yield* control(Control.WeightsCommit, id, 1, 0)).toBe(0);
      const { requests } = yield* sched(c);
      yield* batches(c, 60, function* () {
        return (yield* weights(c))["onTrial"] === 0n;
      });
      const after = yield* weights(c);
      expect(after, `${before["beforeMilli"]} before, ${after["sinceMilli"]} since`).toMatchObject({
        version: 0n,
        goodVersion: 0n,
        commits: 1n,
        rollbacks: 1n,
        refused: 0n,
        onTrial: 0n,
      });
      // 8 windows of 25 requests at least, 16 at most; a batch is 24, as each wait of the shell is one too.
      const took = ((yield* sched(c))["requests"] as bigint) - (requests as bigint);
      expect(took).toBeGreaterThanOrEqual(200n);
      expect(took).toBeLessThanOrEqual(400n + 24n);
      expect((yield* readAll(c, id, own.bytes.length)).bytes).toEqual(own.bytes);
      expect((yield* sched(c))["ejections"]).toBe(0n);
    },
    { long: () => worker(40e6, 2e6), short: () => worker(1.5e6, 1.5e6) },
    OPTIONS,
  );
});
