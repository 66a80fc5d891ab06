/* Apollo's answers: who belongs to whom, and no damage that is more than no answer. */
#include <criterion/criterion.h>

#include "enrich/answer.h"
#include "enrich/merge.h"

enum { PEOPLE = 3 };
static const char *const emails[PEOPLE] = {"a@acme.io", "b@acme.io", "c@acme.io"};

struct asked {
  struct work work;
  struct job jobs[PEOPLE], *all[PEOPLE];
  struct chunk chunk;
};

static void begin(struct asked *asked) {
  *asked = (struct asked){.work = {.arena = arena_new()}, .chunk = {asked->all, PEOPLE}};
  for (size_t i = 0; i < PEOPLE; i++) {
    asked->jobs[i].email = emails[i];
    asked->all[i] = &asked->jobs[i];
  }
}

static bool read_bytes(struct asked *asked, struct span body, double *credits) {
  struct http_answer answer = {.body = body};
  const json_t *document = answer_json(&asked->work, &answer);
  return document && provider_apollo.read(&asked->work, &asked->chunk, document, credits);
}

/* One letter a person: its first name, "-" nobody found, "?" not answered. */
static const struct {
  const char *matches, *got;
} rows[] = {
    {"[{\"first_name\":\"A\",\"email\":\"a@acme.io\"},null,{\"first_name\":\"C\"}]", "A-C"},
    {"[{\"first_name\":\"B\",\"email\":\"b@acme.io\"},{\"first_name\":\"A\",\"email\":\"A@acme."
     "io\"},"
     "{\"first_name\":\"C\",\"email\":\"c@acme.io\"}]",
     "ABC"},
    {"[{\"first_name\":\"C\",\"email\":\"c@acme.io\"},{\"first_name\":\"X\"}]", "??C"},
    {"[{\"first_name\":\"A\"},{\"first_name\":\"B\"}]", "???"},
    {"[]", "???"},
    {"[null,null,null]", "---"},
    {"[{\"first_name\":5,\"title\":[]},{},\"x\"]", "---"},
    {"[{\"first_name\":\"A\",\"email\":\"email_not_unlocked@domain.com\"},null,null]", "A--"},
};

Test(enrich, alignment) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct asked asked;
    double credits = 0;
    begin(&asked);
    struct span body = arena_printf(asked.work.arena,
                                    "{\"request_id\":-99999999999999999999999,\"credits_consumed\":"
                                    "1.5,\"matches\":%s}",
                                    rows[i].matches);
    cr_expect(read_bytes(&asked, body, &credits), "row %zu", i);
    cr_expect_float_eq(credits, 1.5, 1e-9, "row %zu", i);
    for (size_t k = 0; k < PEOPLE; k++) {
      const struct job *job = &asked.jobs[k];
      const char *name = json_string_value(json_object_get(job->found, "firstName"));
      char got = !job->answered ? '?' : !job->found ? '-' : name ? name[0] : '*';
      cr_expect_eq(got, rows[i].got[k], "row %zu, person %zu: %c", i, k, got);
      const char *email = json_string_value(json_object_get(job->found, "email"));
      cr_expect(!email || strcmp(email, emails[k]) == 0, "row %zu, person %zu", i, k);
    }
    arena_free(asked.work.arena);
  }
}

/* Cut anywhere it is refused; with a byte changed it is read or refused, and the sanitizers watch.
 */
Test(enrich, damage) {
  static const char good[] =
      "{\"matches\":[{\"first_name\":\"A\\u0000\",\"email\":\"a@acme.io\",\"organization\":{"
      "\"name\":"
      "\"\xc3\x84\"},\"contact\":{\"email\":\"a@acme.io\",\"phone_numbers\":[{\"sanitized_number\":"
      "\"+15550100\",\"type\":\"mobile\"}]}},null,{\"linkedin_url\":\"https://x\"}]}";
  static const char bytes[] = {0, '"', '\\', '{', '9', (char)0xff};
  size_t read = 0, refused = 0;
  for (size_t at = 0; at < sizeof good; at++) {
    for (size_t k = 0; k <= sizeof bytes; k++) {
      struct asked asked;
      double credits = 0;
      begin(&asked);
      char *body = arena_strndup(asked.work.arena, good, sizeof good - 1);
      if (k < sizeof bytes) body[at] = bytes[k];
      size_t len = k < sizeof bytes ? sizeof good - 1 : at;
      bool answer = read_bytes(&asked, (struct span){body, len}, &credits);
      ++*(answer ? &read : &refused);
      if (len < sizeof good - 1) cr_expect_not(answer, "cut at %zu", at);
      arena_free(asked.work.arena);
    }
  }
  cr_expect_gt(read, 0);
  cr_expect_gt(refused, 0);
}

static const struct {
  const char *first, *last, *found;
  bool same;
} people[] = {
    {"", "", "{\"email\":\"a@acme.io\"}", true},
    {"Jane", "Doe", "{\"firstName\":\"Jane\",\"lastName\":\"DOE\"}", true},
    {"J.", "Doe", "{\"firstName\":\"Jane\",\"lastName\":\"Doe\"}", true},
    {"Jane", "Doe", "{\"firstName\":\"John\",\"lastName\":\"Doe\"}", false},
    {"Jane", "Doe", "{\"firstName\":\"Jane\",\"lastName\":\"Roe\",\"domain\":\"acme.io\"}", false},
    {"", "", "{\"firstName\":\"Jane\",\"domain\":\"acme.io\"}", true},
    {"", "", "{\"firstName\":\"Jane\",\"domain\":\"me.io\"}", false},
    {"", "", "{\"email\":\"z@acme.io\",\"domain\":\"acme.io\"}", false},
    {"Jane", "Doe", "{\"email\":\"z@x.io\",\"firstName\":\"Jane\",\"lastName\":\"Doe\"}", true},
};

Test(enrich, same_person) {
  for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
    struct asked asked;
    begin(&asked);
    asked.jobs[0].known.values[CRM_FIRST_NAME] = span_of(people[i].first);
    asked.jobs[0].known.values[CRM_LAST_NAME] = span_of(people[i].last);
    json_t *found = json_loads(people[i].found, 0, NULL);
    cr_expect_eq(same_person(&asked.work, &asked.jobs[0], found), people[i].same, "row %zu", i);
    json_decref(found);
    arena_free(asked.work.arena);
  }
}
