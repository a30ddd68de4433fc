// `switchbench HOW COUNT`: what a switch between two processes costs. `yield`: both give their turns away; `pipe`: a byte goes to and fro; `alone`
// and `loop`: the same calls without another process, so that the calls' own part is known. Prints time, and the switches that the kernel counted.
import { EXIT_INFO_BYTES, SYSTEM_ROW_BYTES, SystemRow } from "../../abi/layouts";
import { Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { makePipe, newChild, ownNumber, pass, Role, readAll, readEnd, startChild, writeAll, writeEnd } from "./child";
import { allUsed, give, has, numberOf, print, wordIs } from "./words";

const USAGE: i32 = 2;
const FAILED: i32 = 1;
const FROM: i32 = 3;
const TO: i32 = 4;
const MOST: i64 = 10_000_000;
const DEFAULT: i64 = 2000;

const byte: usize = memory.data(8, 8);
const exit: usize = memory.data(32, 8);
const system = changetype<SystemRow>(memory.data(256, 8));
if (EXIT_INFO_BYTES != 32 || SYSTEM_ROW_BYTES > 256) ERROR("a buffer is stale");

function switches(): u64 {
  sys.query(Topic.System, 0, changetype<usize>(system), SYSTEM_ROW_BYTES);
  return system.switches;
}

/** Status to exit with. */
export function measureSwitches(): i32 {
  const yields = wordIs(1, "yield");
  const pipes = wordIs(1, "pipe");
  const alone = wordIs(1, "alone");
  const json = has("--json");
  const given = numberOf(2);
  const count = given < 0 ? DEFAULT : given;
  if ((!yields && !pipes && !alone && !wordIs(1, "loop")) || count < 1 || count > MOST || !allUsed()) {
    print("switchbench yield|pipe|alone|loop [COUNT] [--json]");
    return USAGE;
  }
  const there = makePipe();
  const back = makePipe();
  if (there < 0 || back < 0) return FAILED;
  const other = yields || pipes;
  // The other side of `loop` is ourselves.
  const to = writeEnd(there);
  let from = pipes ? readEnd(back) : readEnd(there);
  if (other) {
    newChild();
    pass(FROM, readEnd(there));
    pass(TO, writeEnd(back));
    if (startChild(yields ? Role.Yielder : Role.Echo, <u64>count, 0, 0) < 0) return FAILED;
    if (yields) from = readEnd(back);
    // It is there and waits.
    if (!readAll(readEnd(back), byte, 1)) return FAILED;
    if (yields && !writeAll(to, byte, 1)) return FAILED;
  }
  const before = switches();
  const beginNs = <u64>sys.time_now();
  if (yields || alone) for (let i: i64 = 0; i < count; i++) sys.yield_now();
  else for (let i: i64 = 0; i < count; i++) if (!writeAll(to, byte, 1) || !readAll(from, byte, 1)) return FAILED;
  const tookNs = <u64>sys.time_now() - beginNs;
  const switched = switches() - before;
  if (other && (sys.wait(0, 0, exit) <= 0 || load<i32>(exit + 4) != 0)) return FAILED;
  give(<u64>count);
  give(tookNs);
  give(switched);
  print(json ? '{"rounds":#,"tookNs":#,"switches":#}' : "# rounds in @ us, # switches");
  return 0;
}

/** Yields as often as the other. */
export function yieldAlong(): i32 {
  if (!writeAll(TO, byte, 1) || !readAll(FROM, byte, 1)) return FAILED;
  for (let i: u64 = ownNumber(0); i > 0; i--) sys.yield_now();
  return 0;
}

/** Sends back what comes. */
export function echo(): i32 {
  if (!writeAll(TO, byte, 1)) return FAILED;
  for (let i: u64 = ownNumber(0); i > 0; i--) if (!readAll(FROM, byte, 1) || !writeAll(TO, byte, 1)) return FAILED;
  return 0;
}
