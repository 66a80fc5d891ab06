#include <hs/hs.h>
#include <stdlib.h>

#include "mailsignal/sbuf.h"
#include "rules/compile.h"
#include "rules/ruleset.h"

/* A guard written by an author is UTF-8 and ignores case; one of ours is plain bytes. */
static unsigned flags_of(const struct compiled_pattern *pattern) {
  const unsigned regex_flags =
      HS_FLAG_CASELESS | HS_FLAG_UTF8 | HS_FLAG_UCP | HS_FLAG_MULTILINE | HS_FLAG_PREFILTER;
  return pattern->caseless ? regex_flags : 0;
}

/* \b and \B depend on what a letter is, where the two engines differ: the guard goes without.
 * \A, \z, \Z and \G mean the subject's ends, which for the guard is the whole message. */
struct span guard_of_regex(struct arena *arena, struct span regex) {
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
  return (struct span){arena_strndup(arena, out.bytes, out.len), out.len};
}

static bool engine_takes(const struct compiled_pattern *pattern) {
  hs_expr_info_t *info = NULL;
  hs_compile_error_t *error = NULL;
  hs_error_t result = hs_expression_info(pattern->guard.ptr, flags_of(pattern), &info, &error);
  bool can_be_empty = info && info->min_width == 0;
  free(info);
  if (error) hs_free_compile_error(error);
  return result == HS_SUCCESS && !can_be_empty;
}

struct guards {
  const char **expressions;
  unsigned *flags, *ids;
  unsigned n;
};

static struct guards collect(struct compiled *c) {
  size_t n = c->patterns.n;
  struct guards g = {ARENA_ARRAY(c->arena, const char *, n), ARENA_ARRAY(c->arena, unsigned, n),
                     ARENA_ARRAY(c->arena, unsigned, n), 0};
  for (size_t i = 0; i < n; i++) {
    struct compiled_pattern *pattern = &c->patterns.items[i];
    if (pattern->guard.len == 0) continue;
    pattern->guard.ptr = arena_strndup(c->arena, pattern->guard.ptr, pattern->guard.len);
    g.expressions[g.n] = pattern->guard.ptr;
    g.flags[g.n] = flags_of(pattern);
    g.ids[g.n++] = (unsigned)i;
  }
  return g;
}

static void serialise(struct arena *arena, hs_database_t *database, struct span *out) {
  char *bytes = NULL;
  size_t len = 0;
  if (hs_serialize_database(database, &bytes, &len) == HS_SUCCESS) {
    arena_on_reset(arena, free, bytes);
    *out = (struct span){bytes, len};
  }
}

/* Drops the guard that the engine stumbled over; all of them when it does not say which. */
static void drop_guard(struct compiled *c, const struct guards *g, int which) {
  bool known = which >= 0 && (unsigned)which < g->n;
  for (unsigned i = 0; i < g->n; i++)
    if (!known || i == (unsigned)which) c->patterns.items[g->ids[i]].guard.len = 0;
}

struct span compile_prefilter(struct compiled *c) {
  struct span image = {0};
  for (size_t i = 0; i < c->patterns.n; i++) {
    struct compiled_pattern *pattern = &c->patterns.items[i];
    if (pattern->caseless && pattern->guard.len && !engine_takes(pattern)) pattern->guard.len = 0;
  }
  for (;;) {
    struct guards g = collect(c);
    if (g.n == 0) return image;
    hs_database_t *database = NULL;
    hs_compile_error_t *error = NULL;
    if (hs_compile_multi(g.expressions, g.flags, g.ids, g.n, HS_MODE_BLOCK, NULL, &database,
                         &error) == HS_SUCCESS) {
      serialise(c->arena, database, &image);
      hs_free_database(database);
      return image;
    }
    drop_guard(c, &g, error ? error->expression : -1);
    if (error) hs_free_compile_error(error);
  }
}
