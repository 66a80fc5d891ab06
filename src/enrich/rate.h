/* rate.h - the provider's rate limits, shared by all workers through the database. */
#ifndef MAILSIGNAL_ENRICH_RATE_H
#define MAILSIGNAL_ENRICH_RATE_H

#include "enrich/provider.h"

/* Books one request. *seconds: 0 go, else when there is room. */
enum ms_status rate_take(struct work *work, const struct provider *provider, const char *endpoint,
                         double *seconds, struct ms_error *error);
/* Notes what the headers of an answer say of the windows. */
enum ms_status rate_record(struct work *work, const struct provider *provider, const char *endpoint,
                           const struct http_answer *answer, struct ms_error *error);

#endif
