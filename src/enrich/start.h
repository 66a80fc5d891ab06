/* start.h - what a run and a dry run begin with. */
#ifndef MAILSIGNAL_ENRICH_START_H
#define MAILSIGNAL_ENRICH_START_H

#include "enrich/provider.h"

/* Checks the settings and fills in defaults; makes what `work` needs. start_undo() in any case. */
enum ms_status start(struct work *work, struct enrich_options *options, struct ms_error *error);
void start_undo(struct work *work);
/* The sources whose rows can be worked now, as an array in PostgreSQL's text form. A provider that
 * is not configured, or paused for more than `soon` seconds, leaves its own rows where they are. */
enum ms_status start_sources(struct work *work, double soon, const char **out,
                             struct ms_error *error);

#endif
