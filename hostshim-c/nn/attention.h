// Attention of one token over the cache. Heads that share keys and values go together, so that those are read once. Included after layer.h.
#ifndef GANGLION_NN_ATTENTION_H
#define GANGLION_NN_ATTENTION_H

// Heads that go together, and up to how many positions: their scores lie on the stack. Beyond, heads go one by one in the caller's scratch.
#define GROUP_HEADS 3
#define GROUP_POSITIONS 512u

typedef struct {
  const nn_f32 *keys, *values;
  uint64_t stride; // floats from position to position
  uint32_t positions, head_size;
  float shrink;
} cache_t;

// scores[g][p] = (query[g] · keys[p]) × shrink. greatest[g]: where a score is no number it does not matter, all of y will be none.
ALWAYS void score_positions(cache_t cache, const nn_f32 *query, nn_f32 *scores, uint64_t scores_step, float *greatest, const uint32_t head_size, const int group) {
  vf top[GROUP_HEADS];
  for (int g = 0; g < group; g++) top[g] = v_splat(-__builtin_inff());
  uint32_t p = 0;
  for (; p + LANES <= cache.positions; p += LANES) {
    vf part[GROUP_HEADS][LANES];
    for (uint32_t l = 0; l < LANES; l++) {
      const nn_f32 *key = cache.keys + (p + l) * cache.stride;
      sums_t sums[GROUP_HEADS] = {0};
      uint32_t i = 0;
      for (; i + 16 <= head_size; i += 16) {
        sums_t k = sums_load(key + i);
        for (int g = 0; g < group; g++) {
          sums_t q = sums_load(query + (uint32_t)g * head_size + i);
          sums_add(&sums[g], &q, &k);
        }
      }
      if (i < head_size) {
        sums_t k = sums_load_part(key + i, head_size - i);
        for (int g = 0; g < group; g++) {
          sums_t q = sums_load_part(query + (uint32_t)g * head_size + i, head_size - i);
          sums_add(&sums[g], &q, &k);
        }
      }
      for (int g = 0; g < group; g++) part[g][l] = sums_narrow(&sums[g]);
    }
    for (int g = 0; g < group; g++) {
      vf score = v_fold(part[g]) * v_splat(cache.shrink);
      v_store(scores + (uint32_t)g * scores_step + p, score);
      top[g] = v_max(top[g], score);
    }
  }
  for (int g = 0; g < group; g++) {
    nn_f32 *own = scores + (uint32_t)g * scores_step;
    greatest[g] = -__builtin_inff();
    for (uint32_t l = 0; l < LANES; l++) greatest[g] = top[g][l] > greatest[g] ? top[g][l] : greatest[g];
    for (uint32_t rest = p; rest < cache.positions; rest++) {
      own[rest] = dot_floats(query + (uint32_t)g * head_size, cache.keys + rest * cache.stride, head_size) * cache.shrink;
      greatest[g] = own[rest] > greatest[g] ? own[rest] : greatest[g];
    }
  }
}

// scores = e^(scores − greatest). Returns their sum in the dot order.
static float exponentials(nn_f32 *scores, uint32_t positions, float greatest) {
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

// y[g] (count vectors) = (Σ scores[g][p] × values[p]) × share[g], in the order of p.
ALWAYS void weigh(cache_t cache, const nn_f32 *scores, uint64_t scores_step, const float *share, nn_f32 *y, uint32_t head_size, const int count, const int group) {
  vf sum[GROUP_HEADS][4] = {0};
  for (uint32_t p = 0; p < cache.positions; p++, cache.values += cache.stride) {
    vf value[4];
    for (int j = 0; j < count; j++) value[j] = v_load(cache.values + j * LANES);
    for (int g = 0; g < group; g++) {
      vf by = v_splat(scores[(uint32_t)g * scores_step + p]);
      for (int j = 0; j < count; j++) sum[g][j] += by * value[j];
    }
  }
  for (int g = 0; g < group; g++)
    for (int j = 0; j < count; j++) v_store(y + (uint32_t)g * head_size + j * LANES, sum[g][j] * v_splat(share[g]));
}

// `group` heads from `query` on, which share the cache's keys and values. scores: (group, scores_step).
ALWAYS void attend(cache_t cache, const nn_f32 *query, nn_f32 *scores, uint64_t scores_step, nn_f32 *y, const uint32_t head_size, const int group) {
  float greatest[GROUP_HEADS], share[GROUP_HEADS];
  score_positions(cache, query, scores, scores_step, greatest, head_size, group);
  for (int g = 0; g < group; g++) share[g] = 1.0f / exponentials(scores + (uint32_t)g * scores_step, cache.positions, greatest[g]);
  uint32_t i = 0;
  const int wide = LANES == 16 || group == 1 ? 4 : 2; // what the registers hold
  for (; i + (uint32_t)wide * LANES <= head_size; i += (uint32_t)wide * LANES, cache.values += wide * LANES) weigh(cache, scores, scores_step, share, y + i, head_size, wide, group);
  for (; i + LANES <= head_size; i += LANES, cache.values += LANES) weigh(cache, scores, scores_step, share, y + i, head_size, 1, group);
  for (; i < head_size; i++, cache.values++)
    for (int g = 0; g < group; g++) {
      float sum = 0;
      for (uint32_t p = 0; p < cache.positions; p++) sum += scores[(uint32_t)g * scores_step + p] * cache.values[p * cache.stride];
      y[(uint32_t)g * head_size + i] = sum * share[g];
    }
}

// The head size of most models as a constant: a query then stays in registers.
#define ATTEND(group) (cache.head_size == 64 ? attend(cache, query, scores, scores_step, y, 64, group) : attend(cache, query, scores, scores_step, y, cache.head_size, group))

static void attend_one(cache_t cache, const nn_f32 *query, nn_f32 *scores, uint64_t scores_step, nn_f32 *y) {
  ATTEND(1);
}

static void attend_two(cache_t cache, const nn_f32 *query, nn_f32 *scores, uint64_t scores_step, nn_f32 *y) {
  ATTEND(2);
}

static void attend_three(cache_t cache, const nn_f32 *query, nn_f32 *scores, uint64_t scores_step, nn_f32 *y) {
  ATTEND(3);
}

static void attention(const nn_f32 *q, const nn_f32 *keys, const nn_f32 *values, uint32_t stride, uint32_t positions, uint32_t heads, uint32_t kv_heads, uint32_t head_size,
                      nn_f32 *scores, nn_f32 *y) {
  float group_scores[GROUP_HEADS * GROUP_POSITIONS];
  uint32_t group = heads / kv_heads;
  float shrink = 1.0f / square_root((float)head_size);
  for (uint32_t shared = 0; shared < kv_heads; shared++) {
    cache_t cache = {keys + (uint64_t)shared * head_size, values + (uint64_t)shared * head_size, stride, positions, head_size, shrink};
    for (uint32_t done = 0; done < group;) {
      uint64_t own = ((uint64_t)shared * group + done) * head_size;
      uint32_t left = positions > GROUP_POSITIONS ? 1 : group - done;
      if (left >= 3) attend_three(cache, q + own, group_scores, GROUP_POSITIONS, y + own);
      else if (left == 2) attend_two(cache, q + own, group_scores, GROUP_POSITIONS, y + own);
      else attend_one(cache, q + own, scores, positions, y + own);
      done += left >= 3 ? 3 : left;
    }
  }
}

#endif
