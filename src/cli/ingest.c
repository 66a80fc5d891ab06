#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/database.h"
#include "cli/engine.h"
#include "cli/nats_feed.h"
#include "cli/progress.h"
#include "cli/resume.h"
#include "cli/words.h"
#include "mailsignal/digest.h"
#include "mailsignal/ingest.h"
#include "mailsignal/run.h"

static const struct cli_option ingest_options[] = {
    {"tenant", 0, "UUID", "whose mail it is: an id of the table tenants", true, false},
    DATABASE_OPTIONS,
    {"tee", 0, NULL, "write the records to stdout too, after they are stored", false, false},
    {"resume", 0, "FILE", "keep the position in FILE and go on from there", false, false},
    {"patience", 0, "SECONDS", "how long to wait for a database that is away (60)", true, false},
    {"batch", 0, "N", "messages in one transaction (500)", true, false},
    {"text", 0, NULL, "with --tee: add the message as plain text", true, false},
    {"zones", 0, NULL, "with --tee: add the zones as byte ranges of the text", true, false},
    ENGINE_OPTIONS,
    {"jobs", 'j', "N", "threads (default: the number of cores)", true, false},
    {"strict", 0, NULL, "end at the first message that cannot be read", true, false},
    NATS_OPTIONS,
    NATS_CONSUMER_OPTIONS,
    PROGRESS_OPTIONS,
};

/* A database that was never reached is more likely misspelt than away. */
enum { PATIENCE = 60, FIRST_PATIENCE = 10, MOST_BATCH = 10000 };

struct ingest {
  const struct options *options;
  struct arena *arena;
  char tenant[UUID_TEXT_BYTES];
  struct engine engine;
  struct source *source;
  struct nats_feed feed; /* of --nats */
  struct store *store;
  struct sink *sink;
  struct progress progress;
  struct ingest_options sink_options;
  double jobs;
  bool quiet;
};

/* callbacks ----------------------------------------------------------------- */

static void report_failed(void *context, const struct raw_message *item) {
  struct ingest *ingest = context;
  if (ingest->feed.consumer)
    nats_consumer_refuse(ingest->feed.consumer, &item->origin, item->error.text);
  progress_clear(&ingest->progress);
  fprintf(stderr, "mailsignal: %s\n", item->error.text);
}

static void report_progress(void *context, const struct run_totals *totals) {
  struct ingest *ingest = context;
  progress_show(&ingest->progress, totals);
  nats_feed_tick(&ingest->feed);
}

static void report_refused(void *context, const struct origin *origin, const char *why) {
  const struct ingest *ingest = context;
  fprintf(stderr, "mailsignal: " SPAN_FMT " at offset %llu was not stored: %s\n",
          SPAN_ARG(origin->path), (unsigned long long)origin->offset, why);
  if (ingest->feed.consumer) nats_consumer_refuse(ingest->feed.consumer, origin, why);
}

static void report_waiting(void *context, const char *why, double seconds) {
  if (!((const struct ingest *)context)->quiet)
    fprintf(stderr, "mailsignal: %s; trying again for %.0f seconds\n", why, seconds);
}

/* settings ------------------------------------------------------------------ */

static enum ms_status read_tenant(struct ingest *ingest, struct ms_error *error) {
  const char *text = options_text(ingest->options, "tenant", NULL);
  if (!text) return ms_fail(error, MS_USAGE, "say whose mail it is: --tenant UUID");
  if (!digest_uuid_lower(span_of(text), ingest->tenant))
    return ms_fail(error, MS_USAGE, "--tenant: '%s' is no UUID", text);
  return MS_OK;
}

static enum ms_status read_settings(struct ingest *ingest, struct ms_error *error) {
  const struct options *options = ingest->options;
  struct ingest_options *sink = &ingest->sink_options;
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  double batch = 0;
  ingest->jobs = cores > 0 ? (double)cores : 1;
  ingest->quiet = options_given(options, "quiet");
  *sink = (struct ingest_options){
      .tenant = ingest->tenant,
      .patience = PATIENCE,
      .resume_file = options_text(options, "resume", NULL),
      .start = {.chain = INGEST_CHAIN_START},
      .tee_fd = options_given(options, "tee") ? STDOUT_FILENO : -1,
      .tee = {.text = options_given(options, "text"), .zones = options_given(options, "zones")},
      .refused = report_refused,
      .waiting = report_waiting,
      .context = ingest,
  };
  enum ms_status status = read_tenant(ingest, error);
  if (!status) status = options_number(options, "patience", 0, 1e6, &sink->patience, error);
  if (!status) status = options_number(options, "batch", 1, MOST_BATCH, &batch, error);
  if (!status) status = options_number(options, "jobs", 1, 256, &ingest->jobs, error);
  sink->batch_messages = (size_t)batch;
  return status;
}

/* the mail ------------------------------------------------------------------ */

static enum ms_status open_paths(struct ingest *ingest, const struct cli *cli,
                                 struct ms_error *error) {
  struct ingest_options *sink = &ingest->sink_options;
  struct resume resume = {.file = sink->resume_file, .owner = ingest->tenant, .kind = "tenant"};
  return resume_source(&resume, cli, ingest->options, &ingest->source, &sink->start, error);
}

static void report_stored(void *context, uint64_t items) {
  nats_feed_stored(&((struct ingest *)context)->feed, items);
}

