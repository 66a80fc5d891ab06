/* Before a request: earlier answers, pause and rate, budget, marks. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "enrich/ask.h"
#include "enrich/chunk.h"
#include "enrich/queue.h"
#include "enrich/rate.h"
#include "enrich/reveal.h"
#include "store/pg_array.h"

enum { DAY = 86400 };
static const double JITTER = 2, YIELD_SECONDS = 2;

/* small helpers ------------------------------------------------------------- */

const char *chunk_real(struct work *work, double value) {
  return arena_printf(work->arena, "%.4f", value).ptr;
}

const char *chunk_array(struct work *work, const struct chunk *chunk, enum chunk_part part) {
  struct sbuf out = {.arena = work->arena};
  for (size_t i = 0; i < chunk->n; i++) {
    const struct job *job = chunk->items[i];
    const char *text = part == CHUNK_ID ? job->id : part == CHUNK_TOKEN ? job->token : job->email;
    pg_array_text(&out, span_of(text));
  }
  return pg_array_finish(&out);
}

static struct job *find_id(const struct chunk *chunk, const char *id) {
  for (size_t i = 0; i < chunk->n; i++)
    if (strcmp(chunk->items[i]->id, id) == 0) return chunk->items[i];
  return NULL;
}

/* Leaves out the jobs that are no longer to be asked about. */
static void shrink(struct chunk *chunk) {
  size_t n = 0;
  for (size_t i = 0; i < chunk->n; i++)
    if (chunk->items[i]->state == JOB_ASK) chunk->items[n++] = chunk->items[i];
  chunk->n = n;
}

/* All until the same time, so that they can be one request again. */
enum ms_status chunk_release(struct work *work, struct chunk *chunk, double seconds,
                             struct ms_error *error) {
  enum ms_status status = MS_OK;
  seconds += work_random(work) * JITTER;
  for (size_t i = 0; i < chunk->n && !status; i++)
    status = queue_release(work, chunk->items[i], seconds, error);
  shrink(chunk);
  return status;
}

enum ms_status ask_paused(struct work *work, const struct provider *provider, double *seconds,
                          struct ms_error *error) {
  const char *values[] = {provider->name};
  struct store_rows rows = {0};
  enum ms_status status =
      work_query(work, "select extract(epoch from public.ms_provider_paused_until($1) - now())",
                 values, 1, &rows, error);
  if (status) return status;
  const char *left = store_cell(&rows, 0, 0);
  *seconds = left ? fmax(strtod(left, NULL), 1) : 0;
  return MS_OK;
}

/* Compared as text: a row of somebody else's making may hold anything. */
#define SINCE(days)                          \
  "to_char(now() at time zone 'UTC' - " days \
  "::numeric * interval '1 day', "           \
  "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') collate \"C\""

/* answers of earlier requests ----------------------------------------------- */

static enum ms_status keep_former(struct work *work, const struct provider *provider,
                                  struct job *job, const char *answer, struct ms_error *error) {
  const char *values[] = {job->id, job->token, provider->name, answer};
  struct store_rows rows = {0};
  enum ms_status status = work_query(
      work,
      "select public.ms_store_answer($1::uuid, $2::uuid, jsonb_build_object($3::text, $4::jsonb))",
      values, 4, &rows, error);
  if (status) return status;
  json_t *former = json_loads(answer, JSON_DECODE_INT_AS_REAL, NULL);
  json_object_set_new(job->data, provider->name, former ? former : json_object());
  job->state = JOB_OPEN;
  work->totals->reused++;
  return MS_OK;
}

/* Answers within the tenant's interval, by address. */
static enum ms_status find_former(struct work *work, const struct provider *provider,
                                  const struct chunk *chunk, struct store_rows *rows,
                                  struct ms_error *error) {
  const struct tenant *tenant = chunk->items[0]->tenant;
  const char *values[] = {tenant->id, chunk_array(work, chunk, CHUNK_EMAIL), provider->name,
                          chunk_real(work, tenant->reask_days)};
  return work_query(
      work,
      "select distinct on (1) lower(q.email_address), q.extracted_data -> $3 "
      "from public.contact_enrichment_queue q where q.tenant_id = $1::uuid and "
      "q.source in ('email_signature', 'apollo', 'manual', 'web_search') and "
      "lower(q.email_address) = any ($2::text[]) and q.extracted_data ? $3 and "
      "q.extracted_data -> $3 ->> 'at' > " SINCE("$4") " "
      "order by 1, q.extracted_data -> $3 ->> 'at' desc",
      values, 4, rows, error);
}

