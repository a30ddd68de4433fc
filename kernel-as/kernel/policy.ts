// The memory policy at work: a sample each beat, a decision by the active module or the fallback, and what the kernel does
// at a warning. How a decision is judged and remembered is kernel/predict; who decides is kernel/module.
import { time_now_ns } from "../abi/host";
import { Event, ModuleKind, PROCESSES, Risk, Status } from "../abi/numbers";
import { Arena } from "../lib/arena";
import { literalCopy, nameLength } from "../lib/bytes";
import { count, observe } from "../obs";
import { automatic, bootInfo, optionBytes, optionText, policyEngine, seed } from "./boot";
import { BEAT_NS, MEMORY_POLICY_FUEL } from "./limits";
import { allocFailures, freePages, largestFree, managedPages } from "./mm/buddy";
import { FrameUse, giveBlock, takeBlock } from "./mm/frames";
import { fragmentationPpm } from "./mm/free-runs";
import { moduleActive, moduleFault, moduleInit, moduleStart } from "./module/registry";
import { Counter, Histogram, say, sayBytes, sayEnd, sayNumber, trace } from "./obs";
import { predictAbstained, predictConfidencePpm, predictInit, predictProcess, predictRisk, predictRow, predictSample, predictSampled, predictSlope } from "./predict";
import { predictDecide } from "./predict/beat";
import { committedPages, isAlive, liveProcesses, processAt, reservedBytes } from "./proc/process";
import { initLadder, ladderActs, ladderBeat, ladderJudged, setActing } from "./reclaim/ladder";
import { stallFullAverage, stallSomeNs } from "./reclaim/stall";
import { weightsSwapped } from "./weights";

/** Which policies decide from the start: docs/crash-predictor.md says why. At most 31 bytes. */
const MEMORY_STANDARD = "linear";
const SCHED_STANDARD = "roundrobin";

let nextBeatNs: u64 = 0;
let failuresBefore: u64 = 0;
let waitedBefore: u64 = 0;

/** Takes the memory of prediction and of the table of modules. Ok or NoMemory. */
export function initPolicy(arena: Arena): i32 {
  initLadder(automatic);
  const status = predictInit(arena);
  return status < 0 ? status : moduleInit(arena, bootInfo.initrdBytes, policyEngine, <u32>seed, takeArena, giveArena, noteModule);
}

const name: usize = memory.data(32);

/** Lets the policies decide that the command line names, else the image's own. Where one cannot, the fallback does, and the log says why. */
export function startPolicy(): void {
  start(ModuleKind.Memory, "memory_policy", MEMORY_STANDARD, "memory policy");
  start(ModuleKind.Sched, "sched_policy", SCHED_STANDARD, "scheduling policy");
}

function start(kind: u32, key: string, standard: string, what: string): void {
  const given = optionText(key);
  if (given !== 0) {
    if (moduleStart(kind, given, optionBytes()) < 0) sayFault(what);
    return;
  }
  if (moduleStart(kind, name, <u32>literalCopy(name, standard)) < 0) sayFault(what);
}

function takeArena(order: u32): i32 {
  return takeBlock(order, FrameUse.Kernel);
}

function giveArena(pfn: u32, order: u32): void {
  giveBlock(pfn, order, FrameUse.Kernel);
}

function noteModule(event: Event, a: u64, b: u64): void {
  trace(event, 0, a, b);
  if (event == Event.PolicySwap && a == ModuleKind.Sched) weightsSwapped();
}

/** `WHAT falls back: ` and what the registry says of the module that failed. */
export function sayFault(what: string, happens: string = " falls back: "): void {
  say(what);
  say(happens);
  const text = moduleFault();
  sayBytes(text, <u32>nameLength(text, 96));
  sayEnd();
}

// A module that failed is ejected inside; the log says why.
function decide(nowNs: u64): i32 {
  const before = moduleActive(ModuleKind.Memory);
  const startedNs = time_now_ns();
  const risk = predictDecide(nowNs, MEMORY_POLICY_FUEL);
  observe(Histogram.PolicyNs, <u64>(time_now_ns() - startedNs));
  if (moduleActive(ModuleKind.Memory) != before) sayFault("memory policy");
  return risk;
}

function takeSample(nowNs: u64): void {
  const failures = allocFailures();
  const row = predictSample(nowNs);
  row.freePages = freePages();
  row.largestFreePages = largestFree();
  row.fragmentationPpm = fragmentationPpm();
  row.failures = <u32>(failures - failuresBefore);
  row.managedPages = managedPages();
  row.processes = liveProcesses();
  row.committedPages = committedPages();
  failuresBefore = failures;
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    const process = processAt(slot);
    if (!isAlive(process)) continue;
    row.userPages += process.residentPages;
    row.compressedPages += process.compressedPages;
    row.offeredPages += process.offeredPages;
    predictProcess(slot, process.pid, process.residentPages + process.compressedPages, <u32>(reservedBytes(process) >> 12));
  }
  const waitedNs = stallSomeNs();
  row.waitUs = <u32>((waitedNs - waitedBefore) / 1000);
  row.pressurePpm = stallFullAverage();
  waitedBefore = waitedNs;
  predictSampled();
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
  ladderBeat(nowNs);
  takeSample(nowNs);
  const before = predictRisk();
  const risk = decide(nowNs);
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
  ladderJudged(risk >= Risk.Warning, predictAbstained(), nowNs, predictSlope());
}

export function setAutomatic(on: bool): i64 {
  setActing(on);
  return Status.Ok;
}

export function fillPredictionRow(at: usize): i32 {
  predictRow(at, ladderActs());
  return 1;
}
