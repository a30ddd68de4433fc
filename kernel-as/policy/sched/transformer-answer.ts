// From what is kept of a task to its worth: the distribution of the processor time that its request will still take, and its Gittins index,
// the greatest over d of P(it ends within d) ÷ E[what of d it takes] (Gittins 1979; for mean response on one processor with sizes known only by
// their law: Scully, Harchol-Balter 2020). Nothing learnt here. An answer holds until what attention gives has moved.

import { linear4, softsignOf } from "../../ml/linear";
import { BINS, CLASS, HIDDEN } from "../../ml/sched-shape";
import { softmax } from "../../ml/softmax";
import { BASE_AT, Entry, LOGITS_AT, SEEN_AT, SUMS_AT } from "./transformer-cache";
import { binFromUs, binToUs } from "./transformer-features";
import { parameter } from "./transformer-weights";

/** An answer is worked out anew where any number that attention gives has moved by more than this. Logits move by a few times as much. */
const MOVED: f32 = 1.0 / 512.0;

const Z: usize = memory.data(64, 16);
const P: usize = memory.data(64, 16);
const GIVEN: usize = memory.data(64, 16);
if (BINS != 16 || HIDDEN != 16) ERROR("the room of a layer is stale");

/** Bring the answer of a task up to date. Returns whether anything was worked out. */
export function answerFor(entry: Entry): bool {
  const at = changetype<usize>(entry);
  const share = 1.0 / entry.sum;
  let moved: f32 = 0.0;
  for (let c: usize = 0; c < <usize>HIDDEN; c += 4) {
    const place = at + (c << 2);
    const sums = at + SUMS_AT + (c << 3);
    const a = <f32>(load<f64>(sums) * share);
    const b = <f32>(load<f64>(sums, 8) * share);
    const d = <f32>(load<f64>(sums, 16) * share);
    const e = <f32>(load<f64>(sums, 24) * share);
    moved = max<f32>(
      moved,
      max<f32>(
        max<f32>(abs<f32>(a - load<f32>(place, SEEN_AT)), abs<f32>(b - load<f32>(place, SEEN_AT + 4))),
        max<f32>(abs<f32>(d - load<f32>(place, SEEN_AT + 8)), abs<f32>(e - load<f32>(place, SEEN_AT + 12))),
      ),
    );
    store<f32>(GIVEN + (c << 2), a);
    store<f32>(GIVEN + (c << 2), b, 4);
    store<f32>(GIVEN + (c << 2), d, 8);
    store<f32>(GIVEN + (c << 2), e, 12);
  }
  if (entry.stale == 0 && moved <= MOVED) return false;
  entry.stale = 0;
  memory.copy(at + SEEN_AT, GIVEN, (<usize>HIDDEN) << 2);
  for (let c: usize = 0; c < (<usize>HIDDEN) << 2; c += 4) store<f32>(Z + c, load<f32>(at + BASE_AT + c) + load<f32>(GIVEN + c));
  softsignOf<f32>(Z, HIDDEN, Z);
  linear4(Z, HIDDEN, parameter(CLASS), at + LOGITS_AT, BINS, P);
  softmax<f32>(P, BINS, P);
  index(entry);
  return true;
}

/** The distribution that was worked out last: (BINS) f32. For tests. */
export function lastDistribution(): usize {
  return P;
}

// Gittins index over the ends of the bins; within a bin what is left is taken to be even.
function index(entry: Entry): void {
  let ended: f64 = 0.0;
  let spent: f64 = 0.0;
  let best: f64 = -1.0;
  let bestUs: f64 = 1000.0;
  for (let b = 0; b < BINS; b++) {
    const p = <f64>load<f32>(P + ((<usize>b) << 2));
    const to = binToUs(b);
    ended += p;
    spent += p * 0.5 * (binFromUs(b) + to);
    const worth = ended / (spent + max<f64>(1.0 - ended, 0.0) * to);
    if (worth > best) {
      best = worth;
      bestUs = to;
    }
  }
  entry.index = best;
  entry.quantumUs = bestUs;
  entry.remainingUs = spent;
}
