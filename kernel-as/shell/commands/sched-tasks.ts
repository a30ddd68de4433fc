// schedctl tasks and top: what the scheduler knows of each task, and who had the processor over an interval.
import { TASK_ROW_BYTES, TASK_ROW_COMMAND, TASK_ROW_IMAGE_BINS, TaskRow } from "../../abi/layouts";
import { SCHED_BINS, Topic } from "../../abi/numbers";
import { Arguments } from "../arguments";
import { print, printLine } from "../console";
import { Frame, pushFrame } from "../frames";
import { Json } from "../json";
import { failNoScheduler, imageText, imageWhole, schedRow, usText } from "../policies";
import { Table } from "../report";
import { RowReader, textAt, u32At } from "../rows";
import { pause } from "../runner";
import { cancel, Mode, session } from "../session";
import { toConsole } from "../streams";
import { action, Command, Effect, flag, option, Type } from "../table";
import { decimal, formatPages, formatPpm, formatSpan, formatStamp } from "../units";

const STATES: string[] = ["Absent", "Ready", "Running", "Blocked"];
const DAY_NS: i64 = 86400000000000;
const DEFAULT_INTERVAL: i64 = 2;

/** Adds them to schedctl. */
export function withTasks(schedctl: Command): void {
  schedctl
    .with(action("tasks", Effect.Observe, "tasks with their accounts; -l: their rows of the feature table", tasks).offers(flag("-l", "the features that policies decide by")))
    .with(
      action("top", Effect.Observe, "who has the processor, again and again until Ctrl-C", top)
        .offers(option("--seconds", Type.Seconds, "S", "time between two rounds").within(10000000, DAY_NS).optional(DEFAULT_INTERVAL.toString()))
        .offers(option("--rounds", Type.Integer, "N", "end after N of them").within(1, 1000000).optional("until Ctrl-C where a person types it, else 1")),
    );
}

export function taskStateName(state: u32): string {
  return state < (STATES.length as u32) ? STATES[state] : state.toString();
}

/** The feature row with which TaskRow and CandidateRow begin; the object stays open. */
export function featuresJson(json: Json, row: usize): Json {
  const t = changetype<TaskRow>(row);
  json.object().pair("pid", t.pid).pair("parent", t.parent).pair("slot", t.slot).string("state", taskStateName(t.state)).signed("nice", t.nice);
  json.string("image", imageWhole(t.image)).pair("readySinceNs", t.readySinceNs).pair("requestSinceNs", t.requestSinceNs).pair("attainedNs", t.attainedNs);
  json.pair("burstNs", t.burstNs).pair("waitedNs", t.waitedNs).pair("bursts", t.bursts).pair("burstMeanUs", t.burstMeanUs).pair("burstDeviationUs", t.burstDeviationUs);
  json.pair("blockedPpm", t.blockedPpm).pair("deadlineMisses", t.deadlineMisses).pair("footprintPages", t.footprintPages).pair("faultsPerSecond", t.faultsPerSecond);
  json.pair("requests", t.requests).pair("requestMeanUs", t.requestMeanUs).pair("imageRequests", t.imageRequests).pair("imageMeanUs", t.imageMeanUs);
  json.pair("imageDeviationUs", t.imageDeviationUs).pair("imageBurstUs", t.imageBurstUs).key("imageBinsPpm").list();
  for (let bin: u32 = 0; bin < SCHED_BINS; bin++) json.natural(u32At(row + TASK_ROW_IMAGE_BINS, bin));
  return json.endList();
}

