// What asking and answering take is no news of the machine: the mind reads the State without it.
import * as sys from "../../abi/sys";
import { nameIsLiteral } from "../../lib/bytes";
import { collect, forgetSamples } from "../state/collect";
import { NAME_FIELD, ProcessFacts, processAt, processOf, state } from "../state/state";

/** Until whoever asked has done what it does when it asks, and waits. */
const SETTLE_NS: u64 = 10_000_000;
/** Below this nothing grows: as the encoder has it. */
const RATE_LEAST_KIB: i64 = 64;

/** Makes the State of now, without the work of the mind and of the shell that asks. False where the kernel did not answer. */
export function collectWithoutOwn(): bool {
  // no rate reaches back to the start of the mind, the loading of its model, or the asking
  forgetSamples();
  sys.sleep(SETTLE_NS);
  if (!collect()) return false;
  const own = processOf(sys.pid());
  if (own >= 0) {
    processAt(own).growthKibPerSecond = 0;
    processAt(own).cpuPpm = 0;
  }
  let grows = state.freeKibPerSecond <= -RATE_LEAST_KIB;
  for (let i: u32 = 0; i < <u32>state.processRows; i++) {
    const p = processAt(i);
    if (isAsker(p)) p.growthKibPerSecond = 0;
    if (p.growthKibPerSecond >= RATE_LEAST_KIB) grows = true;
  }
  // The predictor has seen the mind start and the shell ask: where nothing else grows, it foresees an end of these.
  if (!grows) state.exhaustionMs = -1;
  return true;
}

/** A protected shell is a person's: it holds a few hundred KiB of tables from its first question on. */
function isAsker(p: ProcessFacts): bool {
  return p.guarded !== 0 && nameIsLiteral(changetype<usize>(p), NAME_FIELD, "shell");
}
