// Family "processes": ps, kill, run, spec, jobs, wait, fg.
import { PROCESS_ROW_BYTES, PROCESS_ROW_COMMAND, ProcessRow, TASK_ROW_BYTES, TaskRow } from "../../abi/layouts";
import { Status, Topic } from "../../abi/numbers";
import { Arguments } from "../arguments";
import { Ended, ended, killTree, waitFor, waitInForeground } from "../children";
import { printLine } from "../console";
import { findJob, findJobOnly, forgetJob, Job, jobLine, jobs, lastJob, noteEnded, reapJobs } from "../jobs";
import { Json } from "../json";
import { Launch } from "../launch";
import { complain, done, fail, failStatus, Table } from "../report";
import { RowReader, textAt } from "../rows";
import { endedFields, planRun, planStatus, runLaunch } from "../run";
import { cancel, STATUS_FAILED, STATUS_KILLED, STATUS_UNKNOWN, STATUS_USAGE, session } from "../session";
import { Command, Effect, flag, operand, option, register, Type } from "../table";
import { formatBytes, formatPages, formatSpan, parseInteger } from "../units";
import { LEAST_NICE, MOST_NICE } from "./nice";

const STATES: string[] = ["Free", "Ready", "Running", "Sleeping", "Reading", "Waiting", "Working", "Zombie", "Ending", "Starved", "Piping", "Throttled"];
const MAXIMUM_BYTES: i64 = (1 as i64) << 40;

export function registerProcesses(): void {
  register(
    new Command("ps", "processes", Effect.Observe, "processes: memory, time, score", list)
      .offers(flag("--all", "zombies too"))
      .offers(flag("-l", "what the reclaim ladder knows of them")),
  );
  register(
    new Command("kill", "processes", Effect.Destroy, "end processes, and a job with all it started", kill)
      .takes(operand("PID", Type.Process, "a pid, or %N for a job").many())
      .offers(flag("-9", "for habit: every kill is final").byHand())
      .offers(flag("-KILL", "the same").byHand())
      .offers(flag("-TERM", "the same").byHand()),
  );
  register(
    new Command("run", "processes", Effect.Adjust, "run a program: of the image, a WebAssembly file, or NAME for /bin/NAME.wasm", run)
      .takes(operand("PROGRAM", Type.Program, "its name or path"))
      .takes(operand("ARGUMENT", Type.Path, "for the program").optional("").many())
      .offers(option("--mem", Type.Size, "SIZE", "most memory that it may hold; over it memory does not grow, or it is ended").within(65536, MAXIMUM_BYTES).optional("no limit"))
      .offers(option("--cpu", Type.Fraction, "PERCENT", "most of the processor, as 50% or 0.5").within(10000, 1000000).optional("no limit"))
      .offers(option("--oom-score", Type.Integer, "N", "shifts its score when memory runs out; -1000: never killed").within(-1000, 1000).optional("0"))
      .offers(option("--nice", Type.Integer, "N", "its nice value; lower is more important").within(LEAST_NICE, MOST_NICE).optional("0"))
      .offers(option("--reserve", Type.Size, "SIZE", "memory that reclaim leaves it").within(0, MAXIMUM_BYTES).optional("0"))
      .offers(option("--dir", Type.Path, "DIR", "a directory that a WebAssembly file may see, DIR or DIR::NAME; repeatable").many().optional("all of them"))
      .offers(option("--env", Type.Text, "K=V", "a variable of its environment; repeatable").many().byHand())
      .endsOptionsEarly(),
  );
  register(
    new Command("spec", "processes", Effect.Adjust, "run specs inside the kernel's own ring 3", spec)
      .takes(operand("NAME", Type.Text, "which; all without").optional("").many())
      .endsOptionsEarly()
      .byHand(),
  );
  register(new Command("jobs", "processes", Effect.Observe, "background jobs of this shell", listJobs).stays());
  register(
    new Command("wait", "processes", Effect.Observe, "wait for background jobs; status of the last one named", wait)
      .takes(operand("JOB", Type.Process, "%N, N or a pid; all without").optional("").many())
      .stays(),
  );
  register(
    new Command("fg", "processes", Effect.Observe, "wait for a job so that Ctrl-C ends it", foreground)
      .takes(operand("JOB", Type.Process, "%N, N or a pid").optional("the last one started"))
      .stays(),
  );
}

