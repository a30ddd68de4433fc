// The line editor of the interactive console: keys change the line, and the screen follows once per chunk of input.
// One screen row of 80 columns that scrolls sideways. It runs no command; what Tab offers comes from complete.ts.
import { Completion, complete } from "./complete";
import { print, putByte } from "./console";
import { history } from "./history";
import { CTRL_C } from "./input";
import { Line } from "./line";
import { session } from "./session";
import { columnsOf, Feed, Utf8Stream } from "./utf8";

const PROMPT: string = "ganglion> ";
const SCREEN_COLUMNS: i32 = 80;
/** the last column stays free: a character there makes some terminals wrap */
const WINDOW_COLUMNS: i32 = SCREEN_COLUMNS - 1 - 10;
/** longest escape sequence that is waited for */
const ESCAPE_BYTES: i32 = 16;
/** how many names Tab lists */
const LISTED: i32 = 200;

export const enum Typed {
  /** the line goes on */
  More = 0,
  /** Enter */
  Line = 1,
  /** Ctrl-C */
  Cancel = 2,
}

enum Escape {
  None = 0,
  /** after ESC */
  Begun = 1,
  /** after ESC [ */
  Control = 2,
  /** after ESC O */
  Single = 3,
}

export class Editor {
  line: Line = new Line();
  private utf8: Utf8Stream = new Utf8Stream();
  private escape: Escape = Escape.None;
  private escapeBytes: i32 = 0;
  private parameter: i32 = 0;
  private lastParameter: i32 = 0;
  private parameters: i32 = 0;
  private lastWasReturn: bool = false;
  private tabs: i32 = 0;
  /** index in history that is shown; history.length: the line being typed */
  private shown: i32 = 0;
  private typed: string = "";
  /** first column of the window */
  private scroll: i32 = 0;
  /** the screen differs from the line */
  private stale: bool = false;
  /** bytes at the line's end that only have to be written */
  private appended: i32 = 0;

  /** Begins a line: the prompt on a new row. */
  begin(): void {
    this.line.clear();
    this.utf8.reset();
    this.shown = history.length;
    this.typed = "";
    this.scroll = 0;
    this.tabs = 0;
    this.stale = false;
    this.appended = 0;
    print(PROMPT);
  }

  /** One byte typed. The screen follows at `refresh`, or at once when the line ends. */
  feed(byte: u8): Typed {
    const afterReturn = this.lastWasReturn;
    this.lastWasReturn = false;
    if (this.escape != Escape.None && this.feedEscape(byte)) return Typed.More;
    const result = this.utf8.feed(byte);
    if (result == Feed.More) return Typed.More;
    if (result == Feed.Broken) {
      session.shedBytes += 1;
      return Typed.More;
    }
    if (result == Feed.Again) {
      session.shedBytes += this.utf8.held;
      return this.feed(byte);
    }
    if (byte != 9) this.tabs = 0;
    const code = this.utf8.code;
    if (code >= 0x80 && code < 0xa0) session.shedBytes += 2;
    else if (code >= 0x20 && code != 0x7f) this.type(code);
    else if (code == 10 && afterReturn) return Typed.More;
    else return this.control(code as u8);
    return Typed.More;
  }

  private type(code: u32): void {
    const line = this.line;
    const atEnd = line.cursor == line.length;
    const from = line.cursor;
    if (!line.insert(code, this.utf8.held)) return;
    if (atEnd && !this.stale) this.appended += line.cursor - from;
    else this.stale = true;
  }

  private control(code: u8): Typed {
    const line = this.line;
    switch (code) {
      case 13:
        this.lastWasReturn = true;
        return this.enter();
      case 10:
        return this.enter();
      case CTRL_C:
        this.refresh();
        print("^C\n");
        return Typed.Cancel;
      case 1: // Ctrl-A
        this.moveTo(0);
        break;
      case 2: // Ctrl-B
        this.moveTo(line.before(line.cursor));
        break;
      case 5: // Ctrl-E
        this.moveTo(line.length);
        break;
      case 6: // Ctrl-F
        this.moveTo(line.after(line.cursor));
        break;
      case 4: // Ctrl-D
        this.cut(line.cursor, line.after(line.cursor));
        break;
      case 8:
      case 127: // Backspace
        this.cut(line.before(line.cursor), line.cursor);
        break;
      case 11: // Ctrl-K
        this.cut(line.cursor, line.length);
        break;
      case 21: // Ctrl-U
        this.cut(0, line.cursor);
        break;
      case 23: // Ctrl-W
        this.cut(line.wordBefore(), line.cursor);
        break;
      case 12: // Ctrl-L
        print("\x1b[H\x1b[2J");
        this.stale = true;
        break;
      case 14: // Ctrl-N
        this.recall(1);
        break;
      case 16: // Ctrl-P
        this.recall(-1);
        break;
      case 9:
        this.tab();
        break;
      case 27:
        this.escape = Escape.Begun;
        this.escapeBytes = 0;
        this.parameter = 0;
        this.lastParameter = 0;
        this.parameters = 1;
        break;
      default:
        session.shedBytes += 1;
    }
    return Typed.More;
  }

  private enter(): Typed {
    this.refresh();
    putByte(10);
    return Typed.Line;
  }

