// `wakebench`: messengers wake their workers, each worker notes how long after the wake it ran, computes, rests, and asks to be woken again;
// hogs compute all the time. The manner of the schbench test; the processes and pipes are real.
import { EXIT_INFO_BYTES } from "../../abi/layouts";
import * as sys from "../../abi/sys";
import { getU32, setU32 } from "../../lib/bytes";
import { makePipe, newChild, ownNumber, pass, Role, readAll, readEnd, startChild, writeAll, writeEnd } from "./child";
import { added, mean, percentile, roomFor, samples, samplesAt, sortSamples } from "./samples";
import { burn, calibrate } from "./spin";
import { allUsed, give, has, option, print } from "./words";

const USAGE: i32 = 2;
const FAILED: i32 = 1;
const NS_PER_US: u64 = 1000;
const NS_PER_MS: u64 = 1_000_000;
/** From the start to the first wake that counts. */
const WARM_NS: u64 = 200_000_000;
/** Wakes told of at once. */
const TOLD: u32 = 16;
const MOST_NS: u64 = 0xffff_ffff;
/** Samples read at once. */
const READ_SAMPLES: u32 = 4096;

const INBOX: i32 = 3;
const OWN: i32 = 4;
const RESULTS: i32 = 5;
const SHIFT_BITS: u64 = 20;

const stamp: usize = memory.data(8, 8);
const told: usize = memory.data(64, 4);
const writers: usize = memory.data(256, 4);
const exit: usize = memory.data(32, 8);
if (EXIT_INFO_BYTES != 32) ERROR("a buffer is stale");

/** Status to exit with. */
export function measureWakes(): i32 {
  const json = has("--json");
  const messengers = option("--messengers", 2, 1, 4);
  const workers = option("--workers", 8, 1, 24);
  const hogs = option("--hogs", 2, 0, 32);
  const workUs = option("--work", 1000, 0, 1_000_000);
  const restUs = option("--rest", 30_000, 0, 1_000_000);
  const milliseconds = option("--ms", 2000, 10, 600_000);
  if (messengers < 0 || workers < 0 || hogs < 0 || workUs < 0 || restUs < 0 || milliseconds < 0 || !allUsed()) {
    print("wakebench [--messengers 1…4] [--workers 1…24 each] [--hogs 0…32] [--work US] [--rest US] [--ms HOW LONG] [--json]");
    return USAGE;
  }
  const results = makePipe();
  if (results < 0) return lost();
  const beginNs = <u64>sys.time_now() + WARM_NS;
  const endNs = beginNs + <u64>milliseconds * NS_PER_MS;
  for (let i: i64 = 0; i < messengers; i++) {
    newChild();
    pass(RESULTS, writeEnd(results));
    if (startChild(Role.Messenger, <u64>workers, ((<u64>workUs) << SHIFT_BITS) | <u64>restUs, endNs) < 0) return lost();
  }
  for (let i: i64 = 0; i < hogs; i++) {
    newChild();
    if (startChild(Role.Hog, endNs, 0, 0) < 0) return lost();
  }
  sys.close(writeEnd(results));
  if (!collect(readEnd(results))) return lost();
  let failed = false;
  while (sys.wait(0, 0, exit) > 0) if (load<i32>(exit + 4) != 0) failed = true;
  if (failed) return lost();
  sortSamples();
  tell(json, <u64>(messengers * workers), <u64>hogs, <u64>milliseconds);
  return 0;
}

function lost(): i32 {
  print("wakebench: a process, a pipe or memory could not be had");
  return FAILED;
}

// The pipe ends with the last worker.
function collect(reader: i32): bool {
  let bytes: i64;
  do {
    const at = roomFor(READ_SAMPLES);
    if (at == 0) return false;
    bytes = sys.fd_read(reader, at, READ_SAMPLES * 4);
    if (bytes > 0) added(<u32>bytes / 4);
  } while (bytes > 0);
  return bytes == 0;
}

function tell(json: bool, workers: u64, hogs: u64, milliseconds: u64): void {
  give(samples());
  give(workers);
  give(hogs);
  give(milliseconds);
  give(mean());
  give(percentile(500));
  give(percentile(900));
  give(percentile(990));
  give(percentile(999));
  give(percentile(1000));
  print(
    json
      ? '{"wakes":#,"workers":#,"hogs":#,"ms":#,"meanNs":#,"p50Ns":#,"p90Ns":#,"p99Ns":#,"p999Ns":#,"mostNs":#}'
      : "# wakes of # workers beside # hogs in # ms; from wake to run in us: mean @, 50 % @, 90 % @, 99 % @, 99.9 % @, most @",
  );
}

/** A messenger: makes its workers, then wakes each that asks. */
export function passOn(): i32 {
  const workers = <u32>ownNumber(0);
  const endNs = ownNumber(2);
  const inbox = makePipe();
  if (inbox < 0) return FAILED;
  for (let i: u32 = 0; i < workers; i++) {
    const pipe = makePipe();
    if (pipe < 0) return FAILED;
    setU32(writers + (i << 2), writeEnd(pipe));
    newChild();
    pass(INBOX, writeEnd(inbox));
    pass(OWN, readEnd(pipe));
    pass(RESULTS, RESULTS);
    if (startChild(Role.Worker, i, ownNumber(1), endNs) < 0) return FAILED;
    sys.close(readEnd(pipe));
  }
  sys.close(RESULTS);
  for (let stopped: u32 = 0; stopped < workers; ) {
    const bytes = sys.fd_read(readEnd(inbox), told, TOLD * 4);
    if (bytes <= 0) return FAILED;
    for (let at: u32 = 0; at < <u32>bytes; at += 4) {
      const index = getU32(told + at);
      const now = <u64>sys.time_now();
      const over = now >= endNs;
      store<u64>(stamp, over ? 0 : now);
      if (over) stopped++;
      if (index >= workers || !writeAll(getU32(writers + (index << 2)), stamp, 8)) return FAILED;
    }
  }
  while (sys.wait(0, 0, exit) > 0) if (load<i32>(exit + 4) != 0) return FAILED;
  return 0;
}

/** A worker: asks, is woken, notes how late it runs, computes, rests. */
export function workOnWake(): i32 {
  const index = <u32>ownNumber(0);
  const workNs = (ownNumber(1) >> SHIFT_BITS) * NS_PER_US;
  const restNs = (ownNumber(1) & ((1 << SHIFT_BITS) - 1)) * NS_PER_US;
  const end = ownNumber(2);
  calibrate();
  const beginNs = <u64>sys.time_now() + WARM_NS;
  // Workers do not march in step.
  sys.sleep(restNs > 0 ? <u64>sys.random() % restNs : 0);
  for (;;) {
    setU32(told, index);
    if (!writeAll(INBOX, told, 4) || !readAll(OWN, stamp, 8)) return FAILED;
    const now = <u64>sys.time_now();
    const woken = load<u64>(stamp);
    if (woken == 0) break;
    if (woken >= beginNs && woken < end) {
      const at = roomFor(1);
      if (at == 0) return FAILED;
      store<u32>(at, <u32>min<u64>(now - woken, MOST_NS));
      added(1);
    }
    burn(workNs);
    if (restNs > 0) sys.sleep(restNs);
  }
  return samples() == 0 || writeAll(RESULTS, samplesAt(), samples() * 4) ? 0 : FAILED;
}

/** Computes until the end. */
export function hog(): i32 {
  const endNs = ownNumber(0);
  calibrate();
  while (<u64>sys.time_now() < endNs) burn(NS_PER_MS);
  return 0;
}
