// The baseline: what every x86-64 processor has. Compiled with its own flags (tools/build/nn.ts); everything below is inlined here. See nn.h.
#include "nn/vector_sse2.h"

#include "nn/float_rows.h"
#include "nn/gemm.h"
#include "nn/layer.h"
#include "nn/attention.h"
#include "nn/quantise.h"
#include "nn/quantised_sse2.h"

#include "nn/quantised_rows.h"

const nn_kernels_t nn_sse2 = {NN_SSE2, quantize, dequantize, matmul, rmsnorm, swiglu, attention, gemm};
