// How fast each process grows, and what it holds: the figures that throttling and the kill score go by. On the beat.
import { PROCESSES } from "../../abi/numbers";
import { BEAT_MS } from "../limits";
import { compressedPages, poolPages } from "../mm/zpool";
import { isAlive, Process, processAt } from "../proc/process";

/** The average moves by an eighth a beat: about a second. */
const WEIGHT: i32 = 8;
const SCALE: i64 = 1000 / BEAT_MS;

/** Frames that a process holds: its own, its tables, and its part of the compressed pool. */
export function heldFrames(process: Process): u32 {
  const all = compressedPages();
  const pool = process.compressedPages == 0 ? 0 : <u32>((<u64>poolPages() * process.compressedPages) / all);
  return process.residentPages + process.tablePages + pool;
}

/** Moves every process's growth on. Pages count, compressed or not: being compressed is no shrinking. */
export function growthBeat(): void {
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    const process = processAt(slot);
    if (!isAlive(process)) continue;
    const now = process.residentPages + process.compressedPages;
    const rate = (<i64>now - <i64>process.heldBefore) * SCALE;
    const before = <i64>process.growth;
    process.growth = <i32>(before + (rate - before) / WEIGHT);
    // What is left of an old rise by rounding is no growth.
    if (rate == 0 && process.growth < WEIGHT && process.growth > -WEIGHT) process.growth = 0;
    process.heldBefore = now;
  }
}
