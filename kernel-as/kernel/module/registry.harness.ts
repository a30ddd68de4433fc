// The registry and the beat with their hooks exported to V8, for tools/reference. In no image: kernel.wasm gives its own hooks.
import { ModuleApproval, ModuleRow, SCHED_DECISION_BYTES, WEIGHTS_ROW_BYTES, WeightsRow } from "../../abi/layouts";
import { Event, ModuleKind, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { copy } from "../../lib/bytes";
import { predictDecide } from "../predict/beat";
import { predictInit, predictSample, predictSampled } from "../predict/index";
import { weightsCommit, weightsConfirm, weightsRead, weightsRevert, weightsRow, weightsWrite } from "./weights";
import { fillModuleRow, moduleApprove, moduleEject, moduleFallback, moduleFault, moduleInit, moduleLoad, moduleOffer, moduleShadow, moduleShadowDecide, moduleShadowFail, moduleShadowSet, moduleStart, moduleSwap, moduleUnload, moduleActive, moduleDecide } from "./registry";

@external("test", "arena_alloc")
declare function arena_alloc(order: u32): i32;
@external("test", "arena_free")
declare function arena_free(pfn: u32, order: u32): void;
@external("test", "event")
declare function event(kind: u32, a: u64, b: u64): void;

const arena = changetype<Arena>(memory.data(offsetof<Arena>(), 8));
const room: usize = memory.data(65536, 16);
const text: usize = memory.data(512, 8);
const OFFERED_BYTES: u32 = 8192;
const offered: usize = memory.data(8192, 8);
const answer: usize = memory.data(512, 8);
const row: usize = memory.data(216, 8);
if (offsetof<ModuleRow>() !== 216) ERROR("row is stale");

export function textAt(): usize {
  return text;
}
export function rowAt(): usize {
  return row;
}
export function faultAt(): usize {
  return moduleFault();
}
export function start(archiveBytes: u64, engine: u32): i32 {
  arena.init(room, 65536);
  const status = predictInit(arena);
  if (status < 0) return status;
  return moduleInit(
    arena,
    archiveBytes,
    engine,
    1,
    (order: u32): i32 => arena_alloc(order),
    (pfn: u32, order: u32): void => arena_free(pfn, order),
    (kind: Event, a: u64, b: u64): void => event(kind, a, b),
  );
}
export function load(bytes: u32): i32 {
  return moduleLoad(text, bytes);
}
export function offeredAt(): usize {
  return offered;
}
/** ModuleApproval at textAt. */
export function approve(): i32 {
  return moduleApprove(changetype<ModuleApproval>(text));
}
/** The first `bytes` bytes at offeredAt; more than there are cannot be read. */
export function offer(bytes: u32): i32 {
  return moduleOffer((offset: u64, buffer: usize, count: u32): i32 => {
    if (offset + count > OFFERED_BYTES) return Status.Fault;
    copy(buffer, offered + <usize>offset, count);
    return <i32>count;
  }, bytes);
}
export function swap(bytes: u32): i32 {
  return moduleSwap(text, bytes);
}
export function startKind(kind: u32, bytes: u32): i32 {
  return moduleStart(kind, text, bytes);
}
export function activeId(kind: u32): u32 {
  return moduleActive(kind);
}
/** Ask the Sched module with no input; the answer lies at answerAt. */
export function decideSched(fuel: u64): i32 {
  return moduleDecide(ModuleKind.Sched, fuel, answer, 0, answer, SCHED_DECISION_BYTES);
}
export function answerAt(): usize {
  return answer;
}
export function shadowSet(bytes: u32): i32 {
  return moduleShadowSet(text, bytes);
}
export function shadowId(): u32 {
  return moduleShadow();
}
export function shadowDecide(fuel: u64): i32 {
  return moduleShadowDecide(fuel, answer, 0, answer, SCHED_DECISION_BYTES);
}
export function shadowFail(status: i32): void {
  moduleShadowFail(status, "as the test asked");
}
export function unload(bytes: u32): i32 {
  return moduleUnload(text, bytes);
}
export function fallback(bytes: u32): i32 {
  return moduleFallback(text, bytes);
}
export function eject(kind: u32, status: i32): void {
  moduleEject(kind, status, "as the test asked");
}
export function fillRow(index: u32): i32 {
  return fillModuleRow(index, row);
}
/** Weights go through textAt; at most 512 bytes. */
export function readWeights(id: u32, offset: u32, count: u32): i32 {
  return weightsRead(id, offset, text, count);
}
export function writeWeights(id: u32, offset: u32, count: u32): i32 {
  return weightsWrite(id, offset, text, count);
}
export function commitWeights(id: u32, version: u32, nowNs: u64): i32 {
  return weightsCommit(id, version, nowNs);
}
export function confirmWeights(id: u32): void {
  weightsConfirm(id);
}
export function revertWeights(id: u32, which: u32): i32 {
  return weightsRevert(id, which);
}
/** A WeightsRow at rowAt. */
export function fillWeights(id: u32): void {
  memory.fill(row, 0, WEIGHTS_ROW_BYTES);
  weightsRow(id, changetype<WeightsRow>(row));
}
export function sample(nowNs: u64, free: u32, managed: u32): void {
  const row = predictSample(nowNs);
  row.freePages = free;
  row.largestFreePages = free / 2;
  row.managedPages = managed;
  row.processes = 2;
  predictSampled();
}
export function decide(nowNs: u64, fuel: u64): i32 {
  return predictDecide(nowNs, fuel);
}
