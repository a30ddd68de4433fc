// One processor, jobs that arrive at it, and the kernel's own scheduling core (kernel-as/kernel/sched), in AssemblyScript: an event-driven
// simulation on a virtual clock of nanoseconds. The policy is a module of its own, asked through the import sim.ask. What comes in and
// what is made of it: tools/sim/sched/run.ts. One instance runs one list. Compiled by tools/build, excluded from tsc.
//
//   outside (not arrived, or the table is full) → ready ⇄ running → ended
//                                                  ↑ wake  ↓ wait (heap of wake times)
//
// Job lists lie in this module's memory as arrays of f64 (times in ns, exact) that the caller fills: arrivals, segments (> 0 processor,
// < 0 a wait), the first segment of each job; images u64, nice values i32, pages u32; ends are written by it.
import {
  choose,
  chargeUser,
  fillCandidate,
  fillDecision,
  fillSchedRow,
  initScheduler,
  policyChanged,
  readyCount,
  setAsk,
  setExplainEvery,
  setOnEject,
  setSwitchNs,
  taskArrive,
  taskBlock,
  taskEnd,
  taskHint,
  taskMemory,
  taskRow,
  taskWake,
  turnEnd,
} from "../../../kernel-as/kernel/sched/index";
import { CANDIDATE_ROW_BYTES, DECISION_ROW_BYTES, DecisionRow, SCHED_ROW_BYTES } from "../../../kernel-as/abi/layouts";
import { SCHED_CANDIDATES, SCHED_TASKS } from "../../../kernel-as/abi/numbers";
import { RESCUE_NS, STARVE_NS } from "../../../kernel-as/kernel/limits";
import { Arena } from "../../../kernel-as/lib/arena";

// @ts-expect-error: decorator
@external("sim", "ask") declare function simAsk(input: usize, inputBytes: u32, output: usize, outputBytes: u32): i32;
// @ts-expect-error: decorator
@external("sim", "eject") declare function simEject(status: i32, why: usize): void;
// @ts-expect-error: decorator
@external("sim", "record") declare function simRecord(decision: usize, candidates: usize, count: u32): void;
// @ts-expect-error: decorator
@external("sim", "ended") declare function simEnded(job: u32, pid: u32, requestSinceNs: f64, serviceNs: f64): void;

const NONE: i32 = -1;
const FOREVER: u64 = u64.MAX_VALUE;
const CORE_BYTES: usize = 3 << 20;
/** All jobs have this parent: whoever plays the list. */
const PARENT: u32 = 1;
const FIRST_PID: u32 = 2;

// Why a run is void; bits of faults().
const IDLE_WHILE_READY: u32 = 1;
const SERVICE_DIFFERS: u32 = 2;
const STARVED: u32 = 4;
const READY_COUNT_DIFFERS: u32 = 8;
const CHOSE_NONSENSE: u32 = 16;

/** A place in the table. */
@unmanaged
class Place {
  job: u32;
  segment: u32;
  /** left of the segment that it is in */
  leftNs: u64;
  /** processor time that the job still needs, and has had */
  neededNs: u64;
  servedNs: u64;
  readySinceNs: u64;
  wakeNs: u64;
  /** tasks that were ready when it became so */
  ahead: u32;
  ready: u32;
}

let jobs: u32 = 0;
let arrivals: usize = 0;
let ends: usize = 0;
let images: usize = 0;
let nices: usize = 0;
let pages: usize = 0;
let firsts: usize = 0;
let segments: usize = 0;
let places: usize = 0;
let free: usize = 0;
let freeCount: u32 = 0;
/** Free slots that stay so. */
let reserve: u32 = 0;
let inTurn: bool = false;
let lateMemory: bool = false;
let heap: usize = 0;
let heapCount: u32 = 0;
let candidates: usize = 0;
let decision: usize = 0;
let schedRow: usize = 0;

let nowNs: u64 = 0;
let nextJob: u32 = 0;
let doneCount: u32 = 0;
let ready: u32 = 0;
let running: i32 = NONE;
/** job that had the processor last, or NONE */
let last: i32 = NONE;
let longestWaitNs: u64 = 0;
let outsideCount: u32 = 0;
let switchCount: u32 = 0;
let idleNs: u64 = 0;
let mostReady: u32 = 0;
let fault: u32 = 0;
let faultJob: u32 = 0;
let asks: u32 = 0;
let nextRecord: u64 = 0;

