// Regression trees over binned features, grown leaf by leaf where the loss falls most, and the sum of many of them: what boost.ts learns with.
// Newton steps on slope and curvature as in Friedman (2001) and Chen and Guestrin (2016), histograms and leaf-wise growth as in Ke et al.
// (2017). Numbers in, trees out: no episodes, no files. The same input gives the same bits.
import type { Draw } from "../episodes/index.js";

/** A tree of at most 127 splits. Left where x[feature] ≤ threshold. A child ≥ 0 is a split, −1 − i is leaf i. */
export interface Tree {
  features: Uint8Array;
  /** f32 */
  thresholds: Float32Array;
  left: Int8Array;
  right: Int8Array;
  /** f32; one more than splits */
  leaves: Float32Array;
}

export interface Growing {
  /** at most */
  leaves: number;
  /** of curvature, in a leaf, at least: the smaller, the finer the trees */
  leastCurvature: number;
  /** added to a leaf's curvature */
  ridge: number;
  /** share of a leaf's Newton step that is taken */
  rate: number;
  /** share of the features that a tree may split on, drawn for each */
  featureShare: number;
}

const MOST_BINS = 128;
/** Rows in a leaf, at least. */
const LEAST_ROWS = 20;

/** Columns of small numbers in place of the features. Bin b holds x with cuts[b − 1] < x ≤ cuts[b]. */
export interface Binned {
  rows: number;
  /** a column a feature */
  bins: Uint8Array[];
  /** f32, rising */
  cuts: Float32Array[];
}

/** Cut each feature where about as many rows lie in each bin. @param x (rows, columns) f32 row-major */
export function binned(x: Float32Array, columns: number): Binned {
  const rows = x.length / columns;
  const bins: Uint8Array[] = [];
  const cuts: Float32Array[] = [];
  for (let c = 0; c < columns; c++) {
    const column = Float32Array.from({ length: rows }, (_, i) => x[i * columns + c] as number);
    const sorted = column.slice().sort();
    const found: number[] = [];
    for (let b = 1; b < MOST_BINS; b++) {
      const at = Math.floor((b * rows) / MOST_BINS);
      const above = sorted[at] as number;
      // Halfway to the next smaller value, so that what lies near to it in other data falls on its side.
      let below = at - 1;
      while (below >= 0 && sorted[below] === above) below--;
      if (below < 0) continue;
      const cut = Math.fround(((sorted[below] as number) + above) / 2);
      if (cut < above && cut !== found.at(-1)) found.push(cut);
    }
    const at = Float32Array.from(found);
    cuts.push(at);
    bins.push(Uint8Array.from(column, (value) => binOf(at, value)));
  }
  return { rows, bins, cuts };
}

