#include "mailsignal/rules.h"

bool learned_score(const struct ruleset *ruleset, struct arena *arena, const struct folded *folded,
                   const char *language, float *logits) {
  (void)ruleset, (void)arena, (void)folded, (void)language, (void)logits;
  return false;
}

size_t learned_explain(const struct ruleset *ruleset, struct arena *arena,
                       const struct folded *folded, size_t sentence, enum signal_type type,
                       struct learned_term *terms, size_t max) {
  (void)ruleset, (void)arena, (void)folded, (void)sentence, (void)type, (void)terms, (void)max;
  return 0;
}
