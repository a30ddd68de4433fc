// The program `replay`: plays an episode with real processes and real pages, on the clock of the machine (meant for the virtual one).
// `replay FILE` is the coordinator: it starts each process of the episode at its time, as `replay FILE INDEX ZERONS`. Prints the machine
// as it is at the episode's time 0, so that the simulator can begin with the same (tools/eval/memory/kernel-run.ts reads it), and how it
// ended. It decides nothing about memory: tools/sim/replay.ts plays the same under V8.
//
//   range FIRST PAGES                                         a range of usable frames, in rising order; one line each
//   zero NS free N managed N user N reserved N scattered PPM uptime at time 0; frames; pages that processes have reserved; fragmentation
//   done, or: ran out of memory
import { EXIT_INFO_BYTES, ExitInfo, MEM_REGION_BYTES, MEMORY_ROW_BYTES, MemoryRow, MemRegion, PROCESS_ROW_BYTES, ProcessRow } from "../../abi/layouts";
import { Control, ExitReason, RegionKind, Status, Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { setU8 } from "../../lib/bytes";
import "../abort";
import { chooseProcess, compressPct, endUs, Op, openEpisode, operation, operations, opOf, orderOf, ownPid, pagesOf, processes, startUs, timeUs } from "./episode";
import { release, reserve, reserveBlocks, setUp, touch } from "./pages";

const NO_WAIT: u32 = 1;
const STATUS_USAGE: i32 = 2;
const STATUS_FAILED: i32 = 1;
/** Time 0 lies a millisecond behind a beat, so that no beat is a tie; beats are multiples of 100 ms of uptime. */
const BEAT_NS: u64 = 100_000_000;
const BEHIND_NS: u64 = 1_000_000;
/** From the start of the coordinator to time 0 at the least. */
const CALM_NS: u64 = 500_000_000;
/** So long before time 0, and behind the beat, the machine is looked at: what is printed then makes nobody late. */
const LOOK_NS: u64 = 800_000;

const exit = changetype<ExitInfo>(memory.data(32, 8));
if (EXIT_INFO_BYTES != 32) ERROR("a buffer is stale");
const row: usize = memory.data(512, 8);
if (MEMORY_ROW_BYTES > 512 || PROCESS_ROW_BYTES > 512 || MEM_REGION_BYTES > 512) ERROR("a buffer is stale");
const given: usize = memory.data(1024);
const line: usize = memory.data(128);
let lineBytes: usize = 0;

let pathBytes: u32 = 0;
let worker: i64 = -1;
let zeroNs: u64 = 0;
let failed: i32 = 0;
let begun: bool = false;
let next: u32 = 0;
let started: u32 = 0;
const pids: usize = memory.data(4096, 4);
const MOST: u32 = 1000;

// ---- words, without a managed object

function put(text: string): void {
  for (let i = 0; i < text.length; i++) setU8(line + lineBytes++, text.charCodeAt(i));
}
function putNumber(value: u64): void {
  let unit: u64 = 1;
  while (value / unit >= 10) unit *= 10;
  for (; unit > 0; unit /= 10) setU8(line + lineBytes++, <u32>(48 + ((value / unit) % 10)));
}
function say(): void {
  setU8(line + lineBytes++, 10);
  sys.write(line, <u32>lineBytes);
  lineBytes = 0;
}

function numberAt(at: usize, end: usize): i64 {
  let value: i64 = 0;
  if (at >= end || load<u8>(at) == 0) return -1;
  for (; at < end && load<u8>(at) != 0; at++) {
    const digit = <i64>load<u8>(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

export function start(): void {
  const bytes = sys.arguments(given, 1024);
  const end = given + <usize>min<i64>(max<i64>(bytes, 0), 1024);
  let at = given;
  while (at < end && load<u8>(at) != 0) at++;
  const path = ++at;
  while (at < end && load<u8>(at) != 0) at++;
  pathBytes = at > path && at < end ? <u32>(at - path) : 0;
  if (pathBytes == 0) {
    put("replay FILE: plays an episode that npm run eval -- memory --in kernel made");
    say();
    failed = STATUS_USAGE;
    return;
  }
  if (openEpisode(path, pathBytes) < 0 || processes() > MOST) {
    put("replay: the file is not there, or is no episode for a guest");
    say();
    failed = STATUS_FAILED;
    return;
  }
  worker = numberAt(++at, end);
  while (at < end && load<u8>(at) != 0) at++;
  if (worker >= 0) zeroNs = <u64>numberAt(++at, end);
}

export function step(): i32 {
  if (failed != 0) {
    sys.exit(failed);
    return 0;
  }
  return worker >= 0 ? work() : coordinate();
}

function sleepUntil(ns: u64): void {
  const now = <u64>sys.time_now();
  if (ns > now) sys.sleep(ns - now);
}

// ---- a process of the episode

// One operation a step.
function work(): i32 {
  if (!begun) {
    begun = true;
    if (!chooseProcess(<u32>worker)) return lost();
    setUp(ownPid(), compressPct());
  }
  if (next >= operations()) {
    // Its demand is known no further: it keeps what it has, to the end.
    sleepUntil(zeroNs + endUs() * 1000);
    return 0;
  }
  const at = operation(next);
  if (at == 0) return lost();
  sleepUntil(zeroNs + timeUs(at) * 1000);
  const pages = pagesOf(at);
  const order = orderOf(at);
  const op = opOf(at);
  next++;
  if (op == Op.Exit) return 0;
  if (op == Op.Free) release(pages);
  else if (op == Op.Touch) touch(pages);
  else if (!(order < 0 ? reserve(pages) : reserveBlocks(pages, order))) return lost();
  return 1;
}

function lost(): i32 {
  put("replay: the file is cut short, or linear memory may not grow any more");
  say();
  sys.exit(STATUS_FAILED);
  return 0;
}

// ---- the coordinator

function coordinate(): i32 {
  if (!begun) {
    begun = true;
    const now = <u64>sys.time_now();
    zeroNs = ((now + CALM_NS) / BEAT_NS + 1) * BEAT_NS + BEHIND_NS;
    tellMachine();
    sleepUntil(zeroNs);
  }
  if (next < processes()) {
    if (!chooseProcess(next)) return lost();
    sleepUntil(zeroNs + startUs() * 1000);
    // Ended processes give their slots back before the next one starts.
    while (sys.wait(0, NO_WAIT, changetype<usize>(exit)) > 0) if (ended()) return 1;
    return spawnNext();
  }
  // Everything runs: the end is that of the last process, or the first that is killed for memory.
  const pid = sys.wait(0, 0, changetype<usize>(exit));
  if (pid == Status.NotFound) {
    put("done");
    say();
    return 0;
  }
  if (pid > 0) ended();
  return 1;
}

function putNamed(what: string, value: u64): void {
  put(what);
  putNumber(value);
}

// Forgets what the kernel saw up to now, and says what the machine is like.
function tellMachine(): void {
  for (let index: u64 = 0; sys.query(Topic.Regions, index, row, MEM_REGION_BYTES) >= <i64>MEM_REGION_BYTES; index++) {
    const region = changetype<MemRegion>(row);
    if (region.kind != RegionKind.Usable) continue;
    putNamed("range ", region.basePa >> 12);
    putNamed(" ", region.bytes >> 12);
    say();
  }
  sleepUntil(zeroNs - LOOK_NS);
  sys.control(Control.CrashReset, 0, 0, 0, 0);
  let reserved: u64 = 0;
  let last: u32 = 0;
  for (let slot: u64 = 0; sys.query(Topic.Processes, slot, row, PROCESS_ROW_BYTES) >= <i64>PROCESS_ROW_BYTES; slot++) {
    // The row of the first slot from there on that is taken.
    const process = changetype<ProcessRow>(row);
    if (process.pid != last) reserved += process.memoryBytes >> 12;
    last = process.pid;
  }
  sys.query(Topic.Memory, 0, row, MEMORY_ROW_BYTES);
  const memory = changetype<MemoryRow>(row);
  putNamed("zero ", zeroNs);
  putNamed(" free ", memory.freePages);
  putNamed(" managed ", memory.managedPages);
  putNamed(" user ", memory.userPages);
  putNamed(" reserved ", reserved);
  putNamed(" scattered ", memory.fragmentationPpm);
  say();
}

// A process ended. True where it was killed for memory: then all others are ended, too, and none is started any more.
function ended(): bool {
  if (exit.reason != ExitReason.OutOfMemory) return false;
  for (let i: u32 = 0; i < started; i++) sys.kill(load<u32>(pids + (i << 2)), 137);
  next = processes();
  put("ran out of memory");
  say();
  return true;
}

function spawnNext(): i32 {
  // replay FILE INDEX ZERONS, in the buffer of our own arguments: name and path stand there already.
  let at = given;
  while (load<u8>(at) != 0) at++;
  at += 1 + pathBytes + 1;
  lineBytes = 0;
  putNumber(next);
  setU8(line + lineBytes++, 0);
  putNumber(zeroNs);
  setU8(line + lineBytes++, 0);
  memory.copy(at, line, lineBytes);
  const bytes = <u32>(at + lineBytes - given);
  lineBytes = 0;
  const pid = sys.spawn(given, bytes, 0);
  if (pid < 0) {
    put("replay: a process cannot start: status -");
    putNumber(<u64>-pid);
    say();
    sys.exit(STATUS_FAILED);
    return 0;
  }
  store<u32>(pids + (next << 2), <u32>pid);
  next++;
  started++;
  return 1;
}
