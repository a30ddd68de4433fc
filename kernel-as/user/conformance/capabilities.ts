// Cases about rights: what a descriptor may not do, and that rights only shrink. And about numbers of descriptors.
import { BUFFER, begin, DIRECTORY, fill, OUT, oneBuffer, path, say, sayWith } from "./report";
import * as rights from "./rights";
import * as wasi from "./wasi_snapshot_preview1";

function lacking(): void {
  const fd = rights.opened("a.txt", 0, rights.READ);
  say("read only: read", wasi.fd_read(fd, oneBuffer(4), 1, OUT));
  say("read only: write", wasi.fd_write(fd, oneBuffer(fill("x")), 1, OUT));
  say("read only: seek", wasi.fd_seek(fd, 0, 0, OUT));
  say("read only: tell", wasi.fd_tell(fd, OUT));
  say("read only: pread", wasi.fd_pread(fd, oneBuffer(4), 1, 0, OUT));
  say("read only: filestat", wasi.fd_filestat_get(fd, BUFFER));
  say("read only: set size", wasi.fd_filestat_set_size(fd, 1));
  say("read only: set times", wasi.fd_filestat_set_times(fd, 0, 0, 1));
  say("read only: set flags", wasi.fd_fdstat_set_flags(fd, 1));
  say("read only: sync", wasi.fd_sync(fd));
  say("read only: datasync", wasi.fd_datasync(fd));
  say("read only: advise", wasi.fd_advise(fd, 0, 0, 0));
  say("read only: allocate", wasi.fd_allocate(fd, 0, 100));
  say("read only: more rights", wasi.fd_fdstat_set_rights(fd, rights.READ | rights.SEEK, 0));
  say("read only: fdstat", wasi.fd_fdstat_get(fd, BUFFER));
  sayWith("rights", 0, load<i64>(BUFFER + 8));
  sayWith("inheriting", 0, load<i64>(BUFFER + 16));
  sayWith("type", 0, load<u8>(BUFFER));
  wasi.fd_close(fd);
}

function shrinking(): void {
  const fd = rights.opened("a.txt", 0, rights.FILE);
  say("all: seek", wasi.fd_seek(fd, 0, 0, OUT));
  say("shrink", wasi.fd_fdstat_set_rights(fd, rights.READ | rights.TELL, 0));
  say("then seek", wasi.fd_seek(fd, 0, 0, OUT));
  say("then read", wasi.fd_read(fd, oneBuffer(1), 1, OUT));
  say("grow again", wasi.fd_fdstat_set_rights(fd, rights.FILE, 0));
  say("inheriting", wasi.fd_fdstat_set_rights(fd, rights.READ, rights.READ));
  say("to nothing", wasi.fd_fdstat_set_rights(fd, 0, 0));
  say("then read", wasi.fd_read(fd, oneBuffer(1), 1, OUT));
  wasi.fd_close(fd);
}

function folders(): void {
  wasi.path_create_directory(DIRECTORY, path("sub"), 3);
  say("folder: all that it may pass on", rights.openAs("sub", rights.FOLDER_ONLY, rights.PATH_OPEN | rights.READDIR, rights.READ | rights.SEEK));
  const folder = load<i32>(OUT);
  say("file below: read", rights.openAs("../a.txt", 0, rights.READ, 0, 0, 1, folder));
  say("new file below", rights.openAs("n", rights.CREAT, rights.READ, 0, 0, 1, folder));
  say("missing below", rights.openAs("n", 0, rights.READ, 0, 0, 1, folder));
  say("missing below, to write", rights.openAs("n", 0, rights.WRITE, 0, 0, 1, folder));
  say("mkdir below", wasi.path_create_directory(folder, path("x"), 1));
  say("rmdir below", wasi.path_remove_directory(folder, path("x"), 1));
  say("unlink below", wasi.path_unlink_file(folder, path("x"), 1));
  say("stat below", wasi.path_filestat_get(folder, 0, path("x"), 1, BUFFER));
  say("readlink below", wasi.path_readlink(folder, path("x"), 1, BUFFER, 100, OUT));
  say("rename below", wasi.path_rename(folder, path("x"), 1, folder, path("y"), 1));
  say("link below", wasi.path_link(folder, 0, path("x"), 1, folder, path("y"), 1));
  say("symlink below", wasi.path_symlink(path("x"), 1, folder, path("y"), 1));
  say("times below", wasi.path_filestat_set_times(folder, 0, path("x"), 1, 0, 0, 1));
  wasi.fd_close(folder);
  say("rights that none passes on", rights.openAs("a.txt", 0, 1 << 28));
  wasi.path_remove_directory(DIRECTORY, path("sub"), 3);
}

function numbers(): void {
  const first = rights.opened("a.txt", 0, rights.FILE);
  const second = rights.opened("log", 0, rights.FILE);
  sayWith("lowest free numbers", 0, second - first);
  say("renumber", wasi.fd_renumber(second, first));
  say("the old one is closed", wasi.fd_tell(second, OUT));
  say("the new one stands", wasi.fd_filestat_get(first, BUFFER));
  sayWith("and is the other file", 0, load<i64>(BUFFER + 32));
  say("renumber from closed", wasi.fd_renumber(second, first));
  say("renumber onto closed", wasi.fd_renumber(first, second));
  say("renumber onto itself", wasi.fd_renumber(first, first));
  say("renumber 1000", wasi.fd_renumber(1000, first));
  say("close", wasi.fd_close(first));
  say("close -1", wasi.fd_close(-1));
  say("fdstat of 99", wasi.fd_fdstat_get(99, BUFFER));
  say("rights of 99", wasi.fd_fdstat_set_rights(99, 0, 0));
  say("open in 99", rights.openAs("a.txt", 0, rights.READ, 0, 0, 1, 99));
  say("mkdir in 99", wasi.path_create_directory(99, path("x"), 1));
  say("readdir of 99", wasi.fd_readdir(99, BUFFER, 100, 0, OUT));
  say("sync 99", wasi.fd_sync(99));
}

export function rightsCases(): void {
  begin("rights");
  lacking();
  shrinking();
  folders();
  numbers();
}
