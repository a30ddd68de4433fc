// Family "files": cat, head, tail, tee, wc: whole files or standard input, as lines or bytes.
import { FileType, Open, Whence } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { copy, getU8 } from "../../lib/bytes";
import { Arguments } from "../arguments";
import { printError, printLine, putBytes } from "../console";
import { CHUNK_BYTES, chunk, openPath, statDescriptor } from "../files";
import { StreamFrame, startStream } from "../stream";
import { streams } from "../streams";
import { Command, Effect, flag, operand, option, register, Type } from "../table";
import { parseInteger } from "../units";

const NEWLINE: u32 = 10;
const DEFAULT_LINES: i64 = 10;
const MOST: i64 = (1 as i64) << 40;
/** what tail keeps of a pipe */
const HELD_BYTES: u64 = 4 << 20;

export function registerText(): void {
  const files = "files; standard input without one, or for -";
  register(
    new Command("cat", "files", Effect.Observe, "print files one after the other", (given: Arguments): i32 => startStream(new CatFrame(given, given.rest), given)).takes(
      operand("FILE", Type.Path, files).optional("").many(),
    ),
  );
  register(
    new Command("head", "files", Effect.Observe, "the first lines of files", head)
      .takes(
        operand("FILE", Type.Path, files + "; -5 for -n 5")
          .optional("")
          .many(),
      )
      .offers(option("-n", Type.Integer, "N", "lines").within(0, MOST).optional(DEFAULT_LINES.toString()))
      .offers(option("-c", Type.Size, "N", "bytes instead of lines").within(0, MOST)),
  );
  register(
    new Command("tail", "files", Effect.Observe, "the last lines of files", tail)
      .takes(
        operand("FILE", Type.Path, files + "; -5 for -n 5")
          .optional("")
          .many(),
      )
      .offers(option("-n", Type.Integer, "N", "lines").within(0, MOST).optional(DEFAULT_LINES.toString()))
      .offers(option("-c", Type.Size, "N", "bytes instead of lines").within(0, MOST)),
  );
  register(
    new Command("tee", "files", Effect.Destroy, "copy standard input to standard output and to files", tee)
      .takes(operand("FILE", Type.Path, "files to write").optional("").many())
      .offers(flag("-a", "add to them"))
      .byHand(),
  );
  register(
    new Command("wc", "files", Effect.Observe, "count lines, words and bytes", (given: Arguments): i32 => startStream(new CountFrame(given, given.rest), given))
      .takes(operand("FILE", Type.Path, files).optional("").many())
      .offers(flag("-l", "lines"))
      .offers(flag("-w", "words"))
      .offers(flag("-c", "bytes")),
  );
}

/** Files as they are; in JSON, as text. */
class CatFrame extends StreamFrame {
  /** what it reads is the file that it writes: it would never come to the end */
  private feedsItself: bool = false;

  protected prepare(): bool {
    const from = statDescriptor(this.descriptor);
    const to = statDescriptor(streams.output);
    this.feedsItself = from && to ? from.type == FileType.Regular && to.isSame(from) : false;
    return true;
  }
  protected begin(): void {
    const json = this.json;
    if (json) json.key("text").openText();
  }
  protected take(from: usize, count: i32): bool {
    const json = this.json;
    if (this.feedsItself) {
      this.status = this.failure;
      if (!json) printError("cat: " + (this.shown == "" ? "standard input" : this.shown) + ": is the file that is written to");
      return false;
    }
    if (json) json.addBytes(from, count);
    else putBytes(from, count);
    return true;
  }
  protected end(): void {
    const json = this.json;
    if (json) json.closeText();
  }
}

/** -n or -c, or a number written as -5 among the files, which it takes out. */
class Amount {
  bytes: bool;
  count: i64;

  constructor(given: Arguments) {
    this.bytes = given.has("-c");
    this.count = this.bytes ? given.number("-c", 0) : given.number("-n", DEFAULT_LINES);
    if (!this.bytes && !given.has("-n") && given.rest.length > 0) this.takeShort(given);
  }

  private takeShort(given: Arguments): void {
    const first = given.rest[0];
    if (first.length < 2 || !first.startsWith("-")) return;
    const typed = parseInteger(first.substring(1));
    if (typed < 0) return;
    this.count = typed;
    given.rest.shift();
  }
}

/** Says which file comes, where there are several. */
abstract class PartFrame extends CatFrame {
  private shownBefore: bool = false;

  constructor(
    given: Arguments,
    paths: string[],
    protected amount: Amount,
  ) {
    super(given, paths);
  }