/* Mail from a stream comes one by one when it is quiet, and all workers share what is there. */
static const double STREAM_BATCH_SECONDS = 0.25;

static enum ms_status open_feed(struct ingest *ingest, const struct cli *cli,
                                struct ms_error *error) {
  ingest->sink_options.stored = report_stored;
  ingest->sink_options.batch_seconds = STREAM_BATCH_SECONDS;
  return nats_feed_open(&ingest->feed, ingest->options, cli, &ingest->source, error);
}

/* running ------------------------------------------------------------------- */

static enum ms_status open_store(struct ingest *ingest, struct ms_error *error) {
  struct store_settings settings = {.dsn = database_dsn(ingest->options)};
  struct ingest_options first = ingest->sink_options;
  struct ms_error why = {0};
  if (!options_given(ingest->options, "patience") && first.patience > FIRST_PATIENCE)
    first.patience = FIRST_PATIENCE;
  enum ms_status status = store_open(&settings, &ingest->store, &why);
  ingest->sink_options.store = first.store = ingest->store;
  if (status && !(ingest->store && store_fault(ingest->store) == STORE_AWAY))
    return ms_fail(error, status, "%s", why.text);
  return ingest_check(&first, error);
}

static enum ms_status open_ingest(struct ingest *ingest, const struct cli *cli,
                                  struct ms_error *error) {
  enum ms_status status = read_settings(ingest, error);
  ingest->sink_options.stop = cli->stop;
  if (!status)
    status = words_load(ingest->options, ingest->arena, &ingest->sink_options.words, error);
  if (!status) status = open_store(ingest, error);
  if (!status) status = engine_open(ingest->options, &ingest->engine, error);
  bool from_stream = options_given(ingest->options, "nats");
  if (!status)
    status = from_stream ? open_feed(ingest, cli, error) : open_paths(ingest, cli, error);
  if (status) return status;
  ingest->sink = sink_ingest_new(&ingest->sink_options);
  return ingest->sink ? MS_OK : ms_fail(error, MS_SOFTWARE, "out of memory");
}

static void print_totals(const struct ingest *ingest, const struct ingest_totals *totals,
                         const struct run_totals *run) {
  if (ingest->quiet) return;
  fprintf(stderr,
          "mailsignal: %llu messages: %llu new signals, %llu new contacts, %llu new facts",
          (unsigned long long)totals->messages, (unsigned long long)totals->signals,
          (unsigned long long)totals->contacts, (unsigned long long)totals->facts);
  if (run->failed) fprintf(stderr, ", %llu not readable", (unsigned long long)run->failed);
  if (totals->refused) fprintf(stderr, ", %llu refused", (unsigned long long)totals->refused);
  nats_feed_print(&ingest->feed);
  fputc('\n', stderr);
}

static enum ms_status exit_status(const struct ingest *ingest, const struct run_totals *run,
                                  const struct ingest_totals *totals) {
  /* A signal is how a worker at a stream ends; nothing is lost by it. */
  if (run->stopped && !ingest->feed.consumer) return MS_INTERRUPTED;
  if (run->failed && run->paths_missing == run->messages) return MS_NO_INPUT;
  return run->failed || totals->refused ? MS_SOME_FAILED : MS_OK;
}

static enum ms_status run(struct ingest *ingest, const struct cli *cli, struct ms_error *error) {
  struct run_options options = {
      .pipeline = &ingest->engine.pipeline,
      .source = ingest->source,
      .sink = ingest->sink,
      .jobs = (unsigned)ingest->jobs,
      .stop = cli->stop,
      .strict = options_given(ingest->options, "strict"),
      .failed = report_failed,
      .progress = report_progress,
      .context = ingest,
  };
  struct run_totals totals;
  struct ingest_totals stored;
  progress_begin(&ingest->progress, ingest->options, ingest->source);
  enum ms_status status = run_messages(&options, &totals, error);
  progress_clear(&ingest->progress);
  if (status) return status;
  sink_ingest_totals(ingest->sink, &stored);
  print_totals(ingest, &stored, &totals);
  status = nats_feed_status(&ingest->feed, error);
  return status ? status : exit_status(ingest, &totals, &stored);
}

static void close_ingest(struct ingest *ingest) {
  if (ingest->sink) ingest->sink->ops->free(ingest->sink);
  source_close(ingest->source);
  nats_feed_close(&ingest->feed);
  store_close(ingest->store);
  engine_close(&ingest->engine);
}

static int ingest_run(const struct cli *cli) {
  struct arena *arena = arena_new();
  struct ms_error error = {0};
  struct options options;
  struct ingest ingest = {.options = &options, .arena = arena};
  if (!arena) return cli_fail(MS_SOFTWARE, "out of memory");
  enum ms_status status = options_read(arena, cli, &options, &error);
  if (status == MS_OK && options.help) {
    cli_print_help(cli->verb);
  } else {
    if (!status) status = open_ingest(&ingest, cli, &error);
    if (!status) status = run(&ingest, cli, &error);
    close_ingest(&ingest);
  }
  if (error.status) cli_fail(error.status, "%s", error.text);
  arena_free(arena);
  return (int)status;
}

const struct cli_verb verb_ingest = {
    "ingest",       "[PATH...]", "mail into PostgreSQL: signals, contacts, and facts for the CRM",
    ingest_options, sizeof ingest_options / sizeof *ingest_options, ingest_run,
};
