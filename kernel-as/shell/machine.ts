// Machine mode: `ID COMMAND LINE` in, marks around the output out. No echo, no prompt.
//   RS ready RS      once, when the shell is up
//   RS b;ID RS  output  RS e;ID;STATUS;FAILURES RS
import { printMark } from "./console";
import { CTRL_C } from "./input";
import { Line } from "./line";
import { session } from "./session";
import { parseInteger } from "./units";
import { Feed, Utf8Stream } from "./utf8";

/** Longest ID. */
const ID_BYTES: i32 = 32;

export class MachineReader {
  line: Line = new Line();
  id: string = "";
  private inId: bool = true;
  private utf8: Utf8Stream = new Utf8Stream();

  begin(): void {
    this.line.clear();
    this.utf8.reset();
    this.id = "";
    this.inId = true;
  }

  /** Begins a line whose ID is known. */
  beginWith(id: string): void {
    this.begin();
    this.id = id;
    this.inId = false;
  }

  /** One byte. True at the end of a line that has an ID. */
  feed(byte: u8): bool {
    const result = this.utf8.feed(byte);
    if (result == Feed.More) return false;
    if (result == Feed.Broken) {
      session.shedBytes += 1;
      return false;
    }
    if (result == Feed.Again) {
      session.shedBytes += this.utf8.held;
      return this.feed(byte);
    }
    const code = this.utf8.code;
    if (code == 10) {
      if (this.id != "") return true;
      this.begin();
    } else if (code == CTRL_C) this.begin();
    else if (this.inId) this.feedId(code);
    else if (code >= 0x20 && code != 0x7f && (code < 0x80 || code >= 0xa0)) this.line.insert(code, this.utf8.held);
    else if (code == 9) this.line.insert(32, 1);
    else if (code != 13) session.shedBytes += this.utf8.held;
    return false;
  }

  private feedId(code: u32): void {
    if (code == 0x20 || code == 9) {
      if (this.id != "") this.inId = false;
      return;
    }
    const good = code > 0x20 && code < 0x7f && code != 59;
    if (good && this.id.length < ID_BYTES) this.id += String.fromCharCode(code);
    else if (code != 13) session.shedBytes += this.utf8.held;
  }

  printBegin(): void {
    printMark("b;" + this.id);
  }
  /** STATUS of the line's last command (0 where none ran) and how many failed. */
  printEnd(): void {
    const status = session.ran > 0 ? session.status : 0;
    printMark("e;" + this.id + ";" + status.toString() + ";" + session.failures.toString());
  }
}

/**
 * Lines from the kernel command line, run as s1, s2, … before the shell is ready: `script=`, percent-encoded, lines parted by %0A.
 * With them nothing depends on when a byte arrives, so that a run on the virtual clock repeats to the byte.
 */
export class BootScript {
  private at: i32 = 0;
  private lines: i32 = 0;

  constructor(private text: string) {}

  get more(): bool {
    return this.at < this.text.length;
  }
  /** Feeds the next line to `reader`. */
  next(reader: MachineReader): void {
    this.lines++;
    reader.beginWith("s" + this.lines.toString());
    while (this.more) if (reader.feed(this.byte())) return;
    reader.feed(10);
  }

  private byte(): u8 {
    const code = this.text.charCodeAt(this.at++);
    if (code != 37) return code < 0x80 ? (code as u8) : 0x3f;
    const value = parseInteger("0x" + this.text.substr(this.at, 2));
    if (value < 0 || this.at + 2 > this.text.length) return 37;
    this.at += 2;
    return value as u8;
  }
}
