// A WASI program that calls preview 1 at random, seeded by its first argument: numbers of descriptors, spans, flags and paths that are
// sometimes right. Whatever comes back is right; that it ends with status 0 is what it shows. Not a check of answers: main.ts.
import * as wasi from "./wasi_snapshot_preview1";

const CALLS: i32 = 4000;
const KINDS: i32 = 42;
const MEMORY: u32 = 0x10000;
const AREA: u32 = 0x8000; // spans that are right lie behind it

let state: u64 = 1;

function next(): u32 {
  state += 0x9e3779b97f4a7c15;
  let z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return <u32>(z >> 32);
}

function below(bound: u32): u32 {
  return next() % bound;
}

function fd(): i32 {
  const roll = below(10);
  return roll < 7 ? 3 + <i32>below(10) : roll < 8 ? <i32>below(3) : roll < 9 ? <i32>below(100) : <i32>next();
}

/** Not 1 and 2: a console would wait for a person. */
function readable(): i32 {
  const number = fd();
  return number == 1 || number == 2 ? 0 : number;
}

function span(): usize {
  const roll = below(12);
  return roll < 10 ? AREA + below(0x4000) : roll < 11 ? MEMORY - below(40) : next();
}

function size(): i32 {
  const roll = below(12);
  return roll < 6 ? <i32>below(64) : roll < 10 ? <i32>below(0x3000) : roll < 11 ? <i32>(MEMORY - below(80)) : <i32>next();
}

function wide(): u64 {
  const roll = below(8);
  return roll < 5 ? below(10000) : roll < 6 ? <u64>-1 - below(3) : ((<u64>next()) << 32) | next();
}

function flags(): i32 {
  return below(6) > 0 ? <i32>below(16) : <i32>next();
}

const NAMES: StaticArray<string> = ["a", "b", "c", "d", "a/b", "d/a", "d/../a", "..", "../x", "./a", "d/", "/", "/a", ".", "a//", "l", "d/l/a"];
let pathBytes: i32 = 0;

/** A path at one of a few places; now and then only a span. */
function path(): usize {
  if (below(16) == 0) {
    pathBytes = size();
    return span();
  }
  const name = NAMES[below(NAMES.length)];
  const at = AREA + 0x5000 + below(8) * 32;
  for (let i = 0; i < name.length; i++) store<u8>(at + i, <u8>name.charCodeAt(i));
  pathBytes = name.length;
  return at;
}

function vector(): usize {
  const at = AREA + 0x6000 + below(4) * 64;
  for (let i: u32 = 0; i < 3; i++) {
    store<u32>(at + i * 8, <u32>span());
    store<u32>(at + i * 8 + 4, <u32>size());
  }
  return below(12) == 0 ? span() : at;
}

/** Subscriptions that are over soon. */
function subscriptions(): usize {
  const at = AREA + 0x7000;
  for (let i: u32 = 0; i < 3; i++) {
    const row = at + i * 48;
    memory.fill(row, 0, 48);
    store<u8>(row + 8, i == 0 ? 0 : <u8>below(4));
    store<u32>(row + 16, i == 0 ? 1 : <u32>fd());
    store<u64>(row + 24, i == 0 ? 1000 : wide() & 1023);
    store<u16>(row + 40, i == 0 ? 0 : <u16>below(3));
  }
  return at;
}

