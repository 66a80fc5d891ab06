/* The worker's loop: claim a batch, decide whom to ask, ask, merge. Start reading here. */
#include <math.h>
#include <time.h>

#include "enrich/ask.h"
#include "enrich/merge.h"
#include "enrich/metrics.h"
#include "enrich/organization.h"
#include "enrich/queue.h"
#include "enrich/reveal.h"
#include "enrich/screen.h"
#include "store/pg_array.h"

enum { BATCH = 20, UPKEEP_SECONDS = 15, IDLE_SECONDS = 5, SOON_SECONDS = 10 };
static const double LEASE_SECONDS = 300, TIMEOUT_SECONDS = 30, LOOK_UP = 0.1;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void sleep_for(const struct work *work, double seconds) {
  for (double until = now() + seconds; !work_stopped(work) && now() < until;)
    nanosleep(&(struct timespec){0, (long)(LOOK_UP * 1e9)}, NULL);
}

/* a batch ------------------------------------------------------------------- */

/* A provider that is not configured, or paused for more than `soon` seconds, leaves its own rows
 * where they are. */
static enum ms_status open_sources(struct work *work, double soon, const char **out,
                                   struct ms_error *error) {
  const struct provider *const all[] = {work->apollo, work->search};
  static const char *const names[] = {"apollo", "web_search"};
  struct sbuf sources = {.arena = work->arena};
  enum ms_status status = MS_OK;
  pg_array_text(&sources, SPAN_LIT("email_signature"));
  pg_array_text(&sources, SPAN_LIT("manual"));
  for (size_t i = 0; i < 2 && !status; i++) {
    double paused = (double)INFINITY;
    if (all[i]) status = ask_paused(work, all[i], &paused, error);
    if (!status && paused <= soon) pg_array_text(&sources, span_of(names[i]));
  }
  *out = pg_array_finish(&sources);
  return status;
}

/* Signatures fill blanks before anybody is asked: what they tell does not depend on a provider. */
static enum ms_status screen_all(struct work *work, struct jobs *jobs,
                                 const struct provider **providers, struct ms_error *error) {
  enum ms_status status = MS_OK;
  for (size_t i = 0; i < jobs->n && !status && !work_stopped(work); i++) {
    struct job *job = &jobs->items[i];
    status = screen(work, job, &providers[i], error);
    if (status) break;
    if (job->reason && strcmp(job->reason, "suppressed") == 0)
      status = queue_skip(work, job, job->reason, error);
    else if (job->state == JOB_ASK && job->brings_news) status = merge_signature(work, job, error);
  }
  return status;
}

static enum ms_status ask_for(struct work *work, struct jobs *jobs,
                              const struct provider *const *providers,
                              const struct provider *provider, struct ms_error *error) {
  struct job **asked = ARENA_ARRAY(work->arena, struct job *, jobs->n);
  size_t n = 0;
  for (size_t i = 0; i < jobs->n; i++)
    if (jobs->items[i].state == JOB_ASK && providers[i] == provider) asked[n++] = &jobs->items[i];
  return n ? ask_all(work, provider, asked, n, error) : MS_OK;
}

static const char *why_nothing(struct work *work, const struct job *job,
                               const struct provider *provider) {
  const json_t *answer = provider ? json_object_get(job->data, provider->name) : NULL;
  if (job->reason || !answer) return job->reason;
  if (json_is_true(json_object_get(answer, "match")) && same_person(work, job, answer)) return NULL;
  if (organization_found(work, job)) return NULL; /* the company is something */
  return json_is_true(json_object_get(answer, "match")) ? "identity_mismatch" : "no_match";
}

static enum ms_status work_batch(struct work *work, struct jobs *jobs, struct ms_error *error) {
  const struct provider **providers = ARENA_ARRAY(work->arena, const struct provider *, jobs->n);
  enum ms_status status = queue_prepare(work, jobs, error);
  if (!status) status = screen_all(work, jobs, providers, error);
  if (!status && work->apollo) status = ask_for(work, jobs, providers, work->apollo, error);
  if (!status && work->search) status = ask_for(work, jobs, providers, work->search, error);
  if (!status && work->apollo) status = organization_ask(work, jobs, error);
  for (size_t i = 0; i < jobs->n && !status; i++) {
    struct job *job = &jobs->items[i];
    if (job->state != JOB_OPEN || work_stopped(work)) continue;
    job->reason = why_nothing(work, job, providers[i]);
    status = merge_and_complete(work, job, error);
  }
  return status;
}

