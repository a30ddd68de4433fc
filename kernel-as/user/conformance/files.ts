// Cases about paths: making, opening, removing, renaming, links, and ways out of the directory.
import { BUFFER, begin, checksum, DIRECTORY, OUT, path, say, sayWith } from "./report";
import * as rights from "./rights";
import * as wasi from "./wasi_snapshot_preview1";

const mkdir = (name: string): i32 => wasi.path_create_directory(DIRECTORY, path(name), name.length);
const rmdir = (name: string): i32 => wasi.path_remove_directory(DIRECTORY, path(name), name.length);
const unlink = (name: string): i32 => wasi.path_unlink_file(DIRECTORY, path(name), name.length);
const rename = (from: string, to: string): i32 => wasi.path_rename(DIRECTORY, path(from), from.length, DIRECTORY, path(to), to.length);
const link = (from: string, to: string, flags: i32 = 0): i32 => wasi.path_link(DIRECTORY, flags, path(from), from.length, DIRECTORY, path(to), to.length);
const symlink = (target: string, name: string): i32 => wasi.path_symlink(path(target), target.length, DIRECTORY, path(name), name.length);
const stat = (name: string, follow: i32): i32 => wasi.path_filestat_get(DIRECTORY, follow, path(name), name.length, BUFFER);
const readlink = (name: string, bytes: i32): i32 => wasi.path_readlink(DIRECTORY, path(name), name.length, BUFFER, bytes, OUT);

function touch(name: string): i32 {
  const error = rights.openAs(name, rights.CREAT, rights.FILE);
  if (error == 0) wasi.fd_close(load<i32>(OUT));
  return error;
}

function open(name: string, oflags: i32, base: u64, fdflags: i32 = 0, lookup: i32 = 1): i32 {
  const error = rights.openAs(name, oflags, base, 0, fdflags, lookup);
  if (error == 0) wasi.fd_close(load<i32>(OUT));
  return error;
}

function opening(): void {
  say("missing", open("missing", 0, rights.READ));
  say("create", open("f", rights.CREAT, rights.FILE));
  say("create again", open("f", rights.CREAT, rights.FILE));
  say("exclusive", open("f", rights.CREAT | rights.EXCL, rights.FILE));
  say("exclusive new", open("g", rights.CREAT | rights.EXCL, rights.FILE));
  say("a file as a directory", open("f", rights.FOLDER_ONLY, rights.READ));
  say("below a file", open("f/x", 0, rights.READ));
  say("missing directory", open("no/x", rights.CREAT, rights.READ));
  say("truncate", open("f", rights.TRUNC, rights.FILE));
  say("a directory to read", open(".", 0, rights.READ));
  say("a directory to write", open(".", 0, rights.WRITE));
  say("dot", open("./f", 0, rights.READ));
  say("double slash", open(".//f", 0, rights.READ));
  say("a folder's dot dot", open("sub/../f", 0, rights.READ));
  say("empty path", open("", 0, rights.READ));
  say("a name of 300", open("x".repeat(300), rights.CREAT, rights.FILE));
  say("a path of 1000 dots", open("./".repeat(500) + "f", 0, rights.READ));
  say("unlink g", unlink("g"));
}

function folders(): void {
  say("mkdir", mkdir("d"));
  say("mkdir again", mkdir("d"));
  say("mkdir over a file", mkdir("f"));
  say("mkdir below a file", mkdir("f/d"));
  say("mkdir without parent", mkdir("no/d"));
  say("mkdir below", mkdir("d/e"));
  say("rmdir not empty", rmdir("d"));
  say("rmdir a file", rmdir("f"));
  say("rmdir missing", rmdir("no"));
  say("unlink a directory", unlink("d/e"));
  say("unlink missing", unlink("no"));
  say("rmdir", rmdir("d/e"));
  say("rmdir with slash", rmdir("d/"));
  say("rmdir again", rmdir("d"));
}

function renaming(): void {
  touch("one");
  mkdir("d");
  mkdir("e");
  say("rename", rename("one", "two"));
  say("the old name", stat("one", 0));
  say("the new name", stat("two", 0));
  say("rename missing", rename("one", "three"));
  say("rename into a folder", rename("two", "d/two"));
  say("rename a folder over a full one", rename("e", "d"));
  say("rename a full folder over an empty one", rename("d", "e"));
  say("rename a file over a folder", rename("f", "e"));
  say("rename a folder over a file", rename("e", "f"));
  say("rename a folder into itself", rename("e", "e/x"));
  say("rename onto itself", rename("f", "f"));
  say("unlink", unlink("e/two"));
  say("rmdir", rmdir("e"));
}

