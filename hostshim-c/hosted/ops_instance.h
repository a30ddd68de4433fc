// One instance of the trainer's module (kernel-as/ml/lm/host.ts, compiled ahead of time) with its own memory. For one thread at a time. See ops_instance.c.
#ifndef GANGLION_HOSTED_OPS_INSTANCE_H
#define GANGLION_HOSTED_OPS_INSTANCE_H

#include <stdint.h>

typedef struct ops_instance ops_instance_t;

// A fresh instance that uses this instruction set, as all do then, −1 for the best. NULL: no memory, or the processor has it not.
ops_instance_t *ops_make(int isa);
uint32_t ops_isa(void);

// The exports. Pointers stay valid from ops_open on.
int32_t ops_open(ops_instance_t *instance, int32_t vocabulary, int32_t width, int32_t layers, int32_t heads, int32_t kv_heads, int32_t hidden, int32_t context, double rope_base, double epsilon,
                 int32_t rows, int32_t scores, int32_t answered);
uint32_t ops_parameters(ops_instance_t *instance);
uint8_t *ops_input(ops_instance_t *instance);
uint32_t ops_input_room(ops_instance_t *instance);
uint8_t *ops_state(ops_instance_t *instance);
float *ops_gradient(ops_instance_t *instance);
const float *ops_nats(ops_instance_t *instance);
const int32_t *ops_best(ops_instance_t *instance);
uint32_t ops_answered(ops_instance_t *instance);
void ops_begin(ops_instance_t *instance, uint64_t seed);
void ops_clear(ops_instance_t *instance);
double ops_learn(ops_instance_t *instance, uint32_t bytes, double scale, int learning);
double ops_rate(ops_instance_t *instance, int32_t step, int32_t steps, int32_t warmup, double peak, double last);
double ops_step(ops_instance_t *instance, int32_t step, int32_t half, double rate, double limit, double decay);
uint32_t ops_half(ops_instance_t *instance);

#endif