enum ms_status chunk_has_former(struct work *work, const struct provider *provider,
                                const struct chunk *chunk, bool *out, struct ms_error *error) {
  struct store_rows rows = {0};
  enum ms_status status = find_former(work, provider, chunk, &rows, error);
  *out = rows.n > 0;
  return status;
}

/* The same person is not paid for twice within the tenant's interval. */
enum ms_status chunk_reuse(struct work *work, const struct provider *provider, struct chunk *chunk,
                           struct ms_error *error) {
  struct store_rows rows = {0};
  enum ms_status status = find_former(work, provider, chunk, &rows, error);
  for (size_t i = 0; i < chunk->n && !status; i++)
    for (size_t k = 0; k < rows.n; k++)
      if (strcmp(store_cell(&rows, k, 0), chunk->items[i]->email) == 0)
        status = keep_former(work, provider, chunk->items[i], store_cell(&rows, k, 1), error);
  shrink(chunk);
  return status;
}

/* leave to ask -------------------------------------------------------------- */

static double price(const struct provider *provider, const struct job *job) {
  return provider->credits + (job->reveal ? REVEAL_CREDITS : 0);
}

double chunk_price(const struct provider *provider, const struct chunk *chunk) {
  return chunk->n ? price(provider, chunk->items[0]) * (double)chunk->n : 0;
}

enum ms_status chunk_book(struct work *work, const struct provider *provider,
                          const struct tenant *tenant, double credits, const char **day,
                          struct ms_error *error) {
  double budget = work->options->budget;
  const char *values[] = {tenant->id, provider->name, chunk_real(work, credits),
                          budget < 0 ? NULL : chunk_real(work, budget)};
  struct store_rows rows = {0};
  enum ms_status status =
      work_query(work, "select public.ms_reserve_credits($1::uuid, $2, $3::numeric, $4::numeric)",
                 values, 4, &rows, error);
  if (!status) *day = store_cell(&rows, 0, 0) ? store_cell(&rows, 0, 0) : "";
  return status;
}

/* Other workers spend from the same budget, so that fewer people may be within it than we think:
 * tried again with half as many. What is beyond waits for the next day (UTC). */
enum ms_status chunk_reserve(struct work *work, const struct provider *provider,
                             struct chunk *chunk, const char **day, struct ms_error *error) {
  const struct tenant *tenant = chunk->items[0]->tenant;
  size_t n = chunk->n;
  double each = price(provider, chunk->items[0]);
  if (each * (double)n > tenant->credits_left) n = (size_t)(tenant->credits_left / each);
  *day = "";
  enum ms_status status = MS_OK;
  while (n && !status && !**day) {
    status = chunk_book(work, provider, tenant, each * (double)n, day, error);
    if (!status && !**day) n /= 2;
  }
  if (status || n == chunk->n) return status;
  struct chunk beyond = {chunk->items + n, chunk->n - n};
  work->totals->over_budget = true;
  chunk->n = n;
  return chunk_release(work, &beyond, (double)(DAY - time(NULL) % DAY), error);
}

enum ms_status chunk_settle(struct work *work, const struct provider *provider,
                            const struct tenant *tenant, const char *day, double reserved,
                            double charged, struct ms_error *error) {
  const char *values[] = {tenant->id, provider->name, day, chunk_real(work, reserved),
                          chunk_real(work, charged)};
  return work_query(
      work, "select public.ms_settle_credits($1::uuid, $2, $3::date, $4::numeric, $5::numeric)",
      values, 5, NULL, error);
}

