// The wall clock: nanoseconds since 1970, read from the machine's own clock at boot and counted on from there. Not the uptime.
import { time_now_ns, wall_seconds } from "../abi/host";
import { optionNumber } from "./boot";

let baseNs: u64 = 0;

/** Reads where the wall clock stands; `epoch=SECONDS` on the command line sets it. Call once, at boot. */
export function initClock(): void {
  const seconds = optionNumber("epoch", 0);
  baseNs = (seconds != 0 ? seconds : <u64>wall_seconds()) * 1_000_000_000 - <u64>time_now_ns();
}

/** Nanoseconds since 1970. */
export function wallNs(): u64 {
  return baseNs + <u64>time_now_ns();
}
