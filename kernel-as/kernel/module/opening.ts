// Opening and closing the instance behind a slot: the engine, its arena, the check of kind and ABI, the reset.
import { module_close, module_kind, module_open_aot, module_open_builtin_wasm3, module_open_frames, module_open_wasm3, module_reset } from "../../abi/host";
import { ABI_HASH, Engine, ModuleKind, Status } from "../../abi/numbers";
import { fail, failByHost, LAST_OPEN, NO_ARENA, NOT_OPEN, rowAt, slotAt } from "./table";

/** Metering points for policy_reset: it may initialise tables, but not for long. */
const RESET_FUEL: u64 = 1_000_000;
// What wasm3 takes beside the module's own memory: code pages, its stack, its tables.
const ENGINE_BYTES: u64 = 640 * 1024;
const WASM_PAGE_SHIFT: u64 = 16;
const FRAME_SHIFT: u64 = 12;

/** 2^order contiguous frames: the first one's number, or a Status. */
export type ArenaAlloc = (order: u32) => i32;
export type ArenaFree = (pfn: u32, order: u32) => void;
let allocArena: ArenaAlloc | null = null;
let freeArena: ArenaFree | null = null;
let resetSeed: u32 = 0;

/** Where arenas come from and go to, and the seed that each module is reset with. */
export function openingInit(seed: u32, alloc: ArenaAlloc, free: ArenaFree): void {
  resetSeed = seed;
  allocArena = alloc;
  freeArena = free;
}

/** End the slot's instance, if any; its arena goes back, and what was kept of its weights. Opened again it has its own weights. */
export function closeSlot(index: i32): void {
  const slot = slotAt(index);
  if (slot.handle !== NOT_OPEN) module_close(slot.handle);
  slot.handle = NOT_OPEN;
  const free = freeArena;
  if (slot.arenaPfn !== NO_ARENA && free !== null) free(slot.arenaPfn, slot.arenaOrder);
  slot.arenaPfn = NO_ARENA;
  if (slot.weightsPfn !== NO_ARENA && free !== null) free(slot.weightsPfn, slot.weightsOrder);
  slot.weightsPfn = NO_ARENA;
  slot.weightsBytes = 0;
  slot.weightsWritten = 0;
  slot.version = 0;
  slot.goodVersion = 0;
}

// The least power of two of frames that holds `bytes`.
function orderOf(bytes: u64): u32 {
  let order: u32 = 0;
  while ((<u64>1) << (order + FRAME_SHIFT) < bytes) order++;
  return order;
}
// Frames for an interpreted module of this size.
function arenaOrder(bytes: u32, memoryPages: u32): u32 {
  return orderOf(ENGINE_BYTES + ((<u64>memoryPages) << WASM_PAGE_SHIFT) + <u64>bytes * 8);
}

/** Frames for the bytes of a module that is offered; forgetSlot gives them back. NoMemory: there are none. */
export function takeBytes(index: i32, bytes: u32): i32 {
  const slot = slotAt(index);
  const order = orderOf(bytes);
  const alloc = allocArena;
  const pfn = alloc === null ? Status.NoMemory : alloc(order);
  if (pfn < 0) return fail(Status.NoMemory, "no contiguous frames for its bytes");
  slot.bytesPfn = <u32>pfn;
  slot.bytesOrder = order;
  return Status.Ok;
}

/** Frames for `bytes` bytes of weights; closeSlot gives them back. NoMemory: there are none. */
export function takeWeights(index: i32, bytes: u32): i32 {
  const slot = slotAt(index);
  const order = orderOf(bytes);
  const alloc = allocArena;
  const pfn = alloc === null ? Status.NoMemory : alloc(order);
  if (pfn < 0) return fail(Status.NoMemory, "no contiguous frames to keep its weights");
  slot.weightsPfn = <u32>pfn;
  slot.weightsOrder = order;
  return Status.Ok;
}

/** Free the slot of a module that is not built in, with all that it holds. */
export function forgetSlot(index: i32): void {
  closeSlot(index);
  const slot = slotAt(index);
  const free = freeArena;
  if (slot.bytesPfn !== NO_ARENA && free !== null) free(slot.bytesPfn, slot.bytesOrder);
  slot.bytesPfn = NO_ARENA;
  slot.used = 0;
}

function takeArena(index: i32): i32 {
  const slot = slotAt(index);
  const order = arenaOrder(rowAt(index).bytes, slot.memoryPages);
  const alloc = allocArena;
  const pfn = alloc === null ? Status.NoMemory : alloc(order);
  if (pfn < 0) return fail(Status.NoMemory, "no contiguous frames for its arena");
  slot.arenaPfn = <u32>pfn;
  slot.arenaOrder = order;
  return Status.Ok;
}

/** Open, check kind and ABI, reset. On failure everything is given back and the fault text says why. */
export function openSlot(index: i32): i32 {
  const slot = slotAt(index);
  const row = rowAt(index);
  let handle: i32;
  if (row.engine === Engine.Aot) handle = module_open_aot(slot.builtin);
  else {
    const status = takeArena(index);
    if (status < 0) return status;
    const pages = (<u32>1) << slot.arenaOrder;
    if (slot.builtin >= 0) handle = module_open_builtin_wasm3(slot.builtin, slot.arenaPfn, pages);
    else if (slot.bytesPfn !== NO_ARENA) handle = module_open_frames(slot.bytesPfn, row.bytes, slot.arenaPfn, pages);
    else handle = module_open_wasm3(slot.offset, row.bytes, slot.arenaPfn, pages);
  }
  if (handle < 0) {
    failByHost(handle, LAST_OPEN, "the engine refuses it");
    closeSlot(index);
    return handle;
  }
  slot.handle = handle;
  const kind = module_kind(handle, ABI_HASH);
  if (row.kind === 0 && (kind === ModuleKind.Memory || kind === ModuleKind.Sched)) row.kind = <u32>kind; // offered: it says so itself
  if (kind < 0 || <u32>kind !== row.kind) {
    const wrong = row.kind === 0 ? "no policy of this kernel has its kind" : "its kind is not the recorded one";
    const status = kind < 0 ? failByHost(kind, handle, "it is no policy of this kernel") : fail(Status.Unsupported, wrong);
    closeSlot(index);
    return status;
  }
  return resetSlot(index);
}

/** Make the open module forget all state. Where that fails it is closed and the fault text says why. */
export function resetSlot(index: i32): i32 {
  const handle = slotAt(index).handle;
  const status = module_reset(handle, resetSeed, RESET_FUEL);
  if (status >= 0) return Status.Ok;
  failByHost(status, handle, "policy_reset failed");
  closeSlot(index);
  return status;
}
