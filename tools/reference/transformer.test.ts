// The scheduler's transformer under V8: what it keeps up to date step by step against the whole model (the learner's, which is the one that is
// trained), its budget, and that no weights make it fail. Answers are compared through what a decision tells: scores and expected times.
import { beforeAll, describe, expect, it } from "vitest";
import { LAYOUT, SCHED_ROWS, SchedFlag, Status, TaskEvent, TaskState } from "../abi/index.js";
import { meterModule } from "../build/meter.js";
import { compileHarness } from "../sim/harness.js";
import { Learner } from "../sim/learner.js";
import { Rng } from "../sim/rng.js";

const I = LAYOUT.SchedInput;
const T = LAYOUT.SchedTask;
const D = LAYOUT.SchedDecision;
const FUEL = 2_000_000n;
const NOBODY = 0xffff_ffff;

interface Transformer {
  memory: WebAssembly.Memory;
  fuel: WebAssembly.Global<"i64">;
  depth: WebAssembly.Global<"i32">;
  policy_input(): number;
  policy_output(): number;
  policy_reset(seed: number): number;
  policy_decide(bytes: number): number;
  policy_weights_bytes(): number;
  policy_weights_active(): number;
  policy_weights_staging(): number;
  policy_weights_commit(version: number): number;
}

let wasm: Uint8Array<ArrayBuffer>;
let learnerWasm: Uint8Array<ArrayBuffer>;
beforeAll(() => {
  wasm = new Uint8Array(
    meterModule(compileHarness("transformer-plain", "kernel-as/policy/sched/transformer.ts", ["--config", "asconfig.json", "--target", "policy-transformer"])).wasm,
  );
  learnerWasm = compileHarness("learner-core", "kernel-as/learner/core.ts", ["--config", "asconfig.json", "--target", "bench"]);
}, 120_000);

function open(): Transformer {
  const exports = new WebAssembly.Instance(new WebAssembly.Module(wasm), {}).exports as unknown as Transformer;
  exports.fuel.value = 1_000_000n;
  exports.policy_reset(1);
  return exports;
}

/** A made-up machine: tasks that come, run, wait and go, as the kernel would tell them. */
class Machine {
  readonly rows = new Map<number, DataView>();
  readonly changed = new Set<number>();
  now = 1_000_000_000n;
  pid = 100;
  readonly #rng: Rng;
  constructor(seed: number) {
    this.#rng = new Rng(seed);
  }

