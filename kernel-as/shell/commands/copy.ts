// Family "files": cp and mv. A copy goes a chunk a step; a move to another file system is a copy and then a removal.
import { FileType, Open, Status } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import {
  CHUNK_BYTES,
  chunk,
  fault,
  fileText,
  inside,
  isDirectory,
  listNames,
  makeDirectory,
  nameOf,
  normalize,
  openPath,
  readLink,
  removePath,
  renamePath,
  setTimes,
  statPath,
  symlinkPath,
} from "../files";
import { Frame, pushFrame } from "../frames";
import { complain } from "../report";
import { STATUS_USAGE, session } from "../session";
import { Troubles } from "../stream";
import { NONE } from "../streams";
import { Command, Effect, flag, operand, register, Type } from "../table";
import { Remover } from "./change";

export function registerCopy(): void {
  register(
    new Command("cp", "files", Effect.Destroy, "copy files; what is there is replaced", copy)
      .takes(operand("PATH", Type.Path, "what to copy, and last the new name, or the directory for it").many())
      .offers(flag("-r", "directories with all that is in them; symbolic links stay links")),
  );
  register(
    new Command("mv", "files", Effect.Destroy, "move or rename files; what is there is replaced", move).takes(
      operand("PATH", Type.Path, "what to move, and last the new name, or the directory for it").many(),
    ),
  );
}

/** Copies trees, one name or chunk a step. */
class Copier {
  private sources: string[] = [];
  private targets: string[] = [];
  private from: i32 = NONE;
  private to: i32 = NONE;
  private source: string = "";
  private target: string = "";

  constructor(
    private troubles: Troubles,
    private recursive: bool,
  ) {}

  add(source: string, target: string): void {
    this.sources.push(source);
    this.targets.push(target);
  }

  /** False when nothing is left. */
  step(): bool {
    if (this.from != NONE) {
      this.copyChunk();
      return true;
    }
    if (this.sources.length == 0) return false;
    this.begin(this.sources.pop(), this.targets.pop());
    return true;
  }

  private begin(source: string, target: string): void {
    const info = statPath(source, !this.recursive);
    if (!info) {
      this.troubles.noteStatus(source, fault);
      return;
    }
    if (info.isDirectory && !this.recursive) {
      this.troubles.note(source, "is a directory: use -r");
      return;
    }
    const there = statPath(target, true);
    const same = there ? there.isSame(info) : false;
    if (same) {
      this.troubles.note(target, "is the same file as " + source);
      return;
    }
    if (info.isDirectory) this.beginDirectory(source, target);
    else if (info.type == FileType.Link) this.copyLink(source, target);
    else if (info.type == FileType.Regular) this.open(source, target);
    else this.troubles.note(source, "is no file that can be copied");
  }

  private beginDirectory(source: string, target: string): void {
    const result = makeDirectory(target);
    if (result < 0 && !(result == Status.Exists && isDirectory(target))) {
      this.troubles.noteStatus(target, result);
      return;
    }
    const entries = listNames(source);
    if (!entries) {
      this.troubles.noteStatus(source, fault);
      return;
    }
    for (let i = entries.length - 1; i >= 0; i--) this.add(inside(source, entries[i].name), inside(target, entries[i].name));
  }

  private copyLink(source: string, target: string): void {
    const leads = readLink(source);
    let result = leads == "" ? fault : symlinkPath(leads, target);
    if (result == Status.Exists) {
      result = removePath(target, false);
      if (result >= 0) result = symlinkPath(leads, target);
    }
    if (result < 0) this.troubles.noteStatus(target, result);
  }

  private open(source: string, target: string): void {
    const from = openPath(source, Open.Read);
    if (from < 0) {
      this.troubles.noteStatus(source, from);
      return;
    }
    const to = openPath(target, Open.Write | Open.Create | Open.Truncate);
    if (to < 0) {
      sys.close(from as i32);
      this.troubles.noteStatus(target, to);
      return;
    }
    this.from = from as i32;
    this.to = to as i32;
    this.source = source;
    this.target = target;
  }

  private copyChunk(): void {
    const n = sys.fd_read(this.from, chunk(), CHUNK_BYTES as u32);
    if (n < 0) this.troubles.noteStatus(this.source, n);
    for (let sent: i64 = 0; sent < n; ) {
      const wrote = sys.fd_write(this.to, chunk() + (sent as usize), (n - sent) as u32);
      if (wrote <= 0) {
        this.troubles.noteStatus(this.target, wrote < 0 ? wrote : Status.Io);
        this.close();
        return;
      }
      sent += wrote;
    }
    if (n <= 0) this.close();
  }

