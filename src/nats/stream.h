/* stream.h - the streams on the server: made when missing, compared when not. */
#ifndef MAILSIGNAL_NATS_STREAM_H
#define MAILSIGNAL_NATS_STREAM_H

#include "nats/link.h"

/* The subject that is published to: settings->subject or "<stream>.mail". Free it. */
char *stream_subject(const struct nats_settings *settings);
enum ms_status stream_ensure(struct nats_link *link, const char *subject,
                             char differs[NATS_DIFFERS_BYTES], struct ms_error *error);
/* The subject of dead letters, and a stream for it. Free *subject. */
enum ms_status stream_ensure_dead(struct nats_link *link, char **subject, struct ms_error *error);

#endif