/* Whatever is still held at the end of a batch, by a stop or a fault, is given back. */
static enum ms_status round_once(struct work *work, size_t *claimed, struct ms_error *error) {
  const char *sources = NULL;
  struct jobs jobs = {0};
  *claimed = 0;
  enum ms_status status = open_sources(work, 0, &sources, error);
  if (!status) status = queue_claim(work, BATCH, sources, &jobs, error);
  if (status || jobs.n == 0) return status;
  *claimed = jobs.n;
  status = work_batch(work, &jobs, error);
  if (status == MS_TRY_AGAIN) return status; /* the database is away: leases free the rows */
  struct ms_error ignored = {0};
  enum ms_status given_back = queue_release_all(work, &jobs, status ? &ignored : error);
  return status ? status : given_back;
}

/* the loop ------------------------------------------------------------------ */

static enum ms_status upkeep(struct work *work, double *next, struct ms_error *error) {
  if (now() < *next) return MS_OK;
  *next = now() + UPKEEP_SECONDS * (0.5 + work_random(work));
  enum ms_status status = queue_rescue(work, error);
  if (!status) status = queue_purge(work, error);
  if (!status && work->apollo) status = reveal_poll(work, error);
  return status ? status : metrics_write(work, error);
}

/* Nothing is due now. Rows that will be in some seconds, by a short retry, still belong to this
 * run. */
static enum ms_status idle(struct work *work, bool *done, struct ms_error *error) {
  const char *sources = NULL;
  bool soon = false;
  enum ms_status status = open_sources(work, SOON_SECONDS, &sources, error);
  if (!status) status = queue_due(work, sources, SOON_SECONDS, &soon, error);
  if (status) return status;
  *done = !soon && !work->options->watch;
  if (!*done)
    sleep_for(work,
              soon ? 0.3 + work_random(work) * 0.4 : IDLE_SECONDS * (0.5 + work_random(work)));
  return MS_OK;
}

static enum ms_status loop(struct work *work, struct ms_error *error) {
  double next_upkeep = 0;
  bool done = false;
  enum ms_status status = MS_OK;
  while (!status && !done && !work_stopped(work)) {
    size_t claimed = 0;
    arena_reset(work->arena);
    status = upkeep(work, &next_upkeep, error);
    if (!status) status = round_once(work, &claimed, error);
    if (!status && claimed == 0 && !work_stopped(work)) status = idle(work, &done, error);
  }
  arena_reset(work->arena);
  struct ms_error ignored = {0};
  enum ms_status written = metrics_write(work, status ? &ignored : error);
  if (status || written) return status ? status : written;
  if (work_stopped(work)) return MS_INTERRUPTED;
  if (work->refusal) return ms_fail(error, work->refusal, "%s", work->refusal_text);
  return MS_OK;
}

static enum ms_status check_settings(struct enrich_options *options, struct ms_error *error) {
  enum ms_status status = MS_OK;
  if (!options->apollo_base) options->apollo_base = "https://api.apollo.io/api/v1";
  if (!options->brave_base) options->brave_base = "https://api.search.brave.com/res/v1";
  if (options->lease_seconds <= 0) options->lease_seconds = LEASE_SECONDS;
  if (options->timeout_seconds <= 0) options->timeout_seconds = TIMEOUT_SECONDS;
  options->timeout_seconds = fmin(options->timeout_seconds, options->lease_seconds / 5);
  if (options->apollo_key) {
    status = http_check_base("APOLLO_BASE_URL", options->apollo_base, error);
    if (!status) status = http_check_key("the Apollo key", options->apollo_key, error);
  }
  if (!status && options->reveal_webhook)
    status = http_check_base("--reveal-phones", options->reveal_webhook, error);
  if (!status && options->search_base)
    status = http_check_base("the base URL of SearXNG", options->search_base, error);
  if (!status && options->brave_key) {
    status = http_check_base("BRAVE_BASE_URL", options->brave_base, error);
    if (!status) status = http_check_key("the Brave key", options->brave_key, error);
  }
  return status;
}

