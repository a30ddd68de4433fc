// Computes for a given processor time. Each stretch is one run of a loop up to just before the end, and its measured speed sets the length of
// the next, so that a segment of any length costs a handful of system calls and ends within a microsecond or two.
import * as sys from "../../abi/sys";

const SCALE_BITS: u64 = 10;
/** A stretch leaves 1/2^this of what is left to the next, which corrects it. */
const LEAVE_BITS: u64 = 5;
/** A shorter stretch says nothing about the loop's speed. */
const TELLING: u64 = 512;
/** What the speed is taken for before it is known: iterations in 1024 ns. */
const GUESS: u64 = 32;
const TRIAL_NS: u64 = 50_000;

let state: u64 = 0x9e37_79b9_7f4a_7c15;
/** Iterations in 1024 ns. */
let rate: u64 = GUESS;
/** Processor time of asking for it. */
let askNs: u64 = 1;

function spin(iterations: u64): void {
  let s = state;
  for (let i: u64 = 0; i < iterations; i++) {
    s ^= s << 13;
    s ^= s >> 7;
    s ^= s << 17;
  }
  state = s;
}

/** Measures the loop and the question. */
export function calibrate(): void {
  burn(TRIAL_NS);
  const first = <u64>sys.processor_time();
  askNs = max<u64>(<u64>sys.processor_time() - first, 1);
  burn(TRIAL_NS);
}

/** What calibrate found, for a process that is spared the measurement. */
export function ownRate(): u64 {
  return rate;
}
export function ownAskNs(): u64 {
  return askNs;
}
export function setRate(iterations: u64, ns: u64): void {
  rate = max<u64>(iterations, 1);
  askNs = ns;
}

/** Computes until this process has used so much processor time. */
export function burnUntil(processorNs: u64): void {
  let used = <u64>sys.processor_time();
  while (used + askNs < processorNs) {
    let left = processorNs - used - askNs;
    if (left >> LEAVE_BITS > askNs) left -= left >> LEAVE_BITS;
    const iterations = max<u64>((left * rate) >> SCALE_BITS, 1);
    spin(iterations);
    const now = <u64>sys.processor_time();
    if (iterations >= TELLING && now > used + askNs) rate = max<u64>((iterations << SCALE_BITS) / (now - used - askNs), 1);
    used = now;
  }
}

/** Computes for so much processor time from now on. */
export function burn(ns: u64): void {
  burnUntil(<u64>sys.processor_time() + ns);
}
