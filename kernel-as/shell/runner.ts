// Runs a parsed line, one simple command a step, so that the collector can work between steps with an empty stack.
// What goes on after its first step (a line, repeat, watch, a followed trace) is a frame on a stack, not a loop in a command.
import { Status } from "../abi/numbers";
import * as sys from "../abi/sys";
import { Arguments, parseArguments } from "./arguments";
import { flush, printLine } from "./console";
import { commandJson, printHelp } from "./help";
import { forgetInterrupt, interruptPending } from "./input";
import { startJob } from "./jobs";
import { Json } from "./json";
import { complain, spawnText } from "./report";
import { expandWords, Join, List, parseScript, Script } from "./script";
import { Mode, STATUS_CANNOT_RUN, STATUS_FAILED, STATUS_INTERRUPTED, STATUS_UNKNOWN, STATUS_USAGE, session } from "./session";
import { findCommand } from "./table";

/** Something under way. `step` returns whether it goes on; when it does not, `session.status` is its status. */
export abstract class Frame {
  abstract step(): bool;
}

const frames: Frame[] = [];

export function pushFrame(frame: Frame): void {
  frames.push(frame);
}

/** Whether a line is under way. */
export function busy(): bool {
  return frames.length > 0;
}

/** Starts a line. A syntax error is told at once, status 2. */
export function startLine(line: string): void {
  session.cancelled = false;
  session.ran = 0;
  session.failures = 0;
  const script = parseScript(line);
  if (script.error != "") {
    printLine(script.error);
    session.status = STATUS_USAGE;
    session.ran = 1;
    session.failures = 1;
    return;
  }
  if (script.lists.length > 0) frames.push(new ScriptFrame(script, true));
}

/** One step of what is under way; called while busy(). */
export function stepLine(): void {
  if (interruptPending()) session.cancelled = true;
  else {
    const depth = frames.length;
    const frame = frames[depth - 1];
    if (!frame.step()) frames.splice(frames.indexOf(frame), 1);
  }
  if (session.cancelled) {
    frames.length = 0;
    forgetInterrupt();
    session.status = STATUS_INTERRUPTED;
    session.ran++;
    session.failures++;
    if (session.mode == Mode.Interactive) printLine("^C");
  }
}

/** Sleeps. False where Ctrl-C ended it (then the line is cancelled). */
export function pause(ns: u64): bool {
  flush();
  if (sys.sleep(ns) != Status.Interrupted) return true;
  session.cancelled = true;
  return false;
}

/** The lists of a line, in order. */
export class ScriptFrame extends Frame {
  private list: i32 = 0;
  private item: i32 = 0;
  private started: bool = false;

  constructor(
    private script: Script,
    /** counts what ran and what failed */
    private outermost: bool,
  ) {
    super();
  }

  step(): bool {
    if (this.started) this.settle();
    if (this.list >= this.script.lists.length) return false;
    const list = this.script.lists[this.list];
    this.started = true;
    if (list.background) {
      this.item = list.commands.length - 1;
      session.status = startInBackground(list);
      return true;
    }
    session.status = runWords(expandWords(list.commands[this.item].words, session.status));
    return true;
  }

  /** Counts the command that ended and goes to the next that is to run. */
  private settle(): void {
    this.started = false;
    if (this.outermost) {
      session.ran++;
      if (session.status != 0) session.failures++;
    }
    const commands = this.script.lists[this.list].commands;
    for (this.item++; this.item < commands.length; this.item++) {
      const join = commands[this.item].join;
      if (join == Join.And ? session.status == 0 : session.status != 0) return;
    }
    this.item = 0;
    this.list++;
  }
}

function startInBackground(list: List): i32 {
  const pid = startJob(list.text);
  if (pid > 0) return 0;
  return complain(false, "cannot start in the background: " + spawnText(pid), STATUS_FAILED);
}

/** Runs one simple command. Returns its status; where it pushed a frame, that frame's status follows. */
function runWords(words: string[]): i32 {
  const command = findCommand(words[0]);
  if (!command) {
    const json = words.includes("--json");
    if (json) return complain(true, "unknown command: " + words[0], STATUS_UNKNOWN);
    printLine("unknown command: " + words[0]);
    printLine("try help");
    return STATUS_UNKNOWN;
  }
  const given: Arguments = parseArguments(command, words);
  if (given.error != "") return complain(given.json, given.error, STATUS_USAGE);
  if (given.help) {
    if (given.json) {
      const json = new Json();
      commandJson(json, given.command);
      json.end();
    } else printHelp(given.command);
    return 0;
  }
  const run = given.command.run;
  if (!run) return complain(given.json, given.command.path + ": cannot run", STATUS_CANNOT_RUN);
  return run(given);
}

/**
 * The command that `repeat` and `watch` run: its words, or a whole line in one quoted word.
 * An error of syntax stands in the script.
 */
export function innerScript(words: string[]): Script {
  if (words.length == 1 && words[0].includes(" ")) return parseScript(words[0]);
  const script = parseScript("true");
  script.lists[0].commands[0].words = words;
  return script;
}
