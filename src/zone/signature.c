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

/* More than a bare name: something by which the sender could be reached or placed. */
static bool is_evidence(const struct features *f) {
  static const enum feature signs[] = {
      FEATURE_PHONE,   FEATURE_EMAIL,     FEATURE_URL,        FEATURE_TITLE,    FEATURE_DEPARTMENT,
      FEATURE_COMPANY, FEATURE_TRADE,     FEATURE_PLACE,      FEATURE_STREET,   FEATURE_ONLINE,
      FEATURE_REGISTRY, FEATURE_SEPARATED, FEATURE_CREDENTIAL, FEATURE_SLOGAN,  FEATURE_DIGITS_SOME,
      FEATURE_DIGITS_MANY};
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
    if (feature_has(f, signs[i])) return true;
  return !feature_has(f, FEATURE_NAME_ONLY) && feature_has(f, FEATURE_OWN_DOMAIN);
}

/* A name with nothing behind it is a sign-off (the contract in zone.h). */
static void drop_bare_names(const struct features *features, size_t n, uint8_t *states) {
  size_t lines = 0;
  for (size_t i = 0; i < n; i++) {
    if (states[i] != STATE_SIGNATURE) continue;
    if (++lines > 2 || is_evidence(&features[i])) return;
  }
  for (size_t i = 0; i < n; i++)
    if (states[i] == STATE_SIGNATURE) states[i] = STATE_SIGNOFF;
}

/* A stray line right below or within a signature is no text of the letter, unless a postscript. */
static void close_gaps(const struct block *block, const struct features *features,
                       uint8_t *states) {
  for (size_t i = 1; i < block->n; i++) {
    bool adjacent = block->lines[i] == block->lines[i - 1] + 1;
    if (states[i] != STATE_BODY || states[i - 1] != STATE_SIGNATURE || !adjacent) continue;
    if (!feature_has(&features[i], FEATURE_POSTSCRIPT)) states[i] = STATE_SIGNATURE;
  }
}

/* Valedictions right above what ends the letter, and initials that end it, are too short for the
 * sum of their features to be sure of. */
static void complete_signoff(const struct block *block, const struct features *features,
                             uint8_t *states) {
  for (size_t i = block->n; i-- > 1;) {
    bool last = i + 1 == block->n;
    if (states[i] != STATE_BODY || (!last && states[i + 1] == STATE_BODY)) continue;
    bool initials = feature_has(&features[i], FEATURE_INITIALS) &&
                    feature_has(&features[i], FEATURE_PARAGRAPH_ALONE);
    bool valediction = !last && feature_has(&features[i], FEATURE_VALEDICTION) &&
                       feature_has(&features[i], FEATURE_BLANK_ABOVE);
    if (initials || valediction) states[i] = STATE_SIGNOFF;
  }
}

/* Decides the lines by their states. */
static void write_states(struct page *page, const struct block *block, const uint8_t *states) {
  static const enum zone_kind kinds[STATE_COUNT] = {ZONE_BODY, ZONE_SIGNOFF, ZONE_SIGNATURE,
                                                    ZONE_BOILERPLATE};
  bool ended = false; /* the letter has ended above */
  for (size_t i = 0; i < block->n; i++) {
    enum state state = states[i];
    if (state == STATE_TAIL && !ended) state = STATE_BODY;
    if (is_delimiter(page, block->lines[i]) && i + 1 < block->n && states[i + 1] != STATE_BODY)
      state = STATE_SIGNOFF;
    ended |= state == STATE_SIGNATURE || state == STATE_SIGNOFF;
    page_decide(page, block->lines[i], block->lines[i] + 1, kinds[state]);
  }
}

void signature_find(struct page *page) {
  enum mail_class mail_class = page->hints->mail_class;
  if (mail_class == MAIL_BOUNCE || mail_class == MAIL_SYSTEM) return; /* nobody signs these */
  struct block block;
  if (!features_block(page, &block)) return;
  struct features features[FEATURE_LINES];
  uint8_t states[FEATURE_LINES];
  features_find(page, &block, features);
  decode(features, block.n, states);
  close_gaps(&block, features, states);
  drop_bare_names(features, block.n, states);
  complete_signoff(&block, features, states);
  write_states(page, &block, states);
}