function tasks(given: Arguments): i32 {
  if (!schedRow()) return failNoScheduler(given);
  const json = new Json();
  if (given.json) json.object().key("tasks").list();
  const long = given.has("-l");
  const table = new Table(
    long
      ? [
          ">PID",
          ">NICE",
          ">ATTAINED",
          ">WAITED",
          ">BURST",
          ">MEAN",
          ">+-",
          ">BLOCKED",
          ">MISSES",
          ">RSS",
          ">FAULTS/s",
          ">REQUESTS",
          ">MEAN",
          ">OF IMAGE",
          ">MEAN",
          ">+-",
          "COMMAND",
        ]
      : [">PID", "STATE", ">NICE", ">USER", ">SYSTEM", ">READY", ">BLOCKED", ">VOLUNTARY", ">INVOLUNTARY", ">REQUESTS", "IMAGE", "COMMAND"],
  );
  const rows = new RowReader(Topic.Tasks, TASK_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const t = changetype<TaskRow>(row);
    const command = textAt(row + TASK_ROW_COMMAND, 64);
    if (given.json) {
      featuresJson(json, row).pair("userNs", t.userNs).pair("systemNs", t.systemNs).pair("readyNs", t.readyNs).pair("blockedNs", t.blockedNs);
      json.pair("voluntary", t.voluntary).pair("involuntary", t.involuntary).pair("startedNs", t.startedNs).string("command", command).endObject();
      continue;
    }
    table.add(long ? featureCells(t, command) : accountCells(t, command));
  }
  if (given.json) json.endList().endObject().end();
  else table.print();
  return 0;
}

function accountCells(t: TaskRow, command: string): string[] {
  return [
    t.pid.toString(),
    taskStateName(t.state),
    t.nice.toString(),
    formatSpan(t.userNs),
    formatSpan(t.systemNs),
    formatSpan(t.readyNs),
    formatSpan(t.blockedNs),
    t.voluntary.toString(),
    t.involuntary.toString(),
    t.requests.toString(),
    imageText(t.image),
    command,
  ];
}

function featureCells(t: TaskRow, command: string): string[] {
  return [
    t.pid.toString(),
    t.nice.toString(),
    formatSpan(t.attainedNs),
    formatSpan(t.waitedNs),
    formatSpan(t.burstNs),
    usText(t.burstMeanUs),
    usText(t.burstDeviationUs),
    formatPpm(t.blockedPpm),
    t.deadlineMisses.toString(),
    formatPages(t.footprintPages),
    t.faultsPerSecond.toString(),
    t.requests.toString(),
    usText(t.requestMeanUs),
    t.imageRequests.toString(),
    usText(t.imageMeanUs),
    usText(t.imageDeviationUs),
    command,
  ];
}

/** A task over an interval. */
class Share {
  constructor(
    public pid: u32,
    public nice: i32,
    public state: u32,
    public userNs: u64,
    public systemNs: u64,
    public switches: u64,
    public command: string,
  ) {}
  get ns(): u64 {
    return this.userNs + this.systemNs;
  }
}

/** The accounts of all tasks at one moment. */
class Sample {
  timeNs: u64 = 0;
  idleNs: u64 = 0;
  switches: u64 = 0;
  ready: u32 = 0;
  tasks: Share[] = [];

  constructor() {
    const row = schedRow();
    if (row) {
      this.timeNs = row.timeNs;
      this.idleNs = row.idleNs;
      this.switches = row.switches;
      this.ready = row.ready;
    }
    const rows = new RowReader(Topic.Tasks, TASK_ROW_BYTES, 0, false);
    for (let at = rows.next(); at != 0; at = rows.next()) {
      const t = changetype<TaskRow>(at);
      this.tasks.push(new Share(t.pid, t.nice, t.state, t.userNs, t.systemNs, t.voluntary + t.involuntary, textAt(at + TASK_ROW_COMMAND, 64)));
    }
  }
  /** Each task's share since `before`, the largest first. One that began since then had all of its time in between. */
  since(before: Sample): Share[] {
    const shares: Share[] = [];
    for (let i = 0; i < this.tasks.length; i++) {
      const now = this.tasks[i];
      const share = new Share(now.pid, now.nice, now.state, now.userNs, now.systemNs, now.switches, now.command);
      for (let k = 0; k < before.tasks.length; k++) {
        const was = before.tasks[k];
        if (was.pid != now.pid) continue;
        share.userNs -= min(was.userNs, share.userNs);
        share.systemNs -= min(was.systemNs, share.systemNs);
        share.switches -= min(was.switches, share.switches);
      }
      shares.push(share);
    }
    shares.sort((a, b) => (a.ns == b.ns ? (a.pid as i32) - (b.pid as i32) : a.ns < b.ns ? 1 : -1));
    return shares;
  }
}

