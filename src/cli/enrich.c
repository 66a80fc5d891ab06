#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/database.h"
#include "cli/engine.h"
#include "cli/words.h"
#include "mailsignal/digest.h"
#include "mailsignal/enrich.h"

static const struct cli_option enrich_options[] = {
    {"tenant", 0, "UUID", "whose contacts: an id of the table tenants", true, false},
    {"all-tenants", 0, NULL,
     "everybody's; only tenants whose settings want look-ups are asked about", false, false},
    DATABASE_OPTIONS,
    {"once", 0, NULL, "work what is due, then end (the default)", false, false},
    {"watch", 0, NULL, "go on when the queue is empty, until SIGTERM", false, false},
    {"dry-run", 0, NULL, "print what would be sent, to whom, and the bill; change nothing", false,
     false},
    {"budget", 0, "N", "credits a day (UTC) for each tenant, beside what its settings say", true,
     false},
    {"apollo-key-file", 0, "FILE", "Apollo's key (default: APOLLO_API_KEY)", true, false},
    {"searxng-url", 0, "URL", "base URL of a SearXNG for web search", true, false},
    {"brave-key-file", 0, "FILE", "Brave Search's key (default: BRAVE_API_KEY)", true, false},
    {"reveal-phones", 0, "URL",
     "look up phone numbers for tenants that want them; Apollo posts them to URL, we poll", true,
     false},
    {"free-mail", 0, NULL, "look up people at gmail.com and the like too", true, false},
    {"lease", 0, "SECONDS", "how long a row is held without a sign of life (300)", true, false},
    {"timeout", 0, "SECONDS", "of one request (30; at most a fifth of the lease)", true, false},
    {"patience", 0, "SECONDS", "how long to wait for a database that is away (60)", true, false},
    {"metrics", 0, "FILE", "keep the tallies in FILE as OpenMetrics text", true, false},
    {"log", 0, NULL, "a JSON line on stderr for each request and each row; no personal data", true,
     false},
    {"rules", 0, "DIR", "more lists of role accounts and hosts in DIR/lists", true, true},
    {"quiet", 'q', NULL, "no summary", true, false},
};

enum { MOST_KEY_BYTES = 512 };

struct enrich {
  const struct options *options;
  struct arena *arena;
  char tenant[UUID_TEXT_BYTES];
  struct store *store;
  struct enrich_options settings;
};

