// The wall clock: nanoseconds since 1970, read once from the machine's own clock and counted on from there. Not the uptime.
import { time_now_ns } from "../abi/host";
import { optionNumber } from "./boot";

let baseNs: u64 = 0;

/** Reads where the wall clock stands. Call once, at boot. */
export function initClock(): void {
  baseNs = optionNumber("epoch", 0) * 1_000_000_000;
}

/** Nanoseconds since 1970. */
export function wallNs(): u64 {
  return baseNs + <u64>time_now_ns();
}
