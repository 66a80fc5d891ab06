/* nats_feed.h - a JetStream consumer as the source of "ingest": opening it, acknowledging what the
 * database has committed, counting. */
#ifndef MAILSIGNAL_CLI_NATS_FEED_H
#define MAILSIGNAL_CLI_NATS_FEED_H

#include <time.h>

#include "cli/nats_options.h"

/* For a verb's table, after NATS_OPTIONS. */
#define NATS_CONSUMER_OPTIONS                                                                      \
  {"durable", 0, "NAME", "with --nats: the consumer that all workers share", true, false},         \
  {"once", 0, NULL, "with --nats: end when the stream is drained", false, false},                  \
  {"max-deliver", 0, "N", "with --nats: then a message is a dead letter (10)", true, false},       \
  {"ack-wait", 0, "SECONDS", "with --nats: then a dead worker's mail comes again (30)", true,      \
   false},                                                                                         \
  {"metrics", 0, "FILE", "with --nats: keep counts in FILE, as Prometheus reads them", true, false}

struct nats_feed {
  struct nats_settings settings;
  struct nats_consumer_options options;
  struct nats_link *link;
  struct nats_consumer *consumer; /* NULL: mail comes from elsewhere */
  const char *metrics_file;
  struct timespec written; /* the metrics */
};

/* MS_USAGE when paths were given too. On success *source reads from the stream. */
enum ms_status nats_feed_open(struct nats_feed *feed, const struct options *options,
                              const struct cli *cli, struct source **source,
                              struct ms_error *error);
/* For struct ingest_options: the context is the feed. */
void nats_feed_stored(void *feed, uint64_t items);
/* Writes the metrics when it is time; to be called now and then. */
void nats_feed_tick(struct nats_feed *feed);
/* After the run: why the messages ended, and ", 5 delivered again, ..." on stderr. */
enum ms_status nats_feed_status(const struct nats_feed *feed, struct ms_error *error);
void nats_feed_print(const struct nats_feed *feed);
void nats_feed_close(struct nats_feed *feed);

#endif
