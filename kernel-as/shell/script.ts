// A command line becomes lists of simple commands. Pure: knows the syntax, not the commands.
//   line = list { (";" | "&") list }      list = command { ("&&" | "||") command }      command = word { word }
// Words: '…' literal; "…" with \" \\ \$ and $?; \x literal; # at a word's start begins a comment; $? is the last status.

/** Stands in a word for `$?`; no control byte ever comes from a line. */
const STATUS_MARK: string = "\u0001";

export const enum Join {
  /** the first of its list */
  First = 0,
  /** after &&: runs when the one before succeeded */
  And = 1,
  /** after ||: runs when the one before failed */
  Or = 2,
}

class Simple {
  constructor(
    public words: string[],
    public join: Join,
  ) {}
}

export class List {
  commands: Simple[] = [];
  background: bool = false;
  /** its text in the line, for the background */
  text: string = "";
}

export class Script {
  lists: List[] = [];
  /** what is wrong with the line; "" nothing */
  error: string = "";
}

const SPACE = 32;

class Parser {
  private at: i32 = 0;
  private script: Script = new Script();
  private list: List = new List();
  private words: string[] = [];
  private join: Join = Join.First;
  private listStart: i32 = 0;

  constructor(private line: string) {}

  parse(): Script {
    while (this.at < this.line.length && this.script.error == "") this.token();
    if (this.script.error == "") {
      if (this.words.length > 0) this.endCommand("");
      else if (this.join != Join.First) this.fail("syntax error: nothing after " + (this.join == Join.And ? "&&" : "||"));
      if (this.list.commands.length > 0) this.endList(false, this.line.length);
    }
    return this.script;
  }

  private fail(why: string): void {
    if (this.script.error == "") this.script.error = why;
  }

  private token(): void {
    const code = this.line.charCodeAt(this.at);
    if (code <= SPACE) {
      this.at++;
      return;
    }
    const next = this.at + 1 < this.line.length ? this.line.charCodeAt(this.at + 1) : 0;
    switch (code) {
      case 35: // '#'
        this.line = this.line.substring(0, this.at);
        return;
      case 59: // ';'
        this.endCommand(";");
        this.endList(false, this.at);
        this.at++;
        this.listStart = this.at;
        return;
      case 38: // '&'
        if (next == 38) this.joinWith(Join.And, "&&");
        else {
          this.endCommand("&");
          this.endList(true, this.at);
          this.at++;
          this.listStart = this.at;
        }
        return;
      case 124: // '|'
        if (next == 124) this.joinWith(Join.Or, "||");
        else this.fail("syntax error: | is not offered: there are no pipes");
        return;
      case 60:
      case 62: // '<' '>'
        this.fail("syntax error: " + String.fromCharCode(code) + " is not offered: there is no redirection");
        return;
    }
    this.word();
  }

  private joinWith(join: Join, sign: string): void {
    this.endCommand(sign);
    this.at += 2;
    this.join = join;
  }

  /** A command ends at `sign`. */
  private endCommand(sign: string): void {
    if (this.words.length == 0) {
      this.fail("syntax error near " + sign);
      return;
    }
    this.list.commands.push(new Simple(this.words, this.join));
    this.words = [];
    this.join = Join.First;
  }

  private endList(background: bool, end: i32): void {
    this.list.background = background;
    this.list.text = this.line.substring(this.listStart, end).trim();
    this.script.lists.push(this.list);
    this.list = new List();
  }

  /** Reads one word from `at` on. */
  private word(): void {
    let text = "";
    const line = this.line;
    while (this.at < line.length) {
      const code = line.charCodeAt(this.at);
      if (code <= SPACE || code == 59 || code == 38 || code == 124 || code == 60 || code == 62) break;
      this.at++;
      if (code == 39) {
        const end = line.indexOf("'", this.at);
        if (end < 0) {
          this.fail("syntax error: missing closing '");
          return;
        }
        text += line.substring(this.at, end);
        this.at = end + 1;
      } else if (code == 34) {
        const part = this.quoted();
        if (this.script.error != "") return;
        text += part;
      } else if (code == 92) {
        if (this.at >= line.length) {
          this.fail("syntax error: nothing after \\");
          return;
        }
        text += line.charAt(this.at++);
      } else if (this.isStatus(code)) {
        text += STATUS_MARK;
        this.at++;
      } else text += String.fromCharCode(code);
    }
    this.words.push(text);
  }

  private isStatus(code: i32): bool {
    return code == 36 && this.at < this.line.length && this.line.charCodeAt(this.at) == 63;
  }

  /** The rest of a "…", after the opening sign. */
  private quoted(): string {
    let text = "";
    while (this.at < this.line.length) {
      const code = this.line.charCodeAt(this.at++);
      if (code == 34) return text;
      if (code == 92 && this.at < this.line.length) {
        const next = this.line.charCodeAt(this.at);
        if (next == 34 || next == 92 || next == 36) {
          text += String.fromCharCode(next);
          this.at++;
          continue;
        }
      }
      if (this.isStatus(code)) {
        text += STATUS_MARK;
        this.at++;
      } else text += String.fromCharCode(code);
    }
    this.fail('syntax error: missing closing "');
    return "";
  }
}

/** The line without control characters: what `parseScript` takes. */
export function cleanLine(line: string): string {
  let out = "";
  let from = 0;
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code >= SPACE && code != 127) continue;
    out += line.substring(from, i) + (code == 9 ? " " : "");
    from = i + 1;
  }
  return out + line.substring(from);
}

export function parseScript(line: string): Script {
  return new Parser(line).parse();
}

/** Words with `$?` filled in. */
export function expandWords(words: string[], status: i32): string[] {
  const out: string[] = [];
  for (let i = 0; i < words.length; i++) out.push(words[i].replaceAll(STATUS_MARK, status.toString()));
  return out;
}

/** A word as it must be typed to come back the same. */
export function quoteWord(word: string): string {
  let plain = word.length > 0;
  for (let i = 0; i < word.length && plain; i++) {
    const code = word.charCodeAt(i);
    plain = code > SPACE && "'\"\\;&|<>$".indexOf(String.fromCharCode(code)) < 0 && !(code == 35 && i == 0);
  }
  return plain ? word : "'" + word.replaceAll("'", "'\\''") + "'";
}