let switchNs: u64 = 0;
let decisionNs: u64 = 0;
let explainEvery: u32 = 0;
let tellEnds: bool = false;

let bump: usize = 0;
function room(bytes: usize): usize {
  if (bump == 0) bump = __heap_base;
  const at = (bump + 15) & ~(<usize>15);
  bump = at + bytes;
  const have = (<usize>memory.size()) << 16;
  if (bump > have) memory.grow(<i32>((bump - have + 0xffff) >> 16));
  return at;
}

/** Takes all the memory that there will be; the arrays are the caller's to fill before run(). 0, or a Status. */
export function prepare(jobCount: u32, segmentCount: u32): i32 {
  jobs = jobCount;
  arrivals = room(<usize>jobCount << 3);
  ends = room(<usize>jobCount << 3);
  images = room(<usize>jobCount << 3);
  nices = room(<usize>jobCount << 2);
  pages = room(<usize>jobCount << 2);
  firsts = room((<usize>jobCount + 1) << 2);
  segments = room(<usize>segmentCount << 3);
  places = room(SCHED_TASKS * offsetof<Place>());
  free = room(SCHED_TASKS << 2);
  heap = room(SCHED_TASKS << 2);
  decision = room(DECISION_ROW_BYTES);
  candidates = room(SCHED_CANDIDATES * CANDIDATE_ROW_BYTES);
  schedRow = room(SCHED_ROW_BYTES);
  const arena = changetype<Arena>(room(offsetof<Arena>()));
  const core = room(CORE_BYTES);
  arena.init(core, CORE_BYTES);
  for (let i: u32 = 0; i < SCHED_TASKS; i++) store<u32>(free + (<usize>i << 2), SCHED_TASKS - 1 - i);
  freeCount = SCHED_TASKS;
  memory.fill(places, 0, SCHED_TASKS * offsetof<Place>());
  return initScheduler(arena, SCHED_TASKS);
}

/** At most so many jobs are there at once; before run(). Slots are then used in turn: who comes does not take that of who has just gone. */
export function limitPlaces(count: u32): void {
  reserve = SCHED_TASKS - min<u32>(count, SCHED_TASKS);
  inTurn = true;
}

/** A job holds its frames from its first turn on, not from its arrival; before run(). */
export function holdLate(): void {
  lateMemory = true;
}

export function arrivalsAt(): usize {
  return arrivals;
}
export function endsAt(): usize {
  return ends;
}
export function imagesAt(): usize {
  return images;
}
export function nicesAt(): usize {
  return nices;
}
export function pagesAt(): usize {
  return pages;
}
export function firstsAt(): usize {
  return firsts;
}
export function segmentsAt(): usize {
  return segments;
}

function ask(input: usize, inputBytes: u32, output: usize, outputBytes: u32): i32 {
  asks++;
  return simAsk(input, inputBytes, output, outputBytes);
}

function onEject(status: i32, why: string): void {
  simEject(status, changetype<usize>(why));
}

/**
 * @param switchCost ns of a switch to another task
 * @param decisionCost ns that a call of the policy takes; 0: none is charged
 * @param explain record every so many-th decision and tell sim.record; 0 none
 * @param ended whether sim.ended is told of each job
 */
export function setUp(switchCost: f64, decisionCost: f64, explain: u32, ended: bool): void {
  switchNs = <u64>switchCost;
  decisionNs = <u64>decisionCost;
  explainEvery = explain;
  tellEnds = ended;
  setSwitchNs(<u32>switchCost);
  setOnEject(onEject);
  setAsk(ask);
  setExplainEvery(explain);
}

/** The policy's module was exchanged: the next input tells it everything. */
export function changed(): void {
  policyChanged();
}

function at(slot: i32): Place {
  return changetype<Place>(places + <usize>slot * offsetof<Place>());
}

function say(what: u32, job: u32): void {
  if (fault == 0) faultJob = job;
  fault |= what;
}

