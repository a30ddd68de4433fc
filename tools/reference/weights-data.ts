// Weights of the test policy sched_weights (kernel-as/policy/testing): good ones, and those that it must refuse.
import { Rng } from "../sim/rng.js";

const MAGIC = 0x5357_5447;
const FORMAT = 3;
const COUNT = 1300;
export const HEAD_BYTES = 16;
export const WEIGHTS_SIZE = HEAD_BYTES + COUNT * 4;

/** Weights whose first is `first`: what the policy then decides. */
export function weightsOf(first: number, { count = COUNT, format = FORMAT } = {}): Uint8Array {
  const view = new DataView(new ArrayBuffer(WEIGHTS_SIZE));
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, format, true);
  view.setUint32(8, count, true);
  for (let i = 0; i < COUNT; i++) view.setFloat32(HEAD_BYTES + 4 * i, i === 0 ? first : Math.sin(first + i), true);
  return new Uint8Array(view.buffer);
}

function withNumber(index: number, value: number): Uint8Array {
  const bytes = weightsOf(41);
  new DataView(bytes.buffer).setFloat32(HEAD_BYTES + 4 * index, value, true);
  return bytes;
}

/** Weights that are refused, each with what is wrong. */
export function badWeights(): [string, Uint8Array][] {
  const rng = new Rng(9);
  const random = Uint8Array.from({ length: WEIGHTS_SIZE }, () => Math.floor(rng.next() * 256));
  const halfRandom = weightsOf(41);
  halfRandom.set(random.subarray(HEAD_BYTES), HEAD_BYTES); // a good head, and numbers of any bits: some are no numbers
  return [
    ["not a number at the start", withNumber(0, Number.NaN)],
    ["not a number at the end", withNumber(COUNT - 1, Number.NaN)],
    ["infinite", withNumber(700, Number.NEGATIVE_INFINITY)],
    ["zero", new Uint8Array(WEIGHTS_SIZE)],
    ["random", random],
    ["random behind a good head", halfRandom],
    ["of another version", weightsOf(41, { format: FORMAT + 1 })],
    ["of another count", weightsOf(41, { count: COUNT - 1 })],
  ];
}
