// Who stands in line since when: the order of first come, first served. Not a policy: fifo and rr differ only in what sends a task
// back to the end.
import { SCHED_TASKS, TaskState } from "../../abi/numbers";
import { head, told } from "./exports";

/** A task's place, by slot. */
@unmanaged
class Place {
  /** since when it stands there, ns of uptime */
  sinceNs: u64;
}

// memory.data takes literals only.
const PLACES: usize = memory.data(8192, 8);
if (SCHED_TASKS * 8 != 8192) ERROR("PLACES is stale");

function place(slot: u32): Place {
  return changetype<Place>(PLACES + <usize>slot * 8);
}

/**
 * Put tasks at the end of the line, of those that the call tells of: whom an event of `comes` befell since it became ready, whom
 * one of `goesBack` befell since now. Both are TaskEvent bits; everyone else keeps the place that it has.
 */
export function lineUp(comes: u32, goesBack: u32): void {
  const input = head();
  for (let i = 0; i < <i32>input.rows; i++) {
    const row = told(i);
    const came = (row.events & comes) != 0;
    // Where both befell it, a task that has the processor came first, and one that waits for it came last.
    if (row.events & goesBack && !(came && row.state == TaskState.Ready)) place(row.slot).sinceNs = input.nowNs;
    else if (came) place(row.slot).sinceNs = row.readySinceNs; // 0 where it runs already: it stands at the head
  }
}

/** Since when a task stands in line, us of uptime: exact to 1/8 us for the first 100 days. */
export function inLineSinceUs(slot: u32): f64 {
  return <f64>place(slot).sinceNs * 0.001;
}
