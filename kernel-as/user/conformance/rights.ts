// The rights of WASI preview 1, and opening a path with some of them.
import { DIRECTORY, OUT, path } from "./report";
import * as wasi from "./wasi_snapshot_preview1";

export const DATASYNC: u64 = 1 << 0;
export const READ: u64 = 1 << 1;
export const SEEK: u64 = 1 << 2;
export const SET_FLAGS: u64 = 1 << 3;
export const SYNC: u64 = 1 << 4;
export const TELL: u64 = 1 << 5;
export const WRITE: u64 = 1 << 6;
export const ADVISE: u64 = 1 << 7;
export const ALLOCATE: u64 = 1 << 8;
export const PATH_OPEN: u64 = 1 << 13;
export const READDIR: u64 = 1 << 14;
export const FILESTAT_GET: u64 = 1 << 21;
export const SET_SIZE: u64 = 1 << 22;
export const SET_TIMES: u64 = 1 << 23;
export const POLL: u64 = 1 << 27;
/** All that a regular file can have. */
export const FILE: u64 = DATASYNC | READ | SEEK | SET_FLAGS | SYNC | TELL | WRITE | ADVISE | ALLOCATE | FILESTAT_GET | SET_SIZE | SET_TIMES | POLL;
/** What a directory of Node's WASI has and passes on. */
export const FOLDER: u64 = 0x0ffffe98 & ~ALLOCATE & ~SET_SIZE;

export const CREAT: i32 = 1;
export const FOLDER_ONLY: i32 = 2;
export const EXCL: i32 = 4;
export const TRUNC: i32 = 8;

/** The errno; the descriptor is at OUT. */
export function openAs(name: string, oflags: i32, base: u64, inheriting: u64 = 0, fdflags: i32 = 0, lookup: i32 = 1, from: i32 = DIRECTORY): i32 {
  return wasi.path_open(from, lookup, path(name), name.length, oflags, base, inheriting, fdflags, OUT);
}

/** The descriptor, or −1. */
export function opened(name: string, oflags: i32, base: u64, inheriting: u64 = 0, fdflags: i32 = 0): i32 {
  return openAs(name, oflags, base, inheriting, fdflags) == 0 ? <i32>load<u32>(OUT) : -1;
}
