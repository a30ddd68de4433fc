// A process of the list: computes, waits, ends. What it has to say goes into a pipe as one row, which nobody waits for.
import { PAGE_BYTES } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { setU32, setU64 } from "../../lib/bytes";
import { ownNumber, writeAll } from "./child";
import { chooseJob, chooseSegment, pages, segmentCount, segmentNs, segmentWaits, useList } from "./list";
import { burnUntil, setRate } from "./spin";

export const LIST_DESCRIPTOR: i32 = 3;
export const REPORT_DESCRIPTOR: i32 = 4;
/** u32 index, u32 0, u64 startNs, u64 endNs (uptime), u64 processorNs */
export const REPORT_BYTES: u32 = 32;
const PAGES_OF_WASM: u32 = 65536 / PAGE_BYTES;

const report: usize = memory.data(32, 8);

/** Plays the job; the process ends after it. The status to exit with. */
export function playJob(): i32 {
  const startNs = <u64>sys.time_now();
  const index = <u32>ownNumber(0);
  setRate(ownNumber(1), ownNumber(2));
  useList(LIST_DESCRIPTOR);
  if (!chooseJob(index)) return 1;
  if (!holdPages(pages())) return 1;
  // Processor time counts from the start of the process, so what starting took is part of the first segment.
  let target: u64 = 0;
  for (let i: u32 = 0; i < segmentCount(); i++) {
    if (!chooseSegment(i)) return 1;
    if (segmentWaits()) sys.sleep(segmentNs());
    else {
      target += segmentNs();
      burnUntil(target);
    }
  }
  setU32(report, index);
  setU64(report + 8, startNs);
  setU64(report + 16, <u64>sys.time_now());
  setU64(report + 24, <u64>sys.processor_time());
  return writeAll(REPORT_DESCRIPTOR, report, REPORT_BYTES) ? 0 : 1;
}

function holdPages(count: u32): bool {
  if (count == 0) return true;
  const base = (memory.size() as usize) << 16;
  if (memory.grow(<i32>((count + PAGES_OF_WASM - 1) / PAGES_OF_WASM)) < 0) return false;
  for (let i: u32 = 0; i < count; i++) setU64(base + (i as usize) * PAGE_BYTES, <u64>i + 1);
  return true;
}
