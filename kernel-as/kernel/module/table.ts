// The table of policy modules: a slot each, with the row that users see, and the text of the last failure. Not the rules by which
// modules come and go (registry.ts). Memory from the caller's arena.
import { module_error } from "../../abi/host";
import { MODULE_ROW_BYTES, MODULE_ROW_NAME, ModuleRow } from "../../abi/layouts";
import { Event, ModuleKind, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { copy, fill, getI32, isLiteral, nameIs, nameSetLiteral, setI32 } from "../../lib/bytes";

/** Modules that can be known at once, the fallbacks among them. */
export const MODULES: u32 = 48;
/** The first slots: the fallback of each kind, in the order of ModuleKind. They have the id 0 and stay. */
export const FALLBACKS: u32 = 2;
export const NAME_BYTES: u32 = 32;
export const REASON_BYTES: u32 = 96;
export const NOT_OPEN: i32 = -1;
export const NO_ARENA: u32 = 0xffff_ffff;
export const NO_SLOT: i32 = -1;
/** As a handle: the last open that failed. */
export const LAST_OPEN: u32 = 0xffff_ffff;
const KINDS: u32 = 3; // indexed by ModuleKind

/** Something happened that belongs into the trace. */
export type EventNote = (event: Event, a: u64, b: u64) => void;

/** What only the kernel knows of a module; the ModuleRow beside it is what users see. */
@unmanaged
export class Slot {
  /** 1: taken */
  used: u32;
  /** host handle, or NOT_OPEN */
  handle: i32;
  arenaPfn: u32;
  arenaOrder: u32;
  /** index among the built-ins, or −1: it came out of the initrd */
  builtin: i32;
  memoryPages: u32;
  /** where its bytes lie in the initrd */
  offset: u64;
  /** frames with its bytes, of a module that was offered; NO_ARENA: none */
  bytesPfn: u32;
  bytesOrder: u32;
  /** weights.ts: frames with its own weights and the last good ones; NO_ARENA: none were committed since it was opened */
  weightsPfn: u32;
  weightsOrder: u32;
  /** size of its weights; 0: not asked for */
  weightsBytes: u32;
  /** bytes of weights to come that were written, from the start on */
  weightsWritten: u32;
  /** of the weights in use, and of the last good ones; 0: its own */
  version: u32;
  goodVersion: u32;
  commits: u64;
  refused: u64;
  rollbacks: u64;
  reverts: u64;
  committedNs: u64;
}

const SLOT_BYTES: usize = 104;
if (offsetof<Slot>() !== 104) ERROR("SLOT_BYTES is stale");

let slots: usize = 0;
let rows: usize = 0;
const active: usize = memory.data(12, 4); // slot of each kind's deciding module
const faultText: usize = memory.data(96);
let shadow: i32 = NO_SLOT; // slot of the Sched module that decides in the shadow
let nextId: u32 = 1;
let noteEvent: EventNote | null = null;

/** Take the table's memory, empty but for the slots of the fallbacks, whose rows are the caller's to fill. NoMemory: the arena is exhausted. */
export function tableInit(arena: Arena, onEvent: EventNote): i32 {
  slots = arena.take(<usize>MODULES * SLOT_BYTES);
  rows = arena.take(MODULES * MODULE_ROW_BYTES);
  if (slots === 0 || rows === 0) return Status.NoMemory;
  noteEvent = onEvent;
  nextId = 1;
  shadow = NO_SLOT;
  for (let kind: u32 = ModuleKind.Memory; kind < KINDS; kind++) {
    const index = fallbackSlot(kind);
    setActive(kind, index);
    slotAt(index).used = 1;
    empty(slotAt(index));
  }
  return Status.Ok;
}

function empty(slot: Slot): void {
  slot.handle = NOT_OPEN;
  slot.arenaPfn = NO_ARENA;
  slot.bytesPfn = NO_ARENA;
  slot.weightsPfn = NO_ARENA;
}

/** Slot of a kind's fallback. */
export function fallbackSlot(kind: u32): i32 {
  return <i32>(kind - ModuleKind.Memory);
}
export function isFallback(index: i32): bool {
  return <u32>index < FALLBACKS;
}
/** ModuleKind of a name, as Control.ModuleFallback takes it; 0: there is none such. */
export function kindOfName(name: usize, bytes: u32): u32 {
  if (isLiteral(name, bytes, "memory")) return ModuleKind.Memory;
  return isLiteral(name, bytes, "sched") ? ModuleKind.Sched : 0;
}
/** Slot of the module that decides in the shadow, or NO_SLOT. */
export function shadowSlot(): i32 {
  return shadow;
}
export function setShadowSlot(index: i32): void {
  shadow = index;
}

export function slotAt(index: i32): Slot {
  return changetype<Slot>(slots + <usize>index * SLOT_BYTES);
}
export function rowAt(index: i32): ModuleRow {
  return changetype<ModuleRow>(rows + <usize>index * MODULE_ROW_BYTES);
}
export function activeSlot(kind: u32): i32 {
  return getI32(active + ((<usize>kind) << 2));
}
export function setActive(kind: u32, slot: i32): void {
  setI32(active + ((<usize>kind) << 2), slot);
}
export function note(event: Event, a: u64, b: u64): void {
  const callback = noteEvent;
  if (callback !== null) callback(event, a, b);
}

/** Text of the last call that failed: NUL padded, 96 bytes. */
export function moduleFault(): usize {
  return faultText;
}
export function fail(status: i32, why: string): i32 {
  nameSetLiteral(faultText, REASON_BYTES, why);
  return status;
}
/** The shim's own words about the last open, or about a handle; `otherwise` where it has none. */
export function failByHost(status: i32, handle: u32, otherwise: string): i32 {
  fill(faultText, 0, REASON_BYTES);
  if (module_error(handle, faultText, REASON_BYTES) <= 0) return fail(status, otherwise);
  return status;
}

/** A free slot with the next id, closed and empty; NoMemory where there is none. */
export function takeSlot(): i32 {
  for (let i = <i32>FALLBACKS; i < <i32>MODULES; i++) {
    const slot = slotAt(i);
    if (slot.used !== 0) continue;
    fill(changetype<usize>(slot), 0, SLOT_BYTES);
    fill(changetype<usize>(rowAt(i)), 0, MODULE_ROW_BYTES);
    slot.used = 1;
    empty(slot);
    slot.builtin = -1;
    rowAt(i).id = nextId++;
    return i;
  }
  return Status.NoMemory;
}

/** Slot of the module with this name, or NO_SLOT. */
export function findName(name: usize, bytes: u32): i32 {
  for (let i: i32 = 0; i < <i32>MODULES; i++) {
    if (slotAt(i).used !== 0 && nameIs(changetype<usize>(rowAt(i)) + MODULE_ROW_NAME, NAME_BYTES, name, bytes)) return i;
  }
  return NO_SLOT;
}

/** Slot of the module with this id, or NO_SLOT; id 0, the fallbacks, is none. */
export function findId(id: u32): i32 {
  for (let i = <i32>FALLBACKS; i < <i32>MODULES; i++) if (slotAt(i).used !== 0 && rowAt(i).id === id) return i;
  return NO_SLOT;
}

/** Topic.Modules: row of slot `index`. 1: filled; 0: the slot is free; −1: past the table. */
export function fillModuleRow(index: u32, to: usize): i32 {
  if (index >= MODULES) return -1;
  if (slotAt(index).used === 0) return 0;
  copy(to, changetype<usize>(rowAt(index)), MODULE_ROW_BYTES);
  return 1;
}
