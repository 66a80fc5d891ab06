/* nats.h - mail through a NATS JetStream stream: the way onto many machines.
 *
 * A publisher puts raw messages into a stream with work queue retention; any number of consumers
 * share one durable pull consumer. A message leaves the stream when it is acknowledged, and it is
 * acknowledged when the database has committed it, so that a worker, the server or the network may
 * fail at any time: what was not acknowledged is delivered again, and storing twice adds nothing.
 *
 * Headers of a message (NATS ADR-4 form): Nats-Msg-Id, for the server's duplicate window;
 * Mailsignal-Source, where it was read from (for people only, never trusted). */
#ifndef MAILSIGNAL_NATS_H
#define MAILSIGNAL_NATS_H

#include "mailsignal/digest.h"
#include "mailsignal/source.h"

struct nats_settings {
  const char *url;      /* nats://host:4222 or tls://..., several with commas between */
  const char *tls_ca;   /* file of trusted certificates; NULL: the system's */
  const char *creds;    /* file with a user's JWT and seed; NULL: none */
  const char *stream;
  const char *subject;  /* NULL: when publishing "<stream>.mail", when consuming all of the stream */
  double patience;      /* seconds to wait for a server at the start */
  const _Atomic int *stop; /* the user's Ctrl-C ends waiting */
};

/* One connection. After the first success it reconnects for ever, with backoff and jitter, unless
 * the server refuses the credentials. */
struct nats_link;

/* MS_TRY_AGAIN: no server within settings->patience; MS_BAD_CONFIG: credentials, certificates or
 * the URL are wrong. The settings must outlive the link. Errors never hold a password. */
enum ms_status nats_link_open(const struct nats_settings *settings, struct nats_link **out,
                              struct ms_error *error);
void nats_link_close(struct nats_link *link);

/* publishing ---------------------------------------------------------------- */

/* Hex of what makes two messages of one subject the same: the first Message-ID, without brackets;
 * where there is none, the whole message. */
void nats_message_id(struct span subject, struct span raw, char hex[SHA256_HEX_BYTES]);

struct nats_publisher;
struct nats_publish_totals {
  uint64_t stored, duplicates; /* as the server confirmed; duplicates were dropped by it */
};

enum { NATS_DIFFERS_BYTES = 400 };

/* Makes the stream when it is missing (work queue, file storage, duplicate window of ten minutes).
 * Where there is one with other settings, `differs` says which ones ("" otherwise); MS_BAD_CONFIG
 * when it does not take the subject. */
enum ms_status nats_publisher_open(struct nats_link *link, char differs[NATS_DIFFERS_BYTES],
                                   struct nats_publisher **out, struct ms_error *error);
/* Sends without waiting for the answer. MS_BAD_DATA: longer than the server takes, not sent;
 * the next message may pass. */
enum ms_status nats_publish(struct nats_publisher *publisher, const struct raw_message *message,
                            struct ms_error *error);
/* Returns when the server has confirmed all that was sent, or MS_TRY_AGAIN when it did not within
 * settings->patience though asked again and again. */
enum ms_status nats_publish_settle(struct nats_publisher *publisher, struct ms_error *error);
void nats_publisher_totals(struct nats_publisher *publisher, struct nats_publish_totals *out);
void nats_publisher_close(struct nats_publisher *publisher);

/* consuming ----------------------------------------------------------------- */

/* A message that was delivered `max_deliver` times without being acknowledged, or that the database
 * refuses, goes to the subject "dead.<stream>" with the reason in its header Mailsignal-Reason; the
 * stream "<stream>_DEAD" is made for it where no other stream takes that subject. From half of the
 * deliveries on a message is processed alone, in turns from both ends of what came with it: two
 * such deliveries suffice to set the others free from one that kills its worker. */
struct nats_consumer_options {
  const char *durable;
  unsigned max_deliver;    /* at least 4: see above */
  double ack_wait;         /* seconds until an unacknowledged message is delivered again; only used
                            * when the consumer is made */
  bool once;               /* end when the stream has no message left, with nobody */
};

struct nats_consumer;
struct nats_counts {
  uint64_t received, redelivered; /* redelivered: those among them that had been delivered before */
  uint64_t acknowledged;          /* confirmed by the server */
  uint64_t unconfirmed;           /* acknowledged, yet no answer: may come again */
  uint64_t dead;
  uint64_t reconnects;
  uint64_t lag;                   /* messages in the stream that nobody has got yet, last known */
};

enum ms_status nats_consumer_open(struct nats_link *link,
                                  const struct nats_consumer_options *options,
                                  struct nats_consumer **out, struct ms_error *error);
/* For source_from(): messages with the path "nats:<stream>/<sequence>". 0: stopped, drained, or
 * cut off for good; see nats_consumer_status(). */
int nats_consumer_next(void *consumer, struct raw_message *out);
/* Why the messages ended: MS_OK when they were drained or the user stopped it. */
enum ms_status nats_consumer_status(const struct nats_consumer *consumer, struct ms_error *error);
/* The message will never be stored; it goes to the dead letters when it is settled. Any thread. */
void nats_consumer_refuse(struct nats_consumer *consumer, const struct origin *origin,
                          const char *why);
/* The first `items` messages since the start are committed or refused. One thread at a time. */
void nats_consumer_settle(struct nats_consumer *consumer, uint64_t items);
void nats_consumer_counts(struct nats_consumer *consumer, struct nats_counts *out);
/* Gives what was not settled back to the other workers, at once. */
void nats_consumer_close(struct nats_consumer *consumer);

#endif
