// A machine of one processor and many tasks that asks scheduling policies and does what they say: the reference that their tests
// hold them to. It knows what each task is; a policy knows only what it is told. Not the kernel's core and not its simulator: no
// histories are kept here, a test writes the features that it wants.
import { LAYOUT, SCHED_BINS, SCHED_ROWS, SchedFlag, TaskEvent, TaskState } from "../abi/index.js";

export const NO_SLOT = 0xffff_ffff;
const MS = 1_000_000;
const T = LAYOUT.SchedTask;
const I = LAYOUT.SchedInput;
const D = LAYOUT.SchedDecision;

/** What a test says of a task besides its state: fields of SchedTask. */
export interface Features {
  nice?: number;
  image?: bigint;
  burstMeanUs?: number;
  imageRequests?: number;
  imageMeanUs?: number;
  imageDeviationUs?: number;
  bins?: number[];
  hintNs?: number;
}

export interface Task extends Features {
  slot: number;
  pid: number;
  state: number;
  events: number;
  readySinceNs: number;
  requestSinceNs: number;
  attainedNs: number;
  burstNs: number;
  waitedNs: number;
  bursts: number;
  requests: number;
  /** all of its processor time */
  totalNs: number;
}

export interface Decision {
  slot: number;
  quantumNs: number;
  score: number;
  candidates: { slot: number; score: number; remainingNs: number }[];
}

/** A policy's answer as numbers. */
export function readDecision(bytes: Uint8Array): Decision {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { fields } = D;
  const candidates = Array.from({ length: view.getUint32(fields.candidates.offset, true) }, (_, i) => ({
    slot: view.getUint32(fields.candidateSlots.offset + 4 * i, true),
    score: view.getFloat64(fields.candidateScores.offset + 8 * i, true),
    remainingNs: view.getFloat64(fields.candidateRemainingNs.offset + 8 * i, true),
  }));
  return {
    slot: view.getUint32(fields.slot.offset, true),
    quantumNs: Number(view.getBigUint64(fields.quantumNs.offset, true)),
    score: view.getFloat64(fields.score.offset, true),
    candidates,
  };
}

/** The bytes of a SchedInput. `rows` are told as they are. */
export function encodeInput(
  head: { nowNs: number; sequence?: number; flags?: number; ready: number; running?: number; ranNs?: number; switchNs?: number },
  rows: Task[],
): Uint8Array {
  const bytes = new Uint8Array(I.bytes + rows.length * T.bytes);
  const view = new DataView(bytes.buffer);
  const u64 = (at: number, value: number | bigint) => view.setBigUint64(at, BigInt(value), true);
  const u32 = (at: number, value: number) => view.setUint32(at, value, true);
  u64(I.fields.nowNs.offset, head.nowNs);
  u64(I.fields.sequence.offset, head.sequence ?? 0);
  u32(I.fields.rows.offset, rows.length);
  u32(I.fields.flags.offset, head.flags ?? 0);
  u32(I.fields.ready.offset, head.ready);
  u32(I.fields.running.offset, head.running ?? NO_SLOT);
  u64(I.fields.ranNs.offset, head.ranNs ?? 0);
  u32(I.fields.switchNs.offset, head.switchNs ?? 2000);
  for (const [i, task] of rows.entries()) {
    const at = I.bytes + i * T.bytes;
    const f = T.fields;
    u32(at + f.slot.offset, task.slot);
    u32(at + f.pid.offset, task.pid);
    u32(at + f.state.offset, task.state);
    u32(at + f.events.offset, task.events);
    view.setInt32(at + f.nice.offset, task.nice ?? 0, true);
    u64(at + f.image.offset, task.image ?? 0n);
    u64(at + f.readySinceNs.offset, task.state === TaskState.Ready ? task.readySinceNs : 0);
    u64(at + f.requestSinceNs.offset, task.requestSinceNs);
    u64(at + f.attainedNs.offset, task.attainedNs);
    u64(at + f.burstNs.offset, task.burstNs);
    u64(at + f.waitedNs.offset, task.waitedNs);
    u32(at + f.bursts.offset, task.bursts);
    u32(at + f.burstMeanUs.offset, task.burstMeanUs ?? 0);
    u32(at + f.requests.offset, task.requests);
    u32(at + f.imageRequests.offset, task.imageRequests ?? 0);
    u32(at + f.imageMeanUs.offset, task.imageMeanUs ?? 0);
    u32(at + f.imageDeviationUs.offset, task.imageDeviationUs ?? 0);
    for (let bin = 0; bin < Number(SCHED_BINS); bin++) u32(at + f.imageBins.offset + 4 * bin, task.bins?.[bin] ?? 0);
    u64(at + f.hintNs.offset, task.hintNs ?? 0);
  }
  return bytes;
}

/** Asks a policy: its decision's bytes, or a Status < 0. Every input of a decision in order; only the last answer counts. */
export type Ask = (input: Uint8Array) => Uint8Array | number;

export class SchedMachine {
  readonly tasks = new Map<number, Task>();
  readonly ask: Ask;
  nowNs = 1_000 * MS;
  running = NO_SLOT;
  /** of the turn under way */
  ranNs = 0;
  quantumNs = 0;
  sequence = 0;
  switches = 0;
  /** the next input is a snapshot */
  snapshot = true;
  explain = false;
  #pid = 1;

