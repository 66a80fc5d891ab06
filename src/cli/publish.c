#include <stdio.h>
#include <stdlib.h>

#include "cli/nats_options.h"
#include "cli/progress.h"
#include "cli/resume.h"

static const struct cli_option publish_options[] = {
    NATS_OPTIONS,
    {"resume", 0, "FILE", "keep the position in FILE and go on from there", false, false},
    {"patience", 0, "SECONDS", "how long to wait for a server that is away (60)", true, false},
    PROGRESS_OPTIONS,
};

enum { PATIENCE = 60, BATCH_MESSAGES = 500, BATCH_BYTES = 4 * 1024 * 1024 };

struct publish {
  const struct options *options;
  const struct cli *cli;
  struct arena *arena;
  struct nats_settings settings;
  struct nats_link *link;
  struct nats_publisher *publisher;
  struct source *source;
  struct progress progress;
  struct run_totals totals;
  const char *resume_file;
  struct checkpoint checkpoint; /* its tenant is a UUID that stands for stream and subject */
  size_t batch_messages, batch_bytes;
};

/* resuming ------------------------------------------------------------------ */

static void name_target(const struct publish *publish, char text[UUID_TEXT_BYTES]) {
  static const unsigned char url_namespace[16] = {0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
                                                  0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
  const struct nats_settings *settings = &publish->settings;
  digest_uuid5(url_namespace,
               arena_printf(publish->arena, "nats:%s/%s", settings->stream,
                            settings->subject ? settings->subject : ""),
               text);
}

static enum ms_status open_source(struct publish *publish, struct ms_error *error) {
  struct checkpoint *checkpoint = &publish->checkpoint;
  name_target(publish, checkpoint->tenant);
  struct resume resume = {
      .file = publish->resume_file, .owner = checkpoint->tenant, .kind = "stream or subject"};
  return resume_source(&resume, publish->cli, publish->options, &publish->source,
                       &checkpoint->position, error);
}

/* publishing ---------------------------------------------------------------- */

static enum ms_status settle(struct publish *publish, struct ms_error *error) {
  if (publish->batch_messages == 0) return MS_OK;
  enum ms_status status = nats_publish_settle(publish->publisher, error);
  if (!status && publish->resume_file)
    status = checkpoint_write(publish->resume_file, &publish->checkpoint, error);
  publish->batch_messages = publish->batch_bytes = 0;
  return status;
}

static void report(struct publish *publish, const char *why) {
  publish->totals.failed++;
  progress_clear(&publish->progress);
  fprintf(stderr, "mailsignal: %s\n", why);
}

static enum ms_status publish_one(struct publish *publish, struct raw_message *raw,
                                  struct ms_error *error) {
  struct ingest_position *position = &publish->checkpoint.position;
  struct ms_error why = {0};
  publish->totals.messages++;
  if (raw->error_code) {
    if (raw->error.status == MS_NO_INPUT) publish->totals.paths_missing++;
    report(publish, raw->error.text);
  } else if (nats_publish(publish->publisher, raw, &why) == MS_BAD_DATA) {
    report(publish, why.text);
  } else if (why.status) {
    return ms_fail(error, why.status, "%s", why.text);
  }
  position->items++;
  position->chain = ingest_chain(position->chain, &raw->origin);
  position->last = raw->origin;
  publish->batch_messages++;
  publish->batch_bytes += raw->len;
  bool full = publish->batch_messages >= BATCH_MESSAGES || publish->batch_bytes >= BATCH_BYTES;
  return full ? settle(publish, error) : MS_OK;
}

static enum ms_status publish_all(struct publish *publish, struct ms_error *error) {
  struct raw_message raw = {0};
  enum ms_status status = MS_OK;
  progress_begin(&publish->progress, publish->options, publish->source);
  while (!status && !*publish->cli->stop && source_next(publish->source, &raw) == 1) {
    status = publish_one(publish, &raw, error);
    progress_show(&publish->progress, &publish->totals);
  }
  publish->totals.stopped = *publish->cli->stop;
  if (!status) status = settle(publish, error);
  progress_clear(&publish->progress);
  raw_message_free(&raw);
  return status;
}

static enum ms_status open_publish(struct publish *publish, struct ms_error *error) {
  const struct options *options = publish->options;
  char differs[NATS_DIFFERS_BYTES] = "";
  double patience = PATIENCE;
  publish->resume_file = options_text(options, "resume", NULL);
  enum ms_status status = nats_settings_read(options, publish->cli, &publish->settings, error);
  if (!status) status = options_number(options, "patience", 0, 1e6, &patience, error);
  if (!status) status = open_source(publish, error);
  if (!status) status = nats_link_open(&publish->settings, &publish->link, error);
  publish->settings.patience = patience; /* the first connection is more likely misspelt than away */
  if (!status) status = nats_publisher_open(publish->link, differs, &publish->publisher, error);
  if (!status && differs[0])
    fprintf(stderr, "mailsignal: the stream %s differs: %s\n", publish->settings.stream, differs);
  return status;
}

static enum ms_status end(struct publish *publish) {
  struct nats_publish_totals stored;
  const struct run_totals *totals = &publish->totals;
  nats_publisher_totals(publish->publisher, &stored);
  if (!options_given(publish->options, "quiet")) {
    fprintf(stderr, "mailsignal: %llu messages: %llu into the stream, %llu were there already",
            (unsigned long long)totals->messages, (unsigned long long)stored.stored,
            (unsigned long long)stored.duplicates);
    if (totals->failed) fprintf(stderr, ", %llu not", (unsigned long long)totals->failed);
    fputc('\n', stderr);
  }
  if (totals->stopped) return MS_INTERRUPTED;
  if (totals->failed && totals->paths_missing == totals->messages) return MS_NO_INPUT;
  return totals->failed ? MS_SOME_FAILED : MS_OK;
}

static int publish_run(const struct cli *cli) {
  struct arena *arena = arena_new();
  struct ms_error error = {0};
  struct options options;
  struct publish publish = {.options = &options, .cli = cli, .arena = arena};
  if (!arena) return cli_fail(MS_SOFTWARE, "out of memory");
  enum ms_status status = options_read(arena, cli, &options, &error);
  if (status == MS_OK && options.help) {
    cli_print_help(cli->verb);
  } else {
    if (!status) status = open_publish(&publish, &error);
    if (!status) status = publish_all(&publish, &error);
    if (!status) status = end(&publish);
    nats_publisher_close(publish.publisher);
    nats_link_close(publish.link);
    source_close(publish.source);
  }
  if (error.status) cli_fail(error.status, "%s", error.text);
  arena_free(arena);
  return (int)status;
}

const struct cli_verb verb_publish = {
    "publish",       "[PATH...]", "mail into a NATS JetStream stream, for many ingest workers",
    publish_options, sizeof publish_options / sizeof *publish_options, publish_run,
};
