// The descriptors of each process: small numbers that stand for open files. What an open file is, is open-files.ts.
import { DescriptorRow } from "../../abi/layouts";
import { DESCRIPTORS, PROCESSES, Status } from "../../abi/numbers";
import { Arena } from "../../lib/arena";
import { processAt } from "../proc/process";
import { indexOf } from "./node";
import { addReference, dropReference, OpenKind, openAt, openType } from "./open-files";

export const DESCRIPTOR_TABLE_BYTES: u32 = PROCESSES * DESCRIPTORS * 2;

// Index of an open file + 1; 0 closed.
let table: usize = 0;

export function initDescriptors(arena: Arena): void {
  table = arena.take(DESCRIPTOR_TABLE_BYTES);
}

function at(slot: i32, descriptor: u32): usize {
  return table + ((<usize>slot * DESCRIPTORS + descriptor) << 1);
}

/** The open file of a descriptor, or BadDescriptor. */
export function descriptorOpen(slot: i32, descriptor: i32): i32 {
  if (<u32>descriptor >= DESCRIPTORS) return Status.BadDescriptor;
  const value = <i32>load<u16>(at(slot, descriptor));
  return value == 0 ? Status.BadDescriptor : value - 1;
}

/** Whether a process can open one more. */
export function hasFreeDescriptor(slot: i32): bool {
  for (let descriptor: u32 = 0; descriptor < DESCRIPTORS; descriptor++) if (load<u16>(at(slot, descriptor)) == 0) return true;
  return false;
}

/** Gives an open file, with the caller's reference, the lowest free descriptor. TooManyOpen: the reference is still the caller's. */
export function addDescriptor(slot: i32, open: i32): i32 {
  for (let descriptor: u32 = 0; descriptor < DESCRIPTORS; descriptor++) {
    if (load<u16>(at(slot, descriptor)) != 0) continue;
    store<u16>(at(slot, descriptor), <u16>(open + 1));
    return descriptor;
  }
  return Status.TooManyOpen;
}

/** Makes a descriptor stand for an open file, with the caller's reference; what it was before is closed. */
export function placeDescriptor(slot: i32, descriptor: i32, open: i32): void {
  const before = descriptorOpen(slot, descriptor);
  store<u16>(at(slot, descriptor), <u16>(open + 1));
  if (before >= 0) dropReference(before);
}

/** Ok, or BadDescriptor. */
export function closeDescriptor(slot: i32, descriptor: i32): i32 {
  const open = descriptorOpen(slot, descriptor);
  if (open < 0) return open;
  store<u16>(at(slot, descriptor), 0);
  dropReference(open);
  return Status.Ok;
}

/** Gives descriptor `to` of one process the open file of `from` of another. Ok, or BadDescriptor. */
export function shareDescriptor(from: i32, descriptor: i32, to: i32, as: i32): i32 {
  const open = descriptorOpen(from, descriptor);
  if (open < 0) return open;
  addReference(open);
  placeDescriptor(to, as, open);
  return Status.Ok;
}

/** Fills a DescriptorRow: 1, 0 where the descriptor is closed, −1 past the table. */
export function fillDescriptorRow(slot: i32, descriptor: u32, row: usize): i32 {
  if (descriptor >= DESCRIPTORS) return -1;
  const index = descriptorOpen(slot, descriptor);
  if (index < 0) return 0;
  const open = openAt(index);
  const out = changetype<DescriptorRow>(row);
  out.descriptor = descriptor;
  out.type = openType(open);
  out.flags = open.flags;
  out.pid = processAt(slot).pid;
  out.inode = open.target < 0 ? 0 : open.kind == OpenKind.Node ? indexOf(open.target) + 1 : open.target + 1;
  out.position = open.position;
  return 1;
}

/** Closes up to `most` descriptors of a process that never runs again. True when none is left. */
export function closeSome(slot: i32, most: u32): bool {
  let closed: u32 = 0;
  for (let descriptor: u32 = 0; descriptor < DESCRIPTORS; descriptor++) {
    if (load<u16>(at(slot, descriptor)) == 0) continue;
    if (closed == most) return false;
    closeDescriptor(slot, descriptor);
    closed++;
  }
  return true;
}
