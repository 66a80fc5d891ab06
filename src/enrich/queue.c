#include "enrich/queue.h"

#include <math.h>
#include <stdlib.h>

#include "store/pg_array.h"

enum {
  COLUMN_ID,
  COLUMN_TENANT,
  COLUMN_TOKEN,
  COLUMN_CONTACT,
  COLUMN_EMAIL,
  COLUMN_SOURCE,
  COLUMN_ATTEMPTS,
  COLUMN_DATA
};
#define COLUMNS                                                                               \
  "q.id, q.tenant_id, q.lease_token, q.contact_id, lower(btrim(q.email_address)), q.source, " \
  "q.attempts, coalesce(q.extracted_data, '{}')"

static json_t *read_data(struct work *work, const char *text) {
  json_t *data = json_loads(text, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
  if (!json_is_object(data)) {
    json_decref(data);
    data = json_object();
  }
  return work_keep_json(work, data);
}

static void read_jobs(struct work *work, const struct store_rows *rows, struct jobs *out) {
  *out = (struct jobs){0};
  for (size_t i = 0; i < rows->n; i++) {
    struct job job = {
        .id = store_cell(rows, i, COLUMN_ID),
        .tenant_id = store_cell(rows, i, COLUMN_TENANT),
        .token = store_cell(rows, i, COLUMN_TOKEN),
        .contact_id = store_cell(rows, i, COLUMN_CONTACT),
        .email = store_cell(rows, i, COLUMN_EMAIL),
        .source = store_cell(rows, i, COLUMN_SOURCE),
        .attempts = (int)strtol(store_cell(rows, i, COLUMN_ATTEMPTS), NULL, 10),
        .data = read_data(work, store_cell(rows, i, COLUMN_DATA)),
    };
    if (!job.email) job.email = "";
    ARENA_PUSH(work->arena, out, job);
  }
}

static const char *number(struct work *work, double value) {
  return arena_printf(work->arena, "%.3f", value).ptr;
}

/* Not repeated when its answer is lost: the lease frees the rows. */
enum ms_status queue_claim(struct work *work, int limit, const char *sources, struct jobs *out,
                           struct ms_error *error) {
  const char *values[] = {work->options->tenant, sources, number(work, limit),
                          number(work, work->options->lease_seconds)};
  struct store_rows rows = {0};
  enum ms_status status =
      work_query(work,
                 "select " COLUMNS
                 " from public.ms_claim($1::uuid, $2::text[], $3::numeric::integer, "
                 "$4::numeric * interval '1 second') q",
                 values, 4, &rows, error);
  if (status) return status;
  read_jobs(work, &rows, out);
  work->totals->claimed += out->n;
  return MS_OK;
}

enum ms_status queue_peek(struct work *work, int limit, const char *sources, struct jobs *out,
                          struct ms_error *error) {
  const char *values[] = {work->options->tenant, sources, number(work, limit)};
  struct store_rows rows = {0};
  enum ms_status status = work_query(
      work,
      "select " COLUMNS
      " from public.contact_enrichment_queue q where q.status = 'pending' and "
      "q.run_at <= now() and ($1::uuid is null or q.tenant_id = $1::uuid) and q.source = any "
      "($2::text[]) order by q.priority, q.run_at, q.id limit $3::numeric::integer",
      values, 3, &rows, error);
  if (status) return status;
  read_jobs(work, &rows, out);
  return MS_OK;
}

/* tenants ------------------------------------------------------------------- */

/* Those that were configured, and those of the tenant's users; but a user at a free-mail host does
 * not make everybody there a colleague. */
static struct span own_domains(struct work *work, const char *configured, const char *learnt) {
  struct sbuf all = {.arena = work->arena};
  if (configured) sbuf_add(&all, span_of(configured));
  struct span rest = span_of(learnt), domain;
  while (span_split(&rest, ' ', &domain)) {
    struct span address = arena_printf(work->arena, "x@" SPAN_FMT, SPAN_ARG(domain));
    struct span company = sender_company_domain(work->options->words, address);
    if (company.len) sbuf_printf(&all, " " SPAN_FMT, SPAN_ARG(company));
  }
  return sbuf_span(&all);
}

static enum ms_status read_tenant(struct work *work, const char *id, struct tenant *out,
                                  struct ms_error *error) {
  const char *values[] = {id,
                          work->options->budget < 0 ? NULL : number(work, work->options->budget),
                          work->options->tenant ? "true" : "false"};
  struct store_rows rows = {0};
  enum ms_status status = work_query(
      work,
      "select public.ms_lookups_allowed($1::uuid, $3::boolean), "
      "not public.ms_lookups_allowed($1::uuid, true), coalesce(s.reask_days, 90), "
      "lower(array_to_string(s.own_domains, ' ')), "
      "least($2::numeric, s.daily_credits) - coalesce((select sum(u.credits) from "
      "public.enrichment_usage u where u.tenant_id = $1::uuid and "
      "u.day = (now() at time zone 'UTC')::date), 0), coalesce(s.reveal_phones, false), "
      "array_to_string(public.ms_own_domains($1::uuid), ' ') "
      "from (select 1) one left join public.enrichment_settings s on s.tenant_id = $1::uuid",
      values, 3, &rows, error);
  if (status) return status;
  const char *left = store_cell(&rows, 0, 4);
  *out = (struct tenant){
      .id = id,
      .lookups = strcmp(store_cell(&rows, 0, 0), "t") == 0,
      .refuses = strcmp(store_cell(&rows, 0, 1), "t") == 0,
      .reveals = strcmp(store_cell(&rows, 0, 5), "t") == 0,
      .reask_days = strtod(store_cell(&rows, 0, 2), NULL),
      .own_domains = own_domains(work, store_cell(&rows, 0, 3), store_cell(&rows, 0, 6)),
      .credits_left = left ? fmax(strtod(left, NULL), 0) : (double)INFINITY,
  };
  return MS_OK;
}

static void drop_suppressed(struct jobs *jobs, const struct tenant *tenant,
                            const struct store_rows *rows) {
  for (size_t i = 0; i < rows->n; i++)
    for (size_t k = 0; k < jobs->n; k++)
      if (jobs->items[k].tenant == tenant &&
          strcmp(jobs->items[k].email, store_cell(rows, i, 0)) == 0)
        jobs->items[k].reason = "suppressed";
}

static void link_contacts(struct jobs *jobs, const struct tenant *tenant,
                          const struct store_rows *rows) {
  for (size_t i = 0; i < rows->n; i++)
    for (size_t k = 0; k < jobs->n; k++)
      if (jobs->items[k].tenant == tenant && !jobs->items[k].contact_id &&
          strcmp(jobs->items[k].email, store_cell(rows, i, 0)) == 0)
        jobs->items[k].contact_id = store_cell(rows, i, 1);
}

static enum ms_status prepare_tenant(struct work *work, struct jobs *jobs,
                                     const struct tenant *tenant, struct ms_error *error) {
  struct sbuf emails = {.arena = work->arena};
  for (size_t i = 0; i < jobs->n; i++)
    if (jobs->items[i].tenant == tenant && *jobs->items[i].email)
      pg_array_text(&emails, span_of(jobs->items[i].email));
  const char *values[] = {tenant->id, pg_array_finish(&emails)};
  struct store_rows suppressed = {0}, links = {0};
  enum ms_status status =
      work_query(work, "select s from public.ms_suppressed($1::uuid, $2::text[]) s", values, 2,
                 &suppressed, error);
  if (!status)
    status = work_query(work,
                        "select l.email, l.contact_id from public.ms_link($1::uuid, $2::text[]) l "
                        "where l.contact_id is not null",
                        values, 2, &links, error);
  if (status) return status;
  drop_suppressed(jobs, tenant, &suppressed);
  link_contacts(jobs, tenant, &links);
  return MS_OK;
}

enum ms_status queue_prepare(struct work *work, struct jobs *jobs, struct ms_error *error) {
  for (size_t i = 0; i < jobs->n; i++) {
    if (jobs->items[i].tenant) continue;
    struct tenant *tenant = ARENA_NEW(work->arena, struct tenant);
    enum ms_status status = read_tenant(work, jobs->items[i].tenant_id, tenant, error);
    if (status) return status;
    for (size_t k = i; k < jobs->n; k++)
      if (strcmp(jobs->items[k].tenant_id, tenant->id) == 0) jobs->items[k].tenant = tenant;
    status = prepare_tenant(work, jobs, tenant, error);
    if (status) return status;
  }
  return MS_OK;
}

/* ends ---------------------------------------------------------------------- */

static void tally(struct work *work, struct job *job, bool ours, uint64_t *count) {
  job->state = JOB_DONE;
  ++*(ours ? count : &work->totals->lost);
}

/* What is held about a suppressed person is dropped with the request. */
enum ms_status queue_skip(struct work *work, struct job *job, const char *reason,
                          struct ms_error *error) {
  const char *values[] = {job->id, job->token, reason,
                          strcmp(reason, "suppressed") == 0 ? "{}" : NULL};
  struct store_rows rows = {0};
  enum ms_status status = work_query(
      work, "select public.ms_complete($1::uuid, $2::uuid, 'skipped', null, '[]', $3, $4::jsonb)",
      values, 4, &rows, error);
  if (status) return status;
  tally(work, job, strcmp(store_cell(&rows, 0, 0), "t") == 0, &work->totals->skipped);
  work_log(work, "skipped", json_pack("{s:s, s:s}", "row", job->id, "reason", reason));
  return MS_OK;
}

enum ms_status queue_fail(struct work *work, struct job *job, const char *reason,
                          double retry_seconds, struct ms_error *error) {
  const char *values[] = {job->id, job->token, reason,
                          retry_seconds < 0 ? NULL : number(work, retry_seconds)};
  struct store_rows rows = {0};
  enum ms_status status = work_query(work,
                                     "select public.ms_fail($1::uuid, $2::uuid, $3, "
                                     "now() + $4::numeric * interval '1 second')",
                                     values, 4, &rows, error);
  if (status) return status;
  const char *now = store_cell(&rows, 0, 0);
  bool again = now && strcmp(now, "pending") == 0;
  tally(work, job, now != NULL, again ? &work->totals->retried : &work->totals->failed);
  work_log(
      work, again ? "retry" : "failed",
      json_pack("{s:s, s:s, s:i}", "row", job->id, "reason", reason, "attempt", job->attempts));
  return MS_OK;
}

enum ms_status queue_release(struct work *work, struct job *job, double seconds,
                             struct ms_error *error) {
  const char *values[] = {job->id, job->token, number(work, seconds)};
  struct store_rows rows = {0};
  enum ms_status status = work_query(work,
                                     "select public.ms_release($1::uuid, $2::uuid, "
                                     "now() + $3::numeric * interval '1 second')",
                                     values, 3, &rows, error);
  if (status) return status;
  tally(work, job, strcmp(store_cell(&rows, 0, 0), "t") == 0, &work->totals->released);
  return MS_OK;
}

enum ms_status queue_release_all(struct work *work, struct jobs *jobs, struct ms_error *error) {
  enum ms_status status = MS_OK;
  for (size_t i = 0; i < jobs->n && !status; i++)
    if (jobs->items[i].state != JOB_DONE) status = queue_release(work, &jobs->items[i], 0, error);
  return status;
}

/* upkeep -------------------------------------------------------------------- */

static enum ms_status count(struct work *work, const char *sql, const char *const *values, int n,
                            uint64_t *total, struct ms_error *error) {
  struct store_rows rows = {0};
  enum ms_status status = work_query(work, sql, values, n, &rows, error);
  if (!status) *total += strtoull(store_cell(&rows, 0, 0), NULL, 10);
  return status;
}

enum ms_status queue_rescue(struct work *work, struct ms_error *error) {
  return count(work, "select public.ms_rescue()", NULL, 0, &work->totals->rescued, error);
}

enum ms_status queue_purge(struct work *work, struct ms_error *error) {
  return count(work, "select public.ms_purge() + public.ms_purge_organizations()", NULL, 0,
               &work->totals->purged, error);
}

enum ms_status queue_due(struct work *work, const char *sources, double seconds, bool *due,
                         struct ms_error *error) {
  const char *values[] = {work->options->tenant, sources, number(work, seconds)};
  uint64_t n = 0;
  enum ms_status status = count(
      work,
      "select count(*) from (select 1 from public.contact_enrichment_queue q where "
      "q.status = 'pending' and q.run_at <= now() + $3::numeric * interval '1 second' and "
      "($1::uuid is null or q.tenant_id = $1::uuid) and q.source = any ($2::text[]) limit 1) x",
      values, 3, &n, error);
  *due = n > 0;
  return status;
}
