// A module that the build did not record: read, validated here in ring 3, and offered to the kernel with the hash of what was validated.
// Not what the kernel makes of it: it hashes its own copy, and holds it to what a policy may be. Used by modctl load.
import { MODULE_APPROVAL_BYTES, MODULE_APPROVAL_NAME, MODULE_APPROVAL_SHA256, ModuleApproval } from "../abi/layouts";
import { Control, FileType, MODULE_BYTES, MODULE_NESTING, Open, Status } from "../abi/numbers";
import * as sys from "../abi/sys";
import { Arena } from "../lib/arena";
import { copy, fill } from "../lib/bytes";
import { Sha256 } from "../lib/sha256";
import { interpreterLacks } from "../validate/interpreter";
import { validateFault, validateModule, validateNesting, validateOffset, validateRoom, validateUses } from "../validate/module";
import { Verdict } from "../validate/verdict";
import { fileText, nameOf, openPath, statDescriptor } from "./files";
import { formatBytes } from "./units";

/** A policy's name, without its NUL. */
const NAME_BYTES: i32 = 31;

const arena: Arena = changetype<Arena>(memory.data(offsetof<Arena>(), 8));
const hash: Sha256 = changetype<Sha256>(memory.data(offsetof<Sha256>(), 8));
const approval: usize = memory.data(MODULE_APPROVAL_BYTES, 8);

/** Why the last offerFile failed, where this file knows; "" where the kernel does (Topic.ModuleFault). */
export let offerFault: string = "";

function refuse(status: i64, words: string): i64 {
  offerFault = words;
  return status;
}

/**
 * Read a file, validate it and load it as a module named after it.
 * Returns its id, or a Status; offerFault says more. NotFound and the like: the file cannot be read. Range: it is empty or too large.
 * Corrupt, Unsupported, TooDeep: the validator refuses it. Else as Control.ModuleApprove and ModuleOffer.
 */
export function offerFile(path: string): i64 {
  offerFault = "";
  const file = openPath(path, Open.Read);
  if (file < 0) return refuse(file, fileText(file));
  const result = offerOpen(file as i32, path);
  sys.close(file as i32);
  return result;
}

function offerOpen(file: i32, path: string): i64 {
  const known = statDescriptor(file);
  if (!known) return Status.BadDescriptor;
  if (known.isDirectory) return refuse(Status.IsDirectory, "a module is a file");
  if (known.type != FileType.Regular) return refuse(Status.Invalid, "a module is a file");
  if (known.bytes == 0) return refuse(Status.Range, "it is empty");
  if (known.bytes > MODULE_BYTES) return refuse(Status.Range, "it has " + formatBytes(known.bytes) + "; a policy has at most " + formatBytes(MODULE_BYTES));
  const bytes = known.bytes as u32;
  // Outside of the collector, and given back at once: a module, and what validating it takes.
  const at = heap.alloc(bytes);
  let result = readAll(file, at, bytes);
  if (result == Status.Ok) result = judge(at, bytes);
  if (result == Status.Ok) result = vouch(at, bytes, path);
  if (result == Status.Ok) result = sys.control(Control.ModuleOffer, 0, 0, at, bytes);
  heap.free(at);
  return result;
}

function readAll(file: i32, to: usize, bytes: u32): i64 {
  for (let done: u32 = 0; done < bytes; ) {
    const n = sys.fd_read(file, to + done, bytes - done);
    if (n < 0) return n;
    if (n == 0) return refuse(Status.Corrupt, "it became shorter while it was read");
    done += n as u32;
  }
  return Status.Ok;
}

function judge(at: usize, bytes: u32): i64 {
  const room = validateRoom(bytes, MODULE_NESTING);
  const table = heap.alloc(room);
  arena.init(table, room);
  const verdict = validateModule(at, bytes, MODULE_NESTING, arena);
  heap.free(table);
  if (verdict == Verdict.Ok) {
    const lacks = interpreterLacks(validateUses());
    return lacks == "" ? Status.Ok : refuse(Status.Unsupported, lacks);
  }
  const what = verdict == Verdict.Unsupported ? "it needs what no engine here runs: " : "";
  return refuse(verdict, what + validateFault() + ", at byte " + validateOffset().toString());
}

function vouch(at: usize, bytes: u32, path: string): i64 {
  let name = nameOf(path);
  if (name.endsWith(".wasm")) name = name.substring(0, name.length - 5);
  const text = String.UTF8.encode(name);
  if (text.byteLength > NAME_BYTES) return refuse(Status.Range, "its name is longer than " + NAME_BYTES.toString() + " bytes");
  fill(approval, 0, MODULE_APPROVAL_BYTES);
  copy(approval + MODULE_APPROVAL_NAME, changetype<usize>(text), text.byteLength);
  hash.begin();
  hash.add(at, bytes);
  hash.finish(approval + MODULE_APPROVAL_SHA256);
  changetype<ModuleApproval>(approval).nesting = validateNesting();
  return sys.control(Control.ModuleApprove, 0, 0, approval, MODULE_APPROVAL_BYTES);
}