  constructor(ask: Ask) {
    this.ask = ask;
  }

  task(slot: number): Task {
    const task = this.tasks.get(slot);
    if (!task) throw new Error(`no task has been in slot ${slot}`);
    return task;
  }

  mayRun(slot: number): boolean {
    const state = this.tasks.get(slot)?.state;
    return state === TaskState.Ready || state === TaskState.Running;
  }

  /** Tasks that may be chosen. */
  ready(): Task[] {
    return [...this.tasks.values()].filter((task) => this.mayRun(task.slot));
  }

  arrive(slot: number, features: Features = {}): Task {
    const task: Task = {
      ...features,
      slot,
      pid: this.#pid++,
      state: TaskState.Ready,
      events: TaskEvent.Arrive,
      readySinceNs: this.nowNs,
      requestSinceNs: this.nowNs,
      attainedNs: 0,
      burstNs: 0,
      waitedNs: 0,
      bursts: 0,
      requests: 0,
      totalNs: 0,
    };
    this.tasks.set(slot, task);
    return task;
  }

  #leave(task: Task): void {
    if (this.running === task.slot) {
      this.running = NO_SLOT;
      this.ranNs = 0;
    }
  }

  /** It waits; `requestEnds`: for something without a deadline. */
  block(slot: number, requestEnds = true): void {
    const task = this.task(slot);
    this.#leave(task);
    task.state = TaskState.Blocked;
    task.events |= TaskEvent.Block | (requestEnds ? TaskEvent.Request : 0);
    task.bursts++;
    if (requestEnds) {
      task.requests++;
      task.attainedNs = 0;
      task.waitedNs = 0;
      task.bursts = 0;
    }
  }

  wake(slot: number): void {
    const task = this.task(slot);
    task.state = TaskState.Ready;
    task.events |= TaskEvent.Wake;
    task.readySinceNs = this.nowNs;
    task.burstNs = 0;
    if (task.attainedNs === 0) task.requestSinceNs = this.nowNs;
  }

  exit(slot: number): void {
    const task = this.task(slot);
    this.#leave(task);
    task.state = TaskState.Absent;
    task.events |= TaskEvent.Exit | TaskEvent.Request;
  }

  /** The running task gives its turn away. */
  yieldTurn(): void {
    this.#putBack(this.task(this.running), TaskEvent.Yield);
  }

  #putBack(task: Task, event: number): void {
    task.state = TaskState.Ready;
    task.events |= event;
    task.readySinceNs = this.nowNs;
    this.#leave(task);
  }

  /** Time passes; the running task runs, at most to the end of its quantum. Returns what passed. */
  run(ns: number): number {
    if (this.running === NO_SLOT) {
      this.nowNs += ns;
      return ns;
    }
    const task = this.task(this.running);
    const step = Math.min(ns, this.quantumNs);
    this.nowNs += step;
    this.ranNs += step;
    this.quantumNs -= step;
    task.attainedNs += step;
    task.burstNs += step;
    task.totalNs += step;
    if (task.hintNs !== undefined) task.hintNs = Math.max(task.hintNs - step, 0);
    if (this.quantumNs <= 0) task.events |= TaskEvent.Tick;
    return step;
  }

  /** Tell what happened since, ask, and do as it says. Throws where the answer is none. */
  decide(): Decision {
    const ready = this.ready();
    const rows = [...this.tasks.values()].filter((task) => (this.snapshot ? task.state !== TaskState.Absent : task.events !== 0));
    if (this.snapshot) for (const task of rows) task.events |= TaskEvent.Arrive;
    const head = { nowNs: this.nowNs, sequence: this.sequence++, ready: ready.length, running: this.running, ranNs: this.ranNs };
    let answer: Uint8Array | number = 0;
    const calls = Math.max(1, Math.ceil(rows.length / Number(SCHED_ROWS)));
    for (let call = 0; call < calls; call++) {
      const last = call === calls - 1;
      const flags = (this.snapshot && call === 0 ? SchedFlag.Snapshot : 0) | (last ? 0 : SchedFlag.More) | (this.explain ? SchedFlag.Explain : 0);
      answer = this.ask(encodeInput({ ...head, flags }, rows.slice(call * Number(SCHED_ROWS), (call + 1) * Number(SCHED_ROWS))));
      if (typeof answer === "number") throw new Error(`the policy failed: ${answer}`);
    }
    this.snapshot = false;
    for (const task of rows) {
      task.events = 0;
      if (task.state === TaskState.Absent) this.tasks.delete(task.slot);
    }
    const decision = readDecision(answer as Uint8Array);
    this.turn(decision.slot, decision.quantumNs);
    return decision;
  }

  /** Give a task a turn, whoever decided it. */
  turn(slot: number, quantumNs: number): void {
    if (!this.mayRun(slot)) throw new Error(`slot ${slot} may not run: state ${this.tasks.get(slot)?.state ?? "absent"}`);
    const task = this.task(slot);
    if (this.running !== slot) {
      if (this.running !== NO_SLOT) {
        this.#putBack(this.task(this.running), this.quantumNs > 0 ? TaskEvent.Preempt : 0);
      }
      this.switches++;
      task.waitedNs += this.nowNs - task.readySinceNs;
      task.state = TaskState.Running;
      this.running = slot;
      this.ranNs = 0;
    }
    this.quantumNs = quantumNs;
  }
}