/* Keys stay out of core files, and of other processes' reach. */
static void guard_secrets(void) {
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
#ifndef __SANITIZE_ADDRESS__ /* whose leak check has to trace us */
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

static enum ms_status read_key_file(struct enrich *enrich, const char *path, const char **out,
                                    struct ms_error *error) {
  char *text = arena_alloc(enrich->arena, MOST_KEY_BYTES + 1);
  struct stat info;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t len = fd < 0 || fstat(fd, &info) != 0 ? -1 : read(fd, text, MOST_KEY_BYTES);
  int why = errno;
  if (fd >= 0) close(fd);
  if (len < 0)
    return ms_fail(error, MS_BAD_CONFIG, "cannot read the key in %s: %s", path, strerror(why));
  if (S_ISREG(info.st_mode) && (info.st_mode & (S_IRWXG | S_IRWXO)))
    return ms_fail(error, MS_BAD_CONFIG, "others may read the key in %s; chmod 600 it", path);
  struct span key = span_trim((struct span){text, (size_t)len});
  *out = arena_strndup(enrich->arena, key.ptr, key.len);
  return MS_OK;
}

static enum ms_status read_key(struct enrich *enrich, const char *option, const char *variable,
                               const char **out, struct ms_error *error) {
  const char *path = options_text(enrich->options, option, NULL), *value = getenv(variable);
  bool from_file = path && options_all(enrich->options, option)->from[0] == '/';
  if (value && *value && (!path || from_file)) {
    *out = value;
    return MS_OK;
  }
  return path ? read_key_file(enrich, path, out, error) : MS_OK;
}

static enum ms_status read_tenant(struct enrich *enrich, struct ms_error *error) {
  const char *text = options_text(enrich->options, "tenant", NULL);
  bool all = options_given(enrich->options, "all-tenants");
  bool typed = text && strncmp(options_all(enrich->options, "tenant")->from, "--", 2) == 0;
  if (all && typed)
    return ms_fail(error, MS_USAGE, "--tenant and --all-tenants exclude each other");
  if (all) return MS_OK;
  if (!text) return ms_fail(error, MS_USAGE, "say whose contacts: --tenant UUID or --all-tenants");
  if (!digest_uuid_lower(span_of(text), enrich->tenant))
    return ms_fail(error, MS_USAGE, "--tenant: '%s' is no UUID", text);
  enrich->settings.tenant = enrich->tenant;
  return MS_OK;
}

static void report_waiting(void *context, const char *why, double seconds) {
  if (!options_given(((const struct enrich *)context)->options, "quiet"))
    fprintf(stderr, "mailsignal: %s; trying again for %.0f seconds\n", why, seconds);
}

static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

static enum ms_status read_settings(struct enrich *enrich, const struct cli *cli,
                                    struct ms_error *error) {
  const struct options *options = enrich->options;
  struct enrich_options *settings = &enrich->settings;
  *settings = (struct enrich_options){
      .watch = options_given(options, "watch"),
      .free_mail = options_given(options, "free-mail"),
      .budget = -1,
      .patience = 60,
      .apollo_base = variable("APOLLO_BASE_URL"),
      .search_base = options_text(options, "searxng-url", NULL),
      .reveal_webhook = options_text(options, "reveal-phones", NULL),
      .brave_base = variable("BRAVE_BASE_URL"),
      .metrics_file = options_text(options, "metrics", NULL),
      .log = options_given(options, "log") ? stderr : NULL,
      .stop = cli->stop,
      .waiting = report_waiting,
      .context = enrich,
  };
  if (options->n_operands)
    return ms_fail(error, MS_USAGE, "enrich takes no operand: '%s'", options->operands[0]);
  if (settings->watch && options_given(options, "once"))
    return ms_fail(error, MS_USAGE, "--once and --watch exclude each other");
  enum ms_status status = read_tenant(enrich, error);
  if (!status) status = options_number(options, "budget", 0, 1e8, &settings->budget, error);
  if (!status) status = options_number(options, "lease", 5, 86400, &settings->lease_seconds, error);
  if (!status)
    status = options_number(options, "timeout", 1, 600, &settings->timeout_seconds, error);
  if (!status) status = options_number(options, "patience", 0, 1e6, &settings->patience, error);
  if (!status)
    status = read_key(enrich, "apollo-key-file", "APOLLO_API_KEY", &settings->apollo_key, error);
  if (!status)
    status = read_key(enrich, "brave-key-file", "BRAVE_API_KEY", &settings->brave_key, error);
  return status;
}

static enum ms_status check_tenant(struct enrich *enrich, struct ms_error *error) {
  const char *values[] = {enrich->tenant};
  struct store_rows rows = {0};
  if (!enrich->settings.tenant) return MS_OK;
  enum ms_status status = store_query(
      enrich->store, "select 1 from public.tenants where id = $1::uuid", values, 1, &rows, error);
  bool known = !status && rows.n == 1;
  if (!status) store_rows_free(&rows);
  if (status || known) return status;
  return ms_fail(error, MS_USAGE, "--tenant: %s has no tenant %s", store_name(enrich->store),
                 enrich->tenant);
}

static void print_totals(const struct enrich *enrich, const struct enrich_totals *t) {
  if (options_given(enrich->options, "quiet")) return;
  fprintf(stderr,
          "mailsignal: %llu rows completed, %llu skipped, %llu failed, %llu to be tried again, "
          "%llu given back; %llu requests about %llu people, %llu found, %.4g credits; "
          "%llu contacts changed, %llu conflicts",
          (unsigned long long)t->completed, (unsigned long long)t->skipped,
          (unsigned long long)t->failed, (unsigned long long)t->retried,
          (unsigned long long)t->released, (unsigned long long)t->calls,
          (unsigned long long)t->people, (unsigned long long)t->found, t->credits,
          (unsigned long long)t->merged, (unsigned long long)t->conflicts);
  if (t->companies)
    fprintf(stderr, ", %llu companies asked about", (unsigned long long)t->companies);
  if (t->repeats)
    fprintf(stderr, ", %llu people or companies asked about again in %llu requests",
            (unsigned long long)t->repeats, (unsigned long long)t->repeated_calls);
  if (t->reused) fprintf(stderr, ", %llu answers reused", (unsigned long long)t->reused);
  if (t->over_budget) fputs("; the budget of the day is used up", stderr);
  if (t->throttled) fputs("; the provider's limit was reached", stderr);
  if (!enrich->settings.apollo_key) fputs("; Apollo was not asked: no key", stderr);
  fputc('\n', stderr);
}

static enum ms_status run(struct enrich *enrich, const struct cli *cli, struct ms_error *error) {
  struct store_settings store = {.dsn = database_dsn(enrich->options)};
  struct enrich_totals totals;
  enum ms_status status = read_settings(enrich, cli, error);
  if (!status) status = words_load(enrich->options, enrich->arena, &enrich->settings.words, error);
  if (!status) status = store_open(&store, &enrich->store, error);
  if (!status) status = check_tenant(enrich, error);
  enrich->settings.store = enrich->store;
  if (status) return status;
  if (options_given(enrich->options, "dry-run"))
    return enrich_preview(&enrich->settings, stdout, error);
  status = enrich_run(&enrich->settings, &totals, error);
  print_totals(enrich, &totals);
  return status;
}

static int enrich_verb_run(const struct cli *cli) {
  struct arena *arena = arena_new();
  struct ms_error error = {0};
  struct options options;
  struct enrich enrich = {.options = &options, .arena = arena};
  if (!arena) return cli_fail(MS_SOFTWARE, "out of memory");
  guard_secrets();
  enum ms_status status = options_read(arena, cli, &options, &error);
  if (status == MS_OK && options.help) cli_print_help(cli->verb);
  else if (status == MS_OK) status = run(&enrich, cli, &error);
  store_close(enrich.store);
  if (error.status) cli_fail(error.status, "%s", error.text);
  arena_free(arena);
  return (int)status;
}

const struct cli_verb verb_enrich = {
    "enrich",
    "",
    "work the enrichment queue: merge signatures, ask Apollo, fill contacts",
    enrich_options,
    sizeof enrich_options / sizeof *enrich_options,
    enrich_verb_run,
};