  whole(most: number): number {
    return Math.floor(this.#rng.next() * most);
  }
  get(slot: number, field: "state" | "events"): number {
    return (this.rows.get(slot) as DataView).getUint32(T.fields[field].offset, true);
  }
  put(slot: number, field: keyof typeof T.fields, value: number | bigint): void {
    const view = this.rows.get(slot) as DataView;
    const { offset } = T.fields[field];
    if (typeof value === "bigint") view.setBigUint64(offset, value, true);
    else view.setUint32(offset, value, true);
    this.changed.add(slot);
  }
  happen(slot: number, event: number): void {
    this.put(slot, "events", this.get(slot, "events") | event);
  }
  ready(): number[] {
    return [...this.rows.keys()].filter((slot) => this.get(slot, "state") === TaskState.Ready || this.get(slot, "state") === TaskState.Running);
  }

  arrive(slot: number): void {
    const view = new DataView(new ArrayBuffer(T.bytes));
    this.rows.set(slot, view);
    const image = this.whole(5);
    this.put(slot, "slot", slot);
    this.put(slot, "pid", ++this.pid);
    this.put(slot, "parent", this.whole(3));
    this.put(slot, "state", TaskState.Ready);
    this.put(slot, "image", BigInt(image + 1) * 0x9e37_79b9n);
    this.put(slot, "readySinceNs", this.now);
    this.put(slot, "requestSinceNs", this.now);
    this.put(slot, "attainedNs", BigInt(this.whole(20_000_000)));
    this.put(slot, "burstNs", BigInt(this.whole(2_000_000)));
    for (const field of ["burstMeanUs", "burstDeviationUs", "imageMeanUs", "imageDeviationUs", "imageBurstUs", "requestMeanUs"] as const) this.put(slot, field, this.whole(50_000));
    for (const field of ["bursts", "requests", "imageRequests", "footprintPages", "faultsPerSecond"] as const) this.put(slot, field, this.whole(300));
    this.put(slot, "blockedPpm", this.whole(1_000_000));
    for (let b = 0; b < 16; b++) view.setUint32(T.fields.imageBins.offset + b * 4, Math.max(this.whole(200_000) - 100_000, 0), true);
    this.happen(slot, TaskEvent.Arrive);
  }

  leave(slot: number): void {
    this.put(slot, "state", TaskState.Absent);
    this.happen(slot, TaskEvent.Exit | TaskEvent.Request);
    // What is known of all images has changed by it; a policy reads that anew of a task that it is told of.
    for (const other of this.ready()) this.changed.add(other);
  }

  /** What the policy is told now. */
  input(flags: number, slots: number[] = [...this.changed]): Uint8Array {
    const bytes = new Uint8Array(I.bytes + slots.length * T.bytes);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(I.fields.nowNs.offset, this.now, true);
    view.setUint32(I.fields.rows.offset, slots.length, true);
    view.setUint32(I.fields.flags.offset, flags, true);
    view.setUint32(I.fields.ready.offset, this.ready().length, true);
    view.setUint32(I.fields.running.offset, NOBODY, true);
    view.setUint32(I.fields.switchNs.offset, 2000, true);
    slots.forEach((slot, i) => {
      bytes.set(new Uint8Array((this.rows.get(slot) as DataView).buffer), I.bytes + i * T.bytes);
      this.put(slot, "events", 0);
    });
    this.changed.clear();
    return bytes;
  }
}

interface Answer {
  status: number;
  fuel: number;
  slot: number;
  quantumNs: number;
  candidates: { slot: number; score: number; attention: number; remainingNs: number }[];
}

function ask(policy: Transformer, input: Uint8Array): Answer {
  new Uint8Array(policy.memory.buffer).set(input, policy.policy_input());
  policy.fuel.value = FUEL;
  policy.depth.value = 0;
  const status = policy.policy_decide(input.length);
  const view = new DataView(policy.memory.buffer, policy.policy_output(), D.bytes);
  return {
    status,
    fuel: Number(FUEL - policy.fuel.value),
    slot: view.getUint32(D.fields.slot.offset, true),
    quantumNs: Number(view.getBigUint64(D.fields.quantumNs.offset, true)),
    candidates: Array.from({ length: view.getUint32(D.fields.candidates.offset, true) }, (_, i) => ({
      slot: view.getUint32(D.fields.candidateSlots.offset + i * 4, true),
      score: view.getFloat64(D.fields.candidateScores.offset + i * 8, true),
      attention: view.getFloat64(D.fields.candidateAttention.offset + i * 8, true),
      remainingNs: view.getFloat64(D.fields.candidateRemainingNs.offset + i * 8, true),
    })),
  };
}

const from = (bin: number) => (bin === 0 ? 0 : 125 * 2 ** bin);
const to = (bin: number) => (bin === 15 ? 16_384_000 : 250 * 2 ** bin);

/** Expected time and Gittins index of a distribution over the bins, in plain words. The index looks some way ahead at least. */
function worthOf(p: Float32Array, hadUs: number): { remainingUs: number; index: number } {
  const middle = [...p].map((_, b) => (from(b) + to(b)) / 2);
  const total = (upTo: number, value: (b: number) => number) => [...p.keys()].filter((b) => b <= upTo).reduce((sum, b) => sum + (p[b] as number) * value(b), 0);
  const remainingUs = total(15, (b) => middle[b] as number);
  const least = Math.max(hadUs / 8, remainingUs / 16);
  // What ends within a time, and what is spent until then, a bin's share even over its width.
  const within = (us: number) => [...p.keys()].map((b) => (p[b] as number) * Math.min(Math.max((us - from(b)) / (to(b) - from(b)), 0), 1));
  const at = (us: number) => {
    const ended = within(us);
    const done = ended.reduce((a, b) => a + b, 0);
    return done / (ended.reduce((sum, share, b) => sum + share * 0.5 * (from(b) + Math.min(us, to(b))), 0) + (1 - done) * us);
  };
  const index = Math.max(at(least), ...[...p.keys()].filter((k) => to(k) >= least).map((k) => at(to(k))));
  return { remainingUs, index };
}

function weightsOf(policy: Transformer): Uint8Array {
  return new Uint8Array(policy.memory.buffer.slice(policy.policy_weights_active(), policy.policy_weights_active() + policy.policy_weights_bytes()));
}

describe("the transformer", () => {
  it("keeps up to date what the whole model says of the same rows", () => {
    const policy = open();
    const learner = new Learner(learnerWasm);
    learner.begin(weightsOf(policy));
    const machine = new Machine(7);
    let worst = 0;
    let compared = 0;
    let seen = 0;
    for (let step = 0; step < 3000; step++) {
      machine.now += BigInt(machine.whole(2_000_000));
      const ready = machine.ready();
      const free = Array.from({ length: 40 }, (_, i) => i).find((slot) => !machine.rows.has(slot) || machine.get(slot, "state") === TaskState.Absent);
      const one = ready[machine.whole(ready.length)];
      if (ready.length < 14 && free !== undefined && (ready.length < 3 || machine.whole(3) > 0)) machine.arrive(free);
      else if (one !== undefined && machine.whole(2) === 0) machine.leave(one);
      else if (one !== undefined) machine.put(one, "attainedNs", BigInt(machine.whole(40_000_000)));
      const input = machine.input(SchedFlag.Explain | (step === 0 ? SchedFlag.Snapshot : 0));
      const answer = ask(policy, input);
      expect(answer.status).toBe(Status.Ok);
      learner.told(input.subarray(I.bytes));
      const rows = machine.ready().map((slot) => new Uint8Array((machine.rows.get(slot) as DataView).buffer));
      const index = learner.record(Uint8Array.from(rows.flatMap((row) => [...row])), T.bytes);
      const example = learner.example(index);
      learner.loose().set(example.rows);
      const total = example.rows.length / learner.rowBytes;
      seen = Math.max(seen, total - example.candidates);
      const p = new Float32Array(learner.exports.memory.buffer, learner.exports.learner_loose_answer(total), example.candidates * 16);
      const worths = machine.ready().map((slot, i) => {
        const hadMs = Number((machine.rows.get(slot) as DataView).getBigUint64(T.fields.attainedNs.offset, true)) / 1e6;
        const worth = worthOf(p.subarray(i * 16, i * 16 + 16), hadMs * 1000);
        const row = machine.rows.get(slot) as DataView;
        const waitedUs = Number(row.getBigUint64(T.fields.waitedNs.offset, true) + machine.now - row.getBigUint64(T.fields.readySinceNs.offset, true)) / 1000;
        const patience = Math.min(Math.sqrt(1 + waitedUs / (10 * (hadMs * 1000 + worth.remainingUs))), 1.5);
        return { slot, ...worth, leaning: (1 + hadMs) ** -0.1 * patience };
      });
      expect(answer.candidates.map((candidate) => candidate.slot).sort()).toEqual(worths.map((worth) => worth.slot).sort());
      for (const candidate of answer.candidates) {
        const worth = worths.find(({ slot }) => slot === candidate.slot) as (typeof worths)[number];
        worst = Math.max(worst, Math.abs(candidate.remainingNs / 1000 / worth.remainingUs - 1), Math.abs(candidate.score / 1e6 / (worth.index * worth.leaning) - 1));
        compared++;
      }
      // Attention is a distribution; on tasks and past requests alike, so on the candidates alone it is at most 1.
      const sum = answer.candidates.reduce((all, { attention }) => all + attention, 0);
      expect(sum).toBeGreaterThan(0);
      expect(sum).toBeLessThan(1 + 1e-6);
      expect(answer.slot).toBe(answer.candidates[0]?.slot);
    }
    expect(seen).toBeGreaterThan(15);
    expect(compared).toBeGreaterThan(10_000);
    // The tolerance within which an answer is kept (1 ÷ 256 of what attention gives) is what is left.
    expect(worst).toBeLessThan(0.05);
  });

  it("answers within the budget at a thousand tasks, a snapshot of them included", () => {
    const policy = open();
    const machine = new Machine(3);
    for (let slot = 0; slot < 1024; slot++) machine.arrive(slot);
    let most = 0;
    for (let first = 0; first < 1024; first += SCHED_ROWS) {
      const last = first + SCHED_ROWS >= 1024;
      const slots = Array.from({ length: SCHED_ROWS }, (_, i) => first + i);
      const answer = ask(policy, machine.input((first === 0 ? SchedFlag.Snapshot : 0) | (last ? 0 : SchedFlag.More), slots));
      expect(answer.status).toBe(Status.Ok);
      most = Math.max(most, answer.fuel);
    }
    for (let step = 0; step < 30; step++) {
      for (let i = 0; i < SCHED_ROWS; i++) machine.put(machine.whole(1024), "attainedNs", BigInt(machine.whole(40_000_000)));
      if (step % 3 === 0) for (let i = 0; i < 16; i++) machine.leave(machine.whole(1024));
      if (step % 3 === 1) for (let slot = 0; slot < 1024 && machine.changed.size < SCHED_ROWS; slot++) if (machine.get(slot, "state") === TaskState.Absent) machine.arrive(slot);
      const answer = ask(policy, machine.input(0, [...machine.changed].slice(0, SCHED_ROWS)));
      expect(answer.status).toBe(Status.Ok);
      most = Math.max(most, answer.fuel);
    }
    expect(most).toBeLessThan(Number(FUEL));
  });

  it("takes good weights over whole, refuses others, and answers with whatever it took", () => {
    const policy = open();
    const machine = new Machine(5);
    for (let slot = 0; slot < 20; slot++) machine.arrive(slot);
    const before = ask(policy, machine.input(SchedFlag.Snapshot | SchedFlag.Explain));
    const good = weightsOf(policy);
    const offer = (weights: Uint8Array) => {
      new Uint8Array(policy.memory.buffer).set(weights, policy.policy_weights_staging());
      policy.fuel.value = FUEL;
      policy.depth.value = 0;
      return policy.policy_weights_commit(1);
    };
    const changed = (change: (view: DataView) => void, seal = true) => {
      const copy = good.slice();
      const view = new DataView(copy.buffer);
      change(view);
      if (seal) view.setUint32(36, fnv(copy.subarray(48)), true);
      return copy;
    };
    const refused: [string, Uint8Array][] = [
      ["zeros", new Uint8Array(good.length)],
      ["noise", good.map((_, i) => (i * 197 + 13) & 255)],
      ["another magic", changed((view) => view.setUint32(0, 1, true))],
      ["another format", changed((view) => view.setUint32(4, 99, true))],
      ["other features", changed((view) => view.setUint32(8, 99, true))],
      ["another shape", changed((view) => view.setUint32(16, 24, true))],
      ["cut short: the rest zeros", good.map((x, i) => (i > 4000 ? 0 : x))],
      ["a wrong checksum", changed((view) => view.setFloat32(48, 0.5, true), false)],
      ["no number", changed((view) => view.setFloat32(400, Number.NaN, true))],
      ["an infinite one", changed((view) => view.setFloat32(400, Number.POSITIVE_INFINITY, true))],
      ["one out of range", changed((view) => view.setFloat32(400, 1e6, true))],
    ];
    for (const [what, weights] of refused) {
      expect([what, offer(weights)]).toEqual([what, Status.Corrupt]);
      expect(weightsOf(policy)).toEqual(good);
      expect(ask(policy, machine.input(SchedFlag.Explain)).candidates).toEqual(before.candidates);
    }
    // Of the right form, but senseless: any task is as good as any other, but it is one, with numbers that are numbers.
    const absurd = [0, 1000, -1000].map((value) =>
      changed((view) => {
        for (let at = 48; at < good.length; at += 4) view.setFloat32(at, value, true);
      }),
    );
    const wild = changed((view) => {
      for (let at = 48; at < good.length; at += 4) view.setFloat32(at, ((at * 7919) % 2001) - 1000, true);
    });
    for (const weights of [...absurd, wild]) {
      expect(offer(weights)).toBe(Status.Ok);
      for (let step = 0; step < 20; step++) {
        machine.put(machine.whole(20), "attainedNs", BigInt(machine.whole(1_000_000_000)));
        const answer = ask(policy, machine.input(SchedFlag.Explain));
        expect(answer.status).toBe(Status.Ok);
        expect(answer.slot).toBeLessThan(20);
        expect(answer.quantumNs).toBeGreaterThanOrEqual(1_000_000);
        expect(answer.quantumNs).toBeLessThanOrEqual(100_000_000);
        for (const { score, attention, remainingNs } of answer.candidates) expect([score, attention, remainingNs].every(Number.isFinite)).toBe(true);
      }
    }
    // Back to the good ones: as before, to the bit, once the rows are.
    expect(offer(good)).toBe(Status.Ok);
    const again = new Machine(5);
    for (let slot = 0; slot < 20; slot++) again.arrive(slot);
    expect(ask(policy, again.input(SchedFlag.Snapshot | SchedFlag.Explain)).candidates).toEqual(before.candidates);
  });

  it("refuses an input that is none", () => {
    const policy = open();
    for (const bytes of [0, 3, I.bytes + 1, I.bytes + T.bytes]) {
      new Uint8Array(policy.memory.buffer).fill(0, policy.policy_input(), policy.policy_input() + I.bytes);
      policy.fuel.value = FUEL;
      policy.depth.value = 0;
      expect(policy.policy_decide(bytes)).toBeLessThan(0);
    }
  });
});

function fnv(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
