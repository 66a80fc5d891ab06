/* Companies and revealed numbers: what is read, and what is no answer. */
#include <criterion/criterion.h>

#include "enrich/answer.h"
#include "enrich/merge.h"
#include "enrich/reveal.h"

static const json_t *parse(struct work *work, const char *body) {
  struct http_answer answer = {.body = span_of(body)};
  return answer_json(work, &answer);
}

static const struct {
  const char *body, *company; /* NULL: none */
  bool readable, agrees;
} companies[] = {
    {"{\"organization\":{\"name\":\"Acme\",\"primary_domain\":\"acme.io\"}}", "Acme", true, true},
    {"{\"organization\":{\"name\":\"Acme\"}}", "Acme", true, true},
    {"{\"organization\":{\"name\":\"Acme\",\"primary_domain\":\"ACME.io\"}}", "Acme", true, true},
    {"{\"organization\":{\"name\":\"Other\",\"primary_domain\":\"other.io\"}}", "Other", true,
     false},
    {"{\"organization\":{\"name\":\"Other\",\"primary_domain\":\"e.io\"}}", "Other", true, false},
    {"{\"organization\":{\"name\":5,\"website_url\":\"javascript:x\"}}", NULL, true, false},
    {"{\"organization\":null}", NULL, true, false},
    {"{}", NULL, true, false},
    {"{\"organization\":[]}", NULL, false, false},
    {"[]", NULL, false, false},
};

Test(enrich, companies) {
  for (size_t i = 0; i < sizeof companies / sizeof *companies; i++) {
    struct work work = {.arena = arena_new()};
    struct job job = {.email = "a@mail.acme.io"};
    bool readable = !companies[i].readable;
    json_t *found = apollo_read_company(&work, parse(&work, companies[i].body), &readable);
    const char *name = json_string_value(json_object_get(found, "company"));
    cr_expect_eq(readable, companies[i].readable, "row %zu", i);
    cr_expect_str_eq(name ? name : "", companies[i].company ? companies[i].company : "", "row %zu",
                     i);
    if (found) cr_expect_eq(same_company(&work, &job, found), companies[i].agrees, "row %zu", i);
    arena_free(work.arena);
  }
}

#define PERSON(number) "[{\"id\":\"p\",\"phone_numbers\":[" number "]}]"
static const struct {
  const char *people, *mobile; /* people NULL: there are none; mobile NULL: no number */
} results[] = {
    {PERSON("{\"sanitized_number\":\"+15550100\",\"type_cd\":\"mobile\"}"), "+15550100"},
    {PERSON("{\"sanitized_number\":\"+15550100\",\"type\":\"mobile\",\"dnc_status\":\"clear\"}"),
     "+15550100"},
    {PERSON(
         "{\"sanitized_number\":\"+15550100\",\"type_cd\":\"mobile\",\"dnc_status_cd\":\"dnc\"}"),
     NULL},
    {PERSON("{\"sanitized_number\":\"15550100\",\"type_cd\":\"mobile\"}"), NULL},
    {PERSON("{\"sanitized_number\":\"+15550100\"}"), NULL},
    {PERSON("null, 5, {}"), NULL},
    {"[{\"phone_numbers\":[{\"sanitized_number\":\"+15550100\",\"type_cd\":\"mobile\"}]}]", NULL},
    {"[]", NULL},
    {"\"[{\\\"id\\\":\\\"p\\\",\\\"phone_numbers\\\":[{\\\"sanitized_number\\\":\\\"+15550100\\\","
     "\\\"type_cd\\\":\\\"mobile\\\"}]}]\"",
     "+15550100"},
};

Test(enrich, revealed_numbers) {
  for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
    struct work work = {.arena = arena_new()};
    const char *body =
        arena_printf(work.arena, "{\"webhook_result\":{\"people\":%s}}", results[i].people).ptr;
    struct reveal_result result;
    cr_expect(reveal_read(&work, parse(&work, body), &result), "row %zu", i);
    const char *mobile =
        json_string_value(json_object_get(json_object_get(result.numbers, "p"), "mobile"));
    cr_expect_str_eq(mobile ? mobile : "", results[i].mobile ? results[i].mobile : "", "row %zu",
                     i);
    cr_expect_lt(result.charged, 0, "row %zu", i);
    arena_free(work.arena);
  }
}

static const struct {
  const char *body, *id; /* NULL: none */
} ids[] = {
    {"{\"request_id\":-9223372036854775808}", "-9223372036854775808"},
    {"{\"request_id\":9007199254740993}", "9007199254740993"},
    {"{\"request_id\":9223372036854775808}", NULL},
    {"{\"request_id\":1.5}", NULL},
    {"{\"request_id\":\"7\"}", NULL},
    {"{}", NULL},
    {"", NULL},
};

Test(enrich, request_ids) {
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    struct work work = {.arena = arena_new()};
    const char *id = reveal_request_id(&work, span_of(ids[i].body));
    cr_expect_str_eq(id ? id : "none", ids[i].id ? ids[i].id : "none", "row %zu", i);
    arena_free(work.arena);
  }
}
