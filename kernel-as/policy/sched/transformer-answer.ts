// From what is kept of a task to its worth: the distribution of the processor time that its request will still take, and its Gittins index,
// the greatest over d of P(it ends within d) ÷ E[what of d it takes] (Gittins 1979; for mean response on one processor with sizes known only by
// their law: Scully, Harchol-Balter 2020). Nothing learnt here. An answer holds until what attention gives has moved.

import { linear4, softsignOf } from "../../ml/linear";
import { BINS, CLASS, CLASS_BIAS, HIDDEN, OUTPUTS, TRUST_OVERALL, TRUST_OWN, VALUE_WIDTH } from "../../ml/sched-shape";
import { softmax } from "../../ml/softmax";
import { BASE_AT, Entry, OVERALL_AT, OWN_AT, SEEN_AT, SUMS_AT } from "./transformer-entry";
import { binFromUs, binToUs, FIRST_US, LAST_US } from "./transformer-features";
import { foldedOutput, parameter } from "./transformer-weights";

/** An answer is worked out anew where any number that attention gives has moved by more than this. Logits move by a few times as much. */
const MOVED: f32 = 1.0 / 256.0;
/** … for the first so many of a decision; for as many more by 4 times as much, for as many again by 16 times as much; beyond them only where its own row has
 * changed. So a decision among many stays cheap, and what is left is found by one of the next, which begin elsewhere. */
const AT_ONCE: u32 = 16;

let worked: u32 = 0;

/** A decision begins. */
export function beginAnswers(): void {
  worked = 0;
}

/** The index looks at least so far ahead: this share of what the request has had, and of what it is expected to take still. */
const LEAST_OF_HAD: f64 = 0.125;
const LEAST_OF_MEAN: f64 = 0.0625;

const Z: usize = memory.data(64, 16);
const P: usize = memory.data(80, 16);
const GIVEN: usize = memory.data(32, 16);
if (OUTPUTS != 20 || HIDDEN != 16 || VALUE_WIDTH != 8) ERROR("the room of a layer is stale");

/** Bring the answer of a task up to date. Returns whether anything was worked out. */
export function answerFor(entry: Entry): bool {
  const at = changetype<usize>(entry);
  const share = 1.0 / entry.sum;
  let moved: f32 = 0.0;
  for (let c: usize = 0; c < <usize>VALUE_WIDTH; c += 4) {
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
  const bound: f32 = worked < AT_ONCE ? MOVED : worked < 2 * AT_ONCE ? 4.0 * MOVED : worked < 3 * AT_ONCE ? 16.0 * MOVED : <f32>Infinity;
  if (entry.stale == 0 && moved <= bound) return false;
  entry.stale = 0;
  worked++;
  memory.copy(at + SEEN_AT, GIVEN, (<usize>VALUE_WIDTH) << 2);
  linear4(GIVEN, VALUE_WIDTH, foldedOutput(), at + BASE_AT, HIDDEN, Z);
  softsignOf<f32>(Z, HIDDEN, Z);
  linear4(Z, HIDDEN, parameter(CLASS), parameter(CLASS_BIAS), OUTPUTS, P);
  const own = load<f32>(P + ((<usize>TRUST_OWN) << 2));
  const overall = load<f32>(P + ((<usize>TRUST_OVERALL) << 2));
  for (let b: usize = 0; b < (<usize>BINS) << 2; b += 4) {
    store<f32>(P + b, load<f32>(P + b) + own * load<f32>(at + OWN_AT + b) + overall * load<f32>(at + OVERALL_AT + b));
  }
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
  let mean: f64 = 0.0;
  for (let b = 0; b < BINS; b++) mean += <f64>load<f32>(P + ((<usize>b) << 2)) * 0.5 * (binFromUs(b) + binToUs(b));
  const least = min<f64>(max<f64>(LEAST_OF_HAD * entry.hadUs, LEAST_OF_MEAN * mean), LAST_US);
  let ended: f64 = 0.0;
  let spent: f64 = 0.0;
  // The best so far is a quotient; two are compared without dividing.
  let bestEnded: f64 = 0.0;
  let bestTime: f64 = 1.0;
  let bestUs: f64 = FIRST_US;
  let from: f64 = 0.0;
  let to: f64 = FIRST_US;
  for (let b = 0; b < BINS; b++) {
    const p = <f64>load<f32>(P + ((<usize>b) << 2));
    if (from < least && to > least) {
      const part = (p * (least - from)) / (to - from);
      bestEnded = ended + part;
      bestTime = spent + part * 0.5 * (from + least) + max<f64>(1.0 - bestEnded, 0.0) * least;
      bestUs = least;
    }
    ended += p;
    spent += p * 0.5 * (from + to);
    if (to >= least) {
      const time = spent + max<f64>(1.0 - ended, 0.0) * to;
      if (ended * bestTime > bestEnded * time) {
        bestEnded = ended;
        bestTime = time;
        bestUs = to;
      }
    }
    from = to;
    to = b == BINS - 2 ? LAST_US : to + to;
  }
  entry.index = bestEnded / bestTime;
  entry.quantumUs = bestUs;
  entry.remainingUs = spent;
}