  protected begin(): void {
    super.begin();
    if (this.json || this.count < 2) return;
    if (this.shownBefore) printLine("");
    printLine("==> " + this.shown + " <==");
    this.shownBefore = true;
  }
}

class HeadFrame extends PartFrame {
  private left: i64 = 0;

  protected begin(): void {
    super.begin();
    this.left = this.amount.count;
  }
  protected prepare(): bool {
    return true;
  }
  protected take(from: usize, count: i32): bool {
    let end = 0;
    if (this.amount.bytes) {
      end = min(count as i64, this.left) as i32;
      this.left -= end;
    } else {
      while (end < count && this.left > 0) {
        if (getU8(from + end) == NEWLINE) this.left--;
        end++;
      }
    }
    if (end > 0) super.take(from, end);
    return this.left > 0;
  }
}

function head(given: Arguments): i32 {
  const amount = new Amount(given);
  return startStream(new HeadFrame(given, given.rest, amount), given);
}

/** The end of a file is looked for from behind, where it has a position; of a pipe all is read and the last is kept. */
class TailFrame extends PartFrame {
  private seekable: bool = false;
  private size: u64 = 0;
  /** what is still to be looked through lies before */
  private before: u64 = 0;
  private found: i64 = 0;
  private held: StaticArray<u8>[] = [];
  /** newlines in each piece */
  private heldLines: i32[] = [];
  private heldBytes: u64 = 0;

  protected begin(): void {
    super.begin();
    const size = sys.seek(this.descriptor, 0, Whence.End);
    this.seekable = size >= 0;
    this.size = size > 0 ? (size as u64) : 0;
    this.before = this.size;
    this.found = 0;
    this.held = [];
    this.heldLines = [];
    this.heldBytes = 0;
  }

  protected prepare(): bool {
    if (!this.seekable) return true;
    const amount = this.amount;
    if (amount.bytes) {
      this.startAt(this.before > (amount.count as u64) ? this.before - amount.count : 0);
      return true;
    }
    if (this.before == 0 || amount.count == 0) {
      if (amount.count > 0) this.startAt(0);
      return true;
    }
    const size = min(this.before, CHUNK_BYTES as u64);
    const start = this.before - size;
    const n = sys.fd_read_at(this.descriptor, chunk(), size as u32, start);
    if (n < (size as i64)) {
      this.startAt(0);
      return true;
    }
    for (let i = (size as i32) - 1; i >= 0; i--) {
      if (getU8(chunk() + i) != NEWLINE) continue;
      // the newline that ends the last line ends nothing before it
      if (this.found == 0 && start + i + 1 == this.size) {
        this.found = 1;
        continue;
      }
      if (this.found == 0) this.found = 1;
      if (this.found == amount.count) {
        this.startAt(start + i + 1);
        return true;
      }
      this.found++;
    }
    this.before = start;
    return false;
  }

  private startAt(position: u64): void {
    sys.seek(this.descriptor, position as i64, Whence.Set);
  }

  protected take(from: usize, count: i32): bool {
    if (this.seekable) return super.take(from, count);
    const piece = new StaticArray<u8>(count);
    copy(changetype<usize>(piece), from, count);
    let lines = 0;
    for (let i = 0; i < count; i++) if (getU8(from + i) == NEWLINE) lines++;
    this.held.push(piece);
    this.heldLines.push(lines);
    this.heldBytes += count;
    this.shed();
    return true;
  }

  /** Drops pieces from the front that the answer cannot need. */
  private shed(): void {
    while (this.held.length > 1) {
      const rest = this.heldBytes - (this.held[0].length as u64);
      const enough = this.amount.bytes ? rest >= (this.amount.count as u64) : this.linesFrom(1) > this.amount.count;
      if (!enough && rest < HELD_BYTES) return;
      this.held.shift();
      this.heldLines.shift();
      this.heldBytes = rest;
    }
  }

  private linesFrom(first: i32): i64 {
    let lines: i64 = 0;
    for (let p = first; p < this.heldLines.length; p++) lines += this.heldLines[p];
    return lines;
  }

  protected end(): void {
    if (!this.seekable) this.tellHeld();
    super.end();
  }

