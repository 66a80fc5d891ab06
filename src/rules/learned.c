#include "rules/learned.h"

struct span learned_compile(struct arena *arena, const struct learned_file *files, size_t n,
                            struct diag_list *faults) {
  (void)arena, (void)files, (void)n, (void)faults;
  return (struct span){0};
}

struct learned *learned_open(struct span image) {
  (void)image;
  return NULL;
}

void learned_free(struct learned *learned) { (void)learned; }

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

float learned_threshold(const struct ruleset *ruleset, enum signal_type type) {
  (void)ruleset, (void)type;
  return 0;
}
