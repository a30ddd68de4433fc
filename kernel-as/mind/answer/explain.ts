// The sentence beside an answer: its cause in words, with figures of the State and of nothing else. A model writes none of it, so that it cannot make one up.
// Allocates nothing.
import { Risk } from "../../abi/numbers";
import { nameLength } from "../../lib/bytes";
import { TextWriter } from "../../lib/fmt";
import { commandNumber, commandNumbers, isCommandPid, readCommand } from "../grammar/parts";
import { Doing, eventAt, Happened, NAME_FIELD, ProcessFacts, processAt, processOf, State, state } from "../state/state";
import { CAUSES, causeMeans, NEEDS, needMeans } from "./causes";
import { isAskedFor } from "./check";
import { Answer } from "./read";

const out = changetype<TextWriter>(memory.data(16, 8));

/** Writes the sentence to `to`, 512 bytes are enough; how many it has. Of the question that beginCheck read, the rules being those of the command. */
export function explain(answer: Answer, to: usize, capacity: u32): u32 {
  out.init(to, capacity);
  if (answer.cause < 0) {
    out.text("not sure: ");
    out.text(answer.need < 0 ? "say more" : needMeans(NEEDS[answer.need]));
    return out.length;
  }
  const cause = CAUSES[answer.cause];
  const named = processIn(answer);
  if (cause == "asked" && named >= 0 && !isAskedFor(answer.commandAt, answer.commandBytes)) out.text("if this one is meant");
  else out.text(causeMeans(cause));
  const subject = named >= 0 ? named : subjectOf(cause);
  const from = out.length;
  if (subject >= 0) process(processAt(subject));
  machine(cause);
  if (out.length > from) out.byte(0x2e);
  return out.length;
}

/** Writes why the mind abstains though it has an answer: its confidence lies below the threshold, both in ppm. */
export function explainDoubt(confidencePpm: u32, thresholdPpm: u32, to: usize, capacity: u32): u32 {
  out.init(to, capacity);
  out.text("not sure enough: ");
  out.unsigned(confidencePpm / 10_000);
  out.text(" % where ");
  out.unsigned(thresholdPpm / 10_000);
  out.text(" % are wanted; say which process or value, or what is wrong");
  return out.length;
}

/** The first process that a command names; −1: none. */
function processIn(answer: Answer): i32 {
  if (!readCommand(answer.commandAt, answer.commandBytes)) return -1;
  for (let i = 0; i < commandNumbers(); i++) if (isCommandPid(i)) return processOf(commandNumber(i));
  return -1;
}

/** Of whom a cause speaks: who grows, holds, takes or waits most, or whom something happened to; −1: nobody. */
function subjectOf(cause: string): i32 {
  let best = -1;
  let most: i64 = 0;
  for (let i = 0; i < <i32>state.processRows; i++) {
    const p = processAt(i);
    let value: i64 = 0;
    if (cause == "leak") value = p.growthKibPerSecond;
    else if (cause == "hoard" || cause == "pressure") value = p.residentKib;
    else if (cause == "hog" || cause == "overload") value = p.cpuPpm;
    else if (cause == "starvation") value = p.waitMs;
    else if (cause == "throttled") value = p.doing === Doing.Throttled || p.doing === Doing.Limited ? 1 : 0;
    else if (cause == "unguarded") value = p.guarded === 0 ? p.growthKibPerSecond : 0;
    if (value <= most) continue;
    most = value;
    best = i;
  }
  return best;
}

function process(p: ProcessFacts): void {
  out.text(": ");
  out.bytes(changetype<usize>(p), <u32>nameLength(changetype<usize>(p), NAME_FIELD));
  out.text(" (pid ");
  out.unsigned(<u64>p.pid);
  out.text(") holds ");
  size(p.residentKib);
  if (p.growthKibPerSecond >= 64) {
    out.text(", grows by ");
    size(p.growthKibPerSecond);
    out.text("/s");
  }
  if (p.cpuPpm >= 5000) {
    out.text(", takes ");
    percent(p.cpuPpm);
    out.text(" of the processor");
  }
  if (p.waitMs >= 1000) {
    out.text(", has waited ");
    seconds(p.waitMs);
  }
  if (p.doing === Doing.Throttled) out.text(", is slowed down for memory");
  else if (p.doing === Doing.Limited) out.text(", is over its processor limit");
}

/** What of the machine belongs to a cause. */
function machine(cause: string): void {
  if (cause == "leak" || cause == "hoard" || cause == "pressure" || cause == "unguarded" || cause == "oom" || cause == "thrash") memoryFacts();
  else if (cause == "fragmentation") {
    out.text("; fragmentation ");
    percent(state.fragmentationPpm);
    out.text(", the largest free block ");
    size(state.largestKib);
  } else if (cause == "crowd") {
    out.text("; ");
    out.unsigned(<u64>state.processCount);
    out.text(" processes");
  } else if (cause == "hog" || cause == "starvation" || cause == "overload" || cause == "policy") schedFacts();
  else if (cause == "io") {
    out.text("; ");
    out.unsigned(<u64>max<i64>(state.syscallsPerSecond, 0));
    out.text(" system calls a second");
  } else if (cause == "calm") {
    memoryFacts();
    out.text("; the processor is ");
    percent(state.busyPpm);
    out.text(" busy");
  }
  if (cause == "crash" || cause == "oom") event(cause == "crash" ? Happened.Crash : Happened.Oom);
  if (cause == "thrash") {
    out.text(", ");
    out.unsigned(<u64>max<i64>(state.faultsPerSecond, 0));
    out.text(" page faults a second");
  }
  if (cause == "unguarded" && state.automatic === 0) out.text("; crashctl auto is off");
}

function memoryFacts(): void {
  out.text("; ");
  size(state.freeKib);
  out.text(" of ");
  size(state.managedKib);
  out.text(" are free");
  if (state.freeKibPerSecond <= -64) {
    out.text(", shrinking by ");
    size(-state.freeKibPerSecond);
    out.text("/s");
  }
  if (state.exhaustionMs >= 0 && state.abstained === 0 && state.risk >= Risk.Elevated) {
    out.text(", exhausted in ");
    seconds(state.exhaustionMs);
  }
}

function schedFacts(): void {
  out.text("; ");
  out.unsigned(<u64>state.ready);
  out.text(" runnable under ");
  out.bytes(changetype<usize>(state) + offsetof<State>("policy0"), <u32>nameLength(changetype<usize>(state) + offsetof<State>("policy0"), NAME_FIELD));
  out.text(", the processor ");
  percent(state.busyPpm);
  out.text(" busy");
}

function event(happened: i64): void {
  for (let i: u32 = 0; i < <u32>state.eventRows; i++) {
    const e = eventAt(i);
    if (e.happened !== happened) continue;
    out.text("; pid ");
    out.unsigned(<u64>e.pid);
    out.text(", ");
    seconds(e.agoMs);
    out.text(" ago");
    return;
  }
}

function percent(ppm: i64): void {
  out.percent(ppm);
  out.text(" %");
}

function size(kib: i64): void {
  out.humanBytes((<u64>max<i64>(kib, 0)) << 10);
}

function seconds(ms: i64): void {
  out.scaled(ms, 3, 1);
  out.text(" s");
}
