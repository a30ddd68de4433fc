// How the trees learn: each corrects what the sum of those before it gets wrong, by the loss of episodes (episode-loss.ts). Gradient boosting
// as in Friedman (2001). Seeded: the same data and seed give the same bits.
import { Draw } from "../episodes/index.js";
import type { Played } from "./dataset.js";
import { episodeLoss, type Loss, type Spans, spansOf } from "./episode-loss.js";
import { type Binned, binned, type Growing, growTree, type Tree, treeAnswer } from "./trees.js";

export interface Boosting extends Growing {
  trees: number;
  loss: Loss;
  seed: number;
  /** A feature that alone is a good rule, the higher the nearer: learning starts from it and corrects it. */
  startFrom: number;
  /** Called after each tree with its mean loss. */
  onTree?: (tree: number, loss: number) => void;
}

/** Its answer: the feature that it started from, and what each tree says, added in order in f64. */
export interface Forest {
  startFrom: number;
  trees: Tree[];
}

/** Curvature of a row that is in no span: it moves no tree. */
const LEAST_CURVATURE = 1e-4;
/** Of a term's curvature: a wrong answer that is far off would have none. */
const CURVATURE_FLOOR = 0.05;

/** Grow trees on episodes. @param columns features of a beat */
export function boost(episodes: readonly Played[], columns: number, options: Boosting): Forest {
  const kept = episodes.flatMap((played) => {
    const spans = spansOf(played);
    return spans ? [{ played, spans }] : [];
  });
  const rows = kept.reduce((sum, { played }) => sum + played.timeMs.length, 0);
  const x = new Float32Array(rows * columns);
  const at: number[] = [];
  let row = 0;
  for (const { played } of kept) {
    at.push(row);
    x.set(played.features, row * columns);
    row += played.timeMs.length;
  }
  const data: Binned = binned(x, columns);
  const answers = Float64Array.from({ length: rows }, (_, i) => x[i * columns + options.startFrom] as number);
  const slopes = new Float64Array(rows);
  const curvatures = new Float64Array(rows);
  const draw = new Draw(options.seed);
  const trees: Tree[] = [];
  for (let tree = 0; tree < options.trees; tree++) {
    slopes.fill(0);
    curvatures.fill(LEAST_CURVATURE);
    let loss = 0;
    kept.forEach(({ spans }, e) => {
      loss += episodeLoss(answers, at[e] as number, spans as Spans, options.loss, (beat, slope, share, term) => {
        slopes[beat] = (slopes[beat] as number) + slope;
        curvatures[beat] = (curvatures[beat] as number) + share * Math.max(term, CURVATURE_FLOOR);
      });
    });
    trees.push(growTree(data, slopes, curvatures, options, draw, answers));
    options.onTree?.(tree, loss / kept.length);
  }
  return { startFrom: options.startFrom, trees };
}

/** The forest's answer to the features at `at`. */
export function forestAnswer({ startFrom, trees }: Forest, x: Float32Array, at: number): number {
  let answer = x[at + startFrom] as number;
  for (const tree of trees) answer += treeAnswer(tree, x, at);
  return answer;
}
