#include "enrich/organization.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "enrich/answer.h"
#include "enrich/ask.h"
#include "enrich/chunk.h"
#include "enrich/merge.h"
#include "enrich/queue.h"
#include "enrich/rate.h"

#define ENDPOINT "organizations/enrich"

enum { MOST_ATTEMPTS = 3, CREDITS = 1 };
/* Longer than that nobody waits for a company: the row goes on without. */
static const double LONGEST_WAIT = 60, REFUSED_PAUSE = 3600, AWAY_PAUSE = 10, YIELD_SECONDS = 2;

/* A provider of its own in pauses, rates and books: a key may be good for people only. */
static const struct provider books = {.name = ORGANIZATION};

struct company {
  struct job *job; /* whose row has led to the request */
  const char *domain, *token, *day;
  int attempts;
  bool repeated;
  struct http_answer answer;
};

static json_t *answer_of(const struct job *job) { return json_object_get(job->data, ORGANIZATION); }

bool organization_found(struct work *work, const struct job *job) {
  const json_t *answer = answer_of(job);
  return json_is_true(json_object_get(answer, "match")) && same_company(work, job, answer);
}

/* Said by an answer about the same person? */
static bool answer_names(struct work *work, const struct job *job, const char *provider) {
  const json_t *answer = json_object_get(job->data, provider);
  return json_is_true(json_object_get(answer, "match")) && same_person(work, job, answer) &&
         clean_string(work->arena, json_object_get(answer, "company")).len > 0;
}

struct span organization_open(struct work *work, const struct job *job) {
  bool known = job->known.values[CRM_COMPANY].len || answer_names(work, job, "apollo") ||
               json_is_boolean(json_object_get(answer_of(job), "match"));
  if (!job->lookups || !job->contact_id || known) return (struct span){0};
  return text_key(work->arena, sender_company_domain(work->options->words, span_of(job->email)));
}

/* what is known ------------------------------------------------------------- */

/* Facts into the row: from here on they are the row's own, whatever becomes of the kept ones. */
static enum ms_status take(struct work *work, struct job *job, json_t *facts, double credits,
                           struct ms_error *error) {
  json_t *answer = facts ? facts : found_object(work);
  json_object_set_new(answer, "match", json_boolean(facts != NULL));
  json_object_set(job->data, ORGANIZATION, answer);
  const char *values[] = {job->id, job->token, ORGANIZATION, work_json_text(work, answer),
                          chunk_real(work, credits)};
  return work_query(work,
                    "select public.ms_store_answer($1::uuid, $2::uuid, "
                    "jsonb_build_object($3::text, $4::jsonb), $5::numeric)",
                    values, 5, NULL, error);
}

static enum ms_status take_kept(struct work *work, struct job *job, const char *facts,
                                struct ms_error *error) {
  json_t *kept =
      facts ? work_keep_json(work, json_loads(facts, JSON_DECODE_INT_AS_REAL, NULL)) : NULL;
  work->totals->reused++;
  return take(work, job, kept, 0, error);
}

/* The CRM may know the company through the contact's client. */
static enum ms_status has_client(struct work *work, const struct job *job, bool *out,
                                 struct ms_error *error) {
  const char *values[] = {job->tenant_id, job->contact_id};
  struct store_rows rows = {0};
  enum ms_status status =
      work_query(work,
                 "select 1 from public.contacts c join public.clients k on k.id = c.client_id "
                 "and k.tenant_id = c.tenant_id where c.tenant_id = $1::uuid and c.id = $2::uuid "
                 "and btrim(k.company_name) <> ''",
                 values, 2, &rows, error);
  *out = rows.n > 0;
  return status;
}

/* the end of a request ------------------------------------------------------ */

static enum ms_status give_back(struct work *work, const struct company *company,
                                const char *outcome, struct ms_error *error) {
  const char *values[] = {company->domain, company->token, outcome};
  return work_query(work, "select public.ms_release_organization($1, $2::uuid, $3)", values, 3,
                    NULL, error);
}

static enum ms_status refund(struct work *work, const struct company *company,
                             struct ms_error *error) {
  return chunk_settle(work, &books, company->job->tenant, company->day, CREDITS, 0, error);
}

/* Facts and credits in one statement; a repetition changes nothing. */
static enum ms_status settle(struct work *work, struct company *company, json_t *facts,
                             double charged, struct ms_error *error) {
  const char *values[] = {company->domain,
                          company->token,
                          facts ? work_json_text(work, facts) : NULL,
                          company->job->tenant_id,
                          books.name,
                          company->day,
                          chunk_real(work, CREDITS),
                          chunk_real(work, charged)};
  enum ms_status status = work_query(
      work,
      "with kept as materialized (select public.ms_settle_organization($1, $2::uuid, $3::jsonb) "
      "as ours) select public.ms_settle_credits($4::uuid, $5, $6::date, $7::numeric, $8::numeric) "
      "from kept where ours",
      values, 8, NULL, error);
  if (status) return status;
  work->totals->credits += charged;
  return take(work, company->job, facts, charged, error);
}

static enum ms_status wait(struct work *work, struct job *job, double seconds,
                           struct ms_error *error) {
  if (seconds > LONGEST_WAIT) return MS_OK;
  return queue_release(work, job, seconds + work_random(work) * YIELD_SECONDS, error);
}

/* Three times without an answer: the company counts as unknown. */
static enum ms_status try_later(struct work *work, struct company *company, bool lost,
                                struct ms_error *error) {
  if (company->attempts >= MOST_ATTEMPTS)
    return settle(work, company, NULL, lost ? CREDITS : 0, error);
  enum ms_status status = lost ? MS_OK : refund(work, company, error);
  if (!status) status = give_back(work, company, lost ? "lost" : "failed", error);
  return status ? status
                : wait(work, company->job, work_backoff(work, company->attempts, 1), error);
}

