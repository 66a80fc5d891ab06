/* link.h - the connection that publisher and consumer share. */
#ifndef MAILSIGNAL_NATS_LINK_H
#define MAILSIGNAL_NATS_LINK_H

#include <nats/nats.h>

#include "mailsignal/nats.h"

struct nats_link {
  const struct nats_settings *settings;
  natsConnection *connection;
  jsCtx *js;
  natsOptions *options;
  _Atomic uint64_t reconnects;
};

/* Sleeps in small steps; false when the user stopped the run. */
bool link_sleep(const struct nats_link *link, double seconds);
double link_now(void); /* seconds, monotonic */
/* What a failed call of the JetStream API means, with libnats' last error in the text. */
enum ms_status link_fail(struct ms_error *error, natsStatus status, jsErrCode code,
                         const char *doing);
/* A header of a message, made one line of text of at most LINK_HEADER_BYTES: what it holds may come
 * from a mail or a file name. */
enum { LINK_HEADER_BYTES = 400 };
natsStatus link_header(natsMsg *message, const char *key, const char *text);
/* True when the server is only away and will be back. */
bool link_is_away(natsStatus status);

#endif