  /** A byte of an escape sequence. False where the sequence is broken and the byte is to be read as a key. */
  private feedEscape(byte: u8): bool {
    if (byte == 27 || byte < 0x20 || byte >= 0x7f || ++this.escapeBytes > ESCAPE_BYTES) {
      session.shedBytes += 1;
      this.escape = Escape.None;
      return false;
    }
    if (this.escape == Escape.Begun) {
      if (byte == 91) this.escape = Escape.Control;
      else if (byte == 79) this.escape = Escape.Single;
      else {
        this.escape = Escape.None;
        if (byte == 98) this.moveTo(this.line.wordBefore());
        else if (byte == 102) this.moveTo(this.line.wordAfter());
        else if (byte == 100) this.cut(this.line.cursor, this.line.wordAfter());
      }
      return true;
    }
    if (this.escape == Escape.Control && byte < 0x40) {
      if (byte >= 48 && byte < 58) this.lastParameter = min(this.lastParameter * 10 + (byte - 48), 999);
      else if (byte == 59) {
        this.parameters++;
        this.lastParameter = 0;
      }
      if (this.parameters == 1) this.parameter = this.lastParameter;
      return true;
    }
    this.escape = Escape.None;
    this.key(byte);
    return true;
  }

  /** The final byte of ESC [ … or ESC O. */
  private key(final: u8): void {
    const line = this.line;
    // ESC [ 1 ; 5 C: with Ctrl; 3: with Alt
    const word = this.parameters > 1 && (this.lastParameter == 5 || this.lastParameter == 3);
    switch (final) {
      case 65: // up
        this.recall(-1);
        break;
      case 66: // down
        this.recall(1);
        break;
      case 67: // right
        this.moveTo(word ? line.wordAfter() : line.after(line.cursor));
        break;
      case 68: // left
        this.moveTo(word ? line.wordBefore() : line.before(line.cursor));
        break;
      case 72: // Home
        this.moveTo(0);
        break;
      case 70: // End
        this.moveTo(line.length);
        break;
      case 126:
        if (this.parameter == 1 || this.parameter == 7) this.moveTo(0);
        else if (this.parameter == 4 || this.parameter == 8) this.moveTo(line.length);
        else if (this.parameter == 3) this.cut(line.cursor, line.after(line.cursor));
        break;
    }
  }

  private moveTo(at: i32): void {
    if (at == this.line.cursor) return;
    this.line.cursor = at;
    this.stale = true;
  }

  private cut(from: i32, to: i32): void {
    if (from == to) return;
    this.line.remove(from, to);
    this.stale = true;
  }

  /** Shows the history line `step` away. */
  private recall(step: i32): void {
    const wanted = this.shown + step;
    if (wanted < 0 || wanted > history.length) return;
    if (this.shown == history.length) this.typed = this.line.text();
    this.shown = wanted;
    this.line.set(wanted == history.length ? this.typed : history[wanted]);
    this.stale = true;
  }

  private tab(): void {
    this.refresh();
    const found: Completion = complete(this.line.textToCursor());
    if (found.names.length == 0) return;
    if (found.extension != "") {
      this.line.insertText(found.extension);
      this.stale = true;
      this.tabs = 0;
    } else if (++this.tabs >= 2) {
      this.tabs = 0;
      listNames(found.names);
      this.stale = true;
    }
  }

  /** Draws prompt and line again: something else was written over them. */
  redraw(): void {
    this.stale = true;
    this.refresh();
  }

  /** Brings the screen up to date. */
  refresh(): void {
    const line = this.line;
    if (!this.stale) {
      if (this.appended == 0) return;
      if (this.scroll == 0 && line.columnsTo(line.length) < WINDOW_COLUMNS) {
        for (let i = line.length - this.appended; i < line.length; i++) putByte(line.bytes[i]);
        this.appended = 0;
        return;
      }
    }
    this.stale = false;
    this.appended = 0;
    this.draw();
  }

  private draw(): void {
    const line = this.line;
    const cursor = line.columnsTo(line.cursor);
    if (cursor < this.scroll) this.scroll = max(0, cursor - WINDOW_COLUMNS / 2);
    if (cursor > this.scroll + WINDOW_COLUMNS - 1) this.scroll = cursor - WINDOW_COLUMNS / 2;
    if (line.columnsTo(line.length) < WINDOW_COLUMNS) this.scroll = 0;
    print("\r" + PROMPT);
    let column = 0;
    const end = this.scroll + WINDOW_COLUMNS;
    for (let at = 0; at < line.length; ) {
      const next = line.after(at);
      const width = columnsOf(line.codeAt(at));
      if (column >= this.scroll && column + width <= end) {
        // a mark that takes no column must not cling to the prompt
        if (width > 0 || column > this.scroll) for (let i = at; i < next; i++) putByte(line.bytes[i]);
      } else if (column < this.scroll && column + width > this.scroll) putByte(32);
      column += width;
      if (column >= end) break;
      at = next;
    }
    print("\x1b[K\r\x1b[" + (PROMPT.length + cursor - this.scroll).toString() + "C");
  }
}

/** Names in columns, on rows of their own. */
function listNames(names: string[]): void {
  let width = 0;
  const count = min(names.length, LISTED);
  for (let i = 0; i < count; i++) width = max(width, names[i].length + 2);
  const perRow = max(1, (SCREEN_COLUMNS - 1) / width);
  for (let i = 0; i < count; i++) {
    if (i % perRow == 0) print("\n");
    print(i % perRow == perRow - 1 || i == count - 1 ? names[i] : names[i].padEnd(width));
  }
  if (count < names.length) print("\n… and " + (names.length - count).toString() + " more");
  print("\n");
}
