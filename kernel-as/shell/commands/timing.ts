// Family "time": sleep, repeat, watch.
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { Capture, setCapture } from "../capture";
import { flush, print, printLine } from "../console";
import { Frame, pushFrame } from "../frames";
import { Json } from "../json";
import { complain, done } from "../report";
import { innerScript, pause, ScriptFrame } from "../runner";
import { Script } from "../script";
import { cancel, Mode, STATUS_USAGE, session } from "../session";
import { CAPTURED, streams } from "../streams";
import { Command, Effect, operand, option, register, Type } from "../table";
import { formatSpan, formatStamp } from "../units";
import { quoteWord } from "../words";

const DAY_NS: i64 = 86400000000000;

export function registerTiming(): void {
  register(new Command("sleep", "time", Effect.Observe, "wait", wait).takes(operand("SECONDS", Type.Seconds, "how long: 2, 0.5, 200ms").within(0, DAY_NS)).byHand());
  register(
    new Command("repeat", "time", Effect.Adjust, "run a command N times; status of the last run that failed, else 0", repeat)
      .takes(operand("N", Type.Integer, "how many times").within(0, 1000000))
      .takes(operand("COMMAND", Type.Command, "a command, or a quoted line").many())
      .byHand(),
  );
  register(
    new Command("watch", "time", Effect.Adjust, "run a command again and again until Ctrl-C", watch)
      .offers(option("--count", Type.Integer, "N", "end after N runs").within(1, 1000000))
      .takes(operand("SECONDS", Type.Seconds, "time between runs").within(10000000, DAY_NS))
      .takes(operand("COMMAND", Type.Command, "a command, or a quoted line").many())
      .byHand(),
  );
}

function wait(given: Arguments): i32 {
  const began = sys.time_now();
  if (!pause(given.number("SECONDS", 0) as u64)) return cancel();
  if (given.json)
    new Json()
      .object()
      .pair("sleptNs", (sys.time_now() - began) as u64)
      .endObject()
      .end();
  return 0;
}

/** Runs a script up to `left` times, with a time between (0: none). With `json` what it prints is part of the answer. */
class AgainFrame extends Frame {
  private runs: i64 = 0;
  private failed: i64 = 0;
  private status: i32 = 0;
  private inside: bool = false;
  private kept: Capture | null = null;
  private keptBefore: Capture | null = null;
  private outputBefore: i32 = 0;
  private errorBefore: i32 = 0;

  constructor(
    private script: Script,
    private left: i64,
    private intervalNs: u64,
    private title: string,
    private json: bool,
  ) {
    super();
    if (json) this.keep();
  }

  step(): bool {
    if (this.inside) {
      this.inside = false;
      this.runs++;
      if (session.status != 0) {
        this.failed++;
        this.status = session.status;
      }
      // watch answers a line for each run: it may go on for ever
      if (this.json && this.intervalNs > 0) this.tellRun();
      if (this.left > 0 && this.intervalNs > 0 && !pause(this.intervalNs)) {
        this.close();
        return false;
      }
    }
    if (this.left <= 0) {
      session.status = this.status;
      if (this.json && this.intervalNs == 0) this.tellAll();
      this.close();
      return false;
    }
    this.left--;
    if (this.title != "") {
      if (session.mode == Mode.Interactive) print("\x1b[H\x1b[2J");
      printLine(this.title + "  at " + formatStamp(sys.time_now() as u64) + " s");
    }
    this.inside = true;
    pushFrame(new ScriptFrame(this.script, false));
    return true;
  }

  close(): void {
    if (this.kept) this.release();
    this.kept = null;
  }

  /** From here on output is kept. */
  private keep(): void {
    flush();
    let kept = this.kept;
    if (!kept) kept = new Capture();
    this.kept = kept;
    this.keptBefore = setCapture(kept);
    this.outputBefore = streams.output;
    this.errorBefore = streams.error;
    streams.output = CAPTURED;
    streams.error = CAPTURED;
  }

  /** From here on output goes where it went before. */
  private release(): void {
    flush();
    setCapture(this.keptBefore);
    streams.output = this.outputBefore;
    streams.error = this.errorBefore;
  }

  private tellRun(): void {
    const kept = this.kept;
    if (!kept) return;
    this.release();
    new Json()
      .object()
      .signed("run", this.runs)
      .pair("timeNs", sys.time_now() as u64)
      .signed("status", session.status)
      .bytes("output", kept.start, kept.length)
      .pair("outputBytes", kept.total)
      .endObject()
      .end();
    kept.clear();
    this.keep();
  }

  private tellAll(): void {
    const kept = this.kept;
    if (!kept) return;
    this.release();
    const json = new Json().object().signed("runs", this.runs).signed("failed", this.failed).signed("status", this.status);
    json.bytes("output", kept.start, kept.length).pair("outputBytes", kept.total).endObject().end();
    this.kept = null;
  }
}

function again(given: Arguments, runs: i64, intervalNs: u64, title: string): i32 {
  const script = innerScript(given.rest);
  if (script.error != "") return complain(given.json, given.command.path + ": " + script.error, STATUS_USAGE);
  if (script.lists.length == 0) return done(given, "");
  pushFrame(new AgainFrame(script, runs, intervalNs, title, given.json));
  return 0;
}

function repeat(given: Arguments): i32 {
  return again(given, given.number("N", 0), 0, "");
}

function watch(given: Arguments): i32 {
  const interval = given.number("SECONDS", 0) as u64;
  const words: string[] = [];
  for (let i = 0; i < given.rest.length; i++) words.push(given.rest.length == 1 ? given.rest[i] : quoteWord(given.rest[i]));
  const title = given.json ? "" : "Every " + formatSpan(interval) + ": " + words.join(" ");
  return again(given, given.number("--count", i64.MAX_VALUE), interval, title);
}