function becomesReady(place: Place): void {
  place.ahead = ready;
  place.readySinceNs = nowNs;
  place.ready = 1;
  ready++;
  if (ready > mostReady) mostReady = ready;
}

// Heap of places that wait, earliest first; of equals the lower slot.
function before(a: u32, b: u32): bool {
  const x = at(a).wakeNs;
  const y = at(b).wakeNs;
  return x < y || (x == y && a < b);
}

function heapAt(index: u32): u32 {
  return load<u32>(heap + (<usize>index << 2));
}
function setHeap(index: u32, slot: u32): void {
  store<u32>(heap + (<usize>index << 2), slot);
}

function pushWait(slot: u32): void {
  let index = heapCount++;
  while (index > 0) {
    const up = (index - 1) >> 1;
    if (!before(slot, heapAt(up))) break;
    setHeap(index, heapAt(up));
    index = up;
  }
  setHeap(index, slot);
}

function popWait(): u32 {
  const top = heapAt(0);
  heapCount--;
  const moved = heapAt(heapCount);
  let index: u32 = 0;
  for (;;) {
    let child: u32 = 2 * index + 1;
    if (child >= heapCount) break;
    if (child + 1 < heapCount && before(heapAt(child + 1), heapAt(child))) child++;
    if (!before(heapAt(child), moved)) break;
    setHeap(index, heapAt(child));
    index = child;
  }
  setHeap(index, moved);
  return top;
}

function arrivalNs(job: u32): u64 {
  return <u64>load<f64>(arrivals + (<usize>job << 3));
}
function firstOf(job: u32): u32 {
  return load<u32>(firsts + (<usize>job << 2));
}
function segmentOf(index: u32): f64 {
  return load<f64>(segments + (<usize>index << 3));
}

function nextEventNs(): u64 {
  const arrives = nextJob < jobs && freeCount > reserve ? arrivalNs(nextJob) : FOREVER;
  const wakes = heapCount > 0 ? at(heapAt(0)).wakeNs : FOREVER;
  return min(arrives, wakes);
}

function admit(): void {
  while (nextJob < jobs && freeCount > reserve) {
    const came = arrivalNs(nextJob);
    if (came > nowNs) return;
    const job = nextJob++;
    freeCount--;
    const slot = load<u32>(free + (<usize>freeCount << 2));
    const place = at(slot);
    place.job = job;
    place.segment = firstOf(job);
    place.leftNs = <u64>segmentOf(place.segment);
    place.servedNs = 0;
    place.neededNs = 0;
    for (let i = place.segment, end = firstOf(job + 1); i < end; i++) place.neededNs += <u64>Math.max(segmentOf(i), 0);
    taskArrive(slot, FIRST_PID + job, PARENT, load<u64>(images + (<usize>job << 3)), load<i32>(nices + (<usize>job << 2)), nowNs);
    if (!lateMemory) taskMemory(slot, load<u32>(pages + (<usize>job << 2)), 0);
    taskHint(slot, place.neededNs);
    becomesReady(place);
  }
}

// Who came while the table was full: those that had arrived when they were let in late.
function countOutside(): void {
  if (freeCount > reserve) return;
  while (counted < jobs && (counted < nextJob || arrivalNs(counted) <= nowNs)) {
    if (counted >= nextJob) outsideCount++;
    counted++;
  }
}
let counted: u32 = 0;

function wake(): void {
  while (heapCount > 0 && at(heapAt(0)).wakeNs <= nowNs) {
    const slot = popWait();
    taskWake(slot, nowNs);
    becomesReady(at(slot));
  }
}

// The segment is done: the next one, a wait, or the end.
function advance(slot: i32): void {
  const place = at(slot);
  const end = firstOf(place.job + 1);
  place.segment++;
  if (place.segment < end) {
    const next = segmentOf(place.segment);
    if (next > 0) {
      place.leftNs = <u64>next;
      return;
    }
    // Waits that follow each other are one.
    let wait: u64 = 0;
    while (segmentOf(place.segment) < 0) wait += <u64>-segmentOf(place.segment++);
    place.leftNs = <u64>segmentOf(place.segment);
    place.wakeNs = nowNs + wait;
    place.ready = 0;
    ready--;
    running = NONE;
    taskBlock(slot, nowNs, false, true);
    pushWait(slot);
    return;
  }
  const row = taskRow(slot);
  if (place.neededNs != 0 || row.attainedNs != place.servedNs) say(SERVICE_DIFFERS, place.job);
  store<f64>(ends + (<usize>place.job << 3), <f64>nowNs);
  if (tellEnds) simEnded(place.job, row.pid, <f64>row.requestSinceNs, <f64>place.servedNs);
  place.ready = 0;
  ready--;
  running = NONE;
  taskEnd(slot, nowNs);
  if (inTurn) memory.copy(free + 4, free, <usize>freeCount << 2);
  store<u32>(inTurn ? free : free + (<usize>freeCount << 2), slot);
  freeCount++;
  doneCount++;
}

