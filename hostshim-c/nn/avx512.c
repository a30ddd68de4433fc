// AVX-512 F, BW, DQ, VL and VNNI; no fused multiply-add. Compiled with its own flags (tools/build/nn.ts); everything below is inlined here. See nn.h.
#include "nn/vector_avx512.h"

#include "nn/float_rows.h"
#include "nn/gemm.h"
#include "nn/layer.h"
#include "nn/attention.h"
#include "nn/quantise.h"
#include "nn/quantised_avx512.h"

#include "nn/quantised_rows.h"

const nn_kernels_t nn_avx512 = {NN_AVX512, quantize, dequantize, matmul, rmsnorm, swiglu, attention, gemm};
