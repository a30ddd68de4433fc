// Background jobs of this shell: each is a process, as a rule a second instance of the program `shell` that runs one line.
import { ExitReason } from "../abi/numbers";
import * as sys from "../abi/sys";
import { Ended, ended, howEnded, killTree, waitFor } from "./children";
import { flush, printLine } from "./console";
import { emptyInput, Launch } from "./launch";
import { Mode, STATUS_KILLED, session } from "./session";
import { streams } from "./streams";

/** Jobs that ended and were not asked for yet; the oldest are forgotten first. */
const KEPT_JOBS: i32 = 64;

export class Job {
  how: Ended | null = null;

  constructor(
    public number: u32,
    public pid: u32,
    public text: string,
  ) {}

  get state(): string {
    const how = this.how;
    return how ? howEnded(how) : "running";
  }
}

export const jobs: Job[] = [];

/** Starts the process of a line in the background: it writes where this shell does and has nothing to read. "" or why it could not start. */
export function startJob(text: string, launch: Launch): string {
  flush();
  const input = emptyInput();
  const pid = launch.start(input, streams.output, streams.error);
  if (input >= 0) sys.close(input);
  if (pid < 0) return launch.whyNot(pid);
  let number: u32 = 1;
  for (let i = 0; i < jobs.length; i++) if (jobs[i].number >= number) number = jobs[i].number + 1;
  jobs.push(new Job(number, pid as u32, text));
  if (session.mode == Mode.Interactive) printLine("[" + number.toString() + "] " + pid.toString());
  return "";
}

function jobOf(pid: u32): Job | null {
  for (let i = 0; i < jobs.length; i++) if (jobs[i].pid == pid) return jobs[i];
  return null;
}

/** The job of `%N`, or of a pid; null where there is none. */
export function findJob(word: string): Job | null {
  const byNumber = word.startsWith("%");
  const text = byNumber ? word.substring(1) : word;
  for (let i = 0; i < jobs.length; i++) if ((byNumber ? jobs[i].number : jobs[i].pid).toString() == text) return jobs[i];
  return null;
}

/** The same where only a job can be meant: `N` alone is its number, else a pid. */
export function findJobOnly(word: string): Job | null {
  if (!word.startsWith("%")) {
    const job = findJob("%" + word);
    if (job) return job;
  }
  return findJob(word);
}

/** The job that was started last; null where none runs. */
export function lastJob(): Job | null {
  for (let i = jobs.length - 1; i >= 0; i--) if (!jobs[i].how) return jobs[i];
  return null;
}

export function forgetJob(job: Job): void {
  const at = jobs.indexOf(job);
  if (at >= 0) jobs.splice(at, 1);
}

/** Reaps whatever child has ended. */
export function reapJobs(): void {
  while (waitFor(0, true) > 0) noteEnded();
  while (jobs.length > KEPT_JOBS && jobs[0].how) jobs.shift();
}

/** Writes down what `waitFor` just found, where it was a job. */
export function noteEnded(): void {
  const job = jobOf(ended.pid);
  if (job) job.how = ended;
}

/** "[1]  running  stress leak" */
export function jobLine(job: Job): string {
  return "[" + job.number.toString() + "]  " + job.state.padEnd(10) + "  " + job.text;
}

/** Interactive: says which jobs ended since the last prompt, and forgets them. */
export function announceJobs(): void {
  reapJobs();
  if (session.mode != Mode.Interactive) return;
  for (let i = 0; i < jobs.length; ) {
    const job = jobs[i];
    if (job.how) {
      printLine(jobLine(job));
      forgetJob(job);
    } else i++;
  }
}

/** Ends all jobs that run. Returns how many. */
export function killJobs(): i32 {
  let count = 0;
  for (let i = 0; i < jobs.length; i++) {
    const job = jobs[i];
    if (job.how) continue;
    killTree(job.pid, STATUS_KILLED);
    if (waitFor(job.pid, false) > 0) job.how = ended;
    else job.how = new Ended(job.pid, STATUS_KILLED, ExitReason.Killed, 0, 0, 0);
    count++;
  }
  return count;
}
