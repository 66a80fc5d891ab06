/* ask.h - asks a provider about the people of a batch, a request at a time. */
#ifndef MAILSIGNAL_ENRICH_ASK_H
#define MAILSIGNAL_ENRICH_ASK_H

#include "enrich/provider.h"

/* Asks about all jobs in JOB_ASK whose provider this is; those that are answered go back to
 * JOB_OPEN with the answer stored, the others have ended. */
enum ms_status ask_all(struct work *work, const struct provider *provider, struct job **jobs,
                       size_t n, struct ms_error *error);
/* The end of a running pause, in seconds from now; 0: none. */
enum ms_status ask_paused(struct work *work, const struct provider *provider, double *seconds,
                          struct ms_error *error);
/* Pauses the provider for all workers. */
enum ms_status ask_pause(struct work *work, const struct provider *provider, double seconds,
                         const char *reason, struct ms_error *error);

#endif
