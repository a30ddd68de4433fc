// The weights of a module that has such: read, write, commit, return. A commit is one call between two decisions, in which the module checks
// what was written and takes it over whole. From the first commit on two copies are kept in frames: the weights that came with the module, and
// the last good ones. Which weights are good is not decided here: kernel/weights.ts.
//
//   frames of a slot:  | its own weights | pad to 8 | the last good ones |
import { frame_read, frame_write, module_weights, module_weights_commit, module_weights_read, module_weights_write } from "../../abi/host";
import { WeightsRow } from "../../abi/layouts";
import { Event, PAGE_BYTES, Status } from "../../abi/numbers";
import { WEIGHTS_FUEL } from "../limits";
import { markFailed, moduleEject } from "./choice";
import { closeSlot, openSlot, takeWeights } from "./opening";
import { moduleShadowFail } from "./shadow";
import { activeSlot, fail, failByHost, findId, NO_ARENA, NO_SLOT, NOT_OPEN, note, rowAt, shadowSlot, slotAt } from "./table";

const MOST_VERSION: u32 = 0x7fff_ffff;
const CHUNK_BYTES: u32 = 1024;
const chunk: usize = memory.data(1024, 8);

/** Which of the kept weights to return to. */
export const enum Kept {
  Own = 0,
  Good = 1,
}

// The slot of an open module with weights, or a Status.
function weightsSlot(id: u32): i32 {
  const index = findId(id);
  if (index === NO_SLOT) return fail(Status.NotFound, "no module has this id");
  const slot = slotAt(index);
  if (slot.handle === NOT_OPEN) {
    const status = openSlot(index);
    if (status < 0) return status;
  }
  if (slot.weightsBytes > 0) return index;
  const bytes = module_weights(slot.handle);
  if (bytes < 0) return failByHost(bytes, slot.handle, "it has no weights");
  slot.weightsBytes = <u32>bytes;
  return index;
}

/**
 * Copy weights in use from `offset` on into `buffer`. Returns the bytes copied, less at the end.
 * NotFound: no such module. Unsupported: it has no weights. Trap, Range: it does not tell where they are. Else as opening says.
 */
export function weightsRead(id: u32, offset: u32, buffer: usize, count: u32): i32 {
  const index = weightsSlot(id);
  if (index < 0) return index;
  const handle = slotAt(index).handle;
  const got = module_weights_read(handle, offset, buffer, count);
  return got < 0 ? failByHost(got, handle, "its weights cannot be read") : got;
}

/**
 * Write weights to come: from the start on, without gaps; what was written may be written again. Nothing changes before weightsCommit.
 * Returns Ok. Range: a gap, or past the end. Else as weightsRead.
 */
export function weightsWrite(id: u32, offset: u32, buffer: usize, count: u32): i32 {
  const index = weightsSlot(id);
  if (index < 0) return index;
  const slot = slotAt(index);
  if (offset > slot.weightsWritten) return fail(Status.Range, "weights are written from the start on, without gaps");
  if (count > slot.weightsBytes || offset > slot.weightsBytes - count) return fail(Status.Range, "there are fewer bytes of weights");
  const status = module_weights_write(slot.handle, offset, buffer, count);
  if (status < 0) return failByHost(status, slot.handle, "its weights cannot be written");
  if (offset + count > slot.weightsWritten) slot.weightsWritten = offset + count;
  return Status.Ok;
}

/**
 * Let the module check what was written and use it from its next decision on.
 * @param version what these weights are called from now on: 1…2^31 − 1; 0 are the module's own
 * Returns Ok. Range: another version. Invalid: not all bytes were written since the last commit. BadAnswer: the module refuses them; nothing
 * changed. NoMemory: no frames to keep the weights before. Trap, OutOfFuel: it failed, and decides no longer. Else as weightsRead.
 */
export function weightsCommit(id: u32, version: u32, nowNs: u64): i32 {
  if (version === 0 || version > MOST_VERSION) return fail(Status.Range, "a version is a number from 1 to 2147483647; 0 are the module's own weights");
  const index = weightsSlot(id);
  if (index < 0) return index;
  const slot = slotAt(index);
  const written = slot.weightsWritten;
  if (written < slot.weightsBytes) {
    slot.weightsWritten = 0;
    slot.refused++;
    return fail(Status.Invalid, written === 0 ? "no weights were written" : "not all of the weights were written");
  }
  const status = keepFirst(index);
  if (status < 0) return status;
  const taken = commit(index, version);
  if (taken < 0) return taken;
  slot.commits++;
  slot.committedNs = nowNs;
  note(Event.WeightsCommit, id, version);
  return Status.Ok;
}

// Call the module's commit. What it wrote to its staging buffer is used up either way.
function commit(index: i32, version: u32): i32 {
  const slot = slotAt(index);
  slot.weightsWritten = 0;
  const status = module_weights_commit(slot.handle, version, WEIGHTS_FUEL);
  if (status >= 0) {
    slot.version = version;
    return Status.Ok;
  }
  slot.refused++;
  failByHost(status, slot.handle, "it refuses the weights");
  if (status === Status.Invalid) return Status.BadAnswer;
  failed(index, status);
  return status;
}

