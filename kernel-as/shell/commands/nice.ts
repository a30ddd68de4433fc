// nice and renice: how important a process is to the scheduler. The kernel checks who and how much; which policy heeds it is the policy's.
import { Control, Status } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { findJob } from "../jobs";
import { commandLaunch, Launch } from "../launch";
import { binPath } from "../programs";
import { complain, done, fail, failStatus } from "../report";
import { planNamed, runLaunch } from "../run";
import { STATUS_UNKNOWN, STATUS_USAGE } from "../session";
import { Command, Effect, findCommand, operand, option, register, Type } from "../table";
import { parseInteger } from "../units";

/** The range of nice values; lower is more important. */
export const LEAST_NICE: i64 = -20;
export const MOST_NICE: i64 = 19;
const DEFAULT_NICE: i64 = 10;

export function registerNice(): void {
  register(
    new Command("nice", "processes", Effect.Adjust, "run a command with another priority", nice)
      .offers(option("-n", Type.Integer, "N", "its nice value, on top of the shell's own; lower is more important").within(LEAST_NICE, MOST_NICE).optional(DEFAULT_NICE.toString()))
      .takes(operand("COMMAND", Type.Command, "a command or a program, with its words").many())
      .byHand(),
  );
  register(
    new Command("renice", "processes", Effect.Adjust, "change the priority of processes", renice)
      .takes(operand("N", Type.Integer, "the nice value; lower is more important").within(LEAST_NICE, MOST_NICE))
      .takes(operand("PID", Type.Process, "a pid, or %N for a job").many()),
  );
}

function nice(given: Arguments): i32 {
  const words = given.rest;
  const command = findCommand(words[0]);
  let launch: Launch;
  if (command) {
    if (command.ofSession) return complain(given.json, "nice: " + words[0] + ": works on this shell itself, which runs as it is", STATUS_USAGE);
    launch = commandLaunch(words);
  } else {
    const path = binPath(words[0]);
    if (path == "") return complain(given.json, "nice: unknown command: " + words[0], STATUS_UNKNOWN);
    launch = planNamed(path, words);
  }
  launch.nice = given.number("-n", DEFAULT_NICE) as i32;
  return runLaunch(launch, "nice: " + words[0] + ": ", given.json);
}

function renice(given: Arguments): i32 {
  const value = given.number("N", 0);
  for (let i = 0; i < given.rest.length; i++) {
    const word = given.rest[i];
    const job = findJob(word);
    const pid: i64 = job ? job.pid : word.startsWith("%") ? 0 : parseInteger(word);
    if (word.startsWith("%") && !job) return fail(given, word + ": no such job");
    if (pid < 1 || pid > (u32.MAX_VALUE as i64)) return complain(given.json, "renice: PID: must be a pid (1 or more) or %N, not " + word, STATUS_USAGE);
    const result = sys.control(Control.Nice, pid as u64, value as u64, 0, 0);
    if (result == Status.NotFound) return fail(given, word + ": no such process");
    if (result < 0) return failStatus(given, word, result);
  }
  return done(given, "");
}
