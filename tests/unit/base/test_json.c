#include <criterion/criterion.h>
#include <math.h>

#include "mailsignal/json.h"
#include "mailsignal/utf8.h"

static struct span write_string(struct arena *arena, struct span value) {
  struct sbuf out = {.arena = arena};
  struct json json = {.out = &out};
  json_add_string(&json, value);
  return sbuf_span(&out);
}

Test(json, strings_are_escaped_and_always_valid_utf8) {
  static const struct {
    struct span in, out;
  } rows[] = {
      {SPAN_INIT("plain"), SPAN_INIT("\"plain\"")},
      {SPAN_INIT("a\"b\\c\n\t\x01"), SPAN_INIT("\"a\\\"b\\\\c\\n\\t\\u0001\"")},
      {SPAN_INIT("nul\0!"), SPAN_INIT("\"nul\\u0000!\"")},
      {SPAN_INIT("\x7f"), SPAN_INIT("\"\\u007f\"")},
      {SPAN_INIT("caf\xC3\xA9 \xF0\x9F\x98\x80"), SPAN_INIT("\"caf\xC3\xA9 \xF0\x9F\x98\x80\"")},
      {SPAN_INIT("\xC3("), SPAN_INIT("\"\xEF\xBF\xBD(\"")},
      {SPAN_INIT("\xED\xA0\x80"), SPAN_INIT("\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"")},
      {SPAN_INIT("\xF4\x90\x80\x80."), SPAN_INIT("\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD.\"")},
      {SPAN_INIT("\xE2\x80\xA8"), SPAN_INIT("\"\\u2028\"")},
      {SPAN_INIT("cut \xE2\x82"), SPAN_INIT("\"cut \xEF\xBF\xBD\"")},
  };
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct span got = write_string(arena, rows[i].in);
    cr_assert(span_eq(got, rows[i].out), "row %zu: " SPAN_FMT, i, SPAN_ARG(got));
    cr_assert(utf8_is_valid(got));
  }
  arena_free(arena);
}

Test(json, reals_do_not_depend_on_rounding_or_locale) {
  static const struct {
    double value;
    int decimals;
    const char *out;
  } rows[] = {{0.95, 2, "0.95"}, {1.0, 2, "1.00"}, {0.999, 2, "1.00"}, {-0.004, 2, "0.00"},
              {-1.5, 1, "-1.5"}, {40000, 0, "40000"}, {0.005, 2, "0.01"}};
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct sbuf out = {.arena = arena};
    struct json json = {.out = &out};
    json_add_real(&json, rows[i].value, rows[i].decimals);
    cr_assert(span_eq(sbuf_span(&out), span_of(rows[i].out)), "row %zu: " SPAN_FMT, i,
              SPAN_ARG(sbuf_span(&out)));
  }
  arena_free(arena);
}

Test(json, commas_stand_between_items_only) {
  struct arena *arena = arena_new();
  struct sbuf out = {.arena = arena};
  struct json json = {.out = &out};
  json_begin_object(&json);
  json_key(&json, "a");
  json_begin_array(&json);
  json_add_int(&json, 1);
  json_begin_object(&json);
  json_end_object(&json);
  json_end_array(&json);
  json_key_string(&json, "empty", SPAN_LIT(""));
  json_key_bool(&json, "b", true);
  json_key_real(&json, "n", (double)NAN, 2);
  json_end_object(&json);
  cr_assert(span_eq(sbuf_span(&out), SPAN_LIT("{\"a\":[1,{}],\"b\":true,\"n\":null}")));
  arena_free(arena);
}
