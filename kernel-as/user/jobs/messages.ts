// `messagebench`: groups of processes in which each of the senders writes its messages to each of the receivers, through a pipe for each receiver.
// The time is that from the starting shot to the end of the last process. The manner of the hackbench test.
import { EXIT_INFO_BYTES, SYSTEM_ROW_BYTES, SystemRow } from "../../abi/layouts";
import { Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { makePipe, newChild, ownNumber, pass, Role, readAll, readEnd, startChild, writeAll, writeEnd } from "./child";
import { allUsed, give, has, option, print } from "./words";

const USAGE: i32 = 2;
const FAILED: i32 = 1;
const READY: i32 = 3;
const GO: i32 = 4;
const FIRST: i32 = 5;
const MOST_BYTES: u32 = 4096;
const NS_PER_US: u64 = 1000;
/** Processes beside the shell, this one and services. */
const MOST_PROCESSES: i64 = 116;

const message: usize = memory.data(4096, 8);
const ends: usize = memory.data(128, 8);
const exit: usize = memory.data(32, 8);
const system = changetype<SystemRow>(memory.data(256, 8));
if (EXIT_INFO_BYTES != 32 || SYSTEM_ROW_BYTES > 256) ERROR("a buffer is stale");

function switches(): u64 {
  sys.query(Topic.System, 0, changetype<usize>(system), SYSTEM_ROW_BYTES);
  return system.switches;
}

/** Status to exit with. */
export function measureMessages(): i32 {
  const json = has("--json");
  const groups = option("--groups", 4, 1, 50);
  const pairs = option("--pairs", 8, 1, 11);
  const loops = option("--loops", 20, 1, 100_000);
  const bytes = option("--bytes", 100, 1, MOST_BYTES);
  if (groups < 0 || pairs < 0 || loops < 0 || bytes < 0 || groups * pairs * 2 > MOST_PROCESSES || !allUsed()) {
    print("messagebench [--groups N] [--pairs 1…11: senders, and receivers, of a group] [--loops N] [--bytes 1…4096] [--json]; at most 116 processes");
    return USAGE;
  }
  const ready = makePipe();
  const go = makePipe();
  if (ready < 0 || go < 0) return lost();
  for (let i: i64 = 0; i < groups; i++) if (!startGroup(<u32>pairs, <u32>loops, <u32>bytes, writeEnd(ready), readEnd(go))) return lost();
  const processes = <u32>(groups * pairs * 2);
  for (let i: u32 = 0; i < processes; i++) if (!readAll(readEnd(ready), message, 1)) return lost();
  const before = switches();
  const beginNs = <u64>sys.time_now();
  if (!writeAll(writeEnd(go), message, processes)) return lost();
  let failed = false;
  for (let i: u32 = 0; i < processes; i++) {
    if (sys.wait(0, 0, exit) <= 0) return lost();
    if (load<i32>(exit + 4) != 0) failed = true;
  }
  const tookNs = <u64>sys.time_now() - beginNs;
  if (failed) return lost();
  tell(json, <u64>groups, <u64>pairs, <u64>(groups * pairs * pairs * loops), <u64>bytes, tookNs, switches() - before);
  return 0;
}

function lost(): i32 {
  print("messagebench: a process, a pipe or a message was lost");
  return FAILED;
}

function startGroup(pairs: u32, loops: u32, bytes: u32, ready: i32, go: i32): bool {
  for (let i: u32 = 0; i < pairs; i++) {
    const pipe = makePipe();
    if (pipe < 0) return false;
    store<i64>(ends + (i << 3), pipe);
    newChild();
    pass(READY, ready);
    pass(GO, go);
    pass(FIRST, readEnd(pipe));
    if (startChild(Role.Receiver, <u64>pairs * loops * bytes, 0, 0) < 0) return false;
    sys.close(readEnd(pipe));
  }
  for (let i: u32 = 0; i < pairs; i++) {
    newChild();
    pass(READY, ready);
    pass(GO, go);
    for (let j: u32 = 0; j < pairs; j++) pass(FIRST + j, writeEnd(load<i64>(ends + (j << 3))));
    if (startChild(Role.Sender, pairs, loops, bytes) < 0) return false;
  }
  for (let i: u32 = 0; i < pairs; i++) sys.close(writeEnd(load<i64>(ends + (i << 3))));
  return true;
}

function tell(json: bool, groups: u64, pairs: u64, messages: u64, bytes: u64, tookNs: u64, count: u64): void {
  give(messages);
  give(bytes);
  give(groups);
  give(pairs);
  give(pairs);
  give(json ? tookNs : tookNs / NS_PER_US);
  give(tookNs / messages);
  give(count);
  print(
    json
      ? '{"messages":#,"bytes":#,"groups":#,"senders":#,"receivers":#,"tookNs":#,"messageNs":#,"switches":#}'
      : "# messages of # bytes in # groups of # senders and # receivers: @ ms, @ us each, # switches",
  );
}

function awaitGo(): bool {
  return writeAll(READY, message, 1) && readAll(GO, message, 1);
}

/** Writes so many messages to each receiver. */
export function send(): i32 {
  const receivers = <u32>ownNumber(0);
  const loops = <u32>ownNumber(1);
  const bytes = min<u32>(<u32>ownNumber(2), MOST_BYTES);
  if (!awaitGo()) return FAILED;
  for (let i: u32 = 0; i < loops; i++) for (let j: u32 = 0; j < receivers; j++) if (!writeAll(FIRST + j, message, bytes)) return FAILED;
  return 0;
}

/** Reads until everything has come. */
export function receive(): i32 {
  let left = ownNumber(0);
  if (!awaitGo()) return FAILED;
  while (left > 0) {
    const count = sys.fd_read(FIRST, message, <u32>min<u64>(left, MOST_BYTES));
    if (count <= 0) return FAILED;
    left -= <u64>count;
  }
  return 0;
}
