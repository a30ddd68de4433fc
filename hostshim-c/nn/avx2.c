// AVX2 and F16C; no fused multiply-add. Compiled with its own flags (tools/build/nn.ts); everything below is inlined here. See nn.h.
#include "nn/vector_avx2.h"

#include "nn/float_rows.h"
#include "nn/gemm.h"
#include "nn/layer.h"
#include "nn/attention.h"
#include "nn/quantise.h"
#include "nn/quantised_avx2.h"

#include "nn/quantised_rows.h"

const nn_kernels_t nn_avx2 = {NN_AVX2, quantize, dequantize, matmul, rmsnorm, swiglu, attention, gemm};
