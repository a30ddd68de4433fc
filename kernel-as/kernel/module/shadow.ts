// The module that decides in the shadow of the one that picks the next task: it is asked the same, and nobody does what it says. What
// came of it is kernel/sched's to tell. A module decides or is the shadow, never both: it has one state.
import { Event, ModuleKind, ModuleState, Status } from "../../abi/numbers";
import { nameSetLiteral } from "../../lib/bytes";
import { askSlot, markFailed, readySlot } from "./choice";
import { closeSlot } from "./opening";
import { activeSlot, fail, findName, isFallback, moduleFault, NO_SLOT, REASON_BYTES, rowAt, setShadowSlot, shadowSlot } from "./table";

/**
 * Let the named module decide in the shadow from now on, instead of the one before; its state is reset, so its first input must be a
 * snapshot. No bytes: there is no shadow any more.
 * Returns its id, 0 for none. NotFound: no such module. Invalid: it does not decide which task runs. Busy: it decides for real.
 * Denied: the fallback is no module. Else as opening says; then the shadow before stays.
 */
export function moduleShadowSet(name: usize, bytes: u32): i32 {
  if (bytes === 0) {
    shadowEnd();
    return 0;
  }
  const index = findName(name, bytes);
  if (index === NO_SLOT) return fail(Status.NotFound, "no module of this name");
  const row = rowAt(index);
  if (row.kind !== ModuleKind.Sched) return fail(Status.Invalid, "it decides about memory; only a sched policy can be the shadow");
  if (isFallback(index)) return fail(Status.Denied, "the fallback is code of the kernel; take the module rr");
  if (index === activeSlot(ModuleKind.Sched)) return fail(Status.Busy, "it decides which task runs; a module cannot be its own shadow");
  const status = readySlot(index);
  if (status < 0) {
    if (index === shadowSlot()) setShadowSlot(NO_SLOT); // it was closed
    return status;
  }
  if (index !== shadowSlot()) shadowEnd();
  setShadowSlot(index);
  row.state = ModuleState.Shadow;
  return <i32>row.id;
}

// It stays open: swapping it in later is quick.
function shadowEnd(): void {
  const index = shadowSlot();
  if (index === NO_SLOT) return;
  rowAt(index).state = ModuleState.Available;
  setShadowSlot(NO_SLOT);
}

/** Id of the module that decides in the shadow; 0: none. */
export function moduleShadow(): u32 {
  const index = shadowSlot();
  return index === NO_SLOT ? 0 : rowAt(index).id;
}

/**
 * Ask the shadow. Returns what it returned, ≥ 0. Unsupported: there is none.
 * Trap, OutOfFuel, Invalid: it failed and is the shadow no more; its row keeps the status and the reason.
 */
export function moduleShadowDecide(fuel: u64, input: usize, inputBytes: u32, output: usize, outputBytes: u32): i32 {
  const index = shadowSlot();
  if (index === NO_SLOT) return Status.Unsupported;
  const status = askSlot(index, fuel, input, inputBytes, output, outputBytes);
  if (status < 0) moduleShadowFail(status, "");
  return status;
}

/**
 * The shadow misbehaved: it is closed and keeps `status` and the reason; Event.ShadowOff.
 * @param why what was wrong; "": what moduleFault says
 */
export function moduleShadowFail(status: i32, why: string): void {
  const index = shadowSlot();
  if (index === NO_SLOT) return;
  if (why.length > 0) nameSetLiteral(moduleFault(), REASON_BYTES, why);
  closeSlot(index);
  setShadowSlot(NO_SLOT);
  markFailed(index, status, Event.ShadowOff);
}