enum ms_status chunk_note_repeats(struct work *work, const struct provider *provider,
                                  const struct tenant *tenant, const char *day, size_t n,
                                  struct ms_error *error) {
  const char *values[] = {tenant->id, provider->name, day, arena_printf(work->arena, "%zu", n).ptr};
  work->totals->repeats += n;
  work->totals->repeated_calls++;
  return work_query(work, "select public.ms_note_repeats($1::uuid, $2, $3::date, $4::integer)",
                    values, 4, NULL, error);
}

/* Says in the rows that they are being asked about. If the worker dies before the answer is stored,
 * the mark tells that a credit may have been spent. */
enum ms_status chunk_mark(struct work *work, const struct provider *provider, struct chunk *chunk,
                          const char *at, struct ms_error *error) {
  const char *values[] = {chunk_array(work, chunk, CHUNK_ID), chunk_array(work, chunk, CHUNK_TOKEN),
                          chunk_real(work, work->options->lease_seconds), provider->mark, at};
  struct store_rows rows = {0};
  enum ms_status status = work_query(
      work,
      "select u.id, public.ms_extend(u.id, u.token, $3::numeric * interval '1 second') and "
      "public.ms_store_answer(u.id, u.token, jsonb_build_object($4::text, $5::text)) "
      "from unnest($1::uuid[], $2::uuid[]) u (id, token)",
      values, 5, &rows, error);
  for (size_t i = 0; i < rows.n && !status; i++) {
    struct job *job = find_id(chunk, store_cell(&rows, i, 0));
    if (!job || strcmp(store_cell(&rows, i, 1), "t") == 0) continue;
    job->state = JOB_DONE;
    work->totals->lost++;
  }
  shrink(chunk);
  return status;
}

/* Another row of the same person may be in another worker's hands. Both have set their mark before
 * they look, so that at least one sees the other, and gives way. */
enum ms_status chunk_give_way(struct work *work, const struct provider *provider,
                              struct chunk *chunk, struct ms_error *error) {
  const struct tenant *tenant = chunk->items[0]->tenant;
  const char *values[] = {tenant->id,
                          chunk_array(work, chunk, CHUNK_EMAIL),
                          chunk_array(work, chunk, CHUNK_ID),
                          provider->name,
                          provider->mark,
                          chunk_real(work, tenant->reask_days)};
  struct store_rows rows = {0};
  enum ms_status status = work_query(
      work,
      "select distinct lower(q.email_address) from public.contact_enrichment_queue q "
      "where q.tenant_id = $1::uuid and "
      "q.source in ('email_signature', 'apollo', 'manual', 'web_search') and "
      "lower(q.email_address) = any ($2::text[]) and q.id <> all ($3::uuid[]) and case "
      "when q.extracted_data ? $4 then q.extracted_data -> $4 ->> 'at' > " SINCE("$6") " "
      "else q.status = 'processing' and q.locked_until > now() and "
      "jsonb_typeof(q.extracted_data -> $5) = 'string' end",
      values, 6, &rows, error);
  for (size_t i = 0; i < chunk->n && !status; i++)
    for (size_t k = 0; k < rows.n && chunk->items[i]->state == JOB_ASK; k++)
      if (strcmp(store_cell(&rows, k, 0), chunk->items[i]->email) == 0) {
        struct chunk one = {&chunk->items[i], 1};
        const char *ids[] = {chunk->items[i]->id, chunk->items[i]->token, provider->mark};
        status = work_query(work,
                            "select public.ms_store_answer($1::uuid, $2::uuid, "
                            "jsonb_build_object($3::text, null))",
                            ids, 3, NULL, error);
        if (!status)
          status = queue_release(work, one.items[0], work_random(work) * YIELD_SECONDS, error);
      }
  shrink(chunk);
  return status;
}

/* Pause and rate: whoever has to wait is given back, for other workers know no better. */
enum ms_status chunk_gate(struct work *work, const struct provider *provider, struct chunk *chunk,
                          struct ms_error *error) {
  double wait = 0;
  enum ms_status status = ask_paused(work, provider, &wait, error);
  if (!status && wait == 0)
    status = rate_take(work, provider, provider->endpoint(chunk->n), &wait, error);
  if (status || wait == 0) return status;
  if (!provider->pace_seconds) work->totals->throttled = true;
  return chunk_release(work, chunk, wait, error);
}
