// Offered pages (sys.memory_offer, like MADV_FREE): their contents may vanish until they are written again. The processor's dirty
// bit tells: it is cleared here, and a pass drops the page only while it is still clear (pick.ts).
import { space_age } from "../../abi/host";
import { PAGE_BYTES } from "../../abi/numbers";
import { processAt } from "../proc/process";
import { markOffer } from "./resident";
import { dropCompressed, findCompressed } from "./zpool";
import { NO_ENTRY } from "./zpool-table";

const PFN_MASK: i64 = (1 << 40) - 1;
const WRITABLE: i64 = 1 << 42;
const CLEAR_DIRTY: u32 = 2;

/** Offers the pages of [va, va + bytes) that hold anything. A compressed one is dropped at once: nothing is cheaper. How many. */
export function offerRange(slot: i32, va: u64, bytes: u64): u32 {
  const process = processAt(slot);
  let offered: u32 = 0;
  for (let page = va; page < va + bytes; page += PAGE_BYTES) {
    const seen = space_age(process.space, page, CLEAR_DIRTY);
    if (seen >= 0) {
      if ((seen & WRITABLE) == 0) continue;
      markOffer(process, <u32>(seen & PFN_MASK));
      offered++;
      continue;
    }
    const entry = findCompressed(slot, page);
    if (entry == NO_ENTRY) continue;
    dropCompressed(entry);
    offered++;
  }
  return offered;
}
