// A memory decision in integers, as the kernel keeps it: a policy's answer after the check, or the fallback's own.
import { Risk } from "../../abi/numbers";

export const ELEVATED_PPM: u32 = 600_000;
export const WARNING_PPM: u32 = 800_000;
export const CRITICAL_PPM: u32 = 900_000;

@unmanaged
export class Verdict {
  confidencePpm: u32;
  exhaustionPpm: u32;
  scarcityPpm: u32;
  fragmentationPpm: u32;
  failuresPpm: u32;
  /** Advice */
  advice: u32;
  /** 1: too few samples to say */
  abstained: u32;
  reserved: u32;
  /** −1: none in sight */
  timeToExhaustionMs: i64;
  slopePagesPerSecond: i64;

  clear(): void {
    this.confidencePpm = 0;
    this.exhaustionPpm = 0;
    this.scarcityPpm = 0;
    this.fragmentationPpm = 0;
    this.failuresPpm = 0;
    this.advice = 0;
    this.abstained = 0;
    this.reserved = 0;
    this.timeToExhaustionMs = -1;
    this.slopePagesPerSecond = 0;
  }
}

/** Risk of a confidence. The warning threshold is tunable and wins over the fixed ones on either side of it. */
export function riskOf(confidencePpm: u32, abstained: bool, thresholdPpm: u32): Risk {
  if (abstained) return Risk.Normal;
  if (confidencePpm >= thresholdPpm) return confidencePpm >= CRITICAL_PPM ? Risk.Critical : Risk.Warning;
  return confidencePpm >= ELEVATED_PPM ? Risk.Elevated : Risk.Normal;
}
