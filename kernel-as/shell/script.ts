// A command line becomes lists of pipelines. Pure: knows the syntax, not the commands.
//   line = list { (";" | "&") list }      list = pipeline { ("&&" | "||") pipeline }      pipeline = command { "|" command }
//   command = (word | redirection) { word | redirection }
//   redirection = [1 | 2] (">" | ">>") word | "<" word | "&>" word | (1 | 2) ">&" (1 | 2)
// Words: '…' literal; "…" with \" \\ \$ and $?; \x literal; # at a word's start begins a comment; $? * ? as words.ts says.
import { QUESTION_MARK, STAR_MARK, STATUS_MARK } from "./words";

export const enum Join {
  /** the first of its list */
  First = 0,
  /** after &&: runs when the one before succeeded */
  And = 1,
  /** after ||: runs when the one before failed */
  Or = 2,
}

export const enum Flow {
  /** `<` */
  Read = 0,
  /** `>` */
  Write = 1,
  /** `>>` */
  Append = 2,
  /** `2>&1`: the target is the number of a descriptor */
  Same = 3,
}

/** Which descriptor of a command goes where. */
export class Redirection {
  constructor(
    /** 0, 1 or 2; 3 for both 1 and 2 */
    public descriptor: i32,
    public flow: Flow,
    public target: string,
  ) {}
}

/** One command with its redirections. */
export class Simple {
  words: string[] = [];
  redirections: Redirection[] = [];
}

export class Pipeline {
  commands: Simple[] = [];
  join: Join = Join.First;
}

export class List {
  pipelines: Pipeline[] = [];
  background: bool = false;
  /** its text in the line, for the background */
  text: string = "";
}

export class Script {
  lists: List[] = [];
  /** what is wrong with the line; "" nothing */
  error: string = "";
}

const SPACE: i32 = 32;
const AMPERSAND: i32 = 38;
const LESS: i32 = 60;
const GREATER: i32 = 62;
const BAR: i32 = 124;

class Parser {
  private at: i32 = 0;
  private script: Script = new Script();
  private list: List = new List();
  private pipeline: Pipeline = new Pipeline();
  private command: Simple = new Simple();
  /** the sign that asks for a command: "|", "&&" or "||"; "" none */
  private awaited: string = "";
  private join: Join = Join.First;
  private listStart: i32 = 0;

  constructor(private line: string) {}

  parse(): Script {
    while (this.at < this.line.length && this.script.error == "") this.token();
    if (this.script.error == "") {
      if (this.hasCommand) this.endPipeline("");
      else if (this.awaited != "") this.fail("syntax error: nothing after " + this.awaited);
      if (this.list.pipelines.length > 0) this.endList(false, this.line.length);
    }
    return this.script;
  }

  private fail(why: string): void {
    if (this.script.error == "") this.script.error = why;
  }
  private codeAt(index: i32): i32 {
    return index < this.line.length ? this.line.charCodeAt(index) : 0;
  }
  private get hasCommand(): bool {
    return this.command.words.length > 0 || this.command.redirections.length > 0;
  }

  private token(): void {
    const code = this.codeAt(this.at);
    if (code <= SPACE) {
      this.at++;
      return;
    }
    const next = this.codeAt(this.at + 1);
    switch (code) {
      case 35: // '#'
        this.line = this.line.substring(0, this.at);
        return;
      case 59: // ';'
        this.endPart(";", false);
        return;
      case AMPERSAND:
        if (next == AMPERSAND) this.joinWith(Join.And, "&&");
        else if (next == GREATER) this.redirectBoth();
        else this.endPart("&", true);
        return;
      case BAR:
        if (next == BAR) this.joinWith(Join.Or, "||");
        else if (next == AMPERSAND) this.fail("syntax error near |&: write 2>&1 | instead");
        else {
          this.endCommand("|");
          this.awaited = "|";
          this.at++;
        }
        return;
      case LESS:
        if (next == LESS) this.fail("syntax error: << is not offered: write the text to a file and use <");
        else if (next == GREATER) this.fail("syntax error near <>");
        else {
          this.at++;
          this.redirect(0, Flow.Read, "<");
        }
        return;
      case GREATER:
        this.redirectOut(1, ">");
        return;
      case 48: // '0', '1', '2' right before < or > name a descriptor
      case 49:
      case 50:
        if (next == GREATER && code != 48) {
          this.at++;
          this.redirectOut(code - 48, String.fromCharCode(code) + ">");
          return;
        }
        if (next == LESS && code == 48) {
          this.at += 2;
          this.redirect(0, Flow.Read, "0<");
          return;
        }
    }
    const word = this.word();
    if (this.script.error == "") this.command.words.push(word);
  }

