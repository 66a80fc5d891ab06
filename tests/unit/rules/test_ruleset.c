#include <criterion/criterion.h>
#include <dirent.h>
#include <pthread.h>

#include "mailsignal/limits.h"
#include "rules_fixture.h"

static struct ruleset *load_text(struct arena *arena, const char *content,
                                 const struct ruleset_options *options) {
  char folder[200];
  struct diag_list faults = {.arena = arena};
  fixture_folder(folder);
  fixture_write(folder, "complaint.yaml", span_of(content));
  struct ruleset *ruleset = fixture_load(folder, options, &faults);
  for (size_t i = 0; i < faults.n; i++) {
    struct span text = diag_format(arena, &faults.items[i]);
    cr_log_error(SPAN_FMT, SPAN_ARG(text));
  }
  cr_assert_not_null(ruleset);
  return ruleset;
}

static const char rules[] =
    "- {id: r.bad, weight: 0.5, match: [\"very bad\", \"bad\"], unless: [\"not ~2 bad\"]}\n"
    "- {id: r.late, weight: 0.5, match: [\"late+\"], unless: [\"sorry\"], within: paragraph}\n"
    "- {id: r.slow, weight: 0.5, match: [\"slow\"], unless: [\"joking\"], within: message}\n"
    "- {id: r.subject, weight: 0.5, match: [\"offer\"], zones: [subject]}\n"
    "- {id: r.both, weight: 0.5, composite: {all: [r.bad, \"refund\"]}}\n"
    "- {id: r.para, weight: 0.5, composite: {all: [r.bad, \"refund\"]}, within: paragraph}\n"
    "- {id: r.any, weight: 0.5, composite: {any: [\"alpha\", \"beta\"]}, unless: [\"gamma\"]}\n"
    "- {id: r.count, weight: 0.5, composite: {count: {of: [\"one\", \"two\", \"three\"], min: 2}}}\n"
    "- {id: r.near, weight: 0.5, composite: {near: {of: [\"price\", \"high\"], words: 2}}}\n"
    "- {id: r.chain, weight: 0.5, composite: {all: [r.both]}}\n";

Test(ruleset, unless_within_and_composites_work_together) {
  static const struct {
    const char *text, *hits;
  } rows[] = {
      {"It is very bad.", "r.bad: very bad"},
      {"It is bad, very bad.", "r.bad: bad | r.bad: very bad"},
      {"It is not so bad.", ""},
      {"It is not so bad. This is bad.", "r.bad: bad"},
      {"You are late. Sorry.", ""},
      {"You are late.\n\nSorry.", "r.late: late"},
      {"It is slow.\n\nI am joking.", ""},
      {"It is slow.", "r.slow: slow"},
      {"an offer", ""},
      {"Bad work, refund please.",
       "r.bad: bad | r.both: bad work, refund | r.para: bad work, refund | "
       "r.chain: bad work, refund"},
      {"Bad work. Refund please.", "r.bad: bad | r.para: bad"},
      {"alpha and beta", "r.any: alpha and beta"},
      {"alpha and gamma", ""},
      {"one and one", ""},
      {"one and three", "r.count: one and three"},
      {"the price is too high", "r.near: price is too high"},
      {"high is the price", "r.near: high is the price"},
      {"the price that they want is high", ""},
      {"the price, price is high", "r.near: price, price is high"},
  };
  struct arena *arena = arena_new();
  struct ruleset *ruleset = load_text(arena, rules, &(struct ruleset_options){0});
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    struct span hits = fixture_hits(arena, ruleset, rows[r].text);
    cr_expect(span_eq(hits, span_of(rows[r].hits)), "row %zu '%s': " SPAN_FMT, r, rows[r].text,
              SPAN_ARG(hits));
  }
  ruleset_free(ruleset);
  arena_free(arena);
}

