// What stands between two products of a layer: RMSNorm and SwiGLU; e^x. Included by each instruction set's file, after its vectors.
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

#endif