function tellRecords(): void {
  while (fillDecision(nextRecord, decision) > 0) {
    const row = changetype<DecisionRow>(decision);
    for (let i: u32 = 0; i < row.candidates; i++) fillCandidate(row.sequence, i, candidates + i * CANDIDATE_ROW_BYTES);
    nextRecord = row.sequence + 1;
    simRecord(decision, candidates, row.candidates);
  }
}

// A task gets the processor: how long it waited, and who lost it.
function turnTo(slot: i32): void {
  if (slot != running) {
    if (running != NONE) {
      const lost = at(running);
      lost.ahead = ready;
      lost.readySinceNs = nowNs;
    }
    const place = at(slot);
    const waited = nowNs - place.readySinceNs;
    if (waited > longestWaitNs) longestWaitNs = waited;
    // choose.ts states the bound; a switch or a decision may lie before each of its turns.
    if (waited > STARVE_NS + 2 * (RESCUE_NS + switchNs + decisionNs) * (<u64>place.ahead + 1)) say(STARVED, place.job);
  }
  const job = <i32>at(slot).job;
  if (job != last) {
    if (last != NONE) {
      switchCount++;
      nowNs += switchNs;
    }
    last = job;
  }
  running = slot;
}

/** Runs until so many jobs of the list have ended. Returns how many have; fewer where faults() is not 0. */
export function run(until: u32): u32 {
  while (doneCount < until && doneCount < jobs && fault == 0) {
    admit();
    wake();
    countOutside();
    if (ready == 0) {
      const next = nextEventNs();
      if (choose(nowNs) != NONE) say(CHOSE_NONSENSE, 0);
      idleNs += next - nowNs;
      nowNs = next;
      continue;
    }
    if (readyCount() != ready) say(READY_COUNT_DIFFERS, last);
    asks = 0;
    const slot = choose(nowNs);
    if (slot == NONE) {
      say(IDLE_WHILE_READY, 0);
      break;
    }
    if (<u32>slot >= SCHED_TASKS || at(slot).ready == 0) {
      say(CHOSE_NONSENSE, 0);
      break;
    }
    if (explainEvery != 0 && asks > 0) tellRecords();
    turnTo(slot);
    if (asks > 0) nowNs += decisionNs;
    const place = at(slot);
    const stop = min(min(nowNs + place.leftNs, turnEnd()), nextEventNs());
    if (stop > nowNs) {
      const ran = stop - nowNs;
      chargeUser(slot, ran);
      if (lateMemory) taskMemory(slot, load<u32>(pages + (<usize>place.job << 2)), 0);
      place.leftNs -= ran;
      place.neededNs -= ran;
      place.servedNs += ran;
      nowNs = stop;
      taskHint(slot, place.neededNs);
    }
    if (place.leftNs == 0) advance(slot);
  }
  return doneCount;
}

/** Bits of what does not hold; 0: the run is sound. */
export function faults(): u32 {
  return fault;
}
export function faultyJob(): u32 {
  return faultJob;
}
export function timeNs(): f64 {
  return <f64>nowNs;
}
export function switches(): u32 {
  return switchCount;
}
export function idle(): f64 {
  return <f64>idleNs;
}
export function longestWait(): f64 {
  return <f64>longestWaitNs;
}
export function outside(): u32 {
  return outsideCount;
}
export function mostReadyAtOnce(): u32 {
  return mostReady;
}
/** The core's own counts: a SchedRow. */
export function countsAt(): usize {
  fillSchedRow(schedRow);
  return schedRow;
}
