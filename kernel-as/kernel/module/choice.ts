// Which module decides, for each kind of policy: start, swap, fall back, unload, eject, ask. How modules become known is
// registry.ts's, who decides in the shadow shadow.ts's. Runs inside system calls, on the beat and at each scheduling decision.
import { module_decide, module_fuel_used, time_now_ns } from "../../abi/host";
import { MODULE_ROW_REASON } from "../../abi/layouts";
import { Event, ModuleState, Status } from "../../abi/numbers";
import { copy, fill, nameSetLiteral } from "../../lib/bytes";
import { closeSlot, forgetSlot, openSlot, resetSlot } from "./opening";
import {
  activeSlot,
  fail,
  failByHost,
  fallbackSlot,
  findName,
  isFallback,
  kindOfName,
  moduleFault,
  NO_SLOT,
  NOT_OPEN,
  note,
  REASON_BYTES,
  rowAt,
  setActive,
  setShadowSlot,
  shadowSlot,
  slotAt,
} from "./table";

/**
 * Make the named module the one that decides for its kind; its state is reset. What it is asked about is the kernel's: no sample and
 * no task is lost. A fallback's name returns to that fallback.
 * Returns its id. NotFound: no such module. Busy: it decides in the shadow. Else as opening says; then the one before goes on deciding.
 */
export function moduleSwap(name: usize, bytes: u32): i32 {
  const index = findName(name, bytes);
  if (index === NO_SLOT) return fail(Status.NotFound, "no module of this name");
  const row = rowAt(index);
  const before = activeSlot(row.kind);
  if (before === index) return <i32>row.id;
  if (index === shadowSlot()) return fail(Status.Busy, "it decides in the shadow; take it off first: schedctl shadow off");
  if (!isFallback(index)) {
    const status = readySlot(index);
    if (status < 0) return status;
  }
  rowAt(before).state = ModuleState.Available;
  row.state = ModuleState.Active;
  setActive(row.kind, index);
  note(Event.PolicySwap, row.kind, row.id);
  return <i32>row.id;
}

/** Open the module or make it forget all state, and its last error with it. What opening says; then it is marked ejected where it is to blame. */
export function readySlot(index: i32): i32 {
  const row = rowAt(index);
  const status = slotAt(index).handle === NOT_OPEN ? openSlot(index) : resetSlot(index);
  if (status < 0) {
    if (isOwnFault(status)) markFailed(index, status, Event.PolicyEject);
    return status;
  }
  row.lastError = 0;
  fill(changetype<usize>(row) + MODULE_ROW_REASON, 0, REASON_BYTES);
  return Status.Ok;
}

/**
 * Make the named module of a kind decide from the start.
 * Returns its id. NotFound: no such module. Invalid: it is of another kind; else as moduleSwap.
 */
export function moduleStart(kind: u32, name: usize, bytes: u32): i32 {
  const index = findName(name, bytes);
  if (index === NO_SLOT) return fail(Status.NotFound, "no module of this name");
  if (rowAt(index).kind !== kind) return fail(Status.Invalid, "it is of another kind");
  return moduleSwap(name, bytes);
}

/** Return to the fallback of the named kind ("memory", "sched"). Returns 0. NotFound: no such kind. */
export function moduleFallback(name: usize, bytes: u32): i32 {
  const kind = kindOfName(name, bytes);
  if (kind === 0) return fail(Status.NotFound, "no such kind of policy; there are memory and sched");
  fallBack(kind);
  return Status.Ok;
}

function fallBack(kind: u32): void {
  const before = activeSlot(kind);
  if (isFallback(before)) return;
  if (rowAt(before).state === ModuleState.Active) rowAt(before).state = ModuleState.Available;
  setActive(kind, fallbackSlot(kind));
  rowAt(fallbackSlot(kind)).state = ModuleState.Active;
  note(Event.PolicySwap, kind, 0);
}

/**
 * Close the named module; the fallback takes over where it was deciding, and there is no shadow where it was the shadow. One out of the
 * initrd is forgotten, a built-in stays known.
 * Returns Ok. NotFound: no such module. Denied: a fallback cannot go.
 */
export function moduleUnload(name: usize, bytes: u32): i32 {
  const index = findName(name, bytes);
  if (index === NO_SLOT) return fail(Status.NotFound, "no module of this name");
  if (isFallback(index)) return fail(Status.Denied, "the fallback cannot be unloaded");
  const row = rowAt(index);
  if (activeSlot(row.kind) === index) fallBack(row.kind);
  if (shadowSlot() === index) setShadowSlot(NO_SLOT);
  closeSlot(index);
  row.state = ModuleState.Available;
  note(Event.ModuleUnload, row.id, 0);
  if (slotAt(index).builtin < 0) forgetSlot(index);
  return Status.Ok;
}

// ---- deciding

/** Id of the module that decides for a kind; 0: the fallback. */
export function moduleActive(kind: u32): u32 {
  return rowAt(activeSlot(kind)).id;
}

/**
 * Ask the kind's module. Unsupported: the fallback decides, which is not asked here.
 * Trap, OutOfFuel, Invalid: it failed; eject it by moduleEject, with the text in moduleFault.
 */
export function moduleDecide(kind: u32, fuel: u64, input: usize, inputBytes: u32, output: usize, outputBytes: u32): i32 {
  const index = activeSlot(kind);
  if (!isFallback(index)) return askSlot(index, fuel, input, inputBytes, output, outputBytes);
  rowAt(index).calls++;
  return Status.Unsupported;
}

/** Ask the open module of a slot, and count that. */
export function askSlot(index: i32, fuel: u64, input: usize, inputBytes: u32, output: usize, outputBytes: u32): i32 {
  const row = rowAt(index);
  const handle = slotAt(index).handle;
  row.calls++;
  const startedNs = time_now_ns();
  const status = module_decide(handle, fuel, input, inputBytes, output, outputBytes);
  row.nsTotal += <u64>(time_now_ns() - startedNs);
  row.fuelLast = <u64>module_fuel_used(handle);
  if (status < 0) failByHost(status, handle, "it gave no decision");
  return status;
}

/**
 * The kind's module misbehaved: the fallback takes over at once, the module is closed and keeps `status` and the reason.
 * @param why what was wrong; "": what moduleFault says
 */
export function moduleEject(kind: u32, status: i32, why: string): void {
  const index = activeSlot(kind);
  if (isFallback(index)) return;
  if (why.length > 0) nameSetLiteral(moduleFault(), REASON_BYTES, why);
  closeSlot(index);
  markFailed(index, status, Event.PolicyEject);
  fallBack(kind);
}

// What a module is to blame for; a lack of frames or slots is not its fault.
function isOwnFault(status: i32): bool {
  return status !== Status.NoMemory && status !== Status.Busy;
}

/** Note in the module's row that it failed, with the text in moduleFault, and leave a trace row of `event`. */
export function markFailed(index: i32, status: i32, event: Event): void {
  const row = rowAt(index);
  row.state = ModuleState.Ejected;
  row.lastError = status;
  row.errors++;
  copy(changetype<usize>(row) + MODULE_ROW_REASON, moduleFault(), REASON_BYTES);
  note(event, row.id, <u64>(<u32>status));
}
