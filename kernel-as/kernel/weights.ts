// Weights that are learnt while the kernel runs: who may write them, and the guard over those of the module that decides which task runs. How
// they are written and kept is module/weights.ts's; whether they make requests slower is sched/guard.ts's to say.
import { time_now_ns } from "../abi/host";
import { WeightsRow } from "../abi/layouts";
import { Control, ModuleKind, Status } from "../abi/numbers";
import { copyIn, copyOut } from "./mm/usercopy";
import { moduleActive } from "./module/registry";
import { Kept, weightsCommit, weightsConfirm, weightsCount, weightsGood, weightsRead, weightsRevert, weightsRow, weightsVersion, weightsWrite } from "./module/weights";
import { say, sayEnd, sayNumber } from "./obs";
import { FLAG_SERVICE, processAt } from "./proc/process";
import { setVersion } from "./sched";
import { guardBeforeMilli, guardCommit, guardEnd, guardJudged, guardOnTrial, guardRequest, guardReset, guardSinceMilli, Verdict } from "./sched/guard";

const CHUNK_BYTES: u32 = 4096;
const chunk: usize = memory.data(4096, 8);
/** Who decides which task runs, as the guard knows it. */
let watched: u32 = 0;

/** Controls WeightsRead, WeightsWrite, WeightsCommit and WeightsRevert; `a` is a module's id. */
export function weightsControl(slot: i32, operation: u32, a: u64, b: u64, va: u64, bytes: u32): i64 {
  if (a > u32.MAX_VALUE) return Status.NotFound;
  const id = <u32>a;
  if (b > u32.MAX_VALUE) return Status.Range;
  if (operation == Control.WeightsRead) return read(slot, id, <u32>b, va, bytes);
  if (operation == Control.WeightsRevert) return b <= 1 ? revert(id, b == 1 ? Kept.Own : Kept.Good) : Status.Range;
  if ((processAt(slot).flags & FLAG_SERVICE) == 0) return Status.Denied;
  return operation == Control.WeightsWrite ? write(slot, id, <u32>b, va, bytes) : commit(id, <u32>b);
}

function read(slot: i32, id: u32, offset: u32, va: u64, bytes: u32): i64 {
  let done: u32 = 0;
  while (done < bytes) {
    const got = weightsRead(id, offset + done, chunk, min(CHUNK_BYTES, bytes - done));
    if (got < 0) return got;
    if (got == 0) break;
    const status = copyOut(slot, va + done, chunk, got);
    if (status < 0) return status;
    done += got;
  }
  return done;
}

function write(slot: i32, id: u32, offset: u32, va: u64, bytes: u32): i64 {
  for (let done: u32 = 0; done < bytes; ) {
    const count = min(CHUNK_BYTES, bytes - done);
    let status = copyIn(slot, va + done, chunk, count);
    if (status >= 0) status = weightsWrite(id, offset + done, chunk, count);
    if (status < 0) return status;
    done += count;
  }
  return Status.Ok;
}

// Of the module that decides, weights are on trial before they are good; of another nobody feels them yet.
function commit(id: u32, version: u32): i64 {
  const decides = id == moduleActive(ModuleKind.Sched);
  if (decides && guardOnTrial()) return Status.Busy;
  const status = weightsCommit(id, version, <u64>time_now_ns());
  if (status < 0) return status;
  if (decides) {
    guardCommit();
    setVersion(version);
  } else weightsConfirm(id);
  return Status.Ok;
}

function revert(id: u32, which: Kept): i64 {
  const version = weightsRevert(id, which);
  if (version < 0) return version;
  weightsCount(id, false);
  if (id == watched) {
    guardEnd();
    setVersion(weightsVersion(id));
  }
  return version;
}

/** A request of a task ended (Event.RequestEnd): the guard looks, and acts. Call between decisions. */
export function weightsRequest(serviceNs: u64, responseNs: u64): void {
  if (watched == 0) return;
  const verdict = guardRequest(responseNs, serviceNs);
  if (verdict == Verdict.None) return;
  if (verdict == Verdict.Keep) {
    weightsConfirm(watched);
    return;
  }
  const bad = weightsVersion(watched);
  if (weightsRevert(watched, Kept.Good) < 0) return; // it was ejected
  weightsCount(watched, true);
  setVersion(weightsVersion(watched));
  say("weights: version ");
  sayNumber(bad);
  say(" made requests slower; back to version ");
  sayNumber(weightsVersion(watched));
  sayEnd();
}

/** Another module decides which task runs, or the fallback (Event.PolicySwap): weights that were not judged do not stay. */
export function weightsSwapped(): void {
  if (guardOnTrial() && weightsVersion(watched) != weightsGood(watched)) weightsRevert(watched, Kept.Good);
  watched = moduleActive(ModuleKind.Sched);
  guardReset();
  setVersion(weightsVersion(watched));
}

/** Topic.Weights: of the module that decides which task runs. Returns 1. */
export function fillWeightsRow(at: usize): i32 {
  const row = changetype<WeightsRow>(at);
  const id = moduleActive(ModuleKind.Sched);
  if (id == 0) return 1;
  weightsRow(id, row);
  row.moduleId = id;
  row.judged = guardJudged();
  row.onTrial = guardOnTrial() ? 1 : 0;
  row.beforeMilli = guardBeforeMilli();
  row.sinceMilli = guardSinceMilli();
  return 1;
}
