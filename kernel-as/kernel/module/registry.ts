// How modules become known: the built-in ones at the start, then out of the initrd or offered by the shell. Who decides is choice.ts's,
// the shadow shadow.ts's; the slots are in table.ts, the instances behind them in opening.ts. Not an engine (the shim has two) and not a
// policy. The fallback of each kind is code of the kernel: id 0, always there. Runs inside system calls; host.module_* calls do not block.
import { frame_read, frame_write, initrd_read, module_builtin, record_read } from "../../abi/host";
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
  MODULE_ROW_SHA256,
  ModuleApproval,
  ModuleRecord,
} from "../../abi/layouts";
import { Engine, Event, MODULE_BYTES, MODULE_NESTING, ModuleKind, ModuleState, PAGE_BYTES, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { copy, equal, getU8, isLiteral, nameLength, nameSet, nameSetLiteral } from "../../lib/bytes";
import { ByteRead } from "../../lib/module-reader";
import { SHA256_BYTES } from "../../lib/sha256";
import { hashSpan } from "./hash";
import { ArenaAlloc, ArenaFree, forgetSlot, openingInit, openSlot, takeBytes } from "./opening";
import { recordFind } from "./record";
import { IMPORT_ABORT, Scan, scanFault, scanModule } from "./scan";
import { EventNote, fail, fallbackSlot, findName, NAME_BYTES, NO_SLOT, note, rowAt, slotAt, tableInit, takeSlot } from "./table";
import { UstarEntry, ustarFault, ustarFind } from "./ustar";

export { moduleActive, moduleDecide, moduleEject, moduleFallback, moduleStart, moduleSwap, moduleUnload } from "./choice";
export { moduleShadow, moduleShadowDecide, moduleShadowFail, moduleShadowSet } from "./shadow";
export { fillModuleRow, moduleFault } from "./table";

const entry: UstarEntry = changetype<UstarEntry>(memory.data(offsetof<UstarEntry>(), 8));
const scan: Scan = changetype<Scan>(memory.data(offsetof<Scan>(), 8));
const record: ModuleRecord = changetype<ModuleRecord>(memory.data(48, 8));
const builtin: BuiltinModule = changetype<BuiltinModule>(memory.data(80, 8));
const sha256: usize = memory.data(32, 8);
const approval: ModuleApproval = changetype<ModuleApproval>(memory.data(72, 8));
const CHUNK_BYTES: u32 = 1024;
const chunk: usize = memory.data(1024, 8);
if (MODULE_RECORD_BYTES !== 48 || BUILTIN_MODULE_BYTES !== 80 || MODULE_APPROVAL_BYTES !== 72) ERROR("a buffer is stale");

let initrdBytes: u64 = 0;
/** whether `approval` holds */
let approved: bool = false;

/**
 * Take the table's memory, and list the fallbacks and the built-in modules. None is opened.
 * @param archiveBytes size of the initrd; 0: there is none
 * @param engine Engine preferred for built-in modules
 * NoMemory: the arena is exhausted.
 */
export function moduleInit(arena: Arena, archiveBytes: u64, engine: u32, seed: u32, alloc: ArenaAlloc, free: ArenaFree, onEvent: EventNote): i32 {
  const status = tableInit(arena, onEvent);
  if (status < 0) return status;
  openingInit(seed, alloc, free);
  initrdBytes = archiveBytes;
  listFallback(ModuleKind.Memory, "fallback");
  listFallback(ModuleKind.Sched, "roundrobin");
  for (let index: u32 = 0; module_builtin(index, changetype<usize>(builtin)) === Status.Ok; index++) {
    const slot = takeSlot();
    if (slot < 0) break;
    const row = rowAt(slot);
    slotAt(slot).builtin = <i32>index;
    slotAt(slot).memoryPages = builtin.memoryPages;
    row.kind = builtin.kind;
    row.engine = engine;
    row.bytes = builtin.bytes;
    copy(changetype<usize>(row) + MODULE_ROW_NAME, changetype<usize>(builtin) + BUILTIN_MODULE_NAME, NAME_BYTES);
    copy(changetype<usize>(row) + MODULE_ROW_SHA256, changetype<usize>(builtin) + BUILTIN_MODULE_SHA256, SHA256_BYTES);
  }
  return Status.Ok;
}

function listFallback(kind: ModuleKind, name: string): void {
  const row = rowAt(fallbackSlot(kind));
  row.kind = kind;
  row.state = ModuleState.Active;
  row.engine = Engine.Fallback;
  nameSetLiteral(changetype<usize>(row) + MODULE_ROW_NAME, NAME_BYTES, name);
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