/** How many cuts lie below a value. */
function binOf(cuts: Float32Array, value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cuts[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Split {
  gain: number;
  column: number;
  /** the last bin that goes left */
  bin: number;
}

interface Leaf {
  /** [from, to) of the order of rows */
  from: number;
  to: number;
  slope: number;
  curvature: number;
  slopes: Float64Array;
  curvatures: Float64Array;
  best: Split | undefined;
  /** the split that it hangs from, and on which side */
  parent: number;
  side: "left" | "right";
}

/** Grow a tree that takes `rate` of the Newton step down the loss, and add its answers to `answers`. */
export function growTree(data: Binned, slopes: Float64Array, curvatures: Float64Array, growing: Growing, draw: Draw, answers: Float64Array): Tree {
  const columns = drawn(data.bins.length, growing.featureShare, draw);
  const order = Int32Array.from({ length: data.rows }, (_, i) => i);
  const room = new Int32Array(data.rows);
  const leafOf = (from: number, to: number, parent: number, side: "left" | "right"): Leaf => ({
    from,
    to,
    slope: 0,
    curvature: 0,
    slopes: new Float64Array(columns.length * MOST_BINS),
    curvatures: new Float64Array(columns.length * MOST_BINS),
    best: undefined,
    parent,
    side,
  });
  const counted = (leaf: Leaf) => {
    for (let i = leaf.from; i < leaf.to; i++) {
      leaf.slope += slopes[order[i] as number] as number;
      leaf.curvature += curvatures[order[i] as number] as number;
    }
    columns.forEach((column, c) => {
      const bins = data.bins[column] as Uint8Array;
      for (let i = leaf.from; i < leaf.to; i++) {
        const row = order[i] as number;
        const at = c * MOST_BINS + (bins[row] as number);
        leaf.slopes[at] = (leaf.slopes[at] as number) + (slopes[row] as number);
        leaf.curvatures[at] = (leaf.curvatures[at] as number) + (curvatures[row] as number);
      }
    });
    return leaf;
  };
  const rest = (whole: Leaf, part: Leaf, leaf: Leaf) => {
    leaf.slope = whole.slope - part.slope;
    leaf.curvature = whole.curvature - part.curvature;
    for (let i = 0; i < leaf.slopes.length; i++) {
      leaf.slopes[i] = (whole.slopes[i] as number) - (part.slopes[i] as number);
      leaf.curvatures[i] = (whole.curvatures[i] as number) - (part.curvatures[i] as number);
    }
    return leaf;
  };
  const leaves = [counted(leafOf(0, data.rows, -1, "left"))];
  (leaves[0] as Leaf).best = bestSplit(leaves[0] as Leaf, columns, growing);
  const splits: { column: number; bin: number; left: number; right: number }[] = [];
  while (leaves.length < growing.leaves) {
    let chosen = -1;
    leaves.forEach((leaf, i) => {
      if (leaf.best && (chosen < 0 || leaf.best.gain > ((leaves[chosen] as Leaf).best as Split).gain)) chosen = i;
    });
    if (chosen < 0) break;
    const leaf = leaves[chosen] as Leaf;
    const { column, bin } = leaf.best as Split;
    const middle = part(order, room, leaf, data.bins[column] as Uint8Array, bin);
    if (middle - leaf.from < LEAST_ROWS || leaf.to - middle < LEAST_ROWS) {
      leaf.best = undefined;
      continue;
    }
    const left = leafOf(leaf.from, middle, splits.length, "left");
    const right = leafOf(middle, leaf.to, splits.length, "right");
    if (middle - leaf.from < leaf.to - middle) rest(leaf, counted(left), right);
    else rest(leaf, counted(right), left);
    if (leaf.parent >= 0) (splits[leaf.parent] as { left: number; right: number })[leaf.side] = splits.length;
    splits.push({ column, bin, left: 0, right: 0 });
    left.best = bestSplit(left, columns, growing);
    right.best = bestSplit(right, columns, growing);
    leaves.splice(chosen, 1, left, right);
  }
  const values = leaves.map((leaf, i) => {
    if (leaf.parent >= 0) (splits[leaf.parent] as { left: number; right: number })[leaf.side] = -1 - i;
    return Math.fround((-growing.rate * leaf.slope) / (leaf.curvature + growing.ridge));
  });
  leaves.forEach((leaf, i) => {
    for (let k = leaf.from; k < leaf.to; k++) answers[order[k] as number] = (answers[order[k] as number] as number) + (values[i] as number);
  });
  return {
    features: Uint8Array.from(splits, ({ column }) => column),
    thresholds: Float32Array.from(splits, ({ column, bin }) => (data.cuts[column] as Float32Array)[bin] as number),
    left: Int8Array.from(splits, ({ left }) => left),
    right: Int8Array.from(splits, ({ right }) => right),
    leaves: Float32Array.from(values),
  };
}

/** Some of the columns, at least one, rising. */
function drawn(columns: number, share: number, draw: Draw): number[] {
  const all = Array.from({ length: columns }, (_, i) => i);
  for (let i = columns - 1; i > 0; i--) {
    const j = draw.whole(0, i);
    [all[i], all[j]] = [all[j] as number, all[i] as number];
  }
  return all.slice(0, Math.max(Math.round(share * columns), 1)).sort((a, b) => a - b);
}

function bestSplit(leaf: Leaf, columns: readonly number[], { leastCurvature, ridge }: Growing): Split | undefined {
  const whole = leaf.slope ** 2 / (leaf.curvature + ridge);
  let best: Split | undefined;
  for (let c = 0; c < columns.length; c++) {
    let slope = 0;
    let curvature = 0;
    for (let bin = 0; bin + 1 < MOST_BINS; bin++) {
      slope += leaf.slopes[c * MOST_BINS + bin] as number;
      curvature += leaf.curvatures[c * MOST_BINS + bin] as number;
      const others = leaf.curvature - curvature;
      if (curvature < leastCurvature) continue;
      if (others < leastCurvature) break;
      const gain = slope ** 2 / (curvature + ridge) + (leaf.slope - slope) ** 2 / (others + ridge) - whole;
      if (gain > (best?.gain ?? 1e-9)) best = { gain, column: columns[c] as number, bin };
    }
  }
  return best;
}

/** Rows that go left first, both in the order in which they were. Gives where the right ones begin. */
function part(order: Int32Array, room: Int32Array, { from, to }: Leaf, bins: Uint8Array, bin: number): number {
  let left = from;
  let right = 0;
  for (let i = from; i < to; i++) {
    const row = order[i] as number;
    if ((bins[row] as number) <= bin) order[left++] = row;
    else room[right++] = row;
  }
  order.set(room.subarray(0, right), left);
  return left;
}

/** A tree's answer to the features at `at`. */
export function treeAnswer(tree: Tree, x: Float32Array, at: number): number {
  if (tree.features.length === 0) return tree.leaves[0] as number;
  let node = 0;
  do node = ((x[at + (tree.features[node] as number)] as number) <= (tree.thresholds[node] as number) ? tree.left[node] : tree.right[node]) as number;
  while (node >= 0);
  return tree.leaves[-1 - node] as number;
}
