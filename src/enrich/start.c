#include "enrich/start.h"

#include <math.h>

#include "enrich/ask.h"
#include "store/pg_array.h"

static const double LEASE_SECONDS = 300, TIMEOUT_SECONDS = 30;

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

enum ms_status start(struct work *work, struct enrich_options *options, struct ms_error *error) {
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

void start_undo(struct work *work) {
  http_free(work->http);
  if (work->arena) arena_free(work->arena);
}

enum ms_status start_sources(struct work *work, double soon, const char **out,
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
