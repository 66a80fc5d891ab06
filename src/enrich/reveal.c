#include "enrich/reveal.h"

#include <math.h>
#include <stdlib.h>

#include "enrich/answer.h"
#include "enrich/ask.h"
#include "enrich/chunk.h"
#include "enrich/rate.h"
#include "store/pg_array.h"

#define ENDPOINT "webhook_result"

enum { MOST_POLLS = 100, MOST_AT_ONCE = 20, MOST_PEOPLE = 100 };
static const double NEXT_POLL = 60;

struct reveal {
  const char *request_id;
  int polls;
  struct http_answer answer;
};

/* reading ------------------------------------------------------------------- */

const char *reveal_request_id(struct work *work, struct span body) {
  json_t *document = json_loadb(body.ptr, body.len, JSON_ALLOW_NUL, NULL);
  const json_t *id = json_object_get(document, "request_id");
  const char *text =
      json_is_integer(id)
          ? arena_printf(work->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(id)).ptr
          : NULL;
  json_decref(document);
  return text;
}

/* Some answers carry the list as text. */
static const json_t *list_of_people(struct work *work, const json_t *payload) {
  const json_t *people = json_object_get(payload, "people");
  if (!json_is_string(people)) return people;
  return work_keep_json(work, json_loads(json_string_value(people), JSON_DECODE_INT_AS_REAL, NULL));
}

bool reveal_read(struct work *work, const json_t *answer, struct reveal_result *out) {
  const json_t *payload = json_object_get(answer, "webhook_result");
  if (!json_is_object(payload)) payload = answer;
  const json_t *people = list_of_people(work, payload);
  const json_t *charged = json_object_get(payload, "credits_consumed");
  *out = (struct reveal_result){found_object(work), -1};
  if (json_is_number(charged)) out->charged = json_number_value(charged);
  if (!json_is_array(people)) return false;
  for (size_t i = 0; i < json_array_size(people) && i < MOST_PEOPLE; i++) {
    const json_t *person = json_array_get(people, i);
    const char *id = json_string_value(json_object_get(person, "id"));
    json_t *found = found_object(work);
    apollo_read_numbers(work, json_object_get(person, "phone_numbers"), found);
    if (id && json_object_size(found)) json_object_set(out->numbers, id, found);
  }
  return true;
}

/* what becomes of a request ------------------------------------------------- */

static enum ms_status delay(struct work *work, const struct reveal *reveal, double seconds,
                            struct ms_error *error) {
  const char *values[] = {work->apollo->name, reveal->request_id, chunk_real(work, seconds)};
  return work_query(work,
                    "select public.ms_delay_reveal($1, $2::bigint, "
                    "now() + $3::numeric * interval '1 second')",
                    values, 3, NULL, error);
}

/* charged < 0: nobody knows; what is booked stays booked. */
static enum ms_status finish(struct work *work, const struct reveal *reveal, json_t *numbers,
                             double charged, struct ms_error *error) {
  struct sbuf ids = {.arena = work->arena}, rows = {.arena = work->arena};
  const char *id;
  json_t *found;
  json_object_foreach(numbers, id, found) {
    pg_array_text(&ids, span_of(id));
    pg_array_text(&rows, span_of(work_json_text(work, found)));
  }
  const char *values[] = {work->apollo->name, reveal->request_id, pg_array_finish(&ids),
                          pg_array_finish(&rows), charged < 0 ? NULL : chunk_real(work, charged)};
  if (charged > 0) work->totals->credits += charged;
  work->totals->phones += json_object_size(numbers);
  return work_query(
      work, "select public.ms_finish_reveal($1, $2::bigint, $3::text[], $4::jsonb[], $5::numeric)",
      values, 5, NULL, error);
}

static enum ms_status take_result(struct work *work, const struct reveal *reveal,
                                  struct ms_error *error) {
  struct reveal_result result;
  const json_t *document = answer_json(work, &reveal->answer);
  if (!document || !reveal_read(work, document, &result)) {
    bool again = reveal->polls < MOST_POLLS;
    return again ? delay(work, reveal, NEXT_POLL, error) : finish(work, reveal, NULL, -1, error);
  }
  double charged = result.charged;
  if (charged < 0) charged = REVEAL_CREDITS * (double)json_object_size(result.numbers);
  return finish(work, reveal, result.numbers, charged, error);
}

/* 404 means "not yet" or "never", and says which. */
static enum ms_status not_there(struct work *work, const struct reveal *reveal,
                                struct ms_error *error) {
  const json_t *document = answer_json(work, &reveal->answer);
  struct span code = clean_string(work->arena, json_object_get(document, "error_code"));
  double wait = json_number_value(json_object_get(document, "retry_after_seconds"));
  bool pending = span_eq(code, SPAN_LIT("result_pending")) && reveal->polls < MOST_POLLS;
  if (!pending) return finish(work, reveal, NULL, -1, error);
  return delay(work, reveal, fmin(fmax(wait, NEXT_POLL / 2), 3600), error);
}

static enum ms_status ask(struct work *work, struct reveal *reveal, struct ms_error *error) {
  struct http_request request = {.arena = work->arena, .seconds = work->options->timeout_seconds};
  apollo_ask_result(work, reveal->request_id, &request);
  http_send(work->http, &request, &reveal->answer);
  enum verdict verdict = answer_verdict(work, &reveal->answer);
  work->totals->calls++;
  work_log(work, "request",
           json_pack("{s:s, s:s, s:s, s:i}", "provider", work->apollo->name, "endpoint", ENDPOINT,
                     "outcome", verdict_name(verdict), "status", (int)reveal->answer.status));
  enum ms_status status = rate_record(work, work->apollo, ENDPOINT, &reveal->answer, error);
  if (status) return status;
  if (verdict == VERDICT_ANSWER) return take_result(work, reveal, error);
  if (verdict == VERDICT_REJECTED) return not_there(work, reveal, error);
  if (reveal->polls >= MOST_POLLS) return finish(work, reveal, NULL, -1, error);
  return delay(work, reveal, fmax(reveal->answer.retry_after, NEXT_POLL), error);
}

enum ms_status reveal_poll(struct work *work, struct ms_error *error) {
  for (int i = 0; i < MOST_AT_ONCE && !work_stopped(work); i++) {
    double wait = 0;
    enum ms_status status = ask_paused(work, work->apollo, &wait, error);
    if (!status && wait == 0) status = rate_take(work, work->apollo, ENDPOINT, &wait, error);
    if (status || wait > 0) return status;
    const char *values[] = {work->apollo->name, work->options->tenant};
    struct store_rows rows = {0};
    status =
        work_query(work, "select r.request_id, r.polls from public.ms_claim_reveal($1, $2::uuid) r",
                   values, 2, &rows, error);
    if (status || rows.n == 0) return status;
    struct reveal reveal = {.request_id = store_cell(&rows, 0, 0),
                            .polls = (int)strtol(store_cell(&rows, 0, 1), NULL, 10)};
    status = ask(work, &reveal, error);
    if (status) return status;
  }
  return MS_OK;
}
