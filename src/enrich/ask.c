#include "enrich/ask.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "enrich/answer.h"
#include "enrich/chunk.h"
#include "enrich/queue.h"
#include "enrich/rate.h"
#include "enrich/reveal.h"
#include "store/pg_array.h"

enum { SEND_LIMIT = 3, READ_LIMIT = 2, TROUBLES = 5, TEXT_BYTES = 32 };
static const double THROTTLED_PAUSE = 60, REFUSED_PAUSE = 3600, AWAY_PAUSE = 10;

static void now_text(char out[TEXT_BYTES]) {
  time_t now = time(NULL);
  struct tm utc;
  gmtime_r(&now, &utc);
  strftime(out, TEXT_BYTES, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

enum ms_status ask_pause(struct work *work, const struct provider *provider, double seconds,
                         const char *reason, struct ms_error *error) {
  const char *values[] = {provider->name, chunk_real(work, seconds), reason};
  work_log(work, "pause",
           json_pack("{s:s, s:f, s:s}", "provider", provider->name, "seconds", seconds, "reason",
                     reason));
  return work_query(
      work, "select public.ms_pause_provider($1, now() + $2::numeric * interval '1 second', $3)",
      values, 3, NULL, error);
}

/* what comes back ----------------------------------------------------------- */

struct ask {
  const struct provider *provider;
  struct chunk chunk;
  const struct tenant *tenant;
  const char *endpoint, *day, *at;
  double reserved;
  struct http_answer answer;
};

/* People of an answer whose phone numbers are still to come. */
struct waiting {
  const char *request_id, *rows, *people; /* NULL: nobody */
  double credits;
};

static enum ms_status ask_chunk(struct work *work, const struct provider *provider,
                                struct chunk chunk, struct ms_error *error);

/* The mark of rows that certainly cost nothing is taken back. */
static enum ms_status not_charged(struct work *work, struct ask *ask, struct ms_error *error) {
  const char *values[] = {chunk_array(work, &ask->chunk, CHUNK_ID),
                          chunk_array(work, &ask->chunk, CHUNK_TOKEN), ask->provider->mark};
  enum ms_status status =
      work_query(work,
                 "select public.ms_store_answer(u.id, u.token, jsonb_build_object($3::text, null)) "
                 "from unnest($1::uuid[], $2::uuid[]) u (id, token)",
                 values, 3, NULL, error);
  if (status) return status;
  return chunk_settle(work, ask->provider, ask->tenant, ask->day, ask->reserved, 0, error);
}

static enum ms_status fail_all(struct work *work, struct ask *ask, const char *reason, int tries,
                               struct ms_error *error) {
  enum ms_status status = MS_OK;
  for (size_t i = 0; i < ask->chunk.n && !status; i++) {
    struct job *job = ask->chunk.items[i];
    bool again = job->attempts < tries;
    double wait = again ? work_backoff(work, job->attempts, ask->answer.retry_after) : -1;
    status = queue_fail(work, job, reason, wait, error);
  }
  return status;
}

static json_t *stored_answer(struct work *work, const struct ask *ask, const struct job *job) {
  json_t *answer = job->found ? job->found : found_object(work);
  json_object_set_new(answer, "match", json_boolean(job->found != NULL));
  json_object_set_new(answer, "at", json_string(ask->at));
  return answer;
}

static size_t count_found(const struct chunk *chunk) {
  size_t n = 0;
  for (size_t i = 0; i < chunk->n; i++) n += chunk->items[i]->found != NULL;
  return n;
}

static struct waiting who_waits(struct work *work, const struct ask *ask) {
  struct sbuf rows = {.arena = work->arena}, people = {.arena = work->arena};
  struct waiting waiting = {0};
  for (size_t i = 0; i < ask->chunk.n; i++) {
    const struct job *job = ask->chunk.items[i];
    if (!job->reveal || !job->found || !job->person_id.len) continue;
    pg_array_text(&rows, span_of(job->id));
    pg_array_text(&people, job->person_id);
    waiting.credits += REVEAL_CREDITS;
  }
  if (waiting.credits == 0) return waiting;
  waiting.request_id = reveal_request_id(work, ask->answer.body);
  waiting.rows = pg_array_finish(&rows);
  waiting.people = pg_array_finish(&people);
  return waiting;
}

/* Answers and credits in one statement, before anything is merged: from here on a crash costs
 * nothing. A repetition, when nobody knows whether the first was committed, changes nothing. */
static enum ms_status store_answers(struct work *work, struct ask *ask, double charged,
                                    struct ms_error *error) {
  struct sbuf data = {.arena = work->arena}, credits = {.arena = work->arena},
              ids = {.arena = work->arena}, tokens = {.arena = work->arena};
  size_t found = count_found(&ask->chunk);
  struct waiting waiting = who_waits(work, ask);
  for (size_t i = 0; i < ask->chunk.n; i++) {
    struct job *job = ask->chunk.items[i];
    if (!job->answered) continue;
    json_t *answer = stored_answer(work, ask, job);
    json_object_set(job->data, ask->provider->name, answer);
    json_t *row = json_pack("{s:O, s:n}", ask->provider->name, answer, ask->provider->mark);
    pg_array_text(&ids, span_of(job->id));
    pg_array_text(&tokens, span_of(job->token));
    pg_array_text(&data, span_of(work_json_text(work, row)));
    pg_array_text(&credits, span_of(chunk_real(work, job->found ? charged / (double)found : 0)));
    json_decref(row);
  }
  const char *values[] = {pg_array_finish(&ids),
                          pg_array_finish(&tokens),
                          pg_array_finish(&data),
                          pg_array_finish(&credits),
                          ask->tenant->id,
                          ask->provider->name,
                          ask->day,
                          chunk_real(work, ask->reserved),
                          chunk_real(work, charged + waiting.credits),
                          waiting.request_id,
                          waiting.rows,
                          waiting.people,
                          chunk_real(work, waiting.credits)};
  return work_query(
      work,
      "with told as materialized (select * from unnest($1::uuid[], $2::uuid[], $3::jsonb[], "
      "$4::numeric[]) u (id, token, data, credits) where not exists (select 1 from "
      "public.contact_enrichment_queue q where q.id = u.id and q.extracted_data @> u.data)), "
      "settled as materialized (select public.ms_settle_credits($5::uuid, $6, $7::date, "
      "$8::numeric, $9::numeric) where exists (select 1 from told) or cardinality($1::uuid[]) = "
      "0), "
      "waiting as (insert into public.enrichment_reveals (provider, request_id, tenant_id, "
      "queue_ids, person_ids, booked_on, credits, poll_at) select $6, $10::bigint, $5::uuid, "
      "$11::uuid[], $12::text[], $7::date, $13::numeric, now() + interval '1 minute' "
      "where $10 is not null and exists (select 1 from told) on conflict do nothing) "
      "select t.id, public.ms_store_answer(t.id, t.token, t.data, t.credits) from told t "
      "union all select null, null from settled",
      values, 13, NULL, error);
}

/* What a provider charges is what it says; else one for each person it found. Nonsense is not
 * believed, but it is not forgotten either: then the reservation stands. */
static double charge(const struct ask *ask, double said) {
  if (said < 0) return ask->provider->credits * (double)count_found(&ask->chunk);
  return said > 20.0 * (double)ask->chunk.n ? ask->reserved : said;
}

static enum ms_status take_answer(struct work *work, struct ask *ask, struct ms_error *error) {
  double credits = -1;
  for (size_t i = 0; i < ask->chunk.n; i++) {
    ask->chunk.items[i]->found = NULL;
    ask->chunk.items[i]->answered = false;
  }
  const json_t *document = answer_json(work, &ask->answer);
  if (!document || !ask->provider->read(work, &ask->chunk, document, &credits))
    return fail_all(work, ask, "the answer cannot be read", READ_LIMIT, error);
  double charged = charge(ask, credits);
  enum ms_status status = store_answers(work, ask, charged, error);
  if (status) return status;
  work->totals->credits += charged;
  work->totals->found += count_found(&ask->chunk);
  for (size_t i = 0; i < ask->chunk.n && !status; i++) {
    struct job *job = ask->chunk.items[i];
    if (job->answered) {
      job->state = JOB_OPEN;
    } else {
      bool again = job->attempts < READ_LIMIT;
      status = queue_fail(work, job, "the answer leaves this person out",
                          again ? work_backoff(work, job->attempts, 0) : -1, error);
    }
  }
  return status;
}

static enum ms_status turn_away(struct work *work, struct ask *ask, struct ms_error *error) {
  long code = ask->answer.status;
  work->refusal = code == 401 ? MS_BAD_CONFIG : MS_UNAVAILABLE;
  snprintf(work->refusal_text, sizeof work->refusal_text, "%s answers %ld: %s", ask->provider->name,
           code,
           code == 401 ? "the key is refused"
                       : "the plan, the key's scope or the credits do "
                         "not allow the request");
  enum ms_status status = ask_pause(work, ask->provider, REFUSED_PAUSE, "refused", error);
  if (!status) status = not_charged(work, ask, error);
  return status ? status : chunk_release(work, &ask->chunk, REFUSED_PAUSE, error);
}

static enum ms_status throttle(struct work *work, struct ask *ask, struct ms_error *error) {
  double wait = ask->answer.retry_after > 0 ? ask->answer.retry_after : THROTTLED_PAUSE;
  work->totals->throttled = true;
  enum ms_status status = ask_pause(work, ask->provider, wait, "throttled", error);
  if (!status) status = not_charged(work, ask, error);
  return status ? status : chunk_release(work, &ask->chunk, wait, error);
}

static enum ms_status not_sent(struct work *work, struct ask *ask, struct ms_error *error) {
  double wait = AWAY_PAUSE * (1 + work_random(work));
  enum ms_status status = ask_pause(work, ask->provider, wait, "away", error);
  if (!status) status = not_charged(work, ask, error);
  return status ? status : chunk_release(work, &ask->chunk, wait, error);
}

/* One person may spoil a request for ten: halves are asked until it stands alone. */
static enum ms_status reject(struct work *work, struct ask *ask, struct ms_error *error) {
  enum ms_status status = not_charged(work, ask, error);
  if (status) return status;
  if (ask->chunk.n == 1) {
    const char *reason = arena_printf(work->arena, "%s rejects the request: status %ld",
                                      ask->provider->name, ask->answer.status)
                             .ptr;
    return queue_fail(work, ask->chunk.items[0], reason, -1, error);
  }
  size_t half = ask->chunk.n / 2;
  struct chunk first = {ask->chunk.items, half};
  struct chunk second = {ask->chunk.items + half, ask->chunk.n - half};
  status = ask_chunk(work, ask->provider, first, error);
  return status ? status : ask_chunk(work, ask->provider, second, error);
}

static enum ms_status broken(struct work *work, struct ask *ask, struct ms_error *error) {
  enum { ALL_ATTEMPTS = 1000 };
  const char *reason = arena_printf(work->arena, "%s answers with status %ld", ask->provider->name,
                                    ask->answer.status)
                           .ptr;
  enum ms_status status = not_charged(work, ask, error);
  return status ? status : fail_all(work, ask, reason, ALL_ATTEMPTS, error);
}

static enum ms_status act(struct work *work, struct ask *ask, enum verdict verdict,
                          struct ms_error *error) {
  switch (verdict) {
    case VERDICT_ANSWER:
      return take_answer(work, ask, error);
    case VERDICT_NOT_SENT:
      return not_sent(work, ask, error);
    case VERDICT_UNKNOWN:
      return fail_all(work, ask, "no answer to the request", SEND_LIMIT, error);
    case VERDICT_UNREADABLE:
      return fail_all(work, ask, "the answer is too large", READ_LIMIT, error);
    case VERDICT_THROTTLED:
      return throttle(work, ask, error);
    case VERDICT_REFUSED:
      return turn_away(work, ask, error);
    case VERDICT_REJECTED:
      return reject(work, ask, error);
    case VERDICT_BROKEN:
      break;
  }
  return broken(work, ask, error);
}

/* Several failures in a row: leave the provider alone for a while. */
static enum ms_status count_troubles(struct work *work, const struct ask *ask, enum verdict verdict,
                                     struct ms_error *error) {
  bool trouble =
      verdict == VERDICT_NOT_SENT || verdict == VERDICT_UNKNOWN || verdict == VERDICT_BROKEN;
  if (verdict == VERDICT_ANSWER || verdict == VERDICT_REJECTED) work->refusal = MS_OK;
  if (trouble && !work->refusal) {
    work->refusal = MS_TRY_AGAIN;
    snprintf(work->refusal_text, sizeof work->refusal_text, "%s does not answer properly: %s",
             ask->provider->name, ask->answer.why ? ask->answer.why : "its server is in trouble");
  }
  work->troubles = trouble ? work->troubles + 1 : 0;
  if (work->troubles < TROUBLES) return MS_OK;
  work->troubles = 0;
  return ask_pause(work, ask->provider, AWAY_PAUSE * TROUBLES, "troubles", error);
}

static void log_call(struct work *work, const struct ask *ask, enum verdict verdict) {
  work_log(work, "request",
           json_pack("{s:s, s:s, s:i, s:s, s:i, s:i}", "provider", ask->provider->name, "endpoint",
                     ask->endpoint, "people", (int)ask->chunk.n, "outcome", verdict_name(verdict),
                     "status", (int)ask->answer.status, "ms", (int)(ask->answer.seconds * 1000)));
}

/* A row that was marked when we got it was being asked about when its worker died, or its answer
 * was lost. */
static bool is_repeat(const struct provider *provider, const struct job *job) {
  return json_is_string(json_object_get(job->data, provider->mark));
}

static enum ms_status count_repeats(struct work *work, const struct ask *ask,
                                    struct ms_error *error) {
  size_t n = 0;
  for (size_t i = 0; i < ask->chunk.n; i++) n += is_repeat(ask->provider, ask->chunk.items[i]);
  return n ? chunk_note_repeats(work, ask->provider, ask->tenant, ask->day, n, error) : MS_OK;
}

static enum ms_status send(struct work *work, struct ask *ask, struct ms_error *error) {
  struct http_request request = {.arena = work->arena, .seconds = work->options->timeout_seconds};
  ask->provider->request(work, &ask->chunk, &request);
  enum ms_status status = count_repeats(work, ask, error);
  if (status) return status;
  http_send(work->http, &request, &ask->answer);
  enum verdict verdict = answer_verdict(work, &ask->answer);
  work->totals->calls++;
  work->totals->people += ask->chunk.n;
  log_call(work, ask, verdict);
  status = rate_record(work, ask->provider, ask->endpoint, &ask->answer, error);
  if (!status) status = count_troubles(work, ask, verdict, error);
  return status ? status : act(work, ask, verdict, error);
}

/* asking -------------------------------------------------------------------- */

static enum ms_status ask_chunk(struct work *work, const struct provider *provider,
                                struct chunk chunk, struct ms_error *error) {
  char at[TEXT_BYTES];
  now_text(at);
  struct ask ask = {
      .provider = provider, .chunk = chunk, .tenant = chunk.items[0]->tenant, .day = "", .at = at};
  enum ms_status status = chunk_reuse(work, provider, &ask.chunk, error);
  if (!status && ask.chunk.n) status = chunk_gate(work, provider, &ask.chunk, error);
  if (!status && ask.chunk.n) status = chunk_reserve(work, provider, &ask.chunk, &ask.day, error);
  if (status || ask.chunk.n == 0) return status;
  ask.reserved = chunk_price(provider, &ask.chunk);
  status = chunk_mark(work, provider, &ask.chunk, at, error);
  if (!status && ask.chunk.n) status = chunk_give_way(work, provider, &ask.chunk, error);
  if (status) return status;
  if (ask.chunk.n == 0)
    return chunk_settle(work, provider, ask.tenant, ask.day, ask.reserved, 0, error);
  ask.endpoint = provider->endpoint(ask.chunk.n);
  return send(work, &ask, error);
}

static bool has_email(const struct chunk *chunk, const char *email) {
  for (size_t i = 0; i < chunk->n; i++)
    if (strcmp(chunk->items[i]->email, email) == 0) return true;
  return false;
}

/* People of one tenant and of one kind of request, each once: the second row of a person finds the
 * first one's answer. */
static void pick(const struct provider *provider, struct job **jobs, size_t n,
                 struct chunk *chunk) {
  chunk->n = 0;
  for (size_t i = 0; i < n && chunk->n < provider->most_people; i++) {
    if (jobs[i]->state != JOB_ASK || has_email(chunk, jobs[i]->email)) continue;
    const struct job *first = chunk->n ? chunk->items[0] : jobs[i];
    if (jobs[i]->tenant == first->tenant && jobs[i]->reveal == first->reveal)
      chunk->items[chunk->n++] = jobs[i];
  }
}

/* Those whose answer was lost go first, and so together: one lost request is repeated as one. */
static struct job **repeats_first(struct work *work, const struct provider *provider,
                                  struct job *const *jobs, size_t n) {
  struct job **sorted = ARENA_ARRAY(work->arena, struct job *, n);
  size_t k = 0;
  for (int lost = 1; lost >= 0; lost--)
    for (size_t i = 0; i < n; i++)
      if (is_repeat(provider, jobs[i]) == (lost == 1)) sorted[k++] = jobs[i];
  return sorted;
}

enum ms_status ask_all(struct work *work, const struct provider *provider, struct job **jobs,
                       size_t n, struct ms_error *error) {
  jobs = repeats_first(work, provider, jobs, n);
  struct chunk chunk = {.items = ARENA_ARRAY(work->arena, struct job *, provider->most_people)};
  enum ms_status status = MS_OK;
  while (!status && !work_stopped(work)) {
    pick(provider, jobs, n, &chunk);
    if (chunk.n == 0) break;
    status = ask_chunk(work, provider, chunk, error);
  }
  return status;
}
