// The service `learner`, in ring 3: improves the weights of the policy that decides which task runs, from what the kernel recorded. It sleeps
// while learning is frozen. It can die at any time: the weights in use are the module's, and the kernel guards them.
import { LearnMode, Status } from "../abi/numbers";
import * as sys from "../abi/sys";
import "../user/abort";
import {
  learner_adopt,
  learner_base_loss,
  learner_bytes,
  learner_examples,
  learner_gradient_norm,
  learner_init,
  learner_loss,
  learner_publish,
  learner_rate,
  learner_step,
  learner_weights,
} from "./core";
import { blob, publish, readState, readWeights, report, sched, tell, weights } from "./kernel";
import { beginObserving, endObserving, observe } from "./observe";

/** Time between two wakes. */
const FROZEN_NS: u64 = 1_000_000_000;
const LEARNING_NS: u64 = 250_000_000;
/** Wakes between two reports. */
const REPORT_WAKES: u32 = 4;
/** Fresh examples that a step waits for. */
const STEP_EXAMPLES: u32 = 8;
/** Steps between two publications. */
const PUBLISH_STEPS: u64 = 4;
/** Rate where nobody set one: 0.0005. */
const STANDARD_RATE_PPB: u32 = 500_000;

/** Memory of the core; 0: none yet. */
let arena: usize = 0;
/** The module that is learnt for, and the version of its weights that the core's come from; 0: it does not learn. */
let moduleId: u32 = 0;
let version: u32 = 0;
/** The newest version that there was: no two weights share one. */
let newest: u32 = 0;
let publishedAt: u64 = 0;
let wakes: u32 = 0;
let told: bool = false;
/** Weights that the core would not take: not tried again. */
let strange: u32 = 0;

export function start(): void {}

/** One wake. Never ends. */
export function step(): i32 {
  sys.sleep(moduleId !== 0 ? LEARNING_NS : FROZEN_NS);
  if (!readState()) return 1;
  const wanted = sched.learnMode === LearnMode.Learning && weights.bytes !== 0 && weights.moduleId !== strange;
  if (!wanted) stop();
  else if ((weights.moduleId !== moduleId || weights.version !== version) && !begin()) stop();
  if (moduleId !== 0) {
    observe();
    learner_rate(rate());
    if (learner_step(STEP_EXAMPLES) > 0) report.steps++;
    if (report.steps - publishedAt >= PUBLISH_STEPS && weights.onTrial === 0) offer();
  }
  // Once when it stops, else every so often.
  if (moduleId === 0 ? !told : ++wakes % REPORT_WAKES === 0) say();
  told = moduleId === 0;
  return 1;
}

function rate(): u32 {
  return sched.ratePpb === 0 ? STANDARD_RATE_PPB : sched.ratePpb;
}

function stop(): void {
  if (moduleId !== 0) endObserving();
  moduleId = 0;
}

// From the weights in use: at the start, and where they are no longer those that it published.
function begin(): bool {
  if (arena === 0) {
    const pages = <i32>((learner_bytes() + 0xffff) >> 16);
    const had = memory.grow(pages);
    if (had < 0) return false;
    arena = (<usize>had) << 16;
  }
  if (readWeights(weights.moduleId, weights.bytes) !== <i64>weights.bytes) return false;
  const other = moduleId !== weights.moduleId;
  const status = other ? learner_init(arena, blob, <i32>weights.bytes) : learner_adopt(blob, <i32>weights.bytes);
  if (status < 0) {
    strange = weights.moduleId;
    return false;
  }
  moduleId = weights.moduleId;
  version = weights.version;
  newest = max<u32>(newest, version);
  publishedAt = report.steps;
  if (other) beginObserving();
  return true;
}

function offer(): void {
  publishedAt = report.steps;
  const next = newest + 1;
  if (learner_publish(next) < 0) return;
  const status = publish(moduleId, learner_weights(), weights.bytes, next);
  if (status === Status.Ok) {
    version = next;
    newest = next;
    report.published++;
  } else if (status === Status.BadAnswer) begin();
}

function say(): void {
  report.examples = learner_examples();
  report.loss = learner_loss();
  report.baseLoss = learner_base_loss();
  report.gradientNorm = learner_gradient_norm();
  report.rate = <f64>rate() * 1e-9;
  tell();
}

/** The stub runtime frees nothing and the learner allocates nothing: there is nothing to collect. */
export function __collect(): void {}