  /** `>`, `>>`, `>&N` of a descriptor, from the sign on. */
  private redirectOut(descriptor: i32, sign: string): void {
    this.at++;
    const code = this.codeAt(this.at);
    if (code == GREATER) {
      this.at++;
      this.redirect(descriptor, Flow.Append, sign + ">");
      return;
    }
    if (code == AMPERSAND) {
      this.at++;
      const target = this.codeAt(this.at);
      if (target != 49 && target != 50) {
        this.fail("syntax error: after " + sign + "& stands 1 or 2");
        return;
      }
      this.at++;
      const after = this.codeAt(this.at);
      if (after > SPACE && !this.endsWord(after)) this.fail("syntax error: after " + sign + "& stands 1 or 2");
      this.command.redirections.push(new Redirection(descriptor, Flow.Same, String.fromCharCode(target)));
      return;
    }
    if (code == BAR) this.fail("syntax error near " + sign + "|");
    else this.redirect(descriptor, Flow.Write, sign);
  }

  /** `&>` and `&>>`. */
  private redirectBoth(): void {
    this.at += 2;
    const more = this.codeAt(this.at) == GREATER;
    if (more) this.at++;
    this.redirect(3, more ? Flow.Append : Flow.Write, more ? "&>>" : "&>");
  }

  /** Reads the path after a sign. */
  private redirect(descriptor: i32, flow: Flow, sign: string): void {
    while (this.at < this.line.length && this.codeAt(this.at) <= SPACE) this.at++;
    const code = this.codeAt(this.at);
    if (this.at >= this.line.length || code == 35 || this.endsWord(code)) {
      this.fail("syntax error: no path after " + sign);
      return;
    }
    const target = this.word();
    if (this.script.error == "" && target == "") this.fail("syntax error: no path after " + sign);
    if (this.script.error == "") this.command.redirections.push(new Redirection(descriptor, flow, target));
  }

  private joinWith(join: Join, sign: string): void {
    this.endPipeline(sign);
    this.at += 2;
    this.join = join;
    this.awaited = sign;
  }

  private endPart(sign: string, background: bool): void {
    this.endPipeline(sign);
    this.endList(background, this.at);
    this.at++;
    this.listStart = this.at;
  }

  /** A command ends at `sign`. */
  private endCommand(sign: string): void {
    if (!this.hasCommand) {
      this.fail("syntax error near " + (sign == "" ? "the end" : sign));
      return;
    }
    if (this.command.words.length == 0) {
      this.fail("syntax error: a redirection needs a command");
      return;
    }
    this.pipeline.commands.push(this.command);
    this.command = new Simple();
    this.awaited = "";
  }

  private endPipeline(sign: string): void {
    this.endCommand(sign);
    this.pipeline.join = this.join;
    this.list.pipelines.push(this.pipeline);
    this.pipeline = new Pipeline();
    this.join = Join.First;
  }

  private endList(background: bool, end: i32): void {
    this.list.background = background;
    this.list.text = this.line.substring(this.listStart, end).trim();
    this.script.lists.push(this.list);
    this.list = new List();
  }

  private endsWord(code: i32): bool {
    return code <= SPACE || code == 59 || code == AMPERSAND || code == BAR || code == LESS || code == GREATER;
  }

  /** Reads one word from `at` on. */
  private word(): string {
    let text = "";
    const line = this.line;
    while (this.at < line.length) {
      const code = line.charCodeAt(this.at);
      if (this.endsWord(code)) break;
      this.at++;
      if (code == 39) {
        const end = line.indexOf("'", this.at);
        if (end < 0) {
          this.fail("syntax error: missing closing '");
          return "";
        }
        text += line.substring(this.at, end);
        this.at = end + 1;
      } else if (code == 34) {
        const part = this.quoted();
        if (this.script.error != "") return "";
        text += part;
      } else if (code == 92) {
        if (this.at >= line.length) {
          this.fail("syntax error: nothing after \\");
          return "";
        }
        text += line.charAt(this.at++);
      } else if (this.isStatus(code)) {
        text += STATUS_MARK;
        this.at++;
      } else if (code == 42) text += STAR_MARK;
      else if (code == 63) text += QUESTION_MARK;
      else text += String.fromCharCode(code);
    }
    return text;
  }

  private isStatus(code: i32): bool {
    return code == 36 && this.codeAt(this.at) == 63;
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

/** A line as `cleanLine` leaves it. */
export function parseScript(line: string): Script {
  return new Parser(line).parse();
}
