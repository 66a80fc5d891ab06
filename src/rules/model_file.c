#include "rules/model_file.h"

#include <errno.h>
#include <stdlib.h>

static const char *const codes[LEARNED_CONTEXT + 1] = {"co", "ur", "bu", "cm", "ex",
                                                       "re", "up", "rf", "ch", "an"};

const char *model_signal_code(int signal) { return codes[signal]; }

struct reader {
  struct arena *arena;
  const struct learned_file *file;
  struct model_text *out;
  struct diag_list *faults;
  size_t line;
};

static void fault(const struct reader *r, const char *message) {
  diag_add(r->faults, (struct diag){.code = "learned.model", .file = r->file->path, .line = r->line,
                                    .column = 1, .message = span_of(message)});
}

/* A number of at most 30 bytes; false when it is none. */
static bool read_number(struct span text, float *value) {
  char copy[32];
  if (text.len == 0 || text.len >= sizeof copy) return false;
  memcpy(copy, text.ptr, text.len);
  copy[text.len] = '\0';
  char *end;
  errno = 0;
  *value = strtof(copy, &end);
  return errno == 0 && *end == '\0';
}

static void read_signal(struct reader *r, struct span rest) {
  struct span word, number;
  if (!span_split(&rest, ' ', &word) || signal_type_parse(word) == SIGNAL_COUNT) {
    fault(r, "expected the name of a signal");
    return;
  }
  enum signal_type type = signal_type_parse(word);
  while (span_split(&rest, ' ', &word)) {
    float value;
    if (!span_split(&rest, ' ', &number) || !read_number(number, &value))
      fault(r, "expected a number");
    else if (span_eq(word, SPAN_LIT("bias")))
      r->out->bias[type] = value;
    else if (span_eq(word, SPAN_LIT("scale")))
      r->out->scale[type] = value;
    else if (span_eq(word, SPAN_LIT("threshold")))
      r->out->threshold[type] = value;
    else
      fault(r, "expected bias, scale or threshold");
  }
}

static void read_votes(struct reader *r, struct span rest) {
  if (!read_number(span_trim(rest), &r->out->vote_scale)) fault(r, "expected a number");
}

static void read_context(struct reader *r, struct span rest) {
  struct span word, bias, share;
  bool read = span_split(&rest, ' ', &word) && span_eq(word, SPAN_LIT("bias")) &&
              span_split(&rest, ' ', &bias) && read_number(bias, &r->out->context_bias) &&
              span_split(&rest, ' ', &word) && span_eq(word, SPAN_LIT("share")) &&
              span_split(&rest, ' ', &share) && read_number(share, &r->out->context_share);
  if (!read) fault(r, "expected 'context bias NUMBER share NUMBER'");
}

static void read_words(struct reader *r, struct span rest) {
  struct span word;
  char code[4] = "";
  if (!span_split(&rest, ' ', &word) || word.len != 2) {
    fault(r, "expected a language");
    return;
  }
  memcpy(code, word.ptr, 2);
  uint16_t language = (uint16_t)learned_language(code);
  while (span_split(&rest, ' ', &word))
    if (word.len) ARENA_PUSH(r->arena, &r->out->words, ((struct model_word){word, language}));
}

static void read_weight(struct reader *r, struct span text, struct model_feature *feature) {
  for (uint32_t t = 0; t <= LEARNED_CONTEXT; t++) {
    float value;
    if (text.len < 3 || memcmp(text.ptr, codes[t], 2) != 0) continue;
    if (!read_number(span_from(text, 2), &value)) break;
    ARENA_PUSH(r->arena, &r->out->weights, ((struct model_weight){t, value}));
    feature->n_weights++;
    return;
  }
  fault(r, "expected weights like co+0.50");
}

static void read_feature(struct reader *r, struct span rest) {
  struct span names, part;
  struct model_feature feature = {.first = (uint32_t)r->out->weights.n};
  if (!span_split(&rest, '\t', &names) || names.len < 3 || names.ptr[1] != ' ') {
    fault(r, "expected 'f KIND PART...', a tab, and weights");
    return;
  }
  feature.kind = names.ptr[0];
  names = span_from(names, 2);
  while (feature.n < 3 && span_split(&names, ' ', &part)) feature.parts[feature.n++] = part;
  while (span_split(&rest, ' ', &part)) read_weight(r, part, &feature);
  ARENA_PUSH(r->arena, &r->out->features, feature);
}

void model_read(struct arena *arena, const struct learned_file *file, struct model_text *out,
                struct diag_list *faults) {
  static const struct {
    struct span word;
    void (*read)(struct reader *, struct span);
  } forms[] = {{SPAN_INIT("f "), read_feature},
               {SPAN_INIT("words "), read_words},
               {SPAN_INIT("votes "), read_votes},
               {SPAN_INIT("context "), read_context},
               {SPAN_INIT("signal "), read_signal}};
  struct reader r = {arena, file, out, faults, 1};
  struct span rest = file->bytes, line;
  for (int t = 0; t < SIGNAL_COUNT; t++) out->scale[t] = 1;
  out->vote_scale = 1;
  for (; span_split(&rest, '\n', &line); r.line++) {
    if (line.len == 0 || line.ptr[0] == '#') continue;
    size_t i = 0;
    while (i < sizeof forms / sizeof *forms && !span_starts(line, forms[i].word)) i++;
    if (i == sizeof forms / sizeof *forms)
      fault(&r, "expected a line that begins with signal, votes, context, words or f");
    else
      forms[i].read(&r, span_from(line, forms[i].word.len));
  }
}
