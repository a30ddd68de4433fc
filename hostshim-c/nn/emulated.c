// AVX2 in the instructions that an emulator is good at; no fused multiply-add. Compiled as avx2.c. See nn.h and quantised_emulated.h.
#include "nn/vector_avx2.h"

#include "nn/float_rows.h"
#include "nn/gemm.h"
#include "nn/layer.h"
#include "nn/attention.h"
#include "nn/quantise.h"
#include "nn/quantised_emulated.h"

#include "nn/quantised_rows.h"

const nn_kernels_t nn_emulated = {NN_EMULATED, quantize, dequantize, matmul, rmsnorm, swiglu, attention, gemm};
