// Family "files": grep, lines that match a pattern. The patterns are in pattern.ts. A line of any length is matched; what is printed of it
// is bounded.
import { copy, getU8 } from "../../lib/bytes";
import { Arguments } from "../arguments";
import { print, printLine, putBytes } from "../console";
import { Pattern } from "../pattern";
import { complain } from "../report";
import { STATUS_FAILED, STATUS_USAGE } from "../session";
import { StreamFrame, startStream } from "../stream";
import { Command, Effect, flag, operand, register, Type } from "../table";

const NEWLINE: u32 = 10;
/** bytes of a line that are printed */
const KEPT_BYTES: i32 = 65536;

export function registerGrep(): void {
  register(
    new Command("grep", "files", Effect.Observe, "lines that match a pattern; status 0 found, 1 not, 2 wrong", grep)
      .takes(operand("PATTERN", Type.Text, "characters, . [abc] [^a-z] \\x, each with * + or ?, ^ at the start, $ at the end; . is one byte"))
      .takes(operand("FILE", Type.Path, "files; standard input without one, or for -").optional("").many())
      .offers(flag("-F", "the pattern is plain text"))
      .offers(flag("-i", "capital or small letters of ASCII: the same"))
      .offers(flag("-v", "lines that do not match"))
      .offers(flag("-n", "with their numbers"))
      .offers(flag("-c", "how many, not which"))
      .offers(flag("-l", "names of files with such a line"))
      .offers(flag("-q", "nothing but the status")),
  );
}

class GrepFrame extends StreamFrame {
  private inverted: bool;
  private counts: bool;
  private names: bool;
  private quiet: bool;
  private numbers: bool;
  private line: StaticArray<u8> = new StaticArray<u8>(KEPT_BYTES);
  private kept: i32 = 0;
  private length: u64 = 0;
  private number: u64 = 0;
  private matched: u64 = 0;
  private any: bool = false;

  constructor(
    given: Arguments,
    private pattern: Pattern,
  ) {
    super(given, given.rest);
    this.inverted = given.has("-v");
    this.counts = given.has("-c");
    this.names = given.has("-l");
    this.quiet = given.has("-q");
    this.numbers = given.has("-n");
  }

  protected get failure(): i32 {
    return STATUS_USAGE;
  }
  protected begin(): void {
    this.number = 0;
    this.matched = 0;
    this.beginLine();
    const json = this.json;
    if (json) json.key("lines").list();
  }

  private beginLine(): void {
    this.kept = 0;
    this.length = 0;
    this.pattern.begin();
  }

  protected take(from: usize, count: i32): bool {
    let at = 0;
    while (at < count) {
      let end = at;
      while (end < count && getU8(from + end) != NEWLINE) end++;
      this.addPiece(from + at, end - at);
      if (end == count) return true;
      if (!this.endLine()) return false;
      this.beginLine();
      at = end + 1;
    }
    return true;
  }

  private addPiece(from: usize, count: i32): void {
    this.pattern.add(from, count);
    const fits = min(count, KEPT_BYTES - this.kept);
    copy(changetype<usize>(this.line) + this.kept, from, fits);
    this.kept += fits;
    this.length += count;
  }

  /** False where nothing more of the file is wanted. */
  private endLine(): bool {
    this.number++;
    if (this.pattern.matches() == this.inverted) return true;
    this.matched++;
    this.any = true;
    if (this.quiet || this.names) return false;
    if (this.counts) return true;
    const start = changetype<usize>(this.line);
    const json = this.json;
    if (json) {
      json.object().pair("line", this.number).bytes("text", start, this.kept).endObject();
      return true;
    }
    if (this.count > 1) print(this.shown + ":");
    if (this.numbers) print(this.number.toString() + ":");
    putBytes(start, this.kept);
    const more = this.length - (this.kept as u64);
    printLine(more > 0 ? "… " + more.toString() + " bytes more" : "");
    return true;
  }

  protected end(): void {
    // a last line without a newline
    if (this.length > 0) this.endLine();
    this.length = 0;
    const json = this.json;
    if (json) json.endList().pair("count", this.matched);
    else if (this.names && this.matched > 0) printLine(this.shown == "" ? "(standard input)" : this.shown);
    else if (this.counts && !this.quiet && !this.names) printLine((this.count > 1 ? this.shown + ":" : "") + this.matched.toString());
  }
  protected finish(): void {
    if (this.status == 0 && !this.any) this.status = STATUS_FAILED;
    if (this.quiet && this.any) this.status = 0;
  }
}

function grep(given: Arguments): i32 {
  const pattern = new Pattern(given.text("PATTERN"), given.has("-F"), given.has("-i"));
  if (pattern.error != "") return complain(given.json, "grep: " + pattern.error, STATUS_USAGE);
  return startStream(new GrepFrame(given, pattern), given);
}
