// Family "stress": starts worker processes (the program `stress`) that take, touch and free real frames, waits for them and
// says how they ended. The pattern itself is the worker's. Workers killed for lack of memory are a result, not a failure: status 0.
import { ExitReason, Status } from "../../abi/numbers";
import { Arguments } from "../arguments";
import { Ended, ended, howEnded, killTree, usedText, waitFor } from "../children";
import { flush, printLine } from "../console";
import { Json } from "../json";
import { complain, spawnText } from "../report";
import { spawnProgram } from "../rows";
import { cancel, STATUS_FAILED, STATUS_INTERRUPTED, STATUS_KILLED, session } from "../session";
import { Command, Effect, operand, option, register, Type } from "../table";
import { formatBytes, formatSpan, parseSize } from "../units";
import { endedJson } from "./processes";

const PROGRAM = "stress";
const PATTERNS: string[] = ["leak", "burst", "sawtooth", "fragment", "plateau"];
const MAXIMUM_WORKERS: i64 = 64;
const PAGE: i64 = 4096;
const MAXIMUM_BYTES: i64 = (1 as i64) << 40;
const HOUR_NS: i64 = 3600000000000;
const DEFAULT_RATE = "8M";
const DEFAULT_SIZE = "25%";
const DEFAULT_SECONDS: i64 = 10;

export function registerStress(): void {
  register(
    new Command("stress", "stress", Effect.Destroy, "put real memory pressure on the machine with worker processes", stress)
      .takes(operand("PATTERN", Type.Choice, "how memory is taken: grow for ever, jump, grow and drop, scatter, grow and hold").oneOf(PATTERNS))
      .offers(option("--rate", Type.Rate, "BYTES", "growth per second of all workers together; bursts take ten times as much").within(PAGE, MAXIMUM_BYTES).optional(DEFAULT_RATE))
      .offers(
        option("--size", Type.Size, "BYTES", "most memory of all workers together; a percentage is of the managed memory")
          .within(PAGE, MAXIMUM_BYTES)
          .optional("no limit for leak, else " + DEFAULT_SIZE),
      )
      .offers(
        option("--seed", Type.Integer, "N", "chooses pages, heights and pauses")
          .within(0, u32.MAX_VALUE as i64)
          .optional("1"),
      )
      .offers(
        option("--seconds", Type.Seconds, "S", "how long; 0 until Ctrl-C")
          .within(0, 24 * HOUR_NS)
          .optional(DEFAULT_SECONDS.toString()),
      )
      .offers(option("--workers", Type.Integer, "N", "processes").within(1, MAXIMUM_WORKERS).optional("1")),
  );
}

/** Ends workers that run, and reaps them. */
function endWorkers(pids: u32[]): void {
  for (let i = 0; i < pids.length; i++) killTree(pids[i], STATUS_KILLED);
  for (let i = 0; i < pids.length; i++) waitFor(pids[i], false);
}

function stress(given: Arguments): i32 {
  const pattern = given.text("PATTERN");
  const workers = given.number("--workers", 1);
  const seed = given.number("--seed", 1);
  const ns = given.number("--seconds", DEFAULT_SECONDS * 1000000000);
  const rate = given.number("--rate", parseSize(DEFAULT_RATE));
  if (!given.has("--size") && pattern != "leak") {
    const size = given.command.option("--size");
    if (size) given.take(size, DEFAULT_SIZE);
    if (given.error != "") return complain(given.json, "stress: the kernel does not tell its memory: use --size", STATUS_FAILED);
  }
  const size = given.number("--size", 0);
  if (!given.json) {
    printLine(
      "stress " +
        pattern +
        ": " +
        workers.toString() +
        (workers == 1 ? " worker, " : " workers, ") +
        (size > 0 ? formatBytes(size as u64) : "no limit") +
        " at " +
        formatBytes(rate as u64) +
        "/s, " +
        (ns > 0 ? formatSpan(ns as u64) : "until Ctrl-C") +
        ", seed " +
        seed.toString(),
    );
  }
  const pids: u32[] = [];
  for (let i: i64 = 0; i < workers; i++) {
    const words = [PROGRAM, pattern, (rate / workers).toString(), (size / workers).toString(), seed.toString(), (ns / 1000000).toString(), i.toString()];
    const pid = spawnProgram(words, 0);
    if (pid < 0) {
      endWorkers(pids);
      const why = pid == Status.NotFound ? "no program " + PROGRAM + " in the image" : spawnText(pid);
      return complain(given.json, "stress: worker " + (i + 1).toString() + " cannot start: " + why, STATUS_FAILED);
    }
    pids.push(pid as u32);
  }
  return watchWorkers(given, pattern, pids);
}

/** Waits for all workers in the order in which they were started. Ctrl-C ends those that still run. */
function watchWorkers(given: Arguments, pattern: string, pids: u32[]): i32 {
  flush();
  const ends: Ended[] = [];
  for (let i = 0; i < pids.length; i++) {
    let result = waitFor(pids[i], false);
    if (result == Status.Interrupted) {
      cancel();
      for (let k = i; k < pids.length; k++) killTree(pids[k], STATUS_INTERRUPTED);
      result = waitFor(pids[i], false);
    }
    if (result >= 0) ends.push(ended);
  }
  report(given, pattern, ends);
  return session.cancelled ? STATUS_INTERRUPTED : 0;
}

/** Says how the workers ended. */
function report(given: Arguments, pattern: string, ends: Ended[]): void {
  let killed = 0;
  let exited = 0;
  for (let i = 0; i < ends.length; i++) {
    if (ends[i].reason == ExitReason.OutOfMemory) killed++;
    else if (ends[i].reason == ExitReason.Exited && ends[i].status == 0) exited++;
  }
  if (given.json) {
    const json = new Json().object().string("pattern", pattern).pair("outOfMemory", killed).key("workers").list();
    for (let i = 0; i < ends.length; i++) endedJson(json, ends[i]);
    json.endList().endObject().end();
    return;
  }
  for (let i = 0; i < ends.length; i++) {
    const how = ends[i];
    printLine("  pid " + how.pid.toString() + ": " + howEnded(how) + ", " + usedText(how));
  }
  const other = ends.length - killed - exited;
  printLine(
    "stress " +
      pattern +
      ": " +
      exited.toString() +
      " exited, " +
      killed.toString() +
      " killed for lack of memory" +
      (other > 0 ? ", " + other.toString() + " ended otherwise" : ""),
  );
}