static enum ms_status pause(struct work *work, struct company *company, double seconds,
                            const char *reason, struct ms_error *error) {
  enum ms_status status = ask_pause(work, &books, seconds, reason, error);
  if (!status) status = refund(work, company, error);
  if (!status) status = give_back(work, company, "untried", error);
  return status ? status : wait(work, company->job, seconds, error);
}

static enum ms_status take_answer(struct work *work, struct company *company,
                                  struct ms_error *error) {
  bool readable = false;
  const json_t *document = answer_json(work, &company->answer);
  json_t *facts = document ? apollo_read_company(work, document, &readable) : NULL;
  if (!readable) return try_later(work, company, true, error);
  return settle(work, company, facts, facts ? CREDITS : 0, error);
}

static enum ms_status act(struct work *work, struct company *company, enum verdict verdict,
                          struct ms_error *error) {
  double said = company->answer.retry_after;
  switch (verdict) {
    case VERDICT_ANSWER:
      return take_answer(work, company, error);
    case VERDICT_REJECTED:
      return settle(work, company, NULL, 0, error);
    case VERDICT_THROTTLED:
      work->totals->throttled = true;
      return pause(work, company, said > 0 ? said : LONGEST_WAIT, "throttled", error);
    case VERDICT_NOT_SENT:
      return pause(work, company, AWAY_PAUSE * (1 + work_random(work)), "away", error);
    case VERDICT_REFUSED:
      return pause(work, company, REFUSED_PAUSE, "refused", error);
    case VERDICT_UNKNOWN:
    case VERDICT_UNREADABLE:
      return try_later(work, company, true, error);
    case VERDICT_BROKEN:
      break;
  }
  return try_later(work, company, false, error);
}

/* asking -------------------------------------------------------------------- */

static enum ms_status send(struct work *work, struct company *company, struct ms_error *error) {
  struct http_request request = {.arena = work->arena, .seconds = work->options->timeout_seconds};
  apollo_ask_company(work, company->domain, &request);
  http_send(work->http, &request, &company->answer);
  enum verdict verdict = answer_verdict(work, &company->answer);
  work->totals->calls++;
  work->totals->companies++;
  work_log(work, "request",
           json_pack("{s:s, s:s, s:s, s:i, s:i}", "provider", books.name, "endpoint", ENDPOINT,
                     "outcome", verdict_name(verdict), "status", (int)company->answer.status, "ms",
                     (int)(company->answer.seconds * 1000)));
  enum ms_status status = rate_record(work, &books, ENDPOINT, &company->answer, error);
  return status ? status : act(work, company, verdict, error);
}

/* A pause of Apollo is one of this, too. */
static enum ms_status gate(struct work *work, double *seconds, struct ms_error *error) {
  double all = 0;
  enum ms_status status = ask_paused(work, work->apollo, &all, error);
  if (!status) status = ask_paused(work, &books, seconds, error);
  *seconds = fmax(*seconds, all);
  if (status || *seconds > 0) return status;
  return rate_take(work, &books, ENDPOINT, seconds, error);
}

static enum ms_status ask(struct work *work, struct company *company, struct ms_error *error) {
  double seconds = 0;
  enum ms_status status = gate(work, &seconds, error);
  if (status) return status;
  if (seconds > 0) {
    work->totals->throttled = true;
    status = give_back(work, company, "untried", error);
    return status ? status : wait(work, company->job, seconds, error);
  }
  status = chunk_book(work, &books, company->job->tenant, CREDITS, &company->day, error);
  if (status) return status;
  if (!*company->day) {
    work->totals->over_budget = true;
    return give_back(work, company, "untried", error);
  }
  if (company->repeated)
    status = chunk_note_repeats(work, &books, company->job->tenant, company->day, 1, error);
  return status ? status : send(work, company, error);
}

static enum ms_status look_up(struct work *work, struct job *job, const char *domain,
                              struct ms_error *error) {
  enum { STATE, FACTS, TOKEN, ATTEMPTS, REPEATED };
  const char *values[] = {domain, chunk_real(work, job->tenant->reask_days),
                          chunk_real(work, 2 * work->options->timeout_seconds)};
  struct store_rows rows = {0};
  enum ms_status status = work_query(
      work,
      "select o.state, o.facts, o.lease_token, o.attempts, o.repeated from "
      "public.ms_claim_organization($1, $2::numeric, $3::numeric * interval '1 second') o",
      values, 3, &rows, error);
  if (status) return status;
  const char *state = store_cell(&rows, 0, STATE);
  if (strcmp(state, "known") == 0) return take_kept(work, job, store_cell(&rows, 0, FACTS), error);
  if (strcmp(state, "busy") == 0) return wait(work, job, 1, error);
  struct company company = {.job = job,
                            .domain = domain,
                            .token = store_cell(&rows, 0, TOKEN),
                            .attempts = (int)strtol(store_cell(&rows, 0, ATTEMPTS), NULL, 10),
                            .repeated = strcmp(store_cell(&rows, 0, REPEATED), "t") == 0};
  return ask(work, &company, error);
}

enum ms_status organization_ask(struct work *work, struct jobs *jobs, struct ms_error *error) {
  enum ms_status status = MS_OK;
  for (size_t i = 0; i < jobs->n && !status && !work_stopped(work); i++) {
    struct job *job = &jobs->items[i];
    if (job->state != JOB_OPEN || job->reason) continue;
    struct span domain = organization_open(work, job);
    bool client = false;
    if (domain.len) status = has_client(work, job, &client, error);
    if (domain.len && !status && !client)
      status = look_up(work, job, arena_strndup(work->arena, domain.ptr, domain.len), error);
  }
  return status;
}