/** part of whole in tenths of a percent. */
function permille(part: u64, whole: u64): i64 {
  return whole == 0 ? 0 : ((((part / 100) * 1000) / max(whole / 100, 1)) as i64);
}

/** A round a step: wait, look, tell. */
class TopFrame extends Frame {
  private before: Sample = new Sample();
  /** more than one round: each takes the screen of the one before */
  private again: bool;

  constructor(
    private given: Arguments,
    private left: i64,
    private intervalNs: u64,
  ) {
    super();
    this.again = left > 1;
  }

  step(): bool {
    if (!pause(this.intervalNs)) {
      session.status = cancel();
      return false;
    }
    const now = new Sample();
    const shares = now.since(this.before);
    if (this.given.json) this.tellJson(now, shares);
    else this.tell(now, shares);
    this.before = now;
    this.left--;
    session.status = 0;
    return this.left > 0;
  }

  private tell(now: Sample, shares: Share[]): void {
    const span = now.timeNs - this.before.timeNs;
    if (this.again && session.mode == Mode.Interactive && toConsole()) print("\x1b[H\x1b[2J");
    const idle = now.idleNs - this.before.idleNs;
    const switches = now.switches - this.before.switches;
    printLine(
      "at " +
        formatStamp(now.timeNs) +
        " s  over " +
        formatSpan(span) +
        "  idle " +
        decimal(permille(idle, span), 1) +
        " %  switches " +
        switches.toString() +
        "  ready " +
        now.ready.toString(),
    );
    const table = new Table([">PID", ">CPU %", ">USER %", ">SYSTEM %", ">NICE", "STATE", ">SWITCHES", "COMMAND"]);
    for (let i = 0; i < shares.length; i++) {
      const s = shares[i];
      const parts = [permille(s.ns, span), permille(s.userNs, span), permille(s.systemNs, span)];
      table.add([s.pid.toString(), decimal(parts[0], 1), decimal(parts[1], 1), decimal(parts[2], 1), s.nice.toString(), taskStateName(s.state), s.switches.toString(), s.command]);
    }
    table.print();
  }

  private tellJson(now: Sample, shares: Share[]): void {
    const json = new Json()
      .object()
      .pair("timeNs", now.timeNs)
      .pair("spanNs", now.timeNs - this.before.timeNs)
      .pair("idleNs", now.idleNs - this.before.idleNs);
    json
      .pair("switches", now.switches - this.before.switches)
      .pair("ready", now.ready)
      .key("tasks")
      .list();
    for (let i = 0; i < shares.length; i++) {
      const s = shares[i];
      json.object().pair("pid", s.pid).signed("nice", s.nice).string("state", taskStateName(s.state)).pair("userNs", s.userNs).pair("systemNs", s.systemNs);
      json.pair("switches", s.switches).string("command", s.command).endObject();
    }
    json.endList().endObject().end();
  }
}

function top(given: Arguments): i32 {
  if (!schedRow()) return failNoScheduler(given);
  const person = session.mode == Mode.Interactive && !session.suggested && toConsole() && !given.json;
  const rounds = given.number("--rounds", person ? i64.MAX_VALUE : 1);
  pushFrame(new TopFrame(given, rounds, given.number("--seconds", DEFAULT_INTERVAL * 1000000000) as u64));
  return 0;
}
