// Which policy decides: load, unload, swap, fall back, eject. The slots are in table.ts, the instances behind them in opening.ts.
// Not an engine (the shim has two) and not a policy. The fallback of each kind is code of the kernel: id 0, always there.
// Runs inside system calls and on the beat; host.module_* calls do not block.
import { frame_read, frame_write, initrd_read, module_builtin, module_decide, module_fuel_used, record_read, time_now_ns } from "../../abi/host";
import {
  BUILTIN_MODULE_BYTES,
  BUILTIN_MODULE_NAME,
  BUILTIN_MODULE_SHA256,
  BuiltinModule,
  MODULE_APPROVAL_BYTES,
  MODULE_APPROVAL_NAME,
  MODULE_APPROVAL_SHA256,
  MODULE_RECORD_BYTES,
  MODULE_ROW_NAME,
  MODULE_ROW_REASON,
  MODULE_ROW_SHA256,
  ModuleApproval,
  ModuleRecord,
} from "../../abi/layouts";
import { Engine, Event, MODULE_BYTES, MODULE_NESTING, ModuleKind, ModuleState, PAGE_BYTES, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { copy, equal, fill, getU8, isLiteral, nameLength, nameSet, nameSetLiteral } from "../../lib/bytes";
import { ByteRead } from "../../lib/module-reader";
import { SHA256_BYTES } from "../../lib/sha256";
import { hashSpan } from "./hash";
import { ArenaAlloc, ArenaFree, closeSlot, forgetSlot, openingInit, openSlot, resetSlot, takeBytes } from "./opening";
import { recordFind } from "./record";
import { IMPORT_ABORT, Scan, scanFault, scanModule } from "./scan";
import {
  activeSlot,
  EventNote,
  fail,
  failByHost,
  findName,
  MODULES,
  moduleFault,
  NAME_BYTES,
  NO_SLOT,
  NOT_OPEN,
  note,
  REASON_BYTES,
  rowAt,
  setActive,
  slotAt,
  tableInit,
  takeSlot,
} from "./table";
import { UstarEntry, ustarFault, ustarFind } from "./ustar";

export { fillModuleRow, moduleFault } from "./table";

// A built-in's memory is not known here; every policy target of the build has at most this much.
const BUILTIN_MEMORY_PAGES: u32 = 4;

const entry: UstarEntry = changetype<UstarEntry>(memory.data(offsetof<UstarEntry>(), 8));
const scan: Scan = changetype<Scan>(memory.data(offsetof<Scan>(), 8));
const record: ModuleRecord = changetype<ModuleRecord>(memory.data(48, 8));
const builtin: BuiltinModule = changetype<BuiltinModule>(memory.data(72, 8));
const sha256: usize = memory.data(32, 8);
const approval: ModuleApproval = changetype<ModuleApproval>(memory.data(72, 8));
const CHUNK_BYTES: u32 = 1024;
const chunk: usize = memory.data(1024, 8);
if (MODULE_RECORD_BYTES !== 48 || BUILTIN_MODULE_BYTES !== 72 || MODULE_APPROVAL_BYTES !== 72) ERROR("a buffer is stale");

let initrdBytes: u64 = 0;
/** whether `approval` holds */
let approved: bool = false;

/**
 * Take the table's memory, and list the fallback and the built-in modules. None is opened.
 * @param archiveBytes size of the initrd; 0: there is none
 * @param engine Engine preferred for built-in modules
 * NoMemory: the arena is exhausted.
 */
export function moduleInit(arena: Arena, archiveBytes: u64, engine: u32, seed: u32, alloc: ArenaAlloc, free: ArenaFree, onEvent: EventNote): i32 {
  const status = tableInit(arena, onEvent);
  if (status < 0) return status;
  openingInit(seed, alloc, free);
  initrdBytes = archiveBytes;
  // Slot 0 is the fallback and stays it.
  const fallback = rowAt(0);
  fallback.kind = ModuleKind.Memory;
  fallback.state = ModuleState.Active;
  fallback.engine = Engine.Fallback;
  nameSetLiteral(changetype<usize>(fallback) + MODULE_ROW_NAME, NAME_BYTES, "fallback");
  for (let index: u32 = 0; module_builtin(index, changetype<usize>(builtin)) === Status.Ok; index++) {
    const slot = takeSlot();
    if (slot < 0) break;
    const row = rowAt(slot);
    slotAt(slot).builtin = <i32>index;
    slotAt(slot).memoryPages = BUILTIN_MEMORY_PAGES;
    row.kind = builtin.kind;
    row.engine = engine;
    row.bytes = builtin.bytes;
    copy(changetype<usize>(row) + MODULE_ROW_NAME, changetype<usize>(builtin) + BUILTIN_MODULE_NAME, NAME_BYTES);
    copy(changetype<usize>(row) + MODULE_ROW_SHA256, changetype<usize>(builtin) + BUILTIN_MODULE_SHA256, SHA256_BYTES);
  }
  return Status.Ok;
}

function readInitrd(offset: u64, buffer: usize, count: u32): i32 {
  return initrd_read(offset, buffer, count);
}
function readRecord(offset: u32, buffer: usize, count: u32): i32 {
  return record_read(offset, buffer, count);
}

// ---- what users ask for

/**
 * Load a module out of the initrd; it does not decide until it is swapped in.
 * Returns its id. In this order:
 * NotFound: no such file. Corrupt: the archive or the module is malformed. Range: too large, its memory not fixed, or its name too
 * long. Exists: the name is taken. TooDeep, BadImport: it nests deeper or imports more than the record (none: the general limits)
 * allows. Unrecorded: the build does not vouch for it; see moduleOffer. NoMemory: no slot or arena. Corrupt: wasm3 refuses it. Unsupported: not a
 * policy of this ABI. Trap, OutOfFuel: its reset failed. moduleFault says more.
 *
 * Form comes before the record, so that a module which is both unknown and deep is called deep: the more telling of the two. The
 * scan runs on bytes that nobody vouches for; that is what it is for.
 */
export function moduleLoad(path: usize, pathBytes: u32): i32 {
  let status = ustarFind(readInitrd, initrdBytes, path, pathBytes, entry);
  if (status === Status.NotFound) return fail(status, initrdBytes === 0 ? "there is no initrd" : "no such file in the initrd");
  if (status < 0) return fail(status, ustarFault());
  if (entry.bytes > MODULE_BYTES) return fail(Status.Range, "the module is larger than 256 KiB");
  const bytes = <u32>entry.bytes;
  let nameAt = path + pathBytes;
  while (nameAt > path && getU8(nameAt - 1) !== 0x2f) nameAt--;
  let nameBytes = <u32>(path + pathBytes - nameAt);
  if (nameBytes > 5 && isLiteral(path + pathBytes - 5, 5, ".wasm")) nameBytes -= 5;
  status = checkName(nameAt, nameBytes);
  if (status < 0) return status;

  status = hashSpan(readInitrd, entry.dataAt, bytes, sha256);
  if (status < 0) return fail(status, "its bytes cannot be read");
  const recorded = recordFind(readRecord, sha256, record);
  const known = recorded === Status.Ok;
  status = scanModule(readInitrd, entry.dataAt, bytes, known ? record.imports : 0, known ? record.nesting : MODULE_NESTING, scan);
  if (status < 0) return fail(status, scanFault());
  if (!known) return fail(recorded, "its hash is not in the build's record");

  const index = takeSlot();
  if (index < 0) return fail(Status.NoMemory, "no slot is left");
  slotAt(index).offset = entry.dataAt;
  rowAt(index).kind = record.kind;
  return openLoaded(index, nameAt, nameBytes, bytes);
}

function checkName(nameAt: usize, nameBytes: u32): i32 {
  if (nameBytes >= NAME_BYTES) return fail(Status.Range, "its name is longer than 31 bytes");
  if (findName(nameAt, nameBytes) !== NO_SLOT) return fail(Status.Exists, "a module of this name is known already");
  return Status.Ok;
}

// Open the module whose bytes were scanned and hashed just now; the slot goes where that fails.
function openLoaded(index: i32, nameAt: usize, nameBytes: u32, bytes: u32): i32 {
  const row = rowAt(index);
  slotAt(index).memoryPages = scan.memoryInitial;
  row.engine = Engine.Wasm3;
  row.bytes = bytes;
  nameSet(changetype<usize>(row) + MODULE_ROW_NAME, NAME_BYTES, nameAt, nameBytes);
  copy(changetype<usize>(row) + MODULE_ROW_SHA256, sha256, SHA256_BYTES);
  const status = openSlot(index);
  if (status < 0) {
    forgetSlot(index);
    return status;
  }
  note(Event.ModuleLoad, row.id, row.engine);
  return <i32>row.id;
}

/**
 * Note that a module was validated in ring 3, and as what it may be loaded. The next moduleOffer uses the note up. Whether the
 * caller may vouch for modules is sysControl's to check.
 * Returns Ok. Range: its name is too long, or it nests deeper than MODULE_NESTING. Exists: the name is taken. TooDeep.
 */
export function moduleApprove(from: ModuleApproval): i32 {
  approved = false;
  const name = changetype<usize>(from) + MODULE_APPROVAL_NAME;
  const bytes = <u32>nameLength(name, NAME_BYTES);
  const status = checkName(name, bytes);
  if (status < 0) return status;
  if (bytes === 0) return fail(Status.Invalid, "it has no name");
  if (from.nesting > MODULE_NESTING) return fail(Status.TooDeep, "it nests too deeply");
  copy(changetype<usize>(approval), changetype<usize>(from), MODULE_APPROVAL_BYTES);
  approved = true;
  return Status.Ok;
}

/**
 * Load the module that was approved last: `bytes` bytes that `read` gives. They are copied into frames first, and what is hashed
 * is the copy. It may import a trap (env.abort), its fuel is counted by the engine, its kind is what it says.
 * Returns its id. Unrecorded: its hash is not the approved one, or none was approved. Else as moduleLoad.
 */
export function moduleOffer(read: ByteRead, bytes: u32): i32 {
  if (!approved) return fail(Status.Unrecorded, "no module was approved");
  approved = false;
  if (bytes === 0 || bytes > MODULE_BYTES) return fail(Status.Range, bytes === 0 ? "it is empty" : "the module is larger than 256 KiB");
  const name = changetype<usize>(approval) + MODULE_APPROVAL_NAME;
  const nameBytes = <u32>nameLength(name, NAME_BYTES);
  const index = takeSlot();
  if (index < 0) return fail(Status.NoMemory, "no slot is left");
  let status = takeBytes(index, bytes);
  if (status >= 0) status = copyOffered(slotAt(index).bytesPfn, read, bytes);
  if (status >= 0) status = hashSpan(readOffered, 0, bytes, sha256);
  if (status >= 0 && !equal(sha256, changetype<usize>(approval) + MODULE_APPROVAL_SHA256, SHA256_BYTES))
    status = fail(Status.Unrecorded, "these are not the bytes that were approved");
  if (status >= 0) {
    status = scanModule(readOffered, 0, bytes, IMPORT_ABORT, approval.nesting, scan);
    if (status < 0) fail(status, scanFault());
  }
  if (status < 0) {
    forgetSlot(index);
    return status;
  }
  return openLoaded(index, name, nameBytes, bytes);
}

let offeredPfn: u32 = 0;
function copyOffered(pfn: u32, read: ByteRead, bytes: u32): i32 {
  offeredPfn = pfn;
  for (let done: u32 = 0; done < bytes; done += CHUNK_BYTES) {
    const count = min(CHUNK_BYTES, bytes - done);
    const got = read(done, chunk, count);
    if (got < 0) return fail(got, "its bytes cannot be read");
    const status = frame_write(pfn + done / PAGE_BYTES, done % PAGE_BYTES, chunk, count);
    if (status < 0) return fail(status, "its bytes cannot be written");
  }
  return Status.Ok;
}
// Chunks of a power of two, and reads of source.ts in windows of its own: a read may cross from one frame into the next.
function readOffered(offset: u64, buffer: usize, count: u32): i32 {
  let done: u32 = 0;
  while (done < count) {
    const at = <u32>offset + done;
    const part = min(count - done, PAGE_BYTES - (at % PAGE_BYTES));
    const status = frame_read(offeredPfn + at / PAGE_BYTES, at % PAGE_BYTES, buffer + done, part);
    if (status < 0) return status;
    done += part;
  }
  return <i32>count;
}

/**
 * Make the named module the one that decides for its kind; its state is reset. The window is the kernel's: no sample is lost.
 * Returns its id. NotFound: no such module. Else as opening says; then the one before goes on deciding.
 */
export function moduleSwap(name: usize, bytes: u32): i32 {
  const index = findName(name, bytes);
  if (index === NO_SLOT) return fail(Status.NotFound, "no module of this name");
  const row = rowAt(index);
  const before = activeSlot(row.kind);
  if (before === index) return <i32>row.id;
  if (index !== 0) {
    const slot = slotAt(index);
    const status = slot.handle === NOT_OPEN ? openSlot(index) : resetSlot(index);
    if (status < 0) {
      if (isOwnFault(status)) markEjected(index, status);
      return status;
    }
    row.lastError = 0;
    fill(changetype<usize>(row) + MODULE_ROW_REASON, 0, REASON_BYTES);
  }
  rowAt(before).state = ModuleState.Available;
  row.state = ModuleState.Active;
  setActive(row.kind, index);
  note(Event.PolicySwap, row.kind, row.id);
  return <i32>row.id;
}

/** Make the first built-in module of a kind decide. NotFound: there is none; else as moduleSwap. */
export function moduleSwapBuiltin(kind: u32): i32 {
  for (let i: i32 = 1; i < <i32>MODULES; i++) {
    if (slotAt(i).used === 0 || slotAt(i).builtin < 0 || rowAt(i).kind !== kind) continue;
    const name = changetype<usize>(rowAt(i)) + MODULE_ROW_NAME;
    return moduleSwap(name, <u32>nameLength(name, NAME_BYTES));
  }
  return fail(Status.NotFound, "no built-in module of this kind");
}

/** Return to the fallback of the named kind ("memory"). Returns 0. NotFound: no such kind. */
export function moduleFallback(name: usize, bytes: u32): i32 {
  if (!isLiteral(name, bytes, "memory")) return fail(Status.NotFound, "no such kind of policy");
  fallBack(ModuleKind.Memory);
  return Status.Ok;
}

function fallBack(kind: u32): void {
  const before = activeSlot(kind);
  if (before === 0) return;
  if (rowAt(before).state === ModuleState.Active) rowAt(before).state = ModuleState.Available;
  setActive(kind, 0);
  rowAt(0).state = ModuleState.Active;
  note(Event.PolicySwap, kind, 0);
}

/**
 * Close the named module; the fallback takes over where it was deciding. One out of the initrd is forgotten, a built-in stays known.
 * Returns Ok. NotFound: no such module. Denied: the fallback cannot go.
 */
export function moduleUnload(name: usize, bytes: u32): i32 {
  const index = findName(name, bytes);
  if (index === NO_SLOT) return fail(Status.NotFound, "no module of this name");
  if (index === 0) return fail(Status.Denied, "the fallback cannot be unloaded");
  const row = rowAt(index);
  if (activeSlot(row.kind) === index) fallBack(row.kind);
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
  const row = rowAt(index);
  row.calls++;
  if (index === 0) return Status.Unsupported;
  const handle = slotAt(index).handle;
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
  if (index === 0) return;
  if (why.length > 0) nameSetLiteral(moduleFault(), REASON_BYTES, why);
  closeSlot(index);
  markEjected(index, status);
  fallBack(kind);
}

// What a module is to blame for; a lack of frames or slots is not its fault.
function isOwnFault(status: i32): bool {
  return status !== Status.NoMemory && status !== Status.Busy;
}

function markEjected(index: i32, status: i32): void {
  const row = rowAt(index);
  row.state = ModuleState.Ejected;
  row.lastError = status;
  row.errors++;
  copy(changetype<usize>(row) + MODULE_ROW_REASON, moduleFault(), REASON_BYTES);
  note(Event.PolicyEject, row.id, <u64>(<u32>status));
}
