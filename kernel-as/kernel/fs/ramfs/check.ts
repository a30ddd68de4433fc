// The self check of the files in memory: names against links, rows, open files and frames, summed anew from the tables.
import { FileType } from "../../../abi/numbers";
import { entryAt, rowsOf, rowsUsed } from "./entries";
import { inodeAt, inodeLimit, inodesUsed } from "./inodes";
import { countFrames, pagesUsed } from "./pages";

/** Inconsistencies; `opens`: open files that lead here. */
export function verifyRamfs(opens: u32): i64 {
  let wrong: i64 = 0;
  let used: u32 = 0;
  let held: u32 = 0;
  let links: u32 = 0;
  let names: u32 = 0;

  let rows: u32 = 0;
  let frames: u32 = 0;
  for (let index: u32 = 0; index < inodeLimit(); index++) {
    const inode = inodeAt(index);
    if (inode.type == 0) continue;
    used++;
    held += inode.opens;
    frames += countFrames(inode);
    if (inode.type != FileType.Directory) {
      links += inode.links;
      continue;
    }
    let below: u32 = 0;
    for (let row = inode.firstEntry; row != 0; row = entryAt(row).next) {
      const entry = entryAt(row);
      rows += rowsOf(entry);
      if (entry.directory != index || inodeAt(entry.inode).type == 0) wrong++;
      if (inodeAt(entry.inode).type == FileType.Directory) below++;
      else names++;
    }

    if (inode.links != 0 && inode.links != below + 2) wrong++;
  }
  if (used != inodesUsed()) wrong++;
  if (held != opens) wrong++;
  if (links != names) wrong++;
  if (rows != rowsUsed()) wrong++;
  if (frames != pagesUsed()) wrong++;
  return wrong;
}