function stateName(state: u32): string {
  return state < (STATES.length as u32) ? STATES[state] : state.toString();
}

/** What the scheduler knows of a live process. */
class Account {
  constructor(
    public nice: i32,
    public userNs: u64,
    public systemNs: u64,
  ) {}
}

function accounts(): Map<u32, Account> {
  const found: Map<u32, Account> = new Map();
  const rows = new RowReader(Topic.Tasks, TASK_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const task = changetype<TaskRow>(row);
    found.set(task.pid, new Account(task.nice, task.userNs, task.systemNs));
  }
  return found;
}

function list(given: Arguments): i32 {
  const known = accounts();
  const json = new Json();
  if (given.json) json.object().key("processes").list();
  const long = given.has("-l");
  const table = new Table(
    long
      ? [">PID", "STATE", ">RSS", ">COMPRESSED", ">OFFERED", ">RESERVE", ">GROWTH/s", ">STALL", ">SCORE", ">ADJUST", "COMMAND"]
      : [">PID", ">PPID", "STATE", ">RSS", ">TABLES", ">SIZE", ">NICE", ">CPU", ">SYSTEM", ">SCORE", "COMMAND"],
  );
  const rows = new RowReader(Topic.Processes, PROCESS_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const p = changetype<ProcessRow>(row);
    const command = textAt(row + PROCESS_ROW_COMMAND, 64);
    const state = stateName(p.state);
    if (given.json) {
      json
        .object()
        .pair("pid", p.pid)
        .pair("parent", p.parent)
        .string("state", state)
        .boolean("protected", (p.flags & 1) != 0)
        .boolean("foreground", (p.flags & 2) != 0)
        .pair("residentPages", p.residentPages)
        .pair("tablePages", p.tablePages)
        .pair("cpuNs", p.cpuNs)
        .pair("startedNs", p.startedNs)
        .pair("memoryBytes", p.memoryBytes)
        .signed("exitStatus", p.exitStatus)
        .pair("score", p.score)
        .pair("faults", p.faults)
        .signed("oomScoreAdjust", p.oomScoreAdjust)
        .pair("reservePages", p.reservePages)
        .pair("compressedPages", p.compressedPages)
        .pair("offeredPages", p.offeredPages)
        .signed("growthPagesPerSecond", p.growthPagesPerSecond)
        .boolean("throttled", p.throttled != 0)
        .pair("stallNs", p.stallNs);
      const account: Account | null = known.has(p.pid) ? known.get(p.pid) : null;
      if (account) json.signed("nice", account.nice).pair("userNs", account.userNs).pair("systemNs", account.systemNs);
      json.string("command", command).endObject();
      continue;
    }
    if (state == "Zombie" && !given.has("--all")) continue;
    const shown = state + ((p.flags & 1) != 0 ? "+" : "");
    if (long) {
      const growth = p.growthPagesPerSecond as i64;
      table.add([
        p.pid.toString(),
        shown,
        formatPages(p.residentPages),
        formatPages(p.compressedPages),
        formatPages(p.offeredPages),
        formatPages(p.reservePages),
        growth < 0 ? "-" + formatPages(-growth) : formatPages(growth),
        formatSpan(p.stallNs),
        p.score.toString(),
        p.oomScoreAdjust.toString(),
        command,
      ]);
      continue;
    }
    const account: Account | null = known.has(p.pid) ? known.get(p.pid) : null;
    table.add([
      p.pid.toString(),
      p.parent.toString(),
      shown,
      formatPages(p.residentPages),
      formatPages(p.tablePages),
      formatBytes(p.memoryBytes),
      account ? account.nice.toString() : "-",
      formatSpan(p.cpuNs),
      account ? formatSpan(account.systemNs) : "-",
      p.score.toString(),
      command,
    ]);
  }
  if (given.json) json.endList().endObject().end();
  else table.print();
  return 0;
}

