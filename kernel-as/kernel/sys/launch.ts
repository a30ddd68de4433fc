// System calls that start processes, and what a process asks about how it was started.
import { LAUNCH_OPTIONS_BYTES, LAUNCH_OPTIONS_DESCRIPTORS, LAUNCH_OPTIONS_PROGRAM, LaunchOptions } from "../../abi/layouts";
import { ARGUMENT_BYTES, DIRECTORY_BYTES, ENVIRONMENT_BYTES, LAUNCH_DESCRIPTORS, Status, USER_LINEAR_VA } from "../../abi/numbers";
import { copy, getI32, getU8, nameLength } from "../../lib/bytes";
import { descriptorOpen, shareDescriptor } from "../fs/descriptors";
import { copyIn, copyOut } from "../mm/usercopy";
import { start } from "../proc/lifecycle";
import { directoriesAt, environmentAt, FLAG_FOREGROUND, FLAG_OWNER, FLAG_PROTECTED, processAt } from "../proc/process";
import { makeReady } from "../proc/waiting";
import { squeezeNow } from "../reclaim/ladder";
import { noteWake } from "../time";

const options = changetype<LaunchOptions>(memory.data(160, 8));
const arguments_: usize = memory.data(4096);
const environment: usize = memory.data(1024);
const directories: usize = memory.data(512);
if (LAUNCH_OPTIONS_BYTES != 160 || ARGUMENT_BYTES != 4096 || ENVIRONMENT_BYTES != 1024 || DIRECTORY_BYTES != 512) ERROR("a buffer is stale");

const PROGRAM_BYTES: usize = 24;
const STDIO: i32 = 3;
const WHOLE_PPM: u32 = 1_000_000;
const LEAST_PPM: u32 = 10_000;
const MOST_ADJUST: i32 = 1000;
const NICE_LEAST: i32 = -20;
const NICE_MOST: i32 = 19;

/** Starts a program with its arguments; it gets the caller's descriptors 0, 1 and 2. */
export function sysSpawn(slot: i32, va: u64, bytes: u32, flags: u32): i64 {
  if (bytes == 0 || bytes > ARGUMENT_BYTES) return Status.Invalid;
  const status = copyIn(slot, va, arguments_, bytes);
  if (status < 0) return status;
  const child = begin(slot, arguments_, <u32>nameLength(arguments_, bytes), bytes, flags);
  if (child < 0) return child;
  for (let i: i32 = 0; i < STDIO; i++) shareDescriptor(slot, i, child, i);
  processAt(child).nice = processAt(slot).nice;
  makeReady(child);
  return processAt(child).pid;
}

export function sysLaunch(slot: i32, va: u64): i64 {
  const status = readOptions(slot, va);
  if (status < 0) return status;
  const list = changetype<usize>(options) + LAUNCH_OPTIONS_DESCRIPTORS;
  for (let i: i32 = 0; i < <i32>LAUNCH_DESCRIPTORS; i++) {
    const from = getI32(list + (i << 2));
    if (from != -1 && descriptorOpen(slot, from) < 0) return Status.BadDescriptor;
  }
  const name = changetype<usize>(options) + LAUNCH_OPTIONS_PROGRAM;
  const child = begin(slot, name, <u32>nameLength(name, PROGRAM_BYTES), options.argvBytes, options.flags);
  if (child < 0) return child;
  const process = processAt(child);
  for (let i: i32 = 0; i < <i32>LAUNCH_DESCRIPTORS; i++) {
    const from = getI32(list + (i << 2));
    if (from != -1) shareDescriptor(slot, from, child, i);
  }
  copy(environmentAt(child), environment, options.environmentBytes);
  process.environmentBytes = options.environmentBytes;
  copy(directoriesAt(child), directories, options.directoriesBytes);
  process.directoriesBytes = options.directoriesBytes;
  process.memoryMaxBytes = options.memoryMaxBytes;
  process.reservePages = <u32>min<u64>(options.reserveBytes >> 12, u32.MAX_VALUE);
  process.cpuPpm = options.cpuPpm;
  process.oomScoreAdjust = options.oomScoreAdjust;
  // A child is as important as its parent, and what was asked for comes on top.
  process.nice = min<i32>(NICE_MOST, max<i32>(NICE_LEAST, processAt(slot).nice + options.nice));
  if (options.image != 0) process.image = options.image;
  if (options.startNs > process.startedNs) {
    // It has not run yet, and the scheduler does not know it before its time.
    process.wakeNs = options.startNs;
    noteWake(options.startNs);
  } else makeReady(child);
  return process.pid;
}

// Children of a process in the foreground are there too; the shell says it of its own.
function begin(slot: i32, name: usize, nameBytes: u32, argumentBytes: u32, flags: u32): i32 {
  const parent = processAt(slot);
  const inherited = (parent.flags & FLAG_OWNER) != 0 ? 0 : parent.flags & FLAG_FOREGROUND;
  const own = (flags & FLAG_PROTECTED) | inherited;
  const status = start(parent.pid, name, nameBytes, arguments_, argumentBytes, own);
  // Short of frames the ladder is tried once, without a kill: nobody ends so that another may start.
  return status == Status.NoMemory && squeezeNow() ? start(parent.pid, name, nameBytes, arguments_, argumentBytes, own) : status;
}

function readOptions(slot: i32, va: u64): i32 {
  let status = copyIn(slot, va, changetype<usize>(options), LAUNCH_OPTIONS_BYTES);
  if (status < 0) return status;
  if (options.cpuPpm != 0 && (options.cpuPpm < LEAST_PPM || options.cpuPpm > WHOLE_PPM)) return Status.Invalid;
  if (options.oomScoreAdjust < -MOST_ADJUST || options.oomScoreAdjust > MOST_ADJUST) return Status.Invalid;
  if (options.nice < NICE_LEAST || options.nice > NICE_MOST) return Status.Invalid;
  if (options.argvBytes == 0) return Status.Invalid;
  status = readText(slot, options.argv, options.argvBytes, arguments_, ARGUMENT_BYTES);
  if (status == Status.Ok) status = readText(slot, options.environment, options.environmentBytes, environment, ENVIRONMENT_BYTES);
  if (status == Status.Ok) status = readText(slot, options.directories, options.directoriesBytes, directories, DIRECTORY_BYTES);
  return status;
}

// Strings of the caller's linear memory, NUL ended; there may be none.
function readText(slot: i32, offset: u32, bytes: u32, to: usize, capacity: u32): i32 {
  if (bytes > capacity) return Status.Invalid;
  if (bytes == 0) return Status.Ok;
  if (<u64>offset + bytes > processAt(slot).linearBytes) return Status.Range;
  const status = copyIn(slot, USER_LINEAR_VA + offset, to, bytes);
  if (status < 0) return status;
  return getU8(to + bytes - 1) == 0 ? Status.Ok : Status.Invalid;
}

export function sysEnvironment(slot: i32, va: u64, capacity: u32): i64 {
  return answer(slot, va, capacity, environmentAt(slot), processAt(slot).environmentBytes);
}

export function sysDirectories(slot: i32, va: u64, capacity: u32): i64 {
  return answer(slot, va, capacity, directoriesAt(slot), processAt(slot).directoriesBytes);
}

function answer(slot: i32, va: u64, capacity: u32, text: usize, bytes: u32): i64 {
  const status = copyOut(slot, va, text, min<u32>(bytes, capacity));
  return status < 0 ? status : bytes;
}
