// The two learners of memory policies behind one interface: small networks (learn.ts), and trees that correct one another (boost.ts). What
// each reads of the features, and its numbers, all chosen on families that were left out. No files, no thresholds.
import { boost, type Forest, forestAnswer } from "./boost.js";
import type { Played } from "./dataset.js";
import { learn, type Scaling, scaled, scalingOf } from "./learn.js";
import { Network, type Shape, stacked } from "./network.js";
import type { TrainOptions } from "./options.js";

/** Features of a beat, as features.ts makes them. */
export const INPUTS = 76;
/** Of one network; the policy's is as many of them side by side as there were starts. */
const MEMBER: Shape = { inputs: INPUTS, hidden1: 12, hidden2: 6 };
export const shapeOf = (members: number): Shape => ({ inputs: INPUTS, hidden1: members * MEMBER.hidden1, hidden2: members * MEMBER.hidden2 });

/** Five seconds' growth ÷ what is left, and the same by four other measures. Learning starts from the first: alone it is a good rule. */
const NEAR = [69, 70, 71, 72, 73];
/** The features that the network reads: what is left, growth and how straight it is, growers, promises, and how much of what is left
 * five seconds take, by several measures. With all of them it told the training families apart, and did worse on families that it had not seen. */
export const NETWORK_READS = [0, 2, 10, 11, 15, 17, 40, 43, 46, 47, 54, 56, 60, ...NEAR, 74, 75];
/** The trees read the same, growth in half a second to ten against what is left, how straight that of ten was, how long ago the last step was, and how much of it one second took. */
export const TREES_READ = [0, 2, 3, 4, 5, 6, 7, 10, 11, 15, 17, 18, 19, 20, 40, 43, 46, 47, 54, 56, 60, ...NEAR, 74, 75];
/** Where by every measure five seconds take less than 0.4 of what is left, one beat in so many is learnt from. All are judged. */
const STRIDE_CALM = 8;
/** What the trees are grown by. */
const GROWING = { trees: 100, leaves: 10, leastCurvature: 50, ridge: 1, rate: 0.1, featureShare: 0.5, loss: { sharpness: 10, better: 0.55, wrong: 1.3 } } as const;

/** What has been learnt, over all features of a beat. */
export interface Learnt {
  /** the features that it reads, rising */
  reads: readonly number[];
  /** An answer a beat; the higher, the nearer. */
  scores(episodes: readonly Played[]): Float64Array[];
}

export interface LearntNetwork extends Learnt {
  network: Network;
  scaling: Scaling;
}

export interface LearntForest extends Learnt {
  forest: Forest;
}

export type Learner<L extends Learnt = Learnt> = (episodes: readonly Played[], options: TrainOptions, tell: (text: string) => void) => L;

/** Some features of each beat. */
function narrowed(episodes: readonly Played[], reads: readonly number[]): Played[] {
  return episodes.map((played) => {
    const beats = played.timeMs.length;
    const features = new Float32Array(beats * reads.length);
    reads.forEach((feature, i) => {
      for (let beat = 0; beat < beats; beat++) features[beat * reads.length + i] = played.features[beat * INPUTS + feature] as number;
    });
    return { ...played, features };
  });
}

/** Every beat near the end of memory, and some of the others. */
function thinned(episodes: readonly Played[]): Played[] {
  return episodes.map((played) => {
    const kept: number[] = [];
    for (let beat = 0; beat < played.timeMs.length; beat++)
      if (beat % STRIDE_CALM === 0 || NEAR.some((feature) => (played.features[beat * INPUTS + feature] as number) > -0.999)) kept.push(beat);
    const features = new Float32Array(kept.length * INPUTS);
    kept.forEach((beat, i) => {
      features.set(played.features.subarray(beat * INPUTS, (beat + 1) * INPUTS), i * INPUTS);
    });
    const of = (values: Float64Array | Uint8Array | Float32Array) => kept.map((beat) => values[beat] as number);
    return {
      ...played,
      features,
      timeMs: Float64Array.from(of(played.timeMs)),
      committed: Uint8Array.from(of(played.committed)),
      freeShare: Float32Array.from(of(played.freeShare)),
    };
  });
}

/** The mean of several networks from other first weights. */
export const learnNetworks: Learner<LearntNetwork> = (episodes, options, tell) => {
  const reads = NETWORK_READS;
  const learnt = narrowed(thinned(episodes), reads);
  const scaling = scalingOf(learnt, reads.length);
  const members = Array.from({ length: options.starts }, (_, start) =>
    learn(learnt, scaling, {
      startFrom: reads.indexOf(NEAR[0] as number),
      shape: { ...MEMBER, inputs: reads.length },
      epochs: options.epochs,
      seed: options.seed + start,
      onEpoch: (epoch, loss) => tell(`start ${start + 1} of ${options.starts}, epoch ${epoch + 1} of ${options.epochs}, loss ${loss.toFixed(4)}`),
    }),
  );
  const network = stacked(members);
  network.parameters.set(network.parameters.map(Math.fround)); // what the kernel computes with
  return {
    reads,
    network,
    scaling,
    scores: (asked) =>
      narrowed(asked, reads).map((played) => {
        const x = scaled(played.features, scaling);
        return Float64Array.from(played.timeMs, (_, i) => network.forward(x, i * reads.length));
      }),
  };
};

/** Trees. Their splits name features of all INPUTS. */
export const growForest: Learner<LearntForest> = (episodes, options, tell) => {
  const reads = TREES_READ;
  const grown = boost(narrowed(thinned(episodes), reads), reads.length, {
    ...GROWING,
    seed: options.seed,
    startFrom: reads.indexOf(NEAR[0] as number),
    onTree: (tree, loss) => tell(`tree ${tree + 1} of ${GROWING.trees}, loss ${loss.toFixed(4)}`),
  });
  const forest: Forest = {
    startFrom: reads[grown.startFrom] as number,
    trees: grown.trees.map((tree) => ({ ...tree, features: tree.features.map((column) => reads[column] as number) })),
  };
  return {
    reads,
    forest,
    scores: (asked) => asked.map((played) => Float64Array.from(played.timeMs, (_, i) => forestAnswer(forest, played.features, i * INPUTS))),
  };
};

/** The same network over all features, with nothing read from the others. */
export function widened(network: Network, reads: readonly number[]): Network {
  const { hidden1, hidden2 } = network.shape;
  const wide = new Network({ inputs: INPUTS, hidden1, hidden2 });
  for (let o = 0; o < hidden1; o++)
    reads.forEach((feature, i) => {
      wide.parameters[o * INPUTS + feature] = network.parameters[o * reads.length + i] as number;
    });
  wide.parameters.set(network.parameters.subarray(network.places.b1), wide.places.b1);
  return wide;
}
