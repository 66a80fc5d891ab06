#include "cli/nats_options.h"

enum { MOST_NAME = 200 };
static const double PATIENCE = 10;

enum ms_status nats_name_check(const char *option, const char *name, struct ms_error *error) {
  if (!name) return ms_fail(error, MS_USAGE, "--nats needs --%s NAME too", option);
  if (*name && strlen(name) <= MOST_NAME && !strpbrk(name, " .*>/\\\"\t\r\n")) return MS_OK;
  return ms_fail(error, MS_USAGE, "--%s: a name has no blanks, dots, slashes, quotes, '*' or '>'",
                 option);
}

static enum ms_status check_subject(const char *subject, struct ms_error *error) {
  if (!subject || (*subject && !strpbrk(subject, " \t\r\n"))) return MS_OK;
  return ms_fail(error, MS_USAGE, "--subject: a subject has no blanks");
}

enum ms_status nats_settings_read(const struct options *options, const struct cli *cli,
                                  struct nats_settings *out, struct ms_error *error) {
  *out = (struct nats_settings){
      .url = options_text(options, "nats", NULL),
      .tls_ca = options_text(options, "nats-tls-ca", NULL),
      .creds = options_text(options, "nats-creds", NULL),
      .stream = options_text(options, "stream", NULL),
      .subject = options_text(options, "subject", NULL),
      .patience = PATIENCE,
      .stop = cli->stop,
  };
  if (!out->url) return ms_fail(error, MS_USAGE, "say which server: --nats URL");
  enum ms_status status = check_subject(out->subject, error);
  return status ? status : nats_name_check("stream", out->stream, error);
}