Test(ruleset, rules_speak_their_language_and_field) {
  struct arena *arena = arena_new();
  struct ruleset *ruleset =
      load_text(arena, "- {id: r.de, weight: 1, lang: de, match: [\"k\xC3\xBCndigen+\"]}\n"
                       "- {id: r.en, weight: 1, lang: en, match: [\"gestern\"]}\n"
                       "- {id: r.subject, weight: 1, zones: [subject], match: [\"gestern\"]}\n",
                &(struct ruleset_options){0});
  static const struct {
    const char *language;
    enum field field;
    size_t n;
  } rows[] = {{"de", FIELD_BODY, 1},    {"en", FIELD_BODY, 1},    {"", FIELD_BODY, 2},
              {"de", FIELD_SUBJECT, 2}, {"fr", FIELD_BODY, 0}};
  struct match_scratch *scratch = match_scratch_new(ruleset);
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    struct span text = SPAN_LIT("Wir haben gestern gek\xC3\xBCndigt");
    struct passage passage = {text, 0, text.len, rows[r].field};
    struct folded folded;
    struct hits hits;
    defect_set defects = 0;
    text_fold(arena, ruleset_lexicon(ruleset), &passage, 1, &folded);
    match_run(ruleset, scratch, arena, &folded, rows[r].language, &hits, &defects);
    cr_expect_eq(hits.n, rows[r].n, "row %zu: %zu hits", r, hits.n);
  }
  match_scratch_free(scratch);
  ruleset_free(ruleset);
  arena_free(arena);
}

Test(ruleset, later_layers_replace_and_silence) {
  char first[200], second[200];
  fixture_folder(first);
  fixture_folder(second);
  fixture_write(first, "complaint.yaml", SPAN_LIT("- {id: r.a, weight: 1, match: [\"aaa\"]}\n"
                                                  "- {id: r.b, weight: 1, match: [\"bbb\"]}\n"
                                                  "- {id: r.c, weight: 1, match: [\"<rival>\"]}\n"));
  fixture_write(first, "lists/rivals.yaml", SPAN_LIT("[ccc]\n"));
  fixture_write(second, "mine.yaml", SPAN_LIT("signal: urgency\nrules:\n"
                                              "  - {id: r.a, weight: 0.3, match: [\"xxx\"]}\n"
                                              "  - {id: r.b, enabled: false}\n"));
  fixture_write(second, "lists/rivals.yaml", SPAN_LIT("[ddd]\n"));
  struct arena *arena = arena_new();
  struct diag_list faults = {.arena = arena};
  struct ruleset *ruleset = NULL;
  const char *dirs[] = {second};
  struct ruleset_options options = {.builtin_dir = first, .dirs = dirs, .n_dirs = 1};
  cr_assert_eq(ruleset_load(&options, &ruleset, &faults, NULL), MS_OK);
  struct span hits = fixture_hits(arena, ruleset, "aaa bbb ccc ddd xxx");
  cr_assert(span_eq(hits, SPAN_LIT("r.c: ccc | r.c: ddd | r.a: xxx")), SPAN_FMT, SPAN_ARG(hits));
  for (size_t i = 0; i < ruleset_count(ruleset); i++)
    if (strcmp(ruleset_rule(ruleset, i)->id, "r.a") == 0)
      cr_assert_eq(ruleset_rule(ruleset, i)->signal, SIGNAL_URGENCY);
  ruleset_free(ruleset);
  arena_free(arena);
}

Test(ruleset, hits_and_steps_have_limits_that_show) {
  struct arena *arena = arena_new();
  /* Without the prefilter, which would see that the slow pattern cannot match. */
  struct ruleset *ruleset = load_text(arena,
                                      "- {id: r.many, weight: 1, match: [\"bad\"]}\n"
                                      "- {id: r.slow, weight: 1, match: [{regex: '(x+x+)+y'}]}\n",
                                      &(struct ruleset_options){.no_prefilter = true});
  struct sbuf text = {.arena = arena};
  for (int i = 0; i < LIMIT_HITS_PER_RULE + 20; i++) sbuf_add(&text, SPAN_LIT("bad. "));
  for (int i = 0; i < 60; i++) sbuf_byte(&text, 'x');
  sbuf_add(&text, SPAN_LIT(" y"));
  struct passage passage = {sbuf_span(&text), 0, text.len, FIELD_BODY};
  struct match_scratch *scratch = match_scratch_new(ruleset);
  struct folded folded;
  struct hits hits;
  defect_set defects = 0;
  text_fold(arena, NULL, &passage, 1, &folded);
  match_run(ruleset, scratch, arena, &folded, "", &hits, &defects);
  cr_assert_eq(hits.n, LIMIT_HITS_PER_RULE);
  cr_assert(defect_has(defects, DEFECT_RULES_HITS));
  cr_assert(defect_has(defects, DEFECT_RULES_BUDGET));
  match_scratch_free(scratch);
  ruleset_free(ruleset);
  arena_free(arena);
}