// A module that trapped while it took over weights may be half old, half new.
function failed(index: i32, status: i32): void {
  const kind = rowAt(index).kind;
  if (activeSlot(kind) === index) moduleEject(kind, status, "");
  else if (shadowSlot() === index) moduleShadowFail(status, "");
  else {
    closeSlot(index);
    markFailed(index, status, Event.PolicyEject);
  }
}

function goodAt(index: i32): u32 {
  return (slotAt(index).weightsBytes + 7) & ~7;
}

// Before the first commit: both copies are the module's own weights.
function keepFirst(index: i32): i32 {
  const slot = slotAt(index);
  if (slot.weightsPfn !== NO_ARENA) return Status.Ok;
  let status = takeWeights(index, goodAt(index) + slot.weightsBytes);
  if (status >= 0) status = keep(index, 0);
  return status < 0 ? status : keep(index, goodAt(index));
}

// Copy the weights in use to `at` of the slot's frames.
function keep(index: i32, at: u32): i32 {
  const slot = slotAt(index);
  for (let done: u32 = 0; done < slot.weightsBytes; ) {
    const offset = (at + done) % PAGE_BYTES;
    const count = min(min(CHUNK_BYTES, slot.weightsBytes - done), PAGE_BYTES - offset);
    const got = module_weights_read(slot.handle, done, chunk, count);
    if (got < 0) return failByHost(got, slot.handle, "its weights cannot be read");
    const status = frame_write(slot.weightsPfn + (at + done) / PAGE_BYTES, offset, chunk, count);
    if (status < 0) return fail(status, "its weights cannot be kept");
    done += count;
  }
  return Status.Ok;
}

/** The weights in use are good: they are what weightsRevert returns to. Nothing to do where none were committed. */
export function weightsConfirm(id: u32): void {
  const index = findId(id);
  if (index === NO_SLOT || slotAt(index).weightsPfn === NO_ARENA) return;
  if (keep(index, goodAt(index)) >= 0) slotAt(index).goodVersion = slotAt(index).version;
}

/**
 * Return to kept weights. Own ones are good ones from then on.
 * Returns the version returned to; also where they are in use already. BadAnswer, Trap, OutOfFuel: the module takes them no more, and
 * decides no longer. Else as weightsRead.
 */
export function weightsRevert(id: u32, which: Kept): i32 {
  const index = weightsSlot(id);
  if (index < 0) return index;
  const slot = slotAt(index);
  const version = which === Kept.Own ? 0 : slot.goodVersion;
  if (slot.weightsPfn === NO_ARENA) return 0;
  let status = restore(index, which === Kept.Own ? 0 : goodAt(index));
  if (status >= 0) status = commit(index, version);
  if (status < 0) {
    if (status === Status.BadAnswer) failed(index, status);
    return status;
  }
  if (which === Kept.Own) weightsConfirm(id);
  note(Event.WeightsRevert, id, version);
  return <i32>version;
}

// Write the kept weights at `at` into the module's staging buffer.
function restore(index: i32, at: u32): i32 {
  const slot = slotAt(index);
  for (let done: u32 = 0; done < slot.weightsBytes; ) {
    const offset = (at + done) % PAGE_BYTES;
    const count = min(min(CHUNK_BYTES, slot.weightsBytes - done), PAGE_BYTES - offset);
    let status = frame_read(slot.weightsPfn + (at + done) / PAGE_BYTES, offset, chunk, count);
    if (status >= 0) status = module_weights_write(slot.handle, done, chunk, count);
    if (status < 0) return fail(status, "the kept weights cannot be written");
    done += count;
  }
  return Status.Ok;
}

/** Count a return that the guard made, or one that was asked for. */
export function weightsCount(id: u32, byGuard: bool): void {
  const index = findId(id);
  if (index === NO_SLOT) return;
  if (byGuard) slotAt(index).rollbacks++;
  else slotAt(index).reverts++;
}

/** Version of the weights that a module uses; 0: its own, or it has none. */
export function weightsVersion(id: u32): u32 {
  const index = findId(id);
  return index === NO_SLOT ? 0 : slotAt(index).version;
}
/** … of the last good ones. */
export function weightsGood(id: u32): u32 {
  const index = findId(id);
  return index === NO_SLOT ? 0 : slotAt(index).goodVersion;
}

/** Fill what is known here of a module's weights; `row` is empty where it has none. */
export function weightsRow(id: u32, row: WeightsRow): void {
  const index = weightsSlot(id);
  if (index < 0) return;
  const slot = slotAt(index);
  row.moduleId = id;
  row.bytes = slot.weightsBytes;
  row.version = slot.version;
  row.goodVersion = slot.goodVersion;
  row.commits = slot.commits;
  row.refused = slot.refused;
  row.rollbacks = slot.rollbacks;
  row.reverts = slot.reverts;
  row.committedNs = slot.committedNs;
}
