// Cases about spans of memory that a guest may not give: past the end, over the end, wrapping around.
import { BUFFER, begin, DIRECTORY, OUT, oneBuffer, path, say, VECTOR } from "./report";
import * as rights from "./rights";
import * as wasi from "./wasi_snapshot_preview1";

const FAR: usize = 0xfffffff0;

function end(): usize {
  return (<usize>memory.size()) << 16;
}

function vectorAt(at: u32, bytes: u32): usize {
  store<u32>(VECTOR, at);
  store<u32>(VECTOR + 4, bytes);
  return VECTOR;
}

/** Counts whose bytes wrap around 32 bits: Node's WASI then walks them all. */
export function wrappingCases(): void {
  begin("wrap");
  const fd = rights.opened("a.txt", 0, rights.FILE);
  say("a vector of 2^29", wasi.fd_read(fd, VECTOR, 0x20000000, OUT));
  say("poll of 2^28", wasi.poll_oneoff(BUFFER, BUFFER, 0x10000000, OUT));
  wasi.fd_close(fd);
}

export function spanCases(): void {
  begin("span");
  const fd = rights.opened("a.txt", 0, rights.FILE);
  say("sizes", wasi.args_sizes_get(FAR, OUT));
  say("sizes over the end", wasi.args_sizes_get(end() - 2, OUT));
  say("args", wasi.args_get(FAR, BUFFER));
  say("clock", wasi.clock_time_get(0, 0, end() - 7));
  say("resolution", wasi.clock_res_get(0, FAR));
  say("random over the end", wasi.random_get(end() - 8, 9));
  say("random wraps", wasi.random_get(FAR, 0x7fffffff));
  say("a vector past the end", wasi.fd_read(fd, FAR, 1, OUT));
  say("a buffer past the end", wasi.fd_read(fd, vectorAt(0xfffffff0, 4), 1, OUT));
  say("a buffer over the end", wasi.fd_read(fd, vectorAt(<u32>end() - 4, 5), 1, OUT));
  say("a buffer of 4 GiB", wasi.fd_read(fd, vectorAt(0, 0xffffffff), 1, OUT));
  say("the count past the end", wasi.fd_read(fd, oneBuffer(4), 1, FAR));
  say("write from past the end", wasi.fd_write(1, vectorAt(0xfffffff0, 4), 1, OUT));
  say("pread", wasi.fd_pread(fd, vectorAt(0xfffffff0, 4), 1, 0, OUT));
  say("pwrite", wasi.fd_pwrite(fd, vectorAt(0xfffffff0, 4), 1, 0, OUT));
  say("seek", wasi.fd_seek(fd, 0, 0, FAR));
  say("tell", wasi.fd_tell(fd, FAR));
  say("fdstat", wasi.fd_fdstat_get(fd, FAR));
  say("filestat", wasi.fd_filestat_get(fd, end() - 63));
  say("readdir", wasi.fd_readdir(DIRECTORY, FAR, 100, 0, OUT));
  say("prestat", wasi.fd_prestat_get(DIRECTORY, FAR));
  say("prestat name", wasi.fd_prestat_dir_name(DIRECTORY, FAR, 100));
  say("path", wasi.path_create_directory(DIRECTORY, FAR, 100));
  say("path of 4 GiB", wasi.path_unlink_file(DIRECTORY, path("x"), -1));
  say("stat's path", wasi.path_filestat_get(DIRECTORY, 0, FAR, 20, BUFFER));
  say("stat's result", wasi.path_filestat_get(DIRECTORY, 0, path("a.txt"), 5, FAR));
  say("open's result", wasi.path_open(DIRECTORY, 0, path("a.txt"), 5, 0, rights.READ, 0, 0, FAR));
  say("readlink's buffer", wasi.path_readlink(DIRECTORY, path("x"), 1, FAR, 100, OUT));
  say("rename's second path", wasi.path_rename(DIRECTORY, path("x"), 1, DIRECTORY, FAR, 100));
  say("symlink's target", wasi.path_symlink(FAR, 100, DIRECTORY, path("x"), 1));
  say("poll's subscriptions", wasi.poll_oneoff(FAR, BUFFER, 1, OUT));
  say("poll's events", wasi.poll_oneoff(BUFFER, FAR, 1, OUT));
  wasi.fd_close(fd);
}
