#include "mailsignal/text.h"

void text_fold(struct arena *arena, const struct fold_lexicon *lexicon,
               const struct passage *passages, size_t n, struct folded *out) {
  (void)arena, (void)lexicon, (void)passages, (void)n;
  *out = (struct folded){0};
}
