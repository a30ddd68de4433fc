// Cases about reading and writing: vectors, positions, offsets, flags, ends of files.
import { BUFFER, begin, checksum, fill, OUT, oneBuffer, say, sayWith, VECTOR } from "./report";
import * as rights from "./rights";
import * as wasi from "./wasi_snapshot_preview1";

function write(fd: i32, text: string): i32 {
  return wasi.fd_write(fd, oneBuffer(fill(text)), 1, OUT);
}

function reading(fd: i32): void {
  sayWith("seek to the start", wasi.fd_seek(fd, 0, 0, OUT), load<i64>(OUT));
  sayWith("read 4", wasi.fd_read(fd, oneBuffer(4), 1, OUT), load<u32>(OUT));
  sayWith("which", 0, checksum(4));
  sayWith("tell", wasi.fd_tell(fd, OUT), load<i64>(OUT));
  store<u32>(VECTOR, <u32>BUFFER);
  store<u32>(VECTOR + 4, 3);
  store<u32>(VECTOR + 8, <u32>BUFFER + 3);
  store<u32>(VECTOR + 12, 100);
  sayWith("read two buffers", wasi.fd_read(fd, VECTOR, 2, OUT), load<u32>(OUT));
  sayWith("which", 0, checksum(8));
  sayWith("read at the end", wasi.fd_read(fd, oneBuffer(10), 1, OUT), load<u32>(OUT));
  sayWith("no buffer", wasi.fd_read(fd, VECTOR, 0, OUT), load<u32>(OUT));
  sayWith("pread 5 at 2", wasi.fd_pread(fd, oneBuffer(5), 1, 2, OUT), load<u32>(OUT));
  sayWith("which", 0, checksum(5));
  sayWith("pread past the end", wasi.fd_pread(fd, oneBuffer(5), 1, 1000, OUT), load<u32>(OUT));
  say("pread at 2^63", wasi.fd_pread(fd, oneBuffer(5), 1, 0x8000000000000000, OUT));
  sayWith("tell is unmoved", wasi.fd_tell(fd, OUT), load<i64>(OUT));
}

function seeking(fd: i32): void {
  sayWith("seek from the end", wasi.fd_seek(fd, -3, 2, OUT), load<i64>(OUT));
  sayWith("seek onward", wasi.fd_seek(fd, 2, 1, OUT), load<i64>(OUT));
  say("seek before the start", wasi.fd_seek(fd, -100, 0, OUT));
  say("seek whence 3", wasi.fd_seek(fd, 0, 3, OUT));
  sayWith("seek past the end", wasi.fd_seek(fd, 20, 0, OUT), load<i64>(OUT));
  sayWith("write there", write(fd, "x"), load<u32>(OUT));
  sayWith("pread over the hole", wasi.fd_pread(fd, oneBuffer(30), 1, 0, OUT), load<u32>(OUT));
  sayWith("which", 0, checksum(21));
}

function sizes(fd: i32): void {
  const stat = BUFFER + 1024;
  say("set size 5", wasi.fd_filestat_set_size(fd, 5));
  sayWith("size", wasi.fd_filestat_get(fd, stat), load<i64>(stat + 32));
  say("set size 12", wasi.fd_filestat_set_size(fd, 12));
  sayWith("size", wasi.fd_filestat_get(fd, stat), load<i64>(stat + 32));
  say("set size 2^63", wasi.fd_filestat_set_size(fd, 0x8000000000000000));
  say("allocate to 100", wasi.fd_allocate(fd, 60, 40));
  sayWith("size", wasi.fd_filestat_get(fd, stat), load<i64>(stat + 32));
  say("allocate inside", wasi.fd_allocate(fd, 0, 10));
  sayWith("size", wasi.fd_filestat_get(fd, stat), load<i64>(stat + 32));
  say("allocate nothing", wasi.fd_allocate(fd, 0, 0));
  say("allocate at 2^63", wasi.fd_allocate(fd, 0x8000000000000000, 1));
  for (let advice = 0; advice < 7; advice++) say("advise", wasi.fd_advise(fd, 0, 10, advice));
  say("sync", wasi.fd_sync(fd));
  say("datasync", wasi.fd_datasync(fd));
}

function appending(): void {
  const fd = rights.opened("log", rights.CREAT, rights.FILE, 0, 1);
  write(fd, "one");
  wasi.fd_seek(fd, 0, 0, OUT);
  write(fd, "two");
  sayWith("append keeps to the end", wasi.fd_pread(fd, oneBuffer(20), 1, 0, OUT), load<u32>(OUT));
  sayWith("which", 0, checksum(6));
  say("flags", wasi.fd_fdstat_get(fd, BUFFER));
  sayWith("are", 0, load<u16>(BUFFER + 2) & 1);
  say("append off", wasi.fd_fdstat_set_flags(fd, 0));
  wasi.fd_seek(fd, 0, 0, OUT);
  write(fd, "THREE");
  sayWith("now over the start", wasi.fd_pread(fd, oneBuffer(20), 1, 0, OUT), load<u32>(OUT));
  sayWith("which", 0, checksum(6));
  say("close", wasi.fd_close(fd));
}

export function dataCases(): void {
  begin("data");
  const fd = rights.opened("a.txt", rights.CREAT, rights.FILE);
  sayWith("open", 0, fd);
  sayWith("write", write(fd, "hello world!"), load<u32>(OUT));
  reading(fd);
  sayWith("pwrite", wasi.fd_pwrite(fd, oneBuffer(fill("HE")), 1, 0, OUT), load<u32>(OUT));
  sayWith("pwrite nothing", wasi.fd_pwrite(fd, VECTOR, 0, 0, OUT), load<u32>(OUT));
  seeking(fd);
  sizes(fd);
  say("close", wasi.fd_close(fd));
  say("close again", wasi.fd_close(fd));
  say("read closed", wasi.fd_read(fd, oneBuffer(4), 1, OUT));
  say("write closed", write(fd, "x"));
  say("seek closed", wasi.fd_seek(fd, 0, 0, OUT));
  appending();
}
