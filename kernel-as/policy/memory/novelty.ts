// Whether features lie outside of what a model's training saw: one by one, or all together too far from its mean. What the learned policies
// abstain by. Pure; no judgement of memory.

/** How far outside of what training saw a feature may lie, as a share of what it saw. */
const MARGIN: f32 = 0.1;

/**
 * Scale features by a model's mean and 1 ÷ deviation.
 * @param vector, mean, scale, leastSeen, mostSeen, scaled addresses of `count` f32; `scaled` is written
 * @param limit squared distance from the mean, in deviations, that is still familiar
 * @returns true: unfamiliar; `scaled` is then in part what it was
 */
export function scaleUnlessUnfamiliar(vector: usize, count: i32, mean: usize, scale: usize, leastSeen: usize, mostSeen: usize, limit: f64, scaled: usize): bool {
  let distance: f64 = 0.0;
  for (let i = 0; i < count; i++) {
    const at = (<usize>i) << 2;
    const x = load<f32>(vector + at);
    const low = load<f32>(leastSeen + at);
    const high = load<f32>(mostSeen + at);
    const margin = MARGIN * (high - low) + <f32>0.01;
    if (!(x >= low - margin && x <= high + margin)) return true;
    const value = (x - load<f32>(mean + at)) * load<f32>(scale + at);
    store<f32>(scaled + at, value);
    distance += <f64>value * <f64>value;
  }
  return !(distance <= limit);
}
