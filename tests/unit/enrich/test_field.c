/* When two values of a contact are the same, and how values from outside are cleaned. */
#include <criterion/criterion.h>

#include "enrich/field.h"

static const struct {
  enum crm_field field;
  const char *a, *b;
  bool same;
} pairs[] = {
    {CRM_TITLE, "VP  Sales", "vp sales", true},
    {CRM_TITLE, "VP Sales", "VP Sale", false},
    {CRM_COMPANY, "Ärzte AG", "ÄRZTE AG", true},
    {CRM_PHONE, "+44 20 7946 0958", "020 7946 0958", true},
    {CRM_PHONE, "+442079460958", "+44 (20) 7946-0958", true},
    {CRM_PHONE, "+442079460958", "+442079460959", false},
    {CRM_PHONE, "0958", "+442079460958", false},
    {CRM_PHONE, "020 7946 0958 ext 12", "020 7946 0958", false},
    {CRM_LINKEDIN, "http://www.linkedin.com/in/jane/", "https://linkedin.com/in/Jane?trk=1", true},
    {CRM_LINKEDIN, "https://linkedin.com/in/jane", "https://linkedin.com/in/janet", false},
    {CRM_TWITTER, "@jane", "https://twitter.com/jane", true},
    {CRM_WEBSITE, "acme.io", "https://www.acme.io/#top", true},
};

Test(enrich, same_values) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    struct span a = span_of(pairs[i].a), b = span_of(pairs[i].b);
    cr_expect_eq(field_same(arena, pairs[i].field, a, b), pairs[i].same, "row %zu", i);
    cr_expect_eq(field_same(arena, pairs[i].field, b, a), pairs[i].same, "row %zu, swapped", i);
  }
  arena_free(arena);
}

static const struct {
  const char *json, *clean;
} strings[] = {
    {"\"  Head \\t of\\n Sales \"", "Head of Sales"},
    {"\"a\\u0000b\"", "ab"},
    {"\"<b>Boss</b>\"", "bBoss/b"},
    {"\"\\u00a0x\\u200b\"", "x\u200b"},
    {"5", ""},
    {"null", ""},
    {"{\"a\": 1}", ""},
};

Test(enrich, clean_strings) {
  struct arena *arena = arena_new();
  for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
    json_t *value = json_loads(strings[i].json, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    struct span clean = clean_string(arena, value);
    cr_expect(span_eq(clean, span_of(strings[i].clean)), "row %zu: '%.*s'", i, SPAN_ARG(clean));
    json_decref(value);
  }
  arena_free(arena);
}