/* ---- Cache ---- */

static struct span read_file(struct arena *arena, const char *path) {
  FILE *file = fopen(path, "rb");
  cr_assert_not_null(file, "%s", path);
  struct sbuf out = {.arena = arena};
  for (int c; (c = fgetc(file)) != EOF;) sbuf_byte(&out, (char)c);
  fclose(file);
  return sbuf_span(&out);
}

/* The one file in a cache folder. */
static void cache_file(const char *folder, char path[500]) {
  DIR *dir = opendir(folder);
  size_t n = 0;
  cr_assert_not_null(dir);
  for (struct dirent *e; (e = readdir(dir));) {
    if (e->d_name[0] == '.') continue;
    snprintf(path, 500, "%s/%s", folder, e->d_name);
    n++;
  }
  closedir(dir);
  cr_assert_eq(n, 1, "%zu files in the cache", n);
}

Test(cache, gives_the_same_ruleset_and_survives_damage) {
  char folder[200], cache[200], path[500];
  fixture_folder(folder);
  fixture_folder(cache);
  fixture_write(folder, "complaint.yaml", span_of(rules));
  fixture_write(folder, "lists/typos.yaml", SPAN_LIT("badd: bad\n"));
  const char text[] = "Badd work, refund please. The price is high.";
  struct arena *arena = arena_new();
  struct diag_list faults = {.arena = arena};
  struct ruleset_options options = {.cache_dir = cache};
  struct ruleset *fresh = fixture_load(folder, &options, &faults);
  struct span expected = fixture_hits(arena, fresh, text);
  cr_assert_gt(expected.len, 0);
  cache_file(cache, path);
  struct span image = read_file(arena, path);
  struct span short_images[] = {image, span_slice(image, 0, image.len / 2),
                                span_slice(image, 0, 10), span_slice(image, 0, 0)};
  for (size_t r = 0; r < 40; r++) {
    char *bytes = arena_strndup(arena, image.ptr, image.len);
    struct span damaged = {bytes, image.len};
    if (r < 4) damaged = short_images[r];
    if (r >= 4) bytes[image.len * (r - 4) / 36] ^= 0x5A;
    fixture_write(cache, strrchr(path, '/') + 1, damaged);
    struct ruleset *again = fixture_load(folder, &options, &faults);
    cr_assert_not_null(again, "row %zu", r);
    struct span hits = fixture_hits(arena, again, text);
    cr_assert(span_eq(hits, expected), "row %zu: " SPAN_FMT, r, SPAN_ARG(hits));
    cr_assert_str_eq(ruleset_id(again), ruleset_id(fresh), "row %zu", r);
    ruleset_free(again);
    cr_assert(span_eq(read_file(arena, path), image), "row %zu: not rewritten", r);
  }
  ruleset_free(fresh);
  arena_free(arena);
}

Test(cache, another_content_is_another_ruleset) {
  char folder[200], cache[200];
  fixture_folder(folder);
  fixture_folder(cache);
  struct arena *arena = arena_new();
  struct diag_list faults = {.arena = arena};
  struct ruleset_options options = {.cache_dir = cache};
  fixture_write(folder, "complaint.yaml", SPAN_LIT("- {id: r.a, weight: 1, match: [\"aaa\"]}\n"));
  struct ruleset *first = fixture_load(folder, &options, &faults);
  fixture_write(folder, "complaint.yaml", SPAN_LIT("- {id: r.a, weight: 1, match: [\"bbb\"]}\n"));
  struct ruleset *second = fixture_load(folder, &options, &faults);
  cr_assert_str_neq(ruleset_id(first), ruleset_id(second));
  cr_assert_eq(fixture_hits(arena, second, "aaa").len, 0);
  cr_assert_gt(fixture_hits(arena, second, "bbb").len, 0);
  ruleset_free(first);
  ruleset_free(second);
  arena_free(arena);
}

