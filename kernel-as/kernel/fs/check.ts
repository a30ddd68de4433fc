// The self check of files: descriptors against open files, open files against inodes and pipes, names against links, frames against
// their count. Every sum is made anew from the tables. Read only; bounded by their sizes.
import { DESCRIPTORS, PROCESSES } from "../../abi/numbers";
import { OPEN_FILES } from "../limits";
import { FrameUse, useCount } from "../mm/frames";
import { channelReferences } from "./channels";
import { descriptorOpen } from "./descriptors";
import { Mount, mountOf } from "./node";
import { OpenKind, openAt } from "./open-files";
import { pipeEnds, pipeFrames } from "./pipes";
import { pagesUsed, verifyRamfs } from "./ramfs";

/** The kernel itself holds the console open. */
const OWN_REFERENCES: u32 = 1;

/** Inconsistencies among files, pipes and descriptors; 0 is right. */
export function verifyFiles(): i64 {
  let wrong: i64 = 0;
  let descriptors: u32 = 0;
  for (let slot: i32 = 0; slot < <i32>PROCESSES; slot++) {
    for (let descriptor: u32 = 0; descriptor < DESCRIPTORS; descriptor++) {
      const open = descriptorOpen(slot, descriptor);
      if (open < 0) continue;
      descriptors++;
      if (openAt(open).kind == OpenKind.Free) wrong++;
    }
  }
  let references: u32 = 0;
  let nodes: u32 = 0;
  let ends: u32 = 0;
  for (let index: i32 = 0; index < <i32>OPEN_FILES; index++) {
    const open = openAt(index);
    if (open.kind == OpenKind.Free) continue;
    references += open.references;
    if (open.kind == OpenKind.Node && mountOf(open.target) == Mount.Ramfs) nodes++;
    if (open.kind == OpenKind.PipeRead || open.kind == OpenKind.PipeWrite) ends++;
  }
  if (references != descriptors + channelReferences() + OWN_REFERENCES) wrong++;
  if (ends != pipeEnds()) wrong++;
  if (pagesUsed() + pipeFrames() != useCount(FrameUse.Files)) wrong++;
  return wrong + verifyRamfs(nodes);
}
