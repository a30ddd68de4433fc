// The program `mind`, in ring 3: a service that answers questions with a language model. It is asked over the channel `mind`, changes nothing of the machine, and may
// die at any time: the kernel starts it again, and who was being answered sees the end of its connection.
import * as sys from "../abi/sys";
import "../user/abort";
import { heldFor } from "./service/budget";
import { openChannel, waitForClients } from "./service/clients";
import { figures } from "./service/figures";
import { beginNext, noteStart, serveClients } from "./service/requests";
import { activeJob, work } from "./service/work";
import { sample } from "./state/collect";

const FOREVER: u64 = u64.MAX_VALUE;
const STATUS_FAILED: i32 = 1;

export function start(): void {
  noteStart();
  // Not a service, or there is one already.
  if (openChannel() < 0) sys.exit(STATUS_FAILED);
}

/** Hears what is asked, and does one step of the question under way. Never ends. */
export function step(): i32 {
  const idle = activeJob() === null && !beginNext();
  const held = activeJob() === null ? 0 : heldFor();
  const from = sys.time_now();
  waitForClients(idle ? FOREVER : held);
  if (held > 0) figures.heldNs += sys.time_now() - from;
  sample();
  serveClients();
  if (activeJob() !== null && held === 0) work();
  return 1;
}
