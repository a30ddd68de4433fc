// The memory policy at work: a sample each beat, a decision by the active module or the fallback, and what the kernel does
// at a warning. How a decision is judged and remembered is kernel/predict; who decides is kernel/module.
import { MEMORY_DECISION_BYTES } from "../abi/layouts";
import { Event, Risk, Status } from "../abi/numbers";
import { Arena } from "../lib/arena";
import { count } from "../obs";
import { automatic } from "./boot";
import { AUTO_COMPACT_NS, BEAT_NS } from "./limits";
import { allocFailures, fragmentationPpm, freePages, largestFree, managedPages } from "./mm/buddy";
import { compactionActive, startCompaction } from "./mm/compactor";
import { Counter, say, sayEnd, sayNumber, trace } from "./obs";
import { predictActed, predictConfidencePpm, predictFallback, predictInit, predictRisk, predictRow, predictSample } from "./predict";
import { committedPages, liveProcesses } from "./proc/process";

const decision: usize = memory.data(64, 8);
let nextBeatNs: u64 = 0;
let failuresBefore: u64 = 0;
let lastCompactionNs: u64 = 0;
let acting: bool = true;

export function initPolicy(arena: Arena): i32 {
  acting = automatic;
  return predictInit(arena);
}

/** When memory is looked at next. */
export function nextBeat(): u64 {
  return nextBeatNs;
}

/** One beat: sample, decide, act. */
export function beat(nowNs: u64): void {
  nextBeatNs += BEAT_NS;
  if (nextBeatNs <= nowNs) nextBeatNs = nowNs + BEAT_NS;
  count(Counter.Beats, 1);
  const failures = allocFailures();
  predictSample(nowNs, freePages(), largestFree(), fragmentationPpm(), <u32>(failures - failuresBefore), managedPages(), liveProcesses(), committedPages());
  failuresBefore = failures;
  const before = predictRisk();
  const risk = predictFallback(nowNs);
  if (risk != before) {
    trace(Event.Risk, 0, risk, predictConfidencePpm());
    if (risk >= Risk.Warning && before < Risk.Warning) {
      say("memory may run out: confidence ");
      sayNumber(predictConfidencePpm() / 10_000);
      say(" %, ");
      sayNumber(freePages());
      say(" pages free");
      sayEnd();
    }
  }
  if (risk >= Risk.Warning && acting) act(nowNs);
}

// At WARNING the kernel compacts, not more often than once in AUTO_COMPACT_NS.
function act(nowNs: u64): void {
  if (compactionActive() || (lastCompactionNs != 0 && nowNs - lastCompactionNs < AUTO_COMPACT_NS)) return;
  if (startCompaction(0, 0) < 0) return;
  lastCompactionNs = nowNs;
  predictActed(nowNs);
}

export function setAutomatic(on: bool): i64 {
  acting = on;
  return Status.Ok;
}

export function fillPredictionRow(at: usize): i32 {
  predictRow(at, acting);
  return 1;
}

export function fillModuleRow(index: u32, at: usize): i32 {
  return -1;
}
export function moduleLoad(path: usize, bytes: u32): i64 {
  return Status.Unsupported;
}
export function moduleUnload(path: usize, bytes: u32): i64 {
  return Status.Unsupported;
}
export function moduleSwap(path: usize, bytes: u32): i64 {
  return Status.Unsupported;
}
export function moduleFallback(path: usize, bytes: u32): i64 {
  return Status.Unsupported;
}
