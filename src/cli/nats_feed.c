#include "cli/nats_feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_DELIVER = 10, ACK_WAIT = 30, METRICS_SECONDS = 5 };

static enum ms_status read_options(struct nats_feed *feed, const struct options *options,
                                   struct ms_error *error) {
  struct nats_consumer_options *out = &feed->options;
  double most = MAX_DELIVER;
  feed->metrics_file = options_text(options, "metrics", NULL);
  *out = (struct nats_consumer_options){.durable = options_text(options, "durable", NULL),
                                        .ack_wait = ACK_WAIT,
                                        .once = options_given(options, "once")};
  if (options->n_operands)
    return ms_fail(error, MS_USAGE, "either --nats or paths, not both");
  if (options_given(options, "resume"))
    return ms_fail(error, MS_USAGE, "--resume: with --nats the server keeps the position");
  enum ms_status status = nats_name_check("durable", out->durable, error);
  if (!status) status = options_number(options, "max-deliver", 4, 1e6, &most, error);
  if (!status) status = options_number(options, "ack-wait", 1, 3600, &out->ack_wait, error);
  out->max_deliver = (unsigned)most;
  return status;
}

enum ms_status nats_feed_open(struct nats_feed *feed, const struct options *options,
                              const struct cli *cli, struct source **source,
                              struct ms_error *error) {
  enum ms_status status = nats_settings_read(options, cli, &feed->settings, error);
  if (!status) status = read_options(feed, options, error);
  if (!status) status = nats_link_open(&feed->settings, &feed->link, error);
  if (!status) status = nats_consumer_open(feed->link, &feed->options, &feed->consumer, error);
  if (!status) status = source_from(nats_consumer_next, feed->consumer, source, error);
  return status;
}

void nats_feed_stored(void *context, uint64_t items) {
  struct nats_feed *feed = context;
  nats_consumer_settle(feed->consumer, items);
}

/* metrics ------------------------------------------------------------------- */

static void print_metrics(FILE *file, const char *durable, const struct nats_counts *counts) {
  const struct {
    const char *name, *type;
    uint64_t value;
  } rows[] = {
      {"received_total", "counter", counts->received},
      {"redelivered_total", "counter", counts->redelivered},
      {"acknowledged_total", "counter", counts->acknowledged},
      {"unconfirmed_total", "counter", counts->unconfirmed},
      {"dead_letters_total", "counter", counts->dead},
      {"reconnects_total", "counter", counts->reconnects},
      {"lag_messages", "gauge", counts->lag},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    fprintf(file, "# TYPE mailsignal_nats_%s %s\nmailsignal_nats_%s{durable=\"%s\"} %llu\n",
            rows[i].name, rows[i].type, rows[i].name, durable, (unsigned long long)rows[i].value);
}

/* Renamed into place, so that a reader never sees half of it. A file that cannot be written is not
 * worth ending a run for. */
static void write_metrics(const struct nats_feed *feed) {
  struct nats_counts counts;
  char *fresh = NULL;
  if (!feed->metrics_file || asprintf(&fresh, "%s.new", feed->metrics_file) < 0) return;
  nats_consumer_counts(feed->consumer, &counts);
  FILE *file = fopen(fresh, "we");
  if (file) print_metrics(file, feed->options.durable, &counts);
  if (file && fclose(file) == 0) (void)!rename(fresh, feed->metrics_file);
  free(fresh);
}

void nats_feed_tick(struct nats_feed *feed) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (!feed->metrics_file || now.tv_sec - feed->written.tv_sec < METRICS_SECONDS) return;
  feed->written = now;
  write_metrics(feed);
}

enum ms_status nats_feed_status(const struct nats_feed *feed, struct ms_error *error) {
  return feed->consumer ? nats_consumer_status(feed->consumer, error) : MS_OK;
}

void nats_feed_print(const struct nats_feed *feed) {
  struct nats_counts counts;
  if (!feed->consumer) return;
  nats_consumer_counts(feed->consumer, &counts);
  fprintf(stderr, ", %llu acknowledged, %llu delivered again, %llu dead letters",
          (unsigned long long)counts.acknowledged, (unsigned long long)counts.redelivered,
          (unsigned long long)counts.dead);
  if (counts.unconfirmed)
    fprintf(stderr, ", %llu unconfirmed", (unsigned long long)counts.unconfirmed);
  if (counts.reconnects)
    fprintf(stderr, ", %llu reconnects", (unsigned long long)counts.reconnects);
  fprintf(stderr, ", %llu left in the stream", (unsigned long long)counts.lag);
}

void nats_feed_close(struct nats_feed *feed) {
  if (feed->consumer) write_metrics(feed);
  nats_consumer_close(feed->consumer);
  nats_link_close(feed->link);
  feed->consumer = NULL;
  feed->link = NULL;
}
