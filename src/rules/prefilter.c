/* One vectorscan database for all patterns. Its first expressions are words (wake_index.c). Phrases with gaps as regexes would do the same, but a few
 * thousand of them take half a minute to compile and run at a fiftieth of the speed. Behind the
 * words stand the regexes that authors wrote. */
#include <hs/hs.h>
#include <stdlib.h>

#include "mailsignal/sbuf.h"
#include "rules/compile.h"
#include "rules/ruleset.h"

/* \b and \B depend on what a letter is, where the two engines differ: the guard goes without.
 * \A, \z, \Z and \G mean the subject's ends, which for the guard is the whole message. */
struct span loosen_regex(struct arena *arena, struct span regex) {
  struct sbuf out = {.arena = arena};
  bool in_class = false;
  for (size_t i = 0; i < regex.len; i++) {
    char c = regex.ptr[i];
    if (c == '\\' && i + 1 < regex.len) {
      char escaped = regex.ptr[++i];
      if (strchr("AzZGQE", escaped)) return (struct span){0};
      if (!in_class && (escaped == 'b' || escaped == 'B')) {
        sbuf_add(&out, SPAN_LIT("(?:)"));
        continue;
      }
      sbuf_byte(&out, c);
      c = escaped;
    } else if (c == '[') {
      in_class = true;
    } else if (c == ']') {
      in_class = false;
    }
    sbuf_byte(&out, c);
  }
  return (struct span){arena_strndup(arena, sbuf_span(&out).ptr, out.len), out.len};
}

/* ---- The database ---- */

struct expressions {
  const char **texts;
  unsigned *flags, *ids;
  size_t n;
};

static const char *escape(struct arena *arena, struct span word) {
  struct sbuf out = {.arena = arena};
  for (size_t i = 0; i < word.len; i++) {
    unsigned char c = (unsigned char)word.ptr[i];
    if (c < 0x80 && !ascii_is_alnum((char)c)) sbuf_byte(&out, '\\');
    sbuf_byte(&out, (char)c);
  }
  sbuf_byte(&out, 0);
  return out.bytes;
}

enum {
  LOOSE_FLAGS =
      HS_FLAG_CASELESS | HS_FLAG_UTF8 | HS_FLAG_UCP | HS_FLAG_MULTILINE | HS_FLAG_PREFILTER
};

static bool engine_takes(const char *regex) {
  hs_expr_info_t *info = NULL;
  hs_compile_error_t *error = NULL;
  hs_error_t result = hs_expression_info(regex, LOOSE_FLAGS, &info, &error);
  bool can_be_empty = info && info->min_width == 0;
  free(info);
  if (error) hs_free_compile_error(error);
  return result == HS_SUCCESS && !can_be_empty;
}

static void add_expression(struct expressions *e, const char *text, unsigned flags) {
  e->texts[e->n] = text;
  e->flags[e->n] = flags;
  e->ids[e->n] = (unsigned)e->n;
  e->n++;
}

/* Words first; then the looser regexes, whose patterns are listed in *loose. */
static struct expressions collect(const struct compiled *c, const struct wake_words *words,
                                  struct numbers *loose) {
  size_t most = words->n + c->patterns.n;
  struct expressions e = {ARENA_ARRAY(c->arena, const char *, most),
                          ARENA_ARRAY(c->arena, unsigned, most),
                          ARENA_ARRAY(c->arena, unsigned, most), 0};
  for (size_t i = 0; i < words->n; i++)
    add_expression(&e, escape(c->arena, words->items[i].bytes), 0);
  for (size_t i = 0; i < c->patterns.n; i++) {
    if (c->patterns.items[i].loose_regex.len == 0) continue;
    add_expression(&e, c->patterns.items[i].loose_regex.ptr, LOOSE_FLAGS);
    ARENA_PUSH(c->arena, loose, (uint32_t)i);
  }
  return e;
}

static struct span serialise(struct arena *arena, hs_database_t *database) {
  char *bytes = NULL;
  size_t len = 0;
  hs_error_t result = hs_serialize_database(database, &bytes, &len);
  hs_free_database(database);
  if (result != HS_SUCCESS) return (struct span){0};
  arena_on_reset(arena, free, bytes);
  return (struct span){bytes, len};
}

/* Takes out the expression that the engine stumbled over. False when that is a word, or unknown:
 * there is no database then, and every pattern is tried everywhere. */
static bool drop_expression(struct compiled *c, const struct wake_words *words,
                            const struct numbers *loose, int which) {
  if (which < 0 || (size_t)which < words->n || (size_t)which - words->n >= loose->n) return false;
  c->patterns.items[loose->items[(size_t)which - words->n]].loose_regex.len = 0;
  return true;
}

static void compile_database(struct compiled *c, const struct wake_words *words,
                             struct image_pattern *patterns, struct prefilter *out) {
  for (;;) {
    struct numbers loose = {0};
    struct expressions e = collect(c, words, &loose);
    if (e.n == 0) return;
    hs_database_t *database = NULL;
    hs_compile_error_t *error = NULL;
    if (hs_compile_multi(e.texts, e.flags, e.ids, (unsigned)e.n, HS_MODE_BLOCK, NULL, &database,
                         &error) == HS_SUCCESS) {
      out->database = serialise(c->arena, database);
      out->loose = LIST_BYTES(loose);
      for (size_t i = 0; i < c->patterns.n; i++)
        if (c->patterns.items[i].guard.n || c->patterns.items[i].loose_regex.len)
          patterns[i].flags |= PATTERN_GUARDED;
      return;
    }
    bool dropped = drop_expression(c, words, &loose, error ? error->expression : -1);
    if (error) hs_free_compile_error(error);
    if (!dropped) return;
  }
}

void compile_prefilter(struct compiled *c, struct image_pattern *patterns,
                       struct prefilter *out) {
  for (size_t i = 0; i < c->patterns.n; i++) {
    struct compiled_pattern *pattern = &c->patterns.items[i];
    if (!pattern->guard.n && pattern->loose_regex.len && !engine_takes(pattern->loose_regex.ptr))
      pattern->loose_regex.len = 0;
  }
  struct wake_words words = compile_wake_index(c, out);
  compile_database(c, &words, patterns, out);
}
