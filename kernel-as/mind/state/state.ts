// What the machine looks like, in plain whole numbers and short names: what the encoder writes, the grammar takes its pids from and an explanation its
// figures. In the image collect.ts fills it by sys.query; in V8 tools/mind/state.ts does from JSON. No pointer, no text of a process but its cleaned name.
// Every field is eight bytes, so that a host that knows the names of the fields (FIELDS, …) can write them by their index.
import { PROCESSES } from "../../abi/numbers";
import { copy, equal, fill, getU8, setU8 } from "../../lib/bytes";

/** Processes that a State can hold: as many as there may be. */
export const STATE_PROCESSES: u32 = PROCESSES;
/** Events that it can hold. */
export const STATE_EVENTS: u32 = 4;
/** Longest name, in bytes; its field has NAME_BYTES. */
export const NAME_MOST: u32 = 12;
export const NAME_FIELD: u32 = 16;

/** What a process is doing. */
export const enum Doing {
  /** waits for something */
  Blocked = 0,
  /** wants the processor */
  Ready = 1,
  /** has it */
  Running = 2,
  /** slowed down for memory */
  Throttled = 3,
  /** waits for a frame */
  Starved = 4,
  /** over its processor limit */
  Limited = 5,
}

/** What happened lately. */
export const enum Happened {
  None = 0,
  /** a process was killed for lack of memory */
  Oom = 1,
  /** a process ended by a fault, trap or exception */
  Crash = 2,
  /** a process was slowed down for memory */
  Throttle = 3,
  /** the reclaim ladder ran */
  Reclaim = 4,
  /** an allocation found no block */
  Failed = 5,
  /** memory was compacted */
  Compact = 6,
  /** another policy was put in force */
  Swap = 7,
  /** a policy misbehaved and was taken off */
  Eject = 8,
  /** the starvation guard let a process run */
  Rescue = 9,
}

/** The machine. Rates are means over the last second or so; −1 stands for "none" where a field says so. */
@unmanaged
export class State {
  uptimeMs: i64;
  managedKib: i64;
  freeKib: i64;
  /** negative: memory shrinks */
  freeKibPerSecond: i64;
  /** largest free block, at most 4096 */
  largestKib: i64;
  fragmentationPpm: i64;
  /** pages of processes in the compressed pool, as large as they were */
  compressedKib: i64;
  /** frames that the pool takes */
  poolKib: i64;
  /** may be dropped */
  offeredKib: i64;
  /** allocations that found no block in the predictor's window */
  failures: i64;
  /** share of the last ten seconds in which somebody waited for memory */
  pressurePpm: i64;
  /** … in which nobody could run for that */
  stalledPpm: i64;
  /** Risk of abi/numbers */
  risk: i64;
  confidencePpm: i64;
  /** −1: none in sight */
  exhaustionMs: i64;
  /** 1: the predictor says nothing */
  abstained: i64;
  /** 1: the kernel acts at a warning (crashctl auto on) */
  automatic: i64;
  /** tasks ready or running */
  ready: i64;
  switchesPerSecond: i64;
  busyPpm: i64;
  faultsPerSecond: i64;
  /** of all processes: input and output show here */
  syscallsPerSecond: i64;
  /** files in memory (/tmp) and pipes */
  filesKib: i64;
  /** processes, zombies too */
  processCount: i64;
  /** 16 × u8: name of the scheduling policy, cleaned */
  policy0: u64;
  policy1: u64;
  /** rows of processAt */
  processRows: i64;
  /** rows of eventAt, newest first */
  eventRows: i64;
}
/** Names of the fields, in their order; a name in brackets is a name of 16 bytes. */
export const STATE_FIELDS: string =
  "uptimeMs managedKib freeKib freeKibPerSecond largestKib fragmentationPpm compressedKib poolKib offeredKib failures pressurePpm stalledPpm risk confidencePpm " +
  "exhaustionMs abstained automatic ready switchesPerSecond busyPpm faultsPerSecond syscallsPerSecond filesKib processCount [policy] processRows eventRows";
const STATE_BYTES: u32 = 224;
if (offsetof<State>() != 224) ERROR("State must have 224 bytes");

/** A process. */
@unmanaged
export class ProcessFacts {
  /** 16 × u8: name of its program, cleaned */
  name0: u64;
  name1: u64;
  pid: i64;
  residentKib: i64;
  compressedKib: i64;
  growthKibPerSecond: i64;
  /** share of the processor */
  cpuPpm: i64;
  nice: i64;
  /** 1: nobody may end or change it */
  guarded: i64;
  /** Doing */
  doing: i64;
  /** time that it has been ready without a turn */
  waitMs: i64;
  ageMs: i64;
}
export const PROCESS_FIELDS: string = "[name] pid residentKib compressedKib growthKibPerSecond cpuPpm nice guarded doing waitMs ageMs";
export const PROCESS_FACTS_BYTES: u32 = 96;
if (offsetof<ProcessFacts>() != 96) ERROR("ProcessFacts must have 96 bytes");

