#include <criterion/criterion.h>

#include "store/pg_array.h"

struct row {
  struct span in;
  const char *out;
};

static const struct row texts[] = {
    {SPAN_INIT(""), "{\"\"}"},
    {SPAN_INIT("plain"), "{\"plain\"}"},
    {SPAN_INIT("NULL"), "{\"NULL\"}"},
    {SPAN_INIT("a,b{c}"), "{\"a,b{c}\"}"},
    {SPAN_INIT("say \"hi\""), "{\"say \\\"hi\\\"\"}"},
    {SPAN_INIT("back\\slash\\"), "{\"back\\\\slash\\\\\"}"},
    {SPAN_INIT("line\nbreak\ttab"), "{\"line\nbreak\ttab\"}"},
    {SPAN_INIT("nul\0inside\0"), "{\"nulinside\"}"},
    {SPAN_INIT("gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80"), "{\"gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80\"}"},
    {SPAN_INIT("broken \xC3"), "{\"broken \xEF\xBF\xBD\"}"},
    {SPAN_INIT("\xC0\x80"), "{\"\xEF\xBF\xBD\xEF\xBF\xBD\"}"},
    {SPAN_INIT("\xED\xA0\x80x"), "{\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDx\"}"},
};

Test(pg_array, quotes_every_element) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct sbuf elements = {.arena = arena};
    pg_array_text(&elements, texts[i].in);
    cr_expect_str_eq(pg_array_finish(&elements), texts[i].out, "row %zu: %s", i,
                     pg_array_finish(&elements));
  }
  arena_free(arena);
}

Test(pg_array, joins_elements) {
  struct arena *arena = arena_new();
  struct sbuf one = {.arena = arena}, two = {.arena = arena}, none = {.arena = arena};
  cr_expect_str_eq(pg_array_finish(&none), "{}");
  pg_array_text(&one, SPAN_LIT("a"));
  pg_array_null(&one);
  pg_array_append(&two, sbuf_span(&none));
  pg_array_append(&two, sbuf_span(&one));
  pg_array_append(&two, sbuf_span(&none));
  pg_array_append(&two, sbuf_span(&one));
  pg_array_text_or_null(&two, (struct span){0});
  pg_array_text_or_null(&two, SPAN_LIT("z"));
  cr_expect_str_eq(pg_array_finish(&two), "{\"a\",NULL,\"a\",NULL,NULL,\"z\"}");
  arena_free(arena);
}

static const struct row jsons[] = {
    {SPAN_INIT("{\"a\":\"b\"}"), "{\"a\":\"b\"}"},
    {SPAN_INIT("\"x\\u0000y\""), "\"xy\""},
    {SPAN_INIT("\"\\u0000\\u0000\""), "\"\""},
    {SPAN_INIT("\"\\\\u0000\""), "\"\\\\u0000\""}, /* a backslash and "u0000" */
    {SPAN_INIT("\"\\\\\\u0000\\n\""), "\"\\\\\\n\""},
    {SPAN_INIT("\"\\u0001\""), "\"\\u0001\""},
};

Test(pg_array, takes_nul_out_of_json) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof jsons / sizeof *jsons; i++) {
    struct span got = json_without_nul(arena, jsons[i].in);
    cr_expect(span_eq(got, span_of(jsons[i].out)), "row %zu: " SPAN_FMT, i, SPAN_ARG(got));
  }
  arena_free(arena);
}
