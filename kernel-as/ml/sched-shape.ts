// The shape of the scheduler's transformer, where its parameters lie, and the head of its weights. Shared by the policy, the learner and the
// trainer; a change of any number here is another FORMAT.
/** Inputs of a row: SCALARS numbers, then BINS shares of what the image's history says about the time that is left. */
export const SCALARS: i32 = 32;
export const BINS: i32 = 16;
export const INPUTS: i32 = 48;
/** Numbers that an embedded row has. */
export const WIDTH: i32 = 16;
/** Numbers of a query and of a key. */
export const KEY_WIDTH: i32 = 8;
/** Numbers of a value. */
export const VALUE_WIDTH: i32 = 8;
export const HIDDEN: i32 = 16;
/** Numbers that the last layer gives: one a bin, then how much the history of the image counts and how much that of all images; 2 unused. */
export const OUTPUTS: i32 = 20;
export const TRUST_OWN: i32 = 16;
export const TRUST_OVERALL: i32 = 17;
if (INPUTS != SCALARS + BINS || TRUST_OWN != BINS || TRUST_OVERALL != BINS + 1) ERROR("the widths are stale");

// Places of the parameters, in elements.
export const EMBED: i32 = 0; // (WIDTH, INPUTS)
export const EMBED_BIAS: i32 = EMBED + WIDTH * INPUTS; // (WIDTH)
export const QUERY: i32 = EMBED_BIAS + WIDTH; // (KEY_WIDTH, WIDTH)
export const KEY: i32 = QUERY + KEY_WIDTH * WIDTH; // (KEY_WIDTH, WIDTH)
export const VALUE: i32 = KEY + KEY_WIDTH * WIDTH; // (VALUE_WIDTH, WIDTH)
export const OUTPUT: i32 = VALUE + VALUE_WIDTH * WIDTH; // (WIDTH, VALUE_WIDTH)
export const RELATION: i32 = OUTPUT + WIDTH * VALUE_WIDTH; // (8), RELATIONS used
export const DENSE: i32 = RELATION + 8; // (HIDDEN, WIDTH)
export const DENSE_BIAS: i32 = DENSE + HIDDEN * WIDTH; // (HIDDEN)
export const CLASS: i32 = DENSE_BIAS + HIDDEN; // (OUTPUTS, HIDDEN)
export const CLASS_BIAS: i32 = CLASS + OUTPUTS * HIDDEN; // (OUTPUTS)
export const PARAMETERS: i32 = CLASS_BIAS + OUTPUTS;

/** How two rows can be related: bits. */
export const SAME_IMAGE: u32 = 1;
export const SAME_PARENT: u32 = 2;
/** Their requests began within TOGETHER_NS of each other. */
export const TOGETHER: u32 = 4;
/** Neither holds more than 5/4 of the frames of the other. */
export const SAME_SIZE: u32 = 8;
/** The other row is a request that has ended lately. */
export const IS_PAST: u32 = 16;
export const IS_SELF: u32 = 32;
export const TOGETHER_NS: u64 = 1_000_000;

/** "GSTW" */
export const MAGIC: u32 = 0x57545347;
export const FORMAT: u32 = 3;
/** Of the features: raised where a number of a row changes its meaning. */
export const FEATURES_VERSION: u32 = 2;

/** Head of a weights blob; PARAMETERS f32 follow. */
@unmanaged
export class WeightsHead {
  magic: u32;
  format: u32;
  features: u32;
  inputs: u32;
  width: u32;
  hidden: u32;
  bins: u32;
  parameters: u32;
  /** 0: as trained for the image; each published step of the learner has one more. */
  version: u32;
  /** FNV-1a of the parameters' bytes. */
  checksum: u32;
  keyWidth: u32;
  valueWidth: u32;
}
export const HEAD_BYTES: i32 = 48;
export const BLOB_BYTES: i32 = HEAD_BYTES + PARAMETERS * 4;
if (offsetof<WeightsHead>() != 48) ERROR("HEAD_BYTES is stale");
/** No parameter of a good model is larger. */
const LARGEST: f32 = 1000.0;

export function checksumOf(blob: usize): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let i = 0; i < PARAMETERS * 4; i += 4) {
    let word = load<u32>(blob + HEAD_BYTES + <usize>i);
    for (let b = 0; b < 4; b++) {
      hash = (hash ^ (word & 255)) * 0x01000193;
      word >>= 8;
    }
  }
  return hash;
}

/** Write the head of a blob whose parameters are in place. */
export function sealWeights(blob: usize, version: u32): void {
  const head = changetype<WeightsHead>(blob);
  head.magic = MAGIC;
  head.format = FORMAT;
  head.features = FEATURES_VERSION;
  head.inputs = INPUTS;
  head.width = WIDTH;
  head.hidden = HIDDEN;
  head.bins = BINS;
  head.parameters = PARAMETERS;
  head.version = version;
  head.checksum = checksumOf(blob);
  head.keyWidth = KEY_WIDTH;
  head.valueWidth = VALUE_WIDTH;
}

/** Whether a blob is a whole, sane model of this shape: every number finite and at most LARGEST. */
export function goodWeights(blob: usize): bool {
  const head = changetype<WeightsHead>(blob);
  if (head.magic != MAGIC || head.format != FORMAT || head.features != FEATURES_VERSION) return false;
  if (
    head.inputs != INPUTS ||
    head.width != WIDTH ||
    head.hidden != HIDDEN ||
    head.bins != BINS ||
    head.parameters != PARAMETERS ||
    head.keyWidth != KEY_WIDTH ||
    head.valueWidth != VALUE_WIDTH
  )
    return false;
  if (head.checksum != checksumOf(blob)) return false;
  for (let i = 0; i < PARAMETERS; i++) if (!(abs<f32>(load<f32>(blob + HEAD_BYTES + ((<usize>i) << 2))) <= LARGEST)) return false;
  return true;
}
