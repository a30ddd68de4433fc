// What stands between two products of a layer: RMSNorm, SwiGLU, attention. Included by each instruction set's file, after its vectors.
#ifndef GANGLION_NN_LAYER_H
#define GANGLION_NN_LAYER_H

// e^x, the very steps of kernel-as/ml/exponential.ts exp32, where also its error is bounded. NaN stays NaN: v_min and v_max give their
// second operand then, and what v_round makes of it is multiplied by it.
ALWAYS vf v_exp(vf x) {
  vf bounded = v_min(v_splat(88.0f), v_max(v_splat(-87.0f), x));
  vi n = v_round(bounded * v_splat((float)1.4426950408889634));
  vf whole = __builtin_convertvector(n, vf);
  vf r = bounded - whole * v_splat(0.693359375f) - whole * v_splat((float)-2.12194440054690583e-4);
  vf square = r * r;
  vf even = v_splat(1.0f) + square * (v_splat(0.5f) + square * (v_splat((float)(1.0 / 24.0)) + square * v_splat((float)(1.0 / 720.0))));
  vf odd = r * (v_splat(1.0f) + square * (v_splat((float)(1.0 / 6.0)) + square * (v_splat((float)(1.0 / 120.0)) + square * v_splat((float)(1.0 / 5040.0)))));
  return (even + odd) * (vf)((n + 127) << 23);
}

ALWAYS float square_root(float x) {
  return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x)));
}

static void rmsnorm(const nn_f32 *x, const nn_f32 *weight, uint32_t n, float eps, nn_f32 *y) {
  float scale = 1.0f / square_root(dot_floats(x, x, n) / (float)n + eps);
  uint32_t i = 0;
  for (; i + LANES <= n; i += LANES) v_store(y + i, v_load(x + i) * v_splat(scale) * v_load(weight + i));
  for (; i < n; i++) y[i] = x[i] * scale * weight[i];
}

ALWAYS vf gated(vf gate, vf up) {
  return gate / (v_splat(1.0f) + v_exp(-gate)) * up;
}

static void swiglu(const nn_f32 *gate, const nn_f32 *up, uint32_t n, nn_f32 *y) {
  uint32_t i = 0;
  for (; i + LANES <= n; i += LANES) v_store(y + i, gated(v_load(gate + i), v_load(up + i)));
  if (i < n) v_store_part(y + i, gated(v_load_part(gate + i, n - i), v_load_part(up + i, n - i)), n - i);
}

// scores[p] = (query · keys[p]) × shrink. Returns the greatest; where one is no number, the result does not matter: all of y will be none.
ALWAYS float score_positions(const nn_f32 *query, const nn_f32 *keys, uint64_t stride, uint32_t positions, uint32_t head_size, float shrink, nn_f32 *scores) {
  vf top = v_splat(-__builtin_inff());
  uint32_t p = 0;
  for (; p + LANES <= positions; p += LANES) {
    vf part[LANES];
    for (uint32_t l = 0; l < LANES; l++) {
      const nn_f32 *key = keys + (p + l) * stride;
      sums_t sums = {0};
      uint32_t i = 0;
      for (; i + 16 <= head_size; i += 16) {
        sums_t a = sums_load(query + i), b = sums_load(key + i);
        sums_add(&sums, &a, &b);
      }
      if (i < head_size) {
        sums_t a = sums_load_part(query + i, head_size - i), b = sums_load_part(key + i, head_size - i);
        sums_add(&sums, &a, &b);
      }
      part[l] = sums_narrow(&sums);
    }
    vf score = v_fold(part) * v_splat(shrink);
    v_store(scores + p, score);
    top = v_max(top, score);
  }
  float greatest = -__builtin_inff();
  for (uint32_t l = 0; l < LANES; l++) greatest = top[l] > greatest ? top[l] : greatest;
  for (; p < positions; p++) {
    scores[p] = dot_floats(query, keys + p * stride, head_size) * shrink;
    greatest = scores[p] > greatest ? scores[p] : greatest;
  }
  return greatest;
}

// scores = e^(scores − greatest). Returns their sum in the dot order.
ALWAYS float exponentials(nn_f32 *scores, uint32_t positions, float greatest) {
  sums_t sums = {0};
  uint32_t p = 0;
  for (; p + 16 <= positions; p += 16) {
    for (int j = 0; j < PARTS; j++) {
      vf e = v_exp(v_load(scores + p + j * LANES) - v_splat(greatest));
      v_store(scores + p + j * LANES, e);
      sums.v[j] += e;
    }
  }
  if (p < positions) {
    uint32_t rest = positions - p;
    float padded[16] = {0};
    for (uint32_t i = 0; i < rest; i++) padded[i] = scores[p + i];
    for (int j = 0; j < PARTS; j++) v_store(padded + j * LANES, v_exp(v_load(padded + j * LANES) - v_splat(greatest)));
    for (uint32_t i = 0; i < rest; i++) scores[p + i] = padded[i];
    for (uint32_t i = rest; i < 16; i++) padded[i] = 0;
    for (int j = 0; j < PARTS; j++) sums.v[j] += v_load(padded + j * LANES);
  }
  return sums_total(&sums);
}

// y (count vectors) = (Σ scores[p] × values[p]) × share, in the order of p.
ALWAYS void weigh(const nn_f32 *scores, uint32_t positions, const nn_f32 *values, uint64_t stride, float share, nn_f32 *y, const int count) {
  vf sum[8] = {0};
  for (uint32_t p = 0; p < positions; p++, values += stride)
    for (int j = 0; j < count; j++) sum[j] += v_splat(scores[p]) * v_load(values + j * LANES);
  for (int j = 0; j < count; j++) v_store(y + j * LANES, sum[j] * v_splat(share));
}

static void weigh_all(const nn_f32 *scores, uint32_t positions, const nn_f32 *values, uint64_t stride, uint32_t head_size, float share, nn_f32 *y) {
  uint32_t i = 0;
  for (; i + 8 * LANES <= head_size; i += 8 * LANES) weigh(scores, positions, values + i, stride, share, y + i, 8);
  for (; i + 4 * LANES <= head_size; i += 4 * LANES) weigh(scores, positions, values + i, stride, share, y + i, 4);
  for (; i + LANES <= head_size; i += LANES) weigh(scores, positions, values + i, stride, share, y + i, 1);
  for (; i < head_size; i++) {
    float sum = 0;
    for (uint32_t p = 0; p < positions; p++) sum += scores[p] * values[p * stride + i];
    y[i] = sum * share;
  }
}

static void attention(const nn_f32 *q, const nn_f32 *keys, const nn_f32 *values, uint32_t stride, uint32_t positions, uint32_t heads, uint32_t kv_heads, uint32_t head_size,
                      nn_f32 *scores, nn_f32 *y) {
  float shrink = 1.0f / square_root((float)head_size);
  for (uint32_t head = 0; head < heads; head++) {
    uint64_t own = (uint64_t)head * head_size, shared = (uint64_t)(head / (heads / kv_heads)) * head_size;
    float greatest = score_positions(q + own, keys + shared, stride, positions, head_size, shrink, scores);
    float share = 1.0f / exponentials(scores, positions, greatest);
    weigh_all(scores, positions, values + shared, stride, head_size, share, y + own);
  }
}

#endif
