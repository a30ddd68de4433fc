// Runs a parsed line, one pipeline after the other, and says what of it ran and failed. What a step is, is told in frames.ts.
import { Status } from "../abi/numbers";
import * as sys from "../abi/sys";
import { startInBackground } from "./background";
import { flush, printError, printLine } from "./console";
import { dropFrames, Frame, pushFrame, stepTop } from "./frames";
import { expandWords } from "./glob";
import { forgetInterrupt, interruptPending } from "./input";
import { PipelineFrame, settleWrites } from "./pipeline";
import { Join, parseScript, Script } from "./script";
import { Mode, STATUS_INTERRUPTED, STATUS_USAGE, session } from "./session";
import { runWords } from "./simple";
import { streams } from "./streams";

/** Starts a line. A syntax error is told at once, status 2. */
export function startLine(line: string): void {
  session.cancelled = false;
  session.ran = 0;
  session.failures = 0;
  const script = parseScript(line);
  if (script.error != "") {
    printError(script.error);
    session.status = STATUS_USAGE;
    session.ran = 1;
    session.failures = 1;
    return;
  }
  if (script.lists.length > 0) pushFrame(new ScriptFrame(script, true));
}

/** One step of what is under way; called while busy(). */
export function stepLine(): void {
  if (interruptPending()) session.cancelled = true;
  else stepTop();
  if (session.cancelled) {
    dropFrames();
    forgetInterrupt();
    streams.failed = 0;
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
      this.item = list.pipelines.length - 1;
      session.status = startInBackground(list);
      return true;
    }
    const pipeline = list.pipelines[this.item];
    const first = pipeline.commands[0];
    if (pipeline.commands.length > 1 || first.redirections.length > 0) pushFrame(new PipelineFrame(pipeline, session.status));
    else session.status = runWords(expandWords(first.words, session.status));
    return true;
  }

  /** Counts the pipeline that ended and goes to the next that is to run. */
  private settle(): void {
    this.started = false;
    flush();
    const pipelines = this.script.lists[this.list].pipelines;
    session.status = settleWrites(pipelines[this.item].commands[0].words[0], streams.failed, session.status);
    streams.failed = 0;
    if (this.outermost) {
      session.ran++;
      if (session.status != 0) session.failures++;
    }
    for (this.item++; this.item < pipelines.length; this.item++) {
      const join = pipelines[this.item].join;
      if (join == Join.And ? session.status == 0 : session.status != 0) return;
    }
    this.item = 0;
    this.list++;
  }
}

/**
 * The command that `repeat` and `watch` run: its words, or a whole line in one quoted word.
 * An error of syntax stands in the script.
 */
export function innerScript(words: string[]): Script {
  if (words.length == 1 && isLine(words[0])) return parseScript(words[0]);
  const script = parseScript("true");
  script.lists[0].pipelines[0].commands[0].words = words;
  return script;
}

/** Whether a word is a line of its own, not a command's name. */
function isLine(word: string): bool {
  const signs = " ;&|<>";
  for (let i = 0; i < signs.length; i++) if (word.includes(signs.charAt(i))) return true;
  return false;
}
