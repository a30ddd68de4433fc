// `schedstress`: what a scheduler must live with. `bomb`: each process starts copies of itself until no more can be had, again and again, and all
// compute meanwhile; told is how long one of them had to wait for a turn. `nice`: priorities that do not exist, and those of others.
import { EXIT_INFO_BYTES, ExitInfo } from "../../abi/layouts";
import { Control } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { newChild, ownNumber, pass, Role, startChild } from "./child";
import { burn, calibrate } from "./spin";
import { allUsed, give, has, option, print, wordIs } from "./words";

const USAGE: i32 = 2;
const FAILED: i32 = 1;
const NS_PER_MS: u64 = 1_000_000;
/** Between two looks at the clock. */
const STRETCH_NS: u64 = 1_000_000;
/** After the end: how long it waits for those that have not heard of it. */
const GRACE_NS: u64 = 20_000_000_000;

const exit = changetype<ExitInfo>(memory.data(32, 8));
if (EXIT_INFO_BYTES != 32) ERROR("a buffer is stale");

let children: u64 = 0;
let refused: u64 = 0;
let longestNs: u64 = 0;

/** Status to exit with. */
export function stressScheduler(): i32 {
  const json = has("--json");
  if (wordIs(1, "nice") && allUsed()) return tryPriorities();
  const milliseconds = option("--ms", 2000, 10, 60_000);
  if (!wordIs(1, "bomb") || milliseconds < 0 || !allUsed()) {
    print("schedstress bomb [--ms HOW LONG, to 60000] [--json] | nice");
    return USAGE;
  }
  const failed = multiply(<u64>sys.time_now() + <u64>milliseconds * NS_PER_MS);
  give(children);
  give(refused);
  give(longestNs);
  print(json ? '{"children":#,"refused":#,"longestWaitNs":#}' : "# children of its own, # starts refused; the longest wait for a turn @ us");
  return failed ? FAILED : 0;
}

/** One of the many: the status to exit with is the longest wait that it or one of its own saw, in ms. */
export function bomb(): i32 {
  multiply(ownNumber(0));
  return <i32>(longestNs / NS_PER_MS);
}

// Starts, computes, until the time is over; then clears away. Whether one of its own ended in another way than it should.
function multiply(endNs: u64): bool {
  calibrate();
  let lookedNs = <u64>sys.time_now();
  while (lookedNs < endNs) {
    newChild();
    pass(1, -1);
    if (startChild(Role.Bomb, endNs, 0, 0) > 0) children++;
    else refused++;
    burn(STRETCH_NS);
    const now = <u64>sys.time_now();
    if (now > lookedNs + STRETCH_NS) longestNs = max<u64>(longestNs, now - lookedNs - STRETCH_NS);
    lookedNs = now;
  }
  let failed = false;
  for (let left = children; left > 0 && <u64>sys.time_now() < endNs + GRACE_NS; left--) {
    if (sys.wait(0, 0, changetype<usize>(exit)) <= 0) return true;
    if (exit.status < 0) failed = true;
    else longestNs = max<u64>(longestNs, <u64>exit.status * NS_PER_MS);
  }
  return failed;
}

// Each line: what was asked for, and the status.
function tryPriorities(): i32 {
  const own = <u64>sys.pid();
  tell("own -21", sys.control(Control.Nice, own, <u64>(<i64>-21), 0, 0));
  tell("own 20", sys.control(Control.Nice, own, 20, 0, 0));
  tell("own 2^63", sys.control(Control.Nice, own, 0x8000_0000_0000_0000, 0, 0));
  tell("nobody 0", sys.control(Control.Nice, 999_999, 0, 0, 0));
  tell("process 2^32+1", sys.control(Control.Nice, 0x1_0000_0001, 0, 0, 0));
  tell("own 19", sys.control(Control.Nice, own, 19, 0, 0));
  tell("child 1000", launchAt(1000));
  tell("child -1000", launchAt(-1000));
  tell("child 19", min<i64>(launchAt(19), 1));
  return 0;
}

function launchAt(nice: i32): i64 {
  const options = newChild();
  options.nice = nice;
  pass(1, -1);
  const pid = startChild(Role.Bomb, 0, 0, 0);
  if (pid > 0) sys.wait(<u32>pid, 0, changetype<usize>(exit));
  return pid;
}

function tell(what: string, status: i64): void {
  print(what, false);
  give(status < 0 ? <u64>-status : <u64>status);
  print(status < 0 ? ": -#" : ": #");
}