function links(): void {
  say("link", link("f", "h"));
  sayWith("links", stat("h", 0), load<i64>(BUFFER + 24));
  say("link again", link("f", "h"));
  say("link a folder", mkdir("d") == 0 ? link("d", "x") : 99);
  say("link missing", link("no", "x"));
  say("unlink", unlink("h"));
  sayWith("links", stat("f", 0), load<i64>(BUFFER + 24));
  say("symlink", symlink("f", "s"));
  say("symlink again", symlink("f", "s"));
  sayWith("stat of it", stat("s", 0), load<u8>(BUFFER + 16));
  sayWith("stat through it", stat("s", 1), load<u8>(BUFFER + 16));
  sayWith("readlink", readlink("s", 100), load<u32>(OUT));
  sayWith("which", 0, checksum(1));
  say("readlink a file", readlink("f", 100));
  say("readlink missing", readlink("no", 100));
  say("open through it", open("s", 0, rights.READ));
  say("open it itself", open("s", 0, rights.READ, 0, 0));
  say("dangling", symlink("no", "t"));
  say("open dangling", open("t", 0, rights.READ));
  say("loop", symlink("l", "l"));
  say("open the loop", open("l", 0, rights.READ));
  say("stat the loop", stat("l", 1));
  say("a link to a folder", symlink("d", "k"));
  say("through it", mkdir("k/in"));
  say("seen", stat("d/in", 0));
  say("rmdir", rmdir("d/in"));
  say("unlink the links", unlink("s") + unlink("t") + unlink("l") + unlink("k"));
  say("rmdir", rmdir("d"));
}

function escapes(): void {
  mkdir("d");
  say("open above", open("../x", 0, rights.READ));
  say("open far above", open("../../../../etc/passwd", 0, rights.READ));
  say("down and out", open("d/../../x", 0, rights.READ));
  say("mkdir above", mkdir("../x"));
  say("unlink above", unlink("../x"));
  say("rmdir above", rmdir("../x"));
  say("stat above", stat("..", 1));
  say("rename out", rename("f", "../f"));
  say("rename in", rename("../f", "f2"));
  say("link out", link("f", "../f"));
  say("link in", link("../f", "f2"));
  say("symlink above", symlink("x", "../x"));
  say("symlink to above", symlink("../x", "up"));
  say("symlink to an absolute path", symlink("/etc", "abs"));
  say("absolute path", open("/etc/passwd", 0, rights.READ));
  say("times above", wasi.path_filestat_set_times(DIRECTORY, 0, path(".."), 2, 0, 0, 1));
  say("readlink above", readlink("../x", 100));
  rmdir("d");
}

function times(): void {
  const fd = rights.opened("f", 0, rights.FILE);
  say("set both", wasi.fd_filestat_set_times(fd, 1000000000, 2000000000, 1 | 4));
  sayWith("accessed", wasi.fd_filestat_get(fd, BUFFER), load<i64>(BUFFER + 40));
  sayWith("modified", 0, load<i64>(BUFFER + 48));
  say("set one", wasi.fd_filestat_set_times(fd, 0, 5000000000, 4));
  sayWith("accessed", wasi.fd_filestat_get(fd, BUFFER), load<i64>(BUFFER + 40));
  sayWith("modified", 0, load<i64>(BUFFER + 48));
  say("given and now", wasi.fd_filestat_set_times(fd, 0, 0, 3));
  say("given and now", wasi.fd_filestat_set_times(fd, 0, 0, 12));
  say("now", wasi.fd_filestat_set_times(fd, 0, 0, 2 | 8));
  wasi.clock_time_get(0, 0, OUT);
  sayWith("is not after now", wasi.fd_filestat_get(fd, BUFFER), load<u64>(BUFFER + 48) <= load<u64>(OUT) ? 1 : 0);
  say("by path", wasi.path_filestat_set_times(DIRECTORY, 1, path("f"), 1, 3000000000, 4000000000, 1 | 4));
  sayWith("accessed", stat("f", 1), load<i64>(BUFFER + 40));
  sayWith("modified", 0, load<i64>(BUFFER + 48));
  say("by a missing path", wasi.path_filestat_set_times(DIRECTORY, 1, path("no"), 2, 0, 0, 1));
  wasi.fd_close(fd);
}

export function pathCases(): void {
  begin("path");
  opening();
  folders();
  renaming();
  links();
  escapes();
  times();
  say("unlink", unlink("f"));
}
