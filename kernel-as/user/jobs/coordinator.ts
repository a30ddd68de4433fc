// `jobs FILE`: a process for each job of the list. Each is made ahead of its time and sleeps until its arrival (LaunchOptions.startNs), so that
// arrivals are exact whoever has the processor then, and the coordinator needs a turn only every few dozen jobs.
// Prints `name value` pairs, times in nanoseconds since the list's time 0: what happened to each job, and what the scheduler counted meanwhile.
import { EXIT_INFO_BYTES, ExitInfo, SCHED_ROW_BYTES, SCHED_ROW_LATENCY, SchedRow, SYSTEM_ROW_BYTES, SystemRow } from "../../abi/layouts";
import { Control, Open, Status, Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { copy, fill, getU32, getU64 } from "../../lib/bytes";
import { makePipe, newChild, pass, Role, readEnd, startChild, writeEnd } from "./child";
import { LIST_DESCRIPTOR, REPORT_BYTES, REPORT_DESCRIPTOR } from "./job";
import { arrivalNs, chooseJob, image, jobs, nice, openList } from "./list";
import { calibrate, ownAskNs, ownRate } from "./spin";
import { allUsed, give, has, print, word, wordBytes, words } from "./words";

const NO_WAIT: u32 = 1;
const USAGE: i32 = 2;
const FAILED: i32 = 1;
/** Processes of the list at once: PROCESSES less the shell, this one, services, and a few that are being cleared away. */
const MOST_LIVE: u32 = 116;
const MOST_JOBS: u32 = 20_000;
/** From the start to time 0: room to make the first processes. */
const CALM_NS: u64 = 100_000_000;
/** How often it looks once all are made. */
const LOOK_NS: u64 = 50_000_000;
/** Its own nice value. A child's is its parent's and what is asked for on top, so jobs ask for as much more. */
const OWN_NICE: i32 = -10;
const LATENCY_BINS: u32 = 64;

const exit = changetype<ExitInfo>(memory.data(32, 8));
const before = changetype<SchedRow>(memory.data(512, 8));
const after = changetype<SchedRow>(memory.data(512, 8));
const system = changetype<SystemRow>(memory.data(256, 8));
if (EXIT_INFO_BYTES != 32 || SCHED_ROW_BYTES > 512 || SYSTEM_ROW_BYTES > 256) ERROR("a buffer is stale");
const reports: usize = memory.data(2048, 8);
const REPORTS: u32 = 2048;

let zeroNs: u64 = 0;
let ownNice: i32 = 0;
let next: u32 = 0;
let live: u32 = 0;
let finished: u32 = 0;
let failed: u32 = 0;
let late: u32 = 0;
let lateNs: u64 = 0;
let latestNs: u64 = 0;
let held: u32 = 0;
let heldJob: u32 = 0xffffffff;
let turns: u32 = 0;
let peakPages: u64 = 0;
let gone: u32 = 0;
let listDescriptor: i32 = -1;
let reader: i32 = -1;
let writer: i32 = -1;
/** Rows of u64 startNs, endNs, processorNs of each job, 0 until it ended. */
let table: usize = 0;

/** Plays the list; the status to exit with. */
export function playList(): i32 {
  const rows = has("--rows");
  if (words() < 2 || (word(1) > 0 && !allUsed())) {
    print("jobs FILE [--rows]: plays a job list that npm run eval -- sched --in kernel made; a line for each job with --rows");
    return USAGE;
  }
  const opened = openList(word(1), wordBytes(1));
  if (opened < 0 || jobs() == 0 || jobs() > MOST_JOBS) {
    print("jobs: the file is not there, or is no job list for a guest");
    return FAILED;
  }
  listDescriptor = <i32>opened;
  const pipe = makePipe();
  table = (memory.size() as usize) << 16;
  if (pipe < 0 || memory.grow(<i32>((jobs() * 24 + 65535) >> 16)) < 0) {
    print("jobs: no pipe or no memory left");
    return FAILED;
  }
  reader = readEnd(pipe);
  writer = writeEnd(pipe);
  sys.fd_flags(reader, Open.NonBlock);
  if (sys.control(Control.Nice, <u64>sys.pid(), <u64>(<i64>OWN_NICE), 0, 0) >= 0) ownNice = OWN_NICE;
  calibrate();
  zeroNs = <u64>sys.time_now() + CALM_NS;
  if (!makeProcesses()) return FAILED;
  // Before time 0, when it need not wait for a turn. Nothing of the list runs until then.
  look(before);
  sleepUntil(zeroNs);
  while (live > 0 || next < jobs()) if (!round()) return FAILED;
  look(after);
  tell(rows);
  return failed > 0 || finished < jobs() ? FAILED : 0;
}

function sleepUntil(ns: u64): void {
  const now = <u64>sys.time_now();
  if (ns > now) sys.sleep(ns - now);
}

// Kernels before the scheduler have no such topic: then only the switches are known.
function look(row: SchedRow): void {
  const at = changetype<usize>(row);
  fill(at, 0, SCHED_ROW_BYTES);
  if (sys.query(Topic.Sched, 0, at, SCHED_ROW_BYTES) == <i64>SCHED_ROW_BYTES) return;
  sys.query(Topic.System, 0, changetype<usize>(system), SYSTEM_ROW_BYTES);
  row.timeNs = system.uptimeNs;
  row.switches = system.switches;
  row.idleNs = system.idleNs;
}

// One turn: takes what is told, clears away who ended, makes who is next, and sleeps until about half of those that were made have arrived.
function round(): bool {
  turns++;
  takeReports();
  while (sys.wait(0, NO_WAIT, changetype<usize>(exit)) > 0) ended();
  if (!makeProcesses()) return false;
  if (live == 0) return true;
  const now = <u64>sys.time_now();
  if (next == jobs()) {
    sys.sleep(LOOK_NS);
    return true;
  }
  const middle = next - min<u32>(waiting(now), next) / 2;
  chooseJob(middle);
  const at = zeroNs + arrivalNs();
  if (at > now) sys.sleep(at - now);
  // All that live have arrived: the next starts when one of them ends.
  else if (sys.wait(0, 0, changetype<usize>(exit)) > 0) ended();
  return true;
}

/** How many were made and have not arrived. */
function waiting(now: u64): u32 {
  let count: u32 = 0;
  while (count < next && chooseJob(next - 1 - count) && zeroNs + arrivalNs() > now) count++;
  return count;
}

function ended(): void {
  live--;
  gone++;
  peakPages += exit.peakPages;
  if (exit.status != 0) failed++;
}

function makeProcesses(): bool {
  while (next < jobs() && live < MOST_LIVE) {
    if (!chooseJob(next)) {
      print("jobs: the file is cut short");
      return false;
    }
    const options = newChild();
    pass(LIST_DESCRIPTOR, listDescriptor);
    pass(REPORT_DESCRIPTOR, writer);
    options.image = image();
    options.nice = nice() - ownNice;
    options.startNs = zeroNs + arrivalNs();
    const pid = startChild(Role.Job, next, ownRate(), ownAskNs());
    if (pid == Status.Busy && live > 0) break;
    if (pid < 0) {
      give(<u64>-pid);
      print("jobs: a process cannot start: status -#");
      return false;
    }
    const now = <u64>sys.time_now();
    if (now > options.startNs) {
      const by = now - options.startNs;
      late++;
      lateNs += by;
      latestNs = max<u64>(latestNs, by);
    }
    live++;
    next++;
  }
  if (next < jobs()) {
    chooseJob(next);
    if (zeroNs + arrivalNs() < <u64>sys.time_now() && heldJob != next) {
      held++;
      heldJob = next;
    }
  }
  return true;
}

function takeReports(): void {
  for (;;) {
    const bytes = sys.fd_read(reader, reports, REPORTS);
    if (bytes <= 0) return;
    for (let at: u32 = 0; at + REPORT_BYTES <= <u32>bytes; at += REPORT_BYTES) {
      const index = getU32(reports + at);
      if (index >= jobs()) continue;
      copy(table + (index as usize) * 24, reports + at + 8, 24);
      finished++;
    }
  }
}

function tell(rows: bool): void {
  takeReports();
  let responseNs: u64 = 0;
  for (let i: u32 = 0; i < jobs(); i++) {
    const at = table + (i as usize) * 24;
    chooseJob(i);
    const end = getU64(at + 8);
    if (end == 0) continue;
    responseNs += end - zeroNs - arrivalNs();
    if (!rows) continue;
    give(i);
    give(getU64(at) - zeroNs);
    give(end - zeroNs);
    give(getU64(at + 16));
    print("job # start # end # cpu #");
  }
  give(jobs());
  give(finished);
  give(failed);
  give(finished > 0 ? responseNs / finished : 0);
  give(late);
  give(late > 0 ? lateNs / late : 0);
  give(latestNs);
  give(held);
  give(turns);
  give(gone > 0 ? peakPages / gone : 0);
  print("jobs # finished # failed # responseNs # late # lateMeanNs # lateMostNs # held # turns # pagesMean #");
  give(after.moduleId);
  const calmNs = zeroNs > before.timeNs ? zeroNs - before.timeNs : 0;
  const idleNs = after.idleNs - before.idleNs;
  give(after.timeNs - before.timeNs - calmNs);
  give(idleNs > calmNs ? idleNs - calmNs : 0);
  give(after.decisions - before.decisions);
  give(after.single - before.single);
  give(after.switches - before.switches);
  give(after.voluntary - before.voluntary);
  give(after.involuntary - before.involuntary);
  give(after.preemptions - before.preemptions);
  give(after.rescues - before.rescues);
  give(after.ejections - before.ejections);
  print("sched module # timeNs # idleNs # decisions # single # switches # voluntary # involuntary # preemptions # rescues # ejections #");
  print("latency", false);
  for (let bin: u32 = 0; bin < LATENCY_BINS; bin++) {
    const offset = SCHED_ROW_LATENCY + bin * 4;
    const count = getU32(changetype<usize>(after) + offset) - getU32(changetype<usize>(before) + offset);
    if (count == 0) continue;
    give(bin);
    give(count);
    print(" #:#", false);
  }
  print("");
}
