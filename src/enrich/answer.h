/* answer.h - reads the JSON of a provider, and what an error answer means. */
#ifndef MAILSIGNAL_ENRICH_ANSWER_H
#define MAILSIGNAL_ENRICH_ANSWER_H

#include "enrich/provider.h"

enum verdict {
  VERDICT_ANSWER,
  VERDICT_NOT_SENT,   /* nothing has reached the provider */
  VERDICT_UNKNOWN,    /* sent, no answer: may have cost credits */
  VERDICT_UNREADABLE, /* an answer that is none */
  VERDICT_THROTTLED,
  VERDICT_REFUSED,  /* the key, the plan or the credits */
  VERDICT_REJECTED, /* this input */
  VERDICT_BROKEN,   /* the provider's own trouble */
};

enum verdict answer_verdict(struct work *work, const struct http_answer *answer);
const char *verdict_name(enum verdict verdict);
/* A document that lives until the round ends, or NULL. Broken UTF-8, U+0000 and numbers of any size
 * do not make an answer unreadable: it is paid for. */
const json_t *answer_json(struct work *work, const struct http_answer *answer);

#endif
