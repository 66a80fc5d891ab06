/* nats_options.h - which stream the user means. */
#ifndef MAILSIGNAL_CLI_NATS_OPTIONS_H
#define MAILSIGNAL_CLI_NATS_OPTIONS_H

#include "cli/options.h"
#include "mailsignal/nats.h"

/* For a verb's table. */
#define NATS_OPTIONS                                                                        \
  {"nats", 0, "URL", "a NATS server, nats://host:4222 or tls://host:4222", true, false},    \
  {"stream", 0, "NAME", "with --nats: the JetStream stream", true, false},                  \
  {"subject", 0, "SUBJECT", "with --nats: the subject (<stream>.mail)", true, false},       \
  {"nats-tls-ca", 0, "FILE", "trust the certificates in FILE; implies TLS", true, false},   \
  {"nats-creds", 0, "FILE", "a credentials file: the user's JWT and seed", true, false}

/* MS_USAGE when URL or stream are missing or no names. */
enum ms_status nats_settings_read(const struct options *options, const struct cli *cli,
                                  struct nats_settings *out, struct ms_error *error);
/* Of a stream or a consumer; they go into subjects and into file names on the server. */
enum ms_status nats_name_check(const char *option, const char *name, struct ms_error *error);

#endif
