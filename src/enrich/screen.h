/* screen.h - which people a provider is asked about, decided before any request. */
#ifndef MAILSIGNAL_ENRICH_SCREEN_H
#define MAILSIGNAL_ENRICH_SCREEN_H

#include "enrich/provider.h"

/* Reads what is known of the person; sets state JOB_ASK, or leaves JOB_OPEN and says in `reason`
 * why nobody is asked. *provider is the one to ask. */
enum ms_status screen(struct work *work, struct job *job, const struct provider **provider,
                      struct ms_error *error);

#endif
