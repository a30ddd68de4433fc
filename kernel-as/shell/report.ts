// How commands say what went wrong and lay out what they found: errors with a status, labels with values, tables. Knows no command.
import { PROCESSES, Status } from "../abi/numbers";
import { Arguments } from "./arguments";
import { print, printError, printLine } from "./console";
import { Json } from "./json";
import { STATUS_FAILED } from "./session";

/** Prints an error, as JSON where that was asked for. Returns `status`. */
export function complain(json: bool, text: string, status: i32): i32 {
  if (json) new Json().object().string("error", text).signed("status", status).endObject().end();
  else printError(text);
  return status;
}

/** `path: text`, status 1. */
export function fail(given: Arguments, text: string): i32 {
  return complain(given.json, given.command.path + ": " + text, STATUS_FAILED);
}

/** A call of the kernel failed while working on `what` ("" for nothing special). Status 1. */
export function failStatus(given: Arguments, what: string, status: i64): i32 {
  return fail(given, (what == "" ? "" : what + ": ") + statusText(status));
}

/** Nothing to tell but success. With --json: {"status":0}. */
export function done(given: Arguments, text: string): i32 {
  if (given.json) new Json().object().pair("status", 0).endObject().end();
  else if (text != "") printLine(text);
  return 0;
}

/** Why a program could not be started. */
export function spawnText(status: i64): string {
  if (status == Status.Range) return "its arguments are too long";
  if (status == Status.Busy) return "there are " + PROCESSES.toString() + " processes already";
  return statusText(status);
}

/** A status number of the kernel in words. */
export function statusText(status: i64): string {
  switch (status as i32) {
    case Status.Ok:
      return "done";
    case Status.Invalid:
      return "an argument makes no sense";
    case Status.NoMemory:
      return "no memory left for it";
    case Status.NotFound:
      return "not found";
    case Status.Busy:
      return "in use";
    case Status.Range:
      return "out of range";
    case Status.Io:
      return "a device failed";
    case Status.Timeout:
      return "the deadline passed";
    case Status.Unsupported:
      return "not offered by this machine or build";
    case Status.Corrupt:
      return "damaged: it does not have the form it must have";
    case Status.Denied:
      return "not permitted";
    case Status.Fault:
      return "memory fault";
    case Status.Interrupted:
      return "interrupted";
    case Status.Exists:
      return "already there";
    case Status.Trap:
      return "it trapped";
    case Status.OutOfFuel:
      return "it used up its fuel";
    case Status.TooDeep:
      return "it nests too deeply";
    case Status.BadImport:
      return "it imports what its kind may not";
    case Status.Unrecorded:
      return "its hash is not in the build's record";
    case Status.BadAnswer:
      return "its answer is not a number or out of range";
    case Status.Again:
      return "nothing there yet";
    case Status.BadDescriptor:
      return "not open for that";
    case Status.NotDirectory:
      return "not a directory";
    case Status.IsDirectory:
      return "is a directory";
    case Status.NotEmpty:
      return "the directory is not empty";
    case Status.ReadOnly:
      return "the file system is read only";
    case Status.Loop:
      return "too many symbolic links on the way";
    case Status.NameTooLong:
      return "the name or path is too long";
    case Status.NoSpace:
      return "the file system is full";
    case Status.BrokenPipe:
      return "nobody reads the pipe any more";
    case Status.CrossDevice:
      return "the paths lie on different file systems";
    case Status.FileTooBig:
      return "the file would be too large";
    case Status.NotSeekable:
      return "a pipe or console has no position";
    case Status.TooManyOpen:
      return "too many files are open";
    case Status.Escapes:
      return "the path leaves its directory";
    default:
      return "status " + status.toString();
  }
}

/** Lines of `Label:  value`, the values in one column. */
export class Labels {
  private names: string[] = [];
  private values: string[] = [];

  add(name: string, value: string): Labels {
    this.names.push(name);
    this.values.push(value);
    return this;
  }
  print(): void {
    let width = 0;
    for (let i = 0; i < this.names.length; i++) width = max(width, this.names[i].length);
    for (let i = 0; i < this.names.length; i++) printLine((this.names[i] + ":").padEnd(width + 3) + this.values[i]);
  }
}

/** Rows under a header; a header that begins with '>' marks a column set to the right. Keeps all rows until `print`. */
export class Table {
  private rows: string[][] = [];

  constructor(private header: string[]) {}

  add(row: string[]): void {
    this.rows.push(row);
  }
  get count(): i32 {
    return this.rows.length;
  }
  print(): void {
    this.printWith(true);
  }
  /** Without the header. */
  printRows(): void {
    this.printWith(false);
  }

  private printWith(header: bool): void {
    const columns = this.header.length;
    const widths: i32[] = [];
    const right: bool[] = [];
    const titles: string[] = [];
    for (let c = 0; c < columns; c++) {
      right.push(this.header[c].startsWith(">"));
      titles.push(right[c] ? this.header[c].substring(1) : this.header[c]);
      let width = titles[c].length;
      for (let r = 0; r < this.rows.length; r++) width = max(width, this.rows[r][c].length);
      widths.push(width);
    }
    if (header) printRow(titles, widths, right);
    for (let r = 0; r < this.rows.length; r++) printRow(this.rows[r], widths, right);
  }
}

function printRow(cells: string[], widths: i32[], right: bool[]): void {
  let text = "";
  for (let c = 0; c < cells.length; c++) {
    if (c > 0) text += "  ";
    text += right[c] ? cells[c].padStart(widths[c]) : c == cells.length - 1 ? cells[c] : cells[c].padEnd(widths[c]);
  }
  print(text);
  print("\n");
}
