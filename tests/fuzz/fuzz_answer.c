/* Any bytes as the answer of a provider: the first says of which, the rest is the body. */
#include <math.h>
#include <stdint.h>

#include "enrich/answer.h"
#include "enrich/merge.h"
#include "enrich/reveal.h"
#include "mailsignal/utf8.h"

enum { PEOPLE = 3, LONGEST_VALUE = 300 };

struct asked {
  struct work work;
  struct job jobs[PEOPLE], *all[PEOPLE];
  struct chunk chunk;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void begin(struct asked *asked, struct arena *arena, size_t n) {
  static const char *const emails[PEOPLE] = {"a@acme.io", "b@acme.io", "c@acme.io"};
  *asked = (struct asked){.work = {.arena = arena}, .chunk = {asked->all, n}};
  for (size_t i = 0; i < PEOPLE; i++) {
    struct job *job = &asked->jobs[i];
    job->email = emails[i];
    job->known.values[CRM_FIRST_NAME] = SPAN_LIT("Jane");
    job->known.values[CRM_LAST_NAME] = SPAN_LIT("Doe");
    job->known.values[CRM_COMPANY] = SPAN_LIT("Acme");
    asked->all[i] = job;
  }
}

/* What a merge may get to see. */
static void check_found(struct work *work, const struct job *job, const json_t *found) {
  if (!found) return;
  if (!json_is_object(found)) __builtin_trap();
  struct crm_fields fields;
  fields_read(work->arena, found, &fields);
  for (int f = 0; f < CRM_COUNT; f++) {
    struct span value = fields.values[f];
    bool clean = value.len <= LONGEST_VALUE && utf8_is_valid(value) &&
                 span_find_byte(value, '<', 0) == SPAN_NONE &&
                 span_find_byte(value, '\0', 0) == SPAN_NONE;
    if (!clean || fields.confidence[f] < 0 || fields.confidence[f] > 1) __builtin_trap();
  }
  struct span email = span_of(json_string_value(json_object_get(found, "email"))
                                  ? json_string_value(json_object_get(found, "email"))
                                  : "");
  if (span_starts(email, SPAN_LIT("email_not_unlocked"))) __builtin_trap();
  same_person(work, job, found);
  same_company(work, job, found);
}

static void read_people(const struct provider *provider, struct asked *asked,
                        const json_t *document) {
  double credits = -1;
  bool read = provider->read(&asked->work, &asked->chunk, document, &credits);
  if (isnan(credits)) __builtin_trap();
  for (size_t i = 0; i < asked->chunk.n && read; i++) {
    const struct job *job = asked->chunk.items[i];
    if (job->found && !job->answered) __builtin_trap();
    check_found(&asked->work, job, job->found);
  }
}

static void read_numbers(struct asked *asked, const json_t *document) {
  struct reveal_result result;
  if (!reveal_read(&asked->work, document, &result)) return;
  const char *id;
  json_t *numbers;
  json_object_foreach(result.numbers, id, numbers) {
    const char *mobile = json_string_value(json_object_get(numbers, "mobile"));
    if (mobile && mobile[0] != '+') __builtin_trap();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  enum { BULK, SINGLE, COMPANY, SEARXNG, BRAVE, NUMBERS, KINDS };
  struct arena *arena = size ? arena_new() : NULL;
  if (!arena) return 0;
  int kind = data[0] % KINDS;
  struct asked asked;
  begin(&asked, arena, kind == BULK ? PEOPLE : 1);
  struct http_answer answer = {.status = 200, .body = {(const char *)data + 1, size - 1}};
  const json_t *document = answer_json(&asked.work, &answer);
  if (document && kind == COMPANY) {
    bool readable = false;
    json_t *found = apollo_read_company(&asked.work, document, &readable);
    if (found && !readable) __builtin_trap();
    check_found(&asked.work, &asked.jobs[0], found);
  } else if (document && kind == NUMBERS) {
    read_numbers(&asked, document);
  } else if (document) {
    const struct provider *provider = kind == SEARXNG ? &provider_searxng
                                      : kind == BRAVE ? &provider_brave
                                                      : &provider_apollo;
    read_people(provider, &asked, document);
  }
  reveal_request_id(&asked.work, answer.body);
  answer.status = 400; /* does it speak of credits? */
  answer_verdict(&asked.work, &answer);
  arena_free(arena);
  return 0;
}
