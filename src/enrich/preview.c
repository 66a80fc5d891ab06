/* A run without asking: what would be sent, to whom, and what it may cost. Changes nothing. */
#include <glib.h>
#include <math.h>

#include "enrich/chunk.h"
#include "enrich/organization.h"
#include "enrich/queue.h"
#include "enrich/screen.h"
#include "enrich/start.h"

enum { MOST_ROWS = 100000, SLICE = 200 };

/* What a tenant would pay, and for how many people of each kind of request. */
struct account {
  const char *tenant_id;
  double left, credits;
  size_t bulk, with_phone, single;
  struct account *next;
};

struct bill {
  FILE *out;
  struct account *accounts;
  GHashTable *seen; /* "tenant address" and "domain": once each */
  size_t people, companies, not_asked, beyond;
};

static void print_line(FILE *out, json_t *line) {
  if (json_dumpf(line, out, JSON_COMPACT) == 0) fputc('\n', out);
  json_decref(line);
}

static struct account *account_of(struct work *work, struct bill *bill, const struct job *job) {
  for (struct account *a = bill->accounts; a; a = a->next)
    if (strcmp(a->tenant_id, job->tenant_id) == 0) return a;
  struct account *made = ARENA_NEW(work->arena, struct account);
  *made = (struct account){
      .tenant_id = job->tenant_id, .left = job->tenant->credits_left, .next = bill->accounts};
  return bill->accounts = made;
}

static bool seen_before(struct bill *bill, const char *a, const char *b) {
  return !g_hash_table_add(bill->seen, g_strdup_printf("%s %s", a, b));
}

static bool spend(struct account *account, double credits) {
  if (account->credits + credits > account->left) return false;
  account->credits += credits;
  return true;
}

static void print_row(const struct bill *bill, const char *action, const struct job *job,
                      const char *reason, const char *company) {
  print_line(bill->out, json_pack("{s:s, s:s, s:s, s:s, s:s*, s:s*}", "action", action, "row",
                                  job->id, "tenant", job->tenant_id, "email", job->email, "reason",
                                  reason, "company_if_open", company));
}

/* A person's answer may name the company; where it does not, its domain is asked for. */
static enum ms_status add_company(struct work *work, struct bill *bill, const struct job *job,
                                  const char **out, struct ms_error *error) {
  struct span domain = organization_open(work, job);
  *out = NULL;
  if (!domain.len) return MS_OK;
  const char *text = arena_strndup(work->arena, domain.ptr, domain.len);
  const char *values[] = {text, chunk_real(work, job->tenant->reask_days)};
  struct store_rows rows = {0};
  enum ms_status status =
      work_query(work,
                 "select 1 from public.enrichment_organizations o where o.domain = $1 and "
                 "o.answered_at > now() - $2::numeric * interval '1 day'",
                 values, 2, &rows, error);
  if (status || rows.n || seen_before(bill, "", text) || !spend(account_of(work, bill, job), 1))
    return status;
  bill->companies++;
  *out = text;
  return MS_OK;
}

/* Nobody is asked about the person, but perhaps about the company. */
static enum ms_status add_unasked(struct work *work, struct bill *bill, const struct job *job,
                                  const char *action, struct ms_error *error) {
  const char *company = NULL;
  enum ms_status status = job->reason ? MS_OK : add_company(work, bill, job, &company, error);
  bill->not_asked++;
  print_row(bill, action, job, job->reason, company);
  return status;
}

static enum ms_status add_person(struct work *work, struct bill *bill, struct job *job,
                                 const struct provider *provider, struct ms_error *error) {
  struct chunk one = {&job, 1};
  bool former = false;
  enum ms_status status = chunk_has_former(work, provider, &one, &former, error);
  if (status) return status;
  if (former || seen_before(bill, job->tenant_id, job->email))
    return add_unasked(work, bill, job, "reuse", error);
  struct account *account = account_of(work, bill, job);
  if (!spend(account, chunk_price(provider, &one))) {
    bill->beyond++;
    print_row(bill, "wait", job, "budget", NULL);
    return MS_OK;
  }
  bill->people++;
  ++*(provider->most_people == 1 ? &account->single
      : job->reveal              ? &account->with_phone
                                 : &account->bulk);
  const char *company = NULL;
  status = add_company(work, bill, job, &company, error);
  struct http_request request = {.arena = work->arena};
  provider->request(work, &one, &request);
  json_t *body = json_loadb(request.body.ptr, request.body.len, 0, NULL);
  print_line(bill->out,
             json_pack("{s:s, s:s, s:s, s:s, s:o, s:s*}", "action", "ask", "row", job->id, "tenant",
                       job->tenant_id, "provider", provider->name, "send",
                       body ? body : json_string(request.url), "company_if_open", company));
  return status;
}

static enum ms_status add_slice(struct work *work, struct bill *bill, struct jobs *slice,
                                struct ms_error *error) {
  enum ms_status status = queue_prepare(work, slice, error);
  for (size_t i = 0; i < slice->n && !status && !work_stopped(work); i++) {
    struct job *job = &slice->items[i];
    const struct provider *provider = NULL;
    status = screen(work, job, &provider, error);
    if (!status && job->state == JOB_ASK) status = add_person(work, bill, job, provider, error);
    else if (!status) status = add_unasked(work, bill, job, "merge", error);
  }
  return status;
}

static enum ms_status preview(struct work *work, struct bill *bill, struct ms_error *error) {
  const char *sources = NULL;
  struct jobs jobs = {0};
  enum ms_status status = start_sources(work, 0, &sources, error);
  if (!status) status = queue_peek(work, MOST_ROWS, sources, &jobs, error);
  for (size_t i = 0; i < jobs.n && !status; i += SLICE) {
    struct jobs slice = {.items = jobs.items + i, .n = jobs.n - i < SLICE ? jobs.n - i : SLICE};
    status = add_slice(work, bill, &slice, error);
  }
  return status;
}

static size_t requests_for(size_t people, size_t most) { return (people + most - 1) / most; }

static void print_bill(const struct work *work, const struct bill *bill) {
  size_t most = work->apollo ? work->apollo->most_people : 1, requests = bill->companies;
  double credits = 0;
  for (const struct account *a = bill->accounts; a; a = a->next) {
    requests += requests_for(a->bulk, most) + requests_for(a->with_phone, most) + a->single;
    credits += a->credits;
  }
  print_line(bill->out,
             json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:f}", "action", "bill", "people",
                       (int)bill->people, "companies_at_most", (int)bill->companies,
                       "rows_not_asked", (int)bill->not_asked, "rows_beyond_budget",
                       (int)bill->beyond, "requests", (int)requests, "credits_at_most", credits));
}

enum ms_status enrich_preview(const struct enrich_options *options, FILE *out,
                              struct ms_error *error) {
  struct enrich_options settings = *options;
  struct enrich_totals totals = {0};
  struct bill bill = {.out = out,
                      .seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
  struct work work = {.options = &settings, .store = options->store, .totals = &totals};
  enum ms_status status = start(&work, &settings, error);
  if (!status) status = preview(&work, &bill, error);
  if (!status) print_bill(&work, &bill);
  g_hash_table_destroy(bill.seen);
  start_undo(&work);
  if (!status && fflush(out) != 0) status = ms_fail(error, MS_IO, "cannot write");
  return status;
}