  close(): void {
    if (this.from != NONE) sys.close(this.from);
    if (this.to != NONE) sys.close(this.to);
    this.from = NONE;
    this.to = NONE;
  }
}

class CopyFrame extends Frame {
  constructor(
    private copier: Copier,
    private troubles: Troubles,
  ) {
    super();
  }
  step(): bool {
    if (this.copier.step()) return true;
    session.status = this.troubles.finish();
    return false;
  }
  close(): void {
    this.copier.close();
  }
}

/** Where a path goes: a name in the target where that is a directory. */
function placeFor(source: string, target: string, into: bool): string {
  return into ? inside(target, nameOf(normalize(source))) : target;
}

/** Whether `path` is `folder` or lies in it. */
function isWithin(path: string, folder: string): bool {
  const a = normalize(path);
  const b = normalize(folder);
  return a == b || a.startsWith(b == "/" ? "/" : b + "/");
}

/** The target among the words; "" where that cannot be, which is told. */
function targetOf(given: Arguments): string {
  const paths = given.rest;
  if (paths.length < 2) {
    complain(given.json, given.command.path + ": needs a path and a new name or directory for it", STATUS_USAGE);
    return "";
  }
  const target = paths[paths.length - 1];
  if (paths.length > 2 && !isDirectory(target)) {
    complain(given.json, given.command.path + ": " + target + ": must be a directory, to hold " + (paths.length - 1).toString() + " files", STATUS_USAGE);
    return "";
  }
  if (target == "") complain(given.json, given.command.path + ": the new name is empty", STATUS_USAGE);
  return target;
}

function copy(given: Arguments): i32 {
  const target = targetOf(given);
  if (target == "") return STATUS_USAGE;
  const troubles = new Troubles(given);
  const copier = new Copier(troubles, given.has("-r"));
  const into = isDirectory(target);
  for (let i = given.rest.length - 2; i >= 0; i--) {
    const source = given.rest[i];
    const place = placeFor(source, target, into);
    if (given.has("-r") && isDirectory(source) && isWithin(place, source)) troubles.note(source, "cannot be copied into itself");
    else if (target.endsWith("/") && !into) troubles.noteStatus(target, Status.NotDirectory);
    else copier.add(source, place);
  }
  pushFrame(new CopyFrame(copier, troubles));
  return 0;
}

/** Renames; where the other name lies on another file system, copies and removes. */
class MoveFrame extends Frame {
  private copier: Copier | null = null;
  private remover: Remover | null = null;
  private source: string = "";

  constructor(
    private sources: string[],
    private target: string,
    private into: bool,
    private troubles: Troubles,
  ) {
    super();
  }

  step(): bool {
    const copier = this.copier;
    if (copier) {
      if (copier.step()) return true;
      this.copier = null;
      // what could not be copied whole stays
      if (this.troubles.status == 0) {
        const remover = new Remover(this.troubles, true, false);
        remover.add(this.source);
        this.remover = remover;
      }
      return true;
    }
    const remover = this.remover;
    if (remover) {
      if (!remover.step()) this.remover = null;
      return true;
    }
    if (this.sources.length == 0) {
      session.status = this.troubles.finish();
      return false;
    }
    this.begin(this.sources.shift());
    return true;
  }

  private begin(source: string): void {
    const place = placeFor(source, this.target, this.into);
    const result = renamePath(source, place);
    if (result == Status.CrossDevice) {
      // a copy helps only where the original can go
      const removable = setTimes(source, u64.MAX_VALUE, u64.MAX_VALUE);
      if (removable == Status.ReadOnly) this.troubles.note(source, "cannot be removed: " + fileText(removable) + "; use cp");
      else {
        this.source = source;
        const copier = new Copier(this.troubles, true);
        copier.add(source, place);
        this.copier = copier;
      }
    } else if (result == Status.Invalid) this.troubles.note(source, "cannot be moved into itself");
    else if (result < 0) this.troubles.noteStatus(statPath(source, false) ? place : source, result);
  }

  close(): void {
    const copier = this.copier;
    if (copier) copier.close();
  }
}

function move(given: Arguments): i32 {
  const target = targetOf(given);
  if (target == "") return STATUS_USAGE;
  pushFrame(new MoveFrame(given.rest.slice(0, given.rest.length - 1), target, isDirectory(target), new Troubles(given)));
  return 0;
}