/* ---- Prefilter, JIT, threads ---- */

static const char *const shapes[] = {
    "%s ~2 %s", "(%s|%s)+ ~1 %s", "%s+ %s?", "<we> %s", "%s <you>", "(%s %s|%s)", "%s ~3 <money>",
    "<person> ~1 %s", "%s+ ~2 (%s|<competitor>)", "not %s",
};
static const char *const words[] = {
    "renew", "switch", "offer", "late", "we", "the", "to", "cancel", "price", "your", "go",
    ("Gr\xC3\xB6\xC3\x9F" "e"), "follow-up", "can't", "l'offre", "40k", "\xE2\x82\xAC", "Acme",
    "Initech", "Priya", "renewing", "went", "switched", "cancelled", "not", "and", "a", "bad",
    "$500", ".", ",", "?", "\n", "\n\n", "\xF0\x9F\x99\x82", "organisation", "_x_", "(", "\"",
};

static uint32_t next_random(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 10;
}

static const char *random_word(uint32_t *state, size_t n) {
  return words[next_random(state) % n];
}

/* 300 rules of random shape over the plain words, and some regexes. */
static struct span random_rules(struct arena *arena) {
  struct sbuf out = {.arena = arena};
  uint32_t state = 1;
  enum { PLAIN = 15 };
  for (int i = 0; i < 300; i++) {
    const char *shape = shapes[next_random(&state) % (sizeof shapes / sizeof *shapes)];
    sbuf_printf(&out, "- id: d.r%d\n  weight: 1\n  match:\n    - \"", i);
    for (const char *c = shape; *c; c++) {
      if (*c == '%' && c[1] == 's') {
        sbuf_add(&out, span_of(random_word(&state, PLAIN)));
        c++;
      } else {
        sbuf_byte(&out, *c);
      }
    }
    sbuf_add(&out, SPAN_LIT("\"\n"));
    if (i % 7 == 0) sbuf_printf(&out, "    - regex: '\\b%s\\w* (?!the)'\n", words[i % 4]);
    if (i % 31 == 0) sbuf_add(&out, SPAN_LIT("    - regex: '(?<=we )\\w+ing\\b'\n"));
    if (i % 37 == 0) sbuf_add(&out, SPAN_LIT("    - regex: '^(\\w)\\w* \\1\\w*'\n"));
    if (i % 41 == 0) sbuf_add(&out, SPAN_LIT("    - regex: 'bad[^a]*?$'\n"));
    if (i % 5 == 0) sbuf_add(&out, SPAN_LIT("  unless: [\"cancel+\"]\n  within: paragraph\n"));
  }
  return sbuf_span(&out);
}

static struct span random_text(struct arena *arena, uint32_t *state) {
  struct sbuf out = {.arena = arena};
  size_t n = 20 + next_random(state) % 200;
  for (size_t i = 0; i < n; i++) {
    sbuf_add(&out, span_of(random_word(state, sizeof words / sizeof *words)));
    if (next_random(state) % 12) sbuf_byte(&out, ' ');
  }
  sbuf_byte(&out, 0);
  return (struct span){out.bytes, out.len - 1};
}

static void write_random_rules(struct arena *arena, const char *folder) {
  fixture_write(folder, "complaint.yaml", random_rules(arena));
  fixture_write(folder, "lists/competitors.yaml", SPAN_LIT("- Initech\n- Acme\n"));
  fixture_write(folder, "lists/spelling.yaml", SPAN_LIT("organisation: organization\n"));
  fixture_write(folder, "lists/irregular.yaml", SPAN_LIT("en: {go: [went, gone]}\n"));
}

