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
#include "enrich/start.h"

enum { BATCH = 20, UPKEEP_SECONDS = 15, IDLE_SECONDS = 5, SOON_SECONDS = 10 };
static const double LOOK_UP = 0.1;

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
  enum ms_status status = start_sources(work, 0, &sources, error);
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
  enum ms_status status = start_sources(work, SOON_SECONDS, &sources, error);
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

enum ms_status enrich_run(const struct enrich_options *options, struct enrich_totals *totals,
                          struct ms_error *error) {
  struct enrich_options settings = *options;
  struct work work = {.options = &settings, .store = options->store, .totals = totals};
  *totals = (struct enrich_totals){0};
  enum ms_status status = start(&work, &settings, error);
  if (!status) status = loop(&work, error);
  start_undo(&work);
  return status;
}
