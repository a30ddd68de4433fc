// The build's record of modules it validated and metered: look a hash up. Pure; rows come through a reader callback.
import { MODULE_RECORD_BYTES, MODULE_RECORD_SHA256, ModuleRecord } from "../../abi/layouts";
import { Status } from "../../abi/numbers";
import { equal } from "../../lib/bytes";
import { SHA256_BYTES } from "../../lib/sha256";

/** Copy `count` bytes at `offset` of the record; returns bytes copied, less at the end, or a Status. */
export type RecordRead = (offset: u32, buffer: usize, count: u32) => i32;

/**
 * Find the row of the module with the hash at `sha256` and fill `out`.
 * Returns Ok. Unrecorded: the build does not know it.
 */
export function recordFind(read: RecordRead, sha256: usize, out: ModuleRecord): i32 {
  const row = changetype<usize>(out);
  let offset: u32 = 0;
  while (true) {
    const got = read(offset, row, MODULE_RECORD_BYTES);
    if (got < 0) return got;
    if (<u32>got < MODULE_RECORD_BYTES) return Status.Unrecorded;
    if (equal(row + MODULE_RECORD_SHA256, sha256, SHA256_BYTES)) return Status.Ok;
    offset += MODULE_RECORD_BYTES;
  }
}
