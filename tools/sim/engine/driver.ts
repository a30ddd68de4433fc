// The loop that runs processes against kernel.wasm in a fast replay, in AssemblyScript: the shim's part of entering the kernel, and
// a process's part of touching pages. Its memory is kernel.wasm's own, imported, so it has no data: globals and locals only.
// Not the machine (machine.ts); what a process does next is decided in TypeScript (replay.ts). Excluded from tsc.

// @ts-expect-error: decorator
@external("machine", "time_now_ns") declare function timeNowNs(): i64;
// @ts-expect-error: decorator
@external("machine", "advance") declare function advance(ns: i64): void;
// @ts-expect-error: decorator
@external("machine", "jump") declare function jump(ns: i64): void;
// @ts-expect-error: decorator
@external("machine", "deadlineNs") declare function deadlineNs(): u64;
// @ts-expect-error: decorator
@external("machine", "due") declare function due(): bool;
// @ts-expect-error: decorator
@external("machine", "takeUnmapped") declare function takeUnmapped(): u32;
// @ts-expect-error: decorator
@external("machine", "noteFault") declare function noteFault(ns: i64): void;
// @ts-ignore: decorator
@external("machine", "writePage") declare function writePage(space: u32, va: u64, seed: u32): bool;
// @ts-expect-error: decorator
@external("kernel", "kernel_enter") declare function kernelEnter(cause: u32, slot: i32): i32;

const CAUSE_TIMER: u32 = 1;
const CAUSE_SYSCALL: u32 = 2;
const CAUSE_PAGE_FAULT: u32 = 3;
const CAUSE_WORK: u32 = 6;
const NEXT_IDLE: i32 = -1;
const NEXT_AGAIN: i32 = -2;
const WRITE: u64 = 6;

// Trap: number, args[6], faultVa, errorCode, ip, nowNs.
const NUMBER: usize = 0;
const ARGUMENTS: usize = 8;
const FAULT_VA: usize = 56;
const ERROR_CODE: usize = 64;
const NOW_NS: usize = 80;

let mailbox: usize = 0;
let faultNs: i64 = 0;
let syscallNs: i64 = 0;
let stepNs: i64 = 0;
let piecemeal: bool = false;
let next: i32 = NEXT_IDLE;

/**
 * What the entries cost on the virtual clock, in ns.
 * @param inPieces a page is filled after its fault, and the timer may fire in between; else before it, in one piece
 */
export function setUp(trap: u32, fault: i32, syscall: i32, step: i32, inPieces: bool): void {
  mailbox = trap;
  piecemeal = inPieces;
  faultNs = fault;
  syscallNs = syscall;
  stepNs = step;
  next = NEXT_IDLE;
}

/** Who runs now: a slot, or −1 while the machine idles. */
export function running(): i32 {
  return next;
}

// Enters the kernel, and as long as it has work again: what is due comes first.
function enter(cause: u32, slot: i32): void {
  store<i64>(mailbox, timeNowNs(), NOW_NS);
  next = kernelEnter(cause, slot);
  while (next === NEXT_AGAIN) {
    // What gave pages of a live process back has been charged by the page.
    if (takeUnmapped() === 0) advance(stepNs);
    const why = due() ? CAUSE_TIMER : CAUSE_WORK;
    store<i64>(mailbox, timeNowNs(), NOW_NS);
    next = kernelEnter(why, -1);
  }
}

export function boot(): void {
  enter(0, -1);
}

/** The running process makes a system call. */
export function call(number: u32, a: f64, b: f64, c: f64, d: f64, e: f64): void {
  const slot = next;
  advance(syscallNs);
  if (due()) {
    enter(CAUSE_TIMER, slot);
    if (next !== slot) {
      pending = 1;
      return;
    }
  }
  pending = 0;
  store<u64>(mailbox, number, NUMBER);
  store<u64>(mailbox, <u64>a, ARGUMENTS);
  store<u64>(mailbox, <u64>b, ARGUMENTS + 8);
  store<u64>(mailbox, <u64>c, ARGUMENTS + 16);
  store<u64>(mailbox, <u64>d, ARGUMENTS + 24);
  store<u64>(mailbox, <u64>e, ARGUMENTS + 32);
  enter(CAUSE_SYSCALL, slot);
}

let pending: i32 = 0;
/** Whether the last call was put off: its process lost the processor before it could make it. */
export function putOff(): i32 {
  return pending;
}

let starving: i32 = 0;
let since: i64 = -1;
/** Whether the last touch ended because its page was not to be had. */
export function starved(): i32 {
  return starving;
}
/** When the fault that the last touch could not finish began, in ns; −1: none. */
export function waitingSince(): f64 {
  return <f64>since;
}

let owed: i64 = 0;
/** What is left to do of the last page that the last touch wrote, in ns: its process lost the processor before. */
export function left(): f64 {
  return <f64>owed;
}

// The running process works for so long. False where it loses the processor meanwhile: `owed` is then what is left.
function work(slot: i32, ns: i64): bool {
  owed = ns;
  while (owed > 0) {
    const until = deadlineNs();
    const now = timeNowNs();
    const piece = until < <u64>(now + owed) ? max<i64>(<i64>until - now, 0) : owed;
    advance(piece);
    owed -= piece;
    if (!due()) continue;
    enter(CAUSE_TIMER, slot);
    if (next !== slot) return false;
  }
  return true;
}

/**
 * The running process writes `count` pages from `firstPage` on (page numbers of its address space). Returns how many are written:
 * fewer where it lost the processor, or its life.
 * @param sinceNs when the fault on the first page began, where one did before; else −1
 * @param owedNs what left() said when this process was here last
 */
export function touch(space: u32, firstPage: f64, count: u32, seed: u32, pageNs: i32, sinceNs: f64, owedNs: f64): u32 {
  const slot = next;
  const first = <u64>firstPage;
  let began = <i64>sinceNs;
  since = -1;
  starving = 0;
  if (!work(slot, <i64>owedNs)) return 0;
  for (let i: u32 = 0; i < count; i++) {
    const va = (first + i) << 12;
    if (began < 0 && !piecemeal) advance(pageNs);
    for (;;) {
      if (due()) {
        enter(CAUSE_TIMER, slot);
        if (next !== slot) {
          since = began;
          return i;
        }
      }
      if (writePage(space, va, seed + i)) {
        if (began >= 0) noteFault(timeNowNs() - began);
        began = -1;
        break;
      }
      if (began < 0) began = timeNowNs();
      store<u64>(mailbox, va, FAULT_VA);
      store<u64>(mailbox, WRITE, ERROR_CODE);
      advance(faultNs);
      enter(CAUSE_PAGE_FAULT, slot);
      if (next === slot) continue;
      since = began;
      if (!writePage(space, va, seed + i)) starving = 1;
      return i;
    }
    if (piecemeal && !work(slot, pageNs)) return i + 1;
  }
  return count;
}

/** Lets the machine idle until somebody wants to run, or until `untilNs`; returns who runs then. */
export function idle(untilNs: f64): i32 {
  const end = <u64>untilNs;
  while (next === NEXT_IDLE) {
    const deadline = deadlineNs();
    if (deadline > end) {
      jump(<i64>end);
      break;
    }
    jump(<i64>deadline);
    if (due()) enter(CAUSE_TIMER, -1);
  }
  return next;
}