/** A pid from what was typed; where it is none that is told, and the answer is minus the exit status. */
function pidOf(given: Arguments, word: string): i64 {
  const job = findJob(word);
  if (job) return job.pid;
  if (word.startsWith("%")) return -fail(given, word + ": no such job");
  const pid = parseInteger(word);
  if (pid >= 1 && pid <= (u32.MAX_VALUE as i64)) return pid;
  return -complain(given.json, given.command.path + ": PID: must be a pid (1 or more) or %N, not " + word, STATUS_USAGE);
}

function kill(given: Arguments): i32 {
  for (let i = 0; i < given.rest.length; i++) {
    const word = given.rest[i];
    const pid = pidOf(given, word);
    if (pid < 0) return -pid as i32;
    const result = killTree(pid as u32, STATUS_KILLED);
    if (result == Status.NotFound) return fail(given, word + ": no such process");
    if (result == Status.Denied) return fail(given, word + ": not permitted: a protected service");
    if (result < 0) return failStatus(given, word, result);
  }
  return given.json ? done(given, "") : 0;
}

/** An ExitInfo as JSON. */
export function endedJson(json: Json, how: Ended): Json {
  return endedFields(json, how).endObject();
}

function run(given: Arguments): i32 {
  const launch = planRun(given);
  return launch ? runLaunch(launch, given.command.path + ": " + given.text("PROGRAM") + ": ", given.json) : planStatus;
}

function spec(given: Arguments): i32 {
  const words: string[] = ["spec"];
  return runLaunch(new Launch("spec", words.concat(given.rest)), "spec: ", given.json);
}

function listJobs(given: Arguments): i32 {
  reapJobs();
  const json = new Json();
  if (given.json) json.object().key("jobs").list();
  for (let i = 0; i < jobs.length; i++) {
    const job = jobs[i];
    if (given.json) {
      json.object().pair("job", job.number).pair("pid", job.pid).boolean("running", !job.how).string("state", job.state).string("command", job.text);
      const how = job.how;
      if (how) json.signed("status", how.status);
      json.endObject();
    } else printLine(jobLine(job));
  }
  if (given.json) json.endList().endObject().end();
  for (let i = jobs.length - 1; i >= 0; i--) if (jobs[i].how) forgetJob(jobs[i]);
  return 0;
}

/** Waits for a job; its status, or 130 where Ctrl-C ended the wait. */
function waitForJob(job: Job): i32 {
  while (!job.how) {
    const result = waitFor(job.pid, false);
    if (result == Status.Interrupted) return cancel();
    if (result < 0) {
      forgetJob(job);
      return STATUS_UNKNOWN;
    }
    noteEnded();
  }
  forgetJob(job);
  const how = job.how;
  return how ? how.status : STATUS_UNKNOWN;
}

function wait(given: Arguments): i32 {
  let status = 0;
  if (given.rest.length == 0) {
    while (jobs.length > 0) {
      waitForJob(jobs[0]);
      if (session.cancelled) return cancel();
    }
    return given.json ? done(given, "") : 0;
  }
  for (let i = 0; i < given.rest.length; i++) {
    const job = findJobOnly(given.rest[i]);
    if (!job) return complain(given.json, "wait: " + given.rest[i] + ": not a job of this shell", STATUS_UNKNOWN);
    status = waitForJob(job);
    if (session.cancelled) return status;
  }
  if (given.json) new Json().object().signed("status", status).endObject().end();
  return status;
}

function foreground(given: Arguments): i32 {
  reapJobs();
  const word = given.text("JOB");
  const job = word == "" ? lastJob() : findJobOnly(word);
  if (!job) return fail(given, word == "" ? "no job runs" : word + ": no such job");
  if (!given.json) printLine(job.text);
  if (!job.how) {
    const status = waitInForeground(job.pid);
    if (status < 0) return failStatus(given, word, status);
    job.how = ended;
  }
  forgetJob(job);
  if (session.cancelled) return cancel();
  const how = job.how;
  if (how && given.json) endedJson(new Json(), how).end();
  return how ? how.status : STATUS_FAILED;
}