/** An event. */
@unmanaged
export class EventFacts {
  /** Happened */
  happened: i64;
  /** 0: none */
  pid: i64;
  agoMs: i64;
}
export const EVENT_FIELDS: string = "happened pid agoMs";
export const EVENT_FACTS_BYTES: u32 = 24;
if (offsetof<EventFacts>() != 24) ERROR("EventFacts must have 24 bytes");

/** ".wasm" */
const WASM: usize = memory.data<u8>([0x2e, 0x77, 0x61, 0x73, 0x6d]);
const HEADER: usize = memory.data(224, 8);
const PROCESS_ROWS: usize = memory.data(12288, 8);
const EVENT_ROWS: usize = memory.data(96, 8);
if (STATE_PROCESSES * PROCESS_FACTS_BYTES != 12288) ERROR("PROCESS_ROWS must have room for STATE_PROCESSES");
if (STATE_EVENTS * EVENT_FACTS_BYTES != 96) ERROR("EVENT_ROWS must have room for STATE_EVENTS");

/** The one State of this program. */
export const state: State = changetype<State>(HEADER);

/** Nothing known: zeros, no rows. */
export function clearState(): void {
  fill(HEADER, 0, STATE_BYTES);
  state.exhaustionMs = -1;
}

/** Row of a process, 0 … state.processRows − 1; rankProcesses orders them. */
export function processAt(index: u32): ProcessFacts {
  return changetype<ProcessFacts>(PROCESS_ROWS + <usize>index * PROCESS_FACTS_BYTES);
}

/** Row of an event, 0 … state.eventRows − 1, newest first. */
export function eventAt(index: u32): EventFacts {
  return changetype<EventFacts>(EVENT_ROWS + <usize>index * EVENT_FACTS_BYTES);
}

/** Index of the process with this pid; −1 where there is none. */
export function processOf(pid: i64): i32 {
  for (let i: i32 = 0; i < <i32>state.processRows; i++) if (processAt(i).pid === pid) return i;
  return -1;
}

/**
 * A name out of anything: `count` bytes at `from` into a field of NAME_FIELD bytes. The last part of the first word's path, without .wasm; capitals become
 * small letters, a run of bytes outside [a-z0-9_] one '-', none at its ends; cut to NAME_MOST. A name of nothing is "x". No name can hold a sign of
 * the encoder's, a space or an end of line.
 */
export function cleanName(from: usize, count: u32, field: usize): void {
  let start: u32 = 0;
  let end: u32 = 0;
  for (; end < count && getU8(from + end) > 0x20; end++) {
    if (getU8(from + end) === 0x2f && end + 1 < count && getU8(from + end + 1) > 0x20) start = end + 1;
  }
  if (end - start > 5 && equal(from + end - 5, WASM, 5)) end -= 5;
  let used: u32 = 0;
  let gap = false;
  fill(field, 0, NAME_FIELD);
  for (let i = start; i < end && used < NAME_MOST; i++) {
    const byte = cleanByte(getU8(from + i));
    if (byte === 0) {
      gap = used > 0;
      continue;
    }
    if (gap && used < NAME_MOST - 1) setU8(field + used++, 0x2d);
    gap = false;
    setU8(field + used++, byte);
  }
  if (used === 0) setU8(field, 0x78);
}

/** A byte as it may stand in a name; 0 where it may not. */
function cleanByte(byte: u32): u32 {
  if (byte >= 0x41 && byte <= 0x5a) return byte + 32;
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f ? byte : 0;
}

const swap: usize = memory.data(96, 8);

/**
 * Orders the processes so that whoever is likeliest to be behind a trouble comes first: by growth (that would fill the machine in a minute counts as
 * one), share of the processor, share of memory, time it waited (3 s count as one); those that nobody may touch count a quarter. Ties by pid.
 */
export function rankProcesses(): void {
  const rows = <i32>state.processRows;
  // Insertion: few rows, mostly in order since the last time, and stable.
  for (let i = 1; i < rows; i++) {
    for (let j = i; j > 0 && before(processAt(j), processAt(j - 1)); j--) {
      const a = changetype<usize>(processAt(j));
      const b = changetype<usize>(processAt(j - 1));
      copy(swap, a, PROCESS_FACTS_BYTES);
      copy(a, b, PROCESS_FACTS_BYTES);
      copy(b, swap, PROCESS_FACTS_BYTES);
    }
  }
}

function before(a: ProcessFacts, b: ProcessFacts): bool {
  const x = suspicion(a);
  const y = suspicion(b);
  return x === y ? a.pid < b.pid : x > y;
}

/** How much a process stands out, in ppm; see rankProcesses. */
export function suspicion(p: ProcessFacts): i64 {
  const memoryKib = max<i64>(state.managedKib, 1);
  let score = min<i64>((max<i64>(p.growthKibPerSecond, 0) * 60_000_000) / memoryKib, 1_000_000);
  score += min<i64>(p.cpuPpm, 1_000_000);
  score += min<i64>((p.residentKib * 1_000_000) / memoryKib, 1_000_000);
  score += min<i64>((p.waitMs * 1000) / 3, 1_000_000);
  return p.guarded !== 0 ? score / 4 : score;
}
