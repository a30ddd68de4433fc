// Family "processes": ps, kill, run, spec, jobs, wait, fg.
import { PROCESS_ROW_BYTES, PROCESS_ROW_COMMAND, ProcessRow } from "../../abi/layouts";
import { ExitReason, Status, Topic } from "../../abi/numbers";
import { Arguments } from "../arguments";
import { Ended, ended, howEnded, killTree, reasonName, setForeground, usedText, waitFor, waitInForeground } from "../children";
import { flush, printLine } from "../console";
import { findJob, forgetJob, Job, jobLine, jobs, lastJob, noteEnded, reapJobs } from "../jobs";
import { Json } from "../json";
import { complain, done, fail, failStatus, spawnText, Table } from "../report";
import { RowReader, spawnProgram, textAt } from "../rows";
import { cancel, STATUS_FAILED, STATUS_KILLED, STATUS_UNKNOWN, STATUS_USAGE, session } from "../session";
import { Command, Effect, flag, operand, register, Type } from "../table";
import { formatBytes, formatPages, formatSpan, parseInteger } from "../units";

const STATES: string[] = ["Free", "Ready", "Running", "Sleeping", "Reading", "Waiting", "Working", "Zombie", "Ending", "Starved"];

export function registerProcesses(): void {
  register(new Command("ps", "processes", Effect.Observe, "processes: memory, time, score", list).offers(flag("--all", "zombies too")));
  register(
    new Command("kill", "processes", Effect.Destroy, "end processes, and a job with all it started", kill)
      .takes(operand("PID", Type.Process, "a pid, or %N for a job").many())
      .offers(flag("-9", "for habit: every kill is final"))
      .offers(flag("-KILL", "the same"))
      .offers(flag("-TERM", "the same")),
  );
  register(
    new Command("run", "processes", Effect.Adjust, "run a program of the image and wait for it", run)
      .takes(operand("PROGRAM", Type.Program, "its name"))
      .takes(operand("ARGUMENT", Type.Text, "for the program").optional("").many())
      .endsOptionsEarly(),
  );
  register(
    new Command("spec", "processes", Effect.Adjust, "run specs inside the kernel's own ring 3", spec)
      .takes(operand("NAME", Type.Text, "which; all without").optional("").many())
      .endsOptionsEarly(),
  );
  register(new Command("jobs", "processes", Effect.Observe, "background jobs of this shell", listJobs));
  register(
    new Command("wait", "processes", Effect.Observe, "wait for background jobs; status of the last one named", wait).takes(
      operand("JOB", Type.Process, "a pid, or %N; all without").optional("").many(),
    ),
  );
  register(
    new Command("fg", "processes", Effect.Observe, "wait for a job so that Ctrl-C ends it", foreground).takes(
      operand("JOB", Type.Process, "a pid, or %N").optional("the last one started"),
    ),
  );
}

function stateName(state: u32): string {
  return state < (STATES.length as u32) ? STATES[state] : state.toString();
}

function list(given: Arguments): i32 {
  const json = new Json();
  if (given.json) json.object().key("processes").list();
  const table = new Table([">PID", ">PPID", "STATE", ">RSS", ">TABLES", ">SIZE", ">CPU", ">SCORE", "COMMAND"]);
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
        .string("command", command)
        .endObject();
      continue;
    }
    if (state == "Zombie" && !given.has("--all")) continue;
    table.add([
      p.pid.toString(),
      p.parent.toString(),
      state + ((p.flags & 1) != 0 ? "+" : ""),
      formatPages(p.residentPages),
      formatPages(p.tablePages),
      formatBytes(p.memoryBytes),
      formatSpan(p.cpuNs),
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

/** Spawns and waits; says how it ended unless it exited by itself. */
function runProgram(given: Arguments, words: string[]): i32 {
  flush();
  const pid = spawnProgram(words, 0);
  if (pid == Status.NotFound) return complain(given.json, given.command.path + ": " + words[0] + ": no such program in the image", STATUS_UNKNOWN);
  if (pid == Status.Range) return complain(given.json, given.command.path + ": the arguments are too long", STATUS_USAGE);
  if (pid < 0) return fail(given, words[0] + ": " + spawnText(pid));
  setForeground(pid as u32);
  const status = waitInForeground(pid as u32);
  setForeground(0);
  if (session.cancelled) return status as i32;
  if (status < 0) return failStatus(given, words[0], status);
  if (given.json) endedJson(new Json(), ended).end();
  else if (ended.reason != ExitReason.Exited) printLine(words[0] + ": " + howEnded(ended) + ", " + usedText(ended));
  return status as i32;
}

/** An ExitInfo as JSON. */
export function endedJson(json: Json, how: Ended): Json {
  return json
    .object()
    .pair("pid", how.pid)
    .signed("status", how.status)
    .string("reason", reasonName(how.reason))
    .pair("peakPages", how.peakPages)
    .pair("detail", how.detail)
    .pair("cpuNs", how.cpuNs)
    .endObject();
}

function run(given: Arguments): i32 {
  const words: string[] = [given.text("PROGRAM")];
  return runProgram(given, words.concat(given.rest));
}

function spec(given: Arguments): i32 {
  const words: string[] = ["spec"];
  return runProgram(given, words.concat(given.rest));
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
    const job = findJob(given.rest[i]);
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
  const job = word == "" ? lastJob() : findJob(word);
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
