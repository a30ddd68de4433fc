// Cases about directories as descriptors: their names, types, contents with small buffers, what they refuse.
import { BUFFER, begin, DIRECTORY, fill, OUT, oneBuffer, path, say, sayWith } from "./report";
import * as rights from "./rights";
import * as wasi from "./wasi_snapshot_preview1";

const FILES: i32 = 9;
const HEAD: u32 = 24;

function nameOf(index: i32): string {
  return index == 0 ? "a-long-name-that-does-not-fit-a-small-buffer" : "f" + index.toString();
}

/** Reads a directory with a buffer of `bytes`; counts whole entries. */
function readAll(fd: i32, bytes: u32): void {
  let cookie: u64 = 0;
  let entries = 0;
  let letters: i64 = 0;
  for (let rounds = 0; rounds < 100; rounds++) {
    const error = wasi.fd_readdir(fd, BUFFER, bytes, cookie, OUT);
    if (error != 0) {
      say("readdir", error);
      return;
    }
    const used = load<u32>(OUT);
    let at: u32 = 0;
    let whole = 0;
    while (at + HEAD <= used) {
      const size = load<u32>(BUFFER + at + 16);
      if (at + HEAD + size > used) break;
      cookie = load<u64>(BUFFER + at);
      for (let i: u32 = 0; i < size; i++) letters += load<u8>(BUFFER + at + HEAD + i);
      at += HEAD + size;
      entries++;
      whole++;
    }
    if (used < bytes) break;
    if (whole == 0) {
      sayWith("an entry larger than the buffer", 0, bytes);
      return;
    }
  }
  sayWith("entries", 0, entries);
  sayWith("letters", 0, letters);
}

function contents(): void {
  wasi.path_create_directory(DIRECTORY, path("many"), 4);
  for (let i = 0; i < FILES; i++) {
    const name = "many/" + nameOf(i);
    if (rights.openAs(name, rights.CREAT, rights.FILE) == 0) wasi.fd_close(load<i32>(OUT));
  }
  const fd = rights.opened("many", rights.FOLDER_ONLY, rights.READDIR | rights.PATH_OPEN | rights.FILESTAT_GET | rights.SYNC);
  readAll(fd, 4096);
  readAll(fd, 200);
  readAll(fd, 70);
  readAll(fd, 30);
  sayWith("no buffer", wasi.fd_readdir(fd, BUFFER, 0, 0, OUT), load<u32>(OUT));
  sayWith("type", wasi.fd_filestat_get(fd, BUFFER), load<u8>(BUFFER + 16));
  say("read it", wasi.fd_read(fd, oneBuffer(4), 1, OUT));
  say("write it", wasi.fd_write(fd, oneBuffer(fill("x")), 1, OUT));
  say("seek it", wasi.fd_seek(fd, 0, 0, OUT));
  say("sync it", wasi.fd_sync(fd));
  wasi.fd_close(fd);
  for (let i = 0; i < FILES; i++) {
    const name = "many/" + nameOf(i);
    wasi.path_unlink_file(DIRECTORY, path(name), name.length);
  }
  say("rmdir", wasi.path_remove_directory(DIRECTORY, path("many"), 4));
}

function preopens(): void {
  sayWith("prestat", wasi.fd_prestat_get(DIRECTORY, OUT), load<u8>(OUT));
  sayWith("length is more than one", 0, load<u32>(OUT + 4) > 1 ? 1 : 0);
  say("name", wasi.fd_prestat_dir_name(DIRECTORY, BUFFER, 100));
  sayWith("first letter", 0, load<u8>(BUFFER));
  say("name, too short", wasi.fd_prestat_dir_name(DIRECTORY, BUFFER, 1));
  say("prestat of 1", wasi.fd_prestat_get(1, OUT));
  say("name of 1", wasi.fd_prestat_dir_name(1, BUFFER, 100));
  say("prestat of 4", wasi.fd_prestat_get(4, OUT));
  say("fdstat", wasi.fd_fdstat_get(DIRECTORY, BUFFER));
  sayWith("type", 0, load<u8>(BUFFER));
  sayWith("rights", 0, load<i64>(BUFFER + 8));
  sayWith("inheriting", 0, load<i64>(BUFFER + 16));
}

function notFolders(): void {
  const fd = rights.opened("a.txt", 0, rights.FILE);
  say("readdir of a file", wasi.fd_readdir(fd, BUFFER, 100, 0, OUT));
  say("open below a file", rights.openAs("x", 0, rights.READ, 0, 0, 1, fd));
  say("mkdir below a file", wasi.path_create_directory(fd, path("x"), 1));
  wasi.fd_close(fd);
}

export function folderCases(): void {
  begin("folder");
  preopens();
  contents();
  notFolders();
}
