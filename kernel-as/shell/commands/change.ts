// Family "files": mkdir, touch, ln, rm: names made and removed. Copies and moves are in copy.ts.
import { FileType, Open, Status } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { fault, fileText, inside, isDirectory, linkPath, listNames, makeDirectory, nameOf, normalize, openPath, removePath, setTimes, statPath, symlinkPath } from "../files";
import { Frame, pushFrame } from "../frames";
import { done, fail } from "../report";
import { session } from "../session";
import { Troubles } from "../stream";
import { Command, Effect, flag, operand, register, Type } from "../table";

export function registerChange(): void {
  register(
    new Command("mkdir", "files", Effect.Adjust, "make directories", mkdir)
      .takes(operand("DIR", Type.Path, "their paths").many())
      .offers(flag("-p", "those above too; one that exists is no error")),
  );
  register(
    new Command("touch", "files", Effect.Adjust, "make empty files, or set the times of files to now", touch)
      .takes(operand("FILE", Type.Path, "files").many())
      .offers(flag("-c", "make none")),
  );
  register(
    new Command("ln", "files", Effect.Adjust, "give a file a second name, or make a symbolic link", link)
      .takes(operand("TARGET", Type.Path, "what the new name leads to"))
      .takes(operand("NAME", Type.Path, "the new name, or a directory for it"))
      .offers(flag("-s", "symbolic: TARGET is kept as text"))
      .offers(flag("-f", "in place of a file of that name")),
  );
  register(
    new Command("rm", "files", Effect.Destroy, "remove files", remove)
      .takes(operand("PATH", Type.Path, "files").many())
      .offers(flag("-r", "directories with all that is in them"))
      .offers(flag("-f", "what does not exist is no error")),
  );
}

function mkdir(given: Arguments): i32 {
  const troubles = new Troubles(given);
  for (let i = 0; i < given.rest.length; i++) {
    const path = given.rest[i];
    const result = given.has("-p") && path != "" ? makeAll(path) : makeDirectory(path);
    if (result < 0) troubles.noteStatus(path, result);
  }
  return troubles.finish();
}

/** Makes a directory and those above it that are missing. */
function makeAll(path: string): i64 {
  const parts = normalize(path).split("/");
  let at = "";
  for (let i = 1; i < parts.length; i++) {
    at += "/" + parts[i];
    if (isDirectory(at)) continue;
    const result = makeDirectory(at);
    if (result < 0) return result == Status.Exists ? Status.NotDirectory : result;
  }
  return Status.Ok;
}

function touch(given: Arguments): i32 {
  const troubles = new Troubles(given);
  const now = sys.clock() as u64;
  for (let i = 0; i < given.rest.length; i++) {
    const path = given.rest[i];
    let result = setTimes(path, now, now);
    if (result == Status.NotFound && given.has("-c")) continue;
    if (result == Status.NotFound) {
      result = openPath(path, Open.Write | Open.Create);
      if (result >= 0) sys.close(result as i32);
    }
    if (result < 0) troubles.noteStatus(path, result);
  }
  return troubles.finish();
}

function link(given: Arguments): i32 {
  const target = given.text("TARGET");
  let name = given.text("NAME");
  if (isDirectory(name)) name = inside(name, nameOf(target));
  let result = makeLink(given, target, name);
  if (result == Status.Exists && given.has("-f")) {
    result = removePath(name, false);
    if (result >= 0) result = makeLink(given, target, name);
  }
  if (result == Status.Denied) return fail(given, target + ": is a directory: only a symbolic link (-s) can lead to it");
  if (result < 0) return fail(given, (result == Status.NotFound && !given.has("-s") ? target : name) + ": " + fileText(result));
  return done(given, "");
}

function makeLink(given: Arguments, target: string, name: string): i64 {
  return given.has("-s") ? symlinkPath(target, name) : linkPath(target, name);
}

/** Removes paths; of a directory first what is in it. One name a step. */
export class Remover {
  private paths: string[] = [];
  /** the directory at the same place was emptied already */
  private emptied: bool[] = [];

  constructor(
    private troubles: Troubles,
    private recursive: bool,
    private force: bool,
  ) {}

  add(path: string): void {
    this.paths.push(path);
    this.emptied.push(false);
  }

  /** False when nothing is left. */
  step(): bool {
    if (this.paths.length == 0) return false;
    const at = this.paths.length - 1;
    const path = this.paths[at];
    if (this.emptied[at]) {
      this.drop(path, removePath(path, true));
      return true;
    }
    const info = statPath(path, false);
    if (!info) {
      this.drop(path, fault == Status.NotFound && this.force ? 0 : fault);
      return true;
    }
    if (info.type != FileType.Directory) {
      this.drop(path, removePath(path, false));
      return true;
    }
    if (!this.recursive) {
      this.forget();
      this.troubles.note(path, "is a directory: use -r");
      return true;
    }
    this.emptied[at] = true;
    const entries = listNames(path);
    if (!entries) this.drop(path, fault);
    else for (let i = entries.length - 1; i >= 0; i--) this.add(inside(path, entries[i].name));
    return true;
  }

  private forget(): void {
    this.paths.pop();
    this.emptied.pop();
  }
  private drop(path: string, result: i64): void {
    this.forget();
    // what is left in a directory was told already
    if (result < 0 && !(result == Status.NotEmpty && this.troubles.status != 0)) this.troubles.noteStatus(path, result);
  }
}

class RemoveFrame extends Frame {
  constructor(
    private remover: Remover,
    private troubles: Troubles,
  ) {
    super();
  }
  step(): bool {
    if (this.remover.step()) return true;
    session.status = this.troubles.finish();
    return false;
  }
}

function remove(given: Arguments): i32 {
  const troubles = new Troubles(given);
  const remover = new Remover(troubles, given.has("-r"), given.has("-f"));
  for (let i = given.rest.length - 1; i >= 0; i--) {
    const path = given.rest[i];
    const name = nameOf(path);
    if (path != "" && normalize(path) == "/") troubles.note(path, "the root stays");
    else if (name == "." || name == "..") troubles.note(path, "a directory is removed by its name");
    else remover.add(path);
  }
  pushFrame(new RemoveFrame(remover, troubles));
  return 0;
}
