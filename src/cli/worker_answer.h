/* worker_answer.h - answers of the worker that are no records. */
#ifndef MAILSIGNAL_CLI_WORKER_ANSWER_H
#define MAILSIGNAL_CLI_WORKER_ANSWER_H

#include "mailsignal/json.h"

struct answer_error {
  const char *code, *message;
  bool retry;                 /* the same request may pass later */
  const struct span *faults;  /* of a ruleset that was refused, one a line of text */
  size_t n_faults;
};

/* `id` is JSON. One line each. */
void answer_error(struct sbuf *out, struct span id, const struct answer_error *error);

struct answer_stats {
  uint64_t messages, errors, reloads;
  bool stores;                /* there is a database: tells `stored` too */
  uint64_t stored;
  int64_t uptime_seconds;
};

void answer_pong(struct sbuf *out, struct span id);
void answer_reloaded(struct sbuf *out, struct span id, const char *ruleset);
void answer_stats(struct sbuf *out, struct span id, const char *ruleset,
                  const struct answer_stats *stats);

#endif
