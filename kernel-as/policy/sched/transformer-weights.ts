// The weights of the transformer: those in use, those to come, and what is worked out from them once so that a decision costs less: queries
// scaled, Output taken through Dense, a bias for each way in which two rows can be related.
import { Status } from "../../abi/numbers";
import { get, put } from "../../ml/linear";
import {
  BLOB_BYTES,
  DENSE,
  goodWeights,
  HEAD_BYTES,
  HIDDEN,
  KEY_WIDTH,
  OUTPUT,
  PARAMETERS,
  QUERY,
  RELATION,
  sealWeights,
  VALUE_WIDTH,
  WeightsHead,
  WIDTH,
} from "../../ml/sched-shape";
import { BUILT_IN } from "./transformer-model";

// memory.data takes literals only.
const ACTIVE: usize = memory.data(7712, 16);
const STAGING: usize = memory.data(7712, 16);
if (BLOB_BYTES != 7712 || PARAMETERS * 4 != 7664) ERROR("the sizes of the weights are stale");
/** 6 relations, 64 combinations. */
const RELATION_SUMS: usize = memory.data(256, 16);
const SCALED_QUERY: usize = memory.data(512, 16);
const FOLDED_OUTPUT: usize = memory.data(512, 16);
if (WIDTH != 16 || HIDDEN != 16 || KEY_WIDTH != 8 || VALUE_WIDTH != 8) ERROR("the folded matrices' room is stale");

let ready: bool = false;

export function weightsBytes(): i32 {
  return BLOB_BYTES;
}

export function activeWeights(): usize {
  return ACTIVE;
}

export function stagingWeights(): usize {
  return STAGING;
}

/** Where a parameter in use lies. */
export function parameter(place: i32): usize {
  return ACTIVE + <usize>HEAD_BYTES + ((<usize>place) << 2);
}

/** Sum of the relations' weights for each combination of relation bits, 64 f32. */
export function relationSums(): usize {
  return RELATION_SUMS;
}

/** Query ÷ √KEY_WIDTH, (KEY_WIDTH, WIDTH). */
export function scaledQuery(): usize {
  return SCALED_QUERY;
}

/** Dense × Output, (HIDDEN, VALUE_WIDTH): what attention adds to a hidden layer. */
export function foldedOutput(): usize {
  return FOLDED_OUTPUT;
}

/** The weights that came with the module, where there are none in use yet. */
export function ensureWeights(): void {
  if (ready) return;
  memory.copy(parameter(0), BUILT_IN, (<usize>PARAMETERS) << 2);
  sealWeights(ACTIVE, 0);
  memory.copy(STAGING, ACTIVE, BLOB_BYTES);
  fold();
}

/**
 * Take the weights in the staging buffer over, whole.
 * @param version the kernel's number for them; theirs must be the same or 0
 * Returns Ok. Corrupt, nothing changed: magic, format, shape, checksum or a number is wrong.
 */
export function commitWeights(version: i32): i32 {
  if (!goodWeights(STAGING)) return Status.Corrupt;
  if (version < 0) return Status.Invalid;
  memory.copy(ACTIVE, STAGING, BLOB_BYTES);
  fold();
  return Status.Ok;
}

/** Version written in the weights in use. */
export function activeVersion(): u32 {
  return changetype<WeightsHead>(ACTIVE).version;
}

// out (rows, columns) = a (rows, inner) × b (inner, columns)
function multiply(a: usize, b: usize, rows: i32, inner: i32, columns: i32, out: usize): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let sum: f64 = 0.0;
      for (let i = 0; i < inner; i++) sum += <f64>get<f32>(a, r * inner + i) * <f64>get<f32>(b, i * columns + c);
      put<f32>(out, r * columns + c, <f32>sum);
    }
  }
}

function fold(): void {
  const scale = 1.0 / sqrt<f64>(<f64>KEY_WIDTH);
  for (let i = 0; i < KEY_WIDTH * WIDTH; i++) put<f32>(SCALED_QUERY, i, <f32>(<f64>get<f32>(parameter(QUERY), i) * scale));
  multiply(parameter(DENSE), parameter(OUTPUT), HIDDEN, WIDTH, VALUE_WIDTH, FOLDED_OUTPUT);
  for (let bits = 0; bits < 64; bits++) {
    let sum: f32 = 0.0;
    for (let r = 0; r < 6; r++) if ((bits >> r) & 1) sum += get<f32>(parameter(RELATION), r);
    put<f32>(RELATION_SUMS, bits, sum);
  }
  ready = true;
}