  private tellHeld(): void {
    let skip: i64 = 0;
    if (this.amount.bytes) skip = (this.heldBytes as i64) - this.amount.count;
    else {
      let lines = this.linesFrom(0);
      const last = this.held.length > 0 ? this.held[this.held.length - 1] : new StaticArray<u8>(0);
      if (last.length > 0 && last[last.length - 1] != (NEWLINE as u8)) lines++;
      lines -= this.amount.count;
      // bytes up to the end of the line before the first one wanted
      for (let p = 0; p < this.held.length && lines > 0; p++) {
        const piece = this.held[p];
        for (let i = 0; i < piece.length && lines > 0; i++) {
          skip++;
          if (unchecked(piece[i]) == (NEWLINE as u8)) lines--;
        }
      }
    }
    for (let p = 0; p < this.held.length; p++) {
      const piece = this.held[p];
      const from = skip > 0 ? (min(skip, piece.length as i64) as i32) : 0;
      skip -= piece.length;
      if (from < piece.length) super.take(changetype<usize>(piece) + from, piece.length - from);
    }
    this.held = [];
  }
}

function tail(given: Arguments): i32 {
  const amount = new Amount(given);
  return startStream(new TailFrame(given, given.rest, amount), given);
}

class TeeFrame extends StreamFrame {
  private outputs: i32[] = [];
  private names: string[] = [];
  private total: u64 = 0;

  constructor(given: Arguments) {
    super(given, []);
  }

  protected begin(): void {
    const flags: u32 = Open.Write | Open.Create | (this.given.has("-a") ? Open.Append : Open.Truncate);
    for (let i = 0; i < this.given.rest.length; i++) {
      const path = this.given.rest[i];
      const opened = openPath(path, flags);
      if (opened < 0) {
        this.tell(path, opened);
        continue;
      }
      this.outputs.push(opened as i32);
      this.names.push(path);
    }
  }
  protected take(from: usize, count: i32): bool {
    this.total += count;
    for (let i = 0; i < this.outputs.length; i++) {
      for (let sent = 0; sent < count && this.outputs[i] >= 0; ) {
        const n = sys.fd_write(this.outputs[i], from + sent, (count - sent) as u32);
        if (n > 0) sent += n as i32;
        else {
          this.tell(this.names[i], n);
          sys.close(this.outputs[i]);
          this.outputs[i] = -1;
        }
      }
    }
    if (!this.json) putBytes(from, count);
    return true;
  }
  protected end(): void {
    const json = this.json;
    if (json) json.pair("bytes", this.total);
  }
  close(): void {
    for (let i = 0; i < this.outputs.length; i++) if (this.outputs[i] >= 0) sys.close(this.outputs[i]);
    this.outputs = [];
    super.close();
  }
}

function tee(given: Arguments): i32 {
  return startStream(new TeeFrame(given), given);
}

class CountFrame extends StreamFrame {
  private lines: u64 = 0;
  private words: u64 = 0;
  private bytes: u64 = 0;
  private inWord: bool = false;
  private allLines: u64 = 0;
  private allWords: u64 = 0;
  private allBytes: u64 = 0;

  protected begin(): void {
    this.lines = 0;
    this.words = 0;
    this.bytes = 0;
    this.inWord = false;
  }
  protected take(from: usize, count: i32): bool {
    let lines: u64 = 0;
    let words: u64 = 0;
    let inWord = this.inWord;
    for (let i = 0; i < count; i++) {
      const byte = getU8(from + i);
      if (byte == NEWLINE) lines++;
      const space = byte == 32 || (byte >= 9 && byte <= 13);
      if (!space && !inWord) words++;
      inWord = !space;
    }
    this.inWord = inWord;
    this.lines += lines;
    this.words += words;
    this.bytes += count;
    return true;
  }
  protected end(): void {
    this.allLines += this.lines;
    this.allWords += this.words;
    this.allBytes += this.bytes;
    const json = this.json;
    if (json) json.pair("lines", this.lines).pair("words", this.words).pair("bytes", this.bytes);
    else this.row(this.lines, this.words, this.bytes, this.shown);
  }
  protected finish(): void {
    if (!this.json && this.count > 1) this.row(this.allLines, this.allWords, this.allBytes, "total");
  }

  private row(lines: u64, words: u64, bytes: u64, name: string): void {
    const cells: string[] = [];
    const all = !this.given.has("-l") && !this.given.has("-w") && !this.given.has("-c");
    if (all || this.given.has("-l")) cells.push(lines.toString());
    if (all || this.given.has("-w")) cells.push(words.toString());
    if (all || this.given.has("-c")) cells.push(bytes.toString());
    let text = "";
    for (let i = 0; i < cells.length; i++) text += (i > 0 ? " " : "") + (cells.length > 1 || this.count > 1 ? cells[i].padStart(7) : cells[i]);
    printLine(name == "" ? text : text + " " + name);
  }
}
