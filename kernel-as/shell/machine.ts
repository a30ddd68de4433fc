// Machine mode: `ID COMMAND LINE` in, marks around the output out. No echo, no prompt.
//   RS ready RS      once, when the shell is up
//   RS b;ID RS  output  RS e;ID;STATUS;FAILURES RS
import { printMark } from "./console";
import { CTRL_C } from "./input";
import { Line } from "./line";
import { session } from "./session";
import { Feed, Utf8Stream } from "./utf8";

/** Longest ID. */
export const ID_BYTES: i32 = 32;

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
