// Family "files": sha256sum and hexdump, which look at bytes and not at lines.
import { Whence } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { copy, fill, getU8 } from "../../lib/bytes";
import { Sha256 } from "../../lib/sha256";
import { Arguments } from "../arguments";
import { printLine } from "../console";
import { hexAt } from "../rows";
import { StreamFrame, startStream } from "../stream";
import { Command, Effect, flag, operand, option, register, Type } from "../table";

const ROW_BYTES: i32 = 16;
const MOST: i64 = (1 as i64) << 50;

export function registerBytes(): void {
  const files = "files; standard input without one, or for -";
  register(
    new Command(
      "hexdump",
      "files",
      Effect.Observe,
      "bytes in hexadecimal and as text, 16 a row; * stands for rows like the one before",
      (given: Arguments): i32 => startStream(new DumpFrame(given), given),
    )
      .takes(operand("FILE", Type.Path, files).optional("").many())
      .offers(option("-n", Type.Size, "N", "only N bytes of each").within(0, MOST))
      .offers(option("-s", Type.Size, "N", "skip N bytes").within(0, MOST).optional("0"))
      .offers(flag("-v", "every row")),
  );
  register(
    new Command("sha256sum", "files", Effect.Observe, "SHA-256 of files", (given: Arguments): i32 => startStream(new HashFrame(given), given)).takes(
      operand("FILE", Type.Path, files).optional("").many(),
    ),
  );
}

const STATE: usize = memory.data(128, 8);
const HASH: usize = memory.data(32, 8);

class HashFrame extends StreamFrame {
  constructor(given: Arguments) {
    super(given, given.rest);
  }
  protected begin(): void {
    changetype<Sha256>(STATE).begin();
  }
  protected take(from: usize, count: i32): bool {
    changetype<Sha256>(STATE).add(from, count as u32);
    return true;
  }
  protected end(): void {
    changetype<Sha256>(STATE).finish(HASH);
    const json = this.json;
    if (json) json.string("sha256", hexAt(HASH, 32));
    else printLine(hexAt(HASH, 32) + "  " + this.path);
  }
}

class DumpFrame extends StreamFrame {
  private row: StaticArray<u8> = new StaticArray<u8>(ROW_BYTES);
  private before: StaticArray<u8> = new StaticArray<u8>(ROW_BYTES);
  private used: i32 = 0;
  private offset: u64 = 0;
  private skip: u64 = 0;
  private left: u64 = 0;
  private repeats: bool = false;
  private first: bool = true;

  constructor(given: Arguments) {
    super(given, given.rest);
  }

  protected begin(): void {
    this.used = 0;
    this.first = true;
    this.repeats = false;
    this.skip = this.given.number("-s", 0) as u64;
    this.left = this.given.number("-n", i64.MAX_VALUE) as u64;
    this.offset = this.skip;
    if (this.skip > 0 && sys.seek(this.descriptor, this.skip as i64, Whence.Set) >= 0) this.skip = 0;
    const json = this.json;
    if (json) json.key("rows").list();
    else if (this.count > 1) printLine("==> " + this.shown + " <==");
  }

  protected take(from: usize, count: i32): bool {
    let at: i32 = min(this.skip, count as u64) as i32;
    this.skip -= at;
    const end: i32 = at + (min(this.left, (count - at) as u64) as i32);
    this.left -= end - at;
    while (at < end) {
      const fits = min(end - at, ROW_BYTES - this.used);
      copy(changetype<usize>(this.row) + this.used, from + at, fits);
      this.used += fits;
      at += fits;
      if (this.used == ROW_BYTES) this.tellRow();
    }
    return this.left > 0;
  }

  protected end(): void {
    if (this.used > 0) this.tellRow();
    const json = this.json;
    if (json) json.endList().pair("end", this.offset);
    else printLine(this.offset.toString(16).padStart(8, "0"));
  }

  private tellRow(): void {
    const row = changetype<usize>(this.row);
    const before = changetype<usize>(this.before);
    const same = !this.first && this.used == ROW_BYTES && memory.compare(row, before, ROW_BYTES) == 0 && !this.given.has("-v");
    this.first = false;
    const json = this.json;
    if (json)
      json
        .object()
        .pair("offset", this.offset)
        .string("hex", hexAt(row, this.used as u32))
        .endObject();
    else if (!same) printLine(this.rowText(row));
    else if (!this.repeats) printLine("*");
    this.repeats = same;
    copy(before, row, ROW_BYTES);
    this.offset += this.used;
    this.used = 0;
    fill(row, 0, ROW_BYTES);
  }

  /** "00000010  68 65 6c 6c 6f …  |hello…|" */
  private rowText(row: usize): string {
    let hex = "";
    let text = "";
    for (let i = 0; i < ROW_BYTES; i++) {
      if (i == 8) hex += " ";
      if (i >= this.used) {
        hex += "   ";
        continue;
      }
      const byte = getU8(row + i);
      hex += " " + byte.toString(16).padStart(2, "0");
      text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".";
    }
    return this.offset.toString(16).padStart(8, "0") + " " + hex + "  |" + text + "|";
  }
}