Test(match, prefilter_and_jit_change_no_hit) {
  char folder[200];
  struct arena *arena = arena_new();
  struct diag_list faults = {.arena = arena};
  fixture_folder(folder);
  write_random_rules(arena, folder);
  struct ruleset *all = fixture_load(folder, &(struct ruleset_options){0}, &faults);
  struct ruleset *no_filter =
      fixture_load(folder, &(struct ruleset_options){.no_prefilter = true}, &faults);
  struct ruleset *no_jit =
      fixture_load(folder, &(struct ruleset_options){.no_jit = true}, &faults);
  for (size_t i = 0; i < faults.n; i++) {
    struct span text = diag_format(arena, &faults.items[i]);
    cr_log_error(SPAN_FMT, SPAN_ARG(text));
  }
  cr_assert(all && no_filter && no_jit);
  cr_assert_lt(ruleset_figures(all).unguarded, ruleset_figures(all).patterns / 4);
  uint32_t state = 5;
  size_t bytes = 0;
  for (int i = 0; i < 150; i++) {
    struct span text = random_text(arena, &state);
    struct span hits = fixture_hits(arena, all, text.ptr);
    struct span slow = fixture_hits(arena, no_filter, text.ptr);
    struct span interpreted = fixture_hits(arena, no_jit, text.ptr);
    cr_assert(span_eq(hits, slow), "text %d '%s':\n" SPAN_FMT "\n" SPAN_FMT, i, text.ptr,
              SPAN_ARG(hits), SPAN_ARG(slow));
    cr_assert(span_eq(hits, interpreted), "text %d '%s'", i, text.ptr);
    bytes += hits.len;
  }
  cr_assert_gt(bytes, 10000, "the texts hit too little to tell anything");
  ruleset_free(all);
  ruleset_free(no_filter);
  ruleset_free(no_jit);
  arena_free(arena);
}

struct matcher {
  const struct ruleset *ruleset;
  size_t bytes;
};

static void *match_many(void *context) {
  struct matcher *m = context;
  struct arena *arena = arena_new();
  uint32_t state = 9;
  for (int i = 0; i < 60; i++) {
    struct span text = random_text(arena, &state);
    m->bytes += fixture_hits(arena, m->ruleset, text.ptr).len;
    arena_reset(arena);
  }
  arena_free(arena);
  return NULL;
}

Test(match, threads_share_a_ruleset) {
  char folder[200];
  struct arena *arena = arena_new();
  struct diag_list faults = {.arena = arena};
  fixture_folder(folder);
  write_random_rules(arena, folder);
  struct ruleset *ruleset = fixture_load(folder, &(struct ruleset_options){0}, &faults);
  cr_assert_not_null(ruleset);
  struct matcher matchers[4] = {{ruleset, 0}, {ruleset, 0}, {ruleset, 0}, {ruleset, 0}};
  pthread_t threads[4];
  for (int i = 0; i < 4; i++)
    cr_assert_eq(pthread_create(&threads[i], NULL, match_many, &matchers[i]), 0);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  cr_assert_gt(matchers[0].bytes, 1000);
  for (int i = 1; i < 4; i++) cr_assert_eq(matchers[i].bytes, matchers[0].bytes, "thread %d", i);
  ruleset_free(ruleset);
  arena_free(arena);
}

Test(ruleset, ten_thousand_rules_load) {
  char folder[200];
  struct arena *arena = arena_new();
  struct diag_list faults = {.arena = arena};
  struct sbuf file = {.arena = arena};
  fixture_folder(folder);
  for (int i = 0; i < 10000; i++)
    sbuf_printf(&file, "- {id: r.n%d, weight: 1, match: [\"w%dx+ ~2 v%dy\"]}\n", i, i, i % 97);
  fixture_write(folder, "complaint.yaml", sbuf_span(&file));
  struct ruleset *ruleset = fixture_load(folder, &(struct ruleset_options){0}, &faults);
  cr_assert_not_null(ruleset);
  cr_assert_eq(ruleset_count(ruleset), 10000);
  struct span hits = fixture_hits(arena, ruleset, "now w9999xes the v8y");
  cr_assert(span_eq(hits, SPAN_LIT("r.n9999: w9999xes the v8y")), SPAN_FMT, SPAN_ARG(hits));
  ruleset_free(ruleset);
  arena_free(arena);
}
