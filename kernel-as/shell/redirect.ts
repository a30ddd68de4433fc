// Redirections of a command: opens the paths, says where its descriptors lead, and closes what was opened. Runs no command.
import { Open } from "../abi/numbers";
import * as sys from "../abi/sys";
import { flush } from "./console";
import { fileText, openPath } from "./files";
import { Flow, Redirection } from "./script";
import { NONE, streams, streamsChanged } from "./streams";
import { expandStatus, plainWord } from "./words";

/** Where the descriptors 0, 1 and 2 of one command lead. */
export class Ends {
  input: i32 = streams.input;
  output: i32 = streams.output;
  error: i32 = streams.error;
  private opened: i32[] = [];
  private savedInput: i32 = NONE;
  private savedOutput: i32 = NONE;
  private savedError: i32 = NONE;
  private savedFailed: i64 = 0;
  private entered: bool = false;

  /** Takes over a descriptor: it is closed with the others. */
  own(descriptor: i32): i32 {
    this.opened.push(descriptor);
    return descriptor;
  }

  /** Opens what is written behind a command, in order. "" or what is wrong. */
  apply(redirections: Redirection[], status: i32): string {
    for (let i = 0; i < redirections.length; i++) {
      const wrong = this.applyOne(redirections[i], status);
      if (wrong != "") return wrong;
    }
    return "";
  }

  private applyOne(redirection: Redirection, status: i32): string {
    const descriptor = redirection.descriptor;
    if (redirection.flow == Flow.Same) {
      const to = redirection.target == "1" ? this.output : this.error;
      if (descriptor == 1) this.output = to;
      else this.error = to;
      return "";
    }
    const path = plainWord(expandStatus(redirection.target, status));
    let flags: u32 = Open.Read;
    if (redirection.flow == Flow.Write) flags = Open.Write | Open.Create | Open.Truncate;
    else if (redirection.flow == Flow.Append) flags = Open.Write | Open.Create | Open.Append;
    const opened = openPath(path, flags);
    if (opened < 0) return path + ": " + fileText(opened);
    this.own(opened as i32);
    if (descriptor == 0) this.input = opened as i32;
    if (descriptor == 1 || descriptor == 3) this.output = opened as i32;
    if (descriptor == 2 || descriptor == 3) this.error = opened as i32;
    return "";
  }

  /** From here on this shell reads and writes there. */
  enter(): void {
    flush();
    this.savedInput = streams.input;
    this.savedOutput = streams.output;
    this.savedError = streams.error;
    this.savedFailed = streams.failed;
    this.entered = true;
    streams.input = this.input;
    streams.output = this.output;
    streams.error = this.error;
    streams.failed = 0;
    streamsChanged();
  }

  /** Back to where it read and wrote before. What the first failed write said, or 0. */
  leave(): i64 {
    if (!this.entered) return 0;
    flush();
    const failed = streams.failed;
    this.entered = false;
    streams.input = this.savedInput;
    streams.output = this.savedOutput;
    streams.error = this.savedError;
    streams.failed = this.savedFailed;
    streamsChanged();
    return failed;
  }

  /** Closes what was opened. */
  close(): void {
    this.leave();
    for (let i = 0; i < this.opened.length; i++) sys.close(this.opened[i]);
    this.opened.length = 0;
    streamsChanged();
  }
}

/** A pipe; `reader` and `writer` after a good `make`. */
export class Pipe {
  reader: i32 = NONE;
  writer: i32 = NONE;

  /** Ok, or a Status. */
  make(): i64 {
    const both = sys.pipe();
    if (both < 0) return both;
    this.reader = (both & 0xffffffff) as i32;
    this.writer = (both >> 32) as i32;
    return 0;
  }
}
