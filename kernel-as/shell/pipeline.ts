// A pipeline, or one command with redirections. Each stage is a process: a program itself, any other command in a second shell. One command
// alone, and a command that only this shell can run at the head, run here with their descriptors changed. Status: that of the last stage.
import { Status } from "../abi/numbers";
import * as sys from "../abi/sys";
import { parseArguments } from "./arguments";
import { flush, printError } from "./console";
import { fileText } from "./files";
import { Frame } from "./frames";
import { expandWords } from "./glob";
import { Group } from "./group";
import { commandLaunch, Launch } from "./launch";
import { binPath } from "./programs";
import { Ends, Pipe } from "./redirect";
import { planNamed, planRun, planStatus } from "./run";
import { Pipeline } from "./script";
import { STATUS_FAILED, STATUS_UNKNOWN, session } from "./session";
import { runWords } from "./simple";
import { CAPTURED, NONE } from "./streams";
import { Command, findCommand } from "./table";

/** What a failed write of this shell's own command comes to: told, status 1 where it was 0. A reader that left is no failure. */
export function settleWrites(name: string, failed: i64, status: i32): i32 {
  if (failed >= 0 || failed == Status.BrokenPipe || session.cancelled) return status;
  printError(name + ": cannot write: " + fileText(failed));
  return status == 0 ? STATUS_FAILED : status;
}

export class PipelineFrame extends Frame {
  private started: bool = false;
  private group: Group = new Group(false);
  /** of the command that runs in this shell */
  private here: Ends | null = null;
  private hereName: string = "";
  /** reading end of the pipe behind the stage started last */
  private next: i32 = NONE;
  /** where output goes that is captured */
  private kept: Pipe | null = null;

  constructor(
    private pipeline: Pipeline,
    private status: i32,
  ) {
    super();
  }

  step(): bool {
    if (this.started) {
      this.finish();
      return false;
    }
    this.started = true;
    const commands = this.pipeline.commands;
    const first = expandWords(commands[0].words, this.status);
    const command = findCommand(first[0]);
    const inThisShell = commands.length == 1 || (command ? command.ofSession : false);
    const ends = new Ends();
    let wrong = "";
    if (commands.length > 1 && inThisShell) wrong = this.pipeBehind(ends);
    if (inThisShell && wrong == "") {
      wrong = ends.apply(commands[0].redirections, this.status);
      if (wrong != "") wrong = first[0] + ": " + wrong;
    }
    if (inThisShell) this.here = ends;
    for (let i = inThisShell ? 1 : 0; i < commands.length && wrong == ""; i++) {
      const words = i == 0 ? first : expandWords(commands[i].words, this.status);
      wrong = this.startStage(i, words);
    }
    this.closeShared();
    if (wrong != "") {
      this.group.abandon();
      this.close();
      if (wrong != TOLD) {
        printError(wrong);
        session.status = STATUS_FAILED;
      }
      return false;
    }
    if (!inThisShell) {
      this.finish();
      return false;
    }
    this.hereName = first[0];
    ends.enter();
    session.status = runWords(first);
    return true;
  }

  /** A pipe from `ends` to the next stage. "" or what is wrong. */
  private pipeBehind(ends: Ends): string {
    const pipe = new Pipe();
    const made = pipe.make();
    if (made < 0) return "cannot make a pipe: " + fileText(made);
    ends.output = ends.own(pipe.writer);
    this.next = pipe.reader;
    return "";
  }

  /** Starts stage `index`. "" or what is wrong. */
  private startStage(index: i32, words: string[]): string {
    const commands = this.pipeline.commands;
    const ends = new Ends();
    if (index > 0) ends.input = ends.own(this.next);
    this.next = NONE;
    let wrong = "";
    if (index < commands.length - 1) wrong = this.pipeBehind(ends);
    if (wrong == "") {
      wrong = ends.apply(commands[index].redirections, this.status);
      if (wrong != "") wrong = words[0] + ": " + wrong;
    }
    if (wrong == "") wrong = this.launchStage(words, ends);
    ends.close();
    return wrong;
  }

  private launchStage(words: string[], ends: Ends): string {
    const command = findCommand(words[0]);
    const launch = planStage(words, command);
    if (!launch) {
      session.status = planStatus;
      return TOLD;
    }
    flush();
    const output = this.shared(ends.output);
    const error = this.shared(ends.error);
    if (output < 0 || error < 0) return words[0] + ": cannot make a pipe";
    const pid = launch.start(ends.input, output, error);
    if (pid < 0) return words[0] + ": cannot start: " + launch.whyNot(pid);
    // while a command of this shell runs at the head, Ctrl-C is for it
    this.group.add(pid as u32, launch.label, !this.here);
    return "";
  }

  /** The descriptor of a process for one of this shell: what is captured goes through a pipe. */
  private shared(descriptor: i32): i32 {
    if (descriptor != CAPTURED) return descriptor;
    let pipe = this.kept;
    if (!pipe) {
      pipe = new Pipe();
      if (pipe.make() < 0) return NONE;
      this.kept = pipe;
      this.group.drain(pipe.reader);
    }
    return pipe.writer;
  }

  private closeShared(): void {
    const pipe = this.kept;
    if (pipe) sys.close(pipe.writer);
    this.kept = null;
    if (this.next != NONE) sys.close(this.next);
    this.next = NONE;
  }

  /** The command here is done: its descriptors go, and the others are waited for. */
  private finish(): void {
    const here = this.here;
    if (here) {
      const failed = here.leave();
      here.close();
      session.status = settleWrites(this.hereName, failed, session.status);
    }
    if (this.pipeline.commands.length == 1 && here) return;
    const status = this.group.wait();
    session.status = status < 0 ? STATUS_UNKNOWN : (status as i32);
  }

  close(): void {
    const here = this.here;
    if (here) here.close();
    if (this.pipeline.commands.length > 1 && session.cancelled) this.group.end();
  }
}

/** Stands for an error that was told already. */
const TOLD: string = "\u0001";

/** The process of a stage; null where `run` could not be understood, which is told. */
function planStage(words: string[], command: Command | null): Launch | null {
  if (command != null && command.name == "run") {
    const given = parseArguments(command, words);
    if (given.error == "" && !given.help && !given.json) return planRun(given);
  }
  if (command == null) {
    const path = binPath(words[0]);
    if (path != "") return planNamed(path, words);
  }
  return commandLaunch(words);
}
