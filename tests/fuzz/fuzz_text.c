/* Folding of arbitrary bytes: offsets stay inside, sentences in order, and the language guess ends. */
#include <stdlib.h>

#include "mailsignal/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
  if (!holds) abort();
}

static void check(const struct folded *f, size_t size) {
  size_t at = 0, token = 0;
  for (size_t i = 0; i < f->n_sentences; i++) {
    const struct sentence *s = &f->sentences[i];
    require(s->folded_start == at && s->folded_end > at && s->folded_end < f->bytes.len);
    require(f->bytes.ptr[s->folded_end] == '\n' && s->start < s->end && s->end <= size);
    require(s->first_token == token);
    at = s->folded_end + 1;
    token += s->n_tokens;
  }
  require(at == f->bytes.len && token == f->n_tokens);
  for (size_t i = 0; i < f->bytes.len; i++) require(f->origin[i] <= size);
  for (size_t i = 0; i < f->n_tokens; i++)
    require(f->tokens[i].start < f->tokens[i].end && f->tokens[i].end < f->bytes.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct arena *arena = arena_new();
  struct span bytes = {(const char *)data, size};
  struct text text;
  struct folded folded;
  text_read(arena, bytes, &text);
  struct passage passage = {text.bytes, 0, text.bytes.len, FIELD_BODY};
  text_fold(arena, NULL, &passage, 1, &folded);
  check(&folded, size);
  text_language(bytes);
  arena_free(arena);
  return 0;
}
