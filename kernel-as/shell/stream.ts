// Commands that read files or standard input from end to end: one chunk a step, so that neither a large file nor a pipe without an end fills
// memory, and Ctrl-C comes through. What a chunk means is the command's; so is all output.
import { Open, Status } from "../abi/numbers";
import * as sys from "../abi/sys";
import { Arguments } from "./arguments";
import { printError } from "./console";
import { CHUNK_BYTES, chunk, fileText, openPath } from "./files";
import { Frame, pushFrame } from "./frames";
import { Json } from "./json";
import { commandLaunch } from "./launch";
import { runLaunch } from "./run";
import { cancel, STATUS_FAILED, session } from "./session";
import { NONE, streams } from "./streams";

/** Stands for standard input among paths. */
export const INPUT: string = "-";

export abstract class StreamFrame extends Frame {
  /** of the answer; null where text is wanted */
  protected json: Json | null = null;
  protected status: i32 = 0;
  /** as typed; INPUT for standard input */
  protected path: string = "";
  protected descriptor: i32 = NONE;
  private paths: string[];
  private index: i32 = 0;
  private begun: bool = false;
  private prepared: bool = false;

  constructor(
    protected given: Arguments,
    paths: string[],
  ) {
    super();
    this.paths = paths.length == 0 ? [INPUT] : paths;
    if (given.json) this.json = new Json();
  }

  /** A file is open. */
  protected begin(): void {}
  /** Work before its first chunk, a step each; true when there is none left. */
  protected prepare(): bool {
    return true;
  }
  /** Bytes of it. False where the rest is not wanted. */
  protected abstract take(from: usize, count: i32): bool;
  /** It is at its end; with JSON, its fields. */
  protected end(): void {}
  /** All files are done; before the answer of JSON is closed. */
  protected finish(): void {}
  /** The status of a file that could not be read. */
  protected get failure(): i32 {
    return STATUS_FAILED;
  }

  get count(): i32 {
    return this.paths.length;
  }
  /** Whether it reads standard input. */
  get readsInput(): bool {
    return this.paths.includes(INPUT);
  }
  /** Name of the file at work in what people read; "" for standard input alone. */
  protected get shown(): string {
    if (this.path != INPUT) return this.path;
    return this.paths.length == 1 ? "" : "(standard input)";
  }

  step(): bool {
    if (!this.begun) {
      this.begun = true;
      const json = this.json;
      if (json) json.object().key("files").list();
    }
    if (streams.failed < 0) return this.stop();
    if (this.descriptor == NONE) return this.index < this.paths.length ? this.open() : this.stop();
    if (!this.prepared) {
      this.prepared = this.prepare();
      return true;
    }
    const n = sys.fd_read(this.descriptor, chunk(), CHUNK_BYTES as u32);
    if (n == Status.Interrupted) {
      this.close();
      cancel();
      return false;
    }
    if (n > 0 && this.take(chunk(), n as i32)) return true;
    this.endFile(n);
    return true;
  }

  private open(): bool {
    this.path = this.paths[this.index++];
    const opened = this.path == INPUT ? (streams.input as i64) : openPath(this.path, Open.Read);
    const json = this.json;
    if (opened < 0) {
      this.tell(this.path, opened);
      if (json) json.object().string("path", this.path).string("error", fileText(opened)).endObject();
      return true;
    }
    this.descriptor = opened as i32;
    this.prepared = false;
    if (json) json.object().string("path", this.path);
    this.begin();
    return true;
  }

  private endFile(n: i64): void {
    this.end();
    const json = this.json;
    if (n < 0) this.tell(this.path, n);
    if (json && n < 0) json.string("error", fileText(n));
    if (json) json.endObject();
    this.close();
  }

  /** Something was wrong with a file: told to people at once, and the status. */
  protected tell(path: string, wrong: i64): void {
    this.status = this.failure;
    if (!this.json) printError(this.given.command.path + ": " + (path == INPUT ? "standard input" : path) + ": " + fileText(wrong));
  }

  private stop(): bool {
    this.close();
    if (streams.failed >= 0) this.finish();
    const json = this.json;
    if (json) json.endList().signed("status", this.status).endObject().end();
    session.status = this.status;
    return false;
  }

  close(): void {
    if (this.descriptor != NONE && this.path != INPUT) sys.close(this.descriptor);
    this.descriptor = NONE;
  }
}

/** Starts a command that reads. Where it would read the console of this shell a second shell does: a process gets whole lines typed. */
export function startStream(frame: StreamFrame, given: Arguments): i32 {
  if (frame.readsInput && streams.input == 0 && session.ownsConsole) return runLaunch(commandLaunch(given.words), given.command.path + ": ", false);
  pushFrame(frame);
  return 0;
}

/** What went wrong with several paths: to people a line each at once, as JSON one answer at the end. */
export class Troubles {
  private paths: string[] = [];
  private texts: string[] = [];
  status: i32 = 0;

  constructor(private given: Arguments) {}

  note(path: string, text: string): void {
    this.status = STATUS_FAILED;
    if (this.given.json) {
      this.paths.push(path);
      this.texts.push(text);
    } else printError(this.given.command.path + ": " + path + ": " + text);
  }
  noteStatus(path: string, wrong: i64): void {
    this.note(path, fileText(wrong));
  }
  /** Ends the command. Its status. */
  finish(): i32 {
    if (!this.given.json) return this.status;
    const json = new Json().object().signed("status", this.status);
    if (this.paths.length > 0) {
      json.key("errors").list();
      for (let i = 0; i < this.paths.length; i++) json.object().string("path", this.paths[i]).string("error", this.texts[i]).endObject();
      json.endList();
    }
    json.endObject().end();
    return this.status;
  }
}