static enum ms_status start(struct work *work, struct enrich_options *options,
                            struct ms_error *error) {
  struct ingest_options patience = {.patience = options->patience,
                                    .stop = options->stop,
                                    .waiting = options->waiting,
                                    .context = options->context};
  enum ms_status status = check_settings(options, error);
  if (status) return status;
  work->arena = arena_new();
  if (!work->arena) return ms_fail(error, MS_SOFTWARE, "out of memory");
  patience_init(&work->patience, &patience);
  if (options->apollo_key) work->apollo = &provider_apollo;
  if (options->search_base) work->search = &provider_searxng;
  else if (options->brave_key) work->search = &provider_brave;
  status = http_new(options->stop, &work->http, error);
  return status ? status : columns_discover(work, error);
}

enum ms_status enrich_run(const struct enrich_options *options, struct enrich_totals *totals,
                          struct ms_error *error) {
  struct enrich_options settings = *options;
  struct work work = {.options = &settings, .store = options->store, .totals = totals};
  *totals = (struct enrich_totals){0};
  enum ms_status status = start(&work, &settings, error);
  if (!status) status = loop(&work, error);
  http_free(work.http);
  if (work.arena) arena_free(work.arena);
  return status;
}

/* without asking ------------------------------------------------------------ */

struct bill {
  FILE *out;
  size_t asked, not_asked, requests;
  double credits;
};

static void print_line(FILE *out, json_t *line) {
  if (json_dumpf(line, out, JSON_COMPACT) == 0) fputc('\n', out);
  json_decref(line);
}

static void preview_job(struct work *work, struct job *job, const struct provider *provider,
                        struct bill *bill) {
  if (job->state != JOB_ASK) {
    bill->not_asked++;
    print_line(bill->out,
               json_pack("{s:s, s:s, s:s, s:s, s:s*}", "action", "merge", "row", job->id, "tenant",
                         job->tenant_id, "email", job->email, "reason", job->reason));
    return;
  }
  struct chunk one = {&job, 1};
  struct http_request request = {.arena = work->arena};
  provider->request(work, &one, &request);
  json_t *body = json_loadb(request.body.ptr, request.body.len, 0, NULL);
  json_t *line = json_pack("{s:s, s:s, s:s, s:s}", "action", "ask", "row", job->id, "tenant",
                           job->tenant_id, "provider", provider->name);
  json_object_set_new(line, "send", body ? body : json_string(request.url));
  bill->asked++;
  bill->credits += provider->credits;
  print_line(bill->out, line);
}

static enum ms_status preview(struct work *work, struct bill *bill, struct ms_error *error) {
  enum { MOST_ROWS = 100000 };
  const char *sources = NULL;
  struct jobs jobs = {0};
  enum ms_status status = open_sources(work, 0, &sources, error);
  if (!status) status = queue_peek(work, MOST_ROWS, sources, &jobs, error);
  if (!status) status = queue_prepare(work, &jobs, error);
  for (size_t i = 0; i < jobs.n && !status; i++) {
    const struct provider *provider = NULL;
    status = screen(work, &jobs.items[i], &provider, error);
    if (!status) preview_job(work, &jobs.items[i], provider, bill);
  }
  size_t most = work->apollo ? work->apollo->most_people : 1;
  bill->requests = (bill->asked + most - 1) / most;
  return status;
}

enum ms_status enrich_preview(const struct enrich_options *options, FILE *out,
                              struct ms_error *error) {
  struct enrich_options settings = *options;
  struct enrich_totals totals = {0};
  struct bill bill = {.out = out};
  struct work work = {.options = &settings, .store = options->store, .totals = &totals};
  enum ms_status status = start(&work, &settings, error);
  if (!status) status = preview(&work, &bill, error);
  if (!status)
    print_line(out, json_pack("{s:s, s:i, s:i, s:i, s:f}", "action", "bill", "people",
                              (int)bill.asked, "rows_not_asked", (int)bill.not_asked, "requests",
                              (int)bill.requests, "credits_at_most", bill.credits));
  http_free(work.http);
  if (work.arena) arena_free(work.arena);
  if (!status && fflush(out) != 0) status = ms_fail(error, MS_IO, "cannot write");
  return status;
}
