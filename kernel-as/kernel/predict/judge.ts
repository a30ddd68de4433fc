// Checks a policy's MemoryDecision before anything acts on it, and turns it into integers. kernel.wasm has no float operation:
// the f64 fields are read as bits. Pure.
import { MemoryDecision } from "../../abi/layouts";
import { Abstained, Advice, Status } from "../../abi/numbers";
import { getU64 } from "../../lib/bytes";
import { f64IsFinite, f64ToInteger, f64ToPpm } from "../../lib/fixed";
import { Verdict } from "./verdict";

const ONE_BITS: u64 = 0x3ff0_0000_0000_0000;
const MINUS_ONE_BITS: u64 = 0xbff0_0000_0000_0000;
const MINUS_ZERO_BITS: u64 = 0x8000_0000_0000_0000;

let fault: string = "";

/** What was wrong with the last decision that judge refused: a literal. */
export function judgeFault(): string {
  return fault;
}

// 0 … 1. The bits of positive numbers have the order of the numbers; NaN and infinity lie above.
function isShare(bits: u64): bool {
  return bits <= ONE_BITS || bits === MINUS_ZERO_BITS;
}

function refuse(why: string): i32 {
  fault = why;
  return Status.BadAnswer;
}

/**
 * Read the MemoryDecision at `at` into `out`.
 * BadAnswer: a number is NaN, infinite or out of its range; judgeFault says which.
 */
export function judge(at: usize, out: Verdict): i32 {
  out.clear();
  const confidence = getU64(at + offsetof<MemoryDecision>("confidence"));
  if (!f64IsFinite(confidence)) return refuse("confidence is not a finite number");
  if (!isShare(confidence)) return refuse("confidence lies outside 0 to 1");
  const exhaustion = getU64(at + offsetof<MemoryDecision>("exhaustion"));
  const scarcity = getU64(at + offsetof<MemoryDecision>("scarcity"));
  const fragmentation = getU64(at + offsetof<MemoryDecision>("fragmentation"));
  const failures = getU64(at + offsetof<MemoryDecision>("failures"));
  if (!isShare(exhaustion) || !isShare(scarcity) || !isShare(fragmentation) || !isShare(failures)) return refuse("a factor lies outside 0 to 1");
  const slope = getU64(at + offsetof<MemoryDecision>("slopePagesPerSecond"));
  if (!f64IsFinite(slope)) return refuse("the slope is not a finite number");
  const time = getU64(at + offsetof<MemoryDecision>("timeToExhaustionMs"));
  if (!f64IsFinite(time)) return refuse("the time to exhaustion is not a finite number");
  if (<i64>time < 0 && time !== MINUS_ONE_BITS && time !== MINUS_ZERO_BITS) return refuse("the time to exhaustion is negative");
  const decision = changetype<MemoryDecision>(at);
  if (decision.advice > <u32>Advice.Reduce) return refuse("no such advice");
  if (decision.abstained > <u32>Abstained.Unfamiliar) return refuse("no such reason to abstain");
  out.confidencePpm = <u32>f64ToPpm(confidence);
  out.exhaustionPpm = <u32>f64ToPpm(exhaustion);
  out.scarcityPpm = <u32>f64ToPpm(scarcity);
  out.fragmentationPpm = <u32>f64ToPpm(fragmentation);
  out.failuresPpm = <u32>f64ToPpm(failures);
  out.slopePagesPerSecond = f64ToInteger(slope);
  out.timeToExhaustionMs = f64ToInteger(time);
  out.advice = decision.advice;
  out.abstained = decision.abstained;
  return Status.Ok;
}
