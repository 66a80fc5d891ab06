/* Sign-off and signature without delimiter: scores of each line for what it may be, and the best
 * sequence of them. The weights are data (signature_weights.def), fitted by tools/fit_zones.py. */
#include "zone/features.h"
#include "zone/page.h"

enum state { STATE_BODY, STATE_SIGNOFF, STATE_SIGNATURE, STATE_TAIL, STATE_COUNT };

/* In the order of the states. */
static const float weights[FEATURE_COUNT][STATE_COUNT] = {
#define LINE(feature, body, signoff, signature, tail) \
  [FEATURE_##feature] = {body, signoff, signature, tail},
#define STEP(from, body, signoff, signature, tail)
#include "zone/signature_weights.def"
#undef LINE
#undef STEP
};

/* From a state (or from nothing, before the first line) to the next line's. */
enum { STEP_START = STATE_COUNT, STEP_BODY = STATE_BODY, STEP_SIGNOFF = STATE_SIGNOFF,
       STEP_SIGNATURE = STATE_SIGNATURE, STEP_TAIL = STATE_TAIL };
static const float steps[STATE_COUNT + 1][STATE_COUNT] = {
#define LINE(feature, body, signoff, signature, tail)
#define STEP(from, body, signoff, signature, tail) \
  [STEP_##from] = {body, signoff, signature, tail},
#include "zone/signature_weights.def"
#undef LINE
#undef STEP
};

static void score_line(const struct features *f, float out[STATE_COUNT]) {
  for (int s = 0; s < STATE_COUNT; s++) out[s] = 0;
  for (size_t w = 0; w < FEATURE_WORDS; w++)
    for (uint64_t bits = f->bits[w]; bits; bits &= bits - 1) {
      size_t feature = w * 64 + (size_t)__builtin_ctzll(bits);
      for (int s = 0; s < STATE_COUNT; s++) out[s] += weights[feature][s];
    }
}

/* Viterbi: the sequence of states with the highest sum of line and step scores. */
static void decode(const struct features *features, size_t n, uint8_t *states) {
  uint8_t from[FEATURE_LINES][STATE_COUNT];
  float best[STATE_COUNT], line[STATE_COUNT];
  for (size_t i = 0; i < n; i++) {
    float next[STATE_COUNT];
    score_line(&features[i], line);
    for (int s = 0; s < STATE_COUNT; s++) {
      int origin = 0;
      float top = i == 0 ? steps[STEP_START][s] : best[0] + steps[0][s];
      for (int p = 1; i > 0 && p < STATE_COUNT; p++) {
        if (best[p] + steps[p][s] <= top) continue;
        top = best[p] + steps[p][s];
        origin = p;
      }
      from[i][s] = (uint8_t)origin;
      next[s] = top + line[s];
    }
    memcpy(best, next, sizeof best);
  }
  int last = 0;
  for (int s = 1; s < STATE_COUNT; s++)
    if (best[s] > best[last]) last = s;
  for (size_t i = n; i-- > 0;) {
    states[i] = (uint8_t)last;
    last = from[i][last];
  }
}

static bool is_delimiter(const struct page *page, size_t line) {
  return span_eq(page_folded(page, line), SPAN_LIT("--"));
}

void signature_find(struct page *page) {
  static const enum zone_kind kinds[STATE_COUNT] = {ZONE_BODY, ZONE_SIGNOFF, ZONE_SIGNATURE,
                                                    ZONE_BOILERPLATE};
  struct block block;
  if (!features_block(page, &block)) return;
  struct features features[FEATURE_LINES];
  uint8_t states[FEATURE_LINES];
  features_find(page, &block, features);
  decode(features, block.n, states);
  bool ended = false; /* the letter has ended above: what follows is no body */
  for (size_t i = 0; i < block.n; i++) {
    enum state state = states[i];
    if (state == STATE_TAIL && !ended) state = STATE_BODY;
    if (is_delimiter(page, block.lines[i]) && i + 1 < block.n && states[i + 1] != STATE_BODY)
      state = STATE_SIGNOFF;
    ended |= state == STATE_SIGNATURE || state == STATE_SIGNOFF;
    page_decide(page, block.lines[i], block.lines[i] + 1, kinds[state]);
  }
}
