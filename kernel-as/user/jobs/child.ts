// Starts further processes of this program: NAME worker ROLE A B C, with descriptors, image hash, nice value and time of start.
import { LAUNCH_OPTIONS_BYTES, LAUNCH_OPTIONS_PROGRAM, LaunchOptions } from "../../abi/layouts";
import { ARGUMENT_BYTES, LAUNCH_DESCRIPTORS, Status } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { copy, fill, literalCopy, setI32, setU8 } from "../../lib/bytes";
import { numberOf, word, wordBytes, wordIs } from "./words";

/** What a started process is; the number in its arguments. */
export enum Role {
  Job = 0,
  Messenger = 1,
  Worker = 2,
  Hog = 3,
  Sender = 4,
  Receiver = 5,
  Yielder = 6,
  Echo = 7,
  Bomb = 8,
}

const PROGRAM_BYTES: u32 = 24;
const DIGITS: u32 = 20;
const OPTIONS: usize = memory.data(160, 8);
if (LAUNCH_OPTIONS_BYTES != 160 || ARGUMENT_BYTES < 256) ERROR("a buffer is stale");
const argv: usize = memory.data(256);
const number: usize = memory.data(24);

/** The options of the next start; all descriptors closed but 1, where errors go. */
export function newChild(): LaunchOptions {
  fill(OPTIONS, 0, LAUNCH_OPTIONS_BYTES);
  for (let i: u32 = 0; i < LAUNCH_DESCRIPTORS; i++) pass(i, -1);
  pass(1, 1);
  copy(OPTIONS + LAUNCH_OPTIONS_PROGRAM, word(0), min<u32>(wordBytes(0), PROGRAM_BYTES - 1));
  return changetype<LaunchOptions>(OPTIONS);
}

/** Descriptor `index` of the child is this one of ours. */
export function pass(index: u32, descriptor: i32): void {
  setI32(OPTIONS + offsetof<LaunchOptions>("descriptors0") + 4 * index, descriptor);
}

function append(at: usize, value: u64): usize {
  let digits: u32 = 0;
  do {
    setU8(number + digits++, <u32>(48 + (value % 10)));
    value /= 10;
  } while (value > 0 && digits < DIGITS);
  while (digits > 0) setU8(at++, load<u8>(number + --digits));
  setU8(at++, 0);
  return at;
}

/** Starts it. Its pid, or a Status. */
export function startChild(role: Role, a: u64, b: u64, c: u64): i64 {
  const options = changetype<LaunchOptions>(OPTIONS);
  const bytes = min<u32>(wordBytes(0), PROGRAM_BYTES - 1);
  copy(argv, word(0), bytes);
  setU8(argv + bytes, 0);
  let at = argv + bytes + 1;
  at += literalCopy(at, "worker");
  setU8(at++, 0);
  at = append(at, role);
  at = append(at, a);
  at = append(at, b);
  at = append(at, c);
  options.argv = <u32>argv;
  options.argvBytes = <u32>(at - argv);
  return sys.launch(OPTIONS);
}

/** The role that this process was started with, or −1: it is the one that the shell started. */
export function ownRole(): i64 {
  return wordIs(1, "worker") ? numberOf(2) : -1;
}
/** Number `index` (0…2) of startChild; 0 where it is missing. */
export function ownNumber(index: u32): u64 {
  return <u64>max<i64>(numberOf(3 + index), 0);
}

/** Makes a pipe; its ends, or a Status < 0 that `readEnd` tells apart. */
export function makePipe(): i64 {
  return sys.pipe();
}
export function readEnd(pipe: i64): i32 {
  return <i32>pipe;
}
export function writeEnd(pipe: i64): i32 {
  return <i32>(pipe >> 32);
}

/** Writes all of a span. False where nobody reads. */
export function writeAll(descriptor: i32, at: usize, bytes: u32): bool {
  let done: u32 = 0;
  while (done < bytes) {
    const count = sys.fd_write(descriptor, at + done, bytes - done);
    if (count == Status.Interrupted) continue;
    if (count <= 0) return false;
    done += <u32>count;
  }
  return true;
}

/** Fills a span. False at the end of the pipe. */
export function readAll(descriptor: i32, at: usize, bytes: u32): bool {
  let done: u32 = 0;
  while (done < bytes) {
    const count = sys.fd_read(descriptor, at + done, bytes - done);
    if (count == Status.Interrupted) continue;
    if (count <= 0) return false;
    done += <u32>count;
  }
  return true;
}
