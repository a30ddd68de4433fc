// A policy that learns while a list runs: what the service `learner` of ring 3 does (kernel-as/learner), with the same core and the same numbers,
// in the simulator. No guard stands over it here: what it publishes is used unless the module refuses it.
import { LAYOUT } from "../../abi/index.js";
import { Learner } from "../../sim/learner.js";
import type { RunOptions, SchedPolicy } from "../../sim/sched/index.js";
import type { LearningFigures } from "./types.js";

/** Every so many-th decision is recorded: about eight in a quarter of a second, as the service asks for. */
const EXPLAIN_EVERY = 10;
/** Jobs between two wakes: about a quarter of a second's. */
const WAKE_JOBS = 20;
/** As the service has them: fresh examples of a step, steps between two publications, the standard rate in parts per billion. */
const STEP_EXAMPLES = 8;
const PUBLISH_STEPS = 4;
const RATE_PPB = 500_000;

export interface Learning {
  hooks: Pick<RunOptions, "explainEvery" | "onRecord" | "onEnd" | "everyJobs" | "onJobs">;
  figures(): LearningFigures;
}

let learner: Learner | undefined;

/** Begin with the policy's weights. One at a time. Throws where the learner does not take them. */
export function startLearning(policy: SchedPolicy): Learning {
  learner ??= new Learner();
  const one = learner;
  const first = policy.weights();
  if (!first) throw new Error(`${policy.name} has no weights`);
  one.begin(first);
  one.exports.learner_rate(RATE_PPB);
  let version = 1;
  let steps = 0;
  let published = 0;
  let refused = 0;
  return {
    hooks: {
      explainEvery: EXPLAIN_EVERY,
      onRecord: ({ candidates, count }) => {
        one.record(new Uint8Array(candidates.buffer, candidates.byteOffset, count * LAYOUT.CandidateRow.bytes));
      },
      onEnd: ({ pid, requestSinceNs, serviceNs }) => one.ended(pid, BigInt(requestSinceNs), BigInt(serviceNs)),
      everyJobs: WAKE_JOBS,
      onJobs: () => {
        if (one.exports.learner_step(STEP_EXAMPLES) <= 0 || ++steps % PUBLISH_STEPS !== 0) return;
        version++;
        if (policy.setWeights(one.weights(version), version)) published++;
        else refused++;
      },
    },
    figures: () => ({ steps, published, refused, loss: one.exports.learner_loss(), baseLoss: one.exports.learner_base_loss() }),
  };
}
