// How long processes wait for memory: the figures behind pressure (some: at least one waited; full: and none ran).
// Not a decision. Below dispatch.ts, which says how time was spent; whoever makes a process wait says when it begins and ends.
import { PressureRow } from "../../abi/layouts";
import { Process } from "../proc/process";

/** The averages decay by this much a beat of 100 ms: 1 − 1/100, ten seconds. */
const BEATS_OF_AVERAGE: u64 = 100;
const PPM: u64 = 1_000_000;

let stalled: u32 = 0;
let someNs: u64 = 0;
let fullNs: u64 = 0;
let markNs: u64 = 0;
let beatNs: u64 = 0;
let beatSome: u64 = 0;
let beatFull: u64 = 0;
let someAverage: u64 = 0;
let fullAverage: u64 = 0;

/** A process begins to wait for memory. */
export function stallBegin(process: Process, nowNs: u64): void {
  if (process.stallBeganNs != 0) return;
  process.stallBeganNs = nowNs | 1;
  stalled++;
}

/** It waits no more; nothing happens where it did not. Also to be called when it ends. */
export function stallEnd(process: Process, nowNs: u64): void {
  if (process.stallBeganNs == 0) return;
  if (nowNs > process.stallBeganNs) process.stallNs += nowNs - process.stallBeganNs;
  process.stallBeganNs = 0;
  stalled--;
}

/** Time up to `nowNs` passed since the last call, and a process ran in it, or none. */
export function stallPassed(nowNs: u64, ran: bool): void {
  if (stalled != 0 && nowNs > markNs) {
    someNs += nowNs - markNs;
    if (!ran) fullNs += nowNs - markNs;
  }
  markNs = nowNs;
}

/** A fault brought a compressed page back in this time; `alone`: nobody else wanted the processor. */
export function stallRestored(process: Process, ns: u64, alone: bool): void {
  process.stallNs += ns;
  // Where somebody waits anyhow, stallPassed counts this time.
  if (stalled != 0) return;
  someNs += ns;
  if (alone) fullNs += ns;
}

/** Moves the averages on; on the beat. */
export function stallBeat(nowNs: u64): void {
  if (nowNs <= beatNs) return;
  const span = nowNs - beatNs;
  someAverage = moved(someAverage, min<u64>(((someNs - beatSome) * PPM) / span, PPM));
  fullAverage = moved(fullAverage, min<u64>(((fullNs - beatFull) * PPM) / span, PPM));
  beatNs = nowNs;
  beatSome = someNs;
  beatFull = fullNs;
}

// An average carries two more digits than it shows.
function moved(average: u64, sharePpm: u64): u64 {
  const scaled = sharePpm * BEATS_OF_AVERAGE;
  return scaled >= average ? average + (scaled - average) / BEATS_OF_AVERAGE : average - (average - scaled) / BEATS_OF_AVERAGE;
}

/** Time in which at least one process waited for memory, since boot. */
export function stallSomeNs(): u64 {
  return someNs;
}

/** Time in which at least one waited and none ran, since boot. */
export function stallFullNs(): u64 {
  return fullNs;
}

/** Share of the last ten seconds, decaying, in ppm. */
export function stallSomeAverage(): u32 {
  return <u32>(someAverage / BEATS_OF_AVERAGE);
}

/** The same, of full. */
export function stallFullAverage(): u32 {
  return <u32>(fullAverage / BEATS_OF_AVERAGE);
}

export function fillPressureRow(at: usize): i32 {
  const row = changetype<PressureRow>(at);
  row.someNs = someNs;
  row.fullNs = fullNs;
  row.someAverage10Ppm = stallSomeAverage();
  row.fullAverage10Ppm = stallFullAverage();
  row.stalled = stalled;
  return 1;
}
