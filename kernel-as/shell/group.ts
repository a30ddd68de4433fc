// Processes that this shell started together and waits for: one program, or the stages of a pipeline. Ctrl-C ends all of them with all
// they started. Background jobs are in jobs.ts.
import { ExitReason, Status } from "../abi/numbers";
import * as sys from "../abi/sys";
import { capture } from "./capture";
import { clearForeground, Ended, ended, howEnded, joinForeground, killTree, usedText, waitFor } from "./children";
import { printError } from "./console";
import { CHUNK_BYTES, chunk } from "./files";
import { interruptPending } from "./input";
import { cancel, STATUS_INTERRUPTED, STATUS_KILLED } from "./session";
import { NONE } from "./streams";

export class Group {
  private pids: u32[] = [];
  private names: string[] = [];
  private reader: i32 = NONE;
  /** how each ended, in the order of `add`; after `wait` */
  ends: Ended[] = [];

  constructor(
    /** nothing is told of those that did not exit by themselves */
    private quiet: bool,
  ) {}

  /**
   * Counts a process in; `name` is what is told of it where it does not exit by itself. `foreground`: Ctrl-C ends it from now on, not only
   * from the wait on.
   */
  add(pid: u32, name: string, foreground: bool): void {
    this.pids.push(pid);
    this.names.push(name);
    if (foreground) joinForeground(pid);
  }

  /** What comes out of a pipe is kept in the capture, to its end. */
  drain(reader: i32): void {
    this.reader = reader;
  }

  /**
   * Waits for all. The status of the last, or a Status below 0 where it is lost; 130 with the line cancelled after Ctrl-C.
   */
  wait(): i64 {
    for (let i = 0; i < this.pids.length; i++) joinForeground(this.pids[i]);
    const result = this.waitAll();
    clearForeground();
    if (this.reader != NONE) sys.close(this.reader);
    this.reader = NONE;
    return result;
  }

  private waitAll(): i64 {
    if (this.reader != NONE && !this.drained()) return this.end();
    let last: i64 = 0;
    for (let i = 0; i < this.pids.length; i++) {
      // Ctrl-C may have come before the kernel knew whom it ends
      const result: i64 = interruptPending() ? Status.Interrupted : waitFor(this.pids[i], false);
      if (result == Status.Interrupted) return this.end();
      if (result > 0) this.ends.push(ended);
      if (result > 0 && ended.reason == ExitReason.Killed && ended.status == STATUS_INTERRUPTED) return this.end();
      last = result > 0 ? (ended.status as i64) : result;
      if (result > 0 && ended.reason != ExitReason.Exited && !this.quiet) printError(this.names[i] + ": " + howEnded(ended) + ", " + usedText(ended));
    }
    return last;
  }

  /** Reads the pipe to its end. False after Ctrl-C. */
  private drained(): bool {
    let n: i64 = 1;
    while (n > 0) {
      n = interruptPending() ? Status.Interrupted : sys.fd_read(this.reader, chunk(), CHUNK_BYTES as u32);
      const to = capture;
      if (n > 0 && to) to.add(chunk(), n as i32);
    }
    return n != Status.Interrupted;
  }

  /** Ends those that are left, with all they started, and cancels the line. */
  end(): i64 {
    this.endFrom(this.ends.length, STATUS_INTERRUPTED);
    return cancel();
  }

  /** Ends those that were started: another one could not be. */
  abandon(): void {
    clearForeground();
    this.endFrom(this.ends.length, STATUS_KILLED);
  }

  private endFrom(from: i32, status: i32): void {
    for (let i = from; i < this.pids.length; i++) killTree(this.pids[i], status);
    for (let i = from; i < this.pids.length; i++) waitFor(this.pids[i], false);
    this.pids.length = from;
  }
}