function onData(kind: i32): i32 {
  if (kind == 0) return wasi.fd_read(readable(), vector(), below(5), span());
  if (kind == 1) return wasi.fd_pread(fd(), vector(), below(5), wide(), span());
  if (kind == 2) return wasi.fd_write(3 + <i32>below(20), vector(), below(4), span());
  if (kind == 3) return wasi.fd_pwrite(3 + <i32>below(20), vector(), below(4), wide() & 0xfffff, span());
  if (kind == 4) return wasi.fd_seek(fd(), <i64>wide(), <i32>below(4), span());
  if (kind == 5) return wasi.fd_tell(fd(), span());
  if (kind == 6) return wasi.fd_readdir(fd(), span(), size(), wide() & 63, span());
  if (kind == 7) return wasi.fd_sync(fd());
  if (kind == 8) return wasi.fd_datasync(fd());
  if (kind == 9) return wasi.fd_advise(fd(), wide(), wide(), flags());
  if (kind == 10) return wasi.fd_allocate(fd(), wide() & 0xfffff, wide() & 0xfffff);
  if (kind == 11) return wasi.fd_filestat_set_size(fd(), wide() & 0xfffff);
  if (kind == 12) return wasi.fd_filestat_set_times(fd(), wide(), wide(), flags());
  return wasi.fd_filestat_get(fd(), span());
}

function onNumbers(kind: i32): i32 {
  if (kind == 14) return below(4) == 0 ? wasi.fd_close(3 + <i32>below(12)) : 0;
  if (kind == 15) return below(8) == 0 ? wasi.fd_renumber(3 + <i32>below(10), 3 + <i32>below(10)) : 0;
  if (kind == 16) return wasi.fd_fdstat_get(fd(), span());
  if (kind == 17) return wasi.fd_fdstat_set_flags(fd(), flags());
  if (kind == 18) return below(8) == 0 ? wasi.fd_fdstat_set_rights(fd(), wide(), wide()) : 0;
  if (kind == 19) return wasi.fd_prestat_get(fd(), span());
  if (kind == 20) return wasi.fd_prestat_dir_name(fd(), span(), size());
  if (kind == 21) return wasi.sock_accept(fd(), flags(), span());
  if (kind == 22) return wasi.sock_shutdown(fd(), flags());
  if (kind == 23) return wasi.poll_oneoff(subscriptions(), span(), below(4), span());
  if (kind == 24) return wasi.random_get(span(), size());
  if (kind == 25) return wasi.clock_time_get(<i32>below(6), wide(), span());
  if (kind == 26) return wasi.args_get(span(), span());
  if (kind == 27) return wasi.environ_get(span(), span());
  return wasi.environ_sizes_get(span(), span());
}

function onPaths(kind: i32): i32 {
  const first = path();
  const bytes = pathBytes;
  if (kind < 33) return wasi.path_open(3, flags(), first, bytes, flags(), below(3) == 0 ? wide() : 0x08e001fe, wide() & 0x0fffffff, below(5) == 0 ? flags() : 0, span());
  if (kind == 33) return wasi.path_create_directory(fd(), first, bytes);
  if (kind == 34) return wasi.path_remove_directory(fd(), first, bytes);
  if (kind == 35) return wasi.path_unlink_file(fd(), first, bytes);
  if (kind == 36) return wasi.path_filestat_get(fd(), flags() & 3, first, bytes, span());
  if (kind == 37) return wasi.path_readlink(fd(), first, bytes, span(), size(), span());
  if (kind == 38) return wasi.path_filestat_set_times(fd(), flags() & 1, first, bytes, wide(), wide(), flags());
  const second = path();
  if (kind == 39) return wasi.path_rename(3, first, bytes, 3, second, pathBytes);
  if (kind == 40) return wasi.path_link(3, flags() & 1, first, bytes, 3, second, pathBytes);
  return wasi.path_symlink(first, bytes, 3, second, pathBytes);
}

wasi.args_sizes_get(AREA, AREA + 4);
wasi.args_get(AREA, AREA + 512);
for (let at = load<u32>(AREA + 4); load<u8>(at) != 0; at++) state = state * 10 + load<u8>(at) - 48;
for (let i = 0; i < CALLS; i++) {
  const kind = <i32>below(KINDS);
  if (kind < 14) onData(kind);
  else if (kind < 29) onNumbers(kind);
  else onPaths(kind);
}
wasi.proc_exit(0);
